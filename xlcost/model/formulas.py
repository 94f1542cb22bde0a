"""The Excel back end: a quantity as a native formula over cell references.

Where the cells are is not known here: the caller says how a name is referred to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xlcost.model.expressions import Answer, Apply, Column, Constant, Expression, Name, Number, Text
from xlcost.model.primitives import PRIMITIVES, kinds_taken

_ATOM = 9  # binds more strongly than any operator


@dataclass(frozen=True)
class References:
    """How names are written in the cell that a formula stands in."""

    cell: Callable[[str], str]  # a value: of the same case, and of the same member where it lies on an axis
    row: Callable[[str], str]  # all members of a quantity on an axis
    before: Callable[[str], str]  # the value of the member before
    axis: Callable[[str], str]  # the coordinates of the axis that a quantity lies on
    place: Callable[[str, str], str]  # where a table has the row that a name is the key of


def constant_name(name: str) -> str:
    """The defined name of a constant."""
    return f"con_{name.lower()}"


def column_name(table: str, column: str) -> str:
    """The defined name of a column of a catalogue table."""
    return f"tbl_{table}_{column}"


def key_name(table: str) -> str:
    """The defined name of the keys of a catalogue table."""
    return f"tbl_{table}_key"


def text_literal(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def formula(expression: Expression, references: References, own: str = "") -> str:
    """The formula text, without the equals sign. `own` is the name of the quantity that it yields."""
    return _text(expression, references, own)[0]


def _text(expression: Expression, references: References, own: str) -> tuple[str, int]:
    match expression:
        case Number(value):
            return f"{value:g}", _ATOM
        case Text(text) | Answer(text):
            return text_literal(text), _ATOM
        case Constant():
            return constant_name(expression.name), _ATOM
        case Column(table, column):
            return column_name(table, column), _ATOM
        case Name(name):
            return references.cell(name), _ATOM
        case Apply():
            return _apply(expression, references, own)


def _apply(expression: Apply, references: References, own: str) -> tuple[str, int]:
    primitive = PRIMITIVES[expression.primitive]
    texts: list[str] = []
    more = {"tolerance": constant_name("ROUNDING_TOLERANCE")}
    for place, (want, argument) in enumerate(zip(kinds_taken(expression), expression.arguments, strict=True)):
        if want == "row" and isinstance(argument, Name):
            texts.append(references.row(argument.name))
            if "{axis}" in primitive.excel:
                more["axis"] = references.axis(argument.name)
        elif want == "cell" and isinstance(argument, Name):
            texts.append(references.before(argument.name))
        else:
            text, binds = _text(argument, references, own)
            needed = primitive.needs[place] if place < len(primitive.needs) else 0
            texts.append(f"({text})" if binds < needed else text)
    match expression.arguments:
        case (Column(table, _), Name(key), *_):
            more["place"] = references.place(table, key)
    if "{before}" in primitive.excel:
        more["before"] = references.before(own)
    return primitive.excel.format(*texts, all=",".join(texts), **more), primitive.binds
