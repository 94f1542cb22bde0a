"""Functions of a case that decide: what each alternative costs, and whether fine-tuning is worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlcost.analysis.alternatives import VERDICT, WAYS, sentence
from xlcost.catalog import nearest
from xlcost.errors import CellError
from xlcost.functions.boundary import Answer, received, text
from xlcost.functions.cases import NAMES, VALUES, CaseFunction
from xlcost.functions.function import Function, Parameter
from xlcost.model.inputs import Refused

PLAN = "plan"


@dataclass(frozen=True)
class OfAlternative(CaseFunction):
    """A function of a case and the name of an alternative."""

    def _quantity(self, arguments: Sequence[object]) -> str:
        if len(arguments) > 3:
            raise Refused("a range of values, one of names and an alternative are taken, and no more", CellError.VALUE)
        said = received(arguments[2]) if len(arguments) > 2 else None
        if isinstance(said, list):
            raise Refused("alternative is one name, not a range", CellError.VALUE)
        name = text(said, "alternative", PLAN).lower()
        if name not in WAYS:
            near = nearest(name, WAYS) or list(WAYS)
            raise Refused(f"{name!r} is no alternative: {' or '.join(near)}?", CellError.VALUE)
        return WAYS[name].total


def _cost(found: Sequence[Any]) -> Answer:
    """A cost; a price that is missing makes it unknown."""
    answer: Answer = CellError.NA if isinstance(found[0], str) else found[0]
    return answer


def _worth_it(found: Sequence[Any]) -> Answer:
    return sentence(dict(zip(VERDICT, found, strict=True)).__getitem__)


_COST = OfAlternative(lambda name: (name,), _cost, WAYS[PLAN].total, most=3)
_WORTH_IT = CaseFunction(lambda _: VERDICT, _worth_it, "verdict_reason")

_ALTERNATIVE = Parameter(
    "alternative",
    f"{', '.join(WAYS)}. Without it, the plan of the case itself, which is its total.",
    unit="text",
)


def functions() -> Iterator[Function]:
    """The functions that decide."""
    yield Function(
        "FT_ALTERNATIVE_COST",
        "Total cost over the horizon of another way to answer the requests of a case, in USD.",
        (VALUES, NAMES, _ALTERNATIVE),
        "USD",
        _COST.call,
        _COST.explain,
    )
    yield Function(
        "FT_WORTH_IT",
        "Whether fine-tuning is worth it in a case: the best of the ways compared, the reason with its numbers, "
        "and what that leaves out.",
        (VALUES, NAMES),
        "text",
        _WORTH_IT.call,
        _WORTH_IT.explain,
    )
