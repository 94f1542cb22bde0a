"""Render the workbook: place everything, draw every sheet, save the same bytes every time."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping

from lxml.etree import LxmlError
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from xlcost.analysis.case import Case, known_inputs
from xlcost.errors import CannotWrite
from xlcost.files.values import normalise
from xlcost.model import graph
from xlcost.model.expressions import Column
from xlcost.sheets import (
    alternatives,
    calculations,
    checks,
    control,
    data,
    deployment,
    functions,
    guide,
    inputs,
    iteration,
    levers,
    maintenance,
    memory,
    montecarlo,
    opportunity,
    options,
    purchase,
    readme,
    results,
    savings,
    sensitivity,
    settings,
    snapshot,
    stamp,
    starting,
    stored,
    styles,
    summary,
    tables,
    talent,
    timeline,
    training,
    validation,
)
from xlcost.sheets.layout import CASES, HEAD_ROW, INPUTS, LIVE, LIVE_CASE, Layout

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
    levers.SHEET,
    timeline.SHEET,
    results.SHEET,
    starting.SHEET,
    options.SHEET,
    checks.SHEET,
)


def render(
    cases: Mapping[str, Case],
    *,
    flavour: str = "excel",
    live: str = CASES[0],
    xlwings: Mapping[str, str] | None = None,
) -> bytes:
    """The workbook with the given cases, by name: Base, Lean, Stretch, Custom A, Custom B.

    A case that isn't given takes everything from Base. `live` is the case that every sheet shows. In the flavour
    `none`, no FT_ function is in it: no control, and no sheet Functions. In the flavour `lambda`, the functions that
    can be are names of the workbook itself, and no add-in is asked. With the settings of `xlwings`, it has a sheet of
    them. Cached values are not in the file yet.
    """
    return normalise(_saved(draw(cases, flavour=flavour, live=live, xlwings=xlwings)))


def draw(
    cases: Mapping[str, Case],
    *,
    flavour: str = "excel",
    live: str = CASES[0],
    xlwings: Mapping[str, str] | None = None,
) -> Workbook:
    """The same workbook, before it is saved."""
    model = graph()
    layout = Layout(model, known_inputs(), CALCULATIONS)
    every = {name: cases.get(name, Case(name)) for name in CASES}
    book = Workbook()
    book.remove(book.active)
    styles.make_normal(book)
    order = _order(flavour, xlwings is not None)
    for title, _ in order:
        book.create_sheet(title)
    guide.draw_cover(book["Cover"], layout, order, stamp.stamp(stamp.used(every, layout.inputs)))
    readme.draw_readme(book[readme.README])
    alternatives.draw(book[alternatives.TITLE], layout)
    pages = _pages(book, layout, snapshot.snapshot(every, live), flavour == "excel")
    controls = _controls(pages)
    summary.draw(book, layout, pages)
    inputs.draw(book[INPUTS], layout, every, live)
    for title, (purpose, names) in tables.SHEETS.items():
        tables.draw(book, book[title], names, purpose, model.catalog)
    for sheet in CALCULATIONS:
        if sheet is timeline.SHEET:
            calculations.draw_timeline(book[sheet.title], sheet, layout)
        elif sheet is checks.SHEET:
            control.draw(book, book[sheet.title], sheet, layout, _tables_used(), flavour, controls)
        elif sheet is results.SHEET:
            calculations.draw(book[sheet.title], sheet, layout)
            controls[sheet.title] = stored.draw_ranges(book, book[sheet.title], layout, every, flavour == "excel")
        else:
            calculations.draw(book[sheet.title], sheet, layout)
    validation.draw(book[validation.TITLE])
    if flavour != "none":
        functions.draw(book, book[functions.TITLE], flavour)
    guide.draw_constants(book, book["Constants"], model)
    guide.draw_sources(book["Sources"], model.catalog)
    readme.draw_changes(book[readme.CHANGES], model.catalog)
    if xlwings is not None:
        settings.draw(book[settings.TITLE], xlwings)
    _name_everything(book, layout)
    return book


def _pages(book: Workbook, layout: Layout, kept: snapshot.Snapshot, engine: bool) -> summary.Pages:
    """The pages of what the engine has found for the live case."""
    return summary.Pages(
        sensitivity.draw(book[sensitivity.TITLE], layout, kept, engine),
        montecarlo.draw(book[montecarlo.TITLE], layout, kept, engine),
        savings.draw(book[savings.TITLE], layout, kept, engine),
    )


def _controls(pages: summary.Pages) -> dict[str, list[str]]:
    """By page, the cells that are nothing as long as nobody has overwritten what is stored there."""
    return {
        sensitivity.TITLE: [pages.sensitivity.stamp.control],
        montecarlo.TITLE: [pages.montecarlo.stamp.control],
        savings.TITLE: [pages.savings.stamp.control],
    }


def _saved(book: Workbook) -> bytes:
    """The bytes of the workbook. openpyxl writes each sheet to a temporary file first, where there may be no room."""
    buffer = io.BytesIO()
    try:
        book.save(buffer)
    except (OSError, LxmlError) as trouble:
        raise CannotWrite(f"{tempfile.gettempdir()}, for temporary files: can't be written ({trouble})") from None
    return buffer.getvalue()


def _order(flavour: str, macros: bool = False) -> list[tuple[str, str]]:
    """Every sheet and its purpose, in order."""
    sheets = {sheet.title: sheet.purpose for sheet in CALCULATIONS}
    return [
        ("Cover", "What this is, and where to find what."),
        (readme.README, readme.README_PURPOSE),
        (summary.TITLE, "The answer on one page."),
        *((page.TITLE, page.PURPOSE) for page in (alternatives, savings, sensitivity, montecarlo)),
        (INPUTS, "The only sheet to write on."),
        *((title, purpose) for title, (purpose, _) in tables.SHEETS.items()),
        *sheets.items(),
        (validation.TITLE, validation.PURPOSE),
        *([(functions.TITLE, functions.PURPOSES[flavour])] if flavour in functions.PURPOSES else []),
        ("Constants", "Numbers that a definition fixes."),
        ("Sources", "Where the figures are from."),
        (readme.CHANGES, readme.CHANGES_PURPOSE),
        *([(settings.TITLE, settings.PURPOSE)] if macros else []),
    ]


def _tables_used() -> tuple[str, ...]:
    """The catalogue tables in which formulas look something up."""
    used = {
        each.table for quantity in graph().quantities.values() for each in quantity.parts if isinstance(each, Column)
    }
    return tuple(name for _, names in tables.SHEETS.values() for name in names if name in used)


def _name_everything(book: Workbook, layout: Layout) -> None:
    """Names for the live case, the inputs of the live case, and the results."""

    def name(title: str, where: str, comment: str) -> None:
        book.defined_names[title] = DefinedName(title, attr_text=where, comment=comment[:255])

    name(LIVE_CASE, f"{INPUTS}!${LIVE}${HEAD_ROW - 1}", "The case that every sheet shows in its column Live.")
    for each in layout.inputs.values():
        title = "in_" + each.name.replace(".", "_")
        name(title, layout.live_input(each.name), f"{each.label}, {each.unit}: live case")
    for quantity in results.SHEET.names:
        unit = layout.graph.unit(quantity)
        name(f"out_{quantity}", layout.live(quantity), f"{layout.graph.label(quantity)}, {unit}: live case")
