"""What people get wrong when they cost fine-tuning: each a test of a whole estimate, worked by hand."""

import math

import pytest

from xlcost import estimate
from xlcost.catalog import load
from xlcost.errors import CellError

TABLES = load().tables
PRICED = ("gpu_offers", "tuning_offers", "inference_prices", "label_prices", "salaries")
RUN = {"idle_share": 0, "failed_share": 0, "billing_step": 0.0001, "purchase": "on demand"}


def test_epochs_are_counted_once():
    """10,000 x 1,000 x 3 = 30 million, at 5 USD a million: 150, and not 450."""
    case = {"tuning_offer": "openai gpt-4.1-mini SFT", "training_route": "API", "validation_tokens": 0}
    found = estimate({**case, "examples": 10_000, "tokens_per_example": 1_000, "epochs": 3})
    assert found["trained_tokens"] == 30e6
    assert found["run_cost"] == pytest.approx(150)


def test_a_gb_is_a_thousand_million_bytes_where_storage_is_billed():
    """8.03 billion x 14 bytes = 112.4 GB, which are 104.7 GiB. A GPU that is sold with 80 GB has 80 GiB: 85.9 GB."""
    found = estimate({"model_params": 8.03e9, "method": "full"})
    assert found["checkpoint_size"] == pytest.approx(112.42)
    assert estimate({"gpu": "H100-SXM"})["gpu_memory_sold"] == 80


@pytest.mark.parametrize(("gpu", "sparse"), [("H100-SXM", 1979), ("H200", 1979), ("A100-80GB", 624), ("L40S", 733)])
def test_a_peak_is_without_sparsity(gpu, sparse):
    assert estimate({"gpu": gpu})["gpu_tflops"] == pytest.approx(sparse / 2, rel=0.02)


def test_a_price_is_for_a_gpu_and_a_node_is_paid_whole():
    """A node of eight at 12.29 each, sold whole: an hour of one GPU of it costs 98.32, and not 12.29 or 786.56."""
    found = estimate({**RUN, "gpu_offer": "aws H100-SXM", "gpus": 1})
    hours = found["run_gpu_hours"]
    assert found["rented_run_cost"] == pytest.approx(8 * 12.29 * math.ceil(hours / 0.0001 - 1e-9) * 0.0001)


def test_a_mixture_of_experts_computes_with_some_and_stores_all():
    """Qwen3-30B-A3B: 4 x 3.04 billion FLOP for a token and no more, but 30.5 billion parameters in memory."""
    found = estimate({"model": "Qwen3-30B-A3B", "method": "LoRA"})
    assert found["flops_per_token"] - found["attention_flops"] == pytest.approx(4 * 3.04e9, rel=0.01)
    assert found["model_params"] == pytest.approx(30.5e9, rel=0.01)


def test_recomputation_is_counted_once():
    """A speed that was measured holds already what is computed twice: the same hours with and without it."""
    hours = [
        estimate({"measured_tokens_per_second": 5_000, "activation_checkpointing": each})["run_gpu_hours"]
        for each in ("no", "yes")
    ]
    assert hours[0] == pytest.approx(hours[1])
    assert hours[0] == pytest.approx(30e6 / 5_000 / 3_600)


def test_an_mfu_above_a_matrix_product_is_doubted_and_above_1_refused():
    assert estimate({"mfu": 0.85})["alert_ceiling"] == 1
    assert estimate({"measured_tokens_per_second": 90_000})["mfu"] is CellError.NUM


def test_the_mfu_of_fp8_is_of_the_bf16_peak():
    """0.38 of 989, and not of 1979: 1e18 FLOP take 1e18 / (989e12 x 0.38) = 2,661 seconds."""
    found = estimate({"stack": "tuned fp8", "gpu": "H100-SXM"})
    seconds = found["run_gpu_hours"] / found["run_flops"] * 3_600 * 1e18
    assert seconds == pytest.approx(2_661, abs=0.5)


def test_unpacked_examples_are_billed_at_their_full_length():
    """1,000 examples of 500 tokens, padded to 2,048, once: 2.048 million x 5 = 10.24, and not 2.50."""
    case = {"training_route": "API", "tuning_offer": "openai gpt-4.1-mini SFT", "validation_tokens": 0, "epochs": 1}
    found = estimate({**case, "packing": "padded", "examples": 1_000, "tokens_per_example": 500})
    assert found["run_cost"] == pytest.approx(10.24)


