"""Functions of a whole case: what somebody knows is a range of names and values, whatever isn't in it is the default.

A case is one range of two columns (name, value), or a range of values and one of their names.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlcost.analysis.case import KNOWN, Case, Given, known_input, known_inputs
from xlcost.analysis.estimate import STAGE_COSTS, STAGE_FLOWS
from xlcost.errors import CellError, XlcostError
from xlcost.functions.boundary import Answer, Cell, answered, cell, received, rows, text
from xlcost.functions.function import Function, Parameter
from xlcost.model import graph
from xlcost.model.evaluation import Evaluation
from xlcost.model.explaining import explanation
from xlcost.model.inputs import Input, Refused, Scalar, complete

PLANS = 64  # orders of names that are remembered
REMEMBERED = 512  # results

Columns = tuple[tuple[object, ...], Sequence[object]]  # names, and their values


@dataclass(frozen=True)
class CaseFunction:
    """A function of a case: which quantities it needs, and what it makes of them."""

    wanted: Callable[[str], tuple[str, ...]]  # by the argument `quantity`
    answer: Callable[[Sequence[Any]], object]
    default: str
    most: int = 2  # arguments

    def call(self, arguments: Sequence[object]) -> object:
        """The answer, or the error value of the first thing that is wrong."""
        try:
            return self.answer(evaluated(self._wanted(arguments), arguments))
        except Refused as refused:
            return refused.error

    def explain(self, arguments: Sequence[object]) -> str:
        """Why there is an error, or how the number comes about."""
        try:
            return traced(self._quantity(arguments), arguments)
        except Refused as refused:
            return str(refused)

    def _wanted(self, arguments: Sequence[object]) -> tuple[str, ...]:
        if len(arguments) > self.most:
            raise Refused(f"{self.most} arguments are taken, not {len(arguments)}", CellError.VALUE)
        if len(arguments) < 3 or arguments[2] is None:
            return self.wanted(self.default)
        return self.wanted(self._quantity(arguments))

    def _quantity(self, arguments: Sequence[object]) -> str:
        said = received(arguments[2]) if len(arguments) > 2 else None
        if isinstance(said, list):
            raise Refused("quantity is one name, not a range", CellError.VALUE)
        name = known_quantity(text(said, "quantity", self.default))
        if (axis := graph().axis_of[name]) is not None:
            raise Refused(f"{name} ({graph().label(name)}) has a value for each {axis}", CellError.VALUE)
        return name


def known_quantity(said: str) -> str:
    """The name of a quantity as the graph has it. Raises Refused."""
    if (name := said.lower()) not in graph().quantities:
        raise Refused(str(graph().refuse_unknown(name, "quantity")), CellError.VALUE)
    return name


def traced(name: str, arguments: Sequence[object]) -> str:
    """How a quantity of the case in the first two arguments comes about, in words. Raises Refused."""
    return explanation(graph(), name, _evaluation((name,)).trace(*_accepted(arguments)))


def evaluated(wanted: tuple[str, ...], arguments: Sequence[object]) -> Sequence[Any]:
    """The wanted quantities of the case in the first two arguments. Remembered: don't change them. Raises Refused."""
    inputs = _accepted(arguments)
    return _remembered(wanted, tuple([tuple(value) if value.__class__ is list else value for value in inputs]))


@functools.lru_cache(REMEMBERED)
def _remembered(wanted: tuple[str, ...], inputs: tuple[Any, ...]) -> Sequence[Any]:
    return _evaluation(wanted)(*[list(value) if value.__class__ is tuple else value for value in inputs])


@functools.cache
def _evaluation(wanted: tuple[str, ...]) -> Evaluation:
    model = graph()
    overridable = tuple(name for name in model.inputs if model.overridable(name))
    return Evaluation(model, wanted, model.inputs, overridable, {})


def _accepted(arguments: Sequence[object]) -> list[Any]:
    """The value of every input of the model, in their order. Raises Refused for the first that can't be taken."""
    names, values = _columns(arguments)
    inputs = _defaults()
    for at, each, slot, member, least, most, whole, spellings in _plan(names):
        value = values[at]
        if value is None:
            continue
        accepted: Any
        if value.__class__ is float and least <= value <= most and (not whole or value.is_integer()):
            accepted = value + 0.0
        elif value.__class__ is str and value in spellings:
            accepted = spellings[value]
        else:
            accepted = _taken(each, cell(value))
            if accepted is None:
                continue
        if member is None:
            inputs[slot] = accepted
        else:
            inputs[slot][member] = accepted
    return inputs


def inputs_of(arguments: Sequence[object]) -> list[Any]:
    """The value of every input of the model for the case in the first two arguments. Raises Refused."""
    return _accepted(arguments)


def evaluation_of(wanted: tuple[str, ...]) -> Evaluation:
    """What computes these quantities from those values."""
    return _evaluation(wanted)


def given(arguments: Sequence[object]) -> dict[str, float | str]:
    """The values by name that a case in cells gives, other than the defaults. Raises Refused for the first bad one."""
    names, values = _columns(arguments)
    taken = {each.name: (each, _taken(each, cell(values[at]))) for at, each, *_ in _plan(names)}
    return {name: value for name, (each, value) in taken.items() if value is not None and value != each.default}


