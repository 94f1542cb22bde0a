"""Draw Checks: differences that must be nothing, alerts, and the control of the native formulas by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.estimate import STAGE_COSTS
from xlcost.model.formulas import constant_name, key_name
from xlcost.sheets import calculations, styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.functions import differences
from xlcost.sheets.inputs import IN_BOUNDS, IN_LIST
from xlcost.sheets.layout import (
    BASIS,
    CASE_SPAN,
    CASES,
    ENGINE_DRAWS,
    ENGINE_ON,
    INPUTS,
    LINE,
    LIVE,
    MASTER_SAID,
    NAME,
    TOP_ROW,
    TOTAL,
    UNIT,
    Layout,
    case_column,
    effective_column,
)
from xlcost.sheets.tables import SHEETS as TABLES
from xlcost.sheets.tables import refused_name
from xlcost.sheets.words import Sheet

KIND, HOLDS = "N", "O"
TOLERANCE = constant_name("CHECK_TOLERANCE")
ENGINES = {
    "excel": "Control by the engine: the same totals from the add-in's functions",
    "lambda": "Control by the functions of this workbook, which need Excel 365",
}
CONTROLLED = (*STAGE_COSTS, "total_cost", "npv")
CONTROL_OF_FUNCTIONS = "chk_functions"


def draw(
    book: Workbook,
    worksheet: Worksheet,
    sheet: Sheet,
    layout: Layout,
    tables: tuple[str, ...],
    flavour: str,
    stored: Mapping[str, Sequence[str]],
) -> None:
    """The checks of the model, those of the workbook, and the engine's where it is asked."""
    calculations.draw(worksheet, sheet, layout)
    canvas = Canvas(worksheet)
    canvas.head(("Kind", "Holds"), first=14)
    canvas.widths({"M": 2, KIND: 9, HOLDS: 9})
    for number, row in layout.calculation_rows(sheet.title):
        if not isinstance(row, str) and row.name.startswith("check_"):
            _judge(canvas, number)
    number = max(layout.blocks[sheet.title].rows) + 2
    number = _workbook_checks(canvas, number, layout, tables, stored)
    not_run = ""
    if flavour != "none":
        number = _engine(book, canvas, number + 1, layout, tables, flavour)
        not_run = f"{LIVE}{number}"
    _master(book, canvas, number + 1, not_run)
    first = f"{HOLDS}{TOP_ROW}"
    for holds, fill in ((0, styles.BAD_FILL), (1, styles.GOOD_FILL)):
        rule = FormulaRule([f"AND(ISNUMBER({first}),{first}={holds})"], fill=fill)  # an empty cell equals 0, too
        worksheet.conditional_formatting.add(f"{first}:{HOLDS}{number + 3}", rule)


def _judge(canvas: Canvas, number: int) -> None:
    """Whether the differences of a row are nothing, in every case; an error is not nothing."""
    span = f"{CASE_SPAN[0]}{number}:{CASE_SPAN[1]}{number}"
    canvas.formula(f"{TOTAL}{number}", TOLERANCE, "0.000", styles.NOTE)
    canvas.text(f"{KIND}{number}", "check", styles.NOTE)
    canvas.formula(
        f"{HOLDS}{number}",
        f"IF(ISERROR(SUM({span})),0,IF(MAX(MAX({span}),-MIN({span}))<={TOTAL}{number},1,0))",
        "0",
    )


def _line(canvas: Canvas, number: int, name: str, label: str, unit: str, basis: str) -> None:
    canvas.text(f"{NAME}{number}", name, styles.NOTE)
    canvas.text(f"{LINE}{number}", label).alignment = styles.FOLDED
    canvas.text(f"{UNIT}{number}", unit, styles.NOTE)
    canvas.text(f"{BASIS}{number}", basis, styles.NOTE).alignment = styles.FOLDED


