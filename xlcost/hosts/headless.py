"""Recalculation without Excel: formualizer computes native formulas and calls Python for the FT_ ones.

The user's file is never loaded and saved: the engine sees a copy, and its results go into the file's own XML.
"""

import datetime
import html
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from xlcost.errors import CellError, XlcostError
from xlcost.files.opening import open_workbook_bytes
from xlcost.files.package import area_bounds, cell_name, read_parts, sheet_parts, zip_parts
from xlcost.files.saving import save_bytes
from xlcost.files.values import Area, Value, apply_edits, array_area, results, without_result, write_values
from xlcost.hosts.rewriting import BLANK_SHEET, Place, Surroundings, formula_functions, rewritten, surroundings

if TYPE_CHECKING:
    import formualizer

HostValue: TypeAlias = Any  # float, str, bool, None, CellError, or a list of lists of these
Cells: TypeAlias = dict[tuple[str, str], Value]
MAX_CELLS_IN = 10_000
MAX_FILLED = 100_000  # cells that one array formula fills
MAX_EXPLAINED = 200
FIT = "XLCOST_FIT"
EVAL_ROW, EVAL_COLUMN = 500_001, 8_001  # a corner that nobody uses


@dataclass(frozen=True)
class HostFunction:
    """A Python function under the name that cells call. An empty cell and an argument left out both arrive as None."""

    name: str
    call: Callable[..., object]
    min_args: int = 0
    max_args: int | None = None


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


@dataclass(frozen=True)
class _Formula:
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
    copy, formulas, around = _engine_copy(data, functions)
    failures: list[str] = []
    engine = _loaded(copy, functions, failures, today)
    _evaluate(engine, formulas)
    _keep_single(engine, formulas)
    values = _values(engine, formulas)
    return Recalculation(values, tuple(_findings(engine, formulas, functions, around, failures)))


def recalculate_file(source: str | Path, target: str | Path, functions: Sequence[HostFunction]) -> Recalculation:
    """Recalculate a file and write it with its results, whatever they are. Source and target may be the same."""
    opened = open_workbook_bytes(source)
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
    engine = _loaded(copy, functions, [], None)
    sheet = next(iter(around.sheets), "Sheet1")
    text = "=" + rewritten(formula.strip().removeprefix("="), Place(sheet, EVAL_ROW, EVAL_COLUMN), around)
    try:
        engine.set_formula(sheet, EVAL_ROW, EVAL_COLUMN, text)
        raw = engine.evaluate_cell(sheet, EVAL_ROW, EVAL_COLUMN)
    except Exception as error:
        raise XlcostError(f"{formula}: no formula that can be computed ({error})") from None
    if _kind(raw) == "Error":
        raise XlcostError(f"{formula}: no formula; write it as in a cell, with commas between arguments")
    filled = _spill(engine, sheet, EVAL_ROW, EVAL_COLUMN)
    if filled is None:
        return _value(raw)
    top, left, bottom, right = filled
    rows = range(top, min(bottom, top + MAX_FILLED) + 1)
    return [[_value(engine.get_value(sheet, row, column)) for column in range(left, right + 1)] for row in rows]


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
                text = _fitted(rewritten(said, Place(sheet, cell.row, cell.column), around), formula)
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


def _loaded(
    data: bytes | None, functions: Sequence[HostFunction], failures: list[str], today: datetime.date | None
) -> "formualizer.Workbook":
    import formualizer

    settings = formualizer.EvaluationConfig()
    settings.enable_parallel = False  # Python runs one function at a time anyway, and the order stays the same
    config = formualizer.WorkbookConfig(eval_config=settings)
    try:
        if data is None:
            engine = formualizer.Workbook(config=config)
            engine.add_sheet("Sheet1")
        else:
            engine = formualizer.Workbook.from_bytes(data, config=config)
    except Exception as error:
        raise XlcostError(f"the recalculation can't read the workbook ({error}); open and save it in Excel") from None
    engine.set_temporal_egress("serial")
    engine.add_sheet(BLANK_SHEET)
    if today is not None:
        moment = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
        engine.set_deterministic_clock(moment)
    engine.register_function(FIT, _fit, min_args=3, max_args=3)
    for function in functions:
        bridge = _bridge(function, failures)
        engine.register_function(function.name, bridge, min_args=function.min_args, max_args=function.max_args)
    return engine