def known_case(arguments: Sequence[object], sources: object = None) -> Case:
    """What a range of names and values says, as a case, with what is known of the values: see SOURCES.

    A value that is the default is given only where something is known of it, since a sheet hands over all of them.
    Raises Refused for the first that can't be taken.
    """
    names, values = _columns(arguments)
    known = _known(sources, arguments, len(names))
    found: dict[str, Given] = {}
    for at, each, *_ in _plan(names):
        taken = _taken(each, cell(values[at]))
        value = each.default if taken is None else taken
        about = _about(each, known[at]) if known else {}
        if value is None or (not about and value == each.default):
            continue
        found[each.name] = _said(each, value, about) if about else Given(value)
    return Case(given=dict(sorted(found.items())))


def _known(sources: object, arguments: Sequence[object], count: int) -> list[Sequence[object]]:
    """For every name its source, or its source, low and high; nothing where the argument is blank."""
    found = _range(sources, "sources")
    if found is None:
        return []
    if len(found) == 1 and count > 1:
        found = [[each] for each in found[0]]
    if len(found[0]) not in (1, len(KNOWN)):
        raise Refused(f"sources are one column, or {len(KNOWN)}: {', '.join(KNOWN)}", CellError.VALUE)
    if len(found) != count and not _alike([arguments[0] if arguments else None, sources], widths=False):
        raise Refused(f"{len(found)} sources are of {count} names: as many are wanted", CellError.VALUE)
    return [*found[:count], *[[None]] * (count - len(found))]


def _about(each: Input, known: Sequence[object]) -> dict[str, Any]:
    """What isn't blank of an input's source, low and high, by these names."""
    about: dict[str, Any] = {}
    for what, value in zip(KNOWN, map(cell, known), strict=False):
        if isinstance(value, CellError):
            raise Refused(f"the {what} of {each.name} is {value} already, as it was handed over", value)
        if value is not None and what == "source" and not isinstance(value, str):
            raise Refused(f"the source of {each.name} is {value!r}: a text is wanted", CellError.VALUE)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            about[what] = value
    return about


def _said(each: Input, value: Scalar, about: Mapping[str, Any]) -> Given:
    try:
        return Case.of({each.name: {"value": value, **about}}).given[each.name]
    except Refused:
        raise
    except XlcostError as refused:
        raise Refused(str(refused), CellError.VALUE) from None


def _taken(each: Input, value: Cell) -> float | str | None:
    if isinstance(value, CellError):
        raise Refused(f"{each.name} is {value} already, as it was handed over", value)
    return None if value is None else each.accept(value, graph())


Step = tuple[int, Input, int, int | None, float, float, bool, Mapping[str, str]]


@functools.lru_cache(PLANS)
def _plan(names: tuple[object, ...]) -> list[Step]:
    """Where each value of a range goes. Names that are blank are passed over."""
    plan: list[Step] = []
    first_at: dict[str, int] = {}
    slots = {name: slot for slot, name in enumerate(graph().inputs)}
    for at, name in enumerate(names):
        if _is_blank(name):
            continue
        if isinstance(name, CellError):
            raise Refused(f"name {at + 1} is {name} already, as it was handed over", name)
        if not isinstance(name, str):
            raise Refused(f"name {at + 1} is {name!r}: the name of a driver is wanted", CellError.VALUE)
        each = known_input(name)
        if (first := first_at.setdefault(each.name, at)) != at:
            raise Refused(f"{each.name} is name {first + 1} and name {at + 1}: once is enough", CellError.VALUE)
        bounds = (each.minimum, each.maximum) if each.kind == "number" else (1.0, 0.0)
        member = None if each.member is None else _members(each.of).index(each.name)
        plan.append(
            (at, each, slots[each.of], member, *bounds, each.whole, {choice: choice for choice in each.choices})
        )
    return plan


def _members(of: str) -> list[str]:
    return [name for name, each in known_inputs().items() if each.of == of]


@functools.cache
def _complete() -> list[Any]:
    inputs = complete(graph(), known_inputs(), {})
    return [inputs[name] for name in graph().inputs]


def _defaults() -> list[Any]:
    return [value.copy() if value.__class__ is list else value for value in _complete()]


def _columns(arguments: Sequence[object]) -> Columns:
    """Names and values of the range or the two ranges of a case."""
    values = _range(arguments[0], "values") if arguments else None
    names = _range(arguments[1], "names") if len(arguments) > 1 else None
    if values is None:
        if names is None:
            return (), ()
        values = [[None]]
    if names is None:
        if len(values[0]) != 2:
            raise Refused("without names, the values are two columns: a name, and its value", CellError.VALUE)
        return _named([_name(row[0]) for row in values], [row[1] for row in values])
    flat_names, flat_values = _flat(names, "names"), _flat(values, "values")
    if _alike(arguments):
        flat_values += [None] * (len(flat_names) - len(flat_values))
        flat_names += [None] * (len(flat_values) - len(flat_names))
    if len(flat_names) != len(flat_values):
        raise Refused(f"{len(flat_values)} values have {len(flat_names)} names: as many are wanted", CellError.VALUE)
    return _named([_name(name) for name in flat_names], flat_values)


