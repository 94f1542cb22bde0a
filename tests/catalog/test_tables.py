"""The shipped tables: what must hold in them whatever the next refresh brings."""

import subprocess
import sys
from datetime import date

import pytest

from xlcost import catalog
from xlcost.units import unit

TABLES = catalog.load().tables
GPUS, OFFERS, MODELS = TABLES["gpus"], TABLES["gpu_offers"], TABLES["models"]
ROWS = [(name, row) for name, table in TABLES.items() for row in table.rows.values()]


def value(table, key, column):
    return TABLES[table].rows[key].values[column]


# Every row


def test_every_row_says_where_it_comes_from():
    for name, row in ROWS:
        assert (row.source is None) == (row.status == "placeholder"), f"{name}: {row.key}"
        assert (row.at is None) == (row.status == "placeholder"), f"{name}: {row.key}"


def test_every_source_is_used():
    drivers = catalog.load().drivers.values()
    assert set(catalog.load().sources) == ({row.source for _, row in ROWS} | {d.source for d in drivers}) - {None}


def test_every_stage_has_drivers():
    assert tuple(dict.fromkeys(driver.stage for driver in catalog.load().drivers.values())) == catalog.STAGES


def test_only_estimates_rest_on_what_nobody_read():
    for name, row in ROWS:
        if row.source == "unread":
            assert row.status == "estimate", f"{name}: {row.key}"
            assert "unread" in row.note or "Unverified" in row.note, f"{name}: {row.key}"


def test_no_row_is_from_the_future_of_its_catalogue():
    newest = max(source.at for source in catalog.load().sources.values())
    assert all(row.at is None or date(2020, 1, 1) <= row.at <= newest for _, row in ROWS)


def test_a_missing_number_is_absent():
    assert "offer" not in GPUS.rows["MI300X"].values
    assert "tflops_fp8" not in GPUS.rows["A100-80GB"].values
    assert "spot" not in OFFERS.rows["lambda H100-SXM"].values
    assert "input_price" not in TABLES["tuning_offers"].rows["fireworks <=16B LoRA SFT"].values


def test_no_price_is_0_but_for_a_hosting_fee_that_does_not_exist():
    for name in ("gpu_offers", "tuning_offers", "inference_prices"):
        for row in TABLES[name].rows.values():
            free = {column for column, cell in row.values.items() if cell == 0}
            assert free <= ({"hosting_price"} if row.key.startswith("openai ") else set()), f"{name}: {row.key}"


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [
        ("gpus", "tflops", "TFLOP/second/GPU"),
        ("gpus", "memory_gb", "GB/GPU"),
        ("gpus", "tdp_kw", "kW/GPU"),
        ("gpu_offers", "on_demand", "USD/GPU-hour"),
        ("gpu_offers", "gpus_per_instance", "GPU/instance"),
        ("tuning_offers", "train_price", "USD/Mtoken"),
        ("inference_prices", "output_price", "USD/Mtoken"),
        ("models", "params", "param"),
        ("methods", "flops_per_param_token", "FLOP/param/token"),
        ("serving_setups", "output_tokens_per_second", "token/second/GPU"),
        ("label_prices", "base", "USD/label"),
        ("salaries", "base", "USD/person/year"),
    ],
)
def test_units(table, column, text):
    assert TABLES[table].columns[column].unit == unit(text)


# GPUs


@pytest.mark.parametrize(
    ("gpu", "dense"),
    [("H100-SXM", 989), ("H200", 989), ("H100-PCIe", 756), ("A100-80GB", 312), ("L40S", 362), ("RTX 4090", 165.2)],
)
def test_peaks_are_dense(gpu, dense):
    """Vendors print twice as much, for matrices that are half zeros: 1979 for the H100."""
    assert value("gpus", gpu, "tflops") == dense


def test_fp8_is_at_most_a_little_over_twice_bf16():
    for key, fp8 in GPUS.column("tflops_fp8").items():
        assert 1 <= fp8 / value("gpus", key, "tflops") < 2.05, key


