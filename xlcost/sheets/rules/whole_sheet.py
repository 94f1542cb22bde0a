"""Rules for a sheet: nothing hidden, the same look everywhere, one formula a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.files.package import column_number
from xlcost.sheets.layout import CASES, COVER, FIRST, HEAD_ROW, TIMELINE, TOP_ROW
from xlcost.sheets.render import CALCULATIONS
from xlcost.sheets.rules.comparing import compared
from xlcost.sheets.rules.declared import Found, Part, Scope, rule
from xlcost.sheets.rules.facts import ADDRESS_PARTS, REFERENCE, Facts, Formula, shown

A4 = "9"


@rule(
    "sheet.hidden",
    "No hidden sheet",
    "Nobody checks what nobody sees.",
    "Right-click a tab, Unhide; or delete the sheet.",
    Scope.ANY,
)
def hidden_sheet(facts: Facts) -> Iterator[Found]:
    """Sheets that are hidden, or very hidden."""
    for sheet in facts.book.worksheets:
        if sheet.sheet_state != "visible":
            yield Found(sheet.title, "", f"the sheet is {'very ' if sheet.sheet_state == 'veryHidden' else ''}hidden")


@rule(
    "sheet.row-hidden",
    "No hidden row",
    "A hidden row is in the sum, and not on the page.",
    "Select the rows around it, right-click, Unhide; clear filters.",
    Scope.ANY,
)
def hidden_row(facts: Facts) -> Iterator[Found]:
    """Rows that are hidden, or have no height."""
    for sheet in facts.book.worksheets:
        for number, row in sheet.row_dimensions.items():
            if row.hidden or row.ht == 0:
                yield Found(sheet.title, f"A{number}", "the row is hidden", f"row {number}")


@rule(
    "sheet.column-hidden",
    "No hidden column",
    "A hidden column is in the sum, and not on the page.",
    "Select the columns around it, right-click, Unhide.",
    Scope.ANY,
)
def hidden_column(facts: Facts) -> Iterator[Found]:
    """Columns that are hidden, or have no width."""
    for sheet in facts.book.worksheets:
        for letters, column in sheet.column_dimensions.items():
            if column.hidden or column.width == 0:
                yield Found(sheet.title, f"{letters}1", "the column is hidden", f"column {letters}")


@rule(
    "sheet.merged",
    "No merged cells",
    "They swallow what is pasted, and break sorting and look-ups.",
    "Unmerge them; centre across the selection instead.",
    Scope.ANY,
)
def merged(facts: Facts) -> Iterator[Found]:
    """Ranges of merged cells."""
    for sheet in facts.book.worksheets:
        for cells in sheet.merged_cells.ranges:
            yield Found(sheet.title, str(cells).partition(":")[0], "cells are merged", str(cells))


@rule(
    "sheet.look",
    "Frozen panes, no grid, and a tab colour by kind of sheet",
    "A reader who scrolls still sees what a row and a column are.",
    "View, Freeze panes at the first case; copy the settings from a fresh template.",
)
def look(facts: Facts) -> Iterator[Found]:
    """Sheets of the template that have lost one of them."""
    for sheet in facts.own:
        lost = [
            what
            for what, is_there in (
                ("frozen panes", sheet.freeze_panes),
                ("tab colour", sheet.sheet_properties.tabColor),
                ("no grid", sheet.sheet_view.showGridLines is False),
            )
            if not is_there
        ]
        if lost:
            yield Found(sheet.title, "", f"has lost: {', '.join(lost)}")


@rule(
    "sheet.print",
    "Prints on A4 at the width of the page, with a footer",
    "A sheet that spills over the page is not read on paper.",
    "Page layout: A4, fit to width; copy the settings from a fresh template.",
)
def prints(facts: Facts) -> Iterator[Found]:
    """Sheets whose print settings are gone, or that print another part."""
    for sheet in facts.own:
        fits = sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
        if not fits or str(sheet.page_setup.paperSize) != A4 or not sheet.oddFooter.left.text:
            yield Found(sheet.title, "", "print settings: A4, fit to width, footer")
    yield from compared(facts).get("print", ())


@rule(
    "sheet.on-cover",
    "Every sheet is on the cover, with a link",
    "A reader who does not find a sheet does not read it.",
    "Add a line to the list on the cover.",
)
def on_cover(facts: Facts) -> Iterator[Found]:
    """Sheets of the template that the cover doesn't list."""
    if COVER not in facts.book.sheetnames:
        return
    linked = {cell.value for cell in facts.book[COVER]["A"] if cell.hyperlink is not None}
    for sheet in facts.own:
        if sheet.title not in linked:
            yield Found(sheet.title, "", "the cover has no link to it")


