"""Reading TOML, and the checks that every kind of record shares.

A refusal says in which file, of what, which value, and what would be right.
"""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn, get_args

from xlcost.catalog._records import Source, Status, did_you_mean
from xlcost.errors import XlcostError
from xlcost.units import Unit, unit

STATUSES: tuple[Status, ...] = get_args(Status)
WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def refuse(where: str, problem: str) -> NoReturn:
    """Raise it, in one printable line whatever the file holds."""
    line = f"{where}: {problem}"
    raise XlcostError("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line))


def read_toml(path: Path, file: str) -> dict[str, object]:
    """A file's tables; `file` is the name to use in a refusal."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        refuse(file, f"not valid TOML: {error}")
    except UnicodeDecodeError as error:
        refuse(file, f"not UTF-8 text: byte {error.start} is 0x{error.object[error.start]:02x}")
    except OSError as error:
        refuse(file, f"can't be read: {error.strerror}")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, nesting without end
        refuse(file, f"not valid TOML: {error}")


def known_unit(where: str, text: str) -> Unit:
    """The unit that a text names. Refuses an unknown one."""
    try:
        return _unit(text)
    except XlcostError as error:
        refuse(where, str(error))


_unit = functools.cache(unit)


def known_status(where: str, text: str, source: str | None, sources: Mapping[str, Source]) -> Status:
    """The status, if it agrees with the source that stands beside it."""
    if source is not None and source not in sources:
        refuse(where, f"source = {source!r} isn't in sources.toml{did_you_mean(source, sources)}")
    for status in STATUSES:
        if text == status:
            if source is not None and status == "placeholder":
                refuse(where, f"source = {source!r}: a placeholder has none; is it an estimate?")
            return status
    refuse(where, f"status = {text!r}: one of {', '.join(STATUSES)}")


def place_in(where: str, text: str, source: str | None, sources: Mapping[str, Source]) -> str:
    """Where in its source a figure stands: as it says, or as the source says of all that is from it."""
    if source is None:
        if text:
            refuse(where, f"where = {text!r}, but no source that it is in")
        return ""
    place = text or sources[source].place
    if not place:
        refuse(where, f"where in {source!r} is it? `where` is wanted, or for all of the source `place` in sources.toml")
    return place


def finite(where: str, value: object) -> float:
    """A TOML number, as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(where, f"{value!r}: a number is wanted here")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        refuse(where, f"{value!r}: a finite number is wanted here"[:200])
    return number + 0.0  # -0.0 becomes 0.0


@dataclass(frozen=True)
class Fields:
    """The fields of one TOML record."""

    where: str
    values: Mapping[str, object]

    @staticmethod
    def of(where: str, record: object, known: Collection[str]) -> Fields:
        if not isinstance(record, dict):
            refuse(where, f"{record!r}: a table of fields is wanted here, [{where.split(': ')[-1]}]")
        for name in record:
            if name not in known:
                refuse(where, f"{name!r} is not a field{did_you_mean(name, known)}")
        return Fields(where, record)

    def need(self, *names: str) -> None:
        for name in names:
            if name not in self.values:
                refuse(self.where, f"{name} is missing")

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            refuse(self.where, f"{name} = {value!r}: a text is wanted here, in quotes")
        if name in self.values and not value.strip():
            refuse(self.where, f"{name} is empty; leave it out or fill it in")
        return value

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            refuse(self.where, f"{name} = {value!r}: true or false")
        return value

    def number(self, name: str) -> float | None:
        return finite(f"{self.where}: {name}", self.values[name]) if name in self.values else None

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            refuse(self.where, f"{name} = {value!r}: a date without quotes is wanted here, like 2026-10-01")
        return value

    def one_of(self, name: str, known: Collection[str]) -> str:
        """A text that must be one of the known; '' if it isn't given."""
        value = self.text(name)
        if value and value not in known:
            refuse(self.where, f"{name} = {value!r} is unknown{did_you_mean(value, known)}")
        return value
