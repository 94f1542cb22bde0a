"""Pages that decide: Summary says what Python says; what is stored is of the live case, or says that it is not."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import recalculated
from openpyxl import load_workbook

from xlcost import Case, alternatives, estimate, simulate, tornado
from xlcost.analysis.alternatives import WAYS
from xlcost.analysis.levers import levers
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.sheets import montecarlo, savings, sensitivity
from xlcost.sheets.layout import CASES, HEAD_ROW, INPUTS, LIVE, TOP_ROW, case_column
from xlcost.sheets.render import render
from xlcost.sheets.snapshot import SEED, STATE_ROW, TRIALS
from xlcost.sheets.summary import TILES_NOTE_ROW, WORDS_ROW

ROOT = Path(__file__).parents[2]
EXAMPLES = ("healthcare", "finance", "legal")


def sentences(values):
    """What Summary says, from the verdict on."""
    rows = range(WORDS_ROW + 1, WORDS_ROW + 15)
    return [str(values["Summary", f"A{row}"]) for row in rows]


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request):
    """A worked example as its workbook has it: the case, and the values of the formulas."""
    case = Case.read(ROOT / "workbook" / f"{request.param}.toml")
    data = render({**Case.shipped(), "Base": case})
    return case, headless.recalculate(data, host_functions()).values


def test_who_reads_only_summary_decides_the_same(example):
    case, values = example
    found, said = alternatives(case), sentences(values)
    assert f"{said[0]} {said[1]}" == found.verdict
    opening = {"finance": "Fine-tuning is worth it", "legal": "Fine-tuning is not worth it"}
    assert said[0].startswith(opening.get(case.name.lower(), "Requests must stay inside"))
    volume = found.volume if isinstance(found.volume, str) else f"{found.volume:,.0f}"
    assert f": {volume}; there are {found.requests:,.0f} on average" in said[2]
    assert f"({WAYS[estimate(case)['best_tuned']].label}) is ahead" in said[2]
    if isinstance(found.margin, str):
        assert "Nothing on the other side is allowed; an open model, prompted on own GPUs, is not" in said[3]
    else:
        assert f" by {found.margin:,.0f} USD." in said[3]


def test_whose_figures_the_tiles_are_is_said(example):
    case, values = example
    told = values["Summary", f"A{TILES_NOTE_ROW}"]
    best = f"The best way is another: {WAYS[alternatives(case).choice].label}, at"
    assert told.startswith("These figures, the tables and the charts by stage and month are of the plan of this case.")
    assert (best in told) == (alternatives(case).choice != "plan")


def test_summary_does_not_contradict_itself_on_what_pays(example):
    """None of the three has a benefit: nothing says that it pays, or doesn't."""
    said = sentences(example[1])
    assert said[1].startswith("No benefit is entered: this compares costs")
    assert "With a benefit of 0 USD entered, nothing here says whether the plan pays for itself." in said


def test_summary_says_how_sure_it_is_and_what_would_be_cheaper(example):
    case, values = example
    drawn = simulate(Case("Base", given=case.given), TRIALS, SEED)
    said = sentences(values)
    set_aside = re.search("Set ([0-9,]+) USD", said[5])
    assert float(set_aside[1].replace(",", "")) == pytest.approx(drawn.contingency, rel=1e-4)
    assert "(stored)" in said[5]
    first = tornado(case).bars[0]
    assert f"{first.label} ({first.swing:,.0f} USD"[:-7] in said[6]
    table = levers(case)
    assert f"{table.base:,.0f}"[:-2] in said[7]
    assert f"{table.optimised:,.0f}"[:-2] in said[7]


def test_what_is_stored_is_of_the_live_case(made):
    book = load_workbook(io.BytesIO(render({"Custom A": made.cases["Custom A"]}, live="Custom A")))
    case = Case("Custom A", given=made.cases["Custom A"].given)
    drawn = simulate(case, TRIALS, SEED)
    page = book[montecarlo.TITLE]
    for column, name in zip("BCDEF", (*montecarlo.PERCENTILES, "mean"), strict=True):
        wanted = getattr(drawn.total, name)
        assert page[f"{column}{montecarlo.TOTAL_ROW}"].value == pytest.approx(wanted, rel=1e-5)
    bars = tornado(case).bars
    page = book[sensitivity.TITLE]
    for place, bar in enumerate(bars[: sensitivity.MOST]):
        assert page[f"A{TOP_ROW + place}"].value == bar.label
        assert page[f"E{TOP_ROW + place}"].value == pytest.approx(bar.low, rel=1e-5)
        assert page[f"F{TOP_ROW + place}"].value == pytest.approx(bar.high, rel=1e-5)


