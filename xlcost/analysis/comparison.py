"""What moved the cost from one case to another, driver by driver.

The order in which drivers are changed matters: a dearer GPU costs more where there are more retrains. So a driver's
part is its Shapley value: what it moves the cost by when its turn comes, averaged over all orders in which the
changes can be made. It depends on no order, the parts of all drivers add up to the whole change, and comparing the
other way round turns every sign. Up to `MOST_EXACT` drivers all orders are averaged; beyond that a fixed few hundred,
each beside its reverse, which still add up since every order does.

Orders that pass through an error (a GPU without a price, until the price is given) are left out of the average.

Amounts are in whole cents: stages add up to totals, and drivers to changes, to the cent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from xlcost.analysis.case import Case, known_inputs
from xlcost.analysis.estimate import STAGE_COSTS, Estimate, estimate
from xlcost.errors import CellError, XlcostError
from xlcost.model import arrays, graph
from xlcost.model.expressions import Apply, Name, Number
from xlcost.model.graph import Graph
from xlcost.model.inputs import Input, Scalar

if TYPE_CHECKING:
    import pandas as pd

COSTS = (*STAGE_COSTS, "total_cost")
MOST_EXACT = 16  # drivers: 65,536 cases, in a quarter of a second
SAMPLED = 512  # orders where there are more drivers: half of them, and their reverses
CENTS = 100
NOISE = 6  # decimals of a cent that are more than rounding

Array = Any


@dataclass(frozen=True)
class Effect:
    """A driver that differs, its two values, and by how much it moved each cost, in cents.

    A value of None is one that the model computes.
    """

    driver: str
    label: str
    unit: str
    before: Scalar | None
    after: Scalar | None
    cents: Mapping[str, int]

    @property
    def change(self) -> float:
        """By how much it moved the total, in USD."""
        return self.cents["total_cost"] / CENTS

    @property
    def moves(self) -> bool:
        """Whether it moved any cost by a cent or more."""
        return any(self.cents.values())


@dataclass(frozen=True)
class Comparison:
    """Two cases, what each costs in cents, and what each driver that differs did, largest first."""

    before: Estimate
    after: Estimate
    cents_before: Mapping[str, int]
    cents_after: Mapping[str, int]
    effects: tuple[Effect, ...]
    orders: int | None  # that were averaged; None: all
    barred: Mapping[str, str]  # drivers that bring an error if they are changed first, and why

    @property
    def change(self) -> float:
        """By how much the total differs, in USD: the sum of the effects."""
        return (self.cents_after["total_cost"] - self.cents_before["total_cost"]) / CENTS

    @property
    def idle(self) -> tuple[Effect, ...]:
        """The drivers that differ and move no cost."""
        return tuple(each for each in self.effects if not each.moves)

    def frame(self) -> pd.DataFrame:
        """By driver: its values, and by how much it moved each stage and the total, in USD."""
        import pandas as pd

        rows = [
            {"driver": each.driver, "before": each.before, "after": each.after}
            | {cost: cents / CENTS for cost, cents in each.cents.items()}
            for each in self.effects
        ]
        return pd.DataFrame(rows, columns=["driver", "before", "after", *COSTS]).set_index("driver")


def compare(before: Case | Mapping[str, object] | None, after: Case | Mapping[str, object] | None) -> Comparison:
    """What moved the cost from one case to another. Raises XlcostError where a total is unknown, and says by what."""
    old, new = estimate(before), estimate(after)
    values = (old.case.complete_flat(), new.case.complete_flat())
    changed = [each for name, each in known_inputs().items() if values[0].get(name) != values[1].get(name)]
    _refuse_unknown(old, new, [each.name for each in changed])
    # Nothing else can move a cost, and every driver less halves the work.
    related = _related()
    movers = [each for each in changed if each.of in related]
    parts, orders, is_barred = _parts(movers, *values)
    cents_before, cents_after = _in_cents(old), _in_cents(new)
    change = {cost: cents_after[cost] - cents_before[cost] for cost in STAGE_COSTS}
    columns = [_shared_out(parts[:, place], change[cost]) for place, cost in enumerate(STAGE_COSTS)]
    moved = dict(zip((each.name for each in movers), zip(*columns, strict=True), strict=True))
    still = (0,) * len(STAGE_COSTS)
    effects = [_effect(each, values, moved.get(each.name, still)) for each in changed]
    effects.sort(key=lambda each: (-abs(each.cents["total_cost"]), not each.moves, each.driver))
    barred = {each.name: _why_barred(each, old, values[1]) for each, bar in zip(movers, is_barred, strict=True) if bar}
    return Comparison(old, new, cents_before, cents_after, tuple(effects), orders, barred)


def _related() -> frozenset[str]:
    """The names that the costs depend on."""
    quantities = graph().ancestry(COSTS)
    return frozenset(name for each in quantities for name in (*each.parameters, each.name))


def _effect(each: Input, values: tuple[Mapping[str, Scalar], ...], cents: Sequence[int]) -> Effect:
    by_cost = {**dict(zip(STAGE_COSTS, cents, strict=True)), "total_cost": sum(cents)}
    before, after = (side.get(each.name) for side in values)
    return Effect(each.name, each.label, str(each.unit), before, after, by_cost)


# Where a total is not known


def _refuse_unknown(old: Estimate, new: Estimate, changed: Sequence[str]) -> None:
    for found, other in ((old, new), (new, old)):
        if isinstance(found.total, float) and np.isfinite(found.total):
            continue
        brings = ""
        if isinstance(other.total, float):
            guilty = [name for name in changed if _is_unknown(_with(other.case, [name], found.case))]
            brings = f"; {', '.join(guilty) or _combination(other.case, found.case, changed)} brings it"
        why = found.explain_error("total_cost") or f"total_cost is {found.total}."
        raise XlcostError(f"{found.case.name}: {why.removesuffix('.')}{brings}")


def _combination(case: Case, other: Case, changed: Sequence[str]) -> str:
    """The drivers that must be changed one after the other until the total is unknown."""
    taken = [*changed]
    for name in changed:
        fewer = [each for each in taken if each != name]
        if _is_unknown(_with(case, fewer, other)):
            taken = fewer
    return " with ".join(taken)


def _with(case: Case, names: Sequence[str], other: Case) -> Case:
    """A case with some values of another."""
    values, mine = other.complete_flat(), case.complete_flat()
    flat = {**mine, **{name: values[name] for name in names if name in values}}
    for name in names:
        if name not in values:
            flat.pop(name, None)
    return Case.of(flat, name=case.name)


def _is_unknown(case: Case) -> bool:
    total = estimate(case).total
    return isinstance(total, CellError) or not np.isfinite(total)


def _why_barred(each: Input, old: Estimate, after: Mapping[str, Scalar]) -> str:
    found = estimate(_with(old.case, [each.name], Case.of(after)))
    return found.explain_error("total_cost") or f"total_cost is {found.total}"


# The parts of the drivers


def _parts(
    movers: Sequence[Input], before: Mapping[str, Scalar], after: Mapping[str, Scalar]
) -> tuple[Array, int | None, Array]:
    """By driver and stage, the part in cents; the orders that were averaged; whether a driver is barred at first."""
    count = len(movers)
    if not count:
        return np.zeros((0, len(STAGE_COSTS))), None, np.zeros(0, dtype=bool)
    if count <= MOST_EXACT:
        sets = np.arange(2**count)[:, None] >> np.arange(count) & 1
        costs = _costs(movers, before, after, sets.astype(bool))
        parts, barred, orders = _of_all_orders(costs, count), ~np.isfinite(costs[1 << np.arange(count), -1]), None
    else:
        orders_taken = list(_orders([each.name for each in movers]))
        parts, orders = _of_some_orders(movers, before, after, orders_taken)
        firsts = _costs(movers, before, after, np.eye(count, dtype=bool))
        barred = ~np.isfinite(firsts[:, -1])
    if parts is None:
        names = ", ".join(each.name for each, bar in zip(movers, barred, strict=True) if bar)
        raise XlcostError(
            f"no order of the changes avoids an error, so that they can't be told apart; {names} brings it; "
            "compare with a case in between"
        )
    return parts * CENTS, orders, barred


def _of_all_orders(costs: Array, count: int) -> Array | None:
    """The average over all orders without an error. A set of changes is a number, with a bit for each driver.

    An edge from a set to the set with one more is passed by as many orders as lead to the one, times as many as lead
    on from the other.
    """
    sets = np.arange(2**count)
    known = np.isfinite(costs).all(axis=1)
    leading, going_on = np.zeros(2**count), np.zeros(2**count)
    leading[0], going_on[-1] = known[0], known[-1]
    sizes = (
        np.bitwise_count(sets) if hasattr(np, "bitwise_count") else np.array([bin(each).count("1") for each in sets])
    )
    for size in range(1, count + 1):
        here = sets[sizes == size]
        there = sets[sizes == count - size]
        for bit in 1 << np.arange(count):
            having, lacking = here[here & bit > 0], there[there & bit == 0]
            leading[having] += leading[having ^ bit]
            going_on[lacking] += going_on[lacking | bit]
        leading[here] *= known[here]
        going_on[there] *= known[there]
    if leading[-1] == 0:
        return None
    stages = np.where(known[:, None], costs, 0.0)[:, :-1]
    parts = []
    for bit in 1 << np.arange(count):
        lacking = sets[sets & bit == 0]
        weights = leading[lacking] * (going_on[lacking | bit] / leading[-1])
        parts.append(weights @ (stages[lacking | bit] - stages[lacking]))
    return np.array(parts)


def _of_some_orders(
    movers: Sequence[Input], before: Mapping[str, Scalar], after: Mapping[str, Scalar], orders: Sequence[Sequence[int]]
) -> tuple[Array | None, int]:
    """The average over those of the orders that pass through no error."""
    count = len(movers)
    places = np.array(orders)
    turn = np.argsort(places, axis=1)  # when each driver is changed
    sets = turn[:, None, :] < np.arange(count + 1)[None, :, None]
    costs = _costs(movers, before, after, sets.reshape(-1, count)).reshape(len(orders), count + 1, len(COSTS))
    known = np.isfinite(costs).all(axis=(1, 2))
    if not known.any():
        return None, 0
    steps = np.diff(costs[known][:, :, :-1], axis=1)
    by_driver = np.take_along_axis(steps, turn[known][:, :, None], axis=1)
    return by_driver.mean(axis=0), int(known.sum())


def _orders(names: Sequence[str]) -> Iterator[list[int]]:
    """Fixed orders of the drivers, each followed by its reverse: the same on every computer, and for any sequence."""
    for number in range(SAMPLED // 2):
        digests = [hashlib.sha256(f"{number}:{name}".encode()).digest() for name in names]
        order = sorted(range(len(names)), key=digests.__getitem__)
        yield order
        yield order[::-1]


def _costs(movers: Sequence[Input], before: Mapping[str, Scalar], after: Mapping[str, Scalar], sets: Array) -> Array:
    """The costs of many mixtures of two cases: a row for each set of drivers that have changed."""
    switched = [each.name for each in movers if (each.name in before) != (each.name in after)]
    model = _with_switches(graph(), switched)
    columns: dict[str, Array] = {}
    for place, each in enumerate(movers):
        has_changed, old, new = sets[:, place], before.get(each.name), after.get(each.name)
        if old is None or new is None:
            columns[f"{_IS_GIVEN}{each.name}"] = np.where(has_changed, float(new is not None), float(old is not None))
            columns[f"{_GIVEN}{each.name}"] = np.full(len(sets), old if new is None else new)
        else:
            columns[each.name] = np.where(has_changed, np.array(new), np.array(old))
    unchanged = {name: value for name, value in _unchanged(before).items() if name not in switched}
    values = {**unchanged, **_rows(columns, before)}
    wanted = model.inputs if not switched else [*model.inputs, *columns]
    inputs = tuple(name for name in dict.fromkeys(wanted) if name in values)
    found = arrays.compiled(model, COSTS, inputs)(values)
    return np.stack([np.broadcast_to(np.asarray(found[cost], dtype=float), (len(sets),)) for cost in COSTS], axis=1)


def _unchanged(values: Mapping[str, Scalar]) -> dict[str, Array]:
    """What the model takes, by the name of the driver: with a row for what lies on an axis."""
    rows: dict[str, Array] = {}
    for each in known_inputs().values():
        if each.member is not None:
            rows.setdefault(each.of, []).append(values[each.name])
        elif each.name in values:
            rows[each.of] = values[each.name]
    return rows


def _rows(columns: Mapping[str, Array], before: Mapping[str, Scalar]) -> dict[str, Array]:
    """The columns of the drivers that change, those on an axis put together with their fellows."""
    merged: dict[str, Array] = {name: column for name, column in columns.items() if "." not in name}
    for of in dict.fromkeys(name.partition(".")[0] for name in columns if "." in name):
        fellows = [each.name for each in known_inputs().values() if each.of == of]
        length = len(next(iter(columns.values())))
        merged[of] = np.stack([columns.get(name, np.full(length, before[name])) for name in fellows], axis=1)
    return merged


_GIVEN, _IS_GIVEN = "given_for_", "is_given_for_"


def _with_switches(model: Graph, names: Sequence[str]) -> Graph:
    """The model in which these overridable quantities are computed in some cases, and given in others."""
    quantities, axis_of, kind_of = dict(model.quantities), dict(model.axis_of), dict(model.kind_of)
    for name in names:
        quantity = quantities[name]
        given, is_given = f"{_GIVEN}{name}", f"{_IS_GIVEN}{name}"
        condition = Apply("greater", (Name(is_given), Number(0.0)))
        formula = Apply("where", (condition, Name(given), quantity.formula))
        quantities[name] = replace(quantity, formula=formula, parameters=(*quantity.parameters, given, is_given))
        axis_of |= {given: None, is_given: None}
        kind_of |= {given: kind_of[name], is_given: "number"}
    return replace(model, quantities=quantities, axis_of=axis_of, kind_of=kind_of)


# Whole cents


def _in_cents(found: Estimate) -> dict[str, int]:
    """The costs in whole cents, so that the stages add up to the total."""
    stages = np.array([found[cost] for cost in STAGE_COSTS]) * CENTS
    total = round(found.total * CENTS)
    return {**dict(zip(STAGE_COSTS, _shared_out(stages, total), strict=True)), "total_cost": total}


def _shared_out(parts: Array, total: int) -> list[int]:
    """Parts as whole numbers that add up to a total: what is left over goes to those cut most. Signs turn with it."""
    exact = [round(float(part), NOISE) for part in parts]
    whole = [int(part) for part in exact]
    left = total - sum(whole)
    sign = 1 if left > 0 else -1
    moving = [place for place in range(len(exact)) if exact[place]] or [*range(len(exact))]
    moving.sort(key=lambda place: -sign * (exact[place] - whole[place]))
    each, more = divmod(abs(left), len(moving)) if moving else (0, 0)
    for turn, place in enumerate(moving):
        whole[place] += sign * (each + (turn < more))
    return whole
