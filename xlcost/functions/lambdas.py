"""Views as named LAMBDAs: FT_ functions that Excel computes by itself, with nothing installed.

A LAMBDA says the same as the view: what is left out or empty takes its default, a value that isn't accepted gives the
same error, a model that isn't listed may be given by its parameters. It takes single values, not ranges. A view that
needs a quantity on an axis (months, roles), or whose text is too long for a formula, has none.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Mapping

from xlcost.functions.about import version
from xlcost.functions.views import Argument, View, views
from xlcost.model import graph
from xlcost.model.expressions import Apply, Column, Expression, Name, Text, walk
from xlcost.model.formulas import References, column_name, formula, key_name, text_literal
from xlcost.model.inputs import Input
from xlcost.model.primitives import PRIMITIVES

LONGEST = 8192  # characters of a formula
MOST_NAMES = 126  # of a LET
LARGEST_NUMBER = 1e300
EMPTY = text_literal("")

# A number out of bounds is #NUM!, what is no number or no choice is #VALUE!, an error is itself.
_WRONG = 'IF(ISERROR(_xlpm.x),_xlpm.x,VALUE("?"))'
_NUMBER = (
    "_xlfn.LAMBDA(_xlpm.x,_xlpm.default,_xlpm.least,_xlpm.most,_xlpm.step,IF(ISBLANK(_xlpm.x),_xlpm.default,"
    "IF(ISNUMBER(_xlpm.x),IF(AND(_xlpm.x>=_xlpm.least,_xlpm.x<=_xlpm.most,"
    f"_xlpm.x*_xlpm.step=INT(_xlpm.x*_xlpm.step)),_xlpm.x,SQRT(-1)),{_WRONG})))"
)
_CHOICE = (
    "_xlfn.LAMBDA(_xlpm.x,_xlpm.default,_xlpm.choices,IF(ISBLANK(_xlpm.x),_xlpm.default,"
    "IF(ISTEXT(_xlpm.x),IF(ISNUMBER(_xlfn.XMATCH(TRIM(_xlpm.x),_xlpm.choices)),"
    f'INDEX(_xlpm.choices,_xlfn.XMATCH(TRIM(_xlpm.x),_xlpm.choices)),VALUE("?")),{_WRONG})))'
)


@functools.cache
def lambdas() -> dict[str, str]:
    """The definitions by name: of what checks the arguments, of the version, and of every view that can be a LAMBDA."""
    tables = {each.input.table for view in views().values() for each in view.arguments if each.input.table}
    look_up = f"_xlfn.LAMBDA(_xlpm.column,_xlpm.place,{_look_up('_xlpm.column', '_xlpm.place')})"
    found = {
        "eng_number": _NUMBER,
        "eng_choice": _CHOICE,
        "eng_look_up": look_up,
        **{_taker(table): _key(table) for table in sorted(tables)},
    }
    found["FT_VERSION"] = f"_xlfn.LAMBDA(_xlop.inputs,{version():g})"
    for name, view in views().items():
        if (text := _definition(view)) and len(text) <= LONGEST:
            found[name] = text
    return found


def _taker(table: str) -> str:
    """The name of what takes a name of a table."""
    return f"eng_key_{table}"


def _key(table: str) -> str:
    """A key of a table by its name in any case, or by an alias. What isn't known is #N/A."""
    keys, aliases = key_name(table), graph().catalog.tables[table].aliases
    known = f"INDEX({keys},_xlfn.XMATCH(TRIM(_xlpm.x),{keys}))"
    if aliases:
        full = list(dict.fromkeys(aliases.values()))  # each once: with a name for every alias it would be too long
        places = (str(full.index(key) + 1) for key in aliases.values())
        place = f"INDEX({_listed(places)},_xlfn.XMATCH(TRIM(_xlpm.x),{_listed(map(text_literal, aliases))}))"
        other = f"INDEX({_listed(map(text_literal, full))},{place})"
        known = f"IF(ISNUMBER(_xlfn.XMATCH(TRIM(_xlpm.x),{keys})),{known},{other})"
    taken = f"IF(ISBLANK(_xlpm.x),_xlpm.default,IF(ISTEXT(_xlpm.x),{known},{_WRONG}))"
    return f"_xlfn.LAMBDA(_xlpm.x,_xlpm.default,{taken})"


def _listed(texts: Iterable[str]) -> str:
    return f"{{{','.join(texts)}}}"