def test_steps_add_up_from_no_lever_to_all_of_them(made):
    table = levers(made.cases["Base"])
    steps = [made.values["Levers", f"F{savings.NONE_ROW + 1 + place}"] for place in range(savings.LEVERS)]
    assert steps == pytest.approx([each.step for each in table.levers], abs=2)
    assert made.values["Levers", f"F{savings.ALL_ROW}"] == pytest.approx(table.base - table.optimised, abs=2)
    assert sum(steps) == pytest.approx(made.values["Levers", f"F{savings.ALL_ROW}"], abs=1e-6)


def test_live_cells_agree_with_what_is_stored_where_no_value_has_a_source(made):
    """The functions see values only."""
    stored = made.book()[montecarlo.TITLE]
    for column in "BCDE":
        live = made.values["MonteCarlo", f"{column}{montecarlo.LIVE_ROW}"]
        assert live == pytest.approx(stored[f"{column}{montecarlo.TOTAL_ROW}"].value, rel=1e-4)
    for place in range(len(montecarlo.BUDGETS)):
        row = montecarlo.BUDGET_ROW + 1 + place
        drawn, between = (made.values["MonteCarlo", f"{column}{row}"] for column in "ED")
        assert between == pytest.approx(drawn, abs=0.01)
    for place in range(sensitivity.LIVE_MOST):
        row = sensitivity.LIVE_ROW + 1 + place
        label = made.book()[sensitivity.TITLE][f"A{TOP_ROW + place}"].value
        assert made.values["Sensitivity", f"A{row}"] == label


def test_a_chance_reaches_from_certain_to_none(made):
    """Far below the cheapest draw it is 1, and far above the dearest 0."""
    book = made.book()
    page = book[montecarlo.TITLE]
    first = montecarlo.BUDGET_ROW + 1
    page[f"B{first}"], page[f"B{first + 1}"] = 0.001, 1000
    values = recalculated(book)
    assert values["MonteCarlo", f"D{first}"] == 1
    assert values["MonteCarlo", f"D{first + 1}"] == 0


def test_bars_of_the_histogram_are_all_draws(made):
    page = made.book()[montecarlo.TITLE]
    rows = range(montecarlo.GRID_ROW + 1, montecarlo.GRID_ROW + 1 + montecarlo.BINS)
    assert sum(page[f"E{row}"].value for row in rows) == TRIALS
    drawn = {column: [made.values["MonteCarlo", f"{column}{row}"] for row in rows] for column in "FGH"}
    assert sum(map(sum, drawn.values())) == TRIALS
    assert sum(each > 0 for each in drawn["G"]) == 1


@pytest.mark.parametrize("change", ["input", "case"])
def test_pages_say_when_what_is_stored_is_of_other_inputs(made, change):
    assert made.values["MonteCarlo", f"A{STATE_ROW}"].startswith("Stored by the engine, as of the inputs")
    book = made.book()
    if change == "input":
        book[INPUTS][f"{case_column(0)}{made.layout.input_rows['label_price']}"].value = 0.2
    else:
        book[INPUTS][f"{LIVE}{HEAD_ROW - 1}"] = CASES[3]
    values = recalculated(book)
    for page in ("Levers", "MonteCarlo", "Sensitivity"):
        assert values[page, f"A{STATE_ROW}"].startswith("STORED FOR OTHER INPUTS")
    assert all("OTHER INPUTS" in each for each in sentences(values)[5:8])


def test_a_case_without_a_total_has_pages_all_the_same():
    book = load_workbook(io.BytesIO(render({"Base": Case.of({"gpu": "MI300X"})})))
    assert book[montecarlo.TITLE][f"D{montecarlo.TOTAL_ROW}"].value == "no value"
    assert book[savings.TITLE][f"G{savings.ALL_ROW}"].value == "no value"


@pytest.mark.parametrize("flavour", ["none", "lambda"])
def test_without_the_add_in_nothing_asks_for_it(flavour):
    book = load_workbook(io.BytesIO(render(Case.shipped(), flavour=flavour)))
    for page in ("Summary", "Levers", "MonteCarlo", "Sensitivity"):
        for row in book[page].iter_rows():
            assert not [c.coordinate for c in row if c.data_type == "f" and ("FT_" in c.value or "eng_" in c.value)]


def test_charts_have_axes_and_lie_within_the_page(made):
    for title, count in (("Summary", 4), ("Alternatives", 1), ("Levers", 1), ("Sensitivity", 1), ("MonteCarlo", 2)):
        sheet = made.book()[title]
        assert len(sheet._charts) == count
        last = max(int(part.rpartition("$")[2]) for part in str(sheet.print_area).split(":")[1:])
        for chart in sheet._charts:
            assert not chart.x_axis.delete
            assert not chart.y_axis.delete
            assert chart.anchor.to.row <= last
        assert sheet.page_setup.fitToHeight == 1
        assert sheet.page_setup.orientation == "landscape"


def test_a_workbook_is_made_without_matplotlib():
    code = (
        "import sys; from xlcost import Case; from xlcost.sheets.render import render; render(Case.shipped()); "
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
