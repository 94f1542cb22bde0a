"""The rules for a workbook that a machine can check, and how a workbook is put to them.

A rule is declared once, beside the search for what breaks it: `xlcost check` runs them, `--list` prints them, and the
tests put every shipped workbook to them.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from xlcost import __version__
from xlcost.analysis.case import Case
from xlcost.errors import XlcostError
from xlcost.files.opening import Opened
from xlcost.files.package import read_parts
from xlcost.sheets.finding import flavour, made_with, refuse_newer
from xlcost.sheets.layout import INPUTS, LIVE_CASE
from xlcost.sheets.render import draw
from xlcost.sheets.rules import cases, catalogue, cell, formula_text, name, template, whole_book, whole_sheet
from xlcost.sheets.rules.declared import RULES, Found, Part, Rule, Scope
from xlcost.sheets.rules.facts import Computed, Facts

__all__ = ["RULES", "Audit", "Computed", "Finding", "Rule", "Scope", "audit", "facts_of", "listed", "reference"]

MOST = 10  # findings of one rule on one sheet; the rest is counted
GROUPS = ("book", "template", "catalogue", "case", "unit", "row", "formula", "name", "sheet", "cell", "check")
UNFOLDED = 3  # findings of a rule that are told one by one, even where another finding is likely to be their cause
_MODULES = (
    whole_book,
    whole_sheet,
    cell,
    formula_text,
    name,
    template,
    catalogue,
    cases,
)  # whose rules are declared by importing them


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, in a cell or in a block of cells that are alike."""

    rule: str
    sheet: str
    cell: str  # one cell, a block such as H40:BP40, a name, or nothing
    what: str
    value: str
    cure: str
    count: int  # of cells


@dataclass(frozen=True)
class Audit:
    """What the rules say of a workbook."""

    made_with: str | None  # the version of xlcost; None for a workbook of others
    compared: bool  # with the template
    rules: tuple[str, ...]  # that were put
    findings: tuple[Finding, ...]


def audit(
    opened: Opened, computed: Computed | None = None, wanted: Sequence[str] | None = None, usual: Workbook | None = None
) -> Audit:
    """Puts a workbook to the rules: to all that apply, or to those wanted of them.

    `usual` is the template to compare with, if it is there already. Without `computed`, the rules about values look at
    those in the file.
    """
    facts = facts_of(opened, computed, usual)
    rules = [each for each in listed() if facts.made_with is not None or each.scope is Scope.ANY]
    if wanted is not None:
        rules = [each for each in rules if each.id in wanted]
    usual_titles = facts.reference.sheetnames if facts.reference is not None else facts.book.sheetnames
    ours = {"", *usual_titles}  # a sheet that somebody has added is not held to the house's rules
    findings: list[Finding] = []
    cause: Finding | None = None
    for each in rules:
        found = [found for found in each.search(facts) if each.scope is Scope.ANY or found.sheet in ours]
        if cause is not None and each.part is Part.EFFECT and len(found) > UNFOLDED:
            findings.append(_folded(each, found, cause))
            continue
        findings += _blocks(each, found)
        if each.part is Part.CAUSE and findings:
            cause = findings[0]
    is_compared = facts.reference is not None
    return Audit(facts.made_with, is_compared, tuple(each.id for each in rules), tuple(findings))


def listed() -> list[Rule]:
    """All rules, causes before what follows from them."""
    return sorted(
        RULES.values(), key=lambda each: (each.part is not Part.CAUSE, GROUPS.index(each.id.partition(".")[0]))
    )


def _folded(broken: Rule, found: Sequence[Found], cause: Finding) -> Finding:
    """All findings of a rule as one, where what is likely to be their cause is told already."""
    sheets = list(dict.fromkeys(each.sheet for each in found if each.sheet))
    where = f" on {', '.join(sheets[:3])}{' and elsewhere' if len(sheets) > 3 else ''}" if sheets else ""
    first = f"{found[0].sheet}!{found[0].cell}".strip("!")
    lost = f"{cause.sheet}!{cause.cell}".strip("!")
    what = f"{len(found):,} places{where}, {first} first, probably because of {lost}: check again once that is mended"
    return Finding(broken.id, "", "", what, "", f"First mend {lost}, then check again.", 1)


def facts_of(opened: Opened, computed: Computed | None = None, usual: Workbook | None = None) -> Facts:
    """What the rules look at."""
    try:
        book = load_workbook(io.BytesIO(opened.data))
    except XlcostError:
        raise
    except Exception as trouble:  # openpyxl says in many ways that it can't read a file
        said = str(trouble).splitlines()[0] if str(trouble) else type(trouble).__name__
        raise XlcostError(f"{opened.name}: can't be read ({said[:200]}); open and save it in Excel") from None
    version = _made_with(book)
    refuse_newer(version, opened.name)
    if version == __version__ and usual is None:
        usual = reference(flavour(book))
    usual = usual if version == __version__ else None
    return Facts(book, read_parts(opened.data), opened.warnings, version, usual, computed)


@cache
def reference(asks: str) -> Workbook:
    """A fresh template of a flavour, to compare with. Nobody changes it."""
    return draw(Case.shipped(), flavour=asks)


def _made_with(book: Workbook) -> str | None:
    """The version of xlcost that made a workbook; empty if only the signs of one are left, None for others."""
    ours = INPUTS in book.sheetnames and LIVE_CASE in book.defined_names
    return made_with(book) or (__version__ if ours else None)


def _blocks(broken: Rule, found: Iterable[Found]) -> Iterator[Finding]:
    """Findings that are alike and side by side as one; of too many on a sheet, the first ones and a count."""
    by_sheet: dict[str, list[Found]] = {}
    for each in found:
        by_sheet.setdefault(each.sheet, []).append(each)
    for sheet, several in by_sheet.items():
        blocks = list(_runs(several))
        for first, last, count in blocks[:MOST]:
            cells = first.cell if count == 1 else f"{first.cell}:{last.cell}"
            yield Finding(broken.id, sheet, cells, first.what, first.value, broken.cure, count)
        if rest := blocks[MOST:]:
            more = sum(count for _, _, count in rest)
            first = rest[0][0]
            what = f"and {more:,} more on this sheet, from {first.cell} on"
            yield Finding(broken.id, sheet, "", what, "", broken.cure, more)


def _runs(several: Sequence[Found]) -> Iterator[tuple[Found, Found, int]]:
    """First and last of each run along a row, or down a column, with how many they are."""
    first = last = None
    count = 0
    step: tuple[int, int] | None = None
    for each in several:
        move: tuple[int, int] | None = _step(last, each) if last is not None else None
        if move is not None and (count == 1 or move == step):
            last, step, count = each, move, count + 1
            continue
        if first is not None and last is not None:
            yield first, last, count
        first, last, count = each, each, 1
    if first is not None and last is not None:
        yield first, last, count


def _step(before: Found, after: Found) -> tuple[int, int] | None:
    """(0, 1) for the next cell to the right, (1, 0) for the next one below; None for any other or for no cell."""
    if not (before.cell[-1:].isdigit() and after.cell[-1:].isdigit() and before.cell[:1].isupper()):
        return None
    try:
        column, row, *_ = range_boundaries(before.cell)
        next_column, next_row, *_ = range_boundaries(after.cell)
    except ValueError:
        return None
    move = (next_row - row, next_column - column)
    return move if move in ((0, 1), (1, 0)) else None
