"""The Excel column of the primitives, one by one, on the same edge values as the other back ends."""

import math

import pytest
from test_primitives import CASES, GRAPHS

from xlcost.errors import CellError
from xlcost.hosts.headless import evaluate_formula
from xlcost.model.constants import ROUNDING_TOLERANCE
from xlcost.model.formulas import References, formula, text_literal
from xlcost.model.primitives import PRIMITIVES

# An argument as text that yields it.
ERRORS = {CellError.NA: "NA()", CellError.DIV0: "(1/0)", CellError.NUM: "SQRT(-1)", CellError.VALUE: '("a"+1)'}
PLAIN = [
    (name, arguments)
    for name, (_, _, cases) in CASES.items()
    for arguments in cases
    if PRIMITIVES[name].role == "elementwise" and "column" not in PRIMITIVES[name].takes
]

# What the headless engine refuses and Excel doesn't: the model keeps away from these.
REFUSED = {("poisson_pmf", (0.0, 0.0)), ("poisson_pmf", (1.0, 0.0)), ("binom_cdf", (1.0, 3.0, 0.0))}


def written(value):
    if isinstance(value, CellError):
        return ERRORS[value]
    return text_literal(value) if isinstance(value, str) else f"({value!r})"


@pytest.mark.parametrize(("name", "arguments"), PLAIN, ids=[f"{n}-{a}" for n, a in PLAIN])
def test_means_the_same_in_a_cell(name, arguments):
    _, parameters, cases = CASES[name]
    values = dict(zip(parameters.split(", "), map(written, arguments), strict=True))
    result = GRAPHS[name].quantities["result"]
    text = formula(result.formula, References(values.__getitem__, str, str, str, lambda *_: ""), "result")
    found = evaluate_formula("=" + text.replace("con_rounding_tolerance", repr(ROUNDING_TOLERANCE.value)), [])
    expected = cases[arguments]
    if (name, arguments) in REFUSED and found is CellError.NUM:
        pytest.skip("a gap of the headless engine")
    if isinstance(expected, CellError):
        assert found is expected, text
    else:
        assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12), text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a - (b - c)", "a-(b-c)"),
        ("(a - b) - c", "a-b-c"),
        ("a / (b * c)", "a/(b*c)"),
        ("-a ** b", "-(a^b)"),
        ("(-a) ** b", "(-a)^b"),
        ("(a ** b) ** c", "(a^b)^c"),
        ("a * -b", "a*(-b)"),
        ("ceil(a + b) * c", "(0-INT(con_rounding_tolerance-(a+b)))*c"),
        ("floor(a * b) / c", "INT(a*b+con_rounding_tolerance)/c"),
        ("where(a < b, a, c) + 1", "IF(a<b,a,c)+1"),
    ],
)
def test_parentheses_stand_where_they_are_needed(source, text):
    from small_graphs import of

    result = of(source, ", ".join(sorted(set(source) & set("abc")))).quantities["result"]
    assert formula(result.formula, References(str, str, str, str, lambda *_: ""), "result") == text
