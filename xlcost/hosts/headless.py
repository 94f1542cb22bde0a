"""Recalculation without Excel: formualizer computes native formulas and calls Python for the FT_ ones.

The user's file is never loaded and saved: the engine sees a copy, and its results go into the file's own XML.
"""

import datetime
import html
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from xlcost.errors import CellError, XlcostError
from xlcost.files.opening import Opened, open_workbook_bytes
from xlcost.files.package import cell_name, read_parts, sheet_parts, zip_parts
from xlcost.files.saving import save_bytes
from xlcost.files.values import Area, Value, apply_edits, array_area, results, without_result, write_values
from xlcost.hosts.engine import ERRORS, FIT, Calls, HostFunction, error_kind, loaded, plain_value, spill_area
from xlcost.hosts.rewriting import (
    MAX_AREA,
    Place,
    Surroundings,
    formula_functions,
    is_too_large,
    rewritten,
    surroundings,
)

if TYPE_CHECKING:
    import formualizer

__all__ = ["Finding", "HostFunction", "Recalculation", "evaluate_formula", "recalculate", "recalculate_file"]

Cells: TypeAlias = dict[tuple[str, str], Value]
MAX_FILLED = 100_000  # cells that one array formula fills
MAX_EXPLAINED = 200
EVAL_ROW, EVAL_COLUMN = 500_001, 8_001  # a corner that nobody uses


@dataclass(frozen=True)
class Finding:
    """Something in a recalculated workbook that somebody should look at."""

    kind: str  # circular, unknown function, error
    sheet: str
    cell: str
    formula: str
    detail: str


@dataclass(frozen=True)
class Recalculation:
    """The value of every formula cell and of every cell that an array formula fills, and what is wrong with them."""

    values: Cells
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...] = ()


class _Formula(NamedTuple):
    sheet: str
    row: int
    column: int
    area: Area | None  # what an array formula fills
    is_dynamic: bool  # grows and shrinks with its result
    text: str  # as the file has it; empty where the formula is shared with another cell

    @property
    def cell(self) -> str:
        return cell_name(self.row, self.column)


def recalculate(data: bytes, functions: Sequence[HostFunction], *, today: datetime.date | None = None) -> Recalculation:
    """Compute a workbook that passed the gate. TODAY() and NOW() are the given day, or else the clock's."""
    calls = Calls()
    engine, formulas, around = _evaluated(data, functions, calls, today)
    values = _values(engine, formulas)
    found = Recalculation(values, tuple(_findings(engine, formulas, functions, around, calls)))
    calls.stop_if_interrupted()
    return found


def evaluated(data: bytes, functions: Sequence[HostFunction]) -> "formualizer.Workbook":
    """The engine with a workbook in it that is computed: for whoever changes some cells, and asks for some."""
    return _evaluated(data, functions, Calls(), None)[0]


def _evaluated(
    data: bytes, functions: Sequence[HostFunction], calls: Calls, today: datetime.date | None
) -> "tuple[formualizer.Workbook, list[_Formula], Surroundings]":
    copy, formulas, around = _engine_copy(data, functions)
    engine = loaded(copy, functions, calls, today)
    _evaluate(engine, formulas)
    calls.stop_if_interrupted()
    _keep_single(engine, formulas)
    calls.stop_if_interrupted()
    return engine, formulas, around


def recalculate_file(
    source: str | Path,
    target: str | Path,
    functions: Sequence[HostFunction],
    refuse: Callable[[Opened], None] | None = None,
) -> Recalculation:
    """Recalculate a file and write it with its results, whatever they are. Source and target may be the same.

    `refuse` raises for a file that is not to be recalculated; nothing is written then.
    """
    opened = open_workbook_bytes(source)
    if refuse is not None:
        refuse(opened)
    if str(source) != "-" and Path(source).suffix.lower() != Path(target).suffix.lower():
        raise XlcostError(f"{target}: the workbook stays of its kind, so the name ends in {Path(source).suffix}")
    found = recalculate(opened.data, functions)
    save_bytes(target, write_values(opened.data, found.values))
    return Recalculation(found.values, found.findings, opened.warnings)


