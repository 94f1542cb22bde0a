"""`compare`: what moves the cost from one case to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlcost.analysis.comparison import CENTS, COSTS, Comparison, Effect
from xlcost.analysis.comparison import compare as compared
from xlcost.analysis.estimate import STAGE_COSTS, Estimate
from xlcost.cli.output import number, printable, say, write, write_json, write_table
from xlcost.cli.reading import STDIN, read_named_case
from xlcost.errors import XlcostError
from xlcost.model import graph


def compare(before: str, after: str, stages: bool, as_json: bool) -> int:
    """Prints what each driver that differs did to the total."""
    if before == after == STDIN:
        raise XlcostError("standard input holds one case: give - once")
    cases = read_named_case(before), read_named_case(after)
    try:
        found = compared(*cases)
    except XlcostError as refused:
        raise XlcostError(f"{before} and {after}: {refused}") from None
    if as_json:
        write_json(document(found))
        return 0
    names = [each.name for each in cases]
    titles = names if names[0] != names[1] else [before, after]
    write_comparison(found, (titles[0], titles[1]), stages)
    return 0


def document(found: Comparison) -> dict[str, Any]:
    """A comparison for programs, in USD."""
    return {
        "after": _side(found.after, found.cents_after),
        "barred": found.barred,
        "before": _side(found.before, found.cents_before),
        "change": found.change,
        "effects": [_effect(each) for each in found.effects if each.moves],
        "nothing": [each.driver for each in found.idle],
        "orders": found.orders,
    }


def write_comparison(found: Comparison, titles: tuple[str, str], stages: bool) -> None:
    """Stages before and after, then a line for each driver that moves the total."""
    before, after = (printable(title) for title in titles)
    rows = [
        [graph().label(cost), *_amounts(found.cents_before[cost], found.cents_after[cost])]
        for cost in COSTS
        if cost == "total_cost" or found.cents_before[cost] or found.cents_after[cost]
    ]
    write_table(["USD", before, after, "Change"], rows, numbers=(1, 2, 3), last_is_total=True)
    moving = [each for each in found.effects if each.moves]
    if moving:
        touched = [cost for cost in STAGE_COSTS if stages and any(each.cents[cost] for each in moving)]
        columns = [*touched, "total_cost"]
        lines = [
            [each.label, *_values(each, found), *(_signed(each.cents[cost]) for cost in columns)] for each in moving
        ]
        sums = [_signed(sum(each.cents[cost] for each in moving)) for cost in columns]
        heads = ["What moves it", before, after, *(graph().label(cost) for cost in touched), "Change, USD"]
        write("")
        write_table(heads, [*lines, ["Together", "", "", *sums]], numbers=range(1, len(heads)), last_is_total=True)
    write("")
    if found.idle:
        write(f"Different, but moving no cost: {', '.join(each.driver for each in found.idle)}.")
    elif not moving:
        write("The cases have the same values.")
    if found.orders is not None:
        write(f"Averaged over {found.orders} orders of {len(moving)} drivers; their sum is exact, a part nearly so.")
    for driver, why in found.barred.items():
        say(f"{driver} can't be changed first ({why.removesuffix('.')}); orders that do are left out")


def _amounts(before: int, after: int) -> list[str]:
    return [_amount(before), _amount(after), _signed(after - before)]


def _amount(cents: int) -> str:
    return f"{cents / CENTS:,.2f}"


def _signed(cents: int) -> str:
    return f"{cents / CENTS:+,.2f}" if cents else "0.00"


def _values(each: Effect, found: Comparison) -> list[str]:
    """The two values of a driver, with what the model computes where none is given."""
    shown = []
    for value, side in ((each.before, found.before), (each.after, found.after)):
        shown.append(f"computed: {number(side[each.driver])}" if value is None else number(value))
    return shown


def _side(found: Estimate, cents: Mapping[str, int]) -> dict[str, Any]:
    stages = {cost: cents[cost] / CENTS for cost in STAGE_COSTS}
    return {"case": found.case.name, "stages": stages, "total_cost": cents["total_cost"] / CENTS}


def _effect(each: Effect) -> dict[str, Any]:
    return {
        "after": each.after,
        "before": each.before,
        "by_stage": {cost: each.cents[cost] / CENTS for cost in STAGE_COSTS if each.cents[cost]},
        "change": each.change,
        "driver": each.driver,
        "label": each.label,
        "unit": each.unit,
    }
