"""Results of the engine that a workbook carries as numbers, for whoever has no add-in; with a stamp that says of when.

A line has the stored value of every case. Its live column asks the engine where the add-in is there, and shows what is
stored where it isn't. Whether the inputs have changed since is found natively: the total that was stored beside them
is compared with the total that the workbook has now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

import xlcost
from xlcost.analysis.case import Case
from xlcost.analysis.estimate import STAGE_COSTS, estimate
from xlcost.analysis.ranges import ranges
from xlcost.model.formulas import constant_name
from xlcost.sheets import styles
from xlcost.sheets.calculations import live_formula
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.inputs import live_inputs, live_sources
from xlcost.sheets.layout import (
    BASIS,
    CASE_SPAN,
    CASES,
    ENGINE_DRAWS,
    LINE,
    LIVE,
    NAME,
    TOTAL,
    UNIT,
    Layout,
    case_column,
)
from xlcost.sheets.stamp import PREFIX
from xlcost.sheets.using import as_used

SHOWN = "#,##0"
DIGITS = 6  # that are stored: the last ones differ from machine to machine
FINGERPRINT = 8  # hexadecimal digits
KEPT, KEPT_TOTAL = "Stored; live beside it, with the add-in.", f"By xlcost {xlcost.__version__}."
PRINTS = "stored_inputs"  # the line with the fingerprint of each case
OF_INPUTS = "A fingerprint of all of them."


@dataclass(frozen=True)
class Stored:
    """A result of the engine: a name that its function takes, and its value for each case; None where it has none."""

    name: str
    label: str
    unit: str
    values: Mapping[str, float | None]


def stored_ranges(layout: Layout, used: Mapping[str, Case]) -> list[Stored]:
    """The low and the high of every stage and of the total, for each case as it is used."""
    found = {name: ranges(case) for name, case in used.items()}
    lines = []
    for cost in (*STAGE_COSTS, "total_cost"):
        for end in ("low", "high"):
            values = {name: getattr(each[cost], end) for name, each in found.items()}
            lines.append(Stored(f"{cost}_{end}", f"{layout.graph.label(cost)}, {end}", "USD", values))
    return lines


def draw_ranges(
    book: Workbook, worksheet: Worksheet, layout: Layout, entered: Mapping[str, Case], engine: bool
) -> list[str]:
    """Below the results: how low and how high each may be. The cells that are nothing if no number is changed."""
    base = entered[CASES[0]].given
    used = {name: as_used(name, base, entered[name].given) for name in CASES}
    number = max(layout.blocks[worksheet.title].rows) + 3
    title = "How low and how high: by the engine, and no probability"
    lines = stored_ranges(layout, used)
    last = draw(book, Canvas(worksheet), number, title, lines, layout, used, "FT_RANGE" if engine else "")
    return [f"{worksheet.title}!{case_column(case)}{last}" for case in range(len(CASES))]


def draw(
    book: Workbook,
    canvas: Canvas,
    number: int,
    title: str,
    lines: Sequence[Stored],
    layout: Layout,
    used: Mapping[str, Case],
    function: str,
) -> int:
    """A block of stored results from this row on: the last row of it.

    `function` is called with the live case's values, the names of the inputs, and the name of the line; without one,
    what is stored is all there is.
    """
    canvas.heading(number, title, CASE_SPAN[1])
    inputs, known = live_inputs(layout), live_sources(layout)
    for line in lines:
        number += 1
        _describe(canvas, number, line.name, line.label, line.unit, KEPT)
        for case, name in enumerate(CASES):
            _put(canvas, f"{case_column(case)}{number}", line.values[name])
        canvas.formula(f"{TOTAL}{number}", live_formula(number, *CASE_SPAN), SHOWN, styles.ENGINE, styles.RIGHT)
        live = (
            f"IF({ENGINE_DRAWS}=1,{function}({inputs},{NAME}{number},{known}),{TOTAL}{number})"
            if function
            else f"{TOTAL}{number}"
        )
        canvas.formula(f"{LIVE}{number}", live, SHOWN, styles.ENGINE, styles.RIGHT)
        where = f"{canvas.sheet.title}!${LIVE}${number}"
        comment = f"{line.label}, {line.unit}: live case"
        book.defined_names[f"out_{line.name}"] = DefinedName(f"out_{line.name}", attr_text=where, comment=comment)
    return _stamp(canvas, number, len(lines), layout, used, function)


def _stamp(canvas: Canvas, number: int, count: int, layout: Layout, used: Mapping[str, Case], function: str) -> int:
    """Of when the stored numbers are, and whether they still are."""
    stored, now, changed, shown, prints, summed, control = range(number + 1, number + 8)
    _describe(canvas, stored, "stored_total", "Total cost when they were stored", "USD", KEPT_TOTAL)
    _describe(canvas, now, "stored_now", "Total cost now", "USD", "From above, by native formulas.")
    _describe(canvas, changed, "stored_is_stale", "The inputs have changed since", "flag", "The two totals differ.")
    _describe(canvas, shown, "stored_shown", "What is shown", "text", "In the column Live.")
    _describe(canvas, prints, PRINTS, "Inputs when they were stored", "text", OF_INPUTS)
    _describe(canvas, summed, "stored_sum", "Sum of them when they were stored", "USD", "Of all lows and highs.")
    _describe(canvas, control, "stored_has_moved", "Their sum has moved", "flag", "Nobody has overwritten one: 0.")
    for case, name in enumerate(CASES):
        column = case_column(case)
        found = [canvas.sheet[f"{column}{row}"].value for row in range(number - count + 1, number + 1)]
        kept_sum = sum(value for value in found if isinstance(value, int | float))
        canvas.number(f"{column}{summed}", kept_sum, SHOWN, styles.ENGINE).alignment = styles.RIGHT
        now_sum = f"SUM({column}{number - count + 1}:{column}{number})"
        text = f"IF(ABS({column}{summed}-{now_sum})>{constant_name('CHECK_TOLERANCE')},1,0)"
        canvas.formula(f"{column}{control}", text, "0", alignment=styles.RIGHT)
        total = estimate(used[name]).total
        _put(canvas, f"{column}{stored}", round(total, 2) if isinstance(total, float) else None)
        native = f"{column}{layout.blocks[canvas.sheet.title].row_of('total_cost')}"
        canvas.formula(f"{column}{now}", native, SHOWN, styles.CALCULATION, styles.RIGHT)
        moved = f"IF(ABS({column}{stored}-{column}{now})>{constant_name('CHECK_TOLERANCE')}*2,1,0)"
        canvas.formula(f"{column}{changed}", f"IF(ISNUMBER({column}{stored}),{moved},1)", "0", alignment=styles.RIGHT)
        canvas.text(f"{column}{prints}", fingerprint(used[name]), styles.ENGINE).alignment = styles.RIGHT
    for row, form in (
        (stored, SHOWN), (now, SHOWN), (changed, "0"), (prints, "General"), (summed, SHOWN), (control, "0"),
    ):  # fmt: skip
        canvas.formula(f"{LIVE}{row}", live_formula(row, *CASE_SPAN), form, alignment=styles.RIGHT)
    kept = f'IF({LIVE}{changed}=1,"stored: the inputs have changed since","stored, as of these inputs")'
    text = f'IF({ENGINE_DRAWS}=1,"live, by the engine",{kept})' if function else kept
    canvas.formula(f"{LIVE}{shown}", text, font=styles.NOTE)
    return control


def fingerprint(case: Case) -> str:
    """Of all inputs as they are used: another one, as soon as one of them differs. In words, as it is no number."""
    said = repr(sorted(case.complete_flat().items()))
    return PREFIX + hashlib.sha256(said.encode()).hexdigest()[:FINGERPRINT]


def _put(canvas: Canvas, address: str, value: float | None) -> None:
    if value is None:
        canvas.text(address, "no value", styles.ENGINE).alignment = styles.RIGHT
        return
    canvas.number(address, rounded(value), SHOWN, styles.ENGINE).alignment = styles.RIGHT


def rounded(value: float) -> float:
    """As it is stored: what has cents at most as it is, and the rest with as many digits as every machine agrees on."""
    return value if value == round(value, 2) else float(f"{value:.{DIGITS}g}")


def _describe(canvas: Canvas, number: int, name: str, label: str, unit: str, basis: str) -> None:
    canvas.text(f"{NAME}{number}", name, styles.NOTE)
    canvas.text(f"{LINE}{number}", label).alignment = styles.FOLDED
    canvas.text(f"{UNIT}{number}", unit, styles.NOTE)
    canvas.text(f"{BASIS}{number}", basis, styles.NOTE).alignment = styles.FOLDED
