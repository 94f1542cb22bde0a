"""The registry: every FT_ function by its name."""

from __future__ import annotations

import functools

from xlcost.functions import about, case_tables, cases, deciding, drifting, levers, ranging, simulations, tables, views
from xlcost.functions.function import Function


@functools.cache
def functions() -> dict[str, Function]:
    """Every FT_ function by its name, in the order in which they are presented."""
    modules = (views, cases, ranging, levers, deciding, simulations, case_tables, drifting, tables)
    listed = [each for module in modules for each in module.functions()]
    return {each.name: each for each in (*listed, *about.functions(functions))}
