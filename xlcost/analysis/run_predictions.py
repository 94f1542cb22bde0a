"""What the cost model says of one published run, beside what was reported.

Every prediction goes through the graph, with the inputs that a row gives and defaults for the rest. Whatever is
unusual about a row stands in the row: none is treated by its name or its source. The stack follows the rule of
`reference_runs.stack_of`. Dimensions are those of the row; of a model that is known by its name (`as_written`), if its
size is that of the row; of one in the catalogue of the same family and size; or else those of a model of usual shape,
of the size that the row or, failing that, the model's name tells.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xlcost.analysis.as_written import gpu_of, known_model, size_in
from xlcost.analysis.case import known_inputs
from xlcost.analysis.reference_runs import Run, is_fp8, is_throughput, method_of, says_recomputed, stack_of, unknown
from xlcost.analysis.rivals import ftuneai_speed, plain_speed
from xlcost.errors import CellError
from xlcost.model import graph
from xlcost.model.constants import (
    ATTENTION_FLOP,
    CAUSAL_SHARE,
    FAST_GPU,
    FLOP_PER_TFLOP,
    FORWARD_FLOP,
    SECONDS_PER_HOUR,
)
from xlcost.model.evaluation import Evaluation
from xlcost.model.inputs import complete

GIVEN = (
    "model model_params active_params matmul_params layers attention_width method objective gpu stack mfu "
    "trained_tokens sequence_tokens"
).split()
OPTIONAL = "model_params active_params matmul_params layers attention_width mfu".split()
WANTED = (
    "run_gpu_hours train_tokens_per_second mfu mfu_low mfu_high mfu_limit gpu_tflops flops_per_token active_params "
    "layers attention_width objective_factor stack_mfu experts_share flops_per_param"
).split()
HOURS, SPEED = "GPU-hour", "token/second/GPU"

NAMED_TOLERANCE = 0.15  # between the size of a row and that of the model of its name
SIZE_TOLERANCE = 0.02  # of a model that is of the same family
PLAUSIBLE_MFU = 0.9  # where the best matrix product of a GPU wasn't measured
FP8_OVER_BF16 = 2  # peaks


@dataclass(frozen=True)
class RunRow:
    """One row of a file: what was reported, what is predicted, and why it can't be used if it can't."""

    line: int
    id: str
    name: str
    source: str
    stack: str
    gpu: str
    method: str
    unit: str = ""
    reported: float | None = None
    predicted: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: float | None = None  # predicted over reported, in its unit
    used: bool = False
    why: str = ""  # it isn't used
    mfu: float | None = None  # predicted
    implied_mfu: float | None = None  # with which the prediction would be what was reported
    others: float | None = None  # predicted with what the other sources teach
    by_plain_rule: float | None = None
    by_ftuneai: float | None = None
    reported_tflops: float | None = None  # of a GPU, as its vendor counts them
    counted_tflops: float | None = None  # at the reported speed
    counted_tflops_whole: float | None = None  # with all of the attention matrix
    is_fast: bool = field(default=False, repr=False)
    publisher: str = field(default="", repr=False)
    recomputed: float = field(default=1.0, repr=False)  # FLOPs with activations computed again, over those without
    mfu_share: float = field(default=1.0, repr=False)  # of that of a dense model, in a mixture of experts

    @property
    def implied_dense_mfu(self) -> float | None:
        """As if it were no mixture of experts."""
        return None if self.implied_mfu is None else self.implied_mfu / self.mfu_share

    def factor(self, predicted: float | None) -> float | None:
        """The logarithm of predicted over reported time."""
        if not self.used or not predicted or not self.reported:
            return None
        found = math.log(predicted / self.reported)
        return -found if self.unit == SPEED else found


# One row


def predict(run: Run) -> RunRow:
    """What the model says of a row, as far as it can."""
    method, objective = method_of(run)
    gpu, stack = gpu_of(run.text("gpu_type")), stack_of(run)
    row = RunRow(
        run.line, run.text("id"), run.text("name"), run.source, stack, gpu or run.text("gpu_type"),
        method or run.text("method"), publisher=run.publisher,
    )  # fmt: skip
    if method is None:
        return replace(row, why=f"method: {unknown('methods', run.text('method'), 'method')}")
    if gpu is None:
        return replace(row, why=f"GPU: {unknown('gpus', run.text('gpu_type'), 'GPU')}")
    model, dimensions = _dimensions(run)
    if model == "custom" and "model_params" not in dimensions:
        return replace(row, why=f"size: {unknown('models', run.text('base_model') or run.text('name'), 'model')}")
    speed, hours, tokens = run.numbers.get("tok_s_gpu"), run.gpu_hours, run.tokens
    by_speed = speed is not None and (is_throughput(run) or hours is None or tokens is None)
    if not by_speed and hours is None:
        return replace(row, why="time: neither GPU-hours nor tokens a second are reported")
    if not by_speed and tokens is None:
        return replace(row, why="tokens: how many were trained is not reported")
    given = {
        "model": model, **dimensions, "method": method, "objective": objective, "gpu": gpu, "stack": stack,
        "trained_tokens": tokens or 1.0,
        "sequence_tokens": run.numbers.get("seq_len", known_inputs()["sequence_tokens"].default),
    }  # fmt: skip
    row = replace(row, unit=SPEED if by_speed else HOURS, reported=speed if by_speed else hours)
    return _predicted(row, run, given)


def _dimensions(run: Run) -> tuple[str, dict[str, float]]:
    """The model of the catalogue that a row is about, or custom; and what is known of its dimensions otherwise."""
    numbers = run.numbers
    size = numbers.get("params_b", numbers.get("n_mm_b"))
    said = {
        "matmul_params": numbers["n_mm_b"] * 1e9 if "n_mm_b" in numbers else None,
        "layers": numbers.get("n_layers"),
        "attention_width": numbers.get("d_attn"),
    }
    dimensions = {name: value for name, value in said.items() if value is not None}
    active = min(numbers.get("active_params_b", size), size) if size is not None else None
    names = [name for name in (run.text("base_model"), run.text("name")) if name]
    for name in names:
        if isinstance(known := known_model(name), str) and _is_of_size(_sizes()[known][0], size):
            return known, dimensions
        if isinstance(known, Mapping) and _is_of_size(known["model_params"], size):
            return "custom", {**_of_older(known), **dimensions}
        if (key := _of_family(name, size, active)) is not None:
            return key, dimensions
    if size is None:
        size = next((found for name in names if (found := size_in(name)) is not None), None)
        active = size
    if size is not None:
        dimensions["model_params"] = size * 1e9
        dimensions["active_params"] = (active or size) * 1e9
    return "custom", dimensions


def _of_older(known: Mapping[str, float]) -> dict[str, float]:
    """Of a model that isn't in the catalogue: without its input embedding, unless that is its head as well."""
    embedding = 0.0 if known["tied_head"] else known["vocab"] * known["hidden"]
    return {
        "model_params": known["model_params"],
        "active_params": known["model_params"],
        "matmul_params": known["model_params"] - embedding,
        "layers": known["layers"],
        "attention_width": known["attention_width"],
    }


