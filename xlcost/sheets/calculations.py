"""Draw the sheets of calculations: one formula a row, the same across cases or months."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from xlcost.model.expressions import Apply
from xlcost.model.formulas import formula, key_name
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import (
    BASIS,
    CASE_SPAN,
    CASES,
    FIRST,
    HEAD_ROW,
    INPUTS,
    LAST,
    LINE,
    LIVE,
    LIVE_CASE,
    NAME,
    THIS,
    TOP_ROW,
    TOTAL,
    UNIT,
    Block,
    Layout,
    Row,
    case_column,
    effective_column,
    letter,
    month_column,
)
from xlcost.sheets.words import Sheet

HEAD = ("Name", "Line", "Unit", "Source or basis", "Live", "Total", "")
WIDTHS = {NAME: 25, LINE: 40, UNIT: 17, BASIS: 52, LIVE: 15, TOTAL: 15, "G": 2}


def live_formula(row: int, first: str, last: str) -> str:
    """The live case's value out of a row of cases, by the name of the case."""
    return f"INDEX({first}{row}:{last}{row},MATCH({LIVE_CASE},{first}${HEAD_ROW}:{last}${HEAD_ROW},0))"


def draw(worksheet: Worksheet, sheet: Sheet, layout: Layout) -> None:
    """A sheet with a column for each case."""
    canvas = Canvas(worksheet)
    canvas.top(sheet.title, sheet.purpose)
    canvas.head((*HEAD, *CASES))
    canvas.widths({**WIDTHS, **{case_column(case): 15 for case in range(len(CASES))}})
    last = CASE_SPAN[1]
    for number, row in layout.calculation_rows(sheet.title):
        if isinstance(row, str):
            canvas.heading(number, row, last)
            continue
        _describe(canvas, number, row, layout)
        unit = layout.graph.unit(row.name)
        shown, stands = ("0", styles.RIGHT) if row.table else (styles.number_format(unit), styles.aligned(unit))
        font = styles.LINK if row.link else styles.CALCULATION
        for case in range(len(CASES)):
            text = _case_formula(layout, sheet.title, number, row, case)
            canvas.formula(f"{case_column(case)}{number}", text, shown, font, stands)
        canvas.formula(f"{LIVE}{number}", live_formula(number, *CASE_SPAN), shown, font, stands)
        if row.name == sheet.sections[-1].names[-1] and not row.link and sheet.sections[-1].title == "The stage":
            for column in (LINE, LIVE, *(case_column(case) for case in range(len(CASES)))):
                worksheet[f"{column}{number}"].border = styles.OVER
    canvas.printed("calculation", f"{case_column(0)}{TOP_ROW}", f"1:{HEAD_ROW}")


def _describe(canvas: Canvas, number: int, row: Row, layout: Layout, prefix: str = "") -> None:
    graph = layout.graph
    label = graph.label(row.name)
    if row.member is not None:
        axis = graph.axes[graph.axis_of[row.name] or ""]
        label = f"{label}: {axis.labels[row.member]}"
    if row.computed:
        label += ", computed"
    name, unit = row.name, str(graph.unit(row.name))
    if row.member is not None:
        name = f"{row.name}.{axis.members[row.member]}"
    if row.table:
        label, name, unit = f"{label}: its line in the table", "", "count"
    canvas.text(f"{NAME}{number}", prefix + name, styles.NOTE)
    canvas.text(f"{LINE}{number}", label, alignment=styles.FOLDED)
    canvas.text(f"{UNIT}{number}", unit, styles.NOTE)
    canvas.text(f"{BASIS}{number}", _basis(row, layout), styles.NOTE, styles.FOLDED)


def _basis(row: Row, layout: Layout) -> str:
    if row.table:
        return f"Where {layout.graph.catalog.tables[row.table].label} has it, for the look-ups below."
    if row.link:
        return f"from {INPUTS if row.name in layout.graph.drivers else layout.home[row.name]}"
    if row.name in layout.graph.axes:
        return "counted"
    quantity = layout.quantity(row.name)
    if layout.graph.overridable(row.name) and not row.computed:
        return "Computed, unless Inputs has a value of your own."
    return quantity.summary


