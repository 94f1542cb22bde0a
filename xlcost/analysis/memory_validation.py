"""Peaks of GPU memory that others measured, beside what the model predicts. The rules are those of memory_rules."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import math
import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from xlcost.analysis.as_written import number_in
from xlcost.analysis.case import known_inputs
from xlcost.analysis.memory_rules import INFERENCE, UNITS, Reading, Unusable, reading
from xlcost.errors import XlcostError
from xlcost.model import graph
from xlcost.model.constants import FITTING_SHARE, SOLD_GB
from xlcost.model.evaluation import Evaluation
from xlcost.model.inputs import complete

COLUMNS = ("name", "model", "params_b", "method", "quant", "micro_batch", "seq_len", "grad_ckpt", "optimizer", "gpu",
           "gpus", "peak_gb_per_gpu", "unit", "source", "where", "confidence", "notes")  # fmt: skip
MOST_ROWS = 100_000
MOST_BYTES = 50_000_000
TOO_LOW = 0.9

_WANTED = (
    "tensor_memory gpu_memory weights_on_gpu optimizer_on_gpu gradients_on_gpu kept_memory batch_tokens "
    "stored_activation logits_memory binding_part gpu_memory_sold lora_params embedding_params trained_params "
    "overhead_share overhead_memory"
).split()
BF16_BYTES, FP32_BYTES = 2, 4
MORE_LOGITS = 24 / 14 - 1


@dataclass(frozen=True)
class MemoryRow:
    """A published peak and its prediction, in GB on each GPU."""

    name: str
    model: str
    method: str
    source: str
    reported: float | None
    predicted: float | None = None
    low: float | None = None  # the least that fits what the row says
    high: float | None = None  # the most: with gaps and what CUDA takes, since few say whether they count them
    binds: str = ""
    why_not: str = ""  # why the row can't be compared
    doubts: tuple[str, ...] = ()  # what the row leaves open, and what was taken
    line: int = 0
    bound: str = ""  # why the row gives a bound alone, and isn't compared

    @property
    def is_within(self) -> bool | None:
        """Whether a row that gives a bound alone keeps it; None for others."""
        if not self.bound or self.reported is None or self.high is None or self.low is None:
            return None
        least = self.low if "between" in self.bound else 0.0
        return TOO_LOW * least <= self.reported <= self.high / TOO_LOW

    @property
    def ratio(self) -> float | None:
        """Predicted over reported, where both are known."""
        if self.why_not or self.bound or self.predicted is None or not self.reported:
            return None
        return self.predicted / self.reported

    @property
    def too_low_unsaid(self) -> bool:
        """Whether more than a tenth was missed, even by the most that would fit what the row says."""
        return self.ratio is not None and bool(self.reported) and (self.high or 0) < TOO_LOW * (self.reported or 0)


@dataclass(frozen=True)
class MemorySummary:
    """How well some rows are predicted."""

    group: str
    number: int
    mean_error: float  # of |ratio - 1|
    median_error: float
    bias: float  # geometric mean of the ratio
    worst_low: float  # the smallest ratio
    too_low: int  # rows of which more than a tenth is missed
    too_low_unsaid: int  # and which the range doesn't hold either


@dataclass(frozen=True)
class MemoryReport:
    """All rows of a file. Those that can't be compared say why."""

    rows: tuple[MemoryRow, ...]

    def summary(self, by: Callable[[MemoryRow], str] | None = None) -> tuple[MemorySummary, ...]:
        """By method, or by something else of a row; all of them last."""
        groups: dict[str, list[MemoryRow]] = {}
        compared = [row for row in self.rows if row.ratio is not None]
        for row in compared:
            groups.setdefault(by(row) if by else row.method, []).append(row)
        found = [_summary(name, groups[name]) for name in sorted(groups)]
        return (*found, _summary("all", compared)) if compared else ()

    def by_source(self) -> tuple[MemorySummary, ...]:
        """The same by source: the first two words of its name, a host and a repository."""
        return self.summary(lambda row: " ".join(row.source.split()[:2]) or "not said")


def validate_memory(path: Path | None = None, shipped: str = "memory") -> MemoryReport:
    """Compare the peaks of a file, or of one that ships with xlcost. Raises XlcostError for what is no such file."""
    if path is None:
        where = f"{shipped}.csv"
        text = (resources.files("xlcost.catalog") / "reference" / where).read_text("utf-8")
    else:
        where = str(path)
        try:
            if Path(path).stat().st_size > MOST_BYTES:
                raise XlcostError(f"{where}: more than {MOST_BYTES / 1e6:g} MB")
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as trouble:
            raise XlcostError(f"{where}: can't be read as a CSV file: {trouble}") from None
    return MemoryReport(tuple(_row(row, line) for line, row in _records(text, where)))


