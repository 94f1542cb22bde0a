"""The FT_ functions in Python: `from xlcost import ft; ft.FT_COMPUTE_COST(8, 30, "H100-SXM")`.

They give what a cell would show: a number, a text, rows of them, or a CellError. A case may be a Case, a mapping from
names to values, or rows of names and values. `help(ft.FT_COMPUTE_COST)` shows arguments and units.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from xlcost.analysis.case import Case
from xlcost.functions.function import Function
from xlcost.functions.registry import functions

_EMPTY = inspect.Parameter.empty


def _python_function(each: Function) -> Callable[..., Any]:
    """A function with the arguments of an FT_ function as its own."""
    signature = inspect.Signature(
        [
            inspect.Parameter(
                parameter.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=_EMPTY if parameter.required else None,
            )
            for parameter in each.parameters
        ]
    )

    def call(*arguments: object, **named: object) -> Any:
        if named or len(arguments) != len(each.parameters):
            bound = signature.bind(*arguments, **named)
            bound.apply_defaults()
            arguments = bound.args
        return each.call([_handed(argument) for argument in arguments])

    call.__name__ = call.__qualname__ = each.name
    call.__doc__ = _described(each)
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def _handed(argument: object) -> object:
    """A case as rows of names and values; everything else as it is."""
    if isinstance(argument, Case):
        argument = argument.values
    if isinstance(argument, Mapping):
        return [list(row) for row in _rows(argument)] or None
    return argument


def _rows(case: Mapping[Any, object], prefix: str = "") -> Iterator[tuple[object, object]]:
    for name, value in case.items():
        if isinstance(value, Mapping) and "value" in value:
            yield f"{prefix}{name}", value["value"]
        elif isinstance(value, Mapping):
            yield from _rows(value, f"{prefix}{name}.")
        else:
            yield (f"{prefix}{name}" if prefix else name), value


def _described(each: Function) -> str:
    lines = [each.doc, "", f"Returns: {each.unit}", ""] if each.unit else [each.doc, ""]
    width = max((len(parameter.name) for parameter in each.parameters), default=0)
    for parameter in each.parameters:
        first, *rest = textwrap.wrap(parameter.doc, 96 - width)
        lines += [f"{parameter.name:{width}}  {first}", *(f"{'':{width}}  {line}" for line in rest)]
    return "\n".join(lines)


_MADE = {name: _python_function(each) for name, each in functions().items()}
globals().update(_MADE)
__all__ = list(_MADE)


def __getattr__(name: str) -> Callable[..., Any]:
    """For a name that is no function, and for type checkers, which can't see those that are made."""
    raise AttributeError(f"xlcost has no function {name}")
