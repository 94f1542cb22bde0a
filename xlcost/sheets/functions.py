"""Draw Functions: every FT_ function with its arguments, a live call, and what it should give."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from xlcost.errors import CellError
from xlcost.functions.examples import EXAMPLES
from xlcost.functions.registry import functions
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import HEAD_ROW, TOP_ROW, letter

TITLE = "Functions"
MOST = max(len(arguments) for arguments in EXAMPLES.values())
FIRST_ARGUMENT = 5
CALL, EXPECTED, DIFFERENCE = (letter(FIRST_ARGUMENT + MOST + i) for i in range(3))


def differences() -> str:
    """The cells with the differences between what the functions give and what they should."""
    return f"{TITLE}!${DIFFERENCE}${TOP_ROW}:${DIFFERENCE}${HEAD_ROW + len(EXAMPLES)}"


def draw(worksheet: Worksheet) -> None:
    """A line for each function."""
    canvas = Canvas(worksheet)
    canvas.top(
        TITLE,
        "What the add-in's functions are, with an example of each. Without the add-in they are not asked, and the "
        "difference is 0. In brackets: may be left out.",
    )
    arguments = [f"Argument {place + 1}" for place in range(MOST)]
    canvas.head(("Function", "What it gives", "Arguments", "Unit", *arguments, "Gives", "Should give", "Difference"))
    canvas.widths({"A": 24, "B": 80, "C": 60, "D": 18, CALL: 24, EXPECTED: 24, DIFFERENCE: 12})
    canvas.widths({letter(FIRST_ARGUMENT + place): 16 for place in range(MOST)})
    for offset, each in enumerate(functions().values()):
        number = TOP_ROW + offset
        canvas.text(f"A{number}", each.name, styles.STRONG)
        canvas.text(f"B{number}", each.doc, styles.NOTE)
        names = (parameter.name if parameter.required else f"[{parameter.name}]" for parameter in each.parameters)
        canvas.text(f"C{number}", ", ".join(names), styles.NOTE)
        canvas.text(f"D{number}", each.unit, styles.NOTE)
        cells = []
        for place, value in enumerate(EXAMPLES[each.name]):
            cells.append(f"{letter(FIRST_ARGUMENT + place)}{number}")
            canvas.value(cells[-1], value, "General", styles.CALCULATION)
        call = f"{each.name}({','.join(cells)})"
        canvas.formula(f"{CALL}{number}", f"IF(eng_On=1,{call},0)", "#,##0.00##", styles.ENGINE, styles.RIGHT)
        canvas.value(f"{EXPECTED}{number}", _expected(each.name), "#,##0.00##", styles.NOTE).alignment = styles.RIGHT
        # LibreOffice finds a text in an array that an add-in gives equal to no other, unless it is joined to something.
        live, expected = f"{CALL}{number}", f"{EXPECTED}{number}"
        text = f'IF(eng_On=1,IF(ISNUMBER({expected}),{live}-{expected},IF({live}&""={expected},0,1)),0)'
        canvas.formula(f"{DIFFERENCE}{number}", text, "0.00")
    canvas.printed("guide", f"B{TOP_ROW}", f"1:{HEAD_ROW}")


def _expected(name: str) -> float | str:
    """What the example gives; of a range, its first cell."""
    found = functions()[name].call(EXAMPLES[name])
    if isinstance(found, list):
        found = found[0][0]
    if isinstance(found, CellError) or not isinstance(found, float | str):
        raise ValueError(f"the example of {name} gives {found}")
    return found
