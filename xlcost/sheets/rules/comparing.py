"""A copy beside the template: everything that differs, by kind, for the rules in template.py."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.sheets import styles
from xlcost.sheets.inputs import AT, KNOWN_COLUMNS, REMARK
from xlcost.sheets.layout import BASIS, COVER, INPUTS, UNIT, VERSION_CELL
from xlcost.sheets.render import CALCULATIONS
from xlcost.sheets.rules.alignment import KEY_COLUMNS, Alignment, Mover, alignment
from xlcost.sheets.rules.declared import Found
from xlcost.sheets.rules.facts import TEXT, Facts, formula_text, shown, standing, usual_cells
from xlcost.sheets.rules.number_format import Looks
from xlcost.sheets.tables import AFTER
from xlcost.sheets.tables import SHEETS as TABLES

CALCULATING = frozenset(sheet.title for sheet in CALCULATIONS)
FREE_TEXT = (BASIS, AT, REMARK)  # on Inputs: source, date and remark belong to whoever enters a value
ADDED_TO = ("Sources", "Validation")  # pages that a reader may add to
ALIKE = 0.5  # of the texts of a sheet, for another one to be the same
READING = ("Sources", "Validation", COVER)  # texts there may be added to and corrected

KINDS = (
    "formula-overwritten", "formula-changed", "figure-changed", "text-changed", "unit", "cell-added", "line-inserted",
    "line-deleted", "sheet-missing", "name", "validation", "lock", "format", "print", "picture",
)  # fmt: skip

# A text that a reader takes for an amount: a number, with a currency or a magnitude before or after it.
_WORDS = r"(?:[$\u20ac\u00a3%]|USD|EUR|GBP|k|m|mn|bn|thousand|million|billion|a month|a year|\s)"
FIGURE = re.compile(rf"{_WORDS}*[-+(~]?{_WORDS}*\d[\d,. \u00a0']*\)?{_WORDS}*", re.IGNORECASE)


def normal(formula: str) -> str:
    """A formula without what programs write differently: spaces, quotes around sheets, small letters, prefixes."""
    if " " not in formula and "'" not in formula and "_x" not in formula and "E()" not in formula and formula.isupper():
        return formula
    pieces, end = [], 0
    for match in TEXT.finditer(formula):
        pieces += [_plain(formula[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*pieces, _plain(formula[end:])])


def _plain(text: str) -> str:
    plain = text.replace(" ", "").replace("'", "").replace("_xlfn.", "").replace("_xll.", "").upper()
    return plain.replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")


def compared(facts: Facts) -> dict[str, list[Found]]:
    """Everything that differs from the template, by kind. Compared once, for all rules below."""
    if not facts.differences and facts.reference is not None:
        found = facts.differences = {kind: [] for kind in KINDS}
        usual = {sheet.title: sheet for sheet in facts.reference.worksheets}
        mover = Mover(
            {
                title: alignment(usual[title], facts.book[title], title in TABLES)
                for title in usual
                if title in facts.book
            }
        )
        for title, sheet in usual.items():
            if title not in facts.book.sheetnames:
                found["sheet-missing"].append(Found(title, "", *_lost(facts, sheet)))
                continue
            _lines(found, title, mover.sheets[title])
            _sheet(found, sheet, facts, mover)
            _validations(found, sheet, facts.book[title], mover)
            _print_area(found, sheet, facts.book[title], mover)
            _pictures(found, sheet, facts.book[title], mover)
        _names(found, facts, mover)
    return facts.differences


def _lost(facts: Facts, usual: Worksheet) -> tuple[str, str]:
    """What has become of a sheet that is not there: another name, if a sheet that is no template's is like it."""
    said = "the sheet is gone"
    assert facts.reference is not None
    wanted = _first_texts(usual)
    for own in facts.book.worksheets:
        is_new = own.title not in facts.reference.sheetnames
        if is_new and wanted and len(wanted & _first_texts(own)) > ALIKE * len(wanted):
            said = f"is now called {own.title!r}: give it its old name, {usual.title!r}"
            break
    naming = sum(f"{usual.title}!" in each.text or f"{usual.title}'!" in each.text for each in facts.formulas)
    return said, f"{naming:,} formulas name {usual.title}" if naming else ""


def _first_texts(sheet: Worksheet) -> set[str]:
    """The texts in the columns of names and labels."""
    return {
        cell.value for cell in standing(sheet) if cell.column <= KEY_COLUMNS and cell.row > 1 and cell.data_type == "s"
    }


