"""Read a formula: the one-expression body of a Python function becomes a tree.

A formula may use arithmetic, comparisons, the primitives of the table, named constants, catalogue columns
(`GPUS.tflops`), texts, small whole numbers, and undecorated helper functions written in the same language,
which are inlined where they are called. Everything else is refused here, with file, line and reason.
"""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import linecache
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import FunctionType

from xlcost.errors import XlcostError
from xlcost.model.expressions import Answer, Apply, Column, Constant, Expression, Name, Number, Table, Text, walk
from xlcost.model.primitives import PRIMITIVES, kinds_taken
from xlcost.units import Unit, unit

LARGEST_LITERAL = 4  # larger numbers have a meaning, and so a name

_BINARY = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
}
_COMPARISON = {
    ast.Lt: "less",
    ast.LtE: "at_most",
    ast.Gt: "greater",
    ast.GtE: "at_least",
    ast.Eq: "is_text",
    ast.NotEq: "is_not_text",
}


class ModelError(XlcostError):
    """A declaration of the model that can't stand. Seen at import, by whoever writes the model."""

    exit_code = 4


@dataclass(frozen=True)
class Quantity:
    """A named quantity: what it is called, its unit, and the formula that yields it.

    With `overridable`, somebody who knows better may give the value instead; `formula` is then what it is
    computed by where nobody does.
    """

    name: str
    label: str
    unit: Unit
    parameters: tuple[str, ...]
    formula: Expression
    stage: str
    doc: str
    where: str
    overridable: bool = False

    @property
    def summary(self) -> str:
        """The first line of the docstring: what the value is."""
        return self.doc.split("\n", 1)[0].strip()

    @cached_property
    def parts(self) -> tuple[Expression, ...]:
        """The formula and all that is in it, outermost first."""
        return tuple(walk(self.formula))

    @cached_property
    def reductions(self) -> tuple[Apply, ...]:
        """The uses of a whole row of an axis quantity in the formula, such as `total(monthly_cost)`."""
        return tuple(
            each for each in self.parts if isinstance(each, Apply) and PRIMITIVES[each.primitive].role == "reduction"
        )

    @cached_property
    def whole(self) -> frozenset[str]:
        """The names that the formula takes as a whole row."""
        return frozenset(name for each in self.reductions for name in rows_of(each))

    @cached_property
    def plain(self) -> frozenset[str]:
        """The names that it takes member by member."""
        return frozenset(_plain(self.formula))


def rows_of(reduction: Apply) -> tuple[str, ...]:
    """The names of the rows that a reduction is taken of."""
    kinds = zip(kinds_taken(reduction), reduction.arguments, strict=True)
    return tuple(argument.name for want, argument in kinds if want == "row" and isinstance(argument, Name))


def _plain(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Name):
        yield expression.name
    elif isinstance(expression, Apply):
        for want, argument in zip(kinds_taken(expression), expression.arguments, strict=True):
            if want != "row":
                yield from _plain(argument)


def quantity(label: str, unit_text: str, *, overridable: bool = False) -> Callable[[Callable[..., object]], Quantity]:
    """Declare a quantity. The function's name is its name, its parameters are what it is computed from."""

    def declare(function: Callable[..., object]) -> Quantity:
        assert isinstance(function, FunctionType)
        parameters, formula = read(function)
        return Quantity(
            function.__name__,
            label,
            unit(unit_text),
            parameters,
            formula,
            function.__module__.rpartition(".")[2],
            inspect.getdoc(function) or "",
            _place(function),
            overridable,
        )

    return declare


def read(function: FunctionType) -> tuple[tuple[str, ...], Expression]:
    """The parameters of a formula and its expression."""
    node = _definition(function)
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
        raise ModelError(f"{_place(function)}: parameters are plain names of quantities and drivers")
    parameters = tuple(argument.arg for argument in arguments.args)
    scope: dict[str, Expression] = {name: Name(name) for name in parameters}
    used: set[str] = set()
    expression = _Reader(function, scope, used).read(_body(function, node))
    if unused := [name for name in parameters if name not in used]:
        raise ModelError(f"{_place(function)}: {', '.join(unused)} is a parameter, but the formula doesn't use it")
    return parameters, expression


