"""Look-ups in the catalogue, and FT_EXPLAIN, which says in words what another call gives and why."""

from typing import Any

import pytest

import xlcost
from xlcost import estimate
from xlcost.analysis.case import known_inputs
from xlcost.errors import CellError
from xlcost.functions import ft
from xlcost.functions.about import version
from xlcost.functions.registry import functions
from xlcost.model import graph

VALUE, NA = CellError.VALUE, CellError.NA
OFFERS = graph().catalog.tables["gpu_offers"]


@pytest.mark.parametrize(
    ("arguments", "offer", "tier"),
    [
        (("H100-SXM",), "nebius H100-SXM", "on_demand"),  # the default offer of this GPU
        (("h100", "SPOT"), "nebius H100-SXM", "spot"),
        (("H100", None, "aws"), "aws H100-SXM", "on_demand"),
        (("A100-80GB", "commit_3yr", "AWS"), "aws A100-80GB", "commit_3yr"),
        (("A10G", None, "aws"), "aws A10G", "on_demand"),  # the default among three
        (("A10G", None, "aws A10G x8"), "aws A10G x8", "on_demand"),
        (("H100", None, "together"), "together H100-SXM", "on_demand"),  # and not that of an endpoint
    ],
)
def test_a_price(arguments: tuple[Any, ...], offer: str, tier: str) -> None:
    assert ft.FT_GPU_PRICE(*arguments) == OFFERS.rows[offer].values[tier]
    assert f"USD/GPU-hour, {offer}: " in ft.FT_EXPLAIN("FT_GPU_PRICE", *arguments)


@pytest.mark.parametrize(
    ("call", "error", "reason"),
    [
        (("FT_GPU_PRICE", None), VALUE, "gpu is needed"),
        (("FT_GPU_PRICE", "H1000"), NA, "gpu = 'H1000' is not in the table 'GPUs'; did you mean"),
        (("FT_GPU_PRICE", "MI300X"), NA, "names no offer for MI300X"),
        (("FT_GPU_PRICE", "H100", "spot", "aws"), NA, "the offer 'aws H100-SXM' has no 'Spot' (spot)"),
        (("FT_GPU_PRICE", "H100", "weekly"), VALUE, "tier = 'weekly': one of on_demand, spot"),
        (("FT_GPU_PRICE", "T4", None, "nebius"), NA, "provider = 'nebius': none for T4; known are aws, google"),
        (("FT_GPU_PRICE", 100.0), VALUE, "gpu = 100.0: a text is wanted"),
        (("FT_GPU_PRICE", CellError.REF), CellError.REF, "gpu is #REF! already"),
        (("FT_GPU_SPEC", "T4", "tflops_fp8"), NA, "the catalogue has no 'Peak, fp8 dense' (tflops_fp8) of T4"),
        (("FT_GPU_SPEC", "T4", "speed"), VALUE, "field = 'speed': one of tflops"),
        (("FT_GPU_SPEC", "T4"), VALUE, "field is needed"),
        (("FT_TOKEN_PRICE", "gpt-4.1-mni"), NA, "did you mean openai gpt-4.1-mini"),
        (("FT_TOKEN_PRICE", "openai ft:gpt-4o", "cached"), NA, "no price for cached tokens of openai ft:gpt-4o"),
        (("FT_TOKEN_PRICE", "gpt-4.1-mini", "both"), VALUE, "kind = 'both': one of input, cached, output"),
        (("FT_TOKEN_PRICE", "gpt-4.1-mini", "input", "opnai"), VALUE, "provider = 'opnai': one of openai"),
        (("FT_MODEL_SPEC", "custom", "layers"), NA, "the catalogue has no 'Layers' (layers) of custom"),
        (("FT_MODEL_SPEC", "Lama-3.1-8B", "layers"), NA, "did you mean Llama-3.1-8B"),
        (("FT_DEFAULT", "commit_1yr_price"), NA, "commit_1yr_price by the defaults: no price"),
        (("FT_DEFAULT", "gpu_pric"), VALUE, "'gpu_pric' is not a driver; did you mean"),
        (("FT_SOURCE", "total_cost"), VALUE, "'total_cost' is not a driver"),
    ],
)
def test_what_is_not_found(call: tuple[Any, ...], error: CellError, reason: str) -> None:
    name, *arguments = call
    assert functions()[name].call(arguments) is error
    assert reason in ft.FT_EXPLAIN(*call)


