"""Bad input to every argument of every function: the documented error value, and FT_EXPLAIN says in words why."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlcost.errors import CellError
from xlcost.functions.boundary import MAX_CELLS
from xlcost.functions.examples import EXAMPLES
from xlcost.functions.function import Function, Parameter
from xlcost.functions.registry import functions

NA, NUM, VALUE, REF = CellError.NA, CellError.NUM, CellError.VALUE, CellError.REF
EXPLAIN = functions()["FT_EXPLAIN"]
OTHERS = [each for each in functions().values() if each is not EXPLAIN]
CALLS = [
    pytest.param(each, place, id=f"{each.name}-{parameter.name}")
    for each in OTHERS
    for place, parameter in enumerate(each.parameters)
]

# By what is wrong: the value, and the errors that say so.
FOR_ANYTHING: dict[str, tuple[object, set[CellError]]] = {
    **{f"the error {error}": (error, {error}) for error in CellError},
    "no kind of value": (object(), {VALUE}),
    "bytes": (b"8", {VALUE}),
    "a complex number": (8j, {VALUE}),
    "a set": ({8.0}, {VALUE}),
    "rows of unequal length": ([[1.0, 2.0], [3.0]], {VALUE}),
    "a row without cells": ([[]], {VALUE}),
    "ranges within a range": ([[1.0, [2.0]]], {VALUE}),
    "too many cells": ([[1.0]] * (MAX_CELLS + 1), {VALUE}),
    "a million cells": ([[1.0] * 1000] * 1000, {VALUE}),
}
FOR_A_NUMBER = {
    **FOR_ANYTHING,
    "a boolean": (True, {VALUE}),
    "a text": ("much", {VALUE, NA}),
    "a text that looks like a number": ("8", {VALUE, NA}),
    "a text that looks like a share": ("12%", {VALUE, NA}),
    "not a number": (math.nan, {NUM}),
    "infinity": (math.inf, {NUM}),
    "less than nothing": (-1e300, {NUM}),
    "more than anything": (1e300, {NUM}),
    "an integer that is no float": (10**400, {NUM}),
    "a Decimal that is no number": (Decimal("sNaN"), {NUM}),
    "a day before all days": (date(1850, 1, 1), {NUM}),
}
FOR_A_TEXT = {
    **FOR_ANYTHING,
    "a boolean": (True, {VALUE}),
    "a number": (8.0, {VALUE}),
    "a date": (datetime(2026, 1, 31), {VALUE}),
    "an unknown name": ("no such thing", {VALUE, NA}),
    "a pattern": ("*", {VALUE, NA}),
    "a very long name": ("x" * 40_000, {VALUE, NA}),
    "not a number": (math.nan, {NUM}),
}
FOR_A_RANGE = {
    **FOR_ANYTHING,
    "a boolean": (True, {VALUE}),
    "a number": (8.0, {VALUE}),
}
FOR_A_CASE = {
    **FOR_A_RANGE,
    "a text": ("mfu", {VALUE}),
    "an unknown name": ([["no such thing", 1.0]], {VALUE, NA}),
    "a value out of bounds": ([["mfu", 1.4]], {NUM}),
    "a text for a number": ([["mfu", "0.4"]], {VALUE}),
    "an error as a value": ([["mfu", REF]], {REF}),
    "a number as a name": ([[5.0, 0.4]], {VALUE}),
    "the same name twice": ([["mfu", 0.4], ["mfu", 0.5]], {VALUE}),
    "three columns": ([["mfu", 0.4, 0.5]], {VALUE}),
}


def wrong_for(parameter: Parameter) -> dict[str, tuple[object, set[CellError]]]:
    """What is wrong for an argument."""
    if parameter.is_range:
        return FOR_A_CASE if parameter.name == "values" else FOR_A_RANGE
    return FOR_A_TEXT if parameter.unit == "text" else FOR_A_NUMBER


def arguments(function: Function, place: int, value: object) -> list[object]:
    """Those of the example, with another value in a place."""
    handed: list[object] = [*EXAMPLES[function.name]]
    handed += [None] * (place + 1 - len(handed))
    handed[place] = value
    return handed


def last_cell(answer: Any) -> Any:
    """The answer, or the last cell of its rows: where a range is wrong in one cell, it is the last."""
    return answer[-1][-1] if isinstance(answer, list) else answer


@pytest.mark.parametrize(("function", "place"), [each for each in CALLS if each.values[0].name != "FT_VERSION"])
def test_what_is_wrong_is_the_documented_error_and_explained(function: Function, place: int) -> None:
    said = []
    for what, (value, errors) in wrong_for(function.parameters[place]).items():
        handed = arguments(function, place, value)
        found = last_cell(function.call(handed))
        if found not in errors:
            said.append(f"{what}: {found!r}, not {' or '.join(map(str, errors))}")
        if not isinstance(value, list):  # of a range, the first cell is explained
            said += [f"{what}: {each}" for each in unexplained(function, handed)]
    assert said == []


def unexplained(function: Function, handed: list[object]) -> list[str]:
    """What FT_EXPLAIN says of an error, if it is no reason."""
    reason = EXPLAIN.call([function.name, *handed])
    if not isinstance(reason, str) or "Traceback" in reason or len(reason) > 2_500:
        return [f"explained by {reason!r}"]
    names = [*(each.name for each in function.parameters), "driver"]
    return [] if any(name in reason for name in names) else [f"explained by {reason!r}, which names nothing"]


@pytest.mark.parametrize("function", OTHERS, ids=lambda each: each.name)
def test_what_is_needed_and_not_there(function: Function) -> None:
    for place, parameter in enumerate(function.parameters):
        if parameter.required:
            for blank in (None, "", [[None]], [[""]]):
                handed = arguments(function, place, blank)
                assert function.call(handed) is VALUE
                assert f"{parameter.name} is needed" in EXPLAIN.call([function.name, *handed])


@pytest.mark.parametrize("function", OTHERS, ids=lambda each: each.name)
def test_too_many_arguments(function: Function) -> None:
    handed = [*EXAMPLES[function.name]]
    handed += [None] * (len(function.parameters) - len(handed))
    assert "takes" in EXPLAIN.call([function.name, *handed, 1.0])
    assert function.name == "FT_VERSION" or function.call([*handed, 1.0]) is VALUE


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(max_size=20),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from(CellError),
    st.sampled_from(["H100-SXM", "LoRA", "full", "API", "mfu", "gpu_price", "Llama-3.1-8B", "drift", 0.0, 0.5, 1.0]),
    st.binary(max_size=5),
    st.complex_numbers(),
)
HANDED = st.one_of(
    CELLS,
    st.lists(CELLS, max_size=3),
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=3),
    st.lists(st.lists(CELLS, max_size=3), max_size=3).map(lambda rows: tuple(map(tuple, rows))),
)


@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(OTHERS), st.data())
def test_whatever_is_handed_over(function: Function, data: st.DataObject) -> None:
    """Nothing raises; an answer is what a cell can hold; an error has a reason."""
    handed = data.draw(st.lists(HANDED, max_size=len(function.parameters)))
    found = function.call(handed)
    for row in found if isinstance(found, list) else [[found]]:
        for value in row:
            assert isinstance(value, str | bool | CellError) or math.isfinite(value)
    reason = EXPLAIN.call([function.name, *handed])
    assert isinstance(reason, str)
    assert reason
    assert "Traceback" not in reason
