"""What is unsure in a case, and how much: declared once for ranges, for the tornado and for the simulation.

A driver without a distribution (the horizon, the number of models) is a decision, and stays. What a case gives

- with a low and a high: these count;
- with a source: is known, and stays;
- without one: is as unsure as the catalogue's value, an amount by the same factor, a share by the same difference.
  One of a few whole numbers (annotators) is then a decision, and stays.

What is looked up beside how sure it is (the MFU of a stack) is unsure as its table says. The price of a GPU is as
unsure as offers differ, until a case chooses one. Members of a driver on an axis (the pay of each role) are unsure
together: they are high or low at once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from xlcost.analysis.case import Case, Given, known_input, known_inputs
from xlcost.analysis.distributions import HIGH, LOW, Distribution, of_span
from xlcost.analysis.estimate import STAGE_COSTS, Estimate
from xlcost.catalog import Row
from xlcost.errors import CellError
from xlcost.model import graph
from xlcost.model.explaining import taken
from xlcost.model.expressions import Apply, Column, Expression, Name
from xlcost.model.inputs import Input, Refused
from xlcost.units import Unit

RANGED = (*STAGE_COSTS, "total_cost")
BESIDE = (("_p10", "_p90"), ("_low", "_high"))  # columns of a table that say how sure the one of that name is

Span = tuple[float, float, float]  # value, low, high


@dataclass(frozen=True)
class Member:
    """An unsure driver, or one member of it: its value, its low and its high, and how it may turn out."""

    span: Span
    spread: str
    minimum: float
    maximum: float
    whole: bool
    given: Distribution | None = None  # in place of what span and spread say

    @property
    def distribution(self) -> Distribution | None:
        """None: it is sure."""
        value, low, high = self.span
        if self.given is not None or low == high:
            return self.given
        return of_span(self.spread, low, value, high)

    @property
    def tails(self) -> Span:
        """Value, P10 and P90, within the bounds."""
        value = self.span[0]
        if (distribution := self.distribution) is None:
            return value, value, value
        low, high = (min(max(float(distribution.quantile(each)), self.minimum), self.maximum) for each in (LOW, HIGH))
        return (value, float(round(low)), float(round(high))) if self.whole else (value, low, high)


@dataclass(frozen=True)
class Unsure:
    """A driver, or a quantity that is looked up, that is unsure: with each of its members, or the only one."""

    name: str
    members: tuple[Member, ...]
    is_looked_up: bool = False

    @property
    def spans(self) -> list[Span]:
        """Of each member: value, low and high."""
        return [each.span for each in self.members]


def unsure(found: Estimate) -> dict[str, Unsure]:
    """All that is unsure in an estimate's case and that its costs may depend on, by name; drivers come first."""
    members: dict[str, list[Member]] = {}
    for each in known_inputs().values():
        if each.kind == "number" and each.default is not None and each.of in _needed():
            span = _span(each, found.case.given.get(each.name))
            members.setdefault(each.of, []).append(Member(span, each.spread, each.minimum, each.maximum, each.whole))
    drivers = {
        name: Unsure(name, tuple(all_of_it))
        for name, all_of_it in members.items()
        if any(each.distribution is not None for each in all_of_it)
    }
    return drivers | {name: Unsure(name, (each,), True) for name, each in _looked_up(found)}


def with_distributions(
    known: Mapping[str, Unsure], found: Estimate, distributions: Mapping[str, Distribution]
) -> dict[str, Unsure]:
    """The same with other distributions for some drivers, or for quantities that a case may set. Raises Refused."""
    changed = dict(known)
    for said, distribution in distributions.items():
        each = known_input(said)
        if each.kind != "number" or each.member is not None:
            what = "a text" if each.kind != "number" else f"a member of {each.of}"
            raise Refused(f"{each.name} is {what}: a distribution is of a driver that is a number", CellError.VALUE)
        value = found.values[each.of]
        if not isinstance(value, float):
            raise Refused(f"{each.name} is {value}: it has no value to be unsure of", CellError.VALUE)
        member = Member((value, value, value), each.spread, each.minimum, each.maximum, each.whole, distribution)
        changed[each.of] = Unsure(each.of, (member,), each.default is None)
    return changed