@rule(
    "sheet.columns",
    "The same columns on every calculation sheet",
    "Whoever has read one sheet can read them all; look-ups go by the titles of the cases.",
    "Write the titles of row 5 as they were.",
)
def columns(facts: Facts) -> Iterator[Found]:
    """Calculation sheets whose cases have other titles or stand elsewhere."""
    for sheet in _calculations(facts):
        if sheet.title == TIMELINE:
            continue
        titles = [sheet.cell(HEAD_ROW, FIRST + case).value for case in range(len(CASES))]
        if titles != list(CASES):
            said = ", ".join(str(title) for title in titles)
            yield Found(sheet.title, f"{get_column_letter(FIRST)}{HEAD_ROW}", "the titles of the cases differ", said)


@rule(
    "row.consistent",
    "One formula a row, across cases and across months",
    "A cell in the middle that computes something else is the fault that readers overlook.",
    "Copy the formula of the first case or month to the right.",
    part=Part.EFFECT,
)
def consistent(facts: Facts) -> Iterator[Found]:
    """Cells whose formula isn't that of most of their row, once both are written relative to their own cell."""
    calculating = {sheet.title for sheet in _calculations(facts)}
    rows: dict[tuple[str, int], list[Formula]] = {}
    for each in facts.formulas:
        if each.sheet in calculating and each.row >= TOP_ROW and _is_in_series(each):
            rows.setdefault((each.sheet, each.row), []).append(each)
    for (title, row), formulas in rows.items():
        forms: dict[str, list[Formula]] = {}
        for each in formulas:
            forms.setdefault(_relative(facts, each), []).append(each)
        if len(forms) > 1:
            usual = max(forms, key=lambda form: len(forms[form]))
            for form, odd in forms.items():
                if form != usual:
                    for each in odd:
                        yield Found(each.sheet, each.cell, "is not the formula of its row", shown(each.text))
        found = {each.column for each in formulas}
        for column in range(min(found), max(found)):
            if column not in found:
                cell = facts.book[title].cell(row, column)
                yield Found(title, cell.coordinate, "no formula in the middle of a row", shown(cell.value))


def _is_in_series(each: Formula) -> bool:
    if each.sheet == TIMELINE:
        return each.column >= FIRST
    return FIRST <= each.column < FIRST + len(CASES)


def _calculations(facts: Facts) -> list[Worksheet]:
    titles = {sheet.title for sheet in CALCULATIONS}
    return [sheet for sheet in facts.own if sheet.title in titles]


def _relative(facts: Facts, each: Formula) -> str:
    """A formula by the distances to the cells that it refers to; rows of the timeline by case and name."""

    def distance(match: re.Match[str]) -> str:
        if match["text"]:
            return match["text"]
        sheet = match["sheet"] or ""
        is_timeline = sheet == f"{TIMELINE}!" and each.sheet != TIMELINE
        ends = [place(end, is_timeline) for end in (match["first"], match["last"]) if end]
        return sheet + ":".join(ends)

    def place(address: str, is_timeline: bool) -> str:
        across, letters, column, down, row = _parts(address)
        if is_timeline:
            return f"{letters}.{_timeline_row(facts, row, each.column)}"
        to_the_right = letters if across else f"[{column - each.column}]"
        below = str(row) if down else f"[{row - each.row}]"
        return f"{across}{to_the_right}.{down}{below}"

    return REFERENCE.sub(distance, each.text)


@lru_cache(100_000)
def _parts(address: str) -> tuple[str, str, int, str, int]:
    """The column, in letters and in numbers, and the row of an address, each with the $ before it."""
    across, letters, down, row = ADDRESS_PARTS.fullmatch(address).groups()  # type: ignore[union-attr]
    return across, letters, column_number(letters), down, int(row)


def _timeline_row(facts: Facts, row: int, column: int) -> str:
    """`same case|name` for a row of the timeline that belongs to the case of the column, or else its own key."""
    if TIMELINE not in facts.book.sheetnames:
        return str(row)
    key = str(facts.book[TIMELINE].cell(row, 1).value)
    case, bar, name = key.partition("|")
    if bar and FIRST <= column < FIRST + len(CASES) and case == CASES[column - FIRST]:
        return f"same case|{name}"
    return key if bar else str(row)