def test_memory_is_in_gb_and_power_in_kw():
    assert value("gpus", "H100-SXM", "memory_gb") == 80
    assert all(8 <= memory <= 300 for memory in GPUS.column("memory_gb").values())
    assert all(0.05 <= power <= 1.5 for power in GPUS.column("tdp_kw").values())


def test_no_bf16_is_said_in_the_note():
    for gpu in ("T4", "V100-16GB", "V100-32GB", "RTX 2080 Ti"):
        assert "No bf16" in GPUS.rows[gpu].note


def test_measured_ceilings():
    assert value("gpus", "A100-80GB", "matmul_ceiling") == pytest.approx(0.87, abs=0.005)
    assert value("gpus", "H100-SXM", "matmul_ceiling") == pytest.approx(0.80, abs=0.005)
    assert value("gpus", "MI300X", "matmul_ceiling") == pytest.approx(0.51, abs=0.005)


def test_a_default_offer_is_of_that_gpu_and_has_a_price_and_a_reason():
    for gpu, offer in GPUS.column("offer").items():
        row = OFFERS.rows[offer].values
        assert row["gpu"] == gpu
        assert row["on_demand"] > 0
        assert GPUS.rows[gpu].values["reason"]


def test_a_gpu_with_an_offer_has_a_default_one():
    assert {row.values["gpu"] for row in OFFERS.rows.values()} == set(GPUS.column("offer"))


def test_prices_are_for_one_gpu():
    """A node of eight H100 costs about 100 USD an hour: no single GPU does."""
    assert all(price <= 20 for price in OFFERS.column("on_demand").values())
    assert value("gpu_offers", "aws H100-SXM", "on_demand") == 12.29
    assert value("gpu_offers", "aws H100-SXM", "gpus_per_instance") == 8


def test_spot_and_commitment_never_cost_more_than_on_demand():
    for row in OFFERS.rows.values():
        for column in ("spot", "commit_1yr", "commit_3yr"):
            assert row.values.get(column, 0) <= row.values["on_demand"], row.key
        if "commit_3yr" in row.values:
            assert row.values["commit_3yr"] <= row.values["commit_1yr"], row.key


def test_an_offer_is_named_after_its_provider_and_gpu():
    for key, row in OFFERS.rows.items():
        assert f"{key} ".startswith(f"{row.values['provider']} {row.values['gpu']} ")


# APIs


def test_known_prices():
    assert value("inference_prices", "openai gpt-4.1-mini", "input_price") == 0.4
    assert value("inference_prices", "openai gpt-4.1-mini", "cached_input_price") == 0.1
    assert value("inference_prices", "openai gpt-4.1-mini", "output_price") == 1.6
    assert value("tuning_offers", "openai gpt-4.1-mini SFT", "input_price") == 0.8
    assert value("tuning_offers", "fireworks <=16B LoRA SFT", "train_price") == 0.5
    assert value("tuning_offers", "azure gpt-4.1 SFT", "hosting_price") == 1.7


def test_training_is_billed_by_tokens_or_by_the_hour():
    for row in TABLES["tuning_offers"].rows.values():
        assert ("train_price" in row.values) != ("train_hour_price" in row.values), row.key
        assert ("train_hour_price" in row.values) == (row.values["method"] == "RFT"), row.key


def test_the_ends_of_a_range_are_two_rows():
    assert value("tuning_offers", "together <=16B LoRA SFT", "train_price") == 0.48
    assert value("tuning_offers", "together <=16B full DPO", "train_price") == 1.35


def test_cached_input_costs_at_most_as_much_as_input():
    prices = TABLES["inference_prices"]
    for key, cached in prices.column("cached_input_price").items():
        assert cached <= value("inference_prices", key, "input_price"), key
    assert all(0 < price <= 100 for price in prices.column("output_price").values())


def test_inference_prices_are_what_the_package_gives():
    pytest.importorskip("genai_prices")
    script = catalog._load.SHIPPED.parents[1] / "scripts" / "refresh_inference_prices.py"
    subprocess.run([sys.executable, script, "--check"], check=True)


# Models


