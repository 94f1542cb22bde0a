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

from xlcost.analysis.case import known_inputs
from xlcost.analysis.memory_rules import INFERENCE, UNITS, Reading, Unusable, number, reading
from xlcost.errors import XlcostError
from xlcost.model import graph
from xlcost.model.constants import FITTING_SHARE, SOLD_GB
from xlcost.model.evaluation import Evaluation
from xlcost.model.inputs import complete

COLUMNS = ("name", "model", "params_b", "method", "quant", "micro_batch", "seq_len", "grad_ckpt", "optimizer", "gpu",
           "gpus", "peak_gb_per_gpu", "unit", "source", "where", "confidence", "notes")  # fmt: skip
NEEDED = ("method", "peak_gb_per_gpu")
MOST_ROWS = 100_000
MOST_BYTES = 50_000_000
TOO_LOW = 0.9

_WANTED = ("tensor_memory", "gpu_memory", "weights_on_gpu", "binding_part", "gpu_memory_sold")


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

    @property
    def ratio(self) -> float | None:
        """Predicted over reported, where both are known."""
        if self.why_not or self.predicted is None or not self.reported:
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


def validate_memory(path: Path | None = None) -> MemoryReport:
    """Compare the peaks of a file, or those that ship with xlcost. Raises XlcostError for what is no such file."""
    if path is None:
        text, where = (resources.files("xlcost.catalog") / "reference" / "memory.csv").read_text("utf-8"), "memory.csv"
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
        columns = [(name or "").strip() for name in reader.fieldnames or ()]
        if missing := [name for name in NEEDED if name not in columns]:
            raise XlcostError(f"{where}: no column {' and '.join(missing)}; wanted are {', '.join(COLUMNS)}")
        if "model" not in columns and "params_b" not in columns:
            raise XlcostError(f"{where}: no column model or params_b; wanted are {', '.join(COLUMNS)}")
        if twice := [name for name in COLUMNS if columns.count(name) > 1]:
            raise XlcostError(f"{where}: the column {twice[0]} stands twice")
        for count, record in enumerate(reader):
            if count >= MOST_ROWS:
                raise XlcostError(f"{where}: more than {MOST_ROWS:,} rows")
            row = {(name or "").strip(): value.strip() for name, value in record.items() if isinstance(value, str)}
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
    return row_found


def _peak(row: Mapping[str, str]) -> float | None:
    """The reported peak on each GPU in GB."""
    said = row.get("unit", "").lower()
    unit = re.match("[a-z]*", said)
    value, gpus = number(row.get("peak_gb_per_gpu", "")), number(row.get("gpus", "")) or 1.0
    if value is None or unit is None or unit[0] not in UNITS:
        return None
    return value * UNITS[unit[0]] / (gpus if "total" in said else 1.0)


def _no_peak(row: Mapping[str, str], predicted: float, sold: float | None) -> str:
    said = row.get("peak_gb_per_gpu", "")
    if number(said) is not None:
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
    for name in ("sharding", "gathering"):
        if name in read.open:
            given[name] = _settled(read, given, name, sold)
    choices = [[given.get(name), *others] for name, others in read.open.items()]
    found = [
        _evaluated(read, {**given, **dict(zip(read.open, each, strict=True))}) for each in itertools.product(*choices)
    ]
    memories = [_memory(read, each) for each in found]
    if not all(isinstance(each, float) and math.isfinite(each) for each in memories):
        return None
    if read.kind == INFERENCE:
        return memories[0], min(memories), max(memories), "weights", sold
    most = max(each["gpu_memory"] for each in found)
    if sold is not None:  # more than the GPU has was not measured on it
        most = max(memories[0], min(most, sold * SOLD_GB.value))
    return memories[0], min(memories), most, str(found[0]["binding_part"]), sold


def _settled(read: Reading, given: Mapping[str, Any], name: str, sold: float | None) -> str:
    """What is taken for how a model is divided and gathered: the simpler, where the GPU has the memory for it."""
    simpler, other = ("none", "shard all") if name == "sharding" else ("all", "layer by layer")
    if sold is None:
        return other
    needed = _memory(read, _evaluated(read, {"gathering": "all", **given, name: simpler}))
    return simpler if isinstance(needed, float) and needed <= sold * SOLD_GB.value else other


def _memory(read: Reading, found: Mapping[str, Any]) -> Any:
    return found["weights_on_gpu" if read.kind == INFERENCE else "tensor_memory"]


def _evaluated(read: Reading, given: Mapping[str, Any]) -> dict[str, Any]:
    everything = _everything()
    inputs = complete(graph(), known_inputs(), {"accumulation_steps": 1.0, **given})
    return dict(zip(_WANTED, everything(*(inputs[name] for name in everything.given)), strict=True))


@functools.cache
def _everything() -> Evaluation:
    model = graph()
    needed = {name for each in model.ancestry(_WANTED) for name in (each.name, *each.parameters)}
    given = tuple(name for name in model.inputs if name in needed)
    return Evaluation(model, _WANTED, given, tuple(name for name in given if model.overridable(name)), {})


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
