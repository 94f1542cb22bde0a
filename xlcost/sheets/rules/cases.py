"""Rules for the cases as they are entered, compared with what the engine has stored of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from xlcost.analysis.case import Case, Given
from xlcost.errors import XlcostError
from xlcost.sheets import finding, reading
from xlcost.sheets.layout import CASES, INPUTS
from xlcost.sheets.results import SHEET as RESULTS
from xlcost.sheets.rules.declared import Found, rule
from xlcost.sheets.rules.facts import Facts
from xlcost.sheets.stored import PRINTS, fingerprint

Entered = Mapping[str, Mapping[str, Given]]


@rule(
    "case.exchanged",
    "What stands under the title of a case is what was stored for that case, or is new",
    "Whoever reads Base reads another case.",
    "Exchange the two columns on Inputs again; or make the workbook anew, if that is what you mean.",
)
def exchanged(facts: Facts) -> Iterator[Found]:
    """Two columns of Inputs that were exchanged: exchanged back, they are what the workbook was made with."""
    try:
        entered = reading.entered_in(facts.book)
        results = finding.found(facts.book, RESULTS.title)
    except XlcostError:  # another rule says what is wrong with it
        return
    if tuple(entered) != CASES or PRINTS not in results.rows:
        return
    stored = [results.value(PRINTS, case) for case in CASES]
    if _prints(entered) == stored:
        return
    for one, other in combinations(CASES, 2):
        if entered[one] != entered[other]:
            back = {**entered, one: entered[other], other: entered[one]}
            if _prints(back) == stored:
                where = finding.found(facts.book, INPUTS)
                yield Found(
                    INPUTS,
                    f"{where.cases[one]}{where.head}",
                    f"{one} has what {other} had when the workbook was made, and the other way round",
                    f"{one}, {other}",
                )


def _prints(entered: Entered) -> list[str]:
    base = entered[CASES[0]]
    return [fingerprint(Case(name, given={**base, **entered[name]})) for name in CASES]
