"""Sampling: the values of all unsure drivers for a block of draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from xlcost.analysis.distributions import Discrete
from xlcost.analysis.draws import Copula, Stream, sampler
from xlcost.analysis.estimate import Estimate
from xlcost.analysis.uncertainty import Unsure
from xlcost.catalog import nearest
from xlcost.errors import CellError
from xlcost.model import graph
from xlcost.model.inputs import Refused

Array = Any
Streams = Mapping[str, Stream]


class Sampling:
    """What is drawn for a case, and how."""

    def __init__(
        self,
        drawn: Mapping[str, Unsure],
        found: Estimate,
        seed: int,
        correlations: Mapping[tuple[str, str], float] | None,
    ) -> None:
        self._seed = seed
        if correlations is None:
            correlations = {each.drivers: each.correlation for each in found.graph.catalog.correlations}
        for name in {name for pair in correlations for name in pair}:
            if name not in graph().inputs:
                near = nearest(name, graph().inputs)
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                raise Refused(f"correlation of {name}: no such driver{hint}", CellError.VALUE)
        order = [*drawn, *sorted({name for pair in correlations for name in pair} - set(drawn))]
        self._copula = Copula(correlations, order)
        self._samplers = {
            name: [
                each.span[0]
                if each.distribution is None
                else sampler(each.distribution, each.minimum, each.maximum, each.whole)
                for each in unsure.members
            ]
            for name, unsure in drawn.items()
        }
        self._steps = {
            name: unsure.members[0].distribution
            for name, unsure in drawn.items()
            if isinstance(unsure.members[0].distribution, Discrete)
        }

    def streams(self, start: int) -> Streams:
        """The draws of each driver from that number on."""
        names = dict.fromkeys([*self._samplers, *self._copula.names])
        return {name: Stream(self._seed, name, start) for name in names}

    def draw(self, streams: Streams, count: int) -> tuple[dict[str, Array], dict[str, Any]]:
        """The next draws by driver: as shares of what is not exceeded, and as values. A row is a list."""
        uniform = {name: stream.next(count) for name, stream in streams.items()}
        self._copula.apply(uniform)
        values: dict[str, Any] = {}
        for name, samplers in self._samplers.items():
            drawn = [each if isinstance(each, float) else each(uniform[name]) for each in samplers]
            values[name] = drawn if graph().axis_of[name] is not None else drawn[0]
        for name, steps in self._steps.items():
            # The rank of one of a few values is the middle of the shares that it covers.
            assert isinstance(steps, Discrete)
            ends = np.concatenate([[0.0], steps.upto])
            uniform[name] = ((ends[1:] + ends[:-1]) / 2)[np.searchsorted(ends[1:], uniform[name], side="right")]
        return uniform, values
