"""Primitives, one by one, on edge values: each back end must mean the same by a word of the language."""

import math

import pytest
from small_graphs import of, small_graph

from xlcost.errors import CellError
from xlcost.model import arrays
from xlcost.model.evaluation import Evaluation
from xlcost.model.primitives import PRIMITIVES

np = pytest.importorskip("numpy")

NA, DIV0, NUM, VALUE = CellError.NA, CellError.DIV0, CellError.NUM, CellError.VALUE


def over_steps(formula, parameters="a"):
    """A row along `step` made from the scalars, and a formula of it."""
    return f"""
@quantity("Row", "1")
def row(a, b, step):
    return where(step < 1, a, step * b)
@quantity("Result", "1")
def result({parameters}):
    return {formula}
"""


# For each primitive: the formula, its parameters, and what comes of which arguments.
CASES = {
    "add": ("a + b", "a, b", {(0.1, 0.2): 0.1 + 0.2, (1e308, 1e308): NUM, (NA, 1.0): NA, (1.0, NA): NA,
                              (DIV0, NA): DIV0}),
    "subtract": ("a - b", "a, b", {(1.0, 1.0): 0.0, (-1e308, 1e308): NUM, (NUM, DIV0): NUM, (1.0, DIV0): DIV0}),
    "multiply": ("a * b", "a, b", {(0.0, 5.0): 0.0, (1e200, 1e200): NUM, (0.0, NA): NA, (1e-200, 1e-200): 0.0}),
    "divide": ("a / b", "a, b", {(1.0, 4.0): 0.25, (1.0, 0.0): DIV0, (0.0, 0.0): DIV0, (NA, 0.0): NA, (0.0, 3.0): 0.0}),
    "power": (
        "a ** b", "a, b",
        {(2.0, 10.0): 1024.0, (4.0, 0.5): 2.0, (0.0, 3.0): 0.0, (-8.0, 3.0): -512.0, (-8.0, 0.5): NUM,
         (10.0, 400.0): NUM,
         (2.0, -2.0): 0.25, (7.0, 0.0): 1.0, (NA, 0.0): NA},
    ),
    "negative": ("-a", "a", {(3.0,): -3.0, (0.0,): 0.0, (NA,): NA}),
    "less": ("where(a < b, 1, 0)", "a, b", {(1.0, 2.0): 1.0, (2.0, 2.0): 0.0, (NA, 2.0): NA, (2.0, DIV0): DIV0}),
    "at_most": ("where(a <= b, 1, 0)", "a, b", {(2.0, 2.0): 1.0, (3.0, 2.0): 0.0, (NA, DIV0): NA}),
    "greater": ("where(a > b, 1, 0)", "a, b", {(2.0, 1.0): 1.0, (2.0, 2.0): 0.0, (0.0, NA): NA}),
    "at_least": ("where(a >= b, 1, 0)", "a, b", {(2.0, 2.0): 1.0, (1.0, 2.0): 0.0, (NUM, 0.0): NUM}),
    "is_text": ("where(route == 'road', 1, 0)", "route", {("road",): 1.0, ("rail",): 0.0, (NA,): NA}),
    "is_not_text": ("where(route != 'road', 1, 0)", "route", {("road",): 0.0, ("rail",): 1.0, (NA,): NA}),
    "both": (
        "where(both(a > 0, b > 0), 1, 0)", "a, b",
        {(1.0, 1.0): 1.0, (1.0, 0.0): 0.0, (0.0, 1.0): 0.0, (0.0, 0.0): 0.0, (0.0, NA): NA, (NA, 0.0): NA,
         (NUM, NA): NUM},
    ),
    "either": (
        "where(either(a > 0, b > 0), 1, 0)", "a, b",
        {(1.0, 1.0): 1.0, (1.0, 0.0): 1.0, (0.0, 1.0): 1.0, (0.0, 0.0): 0.0, (1.0, NA): NA, (NA, 1.0): NA},
    ),
    "where": (
        "where(a > 0, b, c)", "a, b, c",
        {(1.0, 2.0, 3.0): 2.0, (0.0, 2.0, 3.0): 3.0, (1.0, 2.0, NA): 2.0, (0.0, NA, 3.0): 3.0, (1.0, NA, 3.0): NA,
         (DIV0, NA, 3.0): DIV0},
    ),
    "minimum": ("minimum(a, b, c)", "a, b, c", {(3.0, 1.0, 2.0): 1.0, (-1.0, 0.0, 5.0): -1.0, (1.0, NA, DIV0): NA,
                                                (1.0, 2.0, NUM): NUM}),
    "maximum": ("maximum(a, b)", "a, b", {(3.0, 1.0): 3.0, (-1.0, 0.0): 0.0, (NA, 1e300): NA, (1e300, NA): NA}),
    "ceil": (
        "ceil(a)", "a",
        {(7.0,): 7.0, (7.000000000000001,): 7.0, (7 + 9e-10,): 7.0, (7 + 2e-9,): 8.0, (6.999999999,): 7.0, (0.0,): 0.0,
         (1e-10,): 0.0, (-0.5,): 0.0, (-1.5,): -1.0, (1e15,): 1e15, (NA,): NA},
    ),
    "floor": (
        "floor(a)", "a",
        {(7.0,): 7.0, (6.999999999999999,): 7.0, (7 - 9e-10,): 7.0, (7 - 2e-9,): 6.0, (7.5,): 7.0, (-0.5,): -1.0,
         (-1e-10,): 0.0, (1e15,): 1e15, (NA,): NA},
    ),
    "exp": ("exp(a)", "a", {(0.0,): 1.0, (1.0,): math.e, (-1000.0,): 0.0, (1000.0,): NUM, (NA,): NA}),
    "log": ("log(a)", "a", {(1.0,): 0.0, (math.e,): 1.0, (0.0,): NUM, (-1.0,): NUM, (NA,): NA}),
    "sqrt": ("sqrt(a)", "a", {(4.0,): 2.0, (0.0,): 0.0, (-1.0,): NUM, (NA,): NA}),
    "up_to": (
        "up_to(a, b)", "a, b",
        {(0.4, 1.0): 0.4, (1.0, 1.0): 1.0, (1.1, 1.0): NUM, (0.0, 1.0): 0.0, (-2.0, 1.0): -2.0, (NA, 1.0): NA,
         (1.0, DIV0): DIV0},
    ),
    "poisson_pmf": (
        "poisson_pmf(a, b)", "a, b",
        {(0.0, 0.0): 1.0, (1.0, 0.0): 0.0, (0.0, 2.0): math.exp(-2), (2.0, 2.0): 2 * math.exp(-2),
         (2.9, 2.0): 2 * math.exp(-2),
         (-1.0, 2.0): NUM, (1.0, -2.0): NUM, (0.0, 800.0): 0.0, (NA, 1.0): NA, (1.0, DIV0): DIV0},
    ),
    "poisson_cdf": (
        "poisson_cdf(a, b)", "a, b",
        {(0.0, 0.0): 1.0, (3.0, 0.0): 1.0, (0.0, 2.0): math.exp(-2), (2.0, 2.0): 5 * math.exp(-2),
         (2.9, 2.0): 5 * math.exp(-2),
         (1000.0, 1.0): 1.0, (1.0, 800.0): 0.0, (-1.0, 2.0): NUM, (1.0, -2.0): NUM, (NA, 1.0): NA},
    ),
    "binom_cdf": (
        "binom_cdf(a, b, c)", "a, b, c",
        {(1.0, 3.0, 0.15): 0.93925, (0.0, 3.0, 0.5): 0.125, (3.0, 3.0, 0.5): 1.0, (1.0, 3.0, 0.0): 1.0,
         (1.0, 3.0, 1.0): 0.0,
         (1.5, 3.9, 0.15): 0.93925, (4.0, 3.0, 0.5): NUM, (-1.0, 3.0, 0.5): NUM, (1.0, 3.0, 1.5): NUM,
         (1.0, 3.0, -0.5): NUM,
         (1.0, NA, 0.5): NA},
    ),
    "normal_inverse": (
        "normal_inverse(a)", "a",
        {(0.5,): 0.0, (0.975,): 1.959963984540054, (1e-12,): -7.034483825301131, (0.0,): NUM, (1.0,): NUM,
         (-0.5,): NUM, (NA,): NA},
    ),
    "lookup": (
        "lookup(SHOP.price, thing)", "thing",
        {("Pen",): 2.0, ("Nib",): 0.0, ("Ink",): NA, ("Pencil",): NA, (DIV0,): DIV0},
    ),
    "lookup_or": (
        "lookup_or(SHOP.price, thing, 1 / a)", "thing, a",
        {("Pen", 0.0): 2.0, ("Nib", 0.0): 0.0, ("Ink", 4.0): 0.25, ("Ink", 0.0): DIV0, (NUM, 4.0): NUM},
    ),
    "is_known": (
        "where(is_known(SHOP.price, thing), 1, 0)", "thing",
        {("Pen",): 1.0, ("Nib",): 1.0, ("Ink",): 0.0, (DIV0,): DIV0},
    ),
    "is_number": (
        "where(is_number(where(a > 0, a, NEVER)), 1, 0)", "a",
        {(2.0,): 1.0, (0.0,): 0.0, (1e300,): 1.0, (DIV0,): DIV0},
    ),
    # The row is a, b, 2b, 3b, 4b.
    "total": (over_steps("total(row)", "row"), "a, b", {(5.0, 1.0): 15.0, (1e17, -1e16): 0.0, (NA, 1.0): NA}),
    "largest": (over_steps("largest(row)", "row"), "a, b", {(5.0, 1.0): 5.0, (-5.0, -1.0): -1.0, (0.0, NA): NA}),
    "at": (
        over_steps("at(row, c)", "row, c"), "a, b, c",
        {(7.0, 1.0, 0.0): 7.0, (7.0, 1.0, 4.0): 4.0, (7.0, 1.0, 5.0): NA, (7.0, 1.0, -1.0): NA, (7.0, 1.0, 1.5): NA,
         (7.0, 1.0, DIV0): DIV0, (NUM, 1.0, 1.0): 1.0, (NUM, 1.0, 0.0): NUM},
    ),
    "first_where": (
        over_steps("first_where(row, step)", "row, step"), "a, b",
        {(1.0, 1.0): 0.0, (0.0, 1.0): 1.0, (0.0, 0.5): 2.0, (0.0, 0.3): NA, (NA, 0.25): 4.0},
    ),
    "running_total": (over_steps("running_total(row)", "row"), "a, b", {(5.0, 1.0): [5.0, 6.0, 8.0, 11.0, 15.0],
    (NA, 1.0): [NA] * 5}),
    "previous": (over_steps("row - previous(row)", "row"), "a, b", {(5.0, 1.0): [5.0, -4.0, 1.0, 1.0, 1.0],
    (NA, 1.0): [NA, NA, 1.0, 1.0, 1.0]}),
}  # fmt: skip