def _workbook_checks(
    canvas: Canvas, number: int, layout: Layout, tables: tuple[str, ...], stored: Mapping[str, Sequence[str]]
) -> int:
    canvas.heading(number, "Checks of this workbook", CASE_SPAN[1])
    first, last = layout.input_span
    accepted = f"{INPUTS}!${IN_BOUNDS}${first}:${IN_LIST}${last}"
    lines = [
        ("chk_inputs", "Inputs that are not accepted", f"COUNTIF({accepted},0)", "Bounds and choices, in every case."),
        (
            "chk_input_lines",
            "Inputs whose own check is missing",
            f"COUNTA({INPUTS}!${UNIT}${first}:${UNIT}${last})-COUNT({accepted})",
            "Every line of Inputs is checked.",
        ),
    ]
    for table in tables:
        key = key_name(table)
        lines.append(
            (
                f"chk_keys_{table}",
                f"Names that stand twice in {layout.graph.catalog.tables[table].label}",
                f"ROWS({key})-COUNTIF(chk_{table}_stands,1)",
                "A look-up would find the first only.",
            )
        )
    for title in TABLES:
        text = f"SUM({refused_name(title)})"
        lines.append(
            (f"chk_figures_{title.lower()}", f"Figures on {title} that can't be", text, "None is negative or a text.")
        )
    for name, label, text, basis in lines:
        number += 1
        _line(canvas, number, name, label, "count", basis)
        canvas.formula(f"{CASE_SPAN[0]}{number}", text, "0").alignment = styles.RIGHT
        _judge(canvas, number)
    for title, cells in stored.items():
        number += 1
        label, basis = (
            f"What is stored on {title}: its sum has moved",
            "Nobody has overwritten what the engine has found.",
        )
        _line(canvas, number, f"chk_stored_{title.lower()}", label, "flag", basis)
        for case, cell in enumerate(cells):
            canvas.formula(f"{case_column(case)}{number}", cell, "0", styles.LINK, styles.RIGHT)
        _judge(canvas, number)
    number += 1
    _line(
        canvas,
        number,
        "chk_errors",
        "A result is an error",
        "flag",
        "The largest of all results is an error if one of them is.",
    )
    rows = [row for row in layout.blocks["Results"].rows if not isinstance(layout.blocks["Results"].rows[row], str)]
    for case in range(len(CASES)):
        column = case_column(case)
        span = f"Results!{column}${min(rows)}:{column}${max(rows)}"
        canvas.formula(f"{column}{number}", f"IF(ISERROR(MAX({span})),1,0)", "0").alignment = styles.RIGHT
    _judge(canvas, number)
    return number


def _engine(book: Workbook, canvas: Canvas, number: int, layout: Layout, tables: tuple[str, ...], flavour: str) -> int:
    """The control by FT_ functions: whole cases by the add-in's, examples by those of the workbook as well."""
    canvas.heading(number, ENGINES[flavour], CASE_SPAN[1])
    first, last = layout.input_span
    number += 1
    _line(canvas, number, "eng_version", "Version of the engine", "", "#NAME? where the functions are not there.")
    used = f"{INPUTS}!${effective_column(0)}${first}:${effective_column(len(CASES) - 1)}${last}"
    canvas.formula(f"{LIVE}{number}", f"FT_VERSION({used})", "0", styles.ENGINE)
    number = _switches(book, canvas, number, layout, tables, flavour)
    start = number
    names = f"{INPUTS}!$A${first}:$A${last}"
    for name in CONTROLLED if flavour == "excel" else ():
        number += 1
        _line(
            canvas, number, name, f"{layout.graph.label(name)}, by the engine", "USD", "FT_TOTAL of the inputs as used."
        )
        for case in range(len(CASES)):
            values = f"{INPUTS}!{effective_column(case)}${first}:{effective_column(case)}${last}"
            canvas.formula(
                f"{case_column(case)}{number}",
                f"IF({ENGINE_ON}=1,FT_TOTAL({values},{names},${NAME}{number}),0)",
                "#,##0.00",
                styles.ENGINE,
            )
        number += 1
        _line(canvas, number, f"chk_{name}", f"{layout.graph.label(name)}: difference", "USD", "Native less engine.")
        for case in range(len(CASES)):
            column = case_column(case)
            native = layout.source(name, case)
            canvas.formula(f"{column}{number}", f"IF({ENGINE_ON}=1,{native}-{column}{number - 1},0)", "#,##0.00")
        _judge(canvas, number)
    number += 1
    _line(
        canvas,
        number,
        CONTROL_OF_FUNCTIONS,
        "Largest difference on Functions",
        "",
        "Every function gives what it should.",
    )
    cells = differences()
    canvas.formula(f"{CASE_SPAN[0]}{number}", f"MAX(MAX({cells}),-MIN({cells}))", "0.00", alignment=styles.RIGHT)
    _judge(canvas, number)
    number += 1
    _line(
        canvas,
        number,
        "eng_not_run",
        "Controls that were not run",
        "count",
        "All of them, without the functions, or where a case uses a row that was edited.",
    )
    some = f"1-{ENGINE_DRAWS}" if flavour == "excel" else "0"
    every = f'COUNTIF({KIND}{start}:{KIND}{number - 1},"check")'
    canvas.formula(f"{LIVE}{number}", f"IF({ENGINE_ON}=1,{some},{every})", "0")
    return number


