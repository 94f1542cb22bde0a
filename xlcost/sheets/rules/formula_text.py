"""Rules for the text of a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlcost.sheets.layout import INPUTS
from xlcost.sheets.rules.declared import Found, Part, Scope, rule
from xlcost.sheets.rules.facts import Facts, Formula, shown

LONGEST = 120
LARGEST_LITERAL = 4  # 2 of a square, 4 of a quarter: of the mathematics; anything above is somebody's figure
IN_WORDS = "Summary"  # its sentences are long, and calculate nothing

_VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|CELL|INFO)\(", re.IGNORECASE)
_HIDES_ERRORS = re.compile(r"\b(IFERROR|IFNA)\(", re.IGNORECASE)
_NEWER = re.compile(
    r"_xlfn|_xlws|_xlpm|\b(XLOOKUP|LET|LAMBDA|FILTER|SORT|UNIQUE|SEQUENCE|POISSON\.DIST|NORM\.\w+)\(", re.I
)
_CHOOSE = re.compile(r"\bCHOOSE\(", re.IGNORECASE)
_ROUNDS = re.compile(r"\b(ROUND|ROUNDUP|ROUNDDOWN|MROUND|TRUNC|FIXED)\(", re.IGNORECASE)
_WHOLE = re.compile(r"\$?\b[A-Z]{1,3}:\$?[A-Z]{1,3}\b|(?<![\w.@$])\$?[0-9]+:\$?[0-9]+\b")
_NUMBER = re.compile(r"(?<![\w.$@])(?:\d+(?:\.\d*)?|\.\d+)(?:E[+-]?\d+)?%?(?![\w.(!])", re.IGNORECASE)


def _matching(facts: Facts, pattern: re.Pattern[str], what: str) -> Iterator[Found]:
    for kind, formulas in facts.shapes.items():
        if match := pattern.search(kind):
            for each in formulas:
                yield Found(each.sheet, each.cell, what.format(match[0].rstrip("(")), shown(each.text))


@rule(
    "formula.volatile",
    "No volatile or opaque functions: OFFSET, INDIRECT, NOW, TODAY, RAND, CELL, INFO",
    "The value changes by itself, or depends on cells that no arrow shows.",
    "Refer to the cells themselves; enter a date as an input.",
    Scope.ANY,
)
def volatile(facts: Facts) -> Iterator[Found]:
    """Formulas that call one of them."""
    yield from _matching(facts, _VOLATILE, "calls {}")


@rule(
    "formula.iferror",
    "No IFERROR, no IFNA",
    "They turn every fault into a number that looks right.",
    "Let the error show, or test for the one case that is meant: IF(ISBLANK(...), ...).",
    Scope.ANY,
)
def iferror(facts: Facts) -> Iterator[Found]:
    """Formulas that hide errors."""
    yield from _matching(facts, _HIDES_ERRORS, "hides errors with {}")


@rule(
    "formula.whole-column",
    "No whole columns or rows",
    "What somebody writes below the table is then counted too.",
    "Refer to the cells of the table: B6:B20, not B:B.",
    Scope.ANY,
)
def whole_column(facts: Facts) -> Iterator[Found]:
    """References such as A:A and 3:3."""
    yield from _matching(facts, _WHOLE, "refers to all of {}")


@rule(
    "formula.broken-reference",
    "No reference to cells that are gone",
    "#REF! is what is left of a reference when its cells are deleted.",
    "Write the reference again, or take the formula from a fresh template.",
    Scope.ANY,
    part=Part.EFFECT,
)
def broken_reference(facts: Facts) -> Iterator[Found]:
    """Formulas with #REF! in them."""
    yield from _matching(facts, re.compile(r"#REF!", re.IGNORECASE), "holds {}")


@rule(
    "formula.newer",
    "Only functions that every Excel and LibreOffice knows",
    "A function that needs the prefix _xlfn. in the file is #NAME? in older programs.",
    "Use the older function: POISSON, NORMSINV, INDEX with MATCH.",
)
def newer(facts: Facts) -> Iterator[Found]:
    """Functions of newer versions."""
    yield from _matching(facts, _NEWER, "calls {}, which older programs lack")


@rule(
    "formula.choose",
    "No CHOOSE",
    "A case that is chosen by its number breaks when a case is inserted.",
    "Look the case up by its name: INDEX with MATCH.",
)
def choose(facts: Facts) -> Iterator[Found]:
    """Formulas that choose by number."""
    yield from _matching(facts, _CHOOSE, "calls {}")


@rule(
    "formula.rounding",
    "No rounding in workings",
    "What is rounded away on the way is missing in the total.",
    "Round by the number format.",
)
def rounding(facts: Facts) -> Iterator[Found]:
    """Formulas that round; whole things (GPUs, months) are counted with INT."""
    yield from _matching(facts, _ROUNDS, "calls {}")


@rule(
    "formula.literal",
    f"No number in a formula but whole ones up to {LARGEST_LITERAL}",
    "A figure inside a formula has no source, no unit, and is missed when it changes.",
    "Make it an input or a named constant, and refer to that.",
)
def literal(facts: Facts) -> Iterator[Found]:
    """Formulas with a figure in them. What somebody enters on Inputs may be arithmetic."""
    for kind, formulas in facts.shapes.items():
        figures = [text for text in _NUMBER.findall(kind) if not _belongs_to_mathematics(text)]
        if figures:
            for each in formulas:
                if (each.row, each.column) not in facts.entries.get(each.sheet, ()):
                    yield Found(each.sheet, each.cell, f"holds the figure {figures[0]}", shown(each.text))


def _belongs_to_mathematics(text: str) -> bool:
    if text.endswith("%"):
        return False
    number = float(text)
    return number == int(number) and number <= LARGEST_LITERAL


@rule(
    "formula.length",
    f"At most {LONGEST} characters",
    "A longer formula is not read by anybody.",
    "Split it over two lines, each with a label.",
)
def length(facts: Facts) -> Iterator[Found]:
    """Long formulas where something is calculated."""
    titles = {sheet.title for sheet in facts.own} - {IN_WORDS}
    for each in facts.formulas:
        if len(each.text) > LONGEST and each.sheet in titles and not _is_entry(facts, each):
            yield Found(each.sheet, each.cell, f"has {len(each.text)} characters", shown(each.text))


def _is_entry(facts: Facts, each: Formula) -> bool:
    return each.sheet == INPUTS and (each.row, each.column) in facts.entries.get(each.sheet, ())
