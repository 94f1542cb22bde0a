"""The table of primitives: the words of the formula language, with a column for each back end.

`python` and `numpy` are templates of source text; `excel` is a template of formula text, with how strongly the
result binds and how strongly each argument must bind to stand without parentheses. `units` says which unit the
result has. Adding a primitive is adding a row.

An error is a value everywhere: a primitive whose argument is an error yields that error. `where` alone looks at
no more than its condition and the branch that this condition chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from xlcost.model.expressions import Apply, Constant, Expression, Number
from xlcost.units import Unit, unit

PLAIN = unit("1")
Kind = Literal["number", "text", "condition"]


class UnitMismatch(Exception):
    """The units of a formula's arguments don't fit together."""


# A unit of None belongs to 0 and to `never`, which fit any unit.
Units = Sequence[Unit | None]
UnitRule = Callable[[Units, Sequence[Expression]], Unit | None]


def _alike(units: Units, _: Sequence[Expression]) -> Unit | None:
    known = [each for each in units if each is not None]
    for each in known[1:]:
        if each != known[0]:
            raise UnitMismatch(f"{known[0]} and {each} can't be added or compared")
    return known[0] if known else None


def _plain(units: Units, _: Sequence[Expression]) -> Unit | None:
    for each in units:
        if each is not None and not each.pure:
            raise UnitMismatch(f"a pure number is needed, not {each}")
    return PLAIN


def _product(units: Units, _: Sequence[Expression]) -> Unit | None:
    left, right = units
    return None if left is None or right is None else left * right


def _ratio(units: Units, _: Sequence[Expression]) -> Unit | None:
    over, under = units
    if under is None:
        raise UnitMismatch("the divisor is 0")
    return None if over is None else over / under


def _power(units: Units, arguments: Sequence[Expression]) -> Unit | None:
    base, exponent = units
    if exponent is not None and not exponent.pure:
        raise UnitMismatch(f"an exponent is a pure number, not {exponent}")
    if base is None or base.pure:
        return base
    match arguments[1]:
        case Number(value):
            return base ** Fraction(value)
        case Apply("divide", (Number(over), Number(under))):
            return base ** (Fraction(over) / Fraction(under))
        case Constant(value=value):
            return base ** Fraction(value).limit_denominator(12)
    raise UnitMismatch(f"{base} can be raised to a fraction of whole numbers only")


def _root(units: Units, _: Sequence[Expression]) -> Unit | None:
    return None if units[0] is None else units[0] ** Fraction(1, 2)


def _first(units: Units, _: Sequence[Expression]) -> Unit | None:
    return units[0]


def _second(units: Units, _: Sequence[Expression]) -> Unit | None:
    return units[1]


def _branches(units: Units, arguments: Sequence[Expression]) -> Unit | None:
    return _alike(units[1:], arguments)


def _comparison(units: Units, arguments: Sequence[Expression]) -> Unit | None:
    _alike(units, arguments)
    return PLAIN


@dataclass(frozen=True)
class Primitive:
    """One row of the table. `takes` gives the kind of each argument; with one entry and `many`, of all of them."""

    name: str
    takes: tuple[str, ...]
    gives: Kind | int  # or the place of the argument whose kind the result has
    python: str
    numpy: str
    excel: str
    units: UnitRule
    binds: int = 9
    needs: tuple[int, ...] = ()
    many: bool = False
    role: Literal["elementwise", "reduction", "scan"] = "elementwise"


def _operator(name: str, sign: str, binds: int, units: UnitRule, numpy: str = "", excel: str = "") -> Primitive:
    shape = f"{{0}} {sign} {{1}}"
    return Primitive(
        name,
        ("number", "number"),
        "number",
        shape,
        numpy or shape,
        excel or f"{{0}}{sign}{{1}}",
        units,
        binds,
        (binds, binds + 1),
    )


def _compare(name: str, sign: str, numpy: str, excel: str, takes: str = "number") -> Primitive:
    return Primitive(
        name,
        (takes, takes),
        "condition",
        f"{{0}} {sign} {{1}}",
        f"{numpy}({{0}}, {{1}})",
        f"{{0}}{excel}{{1}}",
        _comparison,
        1,
        (2, 2),
    )


def _function(name: str, takes: str, python: str, numpy: str, excel: str, units: UnitRule, **more: object) -> Primitive:
    return Primitive(name, tuple(takes.split()), "number", python, numpy, excel, units, **more)  # type: ignore[arg-type]


_LOOK_UP = "INDEX({0},{place})"  # the place of a key in its table is a cell of its own

PRIMITIVES = {
    row.name: row
    for row in [
        _operator("add", "+", 3, _alike),
        _operator("subtract", "-", 3, _alike),
        _operator("multiply", "*", 5, _product),
        _operator("divide", "/", 5, _ratio, numpy="divide({0}, {1})"),
        Primitive(
            "power", ("number", "number"), "number", "pow({0}, {1})", "power({0}, {1})", "{0}^{1}", _power, 7, (9, 9)
        ),
        Primitive("negative", ("number",), "number", "-{0}", "-{0}", "-{0}", _first, 4, (9,)),
        _compare("less", "<", "less", "<"),
        _compare("at_most", "<=", "at_most", "<="),
        _compare("greater", ">", "greater", ">"),
        _compare("at_least", ">=", "at_least", ">="),
        _compare("is_text", "==", "is_text", "=", takes="text"),
        _compare("is_not_text", "!=", "is_not_text", "<>", takes="text"),
        Primitive(
            "both", ("condition", "condition"), "condition", "{0} & {1}", "both({0}, {1})", "AND({0},{1})", _plain
        ),
        Primitive(
            "either", ("condition", "condition"), "condition", "{0} | {1}", "either({0}, {1})", "OR({0},{1})", _plain
        ),
        Primitive(
            "where",
            ("condition", "same", "same"),
            1,
            "{1} if {0} else {2}",
            "where({0}, {1}, {2})",
            "IF({0},{1},{2})",
            _branches,
        ),
        _function("minimum", "number", "min({all})", "minimum({all})", "MIN({all})", _alike, many=True),
        _function("maximum", "number", "max({all})", "maximum({all})", "MAX({all})", _alike, many=True),
        # A count that is a whole number but for rounding stays what it is: 0.07 * 100 is 7, and not 8.
        _function(
            "ceil",
            "number",
            "ceil({0} - TOLERANCE)",
            "ceil({0} - TOLERANCE)",
            "0-INT({tolerance}-{0})",
            _first,
            binds=3,
            needs=(4,),
        ),
        _function(
            "floor",
            "number",
            "floor({0} + TOLERANCE)",
            "floor({0} + TOLERANCE)",
            "INT({0}+{tolerance})",
            _first,
            needs=(3,),
        ),
        _function("exp", "number", "exp({0})", "exp({0})", "EXP({0})", _plain),
        _function("log", "number", "log({0})", "log({0})", "LN({0})", _plain),
        _function("sqrt", "number", "sqrt({0})", "sqrt({0})", "SQRT({0})", _root),
        # What is above the most that can be is refused: the root of less than nothing is #NUM!.
        _function(
            "up_to",
            "number number",
            "up_to({0}, {1})",
            "up_to({0}, {1})",
            "IF({0}>{1},SQRT({1}-{0}),{0})",
            _alike,
            needs=(4, 4),
        ),
        _function(
            "poisson_pmf",
            "number number",
            "poisson_pmf({0}, {1})",
            "poisson_pmf({0}, {1})",
            "POISSON({0},{1},FALSE)",
            _plain,
        ),
        _function(
            "poisson_cdf",
            "number number",
            "poisson_cdf({0}, {1})",
            "poisson_cdf({0}, {1})",
            "POISSON({0},{1},TRUE)",
            _plain,
        ),
        _function(
            "binom_cdf",
            "number number number",
            "binom_cdf({0}, {1}, {2})",
            "binom_cdf({0}, {1}, {2})",
            "BINOMDIST({0},{1},{2},TRUE)",
            _plain,
        ),
        _function("normal_inverse", "number", "normal_inverse({0})", "normal_inverse({0})", "NORMSINV({0})", _plain),
        # An empty cell of a table is unknown. INDEX alone would make it 0.
        Primitive(
            "lookup",
            ("column", "text"),
            0,
            "{0}[{1}]",
            "lookup({0}, {1})",
            f'IF({_LOOK_UP}="",NA(),{_LOOK_UP})',
            _first,
        ),
        Primitive(
            "lookup_or",
            ("column", "text", "number"),
            0,
            "{0}[{1}] if {1} in {0} else {2}",
            "lookup_or({0}, {1}, {2})",
            f'IF({_LOOK_UP}="",{{2}},{_LOOK_UP})',
            lambda units, arguments: _alike([units[0], units[2]], arguments),
        ),
        Primitive(
            "is_known",
            ("column", "text"),
            "condition",
            "{1} in {0}",
            "is_known({0}, {1})",
            f'{_LOOK_UP}<>""',
            lambda units, _: PLAIN,
            1,
        ),
        # And not an answer in words, such as never. T of an error is that error.
        Primitive(
            "is_number",
            ("number",),
            "condition",
            "type({0}) is not str",
            "is_number({0})",
            'T({0})=""',
            lambda units, _: PLAIN,
            1,
        ),
        _function("total", "row", "sum({0})", "total({0})", "SUM({0})", _first, role="reduction"),
        _function("largest", "row", "max({0})", "largest({0})", "MAX({0})", _first, role="reduction"),
        Primitive(
            "at",
            ("row", "same"),
            0,
            "{0}[{axis}[{1}]]",
            "at({0}, {axis}, {1})",
            "INDEX({0},MATCH({1},{axis},0))",
            _first,
            role="reduction",
        ),
        Primitive(
            "first_where",
            ("row", "row"),
            1,
            "first_where({0}, {1})",
            "first_where({0}, {1})",
            "INDEX({1},MATCH(1,{0},0))",
            _second,
            role="reduction",
        ),
        _function("running_total", "number", "{before} + {0}", "{before} + {0}", "{before}+{0}", _first, role="scan"),
        _function("previous", "cell", "{0}", "{0}", "{0}", _first, role="scan"),
    ]
}


def kinds_taken(expression: Apply) -> tuple[str, ...]:
    """What each argument of this use of a primitive has to be."""
    primitive = PRIMITIVES[expression.primitive]
    return primitive.takes * len(expression.arguments) if primitive.many else primitive.takes