def _case_formula(layout: Layout, title: str, number: int, row: Row, case: int) -> str:
    graph, column = layout.graph, case_column(case)
    if row.table:
        key = layout.on_sheet(title, case, None).cell(row.name)
        return f"MATCH({key},{key_name(row.table)},0)"
    if row.link:
        return layout.source(row.name, case, row.member)
    if row.name in graph.axes:
        return _member_formula(graph.axes[row.name].members, row.member or 0, f"{column}{number - 1}")
    if graph.overridable(row.name) and not row.computed:
        given = f"{INPUTS}!{effective_column(case)}{layout.input_rows[row.name]}"
        return f'IF({given}="",{column}{number - 1},{given})'
    return formula(layout.quantity(row.name).formula, layout.on_sheet(title, case, row.member), row.name)


def _member_formula(members: Sequence[float | str], member: int, before: str) -> str:
    """A member of a counted axis from the one before: 0, 1, 2 by ones, or 1, 2, 4 by doubling."""
    if not member:
        return f"{members[0]:g}"
    return f"{before}*2" if members[0] else f"{before}+1"


def draw_timeline(worksheet: Worksheet, sheet: Sheet, layout: Layout) -> None:
    """Months across; the live case at the top, and a block for each case."""
    canvas = Canvas(worksheet)
    canvas.top(sheet.title, sheet.purpose)
    canvas.head(HEAD)
    canvas.widths({**WIDTHS, NAME: 34, **{month_column(member): 11 for member in range(layout.months)}})
    last = layout.month_span[1]
    for member in range(layout.months):
        text = f"{letter(FIRST + member - 1)}{HEAD_ROW}+1" if member else "0"
        cell = canvas.formula(f"{month_column(member)}{HEAD_ROW}", text, "0", styles.HEAD)
        cell.fill, cell.alignment = styles.HEAD_FILL, styles.CENTRE
    canvas.heading(TOP_ROW, "The live case", last)
    top, bottom = _block_span(layout.timeline)
    for name, number in layout.live_rows.items():
        _describe(canvas, number, Row(name), layout)
        canvas.text(f"{BASIS}{number}", "The row of the live case below.", styles.NOTE)
        keys = f"${NAME}${top}:${NAME}${bottom}"
        canvas.formula(f"{LIVE}{number}", f'MATCH({LIVE_CASE}&"|"&{NAME}{number},{keys},0)', "0", styles.NOTE)
        shown = styles.number_format(layout.graph.unit(name))
        _sum(canvas, layout, number, name, shown)
        for member in range(layout.months):
            column = month_column(member)
            text = f"INDEX({column}${top}:{column}${bottom},${LIVE}{number})"
            canvas.formula(f"{column}{number}", text, shown)
    for block in layout.timeline:
        _draw_block(canvas, block, layout)
    canvas.printed("calculation", f"{month_column(0)}{TOP_ROW}", f"1:{HEAD_ROW}")
    worksheet.print_title_cols = f"{NAME}:{TOTAL}"
    worksheet.page_setup.fitToWidth = 5


def _block_span(blocks: list[Block]) -> tuple[int, int]:
    return min(min(block.rows) for block in blocks), max(max(block.rows) for block in blocks)


def _sum(canvas: Canvas, layout: Layout, number: int, name: str, shown: str) -> None:
    """A total for what flows; a running total or a factor has none."""
    unit = layout.graph.unit(name)
    if unit.text.endswith("/month") and not is_running_total(layout, name):
        first, last = layout.month_span
        canvas.formula(f"{TOTAL}{number}", f"SUM({first}{number}:{last}{number})", shown, styles.STRONG)


def is_running_total(layout: Layout, name: str) -> bool:
    """Whether a quantity is a running total along the months."""
    expression = layout.quantity(name).formula
    return isinstance(expression, Apply) and expression.primitive == "running_total"


def _draw_block(canvas: Canvas, block: Block, layout: Layout) -> None:
    assert block.case is not None
    months = [(month_column(member), letter(FIRST + member - 1)) for member in range(layout.months)]
    for number, row in sorted(block.rows.items()):
        if isinstance(row, str):
            canvas.heading(number, row, layout.month_span[1])
            continue
        _describe(canvas, number, row, layout, prefix=f"{block.title}|")
        shown = styles.number_format(layout.graph.unit(row.name))
        if row.link:
            canvas.formula(f"{LIVE}{number}", layout.source(row.name, block.case), shown, styles.LINK, styles.RIGHT)
            continue
        _sum(canvas, layout, number, row.name, shown)
        monthly = formula(layout.quantity(row.name).formula, layout.on_timeline(block.case), row.name)
        for this, last in months:
            canvas.formula(f"{this}{number}", monthly.replace(THIS, this).replace(LAST, last), shown)