@pytest.mark.parametrize(
    ("arguments", "row", "column"),
    [
        (("openai gpt-4.1-mini",), "openai gpt-4.1-mini", "input_price"),
        (("GPT-4.1-mini", "Cached"), "openai gpt-4.1-mini", "cached_input_price"),
        (("gpt-4.1-mini", "output", "OpenAI"), "openai gpt-4.1-mini", "output_price"),
    ],
)
def test_a_price_of_tokens(arguments: tuple[Any, ...], row: str, column: str) -> None:
    prices = graph().catalog.tables["inference_prices"]
    assert ft.FT_TOKEN_PRICE(*arguments) == prices.rows[row].values[column]
    assert f"USD/Mtoken, {row}: " in ft.FT_EXPLAIN("FT_TOKEN_PRICE", *arguments)


def test_a_model_has_a_specification() -> None:
    assert ft.FT_MODEL_SPEC("Llama-3.1-8B", "layers") == 32
    assert ft.FT_MODEL_SPEC("llama-3.1-8b", "Hidden") == 4096
    assert ft.FT_EXPLAIN("FT_MODEL_SPEC", "Llama-3.1-8B", "layers").startswith("32 layer, Llama-3.1-8B: litgpt")


def test_spot_asks_for_a_spot_price() -> None:
    """10.5202 hours, billed to the minute: 632 of them."""
    assert ft.FT_SPOT_COST(10, 1, 0.05, None, 0.25, 0.01, 0.1) == pytest.approx(632 / 60 * 1.25, rel=1e-12)
    assert ft.FT_SPOT_COST(10, 1, gpu="A100-80GB") is NA
    estimated = ft.FT_SPOT_COST(10, 1, 0, gpu="A100-80GB", estimate_missing="yes", checkpoint_write=0)
    assert estimated == pytest.approx(10 * 1.89 * 0.42, rel=1e-12)
    assert functions()["FT_SPOT_COST"].doc.endswith("How GPUs are bought: spot.")


def test_a_specification() -> None:
    assert ft.FT_GPU_SPEC("H100", "tflops") == 989
    assert ft.FT_GPU_SPEC("H100", "Memory_GB") == 80
    assert ft.FT_GPU_SPEC([["H100"], ["none"]], ["tflops", "offer"]) == [[989.0, "nebius H100-SXM"], [NA, NA]]


def test_defaults() -> None:
    base = estimate()
    for name, each in known_inputs().items():
        value = base[name] if each.default is None else each.default
        assert ft.FT_DEFAULT(name) == (NA if each.kind == "number" and isinstance(value, str) else value)
    assert ft.FT_DEFAULT([["examples"], ["nothing"]]) == [[10_000.0], [VALUE]]


def test_sources() -> None:
    for name in known_inputs():
        assert isinstance(ft.FT_SOURCE(name), str), name
    assert ft.FT_SOURCE("examples") == "placeholder"
    assert ft.FT_SOURCE("label_price").endswith("0.08 and 0.50 are a judgement; 2026-03-15; estimate")
    assert ft.FT_SOURCE("gpu_price").startswith("nebius H100-SXM: SkyPilot catalogue")
    assert ft.FT_SOURCE("staff_hour_rate").startswith("computed: ")


@pytest.mark.parametrize(("said", "number"), [("0.1.0", 100), ("2.13.4", 21_304), ("1.0.0rc1", 10_000)])
def test_a_version_as_a_number(said: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlcost, "__version__", said)
    assert version() == number


