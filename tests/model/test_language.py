"""The formula language: what it reads, and what it refuses with file, line and reason."""

import pytest
from small_graphs import stage

from xlcost.model.expressions import Apply, Column, Name, Number, Text, walk
from xlcost.model.language import ModelError

ACCEPTED = {
    "a + b * 4": Apply("add", (Name("a"), Apply("multiply", (Name("b"), Number(4.0))))),
    "-a ** 2 / b": Apply("divide", (Apply("negative", (Apply("power", (Name("a"), Number(2.0))),)), Name("b"))),
    "where(a >= b, a, 0)": Apply("where", (Apply("at_least", (Name("a"), Name("b"))), Name("a"), Number(0.0))),
    "maximum(a, b, 1)": Apply("maximum", (Name("a"), Name("b"), Number(1.0))),
    'where(b == "API", a, -1)': Apply(
        "where", (Apply("is_text", (Name("b"), Text("API"))), Name("a"), Apply("negative", (Number(1.0),)))
    ),
    "a * lookup(GPUS.tflops, b)": Apply(
        "multiply", (Name("a"), Apply("lookup", (Column("gpus", "tflops"), Name("b"))))
    ),
}

REFUSED = {
    "a * b * 5": "5 needs a name: declare a constant or a driver",
    "a * b * 0.5": "0.5 needs a name: declare a constant or a driver",
    "a * b * 1j": "1j needs a name: declare a constant or a driver",
    "a * b * True": "True can't stand in a formula",
    "where(a > b, a, None)": "None can't stand in a formula",
    "minimum(a, b=b)": "`minimum(a, b=b)` is not in the formula language",
    "minimum(*[a, b])": "`*[a, b]` is not in the formula language",
    "where(0 < a < b, a, b)": "`0 < a < b` is not in the formula language",
    "a if b else 0": "`a if b else 0` is not in the formula language",
    "where(a > 0 and b > 0, a, b)": "`a > 0 and b > 0` is not in the formula language",
    "where(a > 0 or b > 0, a, b)": "`a > 0 or b > 0` is not in the formula language",
    "where(not a, a, b)": "`not a` is not in the formula language",
    "a // b": "`a // b` is not in the formula language",
    "a % b": "`a % b` is not in the formula language",
    "+a * b": "`+a` is not in the formula language",
    "[a, b]": "`[a, b]` is not in the formula language",
    "a[b]": "`a[b]` is not in the formula language",
    "(lambda: a)() + b": "`(lambda: a)()` is not in the formula language",
    "where(a in b, a, b)": "`a in b` is not in the formula language",
    "f'{a}{b}'": "`f'{a}{b}'` is not in the formula language",
    "(c := a) + b": "`(c := a)` is not in the formula language",
    "a + b + price": "price is neither a parameter nor a named constant",
    "a + b + MESSAGE": "MESSAGE is neither a parameter nor a named constant",
    "a + round(b)": "round is a Python built-in: formulas call primitives and helpers in the same language",
    "a + sum(b)": "sum is a Python built-in: formulas call primitives and helpers in the same language",
    "a + cost_of(b)": "cost_of is unknown: formulas call primitives and helpers in the same language",
    "a + GPUS.price.first * b": "`GPUS.price.first` is not a column of a catalogue table",
    "a.real + b": "`a.real` is not a column of a catalogue table",
    "a + halved(a, b)": "halved takes 1 arguments, not 2",
}

HEAD = '''
GPUS = Table("gpus")
SHARE = constant("A share", 0.25, "share")
MESSAGE = "hello"
def halved(x):
    """Half of it."""
    return x / 2
'''
FIRST_LINE = HEAD.count("\n")


def read(formula):
    """The quantity of two parameters with this formula."""
    return stage(f'{HEAD}@quantity("Result", "1")\ndef result(a, b):\n    "It."\n    return {formula}\n').result


@pytest.mark.parametrize("formula", ACCEPTED)
def test_reads(formula):
    quantity = read(formula)
    assert quantity.formula == ACCEPTED[formula]
    assert quantity.parameters == ("a", "b")


@pytest.mark.parametrize("formula", REFUSED)
def test_refuses(formula):
    with pytest.raises(ModelError) as refusal:
        read(formula)
    assert str(refusal.value) == f"small.py:{FIRST_LINE + 3} result: {REFUSED[formula]}"


def test_a_helper_is_inlined_where_it_is_called():
    assert read("halved(a + b)").formula == read("(a + b) / 2").formula


def test_a_helper_may_call_a_helper_and_know_constants_of_its_own_module():
    module = stage(
        HEAD + "def eighth(x): return halved(x) * SHARE\n@quantity('R', '1')\ndef result(a): return eighth(a)\n"
    )
    outer, (half, share) = module.result.formula.primitive, module.result.formula.arguments
    assert (outer, half) == ("multiply", Apply("divide", (Name("a"), Number(2.0))))
    assert (share.name, share.value, str(share.unit)) == ("SHARE", 0.25, "share")


def test_a_refusal_in_a_helper_names_the_helper_and_its_line():
    with pytest.raises(ModelError, match=r"^small\.py:2 tenth: 10 needs a name"):
        stage("def tenth(x):\n    return x / 10\n@quantity('R', '1')\ndef result(a):\n    return tenth(a)\n")


def test_a_constant_is_called_by_its_variable():
    assert [each.name for each in walk(read("a * b * SECONDS_PER_HOUR").formula) if hasattr(each, "label")] == [
        "SECONDS_PER_HOUR"
    ]


@pytest.mark.parametrize(
    ("parameters", "body", "reason"),
    [
        ("a", "b = a\n    return b", "a formula is one `return` of one expression"),
        ("a", "return", "a formula is one `return` of one expression"),
        ("a", "pass", "a formula is one `return` of one expression"),
        ("a", "'only a docstring'", "a formula is one `return` of one expression"),
        ("a", "if a: return a\n    return 0", "a formula is one `return` of one expression"),
        ("a, b, c", "return b", "a, c is a parameter, but the formula doesn't use it"),
        ("a, b=1", "return a + b", "parameters are plain names of quantities and drivers"),
        ("*a", "return total(a)", "parameters are plain names of quantities and drivers"),
        ("**a", "return a", "parameters are plain names of quantities and drivers"),
        ("a, *, b", "return a + b", "parameters are plain names of quantities and drivers"),
    ],
)
def test_refuses_a_function_that_is_no_formula(parameters, body, reason):
    with pytest.raises(ModelError) as refusal:
        stage(f"@quantity('Result', '1')\ndef result({parameters}):\n    {body}\n")
    assert str(refusal.value) == f"small.py:1 result: {reason}"


def test_what_is_read_is_kept():
    source = '''
@quantity("Money", "USD/month", overridable=True)
def cost(a):
    """First line.

    More.
    """
    return a
'''
    cost = stage(source, "training").cost
    assert (cost.name, cost.label, str(cost.unit), cost.stage) == ("cost", "Money", "USD/month", "training")
    assert (cost.summary, cost.where, cost.overridable) == ("First line.", "training.py:1 cost", True)


def test_an_unknown_unit_is_refused():
    with pytest.raises(Exception, match="'EUR' is not a unit"):
        stage("@quantity('Result', 'EUR')\ndef result(a):\n    return a\n")
