"""Low and high of what a table holds: as a row says, or by what others ask for the same thing."""

from datetime import date

import pytest
from test_history import GOOD, folder_with

from xlcost import catalog
from xlcost.catalog import Span


def offers_with(tmp_path, rows, alike='["gpu"]'):
    """The small catalogue, with offers of this text, alike where they sell the same GPU."""
    folder = folder_with(tmp_path, GOOD.splitlines()[0] + "\n")
    tables = (folder / "tables.toml").read_text(encoding="utf-8")
    tables = tables.replace('key_label = "Offer"\n', f'key_label = "Offer"\nalike = {alike}\n', 1)
    gpu = '[offers.columns]\ngpu = { label = "GPU", unit = "text", kind = "text" }'
    (folder / "tables.toml").write_text(tables.replace("[offers.columns]", gpu, 1), encoding="utf-8")
    (folder / "tables" / "offers.csv").write_text(rows, encoding="utf-8")
    return catalog.load(folder).tables["offers"].rows


ROWS = """key,gpu,price,price_low,price_high,gpus,source,where,at,status,note
acme H100,H100,2.95,,,8,price-list,page 3,2026-10-02,quoted,
bits H100,H100,2.5,,,,price-list,,2026-10-02,quoted,
core H100,H100,12,10,15,,price-list,,2026-10-02,quoted,
acme L40S,L40S,1.5,,,,price-list,,2026-10-02,quoted,
bits L40S,L40S,,,,,price-list,,2026-10-02,quoted,
"""


def test_the_lowest_and_the_highest_price_of_the_same_thing_are_a_range(tmp_path):
    rows = offers_with(tmp_path, ROWS)
    assert rows["acme H100"].spans == rows["bits H100"].spans == {"price": Span(2.5, 12, 3)}
    assert rows["acme H100"].where == "page 3"
    assert rows["bits H100"].where == ""


def test_what_a_row_says_itself_counts(tmp_path):
    assert offers_with(tmp_path, ROWS)["core H100"].spans == {"price": Span(10, 15)}


def test_a_single_quote_is_no_range_and_a_missing_price_is_no_quote(tmp_path):
    rows = offers_with(tmp_path, ROWS)
    assert rows["acme L40S"].spans == rows["bits L40S"].spans == {}


def test_a_number_that_is_no_price_is_not_compared(tmp_path):
    assert "gpus" not in offers_with(tmp_path, ROWS)["acme H100"].spans


SHIPPED = catalog.load().tables


def test_every_range_holds_its_value():
    for table in SHIPPED.values():
        for row in table.rows.values():
            for name, span in row.spans.items():
                assert span.low <= row.values[name] <= span.high
                assert span.quotes != 1


@pytest.mark.parametrize(
    ("table", "row", "column", "span"),
    [
        ("gpu_offers", "nebius H100-SXM", "on_demand", (2.45, 12.29)),  # cudo, aws
        ("gpu_offers", "fireworks H100-SXM inference", "on_demand", (3.99, 8)),  # together's endpoint
        ("tuning_offers", "azure gpt-4.1 SFT", "hosting_price", (1.02, 2.06)),  # by the vendor's own meters
    ],
)
def test_shipped_ranges(table, row, column, span):
    found = SHIPPED[table].rows[row].spans[column]
    assert (found.low, found.high) == span


def test_most_rows_say_where_in_their_source_they_are_from():
    for name in ("gpu_offers", "gpu_offer_history", "tuning_offers", "serving_setups"):
        rows = SHIPPED[name].rows.values()
        assert sum(bool(row.where) for row in rows) >= 0.85 * len(rows), name


def test_a_range_of_an_earlier_day_is_of_the_prices_of_that_day():
    """Of the RTX 3090 one offer was read in February 2025 at 0.44, another at 0.25."""
    rows = catalog.as_of(catalog.load(), date(2025, 3, 1)).tables["gpu_offers"].rows
    assert rows["runpod RTX 3090"].spans["on_demand"] == Span(0.25, 0.44, 2)
    assert rows["nebius H100-SXM"].spans["on_demand"].high < 12.29  # aws was read on 17 March
