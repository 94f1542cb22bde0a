"""Inputs: what a case may set, and which values are accepted.

Drivers come from the catalogue; a quantity that is overridable is an input without a default. An input on an axis
is one input for each member: `role_hires.ml_engineer`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import Any

from xlcost.catalog import Driver, nearest
from xlcost.errors import CellError, XlcostError
from xlcost.model.expressions import Apply, Column
from xlcost.model.graph import Graph
from xlcost.model.language import Quantity
from xlcost.units import Unit

Scalar = float | str
SAME = 1e-14  # of a number: what a workbook keeps, and gives back, may differ from it in the last digit
LARGEST = 1e15  # that a quantity may be given as; parameters in billions that are typed in full are above it


class Refused(XlcostError):
    """A value that is not accepted. `error` is what a cell shows instead."""

    def __init__(self, message: str, error: CellError) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True)
class Input:
    """One thing that a case may set."""

    name: str  # with its member: role_hires.ml_engineer
    of: str  # the driver or the quantity
    member: str | None
    stage: str
    label: str
    help: str
    unit: Unit
    kind: str
    default: Scalar | None  # None: computed
    low: float | None
    high: float | None
    minimum: float
    maximum: float
    whole: bool
    choices: tuple[str, ...]
    table: str | None
    spread: str
    if_low: str
    if_high: str
    basic: bool
    source: str | None
    at: date | None
    status: str

    def accept(self, value: object, graph: Graph) -> Scalar:
        """The value as the model takes it: a float within bounds, or the canonical spelling of a choice."""
        if self.kind == "text":
            return self._choice(value, graph)
        if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
            raise Refused(f"{self.name} = {value!r}: a number is wanted, in {self.unit}", CellError.VALUE)
        try:
            number = float(value) + 0.0  # so that -0 is 0
        except OverflowError:
            number = math.inf if value > 0 else -math.inf  # type: ignore[operator]
        except ValueError:  # a signaling NaN
            number = math.nan
        if not math.isfinite(number) or not self.minimum <= number <= self.maximum:
            raise Refused(f"{self.name} = {number:.12g}: {self.bounds}", CellError.NUM)
        if self.whole and number != int(number):
            raise Refused(f"{self.name} = {number:.12g}: a whole number is wanted", CellError.NUM)
        if isinstance(self.default, float) and math.isclose(number, self.default, rel_tol=SAME):
            return self.default
        return number

    @property
    def bounds(self) -> str:
        """In words: what is allowed."""
        if (self.minimum, self.maximum) == (0, 1) and str(self.unit) == "share":
            return "a share, so between 0 and 1"
        ends = f"between {self.minimum:,.16g} and {self.maximum:,.16g}"
        return ends + ("" if self.unit.pure else f" {self.unit}")

    def _choice(self, value: object, graph: Graph) -> str:
        text = str(value).strip() if isinstance(value, str) else None
        if text is not None:
            if self.table is not None:
                if (key := graph.catalog.tables[self.table].find(text)) is not None:
                    return key
            else:
                for choice in self.choices:
                    if choice.casefold() == text.casefold():
                        return choice
        near = nearest(text, self.choices) if text else []
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(self.choices[:8])}"
        if text is None:
            raise Refused(f"{self.name} = {value!r}: a text is wanted; {hint}", CellError.VALUE)
        error = CellError.NA if self.table else CellError.VALUE
        raise Refused(f"{self.name} = {text!r} is not known; {hint}", error)


def inputs_of(graph: Graph) -> dict[str, Input]:
    """Every input of a graph by its name, drivers first, in the order of the stages."""
    found: dict[str, Input] = {}
    for driver in graph.drivers.values():
        members: tuple[str | None, ...] = (None,)
        labels: tuple[str, ...] = ("",)
        if driver.axis:
            axis = graph.axes[driver.axis]
            members, labels = tuple(map(str, axis.members)), axis.labels
        for member, label in zip(members, labels, strict=True):
            each = _of_driver(driver, member, label)
            found[each.name] = each
    for name in graph.inputs:
        if name in graph.quantities:
            found[name] = quantity_input(graph.quantities[name], graph)
    return found


def _of_driver(driver: Driver, member: str | None, label: str) -> Input:
    def pick(value: Any) -> Any:
        return value[member] if isinstance(value, dict) else value

    default = pick(driver.default)
    return Input(
        name=f"{driver.name}.{member}" if member else driver.name,
        of=driver.name,
        member=member,
        stage=driver.stage,
        label=f"{driver.label}: {label}" if member else driver.label,
        help=driver.help,
        unit=driver.unit,
        kind=driver.kind,
        default=default if driver.kind == "text" else float(default),
        low=pick(driver.low),
        high=pick(driver.high),
        minimum=-math.inf if driver.minimum is None else driver.minimum,
        maximum=math.inf if driver.maximum is None else driver.maximum,
        whole=driver.whole,
        choices=driver.choices,
        table=driver.table,
        spread=driver.spread,
        if_low=driver.if_low,
        if_high=driver.if_high,
        basic=driver.basic,
        source=driver.source,
        at=driver.at,
        status=driver.status,
    )


def quantity_input(quantity: Quantity, graph: Graph) -> Input:
    """A quantity as an input: it has no default, and is computed where it isn't given."""
    table, whole = None, False
    match quantity.formula:
        case Apply("lookup", (Column(name, column), _)):
            looked_up = graph.catalog.tables[name].columns[column]
            table, whole = looked_up.refers, looked_up.whole
    return Input(
        name=quantity.name,
        of=quantity.name,
        member=None,
        stage=quantity.stage,
        label=quantity.label,
        help=quantity.summary,
        unit=quantity.unit,
        kind=graph.kind_of[quantity.name],
        default=None,
        low=None,
        high=None,
        minimum=0.0,
        maximum=1.0 if str(quantity.unit) == "share" else LARGEST,
        whole=whole,
        choices=tuple(graph.catalog.tables[table].rows) if table else (),
        table=table,
        spread="",
        if_low="",
        if_high="",
        basic=False,
        source=None,
        at=None,
        status="computed",
    )


def complete(graph: Graph, inputs: Mapping[str, Input], given: Mapping[str, Scalar]) -> dict[str, Any]:
    """All that the model needs: what is given, defaults for the rest, rows for what lies on an axis.

    An overridable quantity that isn't given is None: it is computed.
    """
    values: dict[str, Any] = {}
    for each in inputs.values():
        value = given.get(each.name, each.default)
        if each.member is None:
            values[each.of] = value
        else:
            values.setdefault(each.of, []).append(value)
    return values