EACH = [(name, arguments) for name, (_, _, cases) in CASES.items() for arguments in cases]


def graph_of(name):
    formula, parameters, _ = CASES[name]
    return small_graph(formula) if "\n" in formula else of(formula, parameters)


GRAPHS = {name: graph_of(name) for name in CASES}


def test_every_primitive_has_its_cases():
    assert set(CASES) == set(PRIMITIVES)
    for name in CASES:
        assert any(name == getattr(each, "primitive", "") for each in _parts(GRAPHS[name].quantities["result"].formula))


def _parts(expression):
    from xlcost.model.expressions import walk

    return walk(expression)


def parameters_of(name):
    return tuple(CASES[name][1].replace(",", "").split())


def same(found, wanted):
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, (CellError, str)):
        return found is wanted or found == wanted
    return isinstance(found, float) and math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-15)


@pytest.mark.parametrize(("name", "arguments"), EACH)
def test_in_python(name, arguments):
    wanted = CASES[name][2][arguments]
    evaluation = Evaluation(GRAPHS[name], ("result",), parameters_of(name), (), {})
    assert same(evaluation(*arguments)[0], wanted)
    assert same(evaluation.carefully(*arguments)[0], wanted)


def from_error(value):
    """What an array holds where a cell shows this value. An overflow is infinite there, as `never` is."""
    if isinstance(value, list):
        return [from_error(each) for each in value]
    return math.nan if isinstance(value, CellError) else value


