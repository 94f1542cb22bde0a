"""Functions about the functions: which version computes, and why a call gives what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import xlcost
from xlcost.catalog import nearest
from xlcost.errors import CellError
from xlcost.functions.boundary import Answer, first_cells, shortened, text
from xlcost.functions.function import Function, Parameter
from xlcost.model.inputs import Refused

EXPLAINED = 20  # arguments of a call that can be explained

Known = Mapping[str, Function]


def version() -> float:
    """0.1.0 is 100: major times 10,000, minor times 100, patch."""
    major, minor, patch = (int(part) for part in re.findall(r"\d+", xlcost.__version__)[:3])
    return float(major * 10_000 + minor * 100 + patch)


def explain(known: Known, arguments: Sequence[object]) -> Answer:
    """In words, what a call gives and why."""
    said = first_cells(arguments[:1])
    try:
        name = text(said[0] if said else None, "function_name").upper().removesuffix("()")
    except Refused as refused:
        return refused.error if isinstance(said[0] if said else None, CellError) else str(refused)
    name = name if name in known or f"FT_{name}" not in known else f"FT_{name}"
    if name not in known:
        near = nearest(name, known)
        return f"{name} is no function of xlcost" + (f"; did you mean {' or '.join(near)}?" if near else "")
    handed = list(arguments[1:])
    while handed and handed[-1] is None:
        handed.pop()
    most = len(known[name].parameters)
    if len(handed) > most:
        return f"{name} takes {most} arguments, not {len(handed)}"
    return shortened(known[name].explain(handed))


def functions(all_of_them: Callable[[], Known]) -> Iterator[Function]:
    """The functions about the functions, which are asked for when one is explained."""
    number = version()
    inputs = Parameter("inputs", "Any range: where it changes, the cell is computed again.", is_range=True, unit="any")
    yield Function(
        "FT_VERSION",
        "The version of xlcost that computes, as a number: 0.1.0 is 100.",
        (inputs,),
        "x",
        lambda _: number,
        lambda _: f"xlcost {xlcost.__version__} computes these functions.",
    )
    arguments = [
        Parameter(f"argument{i}", f"Argument {i} of that function.", unit="any") for i in range(1, EXPLAINED + 1)
    ]
    function = Parameter("function_name", "The name of a function: FT_COMPUTE_COST.", True, unit="text")
    yield Function(
        "FT_EXPLAIN",
        "In words: why a call of a function gives an error, or how its number comes about.",
        (function, *arguments),
        "text",
        lambda call: explain(all_of_them(), call),
        lambda _: "FT_EXPLAIN explains the other functions.",
    )
