"""The words that a sheet is declared in: which quantities it shows, in which order, under which headings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A heading and the names of the quantities under it."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet of calculations: a title, a sentence on its purpose, and its sections."""

    title: str
    purpose: str
    sections: tuple[Section, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All quantities of the sheet, in order."""
        return tuple(name for each in self.sections for name in each.names)


def section(title: str, names: str) -> Section:
    """A section from a text with names in it."""
    return Section(title, tuple(names.split()))


def sheet(title: str, purpose: str, *sections: Section) -> Sheet:
    """A sheet from its sections."""
    return Sheet(title, purpose, sections)