def _definition(view: View) -> str | None:
    """The text of a view's LAMBDA, however long; None where the language has no words for it."""
    formulas = _formulas(view)
    required = [each.required for each in view.arguments]
    scalar = all(graph().axis_of[name] is None and _is_elementwise(each) for name, each in formulas.items())
    lines = _lines(view, formulas) if scalar else []
    if not lines or len(lines) > MOST_NAMES or required != sorted(required, reverse=True):
        return None
    parameters = [f"{'_xlpm' if each.required else '_xlop'}.{each.input.name}" for each in view.arguments]
    let = ",".join(f"_xlpm.{name},{text}" for name, text in lines)
    return f"_xlfn.LAMBDA({','.join(parameters)},_xlfn.LET({let},_xlpm.{lines[-1][0]}))"


def _formulas(view: View) -> dict[str, Expression]:
    """What is computed from the arguments, in order, without the branches that these can't lead to.

    A quantity that an argument may replace is among them.
    """
    given = [each.input.name for each in view.arguments if each.required or each.default is not None]
    texts = {each.name: each.default for each in graph().drivers.values()} | view.settled | view.settings
    known = {name: text for name, text in texts.items() if isinstance(text, str) and name not in view.names}
    quantities = graph().ancestry([view.quantity], [*view.settled, *given])
    folded = {each.name: _folded(each.formula, known) for each in quantities}
    needed, todo = set(), [view.quantity]
    while todo:
        name = todo.pop()
        if name in folded and name not in needed:
            needed.add(name)
            todo.extend(each.name for each in walk(folded[name]) if isinstance(each, Name))
    return {name: each for name, each in folded.items() if name in needed}


def _folded(expression: Expression, known: Mapping[str, str]) -> Expression:
    """The same with texts for the names that are known, and without the branches that they rule out."""
    if isinstance(expression, Name):
        return Text(known[expression.name]) if expression.name in known else expression
    if not isinstance(expression, Apply):
        return expression
    if expression.primitive == "where" and (chosen := _settles(expression.arguments[0], known)) is not None:
        return _folded(expression.arguments[1 if chosen else 2], known)
    if isinstance(expression.arguments[0], Column):  # the key of a table stays a name
        column, key, *others = expression.arguments
        return Apply(expression.primitive, (column, key, *(_folded(each, known) for each in others)))
    return Apply(expression.primitive, tuple(_folded(each, known) for each in expression.arguments))


def _settles(condition: Expression, known: Mapping[str, str]) -> bool | None:
    """Whether a condition holds, if known texts alone say so."""
    match condition:
        case Apply("is_text", (Name(name), Text(text))) if name in known:
            return known[name] == text
        case Apply("is_not_text", (Name(name), Text(text))) if name in known:
            return known[name] != text
        case Apply("both" | "either" as word, conditions):
            settled = [_settles(each, known) for each in conditions]
            if (decides := word == "either") in settled:
                return decides
            return None if None in settled else not decides
    return None


def _is_elementwise(expression: Expression) -> bool:
    applied = [each for each in walk(expression) if isinstance(each, Apply)]
    return all(PRIMITIVES[each.primitive].role == "elementwise" for each in applied)


def _lines(view: View, formulas: Mapping[str, Expression]) -> list[tuple[str, str]]:
    """The names of a LET, each with its formula, in order: arguments as accepted, then what follows from them."""
    lines: dict[str, str] = {}
    accepted: list[str] = []
    replaced = {each.input.name: each for each in view.arguments if each.input.name in formulas}
    by_params = {each.params.name: each for each in view.arguments if each.params}
    for each in view.arguments:
        if each.input.name not in replaced:
            lines[_accepted_name(each.input.name)] = _argument(each)
            accepted.append(f"_xlpm.{_accepted_name(each.input.name)}")
    for name, expression in formulas.items():
        for table, key in _look_ups(expression):
            lines.setdefault(f"at_{table}_{key}", f"MATCH({_value(view, key)},{key_name(table)},0)")
        text = _shorter(formula(expression, _references(view), name), expression)
        if name in replaced:
            given = f"{name}_given"
            lines[given] = _unless_omitted(replaced[name], EMPTY)
            accepted.append(f"_xlpm.{given}")
            lines[_accepted_name(name)] = (
                f"IF(_xlpm.{given}={EMPTY},{text},{_scaled(replaced[name], '_xlpm.' + given)})"
            )
        elif name in by_params:
            each = by_params[name]
            given = f"{_params(each)}*{_literal(each.scale)}"
            lines[name] = f"IF(ISNUMBER(_xlpm.{each.input.name}),{given},{text})"
        else:
            lines[name] = text
    # A wrong argument is an error also where nothing depends on it: joined, the first error comes through.
    lines["answer"] = f"IF(LEN({'&'.join(accepted)})<0,0,_xlpm.{view.quantity})"
    return list(lines.items())


