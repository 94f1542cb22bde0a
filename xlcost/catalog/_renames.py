"""What drivers were called in earlier versions."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xlcost.catalog._fields import Fields, read_toml, refuse

FILE = "renamed.toml"
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")


@dataclass(frozen=True)
class Rename:
    """What became of a name: another one, or nothing and why; and the first version without it."""

    old: str
    to: str | None
    why: str
    since: str


def read_renames(folder: Path) -> dict[str, Rename]:
    """The renames in a catalogue's folder, by the old name."""
    found = {}
    for old, record in read_toml(folder / FILE, FILE).items():
        where = f"{FILE}: {old}"
        fields = Fields.of(where, record, ("to", "why", "since"))
        fields.need("since")
        to, why, since = (fields.text(name) for name in ("to", "why", "since"))
        if bool(to) == bool(why):
            refuse(where, "either `to` with the new name, or `why` it is gone")
        if not _VERSION.fullmatch(since):
            refuse(where, f"since = {since!r}: a version is wanted here, like 0.2.0")
        found[old] = Rename(old, to or None, why, since)
    for old in found:
        _follow(old, found)
    return found


def renamed(name: str, renames: Mapping[str, Rename]) -> Rename | None:
    """What became of a name through all versions; None if nothing did. A member goes where its driver went."""
    driver, dot, member = name.partition(".")
    for known, rest in ((name, ""), (driver, dot + member)):
        if known in renames:
            last = _follow(known, renames)
            return Rename(name, last.to and last.to + rest, last.why, last.since)
    return None


def _follow(name: str, renames: Mapping[str, Rename]) -> Rename:
    passed = [name]
    while (to := renames[passed[-1]].to) is not None and to in renames:
        if to in passed:
            refuse(f"{FILE}: {name}", f"goes round in a circle: {' -> '.join([*passed, to])}")
        passed.append(to)
    return renames[passed[-1]]


@functools.cache
def shipped_renames() -> dict[str, Rename]:
    """The renames that come with xlcost."""
    return read_renames(Path(__file__).parent)
