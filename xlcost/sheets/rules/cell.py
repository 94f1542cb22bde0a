"""Rules for a cell: what stands in it, who may write there, how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.cell import Cell

from xlcost.analysis.case import known_inputs
from xlcost.errors import CellError
from xlcost.files.package import cell_name, column_number
from xlcost.model import graph
from xlcost.model.inputs import Refused
from xlcost.sheets import styles
from xlcost.sheets.inputs import CATALOGUE
from xlcost.sheets.layout import CASES, FIRST, INPUTS, LIVE_CASE, NAME, TOP_ROW, UNIT, case_column
from xlcost.sheets.readme import CHANGES, log_rows
from xlcost.sheets.render import CALCULATIONS
from xlcost.sheets.rules.declared import Found, Part, Scope, rule
from xlcost.sheets.rules.facts import ENGINE, Facts, Formula, dress, shown
from xlcost.sheets.rules.precedents import among
from xlcost.sheets.tables import SHEETS as TABLES

WRITTEN_ON = (INPUTS, *TABLES)
CLOSE = 1e-9  # of the larger one: two engines round the last digit differently
_LOOKS_LIKE_A_NUMBER = re.compile(r"\s*[-+(]?\s*[$€£]?\s*(?:\d[\d,. \u00a0']*|\.\d+)(?:E[+-]?\d+)?\s*%?\)?\s*", re.I)
_NO_UNIT = ("eng_", "chk_functions")  # lines of Checks about the engine, which count nothing


@rule(
    "cell.error",
    "No cell shows an error",
    "Everything that refers to it is an error too, and so is the total.",
    "Enter what is unknown; the first cell in the chain says what that is.",
    Scope.ANY,
    part=Part.EFFECT,
)
def error(facts: Facts) -> Iterator[Found]:
    """Errors that come from no other error. The add-in's cells may be errors where it is not there."""
    wrong: dict[tuple[str, str], Formula] = {}
    for each in facts.formulas:
        value = facts.values.get((each.sheet, each.cell))
        if isinstance(value, CellError) and not (facts.computed is None and ENGINE.search(each.text)):
            wrong[each.sheet, each.cell] = each
    replaced = {key for key, each in wrong.items() if _is_replaced(facts, each)}
    before = among(facts, wrong)
    first = [key for key in wrong if not before[key]] or list(wrong)[:1]
    for key in first:
        if key not in replaced:
            yield Found(*key, f"shows {facts.values[key]}", shown(wrong[key].text))
    if after := len(wrong.keys() - replaced - set(first)):
        yield Found("", "", f"{after:,} cells show an error because of others")
    for title, cells in facts.cells.items():
        for cell in cells:
            if cell.data_type == "e":
                yield Found(title, cell.coordinate, f"holds {cell.value}, typed in", shown(cell.value))


def _is_replaced(facts: Facts, each: Formula) -> bool:
    """Whether a value that can't be computed is replaced by one that somebody has entered: then nobody uses it."""
    if each.sheet == INPUTS:
        return each.column == column_number(CATALOGUE)  # shows the computed one
    below = facts.book[each.sheet].cell(each.row + 1, FIRST).value
    is_computed = isinstance(below, str) and f'="",{case_column(0)}{each.row},{INPUTS}!' in below
    used = facts.values.get((each.sheet, cell_name(each.row + 1, each.column)))
    return is_computed and not isinstance(used, CellError)


@rule(
    "cell.stale",
    "The values in the file are those of its formulas",
    "A preview, a phone or another program shows the old number.",
    "Recalculate: xlcost recalc, or F9 in Excel and save.",
    Scope.ANY,
    part=Part.EFFECT,
)
def stale(facts: Facts) -> Iterator[Found]:
    """Values in the file that a recalculation doesn't confirm."""
    if facts.computed is None:
        return
    if facts.formulas and all(value is None for value in facts.cached.values()):
        yield Found("", "", "the file has no values beside its formulas")
        return
    old: dict[tuple[str, str], Formula] = {}
    for each in facts.formulas:
        key = (each.sheet, each.cell)
        if key not in facts.computed.values or _same(facts.computed.values[key], facts.cached.get(key)):
            continue
        if not ENGINE.search(each.text):
            old[key] = each
    before = among(facts, old)
    first = [key for key in old if not before[key]] or list(old)[:1]
    for key in first:
        now, then = facts.computed.values[key], facts.cached.get(key)
        yield Found(*key, f"the file says {_said(then)}, the formula gives {_said(now)}", shown(old[key].text))
    if after := len(old) - len(first):
        yield Found("", "", f"{after:,} cells are old because of others")


def _same(now: Any, then: Any) -> bool:
    if isinstance(now, bool | int | float) and isinstance(then, bool | int | float):
        return abs(now - then) <= CLOSE * max(abs(now), abs(then), CLOSE)
    return (now or "") == (then or "") if not isinstance(now, float) and not isinstance(then, float) else False


