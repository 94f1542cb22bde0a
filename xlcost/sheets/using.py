"""What a case of a workbook uses: what is entered for it, and else what is entered for Base."""

from __future__ import annotations

import math
from collections.abc import Mapping

from xlcost.analysis.case import Case, Given, known_inputs


def same(one: object, other: object) -> bool:
    """Equal, as far as a file keeps a number."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-12)
    return one == other


def as_used(name: str, base: Mapping[str, Given], own: Mapping[str, Given]) -> Case:
    """A case of a workbook.

    A value that is the default, and of which nothing is known, is not given: a sheet shows all of them, and can't tell
    what somebody has typed from what was there.
    """
    known = known_inputs()

    def is_given(each: str, given: Given) -> bool:
        return bool(given.source) or given.low is not None or not same(given.value, known[each].default)

    return Case(name, given={each: given for each, given in {**base, **own}.items() if is_given(each, given)})
