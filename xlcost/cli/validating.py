"""`validate`: what the model says of published runs and of published peak memory, beside what was reported."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from xlcost.analysis.rivals import RULES
from xlcost.analysis.run_predictions import RunRow
from xlcost.analysis.validation import FlopsScore, Group, RunReport, Score, validate_runs
from xlcost.cli.output import number, working, write, write_json, write_table

MEMORY = "xlcost.analysis.memory_validation"
NO_MEMORY = "memory is not validated by this version of xlcost"


def validate(runs: str | None, memory: str | None, as_json: bool) -> int:
    """Prints how good predictions are: of both reference files, or of the files that are given."""
    with working("Predicting published runs"):
        both = runs is None and memory is None
        of_runs = validate_runs(runs) if both or runs is not None else None
        of_memory = _memory(memory) if both or memory is not None else None
    if as_json:
        write_json({"memory": _memory_document(of_memory), "runs": None if of_runs is None else _document(of_runs)})
        return 0
    if of_runs is not None:
        _print_runs(of_runs)
    if of_memory is not None or memory is not None or both:
        write("")
        _print_memory(of_memory)
    return 0


def _memory(path: str | None) -> Any:
    """The report on memory, None where this version has none."""
    if importlib.util.find_spec(MEMORY) is None:
        return None
    return importlib.import_module(MEMORY).validate_memory(None if path is None else Path(path))


def _print_runs(report: RunReport) -> None:
    used = sum(row.used for row in report.rows)
    write(f"Training runs: {len(report.rows)} rows, {used} of use")
    if report.rows:
        write("")
        heads = ["Line", "Run", "Stack", "Predicted", "Reported", "Unit", "Ratio", "Why it is of no use"]
        cells = [
            [str(row.line), row.name, row.stack, number(row.predicted), number(row.reported), row.unit,
             number(row.ratio), row.why.partition("; near")[0]]
            for row in report.rows
        ]  # fmt: skip
        write_table(heads, cells, numbers=(0, 3, 4, 6), droppable=(2, 5))
    if used:
        write("")
        _print_groups("Stack", report.summary())
        write("")
        _print_groups("Source", report.sources)
    if report.flops:
        write("")
        heads = [
            "FLOP, against those that a source reports",
            "Rows",
            "Attention",
            "Recomputed",
            "Ratio",
            "Worst",
            "Within 6%",
        ]
        lines = [
            [
                each.source,
                str(each.number),
                each.attention,
                "counted" if each.recomputed else "not",
                number(each.ratio),
                number(each.worst),
                _share(each.within_6_percent),
            ]
            for each in report.flops
        ]
        write_table(heads, lines, numbers=(1, 4, 5, 6))
    if report.unused:
        write("")
        reasons: dict[str, int] = {}
        for row in report.rows:
            if not row.used:
                reason = row.why.partition("; near")[0]
                reasons[reason] = reasons.get(reason, 0) + 1
        lines = [[reason, str(count)] for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1])]
        write_table(["Why a row is of no use", "Rows"], lines, numbers=(1,))
    write("")
    write("Typical: half of the rows are closer than this factor. Bias: predicted over reported time. Other sources:")
    write(
        "with an MFU that other publishers teach. Calibrated: with that of another row of its source, GPU and method."
    )
    for rule in RULES:
        write(f"{rule}.")


def _print_groups(head: str, groups: Sequence[Group]) -> None:
    heads = [
        head,
        "Rows",
        "Bias",
        "Typical",
        "Within x2",
        "Other sources",
        "Within x2",
        "Calibrated",
        "6ND 40%",
        "ftuneai",
    ]
    lines = [
        [
            each.name,
            str(each.shipped.number),
            number(each.shipped.bias),
            _factor(each.shipped),
            _share(each.shipped.within_2),
            _factor(each.others),
            _share(each.others.within_2),
            _factor(each.calibrated),
            _factor(each.plain_rule),
            _factor(each.ftuneai),
        ]
        for each in groups
    ]
    write_table(heads, lines, numbers=range(1, len(heads)), droppable=(6, 4), last_is_total=head == "Stack")


def _print_memory(report: Any) -> None:
    if report is None:
        write(NO_MEMORY[0].upper() + NO_MEMORY[1:] + ".")
        return
    rows = list(report.rows)
    used = [row for row in rows if row.ratio is not None]
    write(f"Peak memory: {len(rows)} rows, {len(used)} of use")
    if rows:
        write("")
        heads = ["Line", "Row", "Method", "Predicted GB", "Reported GB", "Ratio", "Low", "High", "Why it is of no use"]
        cells = [
            [str(row.line), row.name, row.method, number(row.predicted), number(row.reported), number(row.ratio),
             number(row.low), number(row.high), row.why_not or row.bound]
            for row in rows
        ]  # fmt: skip
        write_table(heads, cells, numbers=(0, 3, 4, 5, 6, 7), droppable=(2, 6, 7))
    for summary in (report.summary(), report.by_source()):
        if lines := [_plain(each) for each in summary]:
            write("")
            heads = list(lines[0])
            cells = [[number(each.get(head)) for head in heads] for each in lines]
            write_table([head.replace("_", " ") for head in heads], cells, numbers=range(1, len(heads)))
    if bounds := [row for row in rows if row.bound and not row.why_not]:
        write("")
        kept = sum(bool(row.is_within) for row in bounds)
        write(f"Rows that give a bound alone: {len(bounds)}, of which {kept} keep it.")


def _document(report: RunReport) -> dict[str, Any]:
    return {
        "flops": [_flops(each) for each in report.flops],
        "overall": _group(report.overall),
        "rows": [_row(each) for each in report.rows],
        "rules": list(RULES),
        "sources": [_group(each) for each in report.sources],
        "stacks": [_group(each) for each in report.stacks],
    }


def _group(group: Group) -> dict[str, Any]:
    document = asdict(group)
    document["share_inside"] = document.pop("inside")
    return document


def _flops(score: FlopsScore) -> dict[str, Any]:
    return asdict(score)


def _row(row: RunRow) -> dict[str, Any]:
    document = asdict(row)
    for private in ("is_fast", "mfu_share", "publisher", "recomputed"):
        document.pop(private)
    return document


def _memory_document(report: Any) -> dict[str, Any] | None:
    if report is None:
        return None
    rows = [{**_plain(row), "is_within": row.is_within, "ratio": row.ratio} for row in report.rows]
    return {
        "rows": rows,
        "sources": [_plain(each) for each in report.by_source()],
        "summary": [_plain(each) for each in report.summary()],
    }


def _plain(value: Any) -> dict[str, Any]:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else dict(value)


def _factor(score: Score) -> str:
    return "" if score.typical is None else f"x{score.typical:.2f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"