def evaluate_formula(
    formula: str, functions: Sequence[HostFunction], data: bytes | None = None
) -> Value | list[list[Value]]:
    """The value of one formula, by itself or as if it stood on the first sheet of a workbook."""
    if data is None:
        copy, around = None, Surroundings(frozenset(function.name.upper() for function in functions))
    else:
        copy, _, around = _engine_copy(data, functions)
    calls = Calls()
    engine = loaded(copy, functions, calls, None)
    sheet = next(iter(around.sheets), "Sheet1")
    place = Place(sheet, EVAL_ROW, EVAL_COLUMN)
    text = "=" + rewritten(formula.strip().removeprefix("="), place, around)
    if is_too_large(text, place, around):
        raise XlcostError(f"{formula}: {_DETAILS['Large']}")
    try:
        engine.set_formula(sheet, EVAL_ROW, EVAL_COLUMN, text)
        raw = engine.evaluate_cell(sheet, EVAL_ROW, EVAL_COLUMN)
    except Exception as error:
        raise XlcostError(f"{formula}: no formula that can be computed ({error})") from None
    calls.stop_if_interrupted()
    if error_kind(raw) == "Error":
        raise XlcostError(f"{formula}: no formula; write it as in a cell, with commas between arguments")
    filled = spill_area(engine, sheet, EVAL_ROW, EVAL_COLUMN)
    if filled is None:
        return plain_value(raw)
    top, left, bottom, right = filled
    rows = range(top, min(bottom, top + MAX_FILLED) + 1)
    return [[plain_value(engine.get_value(sheet, row, column)) for column in range(left, right + 1)] for row in rows]


def _engine_copy(data: bytes, functions: Sequence[HostFunction]) -> tuple[bytes, list[_Formula], Surroundings]:
    """The workbook in the engine's words, and where its formulas stand."""
    parts = read_parts(data)
    around = surroundings(parts, frozenset(function.name for function in functions))
    formulas: list[_Formula] = []
    changed = False
    for sheet, part in sheet_parts(parts).items():
        xml, edits = parts[part], []
        for cell, match in results(xml):
            if match is None:  # the engine fills it
                edits.append(without_result(xml, cell, None))
                continue
            area = array_area(match)
            said = html.unescape((match["text"] or b"").decode("utf-8", "replace"))
            is_dynamic = area is not None and b" cm=" in cell.attributes
            formula = _Formula(sheet, cell.row, cell.column, area, is_dynamic, said)
            formulas.append(formula)
            if said:
                place = Place(sheet, cell.row, cell.column)
                text = rewritten(said, place, around)
                text = "#VALUE!" if is_too_large(text, place, around) else _fitted(text, formula)
                if text != said:
                    start = (
                        cell.start + xml[cell.start : cell.end].index(match[0]) + match.start("text") - match.start()
                    )
                    edits.append((start, start + len(match["text"]), html.escape(text, quote=False).encode()))
        if edits:
            parts[part] = apply_edits(xml, edits)
            changed = True
    return (zip_parts(parts, compress=False) if changed else data), formulas, around


def _fitted(text: str, formula: _Formula) -> str:
    """An array formula fills its area and nothing else, however large its result is."""
    if formula.area is None or formula.is_dynamic or _size(formula.area) > MAX_FILLED:
        return text
    top, left, bottom, right = formula.area
    return f"{FIT}(({text}),{bottom - top + 1},{right - left + 1})"


def _evaluate(engine: "formualizer.Workbook", formulas: list[_Formula]) -> None:
    """Evaluate everything. A formula that the engine chokes on becomes #REF!, so that the others have their values."""
    unreadable: set[_Formula] = set()
    while True:
        try:
            engine.evaluate_all()
            return
        except Exception as error:
            target = str(error).rpartition(": ")[2]
            culprits = [formula for formula in formulas if target and target in _text(engine, formula)]
            if not culprits or unreadable.issuperset(culprits):
                raise XlcostError(f"the recalculation stopped ({error}); open and save the workbook in Excel") from None
            for formula in culprits:
                engine.set_formula(formula.sheet, formula.row, formula.column, "=#REF!")
            unreadable.update(culprits)


def _text(engine: "formualizer.Workbook", formula: _Formula) -> str:
    """A cell's formula in the engine's words."""
    return engine.get_formula(formula.sheet, formula.row, formula.column) or "="


def _keep_single(engine: "formualizer.Workbook", formulas: list[_Formula]) -> None:
    """A formula that the file doesn't mark as an array has one value: Excel shows it as =@F(...)."""
    standing = {(formula.sheet, formula.row, formula.column) for formula in formulas}
    spread = [formula for formula in formulas if formula.area is None and _spreads(engine, formula, standing)]
    for formula in spread:
        text = _text(engine, formula).removeprefix("=")
        engine.set_formula(formula.sheet, formula.row, formula.column, f"=@({text})")
    if spread:
        engine.evaluate_all()