def _is_of_size(params: float, size: float | None) -> bool:
    return size is None or abs(size * 1e9 / params - 1) <= NAMED_TOLERANCE


@functools.cache
def _sizes() -> Mapping[str, tuple[float, float]]:
    """Parameters and active ones of the catalogue's models."""
    models = graph().catalog.tables["models"]
    params, actives = models.column("params"), models.column("active_params")
    return {key: (float(known), float(actives.get(key, known))) for key, known in params.items()}


def _of_family(name: str, size: float | None, active: float | None) -> str | None:
    """The model of the catalogue with the same first word and the same size, also the active one."""
    if size is not None and active is not None and (family := _first_word(name)):
        for key, (known, known_active) in _sizes().items():
            is_size = abs(size * 1e9 / known - 1) <= SIZE_TOLERANCE
            is_active = abs(active * 1e9 / known_active - 1) <= NAMED_TOLERANCE
            if is_size and is_active and _first_word(key) == family:
                return key
    return None


def _first_word(name: str) -> str:
    """The family of a model: qwen3 of `Qwen3 MoE 30B` and of `Qwen3-30B-A3B`."""
    found = re.match(r"[a-z]+[0-9.]*", name.lower())
    return found[0] if found else ""


def _predicted(row: RunRow, run: Run, given: Mapping[str, Any]) -> RunRow:
    found = _evaluated(given)
    name = "train_tokens_per_second" if row.unit == SPEED else "run_gpu_hours"
    if isinstance(found["stack_mfu"], CellError):
        return replace(row, why=f"stack: the MFU of {row.stack!r} on this GPU is not known")
    numbers = [found[each] for each in (name, "mfu_low", "mfu_high", "flops_per_token", "gpu_tflops", "active_params")]
    if not all(isinstance(each, float) and 0 < each < math.inf for each in numbers):
        return replace(row, why="numbers: nothing can be computed from them")
    predicted, low, high, flops, tflops, active = numbers
    reported = row.reported or math.nan
    ratio = predicted / reported
    time = 1 / ratio if row.unit == SPEED else ratio
    if not 0 < ratio < math.inf or not 0 < time < math.inf:
        return replace(row, why="numbers: nothing can be computed from them")
    mfu, peak = found["mfu"], tflops * FLOP_PER_TFLOP.value
    tokens = given["trained_tokens"]
    speed = reported if row.unit == SPEED else tokens / (reported * SECONDS_PER_HOUR.value)
    attention = flops + _attention_left_out(found, given)
    gpus = run.numbers.get("gpu_count", 1.0)
    by_plain, by_ftuneai = plain_speed(active, peak), ftuneai_speed(active, peak, row.method, gpus)
    by_plain, by_ftuneai = (each / found["objective_factor"] for each in (by_plain, by_ftuneai))

    def in_unit(rate: float) -> float:
        return rate if row.unit == SPEED else tokens / rate / SECONDS_PER_HOUR.value

    worst, best = predicted * low / mfu, predicted * high / mfu
    if row.unit == HOURS:
        worst, best = predicted * mfu / high, predicted * mfu / low
    row = replace(
        row,
        predicted=predicted, ratio=ratio, low=worst, high=best, mfu=mfu, implied_mfu=mfu * time,
        by_plain_rule=in_unit(by_plain), by_ftuneai=in_unit(by_ftuneai),
        reported_tflops=_reported_tflops(run, tflops),
        counted_tflops=speed * flops / FLOP_PER_TFLOP.value,
        counted_tflops_whole=speed * attention / FLOP_PER_TFLOP.value,
        is_fast=tflops >= FAST_GPU.value, mfu_share=found["experts_share"],
        recomputed=1 + FORWARD_FLOP.value / found["flops_per_param"] if says_recomputed(run) else 1.0,
    )  # fmt: skip
    return replace(row, **_judged(row, run, found))


