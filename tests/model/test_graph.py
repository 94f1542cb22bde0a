"""Wiring: what a graph refuses to be built from, and what it knows once it is built."""

import pytest
from small_graphs import of, small_graph

from xlcost.model import graph
from xlcost.model.expressions import Apply, Name
from xlcost.model.language import ModelError

SHOP = 'SHOP = Table("shop")\n'


def refusal(*sources):
    with pytest.raises(ModelError) as refused:
        small_graph(*sources)
    return str(refused.value)


def declare(name, parameters, formula, unit="1"):
    return f'@quantity("It", "{unit}")\ndef {name}({parameters}):\n    return {formula}\n'


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (declare("cost", "mony", "mony"), "1 cost: nothing is called mony; did you mean money?"),
        (declare("cost", "xyzzy", "xyzzy"), "1 cost: nothing is called xyzzy"),
        (
            declare("first", "third", "third")
            + declare("second", "first", "first")
            + declare("third", "second", "second"),
            "1 first: a quantity can't depend on itself: first <- third <- second <- first",
        ),
        (
            declare("outer", "left", "left") + declare("left", "right", "right") + declare("right", "left", "left"),
            "4 left: a quantity can't depend on itself: left <- right <- left",
        ),
        (declare("itself", "itself", "itself"), "1 itself: a quantity can't depend on itself: itself <- itself"),
        (declare("GPU8", "a", "a"), "1 GPU8: GPU8 is a cell address or a reserved word"),
        (declare("ft1", "a", "a"), "1 ft1: ft1 is a cell address or a reserved word"),
        (declare("r1c1", "a", "a"), "1 r1c1: r1c1 is a cell address or a reserved word"),
        (declare("R", "a", "a"), "1 R: R is a cell address or a reserved word"),
        (declare("true", "a", "a"), "1 true: true is a cell address or a reserved word"),
        (declare("sum", "a", "a"), "1 sum: sum is a cell address or a reserved word"),
        (declare("where", "a", "a"), "1 where: where is a cell address or a reserved word"),
        (declare("money", "a", "a"), "1 money: money is a driver or an axis already"),
        (declare("step", "a", "a"), "1 step: step is a driver or an axis already"),
        (declare("role", "a", "a"), "1 role: role is a driver or an axis already"),
        (
            declare("mixed", "step, candidate", "step * candidate"),
            "1 mixed: it mixes the axes step and candidate: reduce one of them first",
        ),
        (
            declare("mixed", "pay, step", "total(pay) + pay + step"),
            "1 mixed: it mixes the axes role and step: reduce one of them first",
        ),
        (declare("flag", "a, b", "a < b"), "1 flag: a comparison is no number: write where(a < b, 1, 0)"),
        (declare("flag", "a, b", "both(a < b, a > 0)"), "1 flag: a comparison is no number: write where(a < b, 1, 0)"),
        (declare("wrong", "a, route", "a + route"), "1 wrong: add takes a number, not a text"),
        (declare("wrong", "a, b", "a + (a < b)"), "1 wrong: add takes a number, not a condition"),
        (declare("wrong", "a, b", "where(a == b, 1, 0)"), "1 wrong: is_text takes a text, not a number"),
        (
            declare("wrong", "a, b", "where(both(a, b > 0), 1, 0)"),
            "1 wrong: both takes comparisons; compare the flag with 0",
        ),
        (declare("wrong", "route", "where(route, 1, 0)"), "1 wrong: where takes a condition, not a text"),
        (
            declare("wrong", "a, thing", "where(a > 0, a, thing)"),
            "1 wrong: where can yield a number or a text: one kind is needed",
        ),
        (declare("wrong", "a", "exp(a, a)"), "1 wrong: exp takes 1 arguments, not 2"),
        (declare("wrong", "a", "where(a > 0, 1)"), "1 wrong: where takes 3 arguments, not 2"),
        (declare("wrong", "a", "a + minimum()"), "1 wrong: minimum takes 1 arguments, not 0"),
        (
            declare("by_sea", "route, a", 'where(route == "sea", a, 0)'),
            "1 by_sea: 'sea' is no choice of route: road, rail",
        ),
        (
            declare("by_sea", "route, a", 'where("sea" != route, a, 0)'),
            "1 by_sea: 'sea' is no choice of route: road, rail",
        ),
        (
            declare("gone", "thing, a", 'where(thing == "Pencil", a, 0)'),
            "1 gone: 'Pencil' is no choice of thing: Pen, Ink, Nib",
        ),
        (
            declare("so_far", "step", "running_total(step) * 2"),
            "1 so_far: a running total is a quantity of its own, so that its row can be followed",
        ),
        (declare("so_far", "a", "running_total(a)"), "1 so_far: running_total is taken of what lies on an axis"),
        (declare("added", "a", "total(a)"), "1 added: total is taken of a quantity that lies on an axis"),
        (declare("added", "step", "total(step * 2)"), "1 added: total is taken of a quantity that lies on an axis"),
        (declare("before", "a", "previous(a)"), "1 before: previous is taken of a quantity that lies on an axis"),
        (
            declare("found", "a, step", "first_where(a, step)"),
            "1 found: first_where is taken of a quantity that lies on an axis",
        ),
        (declare("picked", "a", "at(a, 1)"), "1 picked: at is taken of a quantity that lies on an axis"),
        (
            declare("found", "candidate, step", "first_where(candidate, step)"),
            "1 found: it mixes the axes candidate and step: reduce one of them first",
        ),
        (
            declare("looked", "a, thing", "lookup(a, thing)"),
            "1 looked: lookup looks up in a column of a catalogue table",
        ),
        (SHOP + declare("looked", "a", "lookup(SHOP.price, a)"), "2 looked: lookup takes a text, not a number"),
        (
            SHOP + declare("looked", "thing", "lookup(SHOP.prices, thing)"),
            "2 looked: the catalogue has no table shop with a column prices",
        ),
        (
            'SHOP = Table("shops")\n' + declare("looked", "thing", "lookup(SHOP.price, thing)"),
            "2 looked: the catalogue has no table shops with a column price",
        ),
    ],
)
def test_refuses(source, message):
    assert refusal(source) == f"small.py:{message}"