def _said(value: Any) -> str:
    return "nothing" if value is None else f"{value:.12g}" if isinstance(value, float) else shown(value)


@rule(
    "cell.text-number",
    "A number is a number, not text that looks like one",
    "SUM passes over it in silence.",
    "Enter it again, without an apostrophe and without separators.",
    Scope.ANY,
)
def text_number(facts: Facts) -> Iterator[Found]:
    """Texts that look like a number, where the template has no such text."""
    for title, cells in facts.cells.items():
        usual = facts.reference[title] if facts.reference is not None and title in facts.reference.sheetnames else None
        for cell in cells:
            if cell.data_type == "s" and _LOOKS_LIKE_A_NUMBER.fullmatch(str(cell.value)):
                if usual is not None and usual.cell(cell.row, cell.column).value == cell.value:
                    continue
                if usual is not None and (title in TABLES or cell.column < FIRST):
                    continue  # a column of texts
                yield Found(title, cell.coordinate, "is text that looks like a number", shown(cell.value))


@rule(
    "cell.literal",
    "No number outside an input, the catalogue, a named constant or a stored result of the engine",
    "A figure on a calculation sheet has no source and no unit.",
    "Enter it on Inputs, and restore the formula.",
)
def literal(facts: Facts) -> Iterator[Found]:
    """Numbers that stand on calculation sheets by themselves. What the engine has stored says so in its line."""
    titles = {sheet.title for sheet in CALCULATIONS} & {sheet.title for sheet in facts.own}
    for title in sorted(titles):
        for cell in facts.cells[title]:
            if cell.data_type in ("n", "b", "d") and not styles.is_stored(cell):
                yield Found(title, cell.coordinate, "a number among formulas", shown(cell.value))


@rule(
    "cell.input",
    "What may be written on is unlocked, yellow and blue, and stands on Inputs, in the catalogue or in the log",
    "A reader sees where to write; everything else is not to be touched.",
    "Copy the format from another input.",
)
def entry_style(facts: Facts) -> Iterator[Found]:
    """Unlocked cells elsewhere, or in another dress; formulas that are unlocked."""
    verdicts: dict[bytes, str] = {}
    for sheet in facts.own:
        log = log_rows(sheet) if sheet.title == CHANGES else range(0)
        for row, column in sorted(facts.entries[sheet.title]):
            cell = sheet.cell(row, column)
            if sheet.title not in WRITTEN_ON and row not in log:
                yield Found(
                    sheet.title, cell.coordinate, "is unlocked where nothing is to be written", shown(cell.value)
                )
                continue
            if (look := dress(cell)) not in verdicts:
                verdicts[look] = _wrong_dress(cell)
            if verdicts[look]:
                yield Found(sheet.title, cell.coordinate, verdicts[look], shown(cell.value))


def _wrong_dress(cell: Cell) -> str:
    if not _is_colour(cell.fill.fgColor, styles.INPUT_FILL, str(styles.DIFFERS_SHOWN.fgColor.rgb)[-6:]):
        return "is unlocked, and not yellow"
    return "" if _is_colour(cell.font.color, styles.BLUE, styles.BLACK) else "is an input, and not blue"


def _is_colour(colour: Any, *wanted: str) -> bool:
    return colour is not None and str(colour.rgb)[-6:].upper() in wanted


@rule(
    "cell.font",
    "Arial, in a colour that is set",
    "The colour says where a value is from: blue input, black calculation, green other sheet, purple add-in.",
    "Copy the format from a cell of the same kind.",
)
def font(facts: Facts) -> Iterator[Found]:
    """Cells in another font, or without a colour."""
    good: dict[bytes, bool] = {}
    for sheet in facts.own:
        usual = None if facts.reference is None else facts.reference[sheet.title]
        for cell in facts.cells[sheet.title]:
            if (look := dress(cell)) not in good:
                good[look] = cell.font.name == styles.FONT and cell.font.color is not None
            if not good[look] and (usual is None or usual.cell(cell.row, cell.column).value is not None):
                yield Found(sheet.title, cell.coordinate, f"is in {cell.font.name}", shown(cell.value))


@rule(
    "cell.invisible",
    "Nothing is written in white on white, or with a format that shows nothing",
    "It is in the sum, and not on the page.",
    "Give it the font and the format of its row.",
    Scope.ANY,
)
def invisible(facts: Facts) -> Iterator[Found]:
    """Cells whose font has the colour of the page, or whose format is empty."""
    seen: dict[bytes, bool] = {}
    for title, cells in facts.cells.items():
        for cell in cells:
            if (look := dress(cell)) not in seen:
                bare = cell.fill is None or cell.fill.fill_type is None or _is_colour(cell.fill.fgColor, styles.WHITE)
                seen[look] = cell.number_format.replace('"', "").startswith(";;") or (
                    bare and _is_colour(cell.font.color, styles.WHITE)
                )
            if seen[look]:
                yield Found(title, cell.coordinate, "can't be seen", shown(cell.value))


