"""Draw Functions: every FT_ function with its arguments, a live call, and what it should give."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.errors import CellError
from xlcost.functions.examples import EXAMPLES
from xlcost.functions.function import Function
from xlcost.functions.lambdas import lambdas
from xlcost.functions.registry import functions
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import ENGINE_DRAWS, ENGINE_ON, HEAD_ROW, TOP_ROW, letter

TITLE, VERSION = "Functions", "FT_VERSION"
PURPOSES = {
    "excel": "What the add-in's functions are, with an example of each.",
    "lambda": "Functions that are names of this workbook (Excel 365), with an example of each.",
}
MOST = max(len(arguments) for arguments in EXAMPLES.values())
FIRST_ARGUMENT = 5
CALL, EXPECTED, DIFFERENCE = (letter(FIRST_ARGUMENT + MOST + i) for i in range(3))

WIDTHS = {"A": 25, "B": 52, "C": 40, "D": 16, CALL: 26, EXPECTED: 26, DIFFERENCE: 10}


def differences() -> str:
    """The cells with the differences between what the functions give and what they should."""
    return f"{TITLE}!${DIFFERENCE}${TOP_ROW}:${DIFFERENCE}${HEAD_ROW + len(EXAMPLES)}"


def switch(function: Function) -> str:
    """The name of the cell on Checks that is 1 where this function can be asked."""
    return ENGINE_DRAWS if function.needs_numpy else ENGINE_ON


def draw(book: Workbook, worksheet: Worksheet, flavour: str) -> None:
    """A line for each function; where they are LAMBDAs, their definitions as names of the workbook."""
    canvas = Canvas(worksheet)
    canvas.top(
        TITLE, f"{PURPOSES[flavour]} Where they are not there, the difference is 0. In brackets: may be left out."
    )
    defined = lambdas() if flavour == "lambda" else {}
    for name, text in defined.items():
        book.defined_names[name] = DefinedName(name, attr_text=text, comment=_comment(name))
    arguments = [f"Argument {place + 1}" for place in range(MOST)]
    canvas.head(("Function", "What it gives", "Arguments", "Unit", *arguments, "Gives", "Should give", "Difference"))
    canvas.widths(WIDTHS)
    canvas.widths({letter(FIRST_ARGUMENT + place): 14 for place in range(MOST)})
    called = [each for each in functions().values() if not defined or each.name in defined]
    for offset, each in enumerate(called):
        number = TOP_ROW + offset
        canvas.text(f"A{number}", each.name, styles.STRONG)
        canvas.text(f"B{number}", each.doc, styles.NOTE).alignment = styles.WRAPPED
        names = (parameter.name if parameter.required else f"[{parameter.name}]" for parameter in each.parameters)
        arguments_text = ", ".join(names)
        canvas.text(f"C{number}", arguments_text, styles.NOTE).alignment = styles.WRAPPED
        canvas.text(f"D{number}", each.unit, styles.NOTE)
        cells = []
        for place, value in enumerate(EXAMPLES[each.name]):
            cells.append(f"{letter(FIRST_ARGUMENT + place)}{number}")
            canvas.value(cells[-1], value, "General", styles.CALCULATION)
        call = f"{each.name}({','.join(cells)})"
        expected_value = _expected(each.name)
        aligned = styles.WRAPPED if isinstance(expected_value, str) else styles.RIGHT
        canvas.formula(f"{CALL}{number}", f"IF({switch(each)}=1,{call},0)", "#,##0.00##", styles.ENGINE, aligned)
        canvas.value(f"{EXPECTED}{number}", expected_value, "#,##0.00##", styles.NOTE).alignment = aligned
        lines = max(
            styles.lines(each.doc, WIDTHS["B"]),
            styles.lines(arguments_text, WIDTHS["C"]),
            styles.lines(str(expected_value), WIDTHS[EXPECTED]),
        )
        worksheet.row_dimensions[number].height = styles.LINE_HEIGHT * lines + 1
        # LibreOffice finds a text in an array that an add-in gives equal to no other, unless it is joined to something.
        live, expected = f"{CALL}{number}", f"{EXPECTED}{number}"
        if each.name == VERSION:  # a newer engine computes an older workbook
            text = f"IF(eng_On=1,MIN({live}-{expected},0),0)"
        else:
            text = f'IF({switch(each)}=1,IF(ISNUMBER({expected}),{live}-{expected},IF({live}&""={expected},0,1)),0)'
        canvas.formula(f"{DIFFERENCE}{number}", text, "0.00")
        for cell in worksheet[number]:
            if not cell.alignment.vertical:
                cell.alignment = styles.TOP_RIGHT if cell.alignment.horizontal == "right" else styles.TOP
    if rest := [name for name in functions() if defined and name not in defined]:
        number = TOP_ROW + len(called) + 1
        canvas.text(f"A{number}", "Only with the add-in", styles.STRONG)
        canvas.text(f"B{number}", ", ".join(rest), styles.NOTE).alignment = styles.WRAPPED
        worksheet.row_dimensions[number].height = styles.LINE_HEIGHT * styles.lines(", ".join(rest), WIDTHS["B"])
    canvas.printed("guide", f"B{TOP_ROW}", f"1:{HEAD_ROW}")


def _comment(name: str) -> str:
    return functions()[name].doc if name in functions() else "Checks an argument of the FT_ functions."


def _expected(name: str) -> float | str:
    """What the example gives; of a range, its first cell."""
    found = functions()[name].call(EXAMPLES[name])
    if isinstance(found, list):
        found = found[0][0]
    if isinstance(found, CellError) or not isinstance(found, float | str):
        raise ValueError(f"the example of {name} gives {found}")
    return found
