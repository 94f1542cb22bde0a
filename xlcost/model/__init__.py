"""The cost model: a graph of named quantities, one module for each stage of the lifecycle."""

import functools

from xlcost.model.graph import Graph


@functools.cache
def graph() -> Graph:
    """The cost model, with the catalogue that ships with xlcost."""
    from xlcost.catalog import load
    from xlcost.model import (
        alternatives,
        answers,
        breakeven,
        calendar,
        caveats,
        checks,
        data,
        deployment,
        iteration,
        levers,
        maintenance,
        managed,
        marginal,
        memory,
        mfu,
        opportunity,
        options,
        purchase,
        results,
        starting,
        talent,
        timeline,
        training,
        verdict,
    )
    from xlcost.model.axes import AXES
    from xlcost.model.graph import build

    stages = (
        data,
        training,
        mfu,
        memory,
        purchase,
        iteration,
        deployment,
        maintenance,
        talent,
        opportunity,
        levers,
        calendar,
        timeline,
        results,
        starting,
        alternatives,
        answers,
        options,
        marginal,
        breakeven,
        managed,
        verdict,
        caveats,
        checks,
    )
    return build(stages, load(), AXES)
