"""Alternatives in the workbook: the verdict by formulas is the one of Python, whichever case is live."""

import pytest
from conftest import recalculated
from openpyxl import load_workbook

from xlcost import Case, alternatives
from xlcost.analysis.alternatives import REASONS, WAYS
from xlcost.errors import CellError
from xlcost.sheets.alternatives import BLOCK_ROW, TABLE_ROW, WORDS_ROW
from xlcost.sheets.layout import CASES, HEAD_ROW, INPUTS, LIVE, case_column
from xlcost.sheets.render import render

# A case for each reason: the first five, and then the other three.
BY_REASON = {
    "no saving": {},
    "worth more": {"answer_value": 0.5},
    "must stay inside": {"requests_outside": "forbidden"},
    "too few requests": {"prompt_model": "openai gpt-4.1"},
    "costs less": {"prompt_model": "openai gpt-4.1", "launch_requests": 3_000_000},
    "worth less": {"prompt_hours": 5_000, "answer_value": 5, "prompt_acceptance": 1},
    "close call": {
        "tuning_offer": "fireworks <=16B LoRA SFT",
        "prompt_model": "openai gpt-4.1",
        "review_cost": 300_000,
        "launch_requests": 1_850_000,
    },
    "nothing allowed": {"requests_outside": "forbidden", "serving_route": "API"},
}


def test_there_is_a_case_for_every_reason():
    assert set(BY_REASON) == set(REASONS)
    assert {reason: alternatives(given).reason for reason, given in BY_REASON.items()} == {r: r for r in BY_REASON}


@pytest.fixture(scope="module")
def books():
    """Two workbooks with a case for each reason; Base is the default in both."""
    first = dict(zip(CASES, list(BY_REASON)[:5], strict=True))
    second = dict(zip(CASES[1:4], list(BY_REASON)[5:], strict=True))
    return [
        (render({name: Case.of(BY_REASON[reason], name=name) for name, reason in plan.items()}), plan)
        for plan in (first, second)
    ]


def test_the_verdict_in_words_is_the_same_natively(books):
    import io

    for data, plan in books:
        for name, reason in plan.items():
            book = load_workbook(io.BytesIO(data))
            book[INPUTS][f"{LIVE}{HEAD_ROW - 1}"] = name
            values = recalculated(book)
            said, beside = (values["Alternatives", f"A{WORDS_ROW + line}"] for line in (0, 1))
            assert f"{said} {beside}".strip() == alternatives(BY_REASON[reason]).verdict


def test_the_table_is_the_one_of_python(made):
    base = alternatives(made.cases["Base"])
    for place, line in enumerate(base.lines):
        row = TABLE_ROW + 1 + place
        found = [made.values["Alternatives", f"{column}{row}"] for column in "BCDEFGHIJK"]
        assert found == pytest.approx(list(line.figures.values()), rel=1e-9)


def test_the_chart_draws_every_alternative_over_all_months(made):
    sheet = made.book()["Alternatives"]
    (chart,) = sheet._charts
    assert len(chart.series) == len(WAYS)
    assert not chart.x_axis.delete
    assert not chart.y_axis.delete
    last = f"B{BLOCK_ROW + made.layout.months}"
    assert made.values["Alternatives", last] == pytest.approx(alternatives(made.cases["Base"])["prompted"].so_far[-1])


def test_what_has_no_price_is_not_drawn_as_nothing(made):
    book = made.book()
    book[INPUTS][f"{LIVE}{HEAD_ROW - 1}"] = "Custom B"
    cell = f"{case_column(CASES.index('Custom B'))}{made.layout.input_rows['tuning_offer']}"
    book[INPUTS][cell] = "fireworks <=16B LoRA SFT"
    values = recalculated(book)
    assert values["Alternatives", f"D{BLOCK_ROW + 5}"] is CellError.NA