def agrees(found, wanted, overflow):
    if math.isnan(wanted):
        return math.isnan(found) or (overflow and math.isinf(found))
    return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-15)


TEXTS = {"route", "thing"}


def array_argument(parameter, value):
    if isinstance(value, CellError):
        return "#N/A" if parameter in TEXTS else math.nan
    return value


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("repeat", [1, 2, 5])
def test_in_arrays(name, repeat):
    """All cases of a primitive as one batch, and each as plain numbers."""
    _, _, cases = CASES[name]
    parameters = parameters_of(name)
    function = arrays.compiled(GRAPHS[name], ["result"], parameters)
    table = [[array_argument(p, v) for p, v in zip(parameters, given, strict=True)] for given in cases] * repeat
    wanted = [from_error(value) for value in cases.values()] * repeat
    overflows = [value is NUM for value in cases.values()] * repeat
    batch = function({p: np.array(column) for p, column in zip(parameters, zip(*table, strict=True), strict=True)})[
        "result"
    ]
    assert np.shape(batch)[0] == len(wanted)
    for given, found, expected, overflow in zip(table, batch, wanted, overflows, strict=True):
        single = function(dict(zip(parameters, given, strict=True)))["result"]
        for each in (found, single):
            pairs = zip(np.atleast_1d(each), np.atleast_1d(expected), strict=True)
            assert all(agrees(one, other, overflow) for one, other in pairs), (name, given, each, expected)