def _named(names: list[object], values: Sequence[object]) -> Columns:
    """Names and values. A note may have no name; a number may not, for it would count for nothing in silence."""
    for at, name in enumerate(names):
        if _is_blank(name) and isinstance(stray := cell(values[at]), float):
            raise Refused(f"value {at + 1} is {stray:.12g} and has no name", CellError.VALUE)
    return tuple(names), values


def _range(argument: object, what: str) -> list[Sequence[object]] | None:
    found = rows(argument)
    if isinstance(found, CellError):
        raise Refused(f"{what} is no range of at most 10,000 cells", found)
    if found is None:
        found = [[argument]]
    if len(found) == len(found[0]) == 1:
        only = cell(found[0][0])
        if isinstance(only, CellError):
            raise Refused(f"{what} is {only} already, as it was handed over", only)
        return None if only is None else found
    return found


def _flat(found: list[Sequence[object]], what: str) -> list[Any]:
    if len(found[0]) == 1:
        return [row[0] for row in found]
    if len(found) == 1:
        return list(found[0])
    raise Refused(f"{what} is one column or one row", CellError.VALUE)


def _is_blank(value: object) -> bool:
    return value is None or (value.__class__ is str and not str(value).strip())


def _name(name: object) -> object:
    return name if name.__class__ is str or name is None else cell(name)


def _alike(arguments: Sequence[object], widths: bool = True) -> bool:
    """Whether both ranges were equally large, or equally long, before what isn't in use was left away."""
    sizes = [
        (len(each), len(each[0]) if widths and isinstance(each[0], list | tuple) else 0)
        for each in arguments[:2]
        if isinstance(each, list | tuple) and each
    ]
    return len(sizes) == 2 and sizes[0] == sizes[1]


# The answers


def _single(found: Sequence[Any]) -> Answer:
    answer: Answer = found[0]
    return answer


def _breakdown(found: Sequence[Any]) -> list[list[Answer]]:
    labels = [graph().label(name) for name in (*STAGE_COSTS, "total_cost")]
    return [[label, value] for label, value in zip(labels, found, strict=True)]


def _cashflow(found: Sequence[Any]) -> list[list[Answer]]:
    *flows, horizon = found
    names = ("month", *STAGE_FLOWS, "total_flow")
    rows_of_months = zip(*(row[: int(horizon) + 1] for row in flows), strict=True)
    return [[graph().label(name) for name in names], *([answered(value) for value in row] for row in rows_of_months)]


_TOTAL = CaseFunction(lambda name: (name,), _single, "total_cost", most=3)
_NPV = CaseFunction(lambda name: (name,), _single, "npv")
_BREAKDOWN = CaseFunction(lambda _: (*STAGE_COSTS, "total_cost"), _breakdown, "total_cost")
_CASHFLOW = CaseFunction(lambda _: ("month", *STAGE_FLOWS, "total_flow", "horizon_months"), _cashflow, "total_cost")

VALUES = Parameter(
    "values",
    "Two columns: names of drivers, and their values. Or, with names beside, the values alone. An empty value is the "
    "default; so is what isn't there.",
    is_range=True,
    unit="of each driver",
)
NAMES = Parameter(
    "names", "The names of the drivers whose values the first range holds; as large as it.", is_range=True, unit="text"
)
SOURCES = Parameter(
    "sources",
    "A column as long as the names: a text says where a value is from, and makes it sure; blank, or a text that begins "
    "with assumption, leaves it as unsure as in the catalogue. With two more columns: its own low and high.",
    is_range=True,
    unit="text",
)
CASE = (VALUES, NAMES)  # the parameters of a function of a case, before its own
QUANTITY = Parameter(
    "quantity", "Another quantity of the model than the total, by its name: data_cost, run_gpu_hours.", unit="text"
)


def functions() -> Iterator[Function]:
    """The functions of a case."""
    case = (VALUES, NAMES)
    yield Function(
        "FT_TOTAL",
        "Total cost of a case over its horizon, in USD; or another quantity of it.",
        (*case, QUANTITY),
        "USD",
        _TOTAL.call,
        _TOTAL.explain,
    )
    yield Function(
        "FT_NPV",
        "Net present value of a case, benefit less cost, in USD. Without a benefit: its present cost, negative.",
        case,
        "USD",
        _NPV.call,
        _NPV.explain,
    )
    yield Function(
        "FT_BREAKDOWN",
        "The cost of each stage of a case, the contingency and the total: rows of a label and USD.",
        case,
        "USD",
        _BREAKDOWN.call,
        _BREAKDOWN.explain,
    )
    yield Function(
        "FT_CASHFLOW",
        "The cost of a case by month: a row of headings, and for every month its number, each stage and the total.",
        case,
        "USD/month",
        _CASHFLOW.call,
        _CASHFLOW.explain,
    )