@functools.cache
def _definitions(filename: str) -> Mapping[int, ast.FunctionDef]:
    found = {}
    for node in _statements(ast.parse("".join(linecache.getlines(filename)))):
        if isinstance(node, ast.FunctionDef):
            found[min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])] = node
    return found


def _statements(within: ast.AST) -> Iterator[ast.stmt]:
    for each in ast.iter_child_nodes(within):
        if isinstance(each, ast.stmt):
            yield each
            yield from _statements(each)


def _definition(function: FunctionType) -> ast.FunctionDef:
    code = function.__code__
    node = _definitions(code.co_filename).get(code.co_firstlineno)
    if node is None:
        raise ModelError(f"{_place(function)}: its source can't be read")
    return node


def _place(function: FunctionType) -> str:
    return f"{Path(function.__code__.co_filename).name}:{function.__code__.co_firstlineno} {function.__name__}"


def _body(function: FunctionType, node: ast.FunctionDef) -> ast.expr:
    statements = node.body
    if isinstance(statements[0], ast.Expr) and isinstance(statements[0].value, ast.Constant):
        statements = statements[1:]
    if len(statements) != 1 or not isinstance(statements[0], ast.Return) or statements[0].value is None:
        raise ModelError(f"{_place(function)}: a formula is one `return` of one expression")
    return statements[0].value


@dataclass(frozen=True)
class _Reader:
    function: FunctionType
    scope: Mapping[str, Expression]
    used: set[str]

    def refuse(self, node: ast.AST, reason: str) -> ModelError:
        line = getattr(node, "lineno", self.function.__code__.co_firstlineno)
        file = Path(self.function.__code__.co_filename).name
        return ModelError(f"{file}:{line} {self.function.__name__}: {reason}")

    def read(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=bool() | None):
                raise self.refuse(node, f"{ast.unparse(node)} can't stand in a formula")
            case ast.Constant(value=int(number)):
                if number > LARGEST_LITERAL:
                    raise self.refuse(node, f"{number} needs a name: declare a constant or a driver")
                return Number(float(number))
            case ast.Constant(value=str(text)):
                return Text(text)
            case ast.Constant():
                raise self.refuse(node, f"{node.value!r} needs a name: declare a constant or a driver")
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.Attribute():
                return self.attribute(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Apply("negative", (self.read(operand),))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                return Apply(_BINARY[type(operator)], (self.read(left), self.read(right)))
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _COMPARISON:
                return Apply(_COMPARISON[type(operator)], (self.read(left), self.read(right)))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(node, name, arguments)
        raise self.refuse(node, f"`{ast.unparse(node)}` is not in the formula language")

    def name(self, node: ast.expr, name: str) -> Expression:
        if name in self.scope:
            self.used.add(name)
            return self.scope[name]
        value = self.function.__globals__.get(name)
        if isinstance(value, Constant):
            return replace(value, name=name)
        if isinstance(value, Answer):
            return value
        raise self.refuse(node, f"{name} is neither a parameter nor a named constant")

    def attribute(self, node: ast.Attribute) -> Column:
        if isinstance(node.value, ast.Name) and isinstance(
            table := self.function.__globals__.get(node.value.id), Table
        ):
            return Column(table.name, node.attr)
        raise self.refuse(node, f"`{ast.unparse(node)}` is not a column of a catalogue table")

    def call(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> Expression:
        values = tuple(self.read(argument) for argument in arguments)
        helper = self.function.__globals__.get(name)
        if name in PRIMITIVES and getattr(helper, "__module__", "") != self.function.__module__:
            return Apply(name, values)
        if isinstance(helper, FunctionType):
            return self.inline(node, helper, values)
        known = "a Python built-in" if hasattr(builtins, name) else "unknown"
        raise self.refuse(node, f"{name} is {known}: formulas call primitives and helpers in the same language")

    def inline(self, node: ast.expr, helper: FunctionType, values: tuple[Expression, ...]) -> Expression:
        definition = _definition(helper)
        names = [argument.arg for argument in definition.args.args]
        if len(names) != len(values):
            raise self.refuse(node, f"{helper.__name__} takes {len(names)} arguments, not {len(values)}")
        inner = _Reader(helper, dict(zip(names, values, strict=True)), set())
        return inner.read(_body(helper, definition))