def _records(text: str, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if not set(COLUMNS).intersection(columns):
            raise XlcostError(f"{where}: the first line names none of the known columns ({', '.join(COLUMNS)})")
        if twice := [name for name in COLUMNS if columns.count(name) > 1]:
            raise XlcostError(f"{where}: the column {twice[0]} stands twice")
        for count, record in enumerate(reader):
            if count >= MOST_ROWS:
                raise XlcostError(f"{where}: more than {MOST_ROWS:,} rows")
            row = {
                (name or "").strip().lower(): value.strip() for name, value in record.items() if isinstance(value, str)
            }
            yield reader.line_num, row
    except csv.Error as trouble:
        raise XlcostError(f"{where}, line {reader.line_num}: {trouble}") from None


def _row(row: Mapping[str, str], line: int) -> MemoryRow:
    named = MemoryRow(
        row.get("name") or row.get("model", ""),
        row.get("model", ""),
        row.get("method", ""),
        row.get("source", ""),
        None,
        line=line,
    )
    try:
        read = reading(row)
    except Unusable as why:
        return replace(named, reported=_peak(row), why_not=str(why))
    found = _predicted(read)
    if found is None:
        return replace(named, why_not="the model has no number for it")
    predicted, low, high, binds, sold = found
    row_found = replace(
        named,
        method=read.kind,
        predicted=predicted,
        low=low,
        high=high,
        binds=binds,
        doubts=tuple(read.doubts),
        reported=_peak(row),
    )
    if row_found.reported is None:
        return replace(row_found, why_not=_no_peak(row, predicted, sold))
    return replace(row_found, bound=read.bound)


def _peak(row: Mapping[str, str]) -> float | None:
    """The reported peak on each GPU in GB."""
    said = row.get("unit", "").lower()
    peak, unit = row.get("peak_gb_per_gpu", ""), re.match("[a-z]*", said)
    if found := re.fullmatch(r"(.*[0-9])\s*(gb|gib|mb|mib)", peak.lower()):
        if said and unit is not None and unit[0] != found[2]:
            return None
        peak, unit = found[1], re.match("[a-z]*", found[2])
    each = [number_in(part) for part in peak.split("+")]
    known = [part for part in each if part is not None]
    value = statistics.fmean(known) if known and len(known) == len(each) else None
    gpus = number_in(row.get("gpus", "")) or 1.0
    if value is None or unit is None or unit[0] not in UNITS:
        return None
    return value * UNITS[unit[0]] / (gpus if "total" in said else 1.0)


def _no_peak(row: Mapping[str, str], predicted: float, sold: float | None) -> str:
    said = row.get("peak_gb_per_gpu", "")
    if number_in(said) is not None:
        return f"unit = {row.get('unit')!r}: GB, GiB, MB or MiB is wanted"
    if not re.search(r"oom|out of memory|cuda", said.lower()):
        return f"peak_gb_per_gpu = {said!r}: a number is wanted" if said else "no peak is said"
    has = "" if sold is None else f" of {_usable(sold):.1f} GB that can be planned with"
    return f"it ran out of memory, and so has no peak; predicted are {predicted:.1f} GB{has}"


def _usable(sold: float) -> float:
    return sold * SOLD_GB.value * FITTING_SHARE.value


def _predicted(read: Reading) -> tuple[float, float, float, str, float | None] | None:
    """The prediction, the range over what the row leaves open, what binds, and the memory of the GPU as sold."""
    sold = _evaluated(read, {**read.given, "sharding": "none"})["gpu_memory_sold"] if "gpu" in read.given else None
    given = {name: value for name, value in read.given.items() if value is not None}
    if "sharding" in read.open:
        given["sharding"] = _settled(read, given, sold)
    if read.trains_embedding:
        found = _evaluated(read, given)
        given["trained_params"] = found["lora_params"] + found["embedding_params"]
    choices = [[given.get(name), *others] for name, others in read.open.items()]
    sets = [{**given, **dict(zip(read.open, each, strict=True))} for each in itertools.product(*choices)]
    tried = [(each, _evaluated(read, each)) for each in sets]
    if not all(math.isfinite(each["tensor_memory"]) for _, each in tried if isinstance(each["tensor_memory"], float)):
        return None
    if read.kind == INFERENCE:
        weights = [float(each["weights_on_gpu"]) for _, each in tried]
        return weights[0], min(weights), max(weights), "weights", sold
    room = math.inf if sold is None else sold * SOLD_GB.value
    memories = [_memory(read, each, numbers, room) for each, numbers in tried]
    place = next((place for place, memory in enumerate(memories) if memory <= room), 0)
    if memories[place] > room and read.last:
        last = {**sets[0], **read.last}
        tried.append((last, _evaluated(read, last)))
        memories.append(_memory(read, *tried[-1], room))
        place = len(tried) - 1
    share, more = tried[0][1]["overhead_share"], tried[0][1]["overhead_memory"]
    most = max(_tensors(read, each, numbers) + _besides(read, each, numbers) for each, numbers in tried)
    most = max(memories[place], min(most * (1 + share) + more, room))  # more than the GPU has was not measured on it
    if read.is_boundless and sold is not None:
        most = max(most, room)
    return memories[place], min(memories), most, str(tried[place][1]["binding_part"]), sold


def _settled(read: Reading, given: Mapping[str, Any], sold: float | None) -> str:
    """Whether a model is divided, where that isn't said: only where the GPU hasn't the memory for a copy."""
    if sold is None:
        return "shard all"
    needed = _evaluated(read, {**given, "sharding": "none"})["tensor_memory"]
    return "none" if isinstance(needed, float) and needed <= sold * SOLD_GB.value else "shard all"


def _memory(read: Reading, given: Mapping[str, Any], found: Mapping[str, Any], room: float) -> float:
    """As the row measured it: tensors, with gaps, or also with what CUDA takes. Gaps close before memory runs out."""
    tensors = _tensors(read, given, found)
    if read.is_paged and tensors > room:
        tensors -= found["optimizer_on_gpu"]
    if read.measured == "tensors" or tensors > room:
        return float(tensors)
    more = found["overhead_memory"] if read.measured == "device" else 0
    return float(min(tensors * (1 + found["overhead_share"]) + more, room))


def _tensors(read: Reading, given: Mapping[str, Any], found: Mapping[str, Any]) -> float:
    """Those of the model; where only states, or also gradients, are divided, the others are whole."""
    if read.stage == 3 or given.get("sharding") != "shard all":
        return float(found["tensor_memory"])
    whole = _evaluated(read, {**given, "sharding": "none"})
    gradients = (found if read.stage == 2 else whole)["gradients_on_gpu"]
    both = (gradients, found["kept_memory"])
    kept = sum(both) if given.get("accumulation_steps", 1.0) > 1 else max(both)
    return float(whole["weights_on_gpu"] + found["optimizer_on_gpu"] + kept)


def _besides(read: Reading, given: Mapping[str, Any], found: Mapping[str, Any]) -> float:
    """What some software needs besides, which no row says: the most of it.

    - An optimiser that isn't fused copies what is trained at its step (torch.optim.AdamW, foreach), in fp32 where its
      states are, when the tokens have gone.
    - Logits in fp32 are copied once more to be shifted, and so are their gradients: 24 bytes in place of 14.
    - PEFT's prepare_model_for_kbit_training keeps what passes between layers in fp32.
    """
    tokens = found["logits_memory"] * MORE_LOGITS if given.get("loss") == "whole" else 0.0
    if read.kind == "QLoRA" and given.get("activation_checkpointing") == "yes":
        tokens += found["batch_tokens"] * found["stored_activation"] / 1e9
    if read.kind != "full" or read.is_fused or "AdamW" not in str(given.get("optimizer")):
        return float(tokens)
    shards = given["gpus"] if given.get("sharding") == "shard all" and read.stage == 3 else 1
    each = FP32_BYTES if given.get("optimizer") == "AdamW mixed" else BF16_BYTES
    copy = found["trained_params"] * each / 1e9 / shards
    return float(max(tokens, copy - max(found["kept_memory"] - found["gradients_on_gpu"], 0.0)))


def _evaluated(read: Reading, given: Mapping[str, Any]) -> dict[str, Any]:
    everything = _everything()
    inputs = complete(graph(), known_inputs(), given)
    return dict(zip(_WANTED, everything(*(inputs[name] for name in everything.given)), strict=True))


@functools.cache
def _everything() -> Evaluation:
    model = graph()
    needed = {name for each in model.ancestry(_WANTED) for name in (each.name, *each.parameters)}
    given = tuple(name for name in model.inputs if name in needed)
    return Evaluation(model, tuple(_WANTED), given, tuple(name for name in given if model.overridable(name)), {})


def _summary(group: str, rows: Sequence[MemoryRow]) -> MemorySummary:
    ratios = [row.ratio for row in rows if row.ratio is not None]
    return MemorySummary(
        group,
        len(ratios),
        statistics.fmean(abs(ratio - 1) for ratio in ratios),
        statistics.median(abs(ratio - 1) for ratio in ratios),
        math.exp(sum(map(math.log, ratios)) / len(ratios)),
        min(ratios),
        sum(ratio < TOO_LOW for ratio in ratios),
        sum(row.too_low_unsaid for row in rows),
    )