def _switches(
    book: Workbook, canvas: Canvas, number: int, layout: Layout, tables: tuple[str, ...], flavour: str
) -> int:
    """Whether the engine can be asked: it knows the catalogue's tables, and not what somebody has made of them here."""
    version = number
    for table in tables:
        number += 1
        label = f"Rows that were edited in {layout.graph.catalog.tables[table].label}"
        _line(canvas, number, f"eng_{table}", label, "count", "The engine has the catalogue's own.")
        canvas.formula(f"{LIVE}{number}", f"SUM(chk_{table}_edited)", "0")
    first = number + 1
    for table in tables:
        for key, (title, row) in layout.looked_up(table).items():
            number += 1
            label = f"A case uses a row that was edited: {layout.graph.label(key)}"
            _line(canvas, number, f"eng_{table}_{key}", label, "count", layout.graph.catalog.tables[table].label)
            for case in range(len(CASES)):
                place = f"{title}!{case_column(case)}{row}"
                text = f"IF(ISNUMBER({place}),INDEX(chk_{table}_edited,{place}),0)"
                canvas.formula(f"{case_column(case)}{number}", text, "0", styles.LINK, styles.RIGHT)
            canvas.formula(f"{LIVE}{number}", f"SUM({CASE_SPAN[0]}{number}:{CASE_SPAN[1]}{number})", "0")
    used = f"{LIVE}{first}:{LIVE}{number}"
    number += 1
    label = "What the cases use of the tables is the catalogue's"
    _line(canvas, number, "eng_prices", label, "flag", "Or no total could be compared.")
    canvas.formula(f"{LIVE}{number}", f"IF(SUM({used})=0,1,0)", "0")
    number += 1
    _line(
        canvas, number, ENGINE_ON, "The engine is there, and knows these tables", "flag", "Every control asks for it."
    )
    there = f"IF(ISNUMBER({LIVE}{version}),{LIVE}{number - 1},0)"
    _switch(book, canvas, number, ENGINE_ON, there, "1 where the FT_ functions can be asked.")
    if flavour == "excel":
        number += 1
        _line(
            canvas, number, ENGINE_DRAWS, "It can move many drivers at once", "flag", "Ranges and simulations need it."
        )
        canvas.text(f"{TOTAL}{number}", "total_cost_low", styles.NOTE)
        can = f"IF({ENGINE_ON}=1,IF(ISNUMBER(FT_RANGE(,,{TOTAL}{number})),1,0),0)"
        _switch(book, canvas, number, ENGINE_DRAWS, can, "1 where FT_ functions that need numpy can be asked.")
    return number


def _switch(book: Workbook, canvas: Canvas, number: int, name: str, text: str, comment: str) -> None:
    canvas.formula(f"{LIVE}{number}", text, "0", styles.ENGINE)
    book.defined_names[name] = DefinedName(name, attr_text=f"Checks!${LIVE}${number}", comment=comment)


def _master(book: Workbook, canvas: Canvas, number: int, not_run: str) -> None:
    """Whether all checks hold; in words beside it, with the controls that were not run, for every sheet to show."""
    canvas.heading(number, "Master", CASE_SPAN[1])
    number += 1
    _line(canvas, number, "chk_master", "All checks hold", "flag", "As many hold as there are; an error holds nothing.")
    holds, kinds = (f"{column}${TOP_ROW}:{column}${number - 1}" for column in (HOLDS, KIND))
    canvas.formula(
        f"{LIVE}{number}", f'IF(ISERROR(SUM({holds})),0,IF(SUM({holds})=COUNTIF({kinds},"check"),1,0))', "0"
    ).font = styles.STRONG
    lost = f'&IF({not_run}=0,"","; controls by the engine not run: "&{not_run})' if not_run else ""
    said = f'IF({LIVE}{number}=1,"All checks hold"{lost},"A CHECK FAILS: see Checks")'
    canvas.formula(f"{CASE_SPAN[0]}{number}", said, font=styles.STRONG)
    for name, column, comment in (
        ("chk_master", LIVE, "1 if every check holds."),
        (MASTER_SAID, CASE_SPAN[0], "Whether every check holds, and the engine's control was run: in words."),
    ):
        book.defined_names[name] = DefinedName(name, attr_text=f"Checks!${column}${number}", comment=comment)
