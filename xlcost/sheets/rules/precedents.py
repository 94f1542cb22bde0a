"""Which cells a formula refers to, asked of a few cells only: those with an error, or those in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlcost.files.package import area_bounds, cell_name
from xlcost.sheets.rules.facts import REFERENCE, Facts, Formula

Key = tuple[str, str]  # sheet and cell
MOST = 20_000  # cells of one range


def among(facts: Facts, formulas: Mapping[Key, Formula]) -> dict[Key, set[Key]]:
    """For each of some formulas, those of them that it refers to, by address or by name."""
    names = {
        title: (sheet, where.replace("$", ""))
        for title, name in facts.book.defined_names.items()
        if "!" in (name.attr_text or "") and "#" not in name.attr_text
        for sheet, where in name.destinations
    }
    return {key: {each for each in _cells(formula, names) if each in formulas} for key, formula in formulas.items()}


def _cells(formula: Formula, names: Mapping[str, Key]) -> Iterator[Key]:
    text = formula.text
    for match in REFERENCE.finditer(text):
        if not match["text"]:
            sheet = (match["sheet"] or formula.sheet).rstrip("!").strip("'").replace("''", "'")
            end = f":{match['last']}" if match["last"] else ""
            yield from _area(sheet, match["first"] + end)
    if "_" in text:
        for title, (sheet, where) in names.items():
            if title in text:
                yield from _area(sheet, where)


def _area(sheet: str, reference: str) -> Iterator[Key]:
    top, left, bottom, right = area_bounds(reference)
    if (bottom - top + 1) * (right - left + 1) <= MOST:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield sheet, cell_name(row, column)


def circles(before: Mapping[Key, set[Key]]) -> set[Key]:
    """What is left once everything is dropped that nothing refers to, and everything that refers to nothing."""
    left = set(before)
    while True:
        used = {each for key in left for each in before[key] if each in left}
        kept = {key for key in left if key in used and before[key] & left}
        if kept == left:
            return left
        left = kept
