"""Names and numbers as people write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcost.analysis.as_written import (
    BILLIONS,
    COUNTS,
    HOURS,
    SHARES,
    TOKENS,
    gpu_of,
    known_model,
    method_in,
    number_in,
    older_models,
    size_in,
)


@pytest.mark.parametrize(
    ("text", "scales", "number"),
    [
        ("8", None, 8),
        (" 8.5 ", None, 8.5),
        (".5", None, 0.5),
        ("1e3", None, 1_000),
        ("~8", None, 8),
        ("≈ 8", None, 8),
        ("about 8", None, 8),
        ("approx. 8", None, 8),
        ("1,650", None, 1_650),
        ("1 650 000", None, 1_650_000),
        ("1_000", None, 1_000),
        ("120-140", None, 130),
        ("120 – 140", None, 130),
        ("120 to 140", None, 130),
        ("7B", BILLIONS, 7),
        ("350M", BILLIONS, 0.35),
        ("1.5 billion", BILLIONS, 1.5),
        ("15T", COUNTS, 15e12),
        ("300-600B", COUNTS, 450e9),
        ("52k", COUNTS, 52_000),
        ("90 min", HOURS, 1.5),
        ("2 days", HOURS, 48),
        ("3h", HOURS, 3),
        ("43%", SHARES, 0.43),
        ("8k", TOKENS, 8_192),
        ("2048 tokens", TOKENS, 2_048),
        ("4k tokens", TOKENS, 4_096),
        ("1.2B tokens", COUNTS, 1.2e9),
        ("~1.5k tok/s", COUNTS, 1_500),
        ("950 tokens/s/GPU", COUNTS, 950),
        ("950 tokens per second per GPU", COUNTS, 950),
        ("8 GPUs", None, 8),
        ("7B params", BILLIONS, 7),
        ("410 TFLOPs/s/GPU", None, 410),
        ("1,000 GPU-hours", HOURS, 1_000),
        ("1,000 A100 hours", HOURS, 1_000),
        ("5 GPU-days", HOURS, None),
        ("0.4 PFLOPS", None, None),
        ("tokens", COUNTS, None),
        # none: nothing, a word, a unit that isn't known, 0 and below, not finite, a decimal comma, a range upside down
        ("", None, None),
        ("OOM", None, None),
        ("7B", None, None),
        ("8 furlongs", HOURS, None),
        ("0", None, None),
        ("-1", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("1e400", None, None),
        ("1e31", None, None),
        ("3,5", None, None),
        ("140-120", None, None),
        ("1.2.3", None, None),
        ("8 or 9", None, None),
        ("٣", None, None),
    ],
)
def test_numbers(text, scales, number):
    assert number_in(text, scales) == (None if number is None else pytest.approx(number))


@given(st.text(max_size=30), st.sampled_from([None, BILLIONS, COUNTS, HOURS, SHARES, TOKENS]))
def test_any_text_is_a_number_above_zero_or_none(text, scales):
    found = number_in(text, scales)
    assert found is None or (math.isfinite(found) and found > 0)


@given(st.floats(1e-20, 1e20))
def test_a_number_that_is_written_is_read(number):
    assert number_in(repr(number)) == number


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Llama-3.1-8B", "Llama-3.1-8B"),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", "Llama-3.1-8B"),
        ("meta-llama/Llama-3.1-8B-Instruct", "Llama-3.1-8B"),
        ("llama 3.1 8b", "Llama-3.1-8B"),
        ("unsloth/Llama-3.1-8B-Instruct-bnb-4bit", "Llama-3.1-8B"),
        ("Llama-3.1-88B", None),
        ("", None),
        ("/", None),
        ("custom", None),
    ],
)
def test_models(name, key):
    assert known_model(name) == key


def test_a_model_of_the_past_comes_with_its_dimensions():
    """Llama 2 7B: 2 x 32,000 x 4,096 + 32 x (4 x 4,096^2 + 3 x 4,096 x 11,008) = 6.738 billion."""
    found = known_model("meta-llama/Llama-2-7b-chat-hf")
    assert found is older_models()["llama27b"]
    assert (found["model_params"], found["layers"], found["hidden"]) == (6_738_149_376, 32, 4_096)


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("Unheard-7B", 7),
        ("unheard_350m", 0.35),
        ("Unheard 1.5B chat", 1.5),
        ("Unheard-1_5B", 1.5),
        ("Mixtral-8x7B", None),
        ("Unheard-v2", None),
        ("7bit", None),
        ("Unheard-0B", None),
    ],
)
def test_sizes_in_names(name, billions):
    assert size_in(name) == billions


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("H100", "H100-SXM"),
        ("NVIDIA H100 80GB HBM3", "H100-SXM"),
        ("8xH100", "H100-SXM"),
        ("A100 80 GB", "A100-80GB"),
        ("A100-SXM4-80GB", "A100-80GB"),
        ("NVIDIA A100 40GB", "A100-40GB"),
        ("A10G/A100 (managed)", None),
        ("H100 or H200", None),
        ("an accelerator", None),
        ("", None),
        ("TPU v3", None),
    ],
)
def test_gpus(said, key):
    assert gpu_of(said) == key


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("full", ("full", "SFT")),
        ("full fine-tuning", ("full", "SFT")),
        ("SFT", ("full", "SFT")),
        ("finetune (see paper)", ("full", "SFT")),
        ("pretraining", ("full", "SFT")),
        ("LoRA", ("LoRA", "SFT")),
        ("SFT (QLoRA)", ("QLoRA", "SFT")),
        ("q-lora", ("QLoRA", "SFT")),
        ("LoRA DPO", ("LoRA", "DPO")),
        ("dpo", ("full", "DPO")),
        ("rlhf-ppo", (None, "SFT")),
        ("LoRA GRPO", (None, "SFT")),
        ("ia3", (None, "SFT")),
        ("", (None, "SFT")),
    ],
)
def test_methods(said, found):
    assert method_in(said) == found
