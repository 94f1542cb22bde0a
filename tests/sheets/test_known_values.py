"""What a case knows of its values, in its workbook: the engine's cells say what is stored beside them."""

import io
from pathlib import Path

import pytest
from again import Again
from openpyxl import load_workbook
from workbooks import cell_of, edited

from xlcost import Case, ranges, simulate
from xlcost.files.values import write_values
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.sheets import montecarlo, reading, sensitivity
from xlcost.sheets.inputs import SOURCE_TITLE, known_title
from xlcost.sheets.layout import HEAD_ROW, INPUTS, LIVE, case_column
from xlcost.sheets.render import render
from xlcost.sheets.using import as_used

ROOT = Path(__file__).parents[2]
EXAMPLES = ("healthcare", "finance", "legal", "support-assistant")
DIGITS = 1e-5  # six are stored


class Book:
    """A workbook with the values of its formulas."""

    def __init__(self, data):
        self.data = data
        self.sheets = load_workbook(io.BytesIO(data))
        self.values = headless.recalculate(data, host_functions()).values

    def __getitem__(self, where):
        sheet, cell = where.split("!")
        return self.values.get((sheet, cell), self.sheets[sheet][cell].value)


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request):
    case = Case.read(ROOT / "workbook" / f"{request.param}.toml")
    return case, Book(render({**Case.shipped(), "Base": case}))


def test_percentiles_live_are_those_that_are_stored(example):
    _, book = example
    for column in "BCDE":
        stored, live = (book[f"MonteCarlo!{column}{row}"] for row in (montecarlo.TOTAL_ROW, montecarlo.LIVE_ROW))
        assert live == pytest.approx(stored, rel=DIGITS)


def test_chances_live_are_those_between_the_stored_percentiles(example):
    """Within the steps of the stored ones, which are 5 in a hundred at most."""
    _, book = example
    for row in range(montecarlo.BUDGET_ROW + 1, montecarlo.BUDGET_ROW + 1 + len(montecarlo.BUDGETS)):
        assert book[f"MonteCarlo!E{row}"] == pytest.approx(book[f"MonteCarlo!D{row}"], abs=0.006)


def test_bars_live_are_those_that_are_stored(example):
    _, book = example
    for place in range(sensitivity.LIVE_MOST):
        kept, now = sensitivity.TOP_ROW + place, sensitivity.LIVE_ROW + 1 + place
        assert book[f"Sensitivity!A{now}"] == book[f"Sensitivity!A{kept}"]
        for column in "EF":
            assert book[f"Sensitivity!{column}{now}"] == pytest.approx(book[f"Sensitivity!{column}{kept}"], rel=DIGITS)


def test_ranges_live_are_those_that_are_stored(example):
    _, book = example
    rows = [cell.row for cell in book.sheets["Results"]["A"] if str(cell.value).endswith(("cost_low", "cost_high"))]
    assert len(rows) == 18
    for row in rows:
        stored = book[f"Results!{case_column(0)}{row}"]
        assert book[f"Results!{LIVE}{row}"] == pytest.approx(stored, rel=DIGITS), row


def test_it_matters():
    """With its sources left out, the same case has another spread: or the tests above prove nothing."""
    case = Case.read(ROOT / "workbook" / "healthcare.toml")
    known, unknown = (ranges(each)["total_cost"] for each in (case, Case.of(case.values)))
    assert unknown.high > known.high * 1.01


def told(case):
    """What counts of the values of a case."""
    return {name: (each.value, each.source, each.low, each.high) for name, each in case.given.items()}


def test_a_workbook_is_read_with_what_it_knows(example):
    case, book = example
    read = reading.cases(write_values(book.data, book.values))["Base"]
    assert told(read) == told(as_used("Base", case.given, {}))
    assert simulate(read, 500, 3).total.p80 == simulate(case, 500, 3).total.p80


# By hand: a case in a column of its own, and what somebody changes in the workbook.

BASE = Case.of({"label_price": {"value": 2, "source": "our contract"}, "epochs": {"value": 3, "source": "measured"}})
OWN = Case.of(
    {
        "label_price": {"value": 5, "low": 4, "high": 9},
        "success_share": {"value": 0.3, "source": "last year's runs"},
    }
)


@pytest.fixture(scope="module")
def few():
    return render({"Base": BASE, "Custom A": OWN})


@pytest.fixture(scope="module")
def again(few):
    return Again(few)


def ends(data, again):
    """Source, low and high that count in the live case, of three inputs."""
    book, names = load_workbook(io.BytesIO(data)), ("label_price", "success_share", "epochs")
    titles = [f"Live: {what}" for what in ("source", "low", "high")]
    asked = [(INPUTS, cell_of(book, name, title)) for name in names for title in titles]
    found = again.values(again.changes(data), asked)
    return {name: tuple(found[3 * place : 3 * place + 3]) for place, name in enumerate(names)}


def test_base_knows_what_has_a_source_other_than_the_catalogue_s(few, again):
    assert ends(few, again) == {
        "label_price": ("our contract", "", ""), "success_share": ("", "", ""), "epochs": ("measured", "", ""),
    }  # fmt: skip


def live(few, name, *more):
    def change(book):
        book[INPUTS][f"{LIVE}{HEAD_ROW - 1}"] = name
        for driver, title, value in more:
            book[INPUTS][cell_of(book, driver, title)] = value

    return edited(few, change)


def test_a_case_knows_what_it_gives_and_the_rest_is_base_s(few):
    found = Book(live(few, "Custom A"))
    for name, wanted in {
        "label_price": ("", 4, 9),  # its own value, without a source
        "success_share": ("last year's runs", "", ""),
        "epochs": ("measured", "", ""),  # not given: Base's value, and what Base knows
    }.items():
        cells = [cell_of(found.sheets, name, f"Live: {what}") for what in ("source", "low", "high")]
        assert tuple(found[f"{INPUTS}!{cell}"] for cell in cells) == wanted


def test_what_somebody_changes_counts(few):
    """A source beside a value makes it sure; a value outside of its own range has none."""
    changes = (
        ("success_share", SOURCE_TITLE, "a pilot"),
        ("label_price", "Custom A", 12),
        ("epochs", SOURCE_TITLE, None),
    )
    found = Book(live(few, "Base", *changes))
    wanted = {"label_price": "our contract", "success_share": "a pilot", "epochs": ""}
    for name, source in wanted.items():
        assert found[f"{INPUTS}!{cell_of(found.sheets, name, 'Live: source')}"] == source
    custom = Book(live(few, "Custom A", *changes))
    cells = [cell_of(custom.sheets, "label_price", f"Live: {what}") for what in ("source", "low", "high")]
    assert [custom[f"{INPUTS}!{cell}"] for cell in cells] == ["", "", ""]
    read = reading.cases(write_values(custom.data, custom.values))["Custom A"].given
    assert (read["label_price"].low, read["success_share"].source) == (None, "last year's runs")


def test_the_columns_say_what_they_are(few):
    book = load_workbook(io.BytesIO(few))
    assert book[INPUTS][cell_of(book, "label_price", known_title("Custom A", "high"))].value == 9
    assert book[INPUTS][cell_of(book, "success_share", known_title("Custom A", "source"))].value == "last year's runs"