def _lines(found: dict[str, list[Found]], title: str, there: Alignment) -> None:
    for row in there.rows.inserted:
        found["line-inserted"].append(Found(title, f"A{row}", "a row was inserted", f"row {row}"))
    for row in sorted(there.rows.gone):
        found["line-deleted"].append(Found(title, f"A{row}", "a row was deleted", f"row {row} of the template"))
    for column in there.columns.inserted:
        letters = get_column_letter(column)
        found["line-inserted"].append(Found(title, f"{letters}1", "a column was inserted", f"column {letters}"))
    for column in sorted(there.columns.gone):
        letters = get_column_letter(column)
        found["line-deleted"].append(Found(title, f"{letters}1", "a column was deleted", f"column {letters}"))


def _sheet(found: dict[str, list[Found]], usual: Worksheet, facts: Facts, mover: Mover) -> None:
    """Every cell of the template's sheet, and what stands where the template has nothing."""
    title, own = usual.title, facts.book[usual.title]
    there = mover.sheets[title]
    usual_filled, open_cells = usual_cells(usual)
    unlocked = facts.entries[title]
    cells = {(cell.row, cell.column): cell for cell in facts.cells[title]}
    seen: set[tuple[int, int]] = set()
    looks = Looks()
    stays = there.is_nothing
    for cell in usual_filled:
        was = (cell.row, cell.column)
        at = was if stays else there.now(*was)
        if at is None:
            continue
        seen.add(at)
        is_entry = was in open_cells
        mine = cells.get(at)
        if mine is not None and (look := looks.said(cell, mine, is_entry)):
            found["format"].append(Found(title, mine.coordinate, look, mine.number_format))
        if is_entry:
            continue
        kind, what = _difference(cell, mine, mover, title)
        if kind:
            found[kind].append(Found(title, own.cell(*at).coordinate, what, _text(mine)))
        if at in unlocked:
            found["lock"].append(Found(title, own.cell(*at).coordinate, "is unlocked", _text(mine)))
    for row, column in sorted(open_cells):
        at = there.now(row, column)
        if at is not None:
            mine = cells.get(at) if at not in seen else None
            if mine is not None and (look := looks.said(usual.cell(row, column), mine, True)):
                found["format"].append(Found(title, mine.coordinate, look, mine.number_format))
            seen.add(at)
            if at not in unlocked:
                found["lock"].append(Found(title, own.cell(*at).coordinate, "is an input that is locked"))
    if title not in ADDED_TO:
        last = usual.max_column + len(there.columns.inserted)
        for at, cell in cells.items():
            if at not in seen and at[1] <= last and _counts(cell, title):
                found["cell-added"].append(Found(title, cell.coordinate, "the template has nothing here", _text(cell)))


def _counts(cell: Cell, title: str) -> bool:
    """Whether something that was added may be counted by a formula, or taken for a figure of this page.

    A note beside the table is nobody's business. Nor is a low or a high that a case has of its own: it goes into
    ranges and draws, and into no total.
    """
    if title == INPUTS and cell.column_letter in KNOWN_COLUMNS and formula_text(cell) is None:
        return False
    is_page = not (title in CALCULATING or title in TABLES or title == INPUTS)
    is_key = cell.column == 1 and (title in CALCULATING or title == INPUTS)
    if is_page and cell.data_type == "s" and FIGURE.fullmatch(str(cell.value)):
        return True
    return is_key or formula_text(cell) is not None or cell.data_type in ("n", "b", "d")


def _difference(usual: Cell, own: Cell | None, mover: Mover, title: str) -> tuple[str, str]:
    """The kind of difference between a cell and the template's, and what to say; nothing where they are alike."""
    wanted = formula_text(usual)
    if wanted is None:
        return _constant(usual, own, title)
    if own is None:
        return "formula-overwritten", f"a formula was deleted: {shown(wanted)}"
    got = formula_text(own)
    if got is None:
        return "formula-overwritten", f"overwrites the formula {shown(wanted)}"
    if got == wanted and mover.is_nothing:
        return "", ""
    moved = mover.formula(mover.sheets[title].seated(wanted, usual.row), title)
    return ("", "") if normal(got) == normal(moved) else ("formula-changed", f"the template has {shown(moved)}")


