"""What the catalogue holds, once it is read and checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from xlcost.errors import XlcostError
from xlcost.units import Unit

Kind = Literal["number", "text"]
Status = Literal["measured", "quoted", "estimate", "placeholder"]
Value = float | str

LISTED = 12  # known names in a refusal, where none is near


@dataclass(frozen=True)
class Source:
    """Where a figure comes from. `at` is the day it was published or read there.

    `place` says where in it a figure stands, if all that is from it stands in one place. Otherwise each figure says so.
    """

    id: str
    title: str
    where: str
    at: date
    licence: str = ""
    note: str = ""
    place: str = ""


@dataclass(frozen=True)
class Change:
    """A version of xlcost: what changed, and which figures moved by how much."""

    version: str
    at: date
    what: str
    moves: str


@dataclass(frozen=True)
class Member:
    """One member of an axis."""

    key: str
    label: str


@dataclass(frozen=True)
class Axis:
    """A named, finite list that a driver may lie on: one value for each member."""

    name: str
    label: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Driver:
    """An input of the model, and where its default comes from."""

    name: str
    stage: str
    label: str
    help: str
    unit: Unit
    kind: Kind
    default: Value | dict[str, float] | dict[str, str]
    low: float | dict[str, float] | None
    high: float | dict[str, float] | None
    minimum: float | None
    maximum: float | None
    whole: bool
    choices: tuple[str, ...]
    table: str | None  # the table whose keys are the choices
    axis: str | None
    spread: str
    basic: bool  # asked on the first page
    source: str | None
    at: date | None
    status: Status
    if_low: str = ""  # a warning in words, where a value is below the usual range
    if_high: str = ""
    where: str = ""  # the place in the source


@dataclass(frozen=True)
class Column:
    """A column of a table: what its cells hold, and in which unit."""

    name: str
    label: str
    unit: Unit
    kind: Kind
    help: str
    whole: bool = False
    refers: str | None = None  # the table whose rows this column names
    alike: tuple[str, ...] = ()  # as of the table, where this price is compared among other rows than its others

    @property
    def maximum(self) -> float | None:
        """The largest figure of a column of numbers, of which none is below 0; None where there is no end."""
        return 1.0 if str(self.unit) in ("share", "flag") else None

    @property
    def allowed(self) -> str:
        """What a cell of a column of numbers may hold, in words."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind}, 0 or more" if self.maximum is None else f"{kind} between 0 and {self.maximum:g}"


@dataclass(frozen=True)
class Span:
    """How low and how high a figure may be, in its own unit.

    `quotes` is 0 where the row itself says so; otherwise it is derived, from so many rows that sell the same thing.
    """

    low: float
    high: float
    quotes: int = 0


@dataclass(frozen=True)
class Row:
    """One row of a table. What isn't known is absent from `values`, and from `spans`."""

    key: str
    values: dict[str, Value]
    source: str | None
    at: date | None
    status: Status
    note: str
    where: str = ""  # the place in the source: a file, a page, a table of it; empty only where there is no source
    spans: dict[str, Span] = field(default_factory=dict)  # by column


@dataclass(frozen=True)
class Table:
    """A table of the catalogue: rows by their key."""

    name: str
    label: str
    help: str
    key_label: str
    columns: dict[str, Column]
    rows: dict[str, Row]
    aliases: dict[str, str] = field(default_factory=dict)  # casefolded alias -> key
    history_of: str = ""  # the table whose earlier values these are; the first column then names its row
    alike: tuple[str, ...] = ()  # rows with the same in these columns sell the same thing: their prices are a range
    unranged: str = ""  # in words: how sure a figure is that has no low and high

    def column(self, name: str) -> dict[str, Value]:
        """The known cells of a column by row; a missing one is absent."""
        if name not in self.columns:
            raise XlcostError(f"table {self.name} has no column {name!r}{did_you_mean(name, self.columns)}")
        return {key: row.values[name] for key, row in self.rows.items() if name in row.values}

    def find(self, text: str) -> str | None:
        """The key that a name stands for, whatever its case, also through an alias."""
        folded = text.strip().casefold()
        return self._keys.get(folded) or self.aliases.get(folded)

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {key.casefold(): key for key in self.rows}


@dataclass(frozen=True)
class Correlation:
    """Two drivers that move together in the simulation."""

    name: str
    label: str
    help: str
    drivers: tuple[str, str]
    correlation: float


@dataclass(frozen=True)
class RiskEvent:
    """What may happen to a plan, and what it does to drivers if it does."""

    name: str
    label: str
    help: str
    chance: float | None  # None: that of the quantity `chance_of`
    chance_of: str
    drivers: tuple[str, ...]
    sets: bool  # the drivers, or adds to them
    values: tuple[float, float, float]  # low, likeliest and high


@dataclass(frozen=True)
class Catalog:
    """All of the catalogue."""

    drivers: dict[str, Driver]  # in the order of the stages, then of the file
    tables: dict[str, Table]
    sources: dict[str, Source]
    axes: dict[str, Axis]
    stages: tuple[str, ...]
    changes: tuple[Change, ...] = ()  # newest first
    correlations: tuple[Correlation, ...] = ()
    events: dict[str, RiskEvent] = field(default_factory=dict)


def nearest(name: str, known: Iterable[str], n: int = 3) -> list[str]:
    """The known names that begin with this one, look like it, or hold it, whatever their case, best first."""
    spelt: dict[str, str] = {}
    for word in known:
        spelt.setdefault(word.casefold(), word)
    part = name.strip().casefold()
    beginning = [word for word in spelt if len(part) > 1 and word.startswith(part)]
    holding = [word for word in spelt if len(part) > 2 and part in word]
    found = dict.fromkeys([*beginning, *difflib.get_close_matches(part, spelt, n), *holding])
    return [spelt[word] for word in found][:n]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a refusal of an unknown name: the nearest names, or else what there is."""
    known = list(known)
    if near := nearest(name, known):
        return f"; did you mean {' or '.join(near)}?"
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    return f"; known are {', '.join(known[:LISTED])}{more}" if known else "; none is known"
