"""Prices that were: how their table is refused, and what a catalogue was on a day.

Each file in bad_history/ is a history of the offers in small/; history_refusals.csv says in which words it is refused.
"""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from xlcost import catalog
from xlcost.analysis.estimate import estimate
from xlcost.errors import CellError, XlcostError

HERE = Path(__file__).parent
SCHEMA = """
[offer_history]
label = "Earlier prices"
key_label = "Offer and day"
unranged = "Not known."
history_of = "offers"
[offer_history.columns]
offer = { label = "Offer", unit = "text", kind = "text", refers = "offers" }
price = { label = "Price", unit = "USD/GPU-hour" }
"""
# In early 2025 nobody had read what tokens cost.
TOKENS = {f"{who}_{what}_price": 1.0 for who in ("judge", "synthetic") for what in ("input", "output")}
HEADER = "key,offer,price,source,at,status,note\n"
GOOD = f"""{HEADER}acme H100 2026-07-01,acme H100,3.9,price-list,2026-07-01,quoted,
acme H100 2026-09-01,acme H100,,price-list,2026-09-01,quoted,No longer on the list.
acme H100 2026-08-01,acme H100,3.5,price-list,2026-08-01,estimate,
"""

with (HERE / "history_refusals.csv").open(encoding="utf-8", newline="") as file:
    REFUSALS = [tuple(row.values()) for row in csv.DictReader(file)]


def folder_with(tmp_path, rows, schema=SCHEMA):
    folder = tmp_path / "catalog"
    shutil.copytree(HERE / "small", folder)
    tables = folder / "tables.toml"
    tables.write_text(tables.read_text(encoding="utf-8") + schema, encoding="utf-8")
    (folder / "tables" / "offer_history.csv").write_text(rows, encoding="utf-8")
    return folder


def refusal(folder):
    with pytest.raises(XlcostError) as refused:
        catalog.load(folder)
    return str(refused.value)


@pytest.mark.parametrize(("bad", "message"), REFUSALS, ids=[bad for bad, _ in REFUSALS])
def test_a_bad_history_is_refused(tmp_path, bad, message):
    rows = (HERE / "bad_history" / bad).read_text(encoding="utf-8")
    assert refusal(folder_with(tmp_path, rows)).startswith(message)


def test_every_bad_file_has_its_refusal():
    assert sorted(path.name for path in (HERE / "bad_history").iterdir()) == sorted(bad for bad, _ in REFUSALS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('history_of = "offers"', 'history_of = "offer"', "history_of = 'offer' isn't a table"),
        ('refers = "offers"', 'refers = "gpus"', "the first column, offer, is to say which row of offers it is"),
        ('"USD/GPU-hour"', '"USD/hour"', "price: offers has no such column in USD/hour"),
        ("price = {", "cost = {", "cost: offers has no such column in USD/GPU-hour"),
    ],
)
def test_a_history_that_fits_no_table_is_refused(tmp_path, old, new, message):
    header = HEADER.replace("price,", "cost,", 1) if new == "cost = {" else HEADER
    assert message in refusal(folder_with(tmp_path, header, SCHEMA.replace(old, new)))


@pytest.mark.parametrize(
    ("day", "price"),
    [
        (date(2026, 6, 30), None),
        (date(2026, 7, 1), 3.9),
        (date(2026, 7, 31), 3.9),
        (date(2026, 8, 1), 3.5),
        (date(2026, 9, 1), None),  # somebody looked for it, and there was none
        (date(2026, 10, 1), None),
        (date(2026, 10, 2), 2.95),
        (date(2030, 1, 1), 2.95),
    ],
)
def test_what_was_known_on_a_day(tmp_path, day, price):
    row = catalog.as_of(catalog.load(folder_with(tmp_path, GOOD)), day).tables["offers"].rows["acme H100"]
    assert row.values.get("price") == price
    assert row.values["gpus"] == 8  # how it is sold is no price


def test_the_shipped_history_is_of_offers_that_are_there():
    tables = catalog.load().tables
    assert len(tables["gpu_offer_history"].rows) >= 15
    for row in tables["gpu_offer_history"].rows.values():
        assert row.at < tables["gpu_offers"].rows[row.values["offer"]].at


@pytest.mark.parametrize(
    ("day", "price"),
    [
        (date(2025, 2, 9), CellError.NA),
        (date(2025, 2, 10), 0.44),
        (date(2025, 3, 2), 0.44),
        (date(2025, 3, 3), 0.43),
        (None, 0.43),
    ],
)
def test_an_estimate_uses_what_was_known(day, price):
    found = estimate({"gpu": "RTX 3090", **TOKENS}, as_of=day)
    assert found["gpu_price"] == price
    assert isinstance(found.total, float) == isinstance(price, float)


def test_a_price_of_ones_own_needs_no_catalogue():
    own = {"gpu": "RTX 3090", "gpu_price": 0.5, **TOKENS}
    assert estimate(own, as_of=date(2020, 1, 1)).total == estimate(own).total


@pytest.mark.parametrize(
    ("day", "price"),
    [
        (date(2025, 6, 8), CellError.NA),
        (date(2025, 6, 9), 10),  # the last day before o3 fell by four fifths
        (date(2025, 6, 10), 2),
        (None, 2),
    ],
)
def test_a_price_of_tokens_is_that_of_the_day(day, price):
    assert estimate({"judge_model": "openai o3"}, as_of=day)["judge_input_price"] == price


@pytest.mark.parametrize(
    ("day", "price"),
    [
        (date(2025, 12, 31), CellError.NA),
        (date(2026, 1, 1), 0.40),
        (date(2026, 10, 6), 0.40),
        (date(2026, 10, 7), 0.44),
        (None, 0.44),
    ],
)
def test_a_price_of_managed_tuning_is_that_of_the_day(day, price):
    found = estimate({"tuning_offer": "tinker Qwen3-8B LoRA", "training_route": "API", **TOKENS}, as_of=day)
    assert found["api_train_price"] == price
    assert isinstance(found["run_cost"], float) == isinstance(price, float)


def test_every_table_of_prices_has_its_earlier_ones():
    of = {table.history_of for table in catalog.load().tables.values()}
    assert {"gpu_offers", "tuning_offers", "inference_prices"} <= of
    for table in catalog.load().tables.values():
        if table.history_of:
            prices = {name for name, each in table.columns.items() if str(each.unit).startswith("USD")}
            now = catalog.load().tables[table.history_of].columns.values()
            assert prices == {each.name for each in now if str(each.unit).startswith("USD")}


def test_the_default_case_is_known_since_autumn_2025():
    """Its prices have not changed since."""
    assert estimate(as_of=date(2025, 10, 1)).total == estimate().total


def test_an_earlier_day_leaves_todays_prices_alone():
    before = estimate().total
    estimate(as_of=date(2020, 1, 1))
    assert estimate().total == before
