"""Make an older workbook anew: the same cases in a workbook of this version, and a list of what became of each line.

What a case enters is carried, with the source and the day that stand beside it. A value of Base that was the
catalogue's is carried too where the catalogue now says something else: no number moves by itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from xlcost.analysis.case import Case, Given, known_inputs
from xlcost.model import graph
from xlcost.model.inputs import Input
from xlcost.sheets import finding, reading
from xlcost.sheets.finding import Found
from xlcost.sheets.inputs import AT_TITLE, SOURCE_TITLE
from xlcost.sheets.layout import CASES, INPUTS
from xlcost.sheets.reading import CATALOGUE_TITLE
from xlcost.sheets.using import same

What = Literal["carried", "kept", "renamed", "dropped", "new"]


@dataclass(frozen=True)
class Change:
    """What became of a line. `entered`: a case had a value of its own in it."""

    what: What
    name: str
    detail: str
    entered: bool


@dataclass(frozen=True)
class Migration:
    """The cases of an older workbook as this version takes them, and what became of its lines."""

    version: str | None  # that made the older one
    live: str
    flavour: str
    cases: Mapping[str, Case]
    changes: tuple[Change, ...]

    @property
    def lost(self) -> tuple[Change, ...]:
        """What somebody had entered, and is not in the new workbook."""
        return tuple(each for each in self.changes if each.what == "dropped" and each.entered)


def migration(data: bytes) -> Migration:
    """Read an older workbook to be made anew. A value that no longer fits is refused with its cell."""
    own = reading.entered(data)
    book = finding.book(data)
    place = finding.found(book, INPUTS)
    base = own[CASES[0]]
    for name in place.rows:
        if (today := reading.name_today(name)) in base:
            base[today] = _as_today(place, name, base[today])
    changes: list[Change] = []
    for name in place.rows:
        changes += _became(place, name, own)
    read = {reading.name_today(name) for name in place.rows}
    new = [each for name, each in known_inputs().items() if name not in read]
    changes += [Change("new", each.name, _shown(each.default), False) for each in new]
    own[CASES[0]] = {name: each for name, each in base.items() if not _is_default(name, each)}
    cases = {case: Case(case, given=given) for case, given in own.items()}
    version, live = finding.made_with(book), reading.live_case(data)
    return Migration(version, live, reading.flavour(data), cases, tuple(changes))


def _became(place: Found, name: str, own: Mapping[str, Mapping[str, Given]]) -> Iterator[Change]:
    """What became of a line of the older workbook."""
    today = reading.name_today(name)
    values = {case: value for case in place.cases if (value := place.value(name, case)) not in (None, "")}
    was = place.value(name, CATALOGUE_TITLE)
    is_entered = any(not same(value, was) for value in values.values())
    if today not in known_inputs():
        became = reading.what_became_of(name)
        why = f"{became.why}, since {became.since}" if became else "this version has no such driver"
        detail = "; ".join(f"{case}: {_shown(value)}" for case, value in values.items() if not same(value, was))
        yield Change("dropped", name, f"{why}; {detail}" if detail else why, is_entered)
        return
    if today != name:
        yield Change("renamed", name, f"now {today}", is_entered)
    default, base = known_inputs()[today].default, own[CASES[0]].get(today)
    if is_entered or (base is not None and base.source and same(base.value, default)):
        entered = [f"{case}: {_shown(given[today].value)}" for case, given in own.items() if today in given]
        source = [f"source: {base.source}"] if base is not None and base.source else []
        yield Change("carried", today, "; ".join([*entered, *source]), True)
    elif base is not None and default is not None and not same(base.value, default):
        yield Change("kept", today, f"{_shown(base.value)}; the catalogue now has {_shown(default)}", False)


def _as_today(place: Found, name: str, given: Given) -> Given:
    """A value of Base with the source and the day beside it; nothing but the default where all is the catalogue's."""
    each = known_inputs()[reading.name_today(name)]
    source, at = place.value(name, SOURCE_TITLE), _day(place.value(name, AT_TITLE))
    source = source.strip() if isinstance(source, str) else ""
    value = each.default if each.default is not None and same(given.value, each.default) else given.value
    if value == each.default and source == _title(each) and not (at and each.at and at > each.at):
        return replace(given, value=value, source="")  # also where the catalogue has dated its source anew
    return replace(given, value=value, source=source, at=at)


def _is_default(name: str, given: Given) -> bool:
    default = known_inputs()[name].default
    return default is not None and given == Given(default)


def _title(each: Input) -> str:
    return graph().catalog.sources[each.source].title if each.source else ""


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(value.strip())
    return None


def _shown(value: object) -> str:
    return "computed" if value is None else f"{value:.12g}" if isinstance(value, int | float) else str(value)
