"""The native formulas mean what the engine means: every quantity, every case, every month, in two engines."""

import io
import math
import shutil
import subprocess

import pytest
from conftest import recalculated
from openpyxl import load_workbook

from xlcost import Case, estimate
from xlcost.errors import CellError, XlcostError
from xlcost.files.values import strip_values
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.sheets import reading
from xlcost.sheets.layout import CASES, HEAD_ROW, INPUTS, LIVE, TIMELINE, case_column
from xlcost.sheets.render import render


def same(left: object, right: object) -> bool:
    if isinstance(left, float | int) and isinstance(right, float | int):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right


@pytest.mark.parametrize("case", range(len(CASES)), ids=CASES)
def test_every_quantity_is_the_same_natively_and_in_python(made, estimates, case):
    wrong = []
    for name in made.layout.graph.quantities:
        expected = estimates[CASES[case]][name]
        for cell, native, python in zip(
            made.cells(name, case),
            made.native(name, case),
            expected if isinstance(expected, list) else [expected],
            strict=True,
        ):
            if not same(native, python):
                wrong.append(f"{name} in {cell}: {native} natively, {python} in Python")
    assert wrong == []


def test_the_cases_are_different_enough_to_mean_something(made, estimates):
    values = {
        name: [made.native(name, case)[-1] for case in range(len(CASES))] for name in made.layout.graph.quantities
    }
    constant = {name for name, row in values.items() if len(set(row)) == 1}
    assert constant < set(values), "the cases differ in nothing"
    assert {made.native("payback_month", case)[0] for case in range(len(CASES))} > {"never"}
    assert made.native("drift_months", 4) == ["never"]


def test_an_unknown_price_is_na_natively_and_reaches_the_total(made):
    case = Case.of({"gpu": "MI300X"})
    values = headless.recalculate(render({"Base": case}), host_functions()).values
    assert estimate(case)["gpu_price"] is CellError.NA
    for name in ("gpu_price", "rented_run_cost", "total_cost", "npv"):
        assert values[tuple(made.cells(name, 0)[0].split("!"))] is CellError.NA, name
    assert values["Checks", f"{LIVE}{_row(made.book(), 'chk_master')}"] == 0


def test_an_offer_that_is_not_served_is_na_in_the_same_quantities(made):
    case = Case.of({"tuning_offer": "fireworks <=16B LoRA SFT"})
    values = headless.recalculate(render({"Base": case}), host_functions()).values
    found = estimate(case)
    assert found["api_request_cost"] is CellError.NA
    for name in made.layout.graph.quantities:
        python = found[name] if isinstance(found[name], list) else [found[name]]
        native = [values[tuple(each.split("!"))] for each in made.cells(name, 0)]
        assert all(map(same, native, python)), name


def _row(book, name) -> int:
    return next(cell.row for cell in book["Checks"]["A"] if cell.value == name)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_every_native_cell_is_the_same_in_libreoffice(made, tmp_path):
    (tmp_path / "book.xlsx").write_bytes(strip_values(made.data))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "book.xlsx")], check=True, capture_output=True, timeout=120)
    other = load_workbook(tmp_path / "out" / "book.xlsx", data_only=True)
    formulas = load_workbook(io.BytesIO(made.data))
    engine, master = (_row(formulas, name) for name in ("eng_On", "chk_master"))
    wrong, compared = [], 0
    for (sheet, cell), value in made.values.items():
        text = formulas[sheet][cell].value
        # Without the add-in the functions are not there, and what asks for them says so.
        asks = any(each in text for each in ("FT_", "eng_On", "eng_Draws", "chk_said"))
        if asks or (sheet == "Checks" and cell in (f"{LIVE}{engine}", f"H{master}")):
            continue
        found = other[sheet][cell].value
        compared += 1
        if isinstance(value, CellError):
            value = str(value)
        if isinstance(value, str) and value == "":
            found = found or ""
        if not same(value, found):
            wrong.append(f"{sheet}!{cell} {text}: {value} and {found}")
    assert compared > 15_000
    assert wrong == []
    not_run = sum(other["Checks"][f"N{row}"].value == "check" for row in range(engine, master))
    assert other["Summary"]["A2"].value == f"All checks hold; controls by the engine not run: {not_run}"


