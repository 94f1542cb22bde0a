"""A case: what somebody knows better than the catalogue. Whatever it doesn't say is the default."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from xlcost.catalog import nearest
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph
from xlcost.model.inputs import Input, Refused, Scalar, complete, inputs_of

RESERVED = ("name", "about")


@dataclass(frozen=True)
class Given:
    """A value of a case, where it is from, and how low and how high it may be, if the case says so."""

    value: Scalar
    source: str = ""
    at: date | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Case:
    """Values for some of the inputs, checked. Build one with `Case.of` or `Case.read`."""

    name: str = "Base"
    about: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.name, self.about, frozenset(self.given.items())))

    @classmethod
    def of(cls, values: Mapping[str, object] | None = None, *, name: str = "Base", about: str = "") -> Case:
        """A case from values by name: `Case.of({"gpu_price": 3.1, "role_hires": {"ml_engineer": 2}})`.

        A value may be `{"value": 3.1, "source": "quote 4711", "at": date(2026, 10, 1), "low": 2.8, "high": 3.5}`.
        Raises XlcostError for an unknown name and for a value that is not accepted.
        """
        given: dict[str, Given] = {}
        for key, value in (values or {}).items():
            _take(key, value, given)
        return cls(name, about, given)

    @classmethod
    def read(cls, path: str | Path) -> Case:
        """A case from a TOML file."""
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as trouble:
            raise XlcostError(f"{path}: can't be read as a case file: {trouble}") from None
        return cls.parse(text, str(path), path.stem)

    @classmethod
    def parse(cls, text: str, where: str, name: str = "Base") -> Case:
        """A case from TOML text; `where` is what a refusal calls it."""
        try:
            values = tomllib.loads(text)
        except (ValueError, RecursionError) as trouble:  # also a number of thousands of digits, nesting without end
            raise XlcostError(f"{where}: not TOML: {trouble}") from None
        for key in RESERVED:
            if not isinstance(values.get(key, ""), str):
                raise XlcostError(f"{where}: {key} = {values[key]!r}: a text is wanted")
        title, about = values.pop("name", name), values.pop("about", "")
        try:
            return cls.of(values, name=title, about=about)
        except Refused as refused:
            raise Refused(f"{where}: {refused}{_line_of(text, values)}", refused.error) from None
        except XlcostError as refused:
            raise XlcostError(f"{where}: {refused}{_line_of(text, values)}") from None

    def with_values(self, values: Mapping[str, object]) -> Case:
        """The same case with some values changed."""
        return Case(self.name, self.about, {**self.given, **Case.of(values).given})

    @classmethod
    def shipped(cls) -> dict[str, Case]:
        """The what-if cases that come with xlcost, by name."""
        folder = resources.files("xlcost.catalog") / "cases"
        files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
        cases = [cls.parse(each.read_text("utf-8"), each.name) for each in files]
        return {case.name: case for case in cases}

    @property
    def values(self) -> dict[str, Scalar]:
        """The given values by name."""
        return {name: given.value for name, given in self.given.items()}

    def complete_flat(self) -> dict[str, Scalar]:
        """The value of every input that has one, by name, with defaults for what the case doesn't give."""
        defaults = {name: each.default for name, each in known_inputs().items() if each.default is not None}
        return {**defaults, **self.values}

    def complete(self) -> dict[str, Any]:
        """All that the model needs, with defaults for what the case doesn't give."""
        return complete(graph(), known_inputs(), self.values)


@functools.cache
def known_inputs() -> dict[str, Input]:
    """Every input of the cost model by name."""
    return inputs_of(graph())


def known_input(name: str) -> Input:
    """The input of this name, whatever its case. Raises Refused with the nearest names."""
    known = known_inputs()
    if (found := known.get(name) or known.get(name.strip().lower())) is not None:
        return found
    members = [each for each in known if each.partition(".")[0] == name.strip().lower()]
    if members:
        raise Refused(f"{name!r} has a value for each of {', '.join(members)}: name one", CellError.VALUE)
    near = nearest(name, known)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `xlcost drivers` lists all"
    raise Refused(f"{name!r} is not a driver{hint}", CellError.VALUE)


def _line_of(text: str, values: Mapping[str, object]) -> str:
    """The line of a case file with the first value that is refused by itself, to be put behind the refusal."""
    for key, value in values.items():
        try:
            Case.of({key: value})
        except XlcostError:
            written = re.compile(rf"""\s*\[?\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
            lines = (number for number, line in enumerate(text.splitlines(), 1) if written.match(line))
            if (number := next(lines, None)) is not None:
                return f" (line {number})"
            break
    return ""


def _take(key: str, value: object, given: dict[str, Given]) -> None:
    if isinstance(value, Mapping) and "value" not in value:
        if not value:
            raise XlcostError(f"{known_input(key).name} has no value")
        for member, each in value.items():
            _take(f"{key}.{member}", each, given)
        return
    each = known_input(key)
    if each.name in given:
        raise XlcostError(f"{each.name} is given twice")
    if isinstance(value, Mapping):
        if unknown := [field for field in value if field not in ("value", "source", "at", "low", "high")]:
            raise XlcostError(
                f"{key}.{unknown[0]}: a value has `value`, `source` and `at`, and may have `low` and `high`"
            )
        source, at = value.get("source", ""), value.get("at")
        if not isinstance(source, str):
            raise XlcostError(f"{key}.source = {source!r}: a text is wanted")
        if at is not None and type(at) is not date:
            raise XlcostError(f"{key}.at = {at!r}: a date is wanted, such as 2026-10-01")
        taken = each.accept(value["value"], graph())
        given[each.name] = Given(taken, source, at, *_range(each, taken, value))
    else:
        given[each.name] = Given(each.accept(value, graph()))


def _range(each: Input, taken: Scalar, value: Mapping[str, object]) -> tuple[float | None, float | None]:
    """The low and the high that a case gives with a value: both, or neither."""
    if "low" not in value and "high" not in value:
        return None, None
    if each.kind == "text":
        raise XlcostError(f"{each.name}: a text has no low and no high")
    if "low" not in value or "high" not in value:
        raise XlcostError(f"{each.name}: a range has both `low` and `high`")
    low, high = each.accept(value["low"], graph()), each.accept(value["high"], graph())
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert isinstance(taken, float)
    if not low <= taken <= high:
        raise XlcostError(f"{each.name} = {taken:.12g} lies outside of its own range, {low:.12g} to {high:.12g}")
    return low, high
