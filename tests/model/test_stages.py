"""Stages: cases that somebody worked by hand, as sentences. Every quantity occurs in one.

`given` may name drivers and quantities: what lies upstream of them doesn't matter. A row is written by its members,
`{ 0 = 100, 1-12 = 5 }`, and is 0 elsewhere. A number that is expected with decimals must agree in all of them; a
whole number must agree.
"""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from xlcost.errors import CellError
from xlcost.model import graph
from xlcost.model.evaluation import Evaluation
from xlcost.model.inputs import complete, inputs_of

FILES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in FILES
    for case in tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
]
DEFAULTS = {k: v for k, v in complete(graph(), inputs_of(graph()), {}).items() if v is not None}
# Judgements about other quantities: a difference that is nothing, or a flag. The sheet that shows them is tested.
CHECKS = {name for name, quantity in graph().quantities.items() if quantity.stage == "checks"}


def members(name, keys):
    """The members of an axis that `4`, `1-12` or `ml_engineer` name."""
    known = graph().axes[graph().axis_of[name]].members
    for key in keys:
        first, dash, last = key.partition("-")
        for member in range(int(first), int(last) + 1) if dash and first.isdigit() else [key]:
            member = float(member) if isinstance(known[0], float) else member
            assert member in known, f"{name} has no member {member}"
            yield key, known.index(member)


def taken(name, value):
    """A given value as the model takes it."""
    if isinstance(value, dict):
        row = [0.0] * len(graph().axes[graph().axis_of[name]].members)
        for key, index in members(name, value):
            row[index] = float(value[key])
        return row
    return value if isinstance(value, str) else float(value)


def assert_equals(name, found, wanted):
    if isinstance(wanted, str):
        assert (str(found) if isinstance(found, CellError) else found) == wanted, name
        return
    digits = 10.0 ** wanted.as_tuple().exponent if isinstance(wanted, Decimal) else 0.0
    assert found == pytest.approx(float(wanted), rel=1e-12, abs=max(digits * 0.51, 1e-12)), name


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    given = {name: taken(name, value) for name, value in case["given"].items()}
    wanted = tuple(case["expect"])
    fixed = {name: value for name, value in DEFAULTS.items() if name not in given}
    found = dict(zip(wanted, Evaluation(graph(), wanted, tuple(given), (), fixed)(*given.values()), strict=True))
    for name, value in case["expect"].items():
        if isinstance(value, dict):
            for key, index in members(name, value):
                assert_equals(f"{name} {key}", found[name][index], value[key])
        else:
            assert_equals(name, found[name], value)


def test_every_case_shows_its_work():
    for parameter in CASES:
        (case,) = parameter.values
        assert set(case) == {"name", "given", "worked", "expect"}, case["name"]
        assert any(sign.isdigit() for sign in case["worked"]), case["name"]


def test_every_quantity_is_worked_by_hand_somewhere():
    worked = {name for parameter in CASES for name in parameter.values[0]["expect"]}
    assert [name for name in graph().quantities if name not in worked | CHECKS] == []
