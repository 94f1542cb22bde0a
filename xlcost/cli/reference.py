"""`functions` and `drivers`: what may be called, and what may be set."""

from __future__ import annotations

import math
from typing import Any

from xlcost.analysis.case import known_input, known_inputs
from xlcost.catalog import nearest
from xlcost.cli.output import number, write, write_json, write_table
from xlcost.errors import XlcostError
from xlcost.functions.function import Function
from xlcost.functions.registry import functions
from xlcost.model import graph
from xlcost.model.inputs import Input

MANY = 1e9  # from here on a bound is only there to catch slips
FIELDS = (
    *("name", "stage", "label", "help", "unit", "kind", "default", "low", "high", "minimum", "maximum", "whole"),
    *("choices", "table", "spread", "source", "where", "at", "status"),
)


def list_functions(name: str | None, as_json: bool) -> int:
    """Prints every FT_ function, or one with its arguments."""
    listed = [*functions().values()] if name is None else [_function(name)]
    if as_json:
        write_json([_function_document(each) for each in listed])
    elif name is None:
        write_table(["Function", "Unit", "What it gives"], [[each.name, each.unit, each.doc] for each in listed])
    else:
        [found] = listed
        write(f"{found.signature}\n{found.doc}\n")
        rows = [[each.name, "needed" if each.required else "", each.unit, each.doc] for each in found.parameters]
        if rows:
            write_table(["Argument", "", "Unit", "What it is"], rows)
    return 0


def list_drivers(name: str | None, stage: str | None, as_json: bool) -> int:
    """Prints what a case may set: all of it, a stage's, or one with all that is known of it."""
    listed = _drivers(name) if name is not None else [*known_inputs().values()]
    if stage is not None:
        _refuse_unknown_stage(stage)
        listed = [each for each in listed if each.stage == stage]
    if as_json:
        write_json([_driver_document(each) for each in listed])
    elif name is not None:
        for place, each in enumerate(listed):
            if place:
                write("")
            _print_driver(each)
    else:
        rows = [_row(each) for each in listed]
        heads = ["Driver", "Label", "Unit", "Default", "Low", "High", "Bounds", "Source", "As of", "Status"]
        write_table(heads, rows, numbers=(3, 4, 5), droppable=(7, 1, 8, 6, 9, 2))
    return 0


def _function(name: str) -> Function:
    known = functions()
    wanted = name.strip().upper()
    for spelt in (wanted, f"FT_{wanted}"):
        if spelt in known:
            return known[spelt]
    near = nearest(name, known)
    hint = f"did you mean {' or '.join(near)}?" if near else "`xlcost functions` lists all"
    raise XlcostError(f"no function is called {name!r}; {hint}")


def _function_document(each: Function) -> dict[str, Any]:
    parameters = [
        {"doc": given.doc, "name": given.name, "range": given.is_range, "required": given.required, "unit": given.unit}
        for given in each.parameters
    ]
    return {
        "doc": each.doc,
        "name": each.name,
        "parameters": parameters,
        "signature": each.signature,
        "unit": each.unit,
    }


def _drivers(name: str) -> list[Input]:
    """The driver of this name, or all members of one that has a value for each."""
    members = [each for each in known_inputs().values() if each.of == name.strip().lower()]
    return members or [known_input(name)]


def _refuse_unknown_stage(stage: str) -> None:
    stages = list(dict.fromkeys(each.stage for each in known_inputs().values()))
    if stage not in stages:
        near = nearest(stage, stages)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(stages)}"
        raise XlcostError(f"--stage {stage}: no such stage; {hint}")


def _driver_document(each: Input) -> dict[str, Any]:
    document = {field: getattr(each, field) for field in FIELDS}
    for bound in ("minimum", "maximum"):
        if not math.isfinite(document[bound]):
            document[bound] = None
    return document


def _row(each: Input) -> list[str]:
    limits = [number(each.low), number(each.high), _bounds(each)]
    origin = [each.source or "", str(each.at or ""), each.status]
    return [each.name, each.label, _unit(each), _default(each), *limits, *origin]


def _print_driver(each: Input) -> None:
    source = graph().catalog.sources.get(each.source or "")
    lines = {
        "Unit": _unit(each),
        "Stage": each.stage,
        "Default": _default(each),
        "Low, high": "" if each.low is None else f"{number(each.low)}, {number(each.high)}",
        "Bounds": _bounds(each) + (", whole" if each.whole else ""),
        "Choices": ", ".join(each.choices),
        "Spread": each.spread,
        "Source": f"{source.title}: {source.where}" if source else "",
        "Where in it": each.where,
        "As of": str(each.at or ""),
        "Status": each.status,
        "About": each.help,
    }
    write_table([each.name, each.label], [[head, text] for head, text in lines.items() if text])


def _unit(each: Input) -> str:
    return "" if each.kind == "text" else str(each.unit)


def _default(each: Input) -> str:
    return "computed" if each.default is None else number(each.default)


def _bounds(each: Input) -> str:
    if each.kind == "text":
        return f"one of {len(each.choices)}"
    return f"{_bound(each.minimum)} to {_bound(each.maximum)}"


def _bound(value: float) -> str:
    return number(value) if abs(value) < MANY else f"{value:g}"