def _constant(usual: Cell, own: Cell | None, title: str) -> tuple[str, str]:
    value = None if own is None else own.value
    if value == usual.value or (not usual.value and usual.data_type == "s") or _is_close(value, usual.value):
        return "", ""
    if styles.is_stored(usual) and (own is None or styles.is_stored(own)):
        return "", ""  # of other cases than the template's; Checks has the sum of them
    letters = usual.column_letter
    if usual.data_type != "s":
        return "figure-changed", f"the template has {shown(usual.value)}"
    if letters == UNIT and (title in CALCULATING or title == INPUTS):
        return "unit", f"the unit is {usual.value}"
    if title in READING and usual.coordinate != VERSION_CELL:
        return "", ""
    if (title == INPUTS and letters in FREE_TEXT) or (title in CALCULATING and letters == BASIS):
        return "", ""
    if title in TABLES and usual.column > usual.parent.max_column - len(AFTER):
        return "", ""
    return "text-changed", f"the template has {shown(usual.value)!r}"


def _is_close(one: object, other: object) -> bool:
    """Whether two numbers are one, written with 15 digits or with 17."""
    if isinstance(one, bool) or not isinstance(one, int | float) or not isinstance(other, int | float):
        return False
    return math.isclose(one, other, rel_tol=1e-14)


def _text(cell: Cell | None) -> str:
    return "" if cell is None else shown(formula_text(cell) or cell.value)


def _validations(found: dict[str, list[Found]], usual: Worksheet, own: Worksheet, mover: Mover) -> None:
    there = mover.sheets[usual.title]
    got = _allowed(own)
    for at, wanted in _allowed(usual).items():
        now = there.now(*at)
        if now in got and got[now] != tuple(normal(mover.formula(each, usual.title)) for each in wanted):
            allowed = " ".join(filter(None, got[now]))
            found["validation"].append(Found(usual.title, own.cell(*now).coordinate, "allows something else", allowed))


def _allowed(sheet: Worksheet) -> dict[tuple[int, int], tuple[str, ...]]:
    """What the validation of each cell allows."""
    found = {}
    for each in sheet.data_validations.dataValidation:
        operator = each.operator or "between"
        has_end = each.type != "list" and operator in (
            "between",
            "notBetween",
        )  # elsewhere a program may write anything
        end = each.formula2 if has_end else ""
        words = (each.type, "" if each.type == "list" else operator, each.formula1, end)
        allowed = tuple(normal(str(word or "").removeprefix("=")) for word in words)
        for area in each.sqref.ranges:
            found.update(dict.fromkeys(area.cells, allowed))
    return found


def _print_area(found: dict[str, list[Found]], usual: Worksheet, own: Worksheet, mover: Mover) -> None:
    """What is printed, where no row or column has moved."""
    wanted, got = (normal(str(sheet.print_area or "")).replace("$", "") for sheet in (usual, own))
    if wanted != got and mover.sheets[usual.title].is_nothing:
        said = f"the template prints {wanted.rpartition('!')[2] or 'all of it'}"
        found["print"].append(Found(usual.title, "", said, got.rpartition("!")[2]))


def _pictures(found: dict[str, list[Found]], usual: Worksheet, own: Worksheet, mover: Mover) -> None:
    wanted = Counter(normal(mover.formula(each, usual.title)) for each in _drawn(usual))
    got = Counter(normal(each) for each in _drawn(own))
    for each in sorted(wanted - got):
        found["picture"].append(Found(usual.title, "", "a chart no longer draws these cells", each))
    if usual.conditional_formatting and not own.conditional_formatting:
        found["picture"].append(Found(usual.title, "", "the colours of what holds and what fails are gone"))


def _drawn(sheet: Worksheet) -> list[str]:
    """The cells that the charts of a sheet draw."""
    found: list[str] = []
    for chart in sheet._charts:
        for part in (chart, *chart._charts):
            for series in part.ser:
                for each in (series.val, series.cat, getattr(series, "xVal", None), getattr(series, "yVal", None)):
                    for kind in ("numRef", "strRef"):
                        if (reference := getattr(each, kind, None)) is not None:
                            found.append(str(reference.f).replace("$", ""))
    return found


def _names(found: dict[str, list[Found]], facts: Facts, mover: Mover) -> None:
    assert facts.reference is not None
    own: dict[str, Any] = {title.lower(): name for title, name in facts.book.defined_names.items()}
    for title, name in facts.reference.defined_names.items():
        wanted = mover.formula(name.attr_text, "")
        got = own.get(title.lower())
        if got is None:
            found["name"].append(Found("", title, "the name is gone", f"the template has {wanted}"))
        elif normal(got.attr_text or "") != normal(wanted):
            found["name"].append(Found("", title, f"leads elsewhere; the template has {wanted}", shown(got.attr_text)))