def _look_ups(expression: Expression) -> Iterator[tuple[str, str]]:
    for each in walk(expression):
        match each:
            case Apply(_, (Column(table, _), Name(key), *_)):
                yield table, key


def _shorter(text: str, expression: Expression) -> str:
    """The same with each look-up by its own LAMBDA, or the longest functions would not fit a formula."""
    for each in walk(expression):
        match each:
            case Apply("lookup", (Column(table, column), Name(key))):
                names = (column_name(table, column), f"_xlpm.at_{table}_{key}")
                text = text.replace(_look_up(*names), f"eng_look_up({','.join(names)})")
    return text


def _look_up(column: str, place: str) -> str:
    return PRIMITIVES["lookup"].excel.format(column, place=place)


def _references(view: View) -> References:
    def none(*_: str) -> str:
        raise ValueError("a LAMBDA has no cells")

    return References(lambda name: _value(view, name), none, none, none, lambda table, key: f"_xlpm.at_{table}_{key}")


def _accepted_name(name: str) -> str:
    """The name of an argument once it is accepted."""
    return f"{name}_"


def _value(view: View, name: str) -> str:
    """A name in a formula: a variable, or the value that it has whatever the arguments are."""
    if name in view.names:
        return f"_xlpm.{_accepted_name(name)}"
    if name in view.settled:
        return _literal(view.settled[name])
    if name in graph().drivers:
        return _literal(view.settings.get(name, graph().drivers[name].default))
    return f"_xlpm.{name}"


def _literal(value: object) -> str:
    if isinstance(value, str):
        return text_literal(value)
    assert isinstance(value, float)
    text = repr(value).removesuffix(".0").upper().replace("E+", "E")
    return f"({text})" if value < 0 else text


def _argument(each: Argument) -> str:
    """An argument as the model takes it: the value, its default, or the error that a wrong one gives."""
    if each.required:
        return _scaled(each, _checked(each, 'VALUE("?")'))
    assert each.default is not None
    default = _literal(each.default / each.scale if isinstance(each.default, float) else each.default)
    return _scaled(each, _unless_omitted(each, default))


def _unless_omitted(each: Argument, default: str) -> str:
    """The value as it is typed, once it is accepted."""
    return f"IF(_xlfn.ISOMITTED(_xlpm.{each.input.name}),{default},{_checked(each, default)})"


def _checked(each: Argument, default: str) -> str:
    typed = f"_xlpm.{each.input.name}"
    if each.params:  # wrong parameters are an error of the model too
        named = f"{_taker(each.input.table or '')}({typed},{default})"
        return f'IF(ISNUMBER({typed}),IF(ISNUMBER({_params(each)}),"custom",{_params(each)}),{named})'
    if each.input.table:
        return f"{_taker(each.input.table)}({typed},{default})"
    if each.input.kind == "text":
        return f"eng_choice({typed},{default},{{{','.join(map(text_literal, each.input.choices))}}})"
    return _number(each.input, typed, default)


def _params(each: Argument) -> str:
    """The parameters that are given instead of a model, as they are typed."""
    assert each.params is not None
    return _number(each.params, f"_xlpm.{each.input.name}", EMPTY)


def _number(number: Input, typed: str, default: str) -> str:
    least = number.minimum if math.isfinite(number.minimum) else -LARGEST_NUMBER
    most = number.maximum if math.isfinite(number.maximum) else LARGEST_NUMBER
    step = 1.0 if number.whole else 0.0  # a whole number is a multiple of 1; any number times 0 is one too
    return f"eng_number({typed},{default},{_literal(least)},{_literal(most)},{_literal(step)})"


def _scaled(each: Argument, text: str) -> str:
    """In the unit of the model, from that in which it is typed."""
    return text if each.scale == 1 or each.input.kind == "text" else f"{text}*{_literal(each.scale)}"