CHANGES = [
    ("examples", 50_000),
    ("gpu", "A100-80GB"),
    ("gpu_price", 4.2),
    ("people_basis", "team"),
    ("horizon_months", 60),
    ("mfu", 0.2),
    ("role_hires.data_engineer", 3),
    ("serving_route", "API"),
    ("replaced_spend", 45_000),
    ("purchase", "spot"),
    ("purchase", "owned"),
    ("purchase", "3 years"),  # that offer has no such price: #N/A
]


@pytest.mark.parametrize(("name", "value"), CHANGES)
def test_changing_an_input_in_the_file_gives_what_python_gives(made, name, value):
    book = made.book()
    row = made.layout.input_rows[name]
    book[INPUTS][f"{case_column(0)}{row}"] = value
    values = recalculated(book)
    expected = estimate(made.cases["Base"].with_values({name: value}))
    for result in ("total_cost", "npv", "payback_month", "request_cost", "run_rate"):
        assert same(values[tuple(made.cells(result, 0)[0].split("!"))], expected[result]), result


def test_an_empty_cell_takes_the_value_of_base_and_an_empty_base_that_of_the_catalogue(made):
    book = made.book()
    row = made.layout.input_rows["contingency_share"]
    book[INPUTS][f"{case_column(0)}{row}"] = 0.2
    values = recalculated(book)
    assert values[tuple(made.cells("contingency_cost", 3)[0].split("!"))] == pytest.approx(
        estimate(made.cases["Custom A"].with_values({"contingency_share": 0.2}))["contingency_cost"]
    )
    book[INPUTS][f"{case_column(0)}{row}"] = None
    values = recalculated(book)
    assert values[tuple(made.cells("contingency_cost", 0)[0].split("!"))] == pytest.approx(
        estimate({**made.cases["Base"].values, "contingency_share": 0.1})["contingency_cost"]
    )


@pytest.mark.parametrize("live", CASES)
def test_the_live_case_is_shown_everywhere(made, live):
    book = made.book()
    book[INPUTS][f"{LIVE}{HEAD_ROW - 1}"] = live
    values = recalculated(book)
    case = CASES.index(live)
    for name in ("total_cost", "run_cost", "label_cost", "npv"):
        home, row = made.layout.home[name], made.layout.rows_of(name)[0]
        assert values[home, f"{LIVE}{row}"] == values[home, f"{case_column(case)}{row}"]
    row = made.layout.live_rows["total_flow"]
    block = made.layout.timeline[case].row_of("total_flow")
    assert [values[TIMELINE, f"{c}{row}"] for c in "HIJKT"] == [values[TIMELINE, f"{c}{block}"] for c in "HIJKT"]


def test_results_and_cases_are_read_back(made, finished, estimates):
    results = reading.results(finished)
    assert results.cases == CASES
    assert results.checks_hold is True
    total = next(line for line in results.lines if line.name == "total_cost")
    assert total.values == pytest.approx({name: each.total for name, each in estimates.items()})
    for name, case in reading.cases(finished).items():
        read, used = case.complete_flat(), made.cases[name].complete_flat()
        assert read.keys() == used.keys()
        assert [each for each in used if not same(read[each], used[each])] == []


def test_edges_at_which_distributions_degenerate_show_no_error(made):
    case = Case.of({"launch_requests": 0, "annotator_accuracy": 1, "success_share": 1, "quality_limit": 0.92})
    values = headless.recalculate(render({"Base": case}), host_functions()).values
    expected = estimate(case)
    assert expected["request_cost"] == "no requests"
    of_none = ("request_cost", "prompt_unit_cost", "plan_success_cost", "hybrid_success_cost", "verdict_volume")
    for name in (
        *of_none,
        "erlang_b",
        "mean_wait",
        "label_accuracy",
        "total_cost",
        "replicas_at_peak",
        "failure_share",
    ):
        native = values[tuple(made.cells(name, 0)[0].split("!"))]
        python = expected[name][0] if isinstance(expected[name], list) else expected[name]
        assert same(native, python), (name, native, python)
        assert not isinstance(native, CellError), name


def test_a_workbook_of_a_newer_version_is_refused(finished):
    book = load_workbook(io.BytesIO(finished))
    book["Cover"]["B5"] = "xlcost 99.0.0"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(XlcostError, match=r"made with xlcost 99\.0\.0, this is .*: pip install --upgrade xlcost"):
        reading.cases(buffer.getvalue())