@rule(
    "cell.validation",
    "Every input is validated, with an error text that says what is allowed",
    "A wrong entry is stopped where it is made.",
    "Copy the validation from a fresh template (Paste special, Validation).",
    part=Part.EFFECT,
)
def validation(facts: Facts) -> Iterator[Found]:
    """Entries on Inputs and in the catalogue without a validation that stops, or without its text."""
    written_on = (INPUTS,) if facts.reference is None else WRITTEN_ON  # earlier versions had none in the catalogue
    for title in written_on:
        if title not in facts.entries:
            continue
        sheet = facts.book[title]
        covered: set[tuple[int, int]] = set()
        for each in sheet.data_validations.dataValidation:
            if each.error and each.showErrorMessage and each.errorStyle in (None, "stop") and each.type is not None:
                for area in each.sqref.ranges:
                    covered.update(area.cells)
        for row, column in sorted(facts.entries[title] - covered):
            cell = sheet.cell(row, column)
            yield Found(title, cell.coordinate, "is not validated", shown(cell.value))


@rule(
    "cell.accepted",
    "Every input is one that the model accepts",
    "A share of 12 that was meant as 12% is a hundred times too much.",
    "Enter a value within the bounds, or one of the list.",
)
def accepted(facts: Facts) -> Iterator[Found]:
    """Entries that are out of bounds, of the wrong kind, or not in their list."""
    if INPUTS not in facts.entries:
        return
    sheet, known = facts.book[INPUTS], known_inputs()
    for row in range(TOP_ROW, sheet.max_row + 1):
        each = known.get(str(sheet[f"{NAME}{row}"].value))
        for case in range(len(CASES)) if each is not None else ():
            cell = sheet[f"{case_column(case)}{row}"]
            value = facts.values.get((INPUTS, cell.coordinate)) if cell.data_type == "f" else cell.value
            if each is not None and value not in (None, ""):
                try:
                    each.accept(value, graph())
                except Refused as refused:
                    yield Found(INPUTS, cell.coordinate, str(refused), shown(cell.value))
    if LIVE_CASE in facts.book.defined_names:
        for title, where in facts.book.defined_names[LIVE_CASE].destinations:
            cell = facts.book[title][where.replace("$", "")] if title == INPUTS else None
            if isinstance(cell, Cell) and cell.value not in CASES:
                yield Found(INPUTS, cell.coordinate, f"the live case is one of {', '.join(CASES)}", shown(cell.value))


@rule(
    "unit.stated",
    "Every line has its unit",
    "A number without a unit can be added to anything.",
    "Write the unit again: xlcost drivers, REFERENCE.md, or a fresh template has it.",
)
def unit(facts: Facts) -> Iterator[Found]:
    """Lines of inputs and calculations without a unit."""
    titles = {INPUTS, *(sheet.title for sheet in CALCULATIONS)}
    for sheet in facts.own:
        if sheet.title not in titles:
            continue
        lines = {cell.row for cell in facts.cells[sheet.title] if cell.column >= FIRST and cell.row >= TOP_ROW}
        for row in sorted(lines):
            name = str(sheet[f"{NAME}{row}"].value or "")
            if name and not sheet[f"{UNIT}{row}"].value and not name.startswith(_NO_UNIT):
                yield Found(sheet.title, f"{UNIT}{row}", "has no unit", name)


@rule(
    "check.holds",
    "All checks of the workbook hold",
    "Each says that two ways to the same number agree, or that an input is allowed.",
    "Look at the line on Checks: it says what differs.",
    part=Part.EFFECT,
)
def holds(facts: Facts) -> Iterator[Found]:
    """Lines of Checks that don't hold, and the master."""
    from xlcost.sheets.control import HOLDS, KIND

    if "Checks" not in facts.book.sheetnames:
        return
    sheet = facts.book["Checks"]

    def value(address: str) -> Any:
        cell = sheet[address]
        return facts.values.get(("Checks", address)) if cell.data_type == "f" else cell.value

    if facts.computed is None and all(each is None for each in facts.cached.values()):
        return  # never calculated: there is nothing to read
    for row in range(TOP_ROW, sheet.max_row + 1):
        if sheet[f"{KIND}{row}"].value == "check" and value(f"{HOLDS}{row}") != 1:
            name = str(sheet[f"{NAME}{row}"].value)
            yield Found("Checks", f"{HOLDS}{row}", "the check does not hold", name)