def test_refuses_two_declarations_of_one_name():
    cost = declare("cost", "a", "a")
    assert refusal(cost, "\n\n" + cost + "#") == "small1.py:1 cost: cost is declared at small.py:1 cost too"


def test_an_imported_quantity_is_not_declared_twice():
    from small_graphs import CANDIDATE, STEP, catalog, stage

    from xlcost.model.graph import build

    first = stage(declare("cost", "a", "a"), "first")
    second = stage(declare("twice", "cost", "cost * 2"), "second")
    second.cost = first.cost
    assert list(build([first, second], catalog(), (STEP, CANDIDATE)).quantities) == ["cost", "twice"]


def test_two_constants_of_one_name_are_refused():
    one = 'RATE = constant("A rate", 2, "1")\n' + declare("first", "a", "a * RATE")
    other = 'RATE = constant("A rate", 3, "1")\n' + declare("second", "a", "a * RATE")
    with pytest.raises(ModelError, match=r"^small1\.py:2 second: two constants are called RATE"):
        small_graph(one, other).constants  # noqa: B018


def test_what_is_needed_comes_first_and_the_rest_as_declared():
    source = declare("last", "middle, a", "middle + a") + declare("other", "b", "b") + declare("middle", "c", "c")
    assert list(small_graph(source).quantities) == ["middle", "last", "other"]


def test_axes_and_kinds_follow_from_the_formula():
    found = small_graph(
        SHOP
        + declare("row", "a, step", "a * step")
        + declare("sum_of_row", "row", "total(row)")
        + declare("share_of_row", "row", "row / total(row)")
        + declare("payroll", "pay", "total(pay)")
        + declare("pay_now", "pay, b", "pay * b")
        + declare("maker", "thing", "lookup(SHOP.maker, thing)")
        + declare("before", "row", "row - previous(row)")
    )
    assert {name: found.axis_of[name] for name in found.quantities} == {
        "row": "step", "sum_of_row": None, "share_of_row": "step", "payroll": None, "pay_now": "role", "maker": None,
        "before": "step",
    }  # fmt: skip
    assert (found.kind_of["maker"], found.kind_of["row"], found.kind_of["role"]) == ("text", "number", "text")


def test_nothing_upstream_of_what_is_given_is_computed():
    found = small_graph(declare("one", "a", "a") + declare("two", "one, b", "one + b") + declare("three", "two", "two"))
    assert [each.name for each in found.ancestry(["three"])] == ["one", "two", "three"]
    assert [each.name for each in found.ancestry(["three"], ["two"])] == ["three"]
    assert [each.name for each in found.ancestry(["three"], ["three"])] == []


def test_an_unknown_name_is_refused_with_the_nearest():
    assert str(graph().refuse_unknown("total_costs")).startswith(
        "'total_costs' is no quantity or driver; did you mean total_cost"
    )


def test_names_are_found_whatever_they_name():
    found = of("a * b", "a, b")
    assert all(name in found for name in ("result", "a", "step", "role"))
    assert "nobody" not in found
    assert (found.label("result"), found.label("money"), found.label("step")) == ("Result", "Money", "Step")


# Of the cost model itself


def test_every_driver_is_used():
    used = {name for quantity in graph().quantities.values() for name in quantity.parameters}
    assert [name for name in graph().drivers if name not in used] == []


def test_opportunity_reaches_the_economic_view_alone():
    model = graph()
    of_opportunity = {name for name, quantity in model.quantities.items() if quantity.stage == "opportunity"}
    fed = {name for name, quantity in model.quantities.items() if of_opportunity & set(quantity.parameters)}
    assert fed - of_opportunity == {"economic_cost"}
    assert not any("economic_cost" in quantity.parameters for quantity in model.quantities.values())


def test_every_quantity_says_what_it_is():
    for quantity in graph().quantities.values():
        assert quantity.label, quantity.where
        assert quantity.summary.endswith("."), quantity.where


def test_nothing_in_the_model_is_longer_than_a_reader_can_follow():
    def size(expression):
        return 1 + sum(map(size, expression.arguments)) if isinstance(expression, Apply) else 1

    sizes = {name: size(quantity.formula) for name, quantity in graph().quantities.items()}
    assert max(sizes.values()) <= 20, max(sizes, key=sizes.get)


def test_a_name_alone_is_no_formula():
    """A quantity that only repeats another would be a second name for it."""
    assert [name for name, quantity in graph().quantities.items() if isinstance(quantity.formula, Name)] == []
