"""Draw ReadMe and Changes: how to use the workbook, what it leaves out, and what has moved."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.catalog import Catalog
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import HEAD_ROW, TOP_ROW

README, README_PURPOSE = "ReadMe", "How to use this workbook, and what it can't tell."
CHANGES, CHANGES_PURPOSE = "Changes", "What has moved in the figures, and a log for your own changes."
LOG_TITLE, LOG_LINES = "Your own changes: write them here", 20

SECTIONS = {
    "In five steps": (
        "Write on Inputs only, in the yellow cells. Start with the section at the top; then look for the status "
        "placeholder: nobody has quoted or measured those figures for you.",
        "Base is your plan. Lean is Base with the levers that make it cheaper; Stretch is a larger plan; Custom A and "
        "Custom B are yours. An empty cell of a case takes the value of Base; a cell that differs is orange.",
        "Choose the live case at the top of Inputs. Every sheet shows it in the column Live, beside all five cases.",
        "Read Summary, then follow a number back: Results, the sheet of its stage, Inputs. Green is linked from "
        "another sheet, black is calculated.",
        "Row 2 of every sheet says whether all checks hold. Checks says which one does not.",
    ),
    "Conventions": (
        "Money is in US dollars of today, without tax. A cost is positive; NPV is benefit less cost.",
        "Month 0 is the start; later flows fall at the end of their month. Rates of a year are compounded over "
        "its months, never divided by 12.",
        "The total is the stages of cash, what levers cost once, and the contingency. Opportunity cost is an economic "
        "line, and never part of it.",
        "People are paid once: by the stages' hours, or as a team (Inputs: people_basis).",
        "Unknown is #N/A and never 0. Never and always are answers, and written as words.",
        "Names are used for inputs (in_), outputs (out_), constants (con_), catalogue columns (tbl_), checks "
        "(chk_) and the engine (eng_) only.",
    ),
    "What is in it, and what isn't": (
        "In: data, training, experiments, serving, upkeep and retraining, people, and what waits meanwhile; "
        "60 months, of which those within the horizon count.",
        "Not in: pretraining a model from nothing, taxes, inflation, exchange rates, and the cost of an accident "
        "with the model's answers.",
        "Figures with a source were true on their day. Prices fall, rise and go out of sale: "
        "enter your own quotes, with their source and day, before you decide.",
        "A value with a source of its own, other than the catalogue's, is sure in ranges and draws; a source "
        "that begins with the word assumption is none. The columns at the "
        "right end of Inputs have the sources of the other cases, and a low and a high of one's own.",
    ),
    "Where this differs from common modelling rules, and why": (
        "Names: some standards want none. Here they are for inputs, outputs and arguments of functions only, so that "
        "a formula elsewhere can use them without knowing a cell.",
        "The timeline has a block of rows for each case, one below the other: so every case's total, NPV and "
        "payback are there at once, without a data table or a macro.",
        "A look-up stands as two rows: the place of the key in its table, then the value. So each formula stays short.",
        "Warnings and conclusions in words are joined from pieces that stand in cells of their own.",
    ),
    "With and without the add-in": (
        "Everything is calculated by native formulas; the file needs no add-in, macro or connection.",
        "The FT_ functions of the add-in stand beside the native results as a control, on Checks. Where the add-in "
        "is missing, one cell there shows #NAME?, the controls are off, and row 2 of every sheet says how many were "
        "not run. So it does where a case uses a row of the catalogue that you have edited: the engine has its own.",
        "What only the engine can compute, such as a simulation, is stored with a stamp of its inputs. If the inputs "
        "have changed since, the stored block says so.",
    ),
}
COLOURS = (
    ("Input: write here", styles.INPUT),
    ("Calculated on this sheet", styles.CALCULATION),
    ("Linked from another sheet", styles.LINK),
    ("By the engine (the add-in)", styles.ENGINE),
    ("Note", styles.NOTE),
)
NUMBERED = Alignment(horizontal="center", vertical="top")
WIDTH = 130


def draw_readme(worksheet: Worksheet) -> None:
    """Steps, conventions, scope, deviations, and what the add-in does."""
    canvas = Canvas(worksheet)
    canvas.top(README, README_PURPOSE)
    canvas.widths({"A": 5, "B": WIDTH})
    number = HEAD_ROW - 1
    for title, lines in SECTIONS.items():
        number += 1
        canvas.heading(number, title, "B")
        for place, line in enumerate(lines):
            number += 1
            canvas.number(f"A{number}", place + 1, "0", styles.NOTE).alignment = NUMBERED
            canvas.text(f"B{number}", line).alignment = styles.WRAPPED
            worksheet.row_dimensions[number].height = styles.LINE_HEIGHT * styles.lines(line, WIDTH) + 1
        number += 1
    canvas.printed("guide", "A4")
    worksheet.page_setup.fitToHeight = 1


def colours(canvas: Canvas, number: int, last: str) -> None:
    """What each colour means, in column A from this row on."""
    canvas.heading(number, "Colours", last)
    first = number
    for text, font in COLOURS:
        number += 1
        cell = canvas.text(f"A{number}", text, font)
        if font is styles.INPUT:
            canvas.entry(cell)
    number += 1
    cell = canvas.text(f"A{number}", "Input that differs", styles.INPUT)
    canvas.entry(cell)
    cell.fill, cell.font = styles.DIFFERS_SHOWN, styles.DIFFERS_INPUT
    for row in range(first + 1, number + 1):  # samples: nobody writes here
        canvas.sheet[f"A{row}"].protection = styles.LOCKED
    canvas.text(f"C{number}", "In a case from Base; in Base from the catalogue.", styles.NOTE)


def draw_changes(worksheet: Worksheet, catalog: Catalog) -> None:
    """What moved with each version of xlcost, and an empty log."""
    canvas = Canvas(worksheet)
    canvas.top(CHANGES, CHANGES_PURPOSE)
    canvas.widths({"A": 14, "B": 14, "C": 70, "D": 90})
    canvas.head(("Version", "Day", "What changed", "Which figures moved, and by how much"))
    number = HEAD_ROW
    for change in catalog.changes:
        number += 1
        canvas.text(f"A{number}", change.version)
        canvas.text(f"B{number}", change.at.isoformat(), styles.NOTE)
        canvas.text(f"C{number}", change.what).alignment = styles.WRAPPED
        canvas.text(f"D{number}", change.moves, styles.NOTE).alignment = styles.WRAPPED
    number += 2
    canvas.heading(number, LOG_TITLE, "D")
    number += 1
    canvas.head(("Day", "Who", "What", "Why"), row=number)
    for _ in range(LOG_LINES):
        number += 1
        for column in "ABCD":
            canvas.entry(canvas.sheet[f"{column}{number}"])
    canvas.printed("guide", f"A{TOP_ROW}", f"1:{HEAD_ROW}")


def log_rows(worksheet: Worksheet) -> range:
    """The rows of Changes that are for whoever uses the workbook; none where the log's heading is gone."""
    for (cell,) in worksheet.iter_rows(max_col=1):
        if cell.value == LOG_TITLE:
            return range(cell.row + 2, cell.row + 2 + LOG_LINES)
    return range(0)
