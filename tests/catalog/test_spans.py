"""Low and high of what a table holds: as a row says, or by what others ask for the same thing."""

from datetime import date

import pytest
from test_history import GOOD, folder_with

from xlcost import catalog
from xlcost.catalog import Span, in_words


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
    assert rows["acme H100"].spans == rows["bits H100"].spans == {"price": Span(2.5, 15, 3)}
    assert rows["acme H100"].where == "page 3"
    assert rows["bits H100"].where == "its only page"  # as its source says of all that is from it


def test_what_a_row_says_itself_counts(tmp_path):
    assert offers_with(tmp_path, ROWS)["core H100"].spans == {"price": Span(10, 15)}


def test_a_single_quote_is_no_range_and_a_missing_price_is_no_quote(tmp_path):
    rows = offers_with(tmp_path, ROWS)
    assert rows["acme L40S"].spans == rows["bits L40S"].spans == {}


def test_a_number_that_is_no_price_is_not_compared(tmp_path):
    assert "gpus" not in offers_with(tmp_path, ROWS)["acme H100"].spans


def test_a_row_counts_with_its_own_low_and_high_among_the_quotes_of_others(tmp_path):
    """Core asks 12, from 10 to 15 by region: whoever has not chosen may come to pay 15."""
    rows = offers_with(tmp_path, ROWS)
    assert rows["acme H100"].spans["price"].high == 15


def test_a_row_that_sells_what_nobody_else_does_is_compared_with_none(tmp_path):
    rows = offers_with(
        tmp_path, ROWS.replace("acme L40S,L40S", "acme L40S,").replace("bits L40S,L40S,", "bits L40S,,9")
    )
    assert rows["acme L40S"].spans == rows["bits L40S"].spans == {}


def test_a_fee_of_nothing_is_no_quote(tmp_path):
    rows = offers_with(tmp_path, ROWS.replace("bits H100,H100,2.5", "bits H100,H100,0"))
    assert rows["acme H100"].spans == {"price": Span(2.95, 15, 2)}
    assert rows["bits H100"].spans == {}


def test_a_column_may_be_compared_among_other_rows_than_its_table(tmp_path):
    """By the GPU alone there would be three quotes; the price is compared by GPU and note of the seller."""
    folder = folder_with(tmp_path, GOOD.splitlines()[0] + "\n")
    (folder / "tables.toml").write_text(
        (folder / "tables.toml").read_text(encoding="utf-8").replace(
            "[offers.columns]\nprice = {",
            '[offers.columns]\ngpu = { label = "GPU", unit = "text", kind = "text" }\n'
            'seller = { label = "Seller", unit = "text", kind = "text" }\n'
            'fee = { label = "Fee", unit = "USD/hour" }\nprice = { alike = ["gpu", "seller"],',
        ).replace('label = "Prices"\n', 'label = "Prices"\nalike = ["gpu"]\n'),
        encoding="utf-8",
    )  # fmt: skip
    (folder / "tables" / "offers.csv").write_text(
        "key,gpu,seller,fee,price,gpus,source,at,status,note\n"
        "acme H100,H100,acme,1,2,8,price-list,,quoted,\n"
        "acme H100 b,H100,acme,3,4,8,price-list,,quoted,\n"
        "bits H100,H100,bits,5,6,8,price-list,,quoted,\n",
        encoding="utf-8",
    )
    rows = catalog.load(folder).tables["offers"].rows
    assert rows["acme H100"].spans == {"fee": Span(1, 5, 3), "price": Span(2, 4, 2)}
    assert rows["bits H100"].spans == {"fee": Span(1, 5, 3)}