def test_the_version_ignores_its_argument() -> None:
    for ignored in (None, CellError.NA, [[1.0] * 200] * 200, "x"):
        assert ft.FT_VERSION(ignored) == version()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            ("FT_LABEL_COST", 10_000, 0.08, 3, 0.12, 0.10, 0.50),
            "label_cost (Cost of labels) is 3,188 USD, from labels_bought (Labels paid for) = 33,600 label, "
            "label_price (Price of a label) = 0.08 USD/label and label_qa_cost (Cost of checking a sample) = 500 USD.",
        ),
        (
            ("ft_drift_months", 0.9, 0.5, 0.7),
            "drift_months (Months until quality is at its floor) is never, from reaches_floor (Quality falls to the "
            "floor) = 0.",
        ),
        (("FT_COMPUTE_COST", 8, -1), "trained_tokens = -1: between 0 and 1,000,000,000 million token"),
        (("COMPUTE_COST", 8, 30, None, "x"), "method = 'x' is not known; known are full, LoRA, QLoRA"),
        (("FT_COMPUTE_COST", 8, NA), "trained_tokens is #N/A already, as it was handed over"),
        (
            ("FT_COMPUTE_COST", "custom"),
            "rented_run_cost is #N/A, because model_params (Parameters) is #N/A: the table 'Open models' has no "
            "'Parameters' (params) for 'custom'.",
        ),
        (
            ("FT_COMPUTE_COST", 8, 30, "H100", None, 2, 0),
            "rented_run_cost is #DIV/0!, because run_gpu_hours (GPU-hours of one run) is #DIV/0!: it divides by 0, "
            "which is what comes of gpu_tflops (Peak of the GPU, bf16 dense) = 989 TFLOP/second/GPU, mfu (MFU) = 0 and "
            "scaling_efficiency (Efficiency of many GPUs, against 8) = 1.",
        ),
        (
            ("FT_SPOT_COST", 10, 1, 0.05, None, None, None, None, "A100-80GB"),
            "rented_run_cost is #N/A, because spot_price (Spot) is #N/A: the table 'GPU prices' has no 'Spot' (spot) "
            "for 'runpod A100-80GB'.",
        ),
        (("FT_REPLICAS",), "peak_arrivals is needed: Requests a second at the peak (request/second)"),
        (
            ("FT_LABEL_COST", [[-1.0], [5.0]]),
            "examples = -1: between 1 and 1,000,000,000 example",
        ),  # of a range, the first
        (("FT_LABEL_COST", *[1.0] * 7), "FT_LABEL_COST takes 6 arguments, not 7"),
        (("FT_LABELCOST",), "FT_LABELCOST is no function of xlcost; did you mean FT_LABEL_COST"),
        ((None,), "function_name is needed"),
        (("FT_VERSION",), f"xlcost {xlcost.__version__} computes these functions."),
    ],
)
def test_an_explanation(call: tuple[Any, ...], words: str) -> None:
    assert ft.FT_EXPLAIN(*call).startswith(words)


def test_an_error_as_the_name_of_a_function_is_passed_on() -> None:
    assert ft.FT_EXPLAIN(CellError.REF) is CellError.REF


def test_only_the_branch_that_was_taken_is_told() -> None:
    """The GPU has no price, which matters only where training is on a rented one."""
    case = {"tuning_offer": "azure o4-mini RFT", "gpu": "MI300X"}
    assert "gpu_offer" in ft.FT_EXPLAIN("FT_TOTAL", case, None, "run_cost")
    assert "api_run_cost" in ft.FT_EXPLAIN("FT_TOTAL", {**case, "training_route": "API"}, None, "run_cost")
    told = ft.FT_EXPLAIN("FT_TOTAL", None, None, "run_cost")
    assert "rented_run_cost" in told
    assert "api_run_cost" not in told


def test_every_error_of_a_default_case_with_an_unpriced_gpu_is_explained() -> None:
    for name in graph().quantities:
        if graph().axis_of[name] is None:
            assert ft.FT_EXPLAIN("FT_TOTAL", {"gpu": "MI300X"}, None, name).endswith(".")


@pytest.mark.parametrize(
    ("call", "value", "said"),
    [
        (("FT_SALARY", "software developer"), 144_570, "USD/person/year, software developer: US Bureau of Labor"),
        (("FT_SALARY", "Data Scientist", "low"), 82_630, "Data Scientists: mean, P25, P90; 2024-05-01; quoted"),
        (("FT_SALARY", "ML engineer", "HIGH"), 211_450, "software developer"),
        (("FT_LABEL_PRICE", "text class"), 0.08, "USD/label, text class: "),
        (("FT_LABEL_PRICE", "expert demonstration", "high"), 100, "second paragraph: 600 annotations for 60,000 USD"),
    ],
)
def test_a_figure_that_stands_in_a_table(call: tuple[Any, ...], value: float, said: str) -> None:
    assert getattr(ft, call[0])(*call[1:]) == value
    assert said in ft.FT_EXPLAIN(*call)


@pytest.mark.parametrize(
    ("call", "error", "reason"),
    [
        (("FT_SALARY", "research scientist", "low"), NA, "the catalogue has no 'First quartile' of research scientist"),
        (("FT_SALARY", "data scientis"), NA, "did you mean data scientist"),
        (("FT_SALARY", "data scientist", "median"), VALUE, "field = 'median': one of low, base, high is wanted"),
        (("FT_LABEL_PRICE", None), VALUE, "task is needed"),
        (("FT_LABEL_PRICE", 3.0), VALUE, "task"),
    ],
)
def test_a_figure_that_does_not(call: tuple[Any, ...], error: CellError, reason: str) -> None:
    assert getattr(ft, call[0])(*call[1:]) == error
    assert reason in ft.FT_EXPLAIN(*call)
