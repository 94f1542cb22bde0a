"""What the engine found for the live case when the workbook was made: kept as numbers, with a stamp that says of when.

Whether the inputs have changed since is found natively: the total that was stored is compared with the total now. A
stored number may be overwritten like any other; so their sum is stored too, and Checks compares it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.formatting.rule import FormulaRule

import xlcost
from xlcost.analysis.case import Case
from xlcost.analysis.estimate import Estimate, estimate
from xlcost.errors import XlcostError
from xlcost.model.formulas import constant_name
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import INPUTS, LIVE, Layout
from xlcost.sheets.stored import fingerprint, rounded

if TYPE_CHECKING:
    from xlcost.analysis.levers import LeverTable
    from xlcost.analysis.simulation import Simulation
    from xlcost.analysis.tornado import Tornado

TRIALS, SEED = 10_000, 1  # of the simulation that is stored, and of the live cells beside it
STATE_ROW = 4  # where a page says of when its stored numbers are
AMOUNT = "#,##0"
TEXTS = {
    "stale": "STORED FOR OTHER INPUTS than those of the live case now, by the engine for case",
    "kept": "Stored by the engine, as of the inputs of the live case now. Case",
}


@dataclass(frozen=True)
class Snapshot:
    """The live case, as it is used, and what the engine finds for it. Nothing of it where its total is an error."""

    case: Case
    found: Estimate
    tornado: Tornado
    simulation: Simulation | None
    levers: LeverTable | None

    @property
    def total(self) -> float | None:
        """The total cost, in USD."""
        return self.found.total if isinstance(self.found.total, float) else None


def snapshot(entered: Mapping[str, Case], live: str) -> Snapshot:
    """What the engine finds for the live case; what it doesn't give is from the first case, which is Base."""
    base = next(iter(entered.values())).given
    return _taken(Case(live, given={**base, **entered[live].given}))


@functools.lru_cache(8)
def _taken(case: Case) -> Snapshot:
    from xlcost.analysis.levers import levers
    from xlcost.analysis.simulation import simulated
    from xlcost.analysis.tornado import tornado

    found = estimate(case)
    simulation = simulated(case, TRIALS, SEED) if isinstance(found.total, float) else None
    try:
        table = levers(case)
    except XlcostError:  # a total with or without them is an error
        table = None
    return Snapshot(case, found, tornado(found), simulation, table)


@dataclass(frozen=True)
class Stamp:
    """Where a page says of when its stored numbers are: cells with their sheet."""

    total: str  # when they were stored
    is_stale: str  # 1 where the live case has another total now
    state: str  # in words
    control: str  # 1 where the sum of the stored numbers is no longer the one that was stored


def put(canvas: Canvas, address: str, value: object, shown: str = AMOUNT) -> None:
    """A result of the engine: a number, or a text; what there is none of is said to be so."""
    if isinstance(value, float | int) and value == value:
        canvas.number(address, rounded(float(value)), shown, styles.ENGINE, styles.RIGHT)
    else:
        text = value if isinstance(value, str) else "no value"
        canvas.text(address, text, styles.ENGINE, styles.RIGHT)


def label(canvas: Canvas, address: str, text: str) -> None:
    """A result of the engine that is a name."""
    canvas.text(address, text, styles.ENGINE)


def live_inputs(layout: Layout) -> str:
    """The arguments of a function of the live case: its values and their names."""
    first, last = layout.input_span
    return f"{INPUTS}!${LIVE}${first}:${LIVE}${last},{INPUTS}!$A${first}:$A${last}"


def stamp(canvas: Canvas, number: int, last: str, kept: Snapshot, layout: Layout, spans: Sequence[str]) -> Stamp:
    """Write the stamp from this row on, and what it says at the top of the page. `spans` hold the stored numbers."""
    title = canvas.sheet.title
    canvas.heading(number, "What is stored, and of when", last)
    case, total, now, stale, prints, summed, sums, control = range(number + 1, number + 9)
    lines = (
        (case, "Case when it was stored"),
        (total, "Its total cost when it was stored, USD"),
        (now, "Total cost of the live case now, USD"),
        (stale, "The inputs have changed since (1: yes)"),
        (prints, "Fingerprint of the inputs when it was stored"),
        (summed, "Sum of all that is stored, when it was stored"),
        (sums, "The same sum now"),
        (control, "It has moved (1: yes; Checks says so)"),
    )
    for row, text in lines:
        canvas.text(f"A{row}", text, styles.NOTE)
    label(canvas, f"B{case}", kept.case.name)
    put(canvas, f"B{total}", None if kept.total is None else round(kept.total, 2))
    canvas.formula(f"B{now}", layout.live("total_cost"), AMOUNT, styles.LINK, styles.RIGHT)
    moved = f"IF(ABS(B{total}-B{now})>{constant_name('CHECK_TOLERANCE')}*2,1,0)"
    canvas.formula(f"B{stale}", f"IF(ISNUMBER(B{total}),{moved},1)", "0", alignment=styles.RIGHT)
    label(canvas, f"B{prints}", fingerprint(kept.case))
    kept_sum = canvas.number(f"B{summed}", sum(_numbers(canvas, spans)), "#,##0.00", styles.ENGINE)
    kept_sum.alignment = styles.RIGHT
    canvas.formula(f"B{sums}", "+".join(f"SUM({span})" for span in spans), "#,##0.00", alignment=styles.RIGHT)
    text = f"IF(ABS(B{summed}-B{sums})>{constant_name('CHECK_TOLERANCE')},1,0)"
    canvas.formula(f"B{control}", text, "0", alignment=styles.RIGHT)
    for row in (case, prints):
        canvas.sheet[f"B{row}"].alignment = styles.RIGHT
    _state(canvas, case, stale)
    sheet = f"{title}!"
    return Stamp(f"{sheet}$B${total}", f"{sheet}$B${stale}", f"{sheet}$A${STATE_ROW}", f"{sheet}$B${control}")


def _numbers(canvas: Canvas, spans: Sequence[str]) -> list[float]:
    cells = [cell for span in spans for row in canvas.sheet[span] for cell in row]
    return [cell.value for cell in cells if isinstance(cell.value, int | float)]


def _state(canvas: Canvas, case: int, stale: int) -> None:
    """At the top of the page, in words: of when the stored numbers are."""
    for row, text in ((case, TEXTS["kept"]), (stale, TEXTS["stale"])):
        canvas.text(f"D{row}", text, styles.NOTE)
    canvas.text(f"D{stale + 1}", f"; made by xlcost {xlcost.__version__}.", styles.NOTE)
    said = f'IF(B{stale}=1,D{stale},D{case})&" "&B{case}&D{stale + 1}'
    canvas.formula(f"A{STATE_ROW}", said, font=styles.ENGINE)
    rule = FormulaRule([f"$B${stale}=1"], fill=styles.BAD_FILL)
    canvas.sheet.conditional_formatting.add(f"A{STATE_ROW}", rule)