def _judged(row: RunRow, run: Run, found: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a row is used, and why not."""
    if row.unit == HOURS and "tokens_trained" not in run.numbers:
        return {"why": "tokens: only the most that there can be are known, examples x epochs x sequence length"}
    limit = found["mfu_limit"] if found["mfu_limit"] < 1 else PLAUSIBLE_MFU
    if is_fp8(run):
        limit *= FP8_OVER_BF16
    if (row.implied_mfu or 0.0) > limit:
        return {"why": f"speed: an MFU of {row.implied_mfu:.2f} is above {limit:.2f}, which no run reaches"}
    return {"used": True}


def _attention_left_out(found: Mapping[str, Any], given: Mapping[str, Any]) -> float:
    """FLOP for a token of the half of the attention matrix that a causal model doesn't need."""
    whole: float = ATTENTION_FLOP.value * found["layers"] * found["attention_width"] * given["sequence_tokens"]
    return whole * (1 - CAUSAL_SHARE.value)


def _reported_tflops(run: Run, peak: float) -> float | None:
    if (reported := run.numbers.get("tflops_reported")) is not None:
        return reported
    share = run.numbers.get("mfu_reported")
    is_plain = share is not None and share <= 1 and not is_fp8(run)  # of which peak?
    return share * peak if is_plain and share is not None else None


@functools.cache
def _evaluation() -> Evaluation:
    model = graph()
    inputs = complete(model, known_inputs(), {})
    fixed = {name: value for name, value in inputs.items() if value is not None and name not in GIVEN}
    return Evaluation(model, tuple(WANTED), tuple(GIVEN), tuple(OPTIONAL), fixed)


def _evaluated(given: Mapping[str, Any]) -> dict[str, Any]:
    return dict(zip(WANTED, _evaluation()(*(given.get(name) for name in GIVEN)), strict=True))


def predicted_with(row: RunRow, mfu: float) -> float | None:
    """What would be predicted with another MFU."""
    if row.predicted is None or not row.mfu:
        return None
    return row.predicted * (mfu / row.mfu if row.unit == SPEED else row.mfu / mfu)