PUBLISHED = {
    "Llama-3-8B": 8.03e9,
    "Llama-3-70B": 70.6e9,
    "Llama-3.1-8B": 8.03e9,
    "Llama-3.1-70B": 70.6e9,
    "Llama-3.1-405B": 406e9,
    "Llama-3.2-1B": 1.24e9,
    "Llama-3.2-3B": 3.21e9,
    "Llama-3.3-70B": 70.6e9,
    "Qwen2.5-0.5B": 0.494e9,
    "Qwen2.5-1.5B": 1.54e9,
    "Qwen2.5-3B": 3.09e9,
    "Qwen2.5-7B": 7.62e9,
    "Qwen2.5-14B": 14.8e9,
    "Qwen2.5-32B": 32.8e9,
    "Qwen2.5-72B": 72.7e9,
    "Qwen3-0.6B": 0.596e9,
    "Qwen3-1.7B": 1.72e9,
    "Qwen3-4B": 4.02e9,
    "Qwen3-8B": 8.19e9,
    "Qwen3-14B": 14.8e9,
    "Qwen3-32B": 32.8e9,
    "Qwen3-30B-A3B": 30.5e9,
    "Qwen3-235B-A22B": 235e9,
    "Mistral-7B-v0.3": 7.25e9,
    "Ministral-8B": 8.02e9,
    "Mistral-Nemo-12B": 12.2e9,
    "Mistral-Small-24B": 23.6e9,
    "Mistral-Large-2411": 123e9,
    "Mixtral-8x7B": 46.7e9,
    "Mixtral-8x22B": 141e9,
    "Gemma-2-2B": 2.61e9,
    "Gemma-2-9B": 9.24e9,
    "Gemma-2-27B": 27.2e9,
    "Gemma-3-1B": 1.0e9,
    "Gemma-3-4B": 3.88e9,
    "Gemma-3-12B": 11.8e9,
    "Gemma-3-27B": 27.0e9,
    "Phi-3-mini": 3.82e9,
    "Phi-3-medium": 14e9,
    "Phi-4": 14.7e9,
    "Phi-4-mini": 3.84e9,
    "gpt-oss-20b": 20.9e9,
    "gpt-oss-120b": 117e9,
}


def counted(row, experts):
    """Parameters from the dimensions, without norms and biases, with so many experts in each layer."""
    dims = row.values
    embeddings = dims["vocab"] * dims["hidden"] * (1 if dims["tied"] else 2)
    attention = 2 * dims["hidden"] * (dims["attention_width"] + dims["kv_width"])
    feed_forward = 3 * dims["hidden"] * dims["ffn"] * experts
    return embeddings + dims["layers"] * (attention + feed_forward)


@pytest.mark.parametrize(("model", "published"), PUBLISHED.items())
def test_the_dimensions_make_up_the_published_parameters(model, published):
    row = MODELS.rows[model]
    assert row.values["params"] == pytest.approx(published, rel=0.01)
    assert counted(row, row.values.get("experts", 1)) == pytest.approx(published, rel=0.01)
    assert counted(row, row.values.get("active_experts", 1)) == pytest.approx(row.values["active_params"], rel=0.01)


def test_every_other_model_is_known_by_name():
    assert set(MODELS.rows) - set(PUBLISHED) == {"DeepSeek-V2-Lite", "DeepSeek-V3", "DeepSeek-R1", "custom"}


def test_deepseek_v3_has_37_of_671_billion_active():
    assert value("models", "DeepSeek-V3", "params") == pytest.approx(671e9, rel=0.001)
    assert value("models", "DeepSeek-V3", "active_params") == pytest.approx(37e9, rel=0.02)


def test_deepseek_v2_lite_has_2_4_of_15_7_billion_active():
    """Without the input embedding, as DeepSeek counts."""
    assert value("models", "DeepSeek-V2-Lite", "params") == pytest.approx(15.7e9, rel=0.001)
    assert value("models", "DeepSeek-V2-Lite", "matmul_params") == pytest.approx(2.4e9, rel=0.03)


