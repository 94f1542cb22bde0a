"""`diff`: what differs between two workbooks, and how it moved the total of each case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlcost.analysis.case import Case
from xlcost.analysis.comparison import CENTS, Comparison, compare
from xlcost.cli.output import number, printable, say, working, write, write_json, write_table
from xlcost.cli.reading import STDIN, say_remarks
from xlcost.errors import XlcostError
from xlcost.files.opening import open_workbook_bytes
from xlcost.model.inputs import Scalar
from xlcost.sheets import finding, reading
from xlcost.sheets.differences import Difference, Differences, differences

MOST = 60  # letters of a text or formula in a table


@dataclass(frozen=True)
class InputChange:
    """What a case enters for a driver in the one and in the other; None: nothing."""

    case: str
    driver: str
    before: Scalar | None
    after: Scalar | None


@dataclass(frozen=True)
class Moved:
    """What the changed inputs did to a case, in cents; what the workbooks say; or why that is not known."""

    found: Comparison | None
    says: tuple[float | None, float | None]
    error: str = ""

    @property
    def unexplained(self) -> float | None:
        """By how much the totals in the workbooks differ beyond what the inputs did, in USD."""
        before, after = self.says
        if self.found is None or before is None or after is None:
            return None
        return (round(after * CENTS) - round(before * CENTS)) / CENTS - self.found.change

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        rest = self.unexplained
        return bool(self.error or (self.found and self.found.effects) or (rest and abs(rest) * CENTS > 2))


def diff(before: str, after: str, as_json: bool) -> int:
    """Prints what differs. 1 when something does."""
    if before == after == STDIN:
        raise XlcostError("standard input holds one workbook: give - once")
    files, books = [], []
    for path in (before, after):
        opened = open_workbook_bytes(path)
        files.append(opened.name)
        books.append(opened.data)
    with working(f"Comparing {before} and {after}"):
        read = [_read(name, data) for name, data in zip(files, books, strict=True)]
        found = differences(books[0], books[1])
    inputs = _inputs(read[0].own, read[1].own)
    moved = {case: _moved(case, read) for case in read[1].cases if case in read[0].cases}
    moved = {case: each for case, each in moved.items() if each.any}
    is_different = bool(found.any or inputs or moved)
    if as_json:
        versions = [finding.made_with(finding.book(data)) for data in books]
        sides = [{"file": path, "version": version} for path, version in zip((before, after), versions, strict=True)]
        write_json({"before": sides[0], "after": sides[1], **_document(found, inputs, moved)})
    elif is_different:
        _print(found, inputs, moved)
    else:
        write("No difference.")
    return 1 if is_different else 0


@dataclass(frozen=True)
class _Read:
    own: dict[str, dict[str, Any]]
    cases: dict[str, Case]
    says: dict[str, Any]


def _read(name: str, data: bytes) -> _Read:
    """Cases and totals of a workbook."""
    try:
        own, cases = reading.entered(data), reading.cases(data)
        try:
            lines = reading.results(data).lines
        except XlcostError as refused:
            if "no values" not in str(refused):
                raise
            say(f"{name}: not recalculated, so that it has no totals of its own")
            lines = ()
        say_remarks(data, name)
    except XlcostError as refused:
        raise XlcostError(f"{name}: {refused}") from None
    totals = next((line.values for line in lines if line.name == "total_cost"), {})
    return _Read(own, cases, totals)


def _inputs(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[InputChange]:
    changes = []
    for case in after:
        old = {name: each.value for name, each in before.get(case, {}).items()}
        new = {name: each.value for name, each in after[case].items()}
        changes += [
            InputChange(case, name, old.get(name), new.get(name))
            for name in dict.fromkeys([*old, *new])
            if old.get(name) != new.get(name)
        ]
    return changes


def _moved(case: str, read: Sequence[_Read]) -> Moved:
    totals = [each.says.get(case) for each in read]
    says = tuple(float(each) if isinstance(each, int | float) else None for each in totals)
    try:
        return Moved(compare(read[0].cases[case], read[1].cases[case]), (says[0], says[1]))
    except XlcostError as refused:
        return Moved(None, (says[0], says[1]), str(refused))


def _document(found: Differences, inputs: Sequence[InputChange], moved: dict[str, Moved]) -> dict[str, Any]:
    return {
        "formulas": [vars(each) for each in found.formulas],
        "inputs": [vars(each) for each in inputs],
        "names": [vars(each) for each in found.names],
        "sheets": {"added": found.sheets_added, "removed": found.sheets_removed},
        "totals": {case: _total(each) for case, each in moved.items()},
        "values": [vars(each) for each in found.values],
    }


def _total(each: Moved) -> dict[str, Any]:
    if each.found is None:
        return {"error": each.error}
    effects = {effect.driver: effect.change for effect in each.found.effects if effect.moves}
    says = dict(zip(("before", "after"), each.says, strict=True))
    return {"change": each.found.change, "effects": effects, "says": says, "unexplained": each.unexplained}


def _print(found: Differences, inputs: Sequence[InputChange], moved: dict[str, Moved]) -> None:
    for title, titles in (("Sheets added", found.sheets_added), ("Sheets removed", found.sheets_removed)):
        if titles:
            write(printable(f"{title}: {', '.join(titles)}") + "\n")
    if inputs:
        rows = [[each.case, each.driver, number(each.before), number(each.after)] for each in inputs]
        write_table(["Input of", "Driver", "Before", "After"], rows, numbers=(2, 3))
        write("")
    for title, changed in (("Formula", found.formulas), ("Value", found.values)):
        if changed:
            write_table([title, "Line", "Before", "After"], [_row(each) for each in changed])
            write("")
    if found.names:
        names = [[each.name, each.before or "", each.after or ""] for each in found.names]
        write_table(["Name", "Before", "After"], names)
        write("")
    if moved:
        lines = [line for case, each in moved.items() for line in _lines(case, each)]
        write_table(["Total of", "Moved by", "Before", "After", "Change, USD"], lines, numbers=(2, 3, 4))


def _row(each: Difference) -> list[str]:
    return [f"{each.sheet}!{each.cells}", each.line, _short(each.before), _short(each.after)]


def _short(content: Any) -> str:
    text = number(content)
    return text if len(text) <= MOST else f"{text[: MOST - 3]}..."


def _lines(case: str, each: Moved) -> list[list[str]]:
    """A line for each driver that moved the total of a case, and the totals."""
    if each.found is None:
        return [[case, each.error, "", "", ""]]
    lines = [
        [case, effect.driver, number(effect.before), number(effect.after), f"{effect.change:+,.2f}"]
        for effect in each.found.effects
        if effect.moves
    ]
    before, after = (cents["total_cost"] / CENTS for cents in (each.found.cents_before, each.found.cents_after))
    lines.append([case, "All inputs: the total", f"{before:,.2f}", f"{after:,.2f}", f"{each.found.change:+,.2f}"])
    if (rest := each.unexplained) is not None and abs(rest) * CENTS > 2:
        said = [f"{value:,.2f}" for value in each.says if value is not None]
        lines.append([case, "Not by inputs: what the workbooks say", *said, f"{rest:+,.2f}"])
    return lines
