"""Rules for defined names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlcost.functions.lambdas import lambdas
from xlcost.sheets.finding import flavour
from xlcost.sheets.rules.declared import Found, Part, Scope, rule
from xlcost.sheets.rules.facts import TEXT, Facts, shown

PREFIXES = ("in_", "out_", "con_", "tbl_", "chk_", "eng_")
_EXCELS_OWN = re.compile(r"_xlnm\.|_xlfn|_xleta|Print_(Area|Titles)$|_FilterDatabase", re.IGNORECASE)
_OTHER_WORDS = re.compile(r"LAMBDA\(|LET\(|[|\[]")  # words that are no names: of lambdas, tables, other files
_WORD = re.compile(r"(?<![\w.!'@])([A-Za-z_\\][\w.]*)(?![\w.]*[(!\['])")


@rule(
    "name.resolves",
    "Every name leads to cells that are there",
    "A name without a place is #REF! or #NAME? wherever it is used.",
    "Formulas, Name manager: point it at its cells again, or delete it.",
    Scope.ANY,
    part=Part.EFFECT,
)
def resolves(facts: Facts) -> Iterator[Found]:
    """Names with #REF! in them, or on a sheet that isn't there."""
    for title, name in facts.book.defined_names.items():
        if _EXCELS_OWN.match(title):
            continue
        text = TEXT.sub('""', name.attr_text or "")
        lost = [sheet for sheet in _sheets(text) if sheet not in facts.book.sheetnames and "[" not in sheet]
        if "#REF!" in text or lost:
            yield Found(
                "", title, f"leads to {'no cell' if not lost else f'no sheet {lost[0]}'}", shown(name.attr_text)
            )


def _sheets(text: str) -> list[str]:
    found = re.findall(r"(?:'((?:[^']|'')+)'|([A-Za-z_][\w.]*))!", text)
    return [(quoted or plain).replace("''", "'") for quoted, plain in found if plain != "REF"]


@rule(
    "name.known",
    "Every name in a formula is defined",
    "A name that was deleted is #NAME?, or is taken for another.",
    "Formulas, Name manager: define it again; a fresh template says where it leads.",
    Scope.ANY,
    part=Part.EFFECT,
)
def known(facts: Facts) -> Iterator[Found]:
    """Formulas with a word in them that is no name of the workbook."""
    defined = {title.lower() for title in facts.book.defined_names}
    for sheet in facts.book.worksheets:
        defined.update(title.lower() for title in sheet.defined_names)
        defined.update(title.lower() for title in sheet.tables)
    defined |= {"true", "false"}
    for kind, formulas in facts.shapes.items():
        lost = [word for word in _WORD.findall(kind.removeprefix("=")) if word.lower() not in defined]
        if lost and not _OTHER_WORDS.search(kind):
            for each in formulas:
                yield Found(each.sheet, each.cell, f"uses the name {lost[0]}, which is not defined", shown(each.text))


@rule(
    "name.form",
    f"A name begins with {', '.join(PREFIXES)} or is a function, holds in the whole workbook, and has a comment",
    "The first letters say what it is; two names of one spelling on two sheets are taken for each other.",
    "Formulas, Name manager: rename it, or give it a comment.",
)
def form(facts: Facts) -> Iterator[Found]:
    """Names of another form, and names of one sheet. Names that somebody has added for a sheet of his own may be so."""
    usual = facts.reference.defined_names if facts.reference is not None else facts.book.defined_names
    called = lambdas() if flavour(facts.book) == "lambda" else {}
    for title, name in facts.book.defined_names.items():
        if title in usual and not ((title.startswith(PREFIXES) or title in called) and name.comment):
            yield Found("", title, "has another prefix, or no comment", shown(name.attr_text))
    for sheet in facts.own:
        for title, name in sheet.defined_names.items():
            if not _EXCELS_OWN.match(title):
                yield Found(sheet.title, title, "is a name of one sheet only", shown(name.attr_text))
