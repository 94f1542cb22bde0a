"""The argument `sources`: what a case knows is sure in a cell, too, and what isn't right is refused in words."""

import pytest

from xlcost import Case, ranges, simulate, tornado
from xlcost.errors import CellError
from xlcost.functions import ft

VALUE, NUM, NA, DIV0 = CellError.VALUE, CellError.NUM, CellError.NA, CellError.DIV0

NAMES = [["label_price"], ["success_share"], ["examples"], ["epochs"]]
VALUES = [[2.0], [0.3], [20_000.0], [3.0]]
SOURCES = [["our contract"], [None], ["counted"], ["measured"]]  # 3 epochs are the default, and are now sure
RANGED = [["", 1.5, 4.0], [None, None, None], ["counted", None, None], ["measured", "", ""]]

KNOWN = Case.of(
    {
        "label_price": {"value": 2, "source": "our contract"},
        "success_share": 0.3,
        "examples": {"value": 20_000, "source": "counted"},
        "epochs": {"value": 3, "source": "measured"},
    }
)
WITH_RANGE = Case.of(
    {
        "label_price": {"value": 2, "low": 1.5, "high": 4},
        "success_share": 0.3,
        "examples": {"value": 20_000, "source": "counted"},
        "epochs": {"value": 3, "source": "measured"},
    }
)


@pytest.mark.parametrize(("sources", "case"), [(SOURCES, KNOWN), (RANGED, WITH_RANGE)], ids=["sources", "with ranges"])
def test_every_function_of_draws_says_what_python_says(sources, case):
    found = simulate(case, 2000, 5)
    total = next(row for row in ft.FT_SIMULATE(VALUES, NAMES, 2000, 5, sources) if row[0] == "Total cost")
    assert total[1:3] == pytest.approx([found.total.p10, found.total.p50], abs=0.006)
    assert ft.FT_PERCENTILE(0.9, VALUES, NAMES, 2000, 5, None, sources) == pytest.approx(found.total.p90, abs=0.006)
    assert ft.FT_BUDGET_RISK(450_000, VALUES, NAMES, 2000, 5, sources) == found.budget_risk(450_000)
    bars = tornado(case).bars[:10]
    assert [row[0] for row in ft.FT_TORNADO(VALUES, NAMES, None, None, sources)[1:]] == [bar.label for bar in bars]
    for end in ("low", "high"):
        wanted = getattr(ranges(case)["total_cost"], end)
        assert ft.FT_RANGE(VALUES, NAMES, f"total_cost_{end}", sources) == pytest.approx(wanted, rel=1e-12)


def test_what_is_known_does_not_move():
    labels = [row[0] for row in ft.FT_TORNADO(VALUES, NAMES, "data_cost", 50)]
    known = [row[0] for row in ft.FT_TORNADO(VALUES, NAMES, "data_cost", 50, SOURCES)]
    assert "Price of a label" in labels
    assert "Price of a label" not in known


def test_blank_sources_are_none():
    wanted = ft.FT_SIMULATE(VALUES, NAMES, 500, 1)
    for blank in (None, [[None]], [[None]] * 4, [[""], [" "], [None], [""]], [[None] * 3] * 4):
        assert ft.FT_SIMULATE(VALUES, NAMES, 500, 1, blank) == wanted


def test_two_columns_of_names_and_values_have_sources_too():
    pairs = [[name[0], value[0]] for name, value in zip(NAMES, VALUES, strict=True)]
    assert ft.FT_RANGE(pairs, None, None, SOURCES) == ft.FT_RANGE(VALUES, NAMES, None, SOURCES)


def test_a_row_of_names_has_a_row_of_sources():
    names, values, sources = ([[row[0] for row in each]] for each in (NAMES, VALUES, SOURCES))
    assert ft.FT_RANGE(values, names, None, sources) == ft.FT_RANGE(VALUES, NAMES, None, SOURCES)


def test_whole_columns_are_as_long_as_each_other():
    """Of more than 10,000 cells only those in use count: three sources, the last of them in the third row."""
    long = [[None]] * 10_500
    names, values, sources = (each + long for each in (NAMES, VALUES, [*SOURCES[:3], [None]]))
    assert ft.FT_RANGE(values, names, None, sources) == ft.FT_RANGE(VALUES, NAMES, None, [*SOURCES[:3], [None]])


def test_a_default_may_be_known_without_a_value():
    blank = [[None]] * 4
    case = Case.of({"epochs": {"value": 3, "source": "measured"}})
    wanted = ranges(case)["total_cost"].high
    assert ft.FT_RANGE(blank, NAMES, "total_cost_high", [[None], [None], [None], ["measured"]]) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("sources", "error", "reason"),
    [
        ([["a"], ["b"]], VALUE, "2 sources are of 4 names: as many are wanted"),
        ([["a"]] * 5, VALUE, "5 sources are of 4 names"),
        ("our contract", VALUE, "1 sources are of 4 names"),
        ([["a", 1]] * 4, VALUE, "sources are one column, or 3: source, low, high"),
        ([[4711.0], [None], [None], [None]], VALUE, "the source of label_price is 4711.0: a text is wanted"),
        ([[DIV0], [None], [None], [None]], DIV0, "the source of label_price is #DIV/0! already"),
        ([["", 3.0, 4.0], *[[None] * 3] * 3], VALUE, "label_price = 2 lies outside of its own range, 3 to 4"),
        ([["", 1.0, None], *[[None] * 3] * 3], VALUE, "label_price: a range has both `low` and `high`"),
        ([["", -1.0, 3.0], *[[None] * 3] * 3], NUM, "label_price = -1"),
        ([["", "x", 3.0], *[[None] * 3] * 3], VALUE, "label_price = 'x': a number is wanted"),
    ],
)
def test_what_is_refused(sources, error, reason):
    for name, arguments in {
        "FT_SIMULATE": (VALUES, NAMES, 100, 1, sources),
        "FT_PERCENTILE": (0.8, VALUES, NAMES, 100, 1, None, sources),
        "FT_BUDGET_RISK": (4e5, VALUES, NAMES, 100, 1, sources),
        "FT_TORNADO": (VALUES, NAMES, None, None, sources),
        "FT_RANGE": (VALUES, NAMES, None, sources),
    }.items():
        assert getattr(ft, name)(*arguments) is error, name
        assert reason in ft.FT_EXPLAIN(name, *arguments), name


def test_a_number_without_a_name_is_refused():
    """It would be passed over in silence, and the default taken."""
    for blank in ("", " ", None):
        assert ft.FT_TOTAL([["epochs", 5], [blank, 7]]) is VALUE
        assert ft.FT_EXPLAIN("FT_TOTAL", [["epochs", 5], [blank, 7]]) == "value 2 is 7 and has no name"
