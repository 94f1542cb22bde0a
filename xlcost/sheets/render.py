"""Render the workbook: place everything, draw every sheet, save the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from xlcost.analysis.case import Case, known_inputs
from xlcost.files.values import normalise
from xlcost.model import graph
from xlcost.model.expressions import Column, walk
from xlcost.sheets import (
    calculations,
    checks,
    control,
    data,
    deployment,
    functions,
    guide,
    inputs,
    iteration,
    maintenance,
    memory,
    opportunity,
    purchase,
    results,
    summary,
    tables,
    talent,
    timeline,
    training,
    validation,
)
from xlcost.sheets.layout import CASES, HEAD_ROW, INPUTS, LIVE, LIVE_CASE, TIMELINE, Layout

# In the order in which they stand in the workbook.
CALCULATIONS = (
    data.SHEET,
    training.SHEET,
    memory.SHEET,
    purchase.SHEET,
    iteration.SHEET,
    deployment.SHEET,
    maintenance.SHEET,
    talent.SHEET,
    opportunity.SHEET,
    timeline.SHEET,
    results.SHEET,
    checks.SHEET,
)


def render(cases: Mapping[str, Case], *, engine: bool = True) -> bytes:
    """The workbook with the given cases, by name: Base, Lean, Stretch, Custom A, Custom B.

    A case that isn't given takes everything from Base. Without `engine`, no FT_ function is in it: no control, and no
    sheet Functions. Cached values are not in the file yet.
    """
    buffer = io.BytesIO()
    draw(cases, engine=engine).save(buffer)
    return normalise(buffer.getvalue())


def draw(cases: Mapping[str, Case], *, engine: bool = True) -> Workbook:
    """The same workbook, before it is saved."""
    model = graph()
    layout = Layout(model, known_inputs(), CALCULATIONS)
    every = {name: cases.get(name, Case(name)) for name in CASES}
    book = Workbook()
    book.remove(book.active)
    order = _order(engine)
    for title, _ in order:
        book.create_sheet(title)
    guide.draw_cover(book["Cover"], layout, order)
    summary.draw(book["Summary"], layout, book[TIMELINE])
    inputs.draw(book[INPUTS], layout, every)
    for title, (purpose, names) in tables.SHEETS.items():
        tables.draw(book, book[title], names, purpose, model.catalog)
    for sheet in CALCULATIONS:
        if sheet is timeline.SHEET:
            calculations.draw_timeline(book[sheet.title], sheet, layout)
        elif sheet is checks.SHEET:
            control.draw(book, book[sheet.title], sheet, layout, _tables_used(), engine)
        else:
            calculations.draw(book[sheet.title], sheet, layout)
    validation.draw(book[validation.TITLE])
    if engine:
        functions.draw(book[functions.TITLE])
    guide.draw_constants(book, book["Constants"], model)
    guide.draw_sources(book["Sources"], model.catalog)
    _name_everything(book, layout)
    return book


def _order(engine: bool) -> list[tuple[str, str]]:
    """Every sheet and its purpose, in order."""
    sheets = {sheet.title: sheet.purpose for sheet in CALCULATIONS}
    return [
        ("Cover", "What this is, and how to use it."),
        ("Summary", "The answer on one page."),
        (INPUTS, "The only sheet to write on."),
        *((title, purpose) for title, (purpose, _) in tables.SHEETS.items()),
        *sheets.items(),
        (validation.TITLE, validation.PURPOSE),
        *([(functions.TITLE, "What the add-in's functions are, with an example of each.")] if engine else []),
        ("Constants", "Numbers that a definition fixes."),
        ("Sources", "Where the figures are from."),
    ]


def _tables_used() -> tuple[str, ...]:
    """The catalogue tables in which formulas look something up."""
    used = {
        each.table
        for quantity in graph().quantities.values()
        for each in walk(quantity.formula)
        if isinstance(each, Column)
    }
    return tuple(name for _, names in tables.SHEETS.values() for name in names if name in used)


def _name_everything(book: Workbook, layout: Layout) -> None:
    """Names for the live case, the inputs of the live case, and the results."""

    def name(title: str, where: str, comment: str) -> None:
        book.defined_names[title] = DefinedName(title, attr_text=where, comment=comment[:255])

    name(LIVE_CASE, f"{INPUTS}!${LIVE}${HEAD_ROW - 1}", "The case that every sheet shows in its column Live.")
    for each in layout.inputs.values():
        title = "in_" + each.name.replace(".", "_")
        name(title, layout.live(each.name), f"{each.label}, {each.unit}: live case")
    for quantity in results.SHEET.names:
        unit = layout.graph.unit(quantity)
        name(f"out_{quantity}", layout.live(quantity), f"{layout.graph.label(quantity)}, {unit}: live case")
