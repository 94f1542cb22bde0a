"""Loading a catalogue from its folder, strictly: what is doubtful is refused, nothing is guessed."""

from __future__ import annotations

import functools
from pathlib import Path

from xlcost.catalog._drivers import read_drivers
from xlcost.catalog._fields import Fields, read_toml, refuse
from xlcost.catalog._records import Axis, Catalog, Change, Driver, Member, Source, did_you_mean
from xlcost.catalog._risks import read_correlations, read_events
from xlcost.catalog._tables import read_tables

STAGES = (
    "data",
    "training",
    "iteration",
    "deployment",
    "maintenance",
    "talent",
    "opportunity",
    "levers",
    "timeline",
    "alternatives",
)

SHIPPED = Path(__file__).parent


def load(folder: Path | None = None) -> Catalog:
    """The catalogue in a folder; without one, the catalogue that comes with xlcost (read once)."""
    return _shipped() if folder is None else _read(folder)


@functools.cache
def _shipped() -> Catalog:
    return _read(SHIPPED)


def _read(folder: Path) -> Catalog:
    sources = _sources(folder)
    axes = _axes(folder)
    tables = read_tables(folder, read_toml(folder / "tables.toml", "tables.toml"), sources)
    drivers: dict[str, Driver] = {}
    for path in sorted((folder / "drivers").glob("*.toml")):
        if path.stem not in STAGES:
            refuse(f"drivers/{path.name}", f"{path.stem!r} is not a stage{did_you_mean(path.stem, STAGES)}")
    for stage in STAGES:
        file = f"drivers/{stage}.toml"
        if not (folder / file).exists():
            continue
        for name, driver in read_drivers(file, stage, read_toml(folder / file, file), tables, axes, sources).items():
            if name in drivers:
                refuse(f"{file}: {name}", f"is already a driver of the stage {drivers[name].stage}")
            drivers[name] = driver
    risks = read_correlations(folder, drivers, sources), read_events(folder, drivers, sources)
    return Catalog(drivers, tables, sources, axes, STAGES, _changes(folder), *risks)


def _sources(folder: Path) -> dict[str, Source]:
    file = "sources.toml"
    outer = Fields.of(file, read_toml(folder / file, file), ["sources"])
    records = outer.values.get("sources", {})
    if not isinstance(records, dict):
        refuse(file, "[sources.ID] is wanted here")
    sources = {}
    for name, record in records.items():
        fields = Fields.of(f"{file}: {name}", record, ("title", "where", "at", "licence", "note", "place"))
        fields.need("title", "where", "at")
        at = fields.day("at")
        assert at is not None
        texts = (fields.text("licence"), fields.text("note"), fields.text("place"))
        sources[name] = Source(name, fields.text("title"), fields.text("where"), at, *texts)
    return sources


def _changes(folder: Path) -> tuple[Change, ...]:
    file = "changes.toml"
    if not (folder / file).exists():
        return ()
    changes = []
    for version, record in read_toml(folder / file, file).items():
        fields = Fields.of(f"{file}: {version}", record, ("at", "what", "moves"))
        fields.need("at", "what", "moves")
        at = fields.day("at")
        assert at is not None
        changes.append(Change(version, at, fields.text("what"), fields.text("moves")))
    return tuple(changes)


def _axes(folder: Path) -> dict[str, Axis]:
    file = "axes.toml"
    axes = {}
    for name, record in read_toml(folder / file, file).items():
        where = f"{file}: {name}"
        if not isinstance(record, dict):
            refuse(where, f"{record!r}: [{name}.member] is wanted here")
        members = []
        for key, member in record.items():
            if key == "label":
                continue
            fields = Fields.of(f"{where}.{key}", member, ("label",))
            fields.need("label")
            members.append(Member(key, fields.text("label")))
        if not members:
            refuse(where, "has no members")
        axes[name] = Axis(name, Fields(where, record).text("label", name), tuple(members))
    return axes
