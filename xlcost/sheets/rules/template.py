"""Rules that compare a copy with the template: what was overwritten, changed, lost or put in between."""

from __future__ import annotations

from collections.abc import Iterator

from xlcost.sheets.rules.comparing import compared
from xlcost.sheets.rules.declared import Found, Part, rule
from xlcost.sheets.rules.facts import Facts

AGAIN = "Copy the cell from a fresh template: xlcost new fresh.xlsx."


@rule(
    "template.line-inserted",
    "No row or column is inserted",
    "What reads the workbook by its places no longer finds them; ranges grow or do not.",
    "Delete it; put what is your own on a sheet of your own.",
    part=Part.CAUSE,
)
def inserted(facts: Facts) -> Iterator[Found]:
    """Rows and columns between the template's: each is told once."""
    yield from compared(facts).get("line-inserted", ())


@rule("template.line-deleted", "No row or column is deleted", "What referred to it is #REF!.", AGAIN, part=Part.CAUSE)
def deleted(facts: Facts) -> Iterator[Found]:
    """Rows and columns of the template that are gone."""
    yield from compared(facts).get("line-deleted", ())


@rule(
    "template.sheet-missing",
    "Every sheet is there",
    "What referred to it is #REF!.",
    "Start from a fresh template.",
    part=Part.CAUSE,
)
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
    part=Part.EFFECT,
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
    """Numbers and formulas where the template has nothing, and texts on pages for reading that look like a figure."""
    yield from compared(facts).get("cell-added", ())


@rule(
    "template.name",
    "Every name is there, and leads where the template's leads",
    "A formula that uses it computes something else, without looking different.",
    "Formulas, Name manager: point it at the cells that are named here.",
    part=Part.EFFECT,
)
def name(facts: Facts) -> Iterator[Found]:
    """Names that are gone, and names that lead elsewhere."""
    yield from compared(facts).get("name", ())


@rule(
    "template.validation",
    "Inputs allow what the template allows",
    "A wrong entry is no longer stopped where it is made.",
    "Copy the validation from a fresh template (Paste special, Validation).",
    part=Part.EFFECT,
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
    "template.format",
    "A figure is shown as the template shows it",
    "With thousands cut off, without its sign, or with a text for its value, a reader takes it for another.",
    "Give it the number format of a fresh template, which may have more digits after the point.",
)
def number_format(facts: Facts) -> Iterator[Found]:
    """Number formats that differ from the template's; of inputs, those that hide, scale or make up a figure."""
    yield from compared(facts).get("format", ())


@rule(
    "template.picture",
    "Charts draw the template's cells, and checks keep their colours",
    "A chart that is a row off tells another story.",
    "Copy the chart or the format from a fresh template.",
    part=Part.EFFECT,
)
def picture(facts: Facts) -> Iterator[Found]:
    """Charts that are gone or draw other cells; the colours of the checks."""
    yield from compared(facts).get("picture", ())
