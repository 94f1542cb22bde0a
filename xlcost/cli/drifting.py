"""`drift`: how fast quality falls, from a file of evaluations."""

from __future__ import annotations

from typing import Any

from xlcost.analysis.drift import Drift, Interval, fit_drift
from xlcost.analysis.reference_runs import LARGEST_FILE, csv_rows, file_bytes
from xlcost.cli.output import number, printable, write, write_json, write_table
from xlcost.cli.reading import STDIN, plain_number, stdin
from xlcost.errors import XlcostError
from xlcost.model import graph

COLUMNS = ("month", "quality", "items")


def drift(path: str, limit: str | None, floor: str | None, confidence: str, as_json: bool) -> int:
    """Prints what the evaluations in a file say."""
    where = "standard input" if path == STDIN else path
    data = stdin(LARGEST_FILE) if path == STDIN else file_bytes(path)
    if len(data) > LARGEST_FILE:
        raise XlcostError(f"{where}: more than {LARGEST_FILE:,} bytes")
    given = {"quality_limit": (limit, "--limit"), "quality_floor": (floor, "--floor")}
    shares = {name: plain_number(text, option) for name, (text, option) in given.items() if text is not None}
    try:
        found = fit_drift(_history(data, where), **shares, confidence=plain_number(confidence, "--confidence"))
    except XlcostError as refused:
        raise XlcostError(str(refused) if str(refused).startswith(where) else f"{where}: {refused}") from None
    if as_json:
        write_json(_document(found))
    else:
        _print(found)
    return 0


def _history(data: bytes, where: str) -> list[tuple[float, float, float]]:
    history = []
    for line, row in csv_rows(data, where, set(COLUMNS), ", ".join(COLUMNS)):
        if missing := [name for name in COLUMNS if not row.get(name)]:
            raise XlcostError(f"{where}: line {line}: no {' and no '.join(missing)}; each is wanted")
        month, quality, items = (plain_number(row[name], f"{where}: line {line}: {name}") for name in COLUMNS)
        history.append((month, quality, items))
    return history


def _numbers(found: Drift) -> dict[str, Interval | None]:
    return {
        "half_life": found.half_life,
        "quality_start": found.quality_start,
        "floor_month": found.floor_month,
        "slope": found.slope,
    }


def _document(found: Drift) -> dict[str, Any]:
    numbers = {name: None if each is None else each._asdict() for name, each in _numbers(found).items()}
    return {
        "finding": found.finding,
        "points": found.points,
        "quality_floor": found.quality_floor,
        "quality_limit": found.quality_limit,
        "words": found.words,
        **numbers,
    }


def _print(found: Drift) -> None:
    write(printable(f"{found.points} evaluations: {found.words}."))
    if found.half_life is None:
        return
    label = graph().label
    rows = [
        [what, *(number(each) for each in interval)]
        for what, interval in (
            (label("drift_half_life"), found.half_life),
            (label("quality_start"), found.quality_start),
            (label("drift_months"), found.floor_month),
        )
        if interval is not None
    ]
    write("")
    write_table(
        [f"Limit {found.quality_limit:g}, floor {found.quality_floor:g}", "Low", "Likely", "High"],
        rows,
        numbers=(1, 2, 3),
    )
