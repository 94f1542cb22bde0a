"""Chances: how many experiments it takes, in every draw of a simulation; and events, where they are asked for.

The number of experiments is no input: it follows from the chance that one is good enough. For each model that is to
ship it is geometric and ends at the cap, so that its mean over all draws is what the model says.

An event is drawn as yes or no. It acts on drivers that the model has: it sets them, or adds to them, within their
bounds. One that a case decides itself (it says when a base model is retired) does not happen to it. `programme_fails`
has no chance of its own: it happens where no experiment up to the cap was good enough, for any model. All of them are
paid then, and the horizon ends with the build.
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
RUNS = "expected_experiments"  # for each model; in a draw, those that it took
MOST_DRAWN = 32  # models that experiments are drawn for; the average of more hardly differs
_ASKED = ("experiment_cap", "models_to_ship", "build_months", "horizon_months")


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


class Chances:
    """The experiments of a case, and the events that may happen to it, ready to be drawn."""

    def __init__(self, events: Sequence[Event], found: Estimate, varying: Sequence[str]) -> None:
        given = found.case.given
        self._plain = [
            each for each in events if each.chance is not None and not (each.record.sets and _decided(each, given))
        ]
        self._fails = any(each.chance is None for each in events)
        self._values = found.values
        names = dict.fromkeys(name for each in self._plain for name in each.record.drivers)
        varied = list(dict.fromkeys([*varying, *names]))
        model, fixed = specialised(found.graph, found.values, varied, given)
        self._asked = with_bearing(model, fixed, ["experiment_success"], varied)
        self._success = varying_code(model, fixed, ["experiment_success"], self._asked)
        self.drivers = (*names, RUNS, *(["horizon_months"] if self._fails else []))

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
        changed[RUNS], none_ships = self._runs(changed, start, count, seed)
        if self._fails:
            _, _, build, horizon = self._of(changed)
            changed["horizon_months"] = np.where(none_ships, np.minimum(build, horizon), horizon)
        return changed

    def _runs(self, values: Mapping[str, Any], start: int, count: int, seed: int) -> tuple[Array, Array]:
        """The experiments that each model takes, on average over the models, and whether none of them ships."""
        (success,) = self._success(*(values[name] for name in self._asked))
        cap, models, _, _ = self._of(values)
        drawn = np.minimum(models, MOST_DRAWN)
        made, none_ships = np.zeros(count), np.ones(count, bool)
        with np.errstate(divide="ignore"):
            of_failure = np.log1p(-np.asarray(success))
        for number in range(int(np.max(drawn))):
            uniform = Stream(seed, f"experiments of model {number + 1}", start).next(count)
            first_good = np.maximum(np.ceil(np.log1p(-uniform) / of_failure), 1)
            is_tried = number < drawn
            made += np.where(is_tried, np.minimum(first_good, cap), 0)
            none_ships &= (first_good > cap) | ~np.asarray(is_tried)
        return made / drawn, none_ships

    def _of(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(values.get(name, self._values[name]) for name in _ASKED)


def _decided(event: Event, given: Mapping[str, object]) -> bool:
    return any(name in given for name in event.record.drivers)
