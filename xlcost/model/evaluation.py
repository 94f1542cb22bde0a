"""Evaluate a part of the graph: by straight-line code, and with error values where that fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlcost.errors import CellError
from xlcost.model import careful, scalar
from xlcost.model.graph import Graph

_TROUBLE = (ArithmeticError, ValueError, LookupError, TypeError)


@dataclass(frozen=True)
class Evaluation:
    """A function of some given names that yields the wanted quantities.

    A name in `optional` may be None, and is then computed; every other given name is taken as it is, also where
    it is a quantity. `fixed` holds the values of all other inputs.
    """

    graph: Graph
    wanted: tuple[str, ...]
    given: tuple[str, ...]
    optional: tuple[str, ...]
    fixed: Mapping[str, Any]

    @cached_property
    def straight(self) -> Any:
        """The straight-line code, written once."""
        return scalar.compiled(self.graph, self.wanted, self.given, self.optional, self.fixed)

    def __call__(self, *values: Any) -> Sequence[Any]:
        """The wanted values, in order. An error is a value."""
        if CellError in map(type, values):
            return self.carefully(*values)
        try:
            results: tuple[Any, ...] = self.straight(*values)
        except _TROUBLE:
            return self.carefully(*values)
        return self.carefully(*values) if any(map(_overflows, results)) else results

    def carefully(self, *values: Any) -> list[Any]:
        """The same, slowly, with errors as values."""
        found = self.trace(*values)
        return [found[name] for name in self.wanted]

    def trace(self, *values: Any) -> dict[str, Any]:
        """Every value on the way to the wanted ones, by name."""
        given = dict(zip(self.given, values, strict=True))
        cut = [name for name in self.given if name not in self.optional]
        return careful.evaluate(self.graph, self.wanted, {**self.fixed, **given}, cut)


def _overflows(result: Any) -> bool:
    """Whether a number, or one of a row, is not finite."""
    if type(result) is list:
        try:
            result = sum(result)  # is not finite if one of them isn't
        except TypeError:
            return any(map(_overflows, result))
    return type(result) is float and result - result != 0