def test_the_first_error_from_the_left_is_the_one_that_shows():
    small = of("a * b + c / d", "a, b, c, d")
    evaluation = Evaluation(small, ("result",), ("a", "b", "c", "d"), (), {})
    assert evaluation(1.0, NA, 1.0, 0.0) == [NA]
    assert evaluation(1.0, 1.0, 1.0, 0.0) == [DIV0]
    assert evaluation(1.0, 1.0, NUM, 0.0) == [NUM]
    assert evaluation(DIV0, NA, NUM, VALUE) == [DIV0]


def test_a_text_where_a_number_belongs_is_an_error_of_value():
    assert Evaluation(of("a * 2 + b", "a, b"), ("result",), ("a", "b"), (), {})("x", 1.0) == [VALUE]


def test_never_is_a_text_in_python_and_infinite_in_arrays():
    small = of("where(a > 0, a, NEVER)", "a")
    assert Evaluation(small, ("result",), ("a",), (), {})(0.0) == ("never",)
    assert Evaluation(small, ("result",), ("a",), (), {}).carefully(0.0) == ["never"]
    assert arrays.compiled(small, ["result"], ["a"])({"a": np.array([0.0, 2.0])})["result"].tolist() == [math.inf, 2.0]


def test_a_branch_that_is_not_chosen_is_not_computed_for_the_loop_either():
    small = small_graph(
        '@quantity("R", "1")\ndef result(a, b, step):\n    return where(step < 0, exp(a / b), step * a)\n'
    )
    evaluation = Evaluation(small, ("result",), ("a", "b"), (), {})
    assert evaluation.straight(2.0, 0.0) == ([0.0, 2.0, 4.0, 6.0, 8.0],)


def test_an_overflow_within_a_row_is_an_error():
    """Straight-line code yields infinity there without raising."""
    small = small_graph(over_steps("a * row * row", "a, row"))
    found = Evaluation(small, ("result",), ("a", "b"), (), {})(2.0**500, 1.0)
    assert found[0] == [NUM, *(2.0**500 * step * step for step in range(1, 5))]


def test_an_unknown_text_that_is_looked_up_stays_unknown():
    source = (
        'SHOP = Table("shop")\n@quantity("Maker", "text")\ndef maker(thing):\n    return lookup(SHOP.maker, thing)\n'
        '@quantity("R", "1")\ndef result(maker, a):\n    return where(maker == "Bic", a, 0)\n'
    )
    small = small_graph(source)
    evaluation = Evaluation(small, ("maker", "result"), ("thing", "a"), (), {})
    assert list(evaluation("Pen", 3.0)) == ["Bic", 3.0]
    assert list(evaluation("Ink", 3.0)) == ["Parker", 0.0]
    assert list(evaluation("Nib", 3.0)) == [NA, NA]
    found = arrays.compiled(small, ["maker", "result"], ["thing", "a"])(
        {"thing": np.array(["Pen", "Ink", "Nib"]), "a": 3.0}
    )
    assert found["maker"].tolist() == ["Bic", "Parker", "#N/A"]
    assert found["result"][:2].tolist() == [3.0, 0.0]
    assert math.isnan(found["result"][2])