def test_how_sure_in_words(tmp_path):
    """Low and high where there are some; otherwise what the table says of its figures."""
    offers = offers_with(tmp_path, ROWS)
    table = catalog.load(tmp_path / "catalog").tables["offers"]
    assert in_words(table, offers["core H100"]) == "Price 10 to 15"
    assert in_words(table, offers["acme H100"]) == "Price 2.5 to 15 (3 quotes)"
    assert in_words(table, offers["acme L40S"]) == "Not known."
    shipped = SHIPPED["gpu_offers"]
    said = in_words(shipped, shipped.rows["runpod A100-80GB PCIe"])
    assert said.startswith("On demand 1.25 to 5.12 (13 quotes); Spot: The list price of its day ")
    assert in_words(table, offers["bits L40S"]) == ""  # it has no figure


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
        # By the vendor's own meters: the same everywhere for gpt-4.1, by region for gpt-4o; 1.02 was another model's.
        ("tuning_offers", "azure gpt-4.1 SFT", "hosting_price", (1.7, 1.7)),
        ("tuning_offers", "azure gpt-4o-0806 SFT regional", "hosting_price", (1.7, 2.04)),
        ("tuning_offers", "azure gpt-4.1 SFT regional", "train_price", (27.5, 33)),
        ("tuning_offers", "openai gpt-4.1-mini SFT", "train_price", (5, 6.6)),  # Azure in its dearest region
        ("tuning_offers", "fireworks <=16B LoRA SFT", "train_price", (0.48, 0.5)),  # together
        ("tuning_offers", "tinker gpt-oss-20b LoRA", "train_price", (0.36, 4)),  # azure, in a data zone
        ("inference_prices", "openai gpt-4.1", "input_price", (2, 2.64)),  # Azure in its dearest region
        ("inference_prices", "openai gpt-5", "output_price", (10, 11)),  # Azure, in a data zone
        ("inference_prices", "anthropic claude-haiku-4-5", "output_price", (5, 5.5)),  # aws, in one region
        ("inference_prices", "groq llama-3.1-8b-instant", "input_price", (0.02, 0.22)),  # novita, aws
        ("serving_setups", "Llama-3.3-70B on H100 FP8 1000/1000", "output_tokens_per_second", (2102.5, 2209)),
        ("gpus", "T4", "bandwidth_gb_s", (300, 320)),  # two packages
    ],
)
def test_shipped_ranges(table, row, column, span):
    found = SHIPPED[table].rows[row].spans[column]
    assert (found.low, found.high) == span


def test_every_figure_says_where_in_its_source_it_is():
    for name, table in SHIPPED.items():
        for row in table.rows.values():
            assert bool(row.where) == (row.source is not None), f"{name}: {row.key}"
    for driver in catalog.load().drivers.values():
        assert bool(driver.where) == (driver.source is not None), driver.name


def test_every_figure_says_how_low_and_how_high_or_why_not():
    for name, table in SHIPPED.items():
        for row in table.rows.values():
            has_figure = any(isinstance(value, float) for value in row.values.values())
            assert bool(in_words(table, row)) == has_figure, f"{name}: {row.key}"


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("tuning_offers", "openai gpt-4.1-mini SFT", "hosting_price"),  # a fee that does not exist
        ("tuning_offers", "openai gpt-4.1-mini SFT", "input_price"),  # Azure bills hosting beside it
        ("tuning_offers", "azure gpt-4.1 SFT developer", "train_price"),  # may be pre-empted: not the same thing
        ("inference_prices", "openai gpt-5.5", "input_price"),
        ("serving_setups", "Llama-3.3-70B on H100 FP8 8192/1024", "output_tokens_per_second"),  # lengths are no spread
        ("models", "Llama-3.1-8B", "params"),
    ],
)
def test_no_range_is_made_up(table, row, column):
    assert column in SHIPPED[table].rows[row].values
    assert column not in SHIPPED[table].rows[row].spans


def test_a_range_of_an_earlier_day_is_of_the_prices_of_that_day():
    """Of the RTX 3090 one offer was read in February 2025 at 0.44, another at 0.25."""
    rows = catalog.as_of(catalog.load(), date(2025, 3, 1)).tables["gpu_offers"].rows
    assert rows["runpod RTX 3090"].spans["on_demand"] == Span(0.25, 0.44, 2)
    assert rows["nebius H100-SXM"].spans["on_demand"].high < 12.29  # aws was read on 17 March