def _spreads(engine: "formualizer.Workbook", formula: _Formula, standing: Set[tuple[str, int, int]]) -> bool:
    """Whether a result fills more than its cell: the cell beside or below has a value then, and no formula."""
    sheet, row, column = formula.sheet, formula.row, formula.column
    if error_kind(engine.get_value(sheet, row, column)) == "Spill":
        return True
    beside = ((sheet, row, column + 1), (sheet, row + 1, column))
    if all(each in standing or engine.get_value(*each) is None for each in beside):
        return False
    return spill_area(engine, sheet, row, column) is not None


def _values(engine: "formualizer.Workbook", formulas: list[_Formula]) -> Cells:
    return {
        (formula.sheet, cell_name(row, column)): plain_value(engine.get_value(formula.sheet, row, column))
        for formula in formulas
        for row, column in _filled(formula)
    }


def _filled(formula: _Formula) -> Iterator[tuple[int, int]]:
    if formula.area is None or _size(formula.area) > MAX_FILLED:
        yield formula.row, formula.column
        return
    top, left, bottom, right = formula.area
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield row, column


def _size(area: Area) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


def _findings(
    engine: "formualizer.Workbook",
    formulas: list[_Formula],
    functions: Sequence[HostFunction],
    around: Surroundings,
    calls: Calls,
) -> Iterator[Finding]:
    unknown = _unknown_functions(functions)
    failed = {failure.partition(":")[0] for failure in calls.failures}
    explained = 0
    for formula in formulas:
        kind = error_kind(engine.get_value(formula.sheet, formula.row, formula.column))
        if not kind:
            continue
        text = formula.text or _text(engine, formula).removeprefix("=")
        called = formula_functions(text)
        where = (formula.sheet, formula.cell, f"={text}")
        missing = sorted(filter(unknown, called)) if kind == "Name" else []
        if kind == "Circ":
            yield Finding("circular", *where, "depends on itself")
        elif missing:
            yield Finding("unknown function", *where, ", ".join(_unknown(name, around) for name in missing))
        elif called & failed and explained < MAX_EXPLAINED:
            explained += 1
            yield Finding("error", *where, _why(engine, formula, calls.failures) or _describe(kind))
        elif is_too_large(text, Place(formula.sheet, formula.row, formula.column), around):
            yield Finding("error", *where, _DETAILS["Large"])
        else:
            yield Finding("error", *where, _describe(kind))


def _unknown_functions(functions: Sequence[HostFunction]) -> Callable[[str], bool]:
    """Whether a name is that of no function. The engine has no list of its own ones, so it is asked."""
    import formualizer

    known = {function.name.upper(): False for function in functions} | {FIT: False}
    scratch = formualizer.Workbook()
    scratch.add_sheet("S")

    def is_unknown(name: str) -> bool:
        if name not in known:
            try:
                scratch.set_formula("S", len(known), 1, f"={name}()")
                known[name] = error_kind(scratch.evaluate_cell("S", len(known), 1)) == "Name"
            except Exception:
                known[name] = True
        return known[name]

    return is_unknown


def _unknown(name: str, around: Surroundings) -> str:
    return f"{name} (a named LAMBDA, which Excel 365 alone computes)" if name.lower() in around.lambdas else name


def _why(engine: "formualizer.Workbook", formula: _Formula, failures: list[str]) -> str:
    """What the functions in a cell said when they failed, by computing that cell once more."""
    failures.clear()
    try:
        engine.set_formula(formula.sheet, formula.row, formula.column, _text(engine, formula))
        engine.evaluate_cell(formula.sheet, formula.row, formula.column)
    except Exception:
        return ""
    return "; ".join(failures)


def _describe(kind: str) -> str:
    return _DETAILS.get(kind, str(ERRORS.get(kind, CellError.VALUE)))


_DETAILS = {
    "Large": f"a reference to more than {MAX_AREA:,} cells, counting the empty ones between cells that lie far apart",
    "NImpl": "the recalculation doesn't support this formula; Excel does",
    "Error": "the recalculation can't read this formula",
    "Spill": "#SPILL!: the cells that the result would fill are not empty",
    "Calc": "#CALC!: an empty array",
}
