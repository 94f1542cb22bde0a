"""Rules that compare a copy with the template: what was overwritten, changed, lost or put in between."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.sheets import styles
from xlcost.sheets.inputs import AT, REMARK
from xlcost.sheets.layout import BASIS, COVER, INPUTS, UNIT, VERSION_CELL
from xlcost.sheets.render import CALCULATIONS
from xlcost.sheets.rules.alignment import Alignment, Mover, alignment
from xlcost.sheets.rules.declared import Found, rule
from xlcost.sheets.rules.facts import TEXT, Facts, formula_text, shown, usual_cells
from xlcost.sheets.tables import AFTER
from xlcost.sheets.tables import SHEETS as TABLES

CALCULATING = frozenset(sheet.title for sheet in CALCULATIONS)
FREE_TEXT = (BASIS, AT, REMARK)  # on Inputs: source, date and remark belong to whoever enters a value
READING = ("Sources", "Validation", COVER)  # texts there may be added to and corrected

AGAIN = "Copy the cell from a fresh template: xlcost new fresh.xlsx."


def normal(formula: str) -> str:
    """A formula without what programs write differently: spaces, quotes around sheets, small letters, prefixes."""
    if " " not in formula and "'" not in formula and "_x" not in formula and formula.isupper():
        return formula
    pieces, end = [], 0
    for match in TEXT.finditer(formula):
        pieces += [_plain(formula[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*pieces, _plain(formula[end:])])


def _plain(text: str) -> str:
    return text.replace(" ", "").replace("'", "").replace("_xlfn.", "").replace("_xll.", "").upper()


def compared(facts: Facts) -> dict[str, list[Found]]:
    """Everything that differs from the template, by kind. Compared once, for all rules below."""
    if not facts.differences and facts.reference is not None:
        found = facts.differences = {kind: [] for kind in KINDS}
        usual = {sheet.title: sheet for sheet in facts.reference.worksheets}
        mover = Mover({title: alignment(usual[title], facts.book[title]) for title in usual if title in facts.book})
        for title, sheet in usual.items():
            if title not in facts.book.sheetnames:
                found["sheet-missing"].append(Found(title, "", "the sheet is gone"))
                continue
            _lines(found, title, mover.sheets[title])
            _sheet(found, sheet, facts, mover)
            _validations(found, sheet, facts.book[title], mover)
            _pictures(found, sheet, facts.book[title], mover)
        _names(found, facts, mover)
    return facts.differences


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
    for cell in usual_filled:
        at = _now(there, cell.row, cell.column)
        if at is None:
            continue
        seen.add(at)
        if (cell.row, cell.column) in open_cells:
            continue
        kind, what = _difference(cell, cells.get(at), mover, title)
        if kind:
            found[kind].append(Found(title, own.cell(*at).coordinate, what, _text(cells.get(at))))
        if at in unlocked:
            found["lock"].append(Found(title, own.cell(*at).coordinate, "is unlocked", _text(cells.get(at))))
    for row, column in sorted(open_cells):
        at = _now(there, row, column)
        if at is not None:
            seen.add(at)
            if at not in unlocked:
                found["lock"].append(Found(title, own.cell(*at).coordinate, "is an input that is locked"))
    if title in CALCULATING or title in TABLES or title == INPUTS:
        last = usual.max_column + len(there.columns.inserted)
        for at, cell in cells.items():
            if at not in seen and at[1] <= last and _counts(cell, title):
                found["cell-added"].append(Found(title, cell.coordinate, "the template has nothing here", _text(cell)))


def _counts(cell: Cell, title: str) -> bool:
    """Whether something that was added may be counted by a formula; a note beside the table is nobody's business."""
    is_key = cell.column == 1 and (title in CALCULATING or title == INPUTS)
    return is_key or formula_text(cell) is not None or cell.data_type in ("n", "b", "d")


def _now(there: Alignment, row: int, column: int) -> tuple[int, int] | None:
    if there.is_nothing:
        return row, column
    new_row, new_column = there.rows.now(row), there.columns.now(column)
    return None if new_row is None or new_column is None else (new_row, new_column)


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
    moved = mover.formula(wanted, title)
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
        now = _now(there, *at)
        if now in got and got[now] != tuple(normal(mover.formula(each, usual.title)) for each in wanted):
            allowed = " ".join(filter(None, got[now]))
            found["validation"].append(Found(usual.title, own.cell(*now).coordinate, "allows something else", allowed))


def _allowed(sheet: Worksheet) -> dict[tuple[int, int], tuple[str, ...]]:
    """What the validation of each cell allows."""
    found = {}
    for each in sheet.data_validations.dataValidation:
        operator = each.operator or "between"
        words = (each.type, "" if each.type == "list" else operator, each.formula1, each.formula2)
        allowed = tuple(normal(str(word or "").removeprefix("=")) for word in words)
        for area in each.sqref.ranges:
            found.update(dict.fromkeys(area.cells, allowed))
    return found


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


