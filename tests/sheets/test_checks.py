"""Attack the workbook: for each check, a change that must make it fire, and turn the master."""

import pytest
from conftest import recalculated

from xlcost.sheets.inputs import IN_BOUNDS
from xlcost.sheets.layout import INPUTS, LIVE, case_column


def rows(book) -> dict[str, int]:
    return {cell.value: cell.row for cell in book["Checks"]["A"] if cell.value}


def overwrite(name: str, value: object, case: int = 0):
    """Write over a formula."""

    def change(made, book):
        sheet, cell = made.cells(name, case)[0].split("!")
        book[sheet][cell] = value

    return change


def month(name: str, member: int, value: object, case: int = 0):
    def change(made, book):
        sheet, cell = made.cells(name, case)[member].split("!")
        book[sheet][cell] = value

    return change


def enter(name: str, value: object, case: int = 0):
    def change(made, book):
        book[INPUTS][f"{case_column(case)}{made.layout.input_rows[name]}"] = value

    return change


def duplicate(sheet: str, title: str):
    """Give the second row of a table the key of the first."""

    def change(made, book):
        where = book.defined_names[title].attr_text.split("!")[1].replace("$", "").split(":")[0]
        cell = book[sheet][where]
        book[sheet][f"A{cell.row + 1}"] = cell.value

    return change


def drop_accepted(made, book):
    book[INPUTS][f"{IN_BOUNDS}{made.layout.input_rows['examples']}"] = "fine"


def wrong_expectation(made, book):
    book["Functions"]["L7"] = 1


ATTACKS = [
    ("chk_functions", wrong_expectation),
    ("check_total", overwrite("talent_cost", 0)),
    ("check_total", overwrite("total_cost", 5)),
    ("check_cumulative", month("cumulative_cost", 36, 0)),
    ("check_cumulative", month("total_flow", 40, 999)),
    ("check_build", month("build_share", 1, 0)),
    ("check_present", month("discounted_net_flow", 12, 2)),
    ("check_paid_once", enter("uncovered_share", 1)),
    ("check_retrains", month("retrains", 5, 60)),
    ("check_amortisation", month("amortisation_flow", 8, 1e6)),
    ("check_replicas", month("replicas", 9, 50)),
    ("check_horizon", enter("horizon_months", 3)),
    ("chk_inputs", enter("success_share", 1.4)),
    ("chk_inputs", enter("examples", "many")),
    ("chk_inputs", enter("people_basis", "both")),
    ("chk_inputs", enter("gpu", "H1000")),
    ("chk_inputs", enter("mfu", 1.4, case=3)),
    ("chk_input_lines", drop_accepted),
    ("chk_keys_gpu_offers", duplicate("Prices", "tbl_gpu_offers_key")),
    ("chk_keys_tuning_offers", duplicate("Prices", "tbl_tuning_offers_key")),
    ("chk_keys_inference_prices", duplicate("Prices", "tbl_inference_prices_key")),
    ("chk_keys_gpus", duplicate("GPUs", "tbl_gpus_key")),
    ("chk_keys_models", duplicate("Models", "tbl_models_key")),
    ("chk_keys_methods", duplicate("Models", "tbl_methods_key")),
    ("chk_keys_stacks", duplicate("Models", "tbl_stacks_key")),
    ("chk_keys_optimizers", duplicate("Models", "tbl_optimizers_key")),
    ("chk_errors", enter("mfu", 0)),
    ("chk_data_cost", overwrite("label_cost", 100)),
    ("chk_training_cost", overwrite("run_cost", 7, case=2)),
    ("chk_iteration_cost", overwrite("expected_experiments", 1)),
    ("chk_deployment_cost", overwrite("replica_month_cost", 1)),
    ("chk_maintenance_cost", overwrite("retrain_interval", 3)),
    ("chk_talent_cost", overwrite("hiring_cost", 0)),
    ("chk_contingency_cost", month("contingency_flow", 3, 0)),
    ("chk_total_cost", overwrite("staff_hour_rate", 50)),
    ("chk_npv", month("benefit_flow", 20, 1, case=4)),
]


@pytest.mark.parametrize(("check", "attack"), ATTACKS, ids=[f"{i}-{check}" for i, (check, _) in enumerate(ATTACKS)])
def test_the_check_fires(made, check, attack):
    book = made.book()
    where = rows(book)
    assert made.values["Checks", f"O{where[check]}"] == 1
    attack(made, book)
    values = recalculated(book)
    assert values["Checks", f"O{where[check]}"] == 0
    assert values["Checks", f"{LIVE}{where['chk_master']}"] == 0
    assert values["Summary", "A2"] == "A CHECK FAILS: see Checks"
    assert values["Cover", "B7"] == "a check fails"


def test_every_check_is_attacked(made):
    book = made.book()
    checks = {name for name, row in rows(book).items() if book["Checks"][f"N{row}"].value == "check"}
    assert checks == {check for check, _ in ATTACKS}


def test_all_checks_hold_before(made):
    assert made.values["Cover", "B7"] == "all hold"
    assert made.values["Checks", f"{LIVE}{rows(made.book())['chk_master']}"] == 1
