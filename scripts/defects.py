"""Defects of known kinds, put one at a time into a workbook that is right, and what catches each.

`python scripts/attack.py` seeds all of them and shows what caught what. What must catch a defect is declared beside it
in defect_list.py; the tests prove it, and ATTACKS.md is written from that.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from xlcost.files.package import area_bounds, column_letters, column_number, read_parts, sheet_parts, zip_parts  # noqa: E402
from xlcost.sheets.layout import Layout  # noqa: E402


class Subject(Protocol):
    """The workbook that is attacked: its bytes with values, and where everything is."""

    layout: Layout

    def cells(self, name: str, case: int) -> list[str]: ...


class Copy:
    """A copy of the workbook, whose XML is changed in place: all the rest stays byte for byte what it was."""

    def __init__(self, made: Subject, data: bytes) -> None:
        self.made = made
        self.parts = read_parts(data)
        self._sheets = sheet_parts(self.parts)

    @property
    def data(self) -> bytes:
        """The file."""
        return zip_parts(self.parts, compress=False)

    @property
    def sheets(self) -> list[str]:
        """The titles of the sheets."""
        return list(self._sheets)

    def xml(self, sheet: str) -> str:
        return self.parts[self._sheets[sheet]].decode()

    def write(self, sheet: str, xml: str) -> None:
        assert xml != self.xml(sheet), f"{sheet}: nothing was changed"
        self.parts[self._sheets[sheet]] = xml.encode()

    def replace(self, sheet: str, pattern: str, new: str, count: int = 1) -> None:
        """Another text in a sheet's XML."""
        self.write(sheet, re.sub(pattern, new, self.xml(sheet), count=count, flags=re.DOTALL))

    def book(self, pattern: str, new: str) -> None:
        """Another text in workbook.xml."""
        old = self.parts["xl/workbook.xml"].decode()
        changed = re.sub(pattern, new, old, count=1, flags=re.DOTALL)
        assert changed != old, "workbook.xml: nothing was changed"
        self.parts["xl/workbook.xml"] = changed.encode()

    def formula(self, sheet: str, cell: str) -> str:
        """The formula in a cell, with its equals sign."""
        found = re.search(rf'<c r="{cell}"[^>]*>(?:<f>(.*?)</f>)', self.xml(sheet), re.DOTALL)
        assert found is not None, f"{sheet}!{cell}: no formula"
        return "=" + html.unescape(found[1])

    def text(self, sheet: str, cell: str) -> str:
        """The text in a cell."""
        found = re.search(rf'<c r="{cell}"[^>]*>(?:<is><t[^>]*>(.*?)</t></is>)', self.xml(sheet), re.DOTALL)
        assert found is not None, f"{sheet}!{cell}: no text"
        return html.unescape(found[1])

    def put(self, sheet: str, cell: str, content: object, style: int | None = None) -> None:
        """Something else in a cell: a formula (with =), a number, a text, or None for nothing. Its style stays."""
        xml = self.xml(sheet)
        found = re.search(rf'<c r="{cell}"(?P<rest>[^>]*?)(?:/>|>.*?</c>)', xml, re.DOTALL)
        own = re.search(r'\ss="(\d+)"', found["rest"]) if found else None
        number = str(style) if style is not None else own[1] if own else None
        opening = f'<c r="{cell}"' + (f' s="{number}"' if number else "")
        if content is None:
            element = f"{opening}/>"
        elif isinstance(content, str) and content.startswith("="):
            element = f"{opening}><f>{html.escape(content[1:], quote=False)}</f></c>"
        elif isinstance(content, str):
            element = f'{opening} t="inlineStr"><is><t xml:space="preserve">{html.escape(content)}</t></is></c>'
        else:
            element = f"{opening}><v>{content!r}</v></c>"
        if found:
            self.write(sheet, xml[: found.start()] + element + xml[found.end() :])
            return
        row, column, *_ = area_bounds(cell)
        line = re.search(rf'<row r="{row}"[^>]*>', xml)
        assert line is not None, f"{sheet}: no row {row}"
        end = xml.index("</row>", line.end())
        later = [
            each.start()
            for each in re.finditer(rf'<c r="([A-Z]+){row}"', xml[line.end() : end])
            if column_number(each[1]) > column
        ]
        at = line.end() + later[0] if later else end
        self.write(sheet, xml[:at] + element + xml[at:])

    def edit(self, sheet: str, cell: str, change: Callable[[str], str]) -> None:
        """Another formula, made of the one that is there."""
        old = self.formula(sheet, cell)
        new = change(old)
        assert new != old, f"{sheet}!{cell}: {old} was not changed"
        self.put(sheet, cell, new)


Seed = Callable[[Copy], None]


@dataclass(frozen=True)
class Defect:
    """A defect: what it is, how it gets into a workbook, and what catches it."""

    kind: str
    what: str
    seed: Seed = field(repr=False)
    rule: str = ""  # of `xlcost check`
    check: str = ""  # of the workbook's own
    harmless: str = ""  # why nothing catches it, and nothing has to

    @property
    def id(self) -> str:
        return re.sub(r"\W+", "-", self.what.lower()).strip("-")


def seeded(made: Subject, data: bytes, defect: Defect) -> bytes:
    """The workbook with one defect."""
    copy = Copy(made, data)
    defect.seed(copy)
    return copy.data


def at(address: str) -> tuple[str, str]:
    """Sheet and cell of Sheet!A1."""
    sheet, _, cell = address.partition("!")
    return sheet, cell


def next_cell(cell: str, rows: int = 0, columns: int = 0) -> str:
    """The cell so many rows below and columns to the right."""
    row, column, *_ = area_bounds(cell)
    return f"{column_letters(column + columns)}{row + rows}"