def _bridge(function: HostFunction, failures: list[str]) -> Callable[..., object]:
    """The function with values as the engine gives and takes them. What an exception says is kept."""

    def call(*arguments: object) -> object:
        try:
            for argument in arguments:
                if isinstance(argument, list) and sum(map(len, argument)) > MAX_CELLS_IN:
                    raise ValueError(f"a range of more than {MAX_CELLS_IN:,} cells")
            return _returned(function.call(*map(_received, arguments)))
        except Exception as error:
            failures.append(f"{function.name}: {error or type(error).__name__}")
            return _error("Value")

    return call


def _received(value: object) -> HostValue:
    if isinstance(value, list):
        return [[_received(item) for item in row] for row in value]
    if isinstance(value, dict):
        return _KINDS.get(str(value.get("kind")), CellError.VALUE)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _returned(value: object) -> object:
    if isinstance(value, list | tuple):
        return [
            [_returned(item) for item in row] if isinstance(row, list | tuple) else [_returned(row)] for row in value
        ]
    if isinstance(value, CellError):
        return _error(_NAMES[value])
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else _error("Num")


def _fit(value: object, rows: float, columns: float) -> object:
    """An array formula's result on its area: one value or row is repeated, what is missing is #N/A."""
    given = value if isinstance(value, list) else [[value]]
    height, width = len(given), len(given[0]) if given else 0

    def at(row: int, column: int) -> object:
        row, column = (0 if height == 1 else row), (0 if width == 1 else column)
        return (given[row][column] or 0.0) if row < height and column < width else _error("Na")

    area = [[at(row, column) for column in range(int(columns))] for row in range(int(rows))]
    return area if rows > 1 or columns > 1 else area[0][0]


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
    spread = [formula for formula in formulas if formula.area is None and _spreads(engine, formula)]
    for formula in spread:
        text = _text(engine, formula).removeprefix("=")
        engine.set_formula(formula.sheet, formula.row, formula.column, f"=@({text})")
    if spread:
        engine.evaluate_all()


def _spreads(engine: "formualizer.Workbook", formula: _Formula) -> bool:
    if _kind(engine.get_value(formula.sheet, formula.row, formula.column)) == "Spill":
        return True
    return _spill(engine, formula.sheet, formula.row, formula.column) is not None


def _spill(engine: "formualizer.Workbook", sheet: str, row: int, column: int) -> Area | None:
    """The cells that a result fills; None when it is a single one."""
    address = "'" + sheet.replace("'", "''") + f"'!{cell_name(row, column)}"
    role = engine.inspect_cell(address, include_values=False).cell.spill
    return area_bounds(role.extent.rpartition("!")[2]) if role is not None and role.extent else None


def _values(engine: "formualizer.Workbook", formulas: list[_Formula]) -> Cells:
    return {
        (formula.sheet, cell_name(row, column)): _value(engine.get_value(formula.sheet, row, column))
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
    failures: list[str],
) -> Iterator[Finding]:
    unknown = _unknown_functions(functions)
    failed = {failure.partition(":")[0] for failure in failures}
    explained = 0
    for formula in formulas:
        kind = _kind(engine.get_value(formula.sheet, formula.row, formula.column))
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
            yield Finding("error", *where, _why(engine, formula, failures) or _describe(kind))
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
                known[name] = _kind(scratch.evaluate_cell("S", len(known), 1)) == "Name"
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
    return _DETAILS.get(kind, str(_KINDS.get(kind, CellError.VALUE)))


def _value(raw: object) -> Value:
    if isinstance(raw, list):
        raw = raw[0][0] if raw and raw[0] else None
    if isinstance(raw, dict):
        return _KINDS.get(_kind(raw), CellError.VALUE)
    if raw is None or isinstance(raw, bool | str):
        return raw
    number = float(raw)  # type: ignore[arg-type]
    return number if math.isfinite(number) else CellError.NUM


def _kind(raw: object) -> str:
    """The engine's name for an error; empty when the value is none."""
    return str(raw.get("kind", "Value")) if isinstance(raw, dict) else ""


def _error(kind: str) -> dict[str, str]:
    return {"type": "Error", "kind": kind}


_KINDS = {
    "Na": CellError.NA,
    "Div": CellError.DIV0,
    "Num": CellError.NUM,
    "Value": CellError.VALUE,
    "Name": CellError.NAME,
    "Ref": CellError.REF,
    "Null": CellError.NULL,
    "NImpl": CellError.NAME,
    "Error": CellError.NAME,
}
_NAMES = {error: kind for kind, error in reversed(_KINDS.items())}
_DETAILS = {
    "NImpl": "the recalculation doesn't support this formula; Excel does",
    "Error": "the recalculation can't read this formula",
    "Spill": "#SPILL!: the cells that the result would fill are not empty",
    "Calc": "#CALC!: an empty array",
}