def _span(each: Input, given: Given | None) -> Span:
    """Of a driver: its value, low and high; the same three times where it is sure."""
    assert isinstance(each.default, float)
    value = each.default if given is None else given.value
    assert isinstance(value, float)
    if given and given.low is not None and given.high is not None:
        return value, given.low, given.high
    if not each.spread or each.low is None or each.high is None or (given and given.source):
        return value, value, value
    if given is None:
        return value, each.low, each.high
    if each.spread == "discrete":
        return value, value, value
    value, low, high = _like((each.default, each.low, each.high), value, each.unit, each.minimum, each.maximum)
    return (value, float(round(low)), float(round(high))) if each.whole else (value, low, high)


def _like(known: Span, value: float, unit: Unit, minimum: float, maximum: float) -> Span:
    """Another value, as unsure as a known one."""
    base, low, high = known
    if base > 0 and str(unit) != "share":
        low, high = value * low / base, value * high / base
    else:
        low, high = value + low - base, value + high - base
    return value, max(low, minimum), min(high, maximum)


def _looked_up(found: Estimate) -> Iterator[tuple[str, Member]]:
    """What is looked up beside how sure it is, such as the MFU of a stack, and what a case gives instead."""
    for name in _needed():
        value, given = found.values[name], found.case.given.get(name)
        if name not in graph().quantities or not isinstance(value, float):
            continue
        member = _beside(name, found)
        if given and given.low is not None and given.high is not None:
            each = known_inputs()[name]
            spread = member.spread if member else "pert"
            yield name, Member((value, given.low, given.high), spread, each.minimum, each.maximum, each.whole)
        elif member and given and not given.source:
            span = _like(member.span, value, graph().unit(name), member.minimum, member.maximum)
            yield name, replace(member, span=span)
        elif member and not given:
            yield name, member


@functools.cache
def _needed() -> tuple[str, ...]:
    """The names that the costs depend on."""
    quantities = graph().ancestry(RANGED)
    return tuple(dict.fromkeys(name for each in quantities for name in (*each.parameters, each.name)))


def _beside(name: str, found: Estimate) -> Member | None:
    """A quantity and how sure it is: as the model says, or as the row of the catalogue that it is from."""
    span = _numbers(found.values.get(f"{name}{end}") for end in ("", "_low", "_high"))
    if span is None:
        match _source(name, found):
            case Name(other):
                return _beside(other, found)
            case Apply("lookup", (Column(table, column), Name(key))):
                row = found.graph.catalog.tables[table].rows.get(str(found.values[key]))
                span = None if row is None else _of_row(row, column, key in found.case.given)
    most = 1.0 if str(graph().unit(name)) == "share" else float("inf")
    return None if span is None else Member(span, "lognormal", 0.0, most, False)


def _of_row(row: Row, column: str, is_chosen: bool) -> Span | None:
    """The value of a row, with its own low and high, or with those in the columns beside it.

    What other rows ask for the same thing is a range as long as nobody has chosen among them.
    """
    value, spread = row.values.get(column), row.spans.get(column)
    if isinstance(value, float) and spread is not None and not (is_chosen and spread.quotes):
        return value, spread.low, spread.high
    beside = (_numbers(row.values.get(each) for each in (column, column + low, column + high)) for low, high in BESIDE)
    return next(filter(None, beside), None)


def _source(name: str, found: Estimate) -> Expression | None:
    """The look-up that a quantity is, in the branch that is taken; where a case gives it, the quantity it would be."""
    formula = graph().quantities[name].formula
    if not any(isinstance(each, Column) for each in graph().quantities[name].parts) and name not in found.case.given:
        return None
    match next(taken(graph(), formula, found.values)):
        case Apply("lookup", (Column(_, _), Name(_))) as looked_up:
            return looked_up
        case Name(other) if name in found.case.given and other in graph().quantities:
            return Name(other)
    return None


def _numbers(values: Iterator[Any]) -> Span | None:
    value, low, high = values
    return (value, low, high) if all(isinstance(each, float) for each in (value, low, high)) else None


def drivers_of(case: Case) -> tuple[str, ...]:
    """The inputs of the model that have a value in a case: every driver, and the quantities that it gives."""
    given = (name for name in graph().inputs if graph().overridable(name) and name in case.given)
    return (*graph().drivers, *given)
