"""Events: what may happen to a plan, drawn as yes or no for each draw of a simulation.

An event acts on drivers that the model has: it sets them, or adds to them, within their bounds. One that a case decides
itself (it says when a base model is retired) does not happen to it.

`programme_fails` takes its chance from the model. Where it happens, all experiments up to the cap are made and the
horizon ends with the build; where it doesn't, their expected number is that of programmes that ship. So the mean over
all draws stays what the model says: the number of experiments is no second input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlcost.analysis.distributions import Pert
from xlcost.analysis.draws import Stream, sampler
from xlcost.analysis.estimate import Estimate
from xlcost.catalog import RiskEvent, nearest
from xlcost.errors import CellError
from xlcost.model import graph
from xlcost.model.inputs import Refused
from xlcost.model.specialised import specialised, varying_code, with_bearing

Array = Any
FAILURE = ("failure_share", "expected_experiments", "experiment_cap", "models_to_ship", "build_months")


@dataclass(frozen=True)
class Event:
    """What may happen, with its own chance or with another one. Build one with `Event.named`."""

    record: RiskEvent
    chance: float | None

    @classmethod
    def named(cls, name: str, chance: float | None = None) -> Event:
        """An event of the catalogue. Raises Refused."""
        known = graph().catalog.events
        if name not in known:
            near = nearest(name, known) or list(known)
            raise Refused(f"event {name!r} is not known; known are {', '.join(near)}", CellError.VALUE)
        if chance is not None:
            if isinstance(chance, bool) or not isinstance(chance, int | float):
                raise Refused(f"chance of {name} = {chance!r}: a number is wanted", CellError.VALUE)
            if not 0 <= chance <= 1:
                raise Refused(f"chance of {name} = {chance:g}: between 0 and 1", CellError.NUM)
            if known[name].chance is None:
                raise Refused(f"chance of {name}: it is {known[name].chance_of}, and no input", CellError.VALUE)
        return cls(known[name], known[name].chance if chance is None else chance)


def all_events() -> tuple[Event, ...]:
    """Every event of the catalogue, with its own chance."""
    return tuple(map(Event.named, graph().catalog.events))


class Events:
    """The events that may happen to a case, ready to be drawn."""

    def __init__(self, events: Sequence[Event], found: Estimate, varying: Sequence[str]) -> None:
        given = found.case.given
        self._plain = [
            each for each in events if each.chance is not None and not (each.record.sets and _decided(each, given))
        ]
        self._fails = any(each.chance is None for each in events)
        self._values = found.values
        names = dict.fromkeys(name for each in self._plain for name in each.record.drivers)
        if self._fails:
            names.update(dict.fromkeys(["expected_experiments", "horizon_months"]))
            varied = [*varying, *names.keys() - set(FAILURE)]
            model, fixed = specialised(found.graph, found.values, varied, given)
            wanted = FAILURE[:2]
            self._asked = with_bearing(model, fixed, wanted, list(varying))
            self._code = varying_code(model, fixed, wanted, self._asked)
        self.drivers = tuple(names)

    def apply(self, values: Mapping[str, Any], start: int, count: int, seed: int) -> dict[str, Any]:
        """The drawn values of a block, with what the events that happen make of them."""
        changed = dict(values)
        for name in self.drivers:
            changed.setdefault(name, self._values[name])
        for each in self._plain:
            happens = Stream(seed, f"event {each.record.name}", start).next(count) < each.chance
            uniform = Stream(seed, f"size of event {each.record.name}", start).next(count)
            for name in each.record.drivers:
                driver = graph().drivers[name]
                draw = sampler(Pert(*each.record.values), -np.inf, np.inf, driver.whole)(uniform)
                after = draw if each.record.sets else changed[name] + draw
                after = np.clip(after, driver.minimum, driver.maximum)
                changed[name] = np.where(happens, after, changed[name])
        if self._fails:
            self._fail(changed, start, count, seed)
        return changed

    def _fail(self, changed: dict[str, Any], start: int, count: int, seed: int) -> None:
        failure, mean = self._code(*(changed[name] for name in self._asked))
        _, _, cap, models, build = (changed.get(name, self._values[name]) for name in FAILURE)
        none_ships = np.asarray(failure) ** models
        happens = Stream(seed, "event programme_fails", start).next(count) < none_ships
        if_shipped = np.where(
            none_ships < 1, (mean - none_ships * cap) / np.where(none_ships < 1, 1 - none_ships, 1), cap
        )
        changed["expected_experiments"] = np.where(happens, cap, if_shipped)
        horizon = changed["horizon_months"]
        changed["horizon_months"] = np.where(happens, np.minimum(build, horizon), horizon)


def _decided(event: Event, given: Mapping[str, object]) -> bool:
    return any(name in given for name in event.record.drivers)
