"""Loading: what a good catalogue becomes, and in which words each kind of bad one is refused.

Each file in bad/ takes the place of one file of the catalogue in small/, which is good; refusals.csv says which, and
how the refusal begins.
"""

import contextlib
import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcost import catalog
from xlcost.errors import XlcostError
from xlcost.units import unit

HERE = Path(__file__).parent
SMALL = HERE / "small"

with (HERE / "refusals.csv").open(encoding="utf-8", newline="") as file:
    REFUSALS = [tuple(row.values()) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("bad", "target", "message"), REFUSALS, ids=[bad for bad, _, _ in REFUSALS])
def test_a_bad_file_is_refused(tmp_path, bad, target, message):
    folder = tmp_path / "catalog"
    shutil.copytree(SMALL, folder)
    shutil.copyfile(HERE / "bad" / bad, folder / target)
    with pytest.raises(XlcostError) as refusal:
        catalog.load(folder)
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)


@given(text=st.text(max_size=200), target=st.sampled_from(["drivers/data.toml", "tables/gpus.csv", "axes.toml"]))
def test_any_text_is_read_or_refused(tmp_path_factory, text, target):
    folder = tmp_path_factory.mktemp("any") / "catalog"
    shutil.copytree(SMALL, folder)
    (folder / target).write_text(text, encoding="utf-8", errors="replace")
    with contextlib.suppress(XlcostError):
        catalog.load(folder)


def test_every_bad_file_has_its_refusal():
    assert sorted(path.name for path in (HERE / "bad").iterdir()) == sorted(bad for bad, _, _ in REFUSALS)


@pytest.mark.parametrize("missing", ["sources.toml", "axes.toml", "tables.toml", "tables/gpus.csv"])
def test_a_missing_file_is_refused(tmp_path, missing):
    folder = tmp_path / "catalog"
    shutil.copytree(SMALL, folder)
    (folder / missing).unlink()
    with pytest.raises(XlcostError, match=f"^{missing}: can't be read: No such file"):
        catalog.load(folder)


def test_no_folder_is_refused(tmp_path):
    with pytest.raises(XlcostError, match="can't be read"):
        catalog.load(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def small():
    return catalog.load(SMALL)


def test_a_number(small):
    driver = small.drivers["success_share"]
    assert (driver.stage, driver.kind, driver.unit) == ("training", "number", unit("share"))
    assert (driver.low, driver.default, driver.high) == (0.1, 0.25, 0.5)
    assert (driver.minimum, driver.maximum, driver.whole, driver.basic) == (0.01, 1.0, False, True)
    assert (driver.spread, driver.source, driver.at, driver.status) == (
        "beta",
        "price-list",
        date(2026, 9, 1),
        "estimate",
    )
    assert (driver.choices, driver.table, driver.axis) == ((), None, None)


def test_every_number_is_a_float(small):
    assert type(small.drivers["annotators"].default) is float
    assert {type(number) for number in small.drivers["role_hires"].default.values()} == {float}


def test_a_value_without_a_day_has_that_of_its_source(small):
    assert small.drivers["annotators"].at == date(2026, 10, 1)
    assert small.tables["gpus"].rows["L40S"].at == date(2026, 10, 1)


def test_a_choice_from_a_table(small):
    driver = small.drivers["gpu"]
    assert (driver.kind, driver.default, driver.table) == ("text", "H100-SXM", "gpus")
    assert driver.choices == ("H100-SXM", "L40S", "custom")
    assert driver.unit == unit("text")
    assert driver.source is None


def test_a_choice_from_a_list(small):
    assert small.drivers["people_basis"].choices == ("hours", "team")


def test_a_driver_on_an_axis(small):
    driver = small.drivers["role_hires"]
    assert driver.axis == "role"
    assert driver.default == {"ml_engineer": 1.0, "data_engineer": 0.0}
    assert driver.low == 0.0
    assert driver.high == {"ml_engineer": 2.0, "data_engineer": 1.0}
    assert [member.key for member in small.axes["role"].members] == ["ml_engineer", "data_engineer"]
    assert small.axes["role"].label == "Role"


def test_drivers_come_in_the_order_of_the_stages_and_of_the_file(small):
    assert list(small.drivers) == ["success_share", "annotators", "gpu", "role_hires", "people_basis"]
    assert small.stages == catalog.STAGES


def test_a_missing_cell_is_absent(small):
    gpus = small.tables["gpus"]
    assert gpus.column("ceiling") == {"H100-SXM": 0.8}
    assert gpus.column("tflops") == {"H100-SXM": 989.0, "L40S": 362.0}
    assert gpus.rows["custom"].values == {}


def test_a_row_is_found_without_case_and_through_an_alias(small):
    gpus = small.tables["gpus"]
    assert gpus.find("h100-sxm") == gpus.find("H100 sxm") == gpus.find("h100") == "H100-SXM"
    assert gpus.find("H200") is None
    assert gpus.aliases == {"h100": "H100-SXM", "h100 sxm": "H100-SXM"}


def test_an_unknown_column_is_refused(small):
    with pytest.raises(XlcostError, match=r"table gpus has no column 'tflop'; did you mean tflops\?"):
        small.tables["gpus"].column("tflop")


def test_a_spreadsheet_may_have_saved_the_table(tmp_path):
    folder = tmp_path / "catalog"
    shutil.copytree(SMALL, folder)
    table = folder / "tables" / "gpus.csv"
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"\n", b"\r\n"))
    assert catalog.load(folder) == catalog.load(SMALL)


def test_nearest_ignores_case():
    assert catalog.nearest("GPU_PRCE", ["gpu_price", "gpu_hours", "label_price"])[0] == "gpu_price"
    assert catalog.nearest("h100", ["H100-SXM", "L40S"]) == ["H100-SXM"]
    assert catalog.nearest("xyz", ["gpu_price"]) == []


def test_the_shipped_catalogue_is_read_once():
    assert catalog.load() is catalog.load()
