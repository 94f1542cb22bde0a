"""Draw the sheets for reading: Cover, Functions, Constants and Sources."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlcost import __version__
from xlcost.catalog import Catalog
from xlcost.model.formulas import constant_name
from xlcost.model.graph import Graph
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.inputs import placeholders
from xlcost.sheets.layout import HEAD_ROW, LIVE_CASE, MADE_WITH, MASTER_SAID, TOP_ROW, VERSION_CELL, Layout
from xlcost.sheets.readme import colours

HEADLINES = ("total_cost", "present_cost", "request_cost", "npv", "payback_month")


def draw_cover(worksheet: Worksheet, layout: Layout, sheets: Sequence[tuple[str, str]], stamp: str) -> None:
    """What this is, the headline numbers, and a map of the sheets."""
    canvas = Canvas(worksheet)
    canvas.top(
        "What fine-tuning costs",
        "The whole lifecycle of a fine-tuned model: data, training, iteration, deployment, maintenance, "
        "talent, opportunity.",
    )
    canvas.widths({"A": 30, "B": 18, "C": 100})
    canvas.text("A5", "Made with", styles.NOTE)
    canvas.text(VERSION_CELL, f"{MADE_WITH}{__version__}", styles.NOTE)
    canvas.text("A6", "Inputs when made", styles.NOTE)
    canvas.text("B6", stamp, styles.NOTE)
    canvas.text("C6", "`xlcost show` says whether they still are the same.", styles.NOTE)
    canvas.text("A7", "State of the checks", styles.NOTE)
    canvas.formula("B7", MASTER_SAID, font=styles.NOTE)
    number = 9
    canvas.heading(number, "The live case", "C")
    number += 1
    canvas.text(f"A{number}", "Case")
    canvas.formula(f"B{number}", LIVE_CASE).alignment = styles.RIGHT
    for name in HEADLINES:
        number += 1
        unit = layout.graph.unit(name)
        canvas.text(f"A{number}", f"{layout.graph.label(name)}, {unit}")
        shown = "#,##0" if str(unit) == "USD" else styles.number_format(unit)
        canvas.formula(f"B{number}", layout.live(name), shown, styles.LINK).alignment = styles.RIGHT
    number += 1
    canvas.text(f"A{number}", "Inputs that are placeholders")
    canvas.formula(f"B{number}", placeholders(layout), "0", styles.LINK, styles.RIGHT)
    note = "Nobody has quoted or measured these figures: replace them before you decide."
    canvas.text(f"C{number}", note, styles.NOTE).alignment = styles.INDENT
    number += 2
    canvas.heading(number, "Sheets", "C")
    for title, purpose in sheets:
        number += 1
        cell = canvas.text(f"A{number}", title, styles.INPUT)
        cell.hyperlink = f"#'{title}'!A1"
        canvas.text(f"C{number}", purpose, styles.NOTE)
    colours(canvas, number + 2, "C")
    canvas.printed("guide", "A4")
    worksheet.page_setup.fitToHeight = 1


def draw_constants(book: Workbook, worksheet: Worksheet, graph: Graph) -> None:
    """The named constants that formulas use."""
    from xlcost.model import constants as declared
    from xlcost.model.expressions import Constant

    canvas = Canvas(worksheet)
    canvas.top("Constants", "Numbers that a definition fixes. They are no inputs.")
    canvas.head(("Name", "Constant", "Unit", "Value", "Why"))
    canvas.widths({"A": 28, "B": 56, "C": 30, "D": 18, "E": 60})
    number = HEAD_ROW
    for name, constant in vars(declared).items():
        if not isinstance(constant, Constant):
            continue
        number += 1
        canvas.text(f"A{number}", constant_name(name), styles.NOTE)
        canvas.text(f"B{number}", constant.label)
        canvas.text(f"C{number}", str(constant.unit), styles.NOTE)
        canvas.number(f"D{number}", constant.value, "General", styles.CALCULATION)
        canvas.text(f"E{number}", constant.source, styles.NOTE)
        book.defined_names[constant_name(name)] = DefinedName(
            constant_name(name), attr_text=f"Constants!$D${number}", comment=f"{constant.label}, {constant.unit}"[:255]
        )
    canvas.printed("guide", f"A{TOP_ROW}", f"1:{HEAD_ROW}")


EACH_SAYS = "each figure says where"


def draw_sources(worksheet: Worksheet, catalog: Catalog) -> None:
    """Where every figure of the catalogue is from."""
    canvas = Canvas(worksheet)
    canvas.top("Sources", "Where the figures are from. What has no source is called a placeholder on Inputs.")
    canvas.head(("Source", "Where", "Where in it", "As of", "Licence", "Note"))
    canvas.widths({"A": 60, "B": 70, "C": 50, "D": 12, "E": 16, "F": 80})
    for offset, source in enumerate(catalog.sources.values()):
        number = TOP_ROW + offset
        canvas.text(f"A{number}", source.title)
        canvas.text(f"B{number}", source.where, styles.NOTE)
        canvas.text(f"C{number}", source.place or EACH_SAYS, styles.NOTE)
        canvas.text(f"D{number}", source.at.isoformat(), styles.NOTE)
        canvas.text(f"E{number}", source.licence, styles.NOTE)
        canvas.text(f"F{number}", source.note, styles.NOTE)
    canvas.printed("guide", f"A{TOP_ROW}", f"1:{HEAD_ROW}")
