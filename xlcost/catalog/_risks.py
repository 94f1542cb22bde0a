"""Risks: which drivers move together, and what may happen. A catalogue may be without either file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from xlcost.catalog._fields import Fields, finite, known_status, place_in, read_toml, refuse
from xlcost.catalog._records import Correlation, Driver, RiskEvent, Source, did_you_mean

COMMON = ("label", "help", "drivers", "source", "where", "status")


def read_correlations(
    folder: Path, drivers: Mapping[str, Driver], sources: Mapping[str, Source]
) -> tuple[Correlation, ...]:
    """Pairs of drivers with their correlation."""
    file = "correlations.toml"
    found: dict[frozenset[str], Correlation] = {}
    for name, fields in _records(folder, file, (*COMMON, "correlation")):
        fields.need("label", "drivers", "correlation", "status")
        pair = _drivers(fields, drivers)
        if len(pair) != 2 or pair[0] == pair[1]:
            refuse(fields.where, f"drivers = {list(pair)!r}: two drivers are wanted")
        if frozenset(pair) in found:
            refuse(fields.where, f"drivers = {list(pair)!r} are correlated by {found[frozenset(pair)].name} already")
        value = fields.number("correlation")
        assert value is not None
        if not -1 < value < 1:
            refuse(fields.where, f"correlation = {value:g}: it lies between -1 and 1, without the ends")
        _status(fields, sources)
        found[frozenset(pair)] = Correlation(name, fields.text("label"), fields.text("help"), (pair[0], pair[1]), value)
    return tuple(found.values())


def read_events(folder: Path, drivers: Mapping[str, Driver], sources: Mapping[str, Source]) -> dict[str, RiskEvent]:
    """Events by name."""
    file = "events.toml"
    found = {}
    for name, fields in _records(folder, file, (*COMMON, "chance", "chance_of", "sets", "adds")):
        fields.need("label", "help", "status")
        if ("chance" in fields.values) == ("chance_of" in fields.values):
            refuse(fields.where, "chance or chance_of: one of them is wanted")
        chance = fields.number("chance")
        if chance is not None and not 0 <= chance <= 1:
            refuse(fields.where, f"chance = {chance:g}: between 0 and 1")
        if chance is not None and ("sets" in fields.values) == ("adds" in fields.values):
            refuse(fields.where, "sets or adds: one of them is wanted")
        how = "sets" if "sets" in fields.values else "adds"
        _status(fields, sources)
        found[name] = RiskEvent(
            name,
            fields.text("label"),
            fields.text("help"),
            chance,
            fields.text("chance_of"),
            _drivers(fields, drivers) if chance is not None else (),
            how == "sets",
            _three(fields, how) if chance is not None else (0.0, 0.0, 0.0),
        )
    return found


def _records(folder: Path, file: str, known: Collection[str]) -> list[tuple[str, Fields]]:
    if not (folder / file).exists():
        return []
    records = read_toml(folder / file, file)
    return [(name, Fields.of(f"{file}: {name}", record, known)) for name, record in records.items()]


def _drivers(fields: Fields, drivers: Mapping[str, Driver]) -> tuple[str, ...]:
    fields.need("drivers")
    names = fields.values["drivers"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        refuse(fields.where, f'drivers = {names!r}: a list of names is wanted here, like ["label_price"]')
    for name in names:
        if name not in drivers:
            refuse(fields.where, f"drivers: {name!r} is not a driver{did_you_mean(name, drivers)}")
        if drivers[name].kind != "number":
            refuse(fields.where, f"drivers: {name} is a text; a number is wanted here")
    return tuple(names)


def _three(fields: Fields, how: str) -> tuple[float, float, float]:
    values = fields.values[how]
    if not isinstance(values, list) or len(values) != 3:
        refuse(fields.where, f"{how} = {values!r}: low, likeliest and high are wanted here, like [1, 2, 5]")
    low, mode, high = (finite(f"{fields.where}: {how}", value) for value in values)
    if not low <= mode <= high or low == high:
        refuse(fields.where, f"{how} = {values!r}: low, likeliest and high are wanted in this order")
    return low, mode, high


def _status(fields: Fields, sources: Mapping[str, Source]) -> None:
    source = fields.text("source") or None
    status = known_status(fields.where, fields.text("status"), source, sources)
    if source is None and status != "placeholder":
        refuse(fields.where, f"status = {status!r} without a source: name one, or call it a placeholder")
    place_in(fields.where, fields.text("where"), source, sources)