def test_a_hosted_model_costs_while_nobody_asks():
    """1.70 x 730 = 1,241 a month."""
    case = {"serving_route": "API", "tuning_offer": "azure gpt-4.1-mini SFT", "launch_requests": 0}
    assert estimate(case)["token_cost"][20] == pytest.approx(1_241)


def test_cached_input_is_cheaper_and_not_free():
    """A request of 2,000 in and 300 out: 0.00128, with 1,800 cached 0.00074."""
    case = {"api_input_price": 0.4, "api_output_price": 1.6, "input_tokens": 2_000, "output_tokens": 300}
    assert estimate({**case, "cached_share": 0})["api_request_cost"] == pytest.approx(0.00128)
    cached = {**case, "cached_share": 0.9, "cached_price_share": 0.25}
    assert estimate(cached)["api_request_cost"] == pytest.approx(0.00074)


def test_a_rate_a_year_is_compounded_and_not_divided_by_12():
    """1.09^(-1) after 12 months; 1.0075^(-12) = 0.9142 would be the rate over 12."""
    found = estimate({"capital_cost": 0.09})
    assert found["discount_factor"][12] == pytest.approx(1 / 1.09)
    assert found["discount_factor"][6] == pytest.approx(1.09**-0.5)


def test_a_crossing_is_never_negative():
    dear = estimate({"api_hosting_price": 1_000, "serving_route": "API"})
    assert dear["break_even_requests"] == 0
    free = estimate({"api_input_price": 0, "api_output_price": 0})
    assert free["break_even_requests"] == "never"


def test_a_queue_that_is_full_never_ends():
    found = estimate({"launch_requests": 5e6, "sequences_per_replica": 1, "min_replicas": 1, "target_wait": 0.001})
    assert all(wait == "never" or wait >= 0 for wait in found["mean_wait"])
    assert found["peak_wait"] == "never" or found["peak_wait"] >= 0


def test_quality_that_decays_to_above_its_floor_never_falls_to_it():
    found = estimate({"quality_limit": 0.9, "quality_floor": 0.88, "retrain_basis": "drift"})
    assert (found["drift_months"], found["retrain_count"]) == ("never", 0)


def test_a_missing_price_is_not_0():
    assert estimate({"gpu": "MI300X"}).total is CellError.NA
    assert (
        estimate({"training_route": "API", "objective": "DPO", "tuning_offer": "ori <=10B LoRA"}).total is CellError.NA
    )


@pytest.mark.parametrize("name", PRICED)
def test_every_price_has_its_currency_and_its_day(name):
    table = TABLES[name]
    units = [str(column.unit) for column in table.columns.values() if column.kind == "number"]
    assert any(each.startswith("USD/") for each in units)
    assert all(row.at is not None for row in table.rows.values() if row.status != "placeholder")


def test_interruptions_grow_with_the_nodes():
    """Four nodes are interrupted four times as often as one."""
    case = {"purchase": "spot", "gpus_per_instance": 8, "interruptions": 0.05}
    assert estimate({**case, "gpus": 8})["interruption_rate"] == pytest.approx(0.05)
    assert estimate({**case, "gpus": 32})["interruption_rate"] == pytest.approx(0.2)


@pytest.mark.parametrize("own_gpu_payment", ["by the hour", "when bought"])
@pytest.mark.parametrize("purchase", ["on demand", "spot", "owned"])
def test_the_stages_add_up(purchase, own_gpu_payment):
    found = estimate({"purchase": purchase, "own_gpu_payment": own_gpu_payment})
    assert math.fsum(found.stages().values()) == pytest.approx(found.total)
    assert math.fsum(found["total_flow"]) == pytest.approx(found.total)
    assert found["check_total"] == pytest.approx(0, abs=1e-6)
    assert found["economic_opportunity_cost"] == 0  # a line of its own, and not cash


def test_own_gpus_are_not_paid_twice():
    """When bought: all of the capital at the start, and hours that bear power and space only."""
    case = {"purchase": "owned", "gpu_capex": 30_000, "training_route": "rented GPU", "serving_route": "own GPU"}
    hourly, bought = (estimate({**case, "own_gpu_payment": each}) for each in ("by the hour", "when bought"))
    gpus = bought["own_training_gpus"] + bought["own_serving_gpus"]
    assert bought["training_flow"][0] + bought["deployment_flow"][0] == pytest.approx(30_000 * gpus)
    assert bought["gpu_price"] == hourly["owned_running_price"] < hourly["gpu_price"]
    assert hourly["training_flow"][0] == hourly["deployment_flow"][0] == 0
