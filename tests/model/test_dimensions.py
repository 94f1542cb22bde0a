"""Units: every quantity yields what it claims, and what can't be added is not added."""

import pytest
from small_graphs import of

from xlcost.model import graph
from xlcost.model.dimensions import prove
from xlcost.model.language import ModelError


@pytest.mark.parametrize("name", graph().quantities)
def test_the_unit_follows_from_the_formula(name):
    prove(graph().quantities[name], graph())


@pytest.mark.parametrize(
    ("formula", "parameters", "unit"),
    [
        ("money * hours", "money, hours", "USD*hour"),
        ("seconds / SECONDS_PER_HOUR + hours", "seconds, hours", "hour"),
        ("money * 0 + money", "money", "USD"),
        ("where(a > 0, money, 0)", "a, money", "USD"),
        ("where(a > 0, money, NEVER)", "a, money", "USD"),
        ("maximum(0, money)", "money", "USD"),
        ("sqrt(money * money)", "money", "USD"),
        ("money ** 2 / money", "money", "USD"),
        ("(money * money) ** (1 / 2)", "money", "USD"),
        ("ceil(hours / hours)", "hours", "count"),
        ("total(step)", "step", "month^2".replace("^2", "*month")),
        ("total(pay)", "pay", "USD"),
        ("largest(step)", "step", "month"),
        ("at(step, a)", "step, a", "month"),
        ("first_where(candidate, candidate)", "candidate", "1"),
        ("running_total(step * a)", "step, a", "month*month"),
        ("running_total(pay)", "pay", "USD"),
        ("step - previous(step)", "step", "month"),
    ],
)
def test_proves(formula, parameters, unit):
    small = of(formula, parameters, unit)
    prove(small.quantities["result"], small)


@pytest.mark.parametrize(
    ("formula", "parameters", "unit", "reason"),
    [
        ("money + hours", "money, hours", "USD", "USD and hour can't be added or compared"),
        ("money - a", "money, a", "USD", "USD and 1 can't be added or compared"),
        ("money + 1", "money", "USD", "USD and 1 can't be added or compared"),
        ("where(money > hours, 1, 0)", "money, hours", "1", "USD and hour can't be added or compared"),
        ("where(a > 0, money, hours)", "a, money, hours", "USD", "USD and hour can't be added or compared"),
        ("minimum(money, hours)", "money, hours", "USD", "USD and hour can't be added or compared"),
        ("exp(money)", "money", "1", "a pure number is needed, not USD"),
        ("log(hours)", "hours", "1", "a pure number is needed, not hour"),
        ("poisson_cdf(a, hours)", "a, hours", "1", "a pure number is needed, not hour"),
        ("a ** hours", "a, hours", "1", "an exponent is a pure number, not hour"),
        ("money ** a", "money, a", "USD", "USD can be raised to a fraction of whole numbers only"),
        ("a / 0", "a", "1", "the divisor is 0"),
        ("seconds", "seconds", "hour", "declared in hour, but the formula yields second"),  # a missing 3600
        ("seconds * SECONDS_PER_HOUR", "seconds", "hour", "declared in hour, but the formula yields second^2/hour"),
        ("money", "money", "USD/month", "declared in USD/month, but the formula yields USD"),
        ("total(step)", "step", "month", "declared in month, but the formula yields month^2"),  # a flow is integrated
        ("total(pay)", "pay", "USD/month", "declared in USD/month, but the formula yields USD"),
        ("running_total(step)", "step", "month", "declared in month, but the formula yields month^2"),
        ("sqrt(money)", "money", "USD", "declared in USD, but the formula yields USD^1/2"),
        ("money * 2", "money", "share", "declared in share, but the formula yields USD"),
    ],
)
def test_refuses(formula, parameters, unit, reason):
    small = of(formula, parameters, unit)
    with pytest.raises(ModelError) as refusal:
        prove(small.quantities["result"], small)
    assert str(refusal.value) == f"small.py:2 result: {reason}"


def test_a_driver_and_a_table_bring_their_units():
    small = of("lookup(SHOP.price, thing) * hours", "thing, hours", "USD*hour")
    prove(small.quantities["result"], small)
