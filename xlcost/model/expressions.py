"""What a formula is made of, once it has been read: a small tree that every back end walks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlcost.units import Unit, unit


@dataclass(frozen=True, slots=True)
class Number:
    """A small whole number that belongs to the mathematics."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """One of the choices of a text driver."""

    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is not a number, and not an error either: never."""

    text: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number with a name, a unit and a reason. The name is that of the module variable that holds it."""

    label: str
    value: float
    unit: Unit
    source: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a catalogue table, to look a value up in."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Name:
    """Another quantity, a driver, or the coordinate of an axis."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A primitive and its arguments."""

    primitive: str
    arguments: tuple[Expression, ...]


Expression = Number | Text | Answer | Constant | Column | Name | Apply


@dataclass(frozen=True, slots=True)
class Table:
    """A catalogue table as formulas see it: `GPUS.tflops` is its column of that name."""

    name: str

    def __getattr__(self, column: str) -> Column:
        if column.startswith("__"):
            raise AttributeError(column)
        return Column(self.name, column)


def constant(label: str, value: float, unit_text: str, source: str = "definition") -> Constant:
    """Declare a named constant; it gets its name from the variable that holds it."""
    return Constant(label, float(value), unit(unit_text), source)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all that is in it, outermost first."""
    yield expression
    if isinstance(expression, Apply):
        for argument in expression.arguments:
            yield from walk(argument)