def test_the_active_parameters_of_mixtures_are_those_that_are_published():
    assert value("models", "Mixtral-8x7B", "active_params") == pytest.approx(12.9e9, rel=0.01)
    assert value("models", "Mixtral-8x22B", "active_params") == pytest.approx(39.1e9, rel=0.01)
    assert value("models", "gpt-oss-20b", "matmul_params") == pytest.approx(3.61e9, rel=0.01)
    assert value("models", "gpt-oss-120b", "matmul_params") == pytest.approx(5.13e9, rel=0.01)
    assert value("models", "Qwen3-30B-A3B", "active_params") == pytest.approx(3.3e9, rel=0.03)
    assert value("models", "Qwen3-235B-A22B", "active_params") == pytest.approx(22e9, rel=0.01)


@pytest.mark.parametrize(
    ("said", "model"),
    [
        ("DeepSeek-R1-Distill-Llama-8B", "Llama-3.1-8B"),
        ("Qwen2.5-Coder-7B-Instruct", "Qwen2.5-7B"),
        ("Phi-3.5-mini", "Phi-3-mini"),
        ("mistralai/Mistral-Nemo-Instruct-2407", "Mistral-Nemo-12B"),
    ],
)
def test_a_model_of_the_same_dimensions_is_an_alias(said, model):
    assert MODELS.find(said) == model


def test_the_input_embedding_is_not_multiplied():
    """It is looked up. A head that shares it is multiplied, so that nothing is taken off."""
    for row in MODELS.rows.values():
        if row.key != "custom":
            embedding = 0 if row.values["tied"] else row.values["vocab"] * row.values["hidden"]
            assert row.values["matmul_params"] == row.values["active_params"] - embedding, row.key
    assert value("models", "Llama-3.1-8B", "matmul_params") == pytest.approx(7.505e9, rel=1e-4)


def test_only_a_mixture_of_experts_has_inactive_parameters():
    for row in MODELS.rows.values():
        mixture = "experts" in row.values
        assert ("active_experts" in row.values) == mixture
        if row.key != "custom":
            assert (row.values["active_params"] < row.values["params"]) == mixture, row.key


def test_a_model_that_is_not_listed_has_no_numbers():
    assert MODELS.rows["custom"].values == {}
    assert MODELS.rows["custom"].status == "placeholder"


# People


def test_pay_of_drivers_is_that_of_the_table_of_salaries():
    drivers, rows = catalog.load().drivers, TABLES["salaries"].rows
    known = {tuple(row.values.get(name) for name in ("low", "base", "high")) for row in rows.values()}
    staff, roles = drivers["staff_salary"], drivers["role_salary"]
    assert (staff.low, staff.default, staff.high) in known
    assert all((roles.low[role], roles.default[role], roles.high[role]) in known for role in roles.default)


def test_the_price_of_a_label_is_that_of_the_table():
    driver, row = catalog.load().drivers["label_price"], TABLES["label_prices"].rows["text class"].values
    assert (driver.low, driver.default, driver.high) == (row["low"], row["base"], row["high"])


# Training and serving


def test_mfu_grows_from_p10_to_p90_and_stays_under_the_ceiling():
    for row in TABLES["stacks"].rows.values():
        for kind in ("", "fast_"):
            known = [row.values.get(f"{kind}{column}") for column in ("mfu_p10", "mfu", "mfu_p90")]
            if known != [None] * 3:
                low, median, high = known
                assert 0 < low < median < high < (0.8 if kind else 0.87), row.key
    assert "mfu" not in TABLES["stacks"].rows["tuned fp8"].values


def test_lora_takes_two_thirds_of_the_compute():
    assert (
        value("methods", "LoRA", "flops_per_param_token") / value("methods", "full", "flops_per_param_token") == 2 / 3
    )
    assert value("methods", "QLoRA", "flops_per_param_token") == 4
    assert set(TABLES["methods"].column("checkpoint_bytes").values()) == {14}


def test_a_serving_setup():
    setup = TABLES["serving_setups"].rows["Llama-3.3-70B on H100 FP8 1000/1000"].values
    assert (setup["model"], setup["gpu"], setup["gpus_per_replica"]) == ("Llama-3.3-70B", "H100-SXM", 2)
    assert (setup["output_tokens_per_second"], setup["input_tokens"], setup["output_tokens"]) == (2209, 1000, 1000)
