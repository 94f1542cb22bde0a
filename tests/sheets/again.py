"""Recalculating a workbook after a change to a few of its cells, without loading it again: for many small attacks."""

import html
import re
from collections.abc import Mapping

from xlcost.files.package import area_bounds, read_parts, sheet_parts
from xlcost.files.values import Value
from xlcost.hosts.engine import plain_value
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import evaluated

CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
FORMULA = re.compile(r"<f>(.*?)</f>", re.DOTALL)
NUMBER = re.compile(r"<v>(.*?)</v>", re.DOTALL)
TEXT = re.compile(r"<is><t[^>]*>(.*?)</t></is>", re.DOTALL)


class Again:
    """The engine with a right workbook in it."""

    def __init__(self, data: bytes) -> None:
        self._parts = read_parts(data)
        self._sheets = {part: sheet for sheet, part in sheet_parts(self._parts).items()}
        self._engine = evaluated(data, host_functions())

    def changes(self, data: bytes) -> Mapping[tuple[str, str], str] | None:
        """The new content of the cells that differ. None where anything else differs: then it is loaded anew."""
        parts = read_parts(data)
        found: dict[tuple[str, str], str] = {}
        if parts.keys() != self._parts.keys():
            return None
        for name in parts:
            if parts[name] == self._parts[name]:
                continue
            if name not in self._sheets:
                return None
            old, new = (each[name].decode() for each in (self._parts, parts))
            was, now = (dict(CELL.findall(each)) for each in (old, new))
            if CELL.sub("", old) != CELL.sub("", new):
                return None
            found |= {
                (self._sheets[name], cell): now.get(cell, "")
                for cell in {**was, **now}
                if was.get(cell, "") != now.get(cell, "")
            }
        return found

    def values(self, changes: Mapping[tuple[str, str], str], asked: list[tuple[str, str]]) -> list[Value]:
        """What some cells come to after the changes, which are then taken back."""
        before = []
        for (sheet, cell), content in changes.items():
            row, column, *_ = area_bounds(cell)
            formula = self._engine.get_formula(sheet, row, column)
            before.append(
                (sheet, row, column, formula, None if formula else self._engine.get_value(sheet, row, column))
            )
            self._put(sheet, row, column, *_meant(content))
        try:
            self._engine.evaluate_all()
            return [self._value(*each) for each in asked]
        finally:
            for each in before:
                self._put(*each)

    def _value(self, sheet: str, cell: str) -> Value:
        row, column, *_ = area_bounds(cell)
        return plain_value(self._engine.get_value(sheet, row, column))

    def _put(self, sheet: str, row: int, column: int, formula: str | None, value: Value) -> None:
        if formula:
            self._engine.set_formula(sheet, row, column, formula)
        else:
            self._engine.set_value(sheet, row, column, value)


def _meant(content: str) -> tuple[str | None, Value]:
    """The formula in the XML of a cell, or its value."""
    if found := FORMULA.search(content):
        return f"={html.unescape(found[1])}", None
    if found := TEXT.search(content):
        return None, html.unescape(found[1])
    found = NUMBER.search(content)
    return None, float(found[1]) if found else None
