"""Rules for the file as a whole: what it carries, how it calculates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlcost.sheets.rules.declared import Found, Part, Scope, rule
from xlcost.sheets.rules.facts import TEXT, Facts, shown
from xlcost.sheets.rules.precedents import among, circles

_LINK = re.compile(r"\[[^\[\]]+\][^!\[\]]*!")
_DDE = re.compile(r"\w\|[^|]*!")


def _carried(facts: Facts, *labels: str) -> Iterator[Found]:
    for warning in facts.warnings:
        if warning.startswith(labels):
            yield Found("", "", warning)


@rule(
    "book.macro",
    "No macros, and no Excel 4 macro sheets",
    "They run on the reader's machine, and nobody sees them in the cells.",
    "Save the workbook as .xlsx.",
    Scope.ANY,
)
def macro(facts: Facts) -> Iterator[Found]:
    """Parts of the file that hold macros."""
    yield from _carried(facts, "macros", "Excel 4 macro")


@rule(
    "book.external-link",
    "No link to another file",
    "The number changes or breaks with a file that the reader does not have.",
    "Break the link (Data, Edit links), and enter the value as an input with its source.",
    Scope.ANY,
)
def external_link(facts: Facts) -> Iterator[Found]:
    """Parts that hold links, and formulas and names that use one."""
    yield from _carried(facts, "links to other")
    for kind, formulas in facts.shapes.items():
        if "[" in kind and _LINK.search(kind):
            for each in formulas:
                yield Found(each.sheet, each.cell, "refers to another file", shown(each.text))
    for title, name in facts.book.defined_names.items():
        if _LINK.search(TEXT.sub('""', name.attr_text or "")):
            yield Found("", title, "the name refers to another file", shown(name.attr_text))


@rule(
    "book.dde",
    "No dynamic data exchange",
    "It starts other programs.",
    "Delete the formula or the link.",
    Scope.ANY,
)
def dde(facts: Facts) -> Iterator[Found]:
    """DDE in formulas and in links."""
    found = False
    for kind, formulas in facts.shapes.items():
        if "|" in kind and _DDE.search(kind):
            for each in formulas:
                found = True
                yield Found(each.sheet, each.cell, "asks another program", shown(each.text))
    if not found:
        yield from _carried(facts, "DDE")


@rule(
    "book.connection",
    "No data connection and no query",
    "What it fetches differs from day to day, and from reader to reader.",
    "Delete it (Data, Queries and connections), and enter the values.",
    Scope.ANY,
)
def connection(facts: Facts) -> Iterator[Found]:
    """Connections and query tables."""
    yield from _carried(facts, "data connections")


@rule(
    "book.embedded",
    "No embedded objects, controls or web extensions",
    "They carry programs or other files inside this one.",
    "Delete the object.",
    Scope.ANY,
)
def embedded(facts: Facts) -> Iterator[Found]:
    """Objects, ActiveX controls and web extensions."""
    yield from _carried(facts, "embedded objects", "ActiveX", "web extensions")


@rule(
    "book.circular",
    "No formula depends on itself",
    "A circle has no value, or one that depends on how often it was calculated.",
    "Follow the formula back, and cut the circle.",
    Scope.ANY,
    part=Part.EFFECT,
)
def circular(facts: Facts) -> Iterator[Found]:
    """What the recalculation found to be a circle, without all that depends on it."""
    if facts.computed is None or not facts.computed.circular:
        return
    told = {(sheet, cell) for sheet, cell, _ in facts.computed.circular}
    formulas = {(each.sheet, each.cell): each for each in facts.formulas if (each.sheet, each.cell) in told}
    found = circles(among(facts, formulas)) or set(formulas)
    for key, each in formulas.items():
        if key in found:
            yield Found(*key, "depends on itself", shown(each.text))


@rule(
    "book.calculation",
    "Calculated automatically, once, with all digits",
    "Manual calculation shows old values, iteration hides circles, precision as displayed rounds what is stored.",
    "File, Options, Formulas: automatic, no iterative calculation; Advanced: no precision as displayed.",
    Scope.ANY,
)
def calculation(facts: Facts) -> Iterator[Found]:
    """The settings of the calculation that ship with the file."""
    settings = facts.book.calculation
    if settings is None:
        return
    if settings.calcMode not in (None, "auto"):
        yield Found("", "", "is not calculated automatically", f"calcMode {settings.calcMode}")
    if settings.iterate:
        yield Found("", "", "calculates circles by iteration", "iterate")
    if settings.fullPrecision is False:
        yield Found("", "", "rounds stored values to what is displayed", "fullPrecision 0")