@rule(
    "template.line-inserted",
    "No row or column is inserted",
    "What reads the workbook by its places no longer finds them; ranges grow or do not.",
    "Delete it; put what is your own on a sheet of your own.",
)
def inserted(facts: Facts) -> Iterator[Found]:
    """Rows and columns between the template's: each is told once."""
    yield from compared(facts).get("line-inserted", ())


@rule("template.line-deleted", "No row or column is deleted", "What referred to it is #REF!.", AGAIN)
def deleted(facts: Facts) -> Iterator[Found]:
    """Rows and columns of the template that are gone."""
    yield from compared(facts).get("line-deleted", ())


@rule("template.sheet-missing", "Every sheet is there", "What referred to it is #REF!.", "Start from a fresh template.")
def missing(facts: Facts) -> Iterator[Found]:
    """Sheets of the template that are gone or renamed."""
    yield from compared(facts).get("sheet-missing", ())


@rule(
    "template.formula-overwritten",
    "No formula of the template is overwritten or deleted",
    "The number no longer follows the inputs.",
    AGAIN,
)
def overwritten(facts: Facts) -> Iterator[Found]:
    """Numbers, texts or nothing where the template has a formula."""
    yield from compared(facts).get("formula-overwritten", ())


@rule(
    "template.formula-changed",
    "No formula of the template is changed",
    "A shifted range, a wrong row or a flipped sign looks like every other formula.",
    AGAIN,
)
def changed(facts: Facts) -> Iterator[Found]:
    """Formulas that compute something else than the template's."""
    yield from compared(facts).get("formula-changed", ())


@rule(
    "template.figure-changed",
    "Bounds, ranges, constants and tolerances are the template's",
    "A check with another tolerance checks nothing.",
    AGAIN + " A price of your own is an input.",
)
def figure(facts: Facts) -> Iterator[Found]:
    """Locked numbers that differ."""
    yield from compared(facts).get("figure-changed", ())


@rule(
    "template.text-changed",
    "Names, labels, titles and keys are the template's",
    "Look-ups go by them, and so do readers.",
    AGAIN,
)
def text(facts: Facts) -> Iterator[Found]:
    """Locked texts that differ, where a formula or a reader goes by them. Sources, dates and remarks are free."""
    yield from compared(facts).get("text-changed", ())


@rule("unit.lost", "Every line has the template's unit", "The number is then read as another quantity.", AGAIN)
def unit(facts: Facts) -> Iterator[Found]:
    """Units that were changed or deleted."""
    yield from compared(facts).get("unit", ())


@rule(
    "template.cell-added",
    "Nothing is added among the template's cells but notes",
    "A range may count it, or a look-up may find it first.",
    "Enter it on Inputs, or on a sheet of your own.",
)
def added(facts: Facts) -> Iterator[Found]:
    """Numbers and formulas on calculation sheets, and in or below the tables, where the template has nothing."""
    yield from compared(facts).get("cell-added", ())


@rule(
    "template.name",
    "Every name is there, and leads where the template's leads",
    "A formula that uses it computes something else, without looking different.",
    "Formulas, Name manager: point it at the cells that are named here.",
)
def name(facts: Facts) -> Iterator[Found]:
    """Names that are gone, and names that lead elsewhere."""
    yield from compared(facts).get("name", ())


@rule(
    "template.validation",
    "Inputs allow what the template allows",
    "A wrong entry is no longer stopped where it is made.",
    "Copy the validation from a fresh template (Paste special, Validation).",
)
def validation(facts: Facts) -> Iterator[Found]:
    """Validations that allow more, less, or something else."""
    yield from compared(facts).get("validation", ())


@rule(
    "template.lock",
    "Inputs are unlocked, everything else is locked",
    "With the sheet protected, formulas can be overwritten, or inputs not be entered.",
    "Format cells, Protection.",
)
def lock(facts: Facts) -> Iterator[Found]:
    """Formulas and labels that are unlocked, and inputs that are locked."""
    yield from compared(facts).get("lock", ())


@rule(
    "template.picture",
    "Charts draw the template's cells, and checks keep their colours",
    "A chart that is a row off tells another story.",
    "Copy the chart or the format from a fresh template.",
)
def picture(facts: Facts) -> Iterator[Found]:
    """Charts that are gone or draw other cells; the colours of the checks."""
    yield from compared(facts).get("picture", ())


KINDS = (
    "formula-overwritten", "formula-changed", "figure-changed", "text-changed", "unit", "cell-added", "line-inserted",
    "line-deleted", "sheet-missing", "name", "validation", "lock", "picture",
)  # fmt: skip
