"""FT_DRIFT_FIT: how fast quality falls, from evaluations in cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcost.analysis.case import known_inputs
from xlcost.analysis.drift import CONFIDENCE, LEAST_POINTS, Drift, Interval, fit_drift
from xlcost.errors import CellError, XlcostError
from xlcost.functions.boundary import Answer, Rows, received
from xlcost.functions.function import Function, Parameter
from xlcost.model import graph
from xlcost.model.inputs import Refused

HISTORY = ("months", "qualities", "items")
SHARES = ("quality_limit", "quality_floor", "confidence")
ENDS = ("low", "likely", "high")
NEVER = "never"

Answers = list[list[Answer]]


def call(arguments: Sequence[object]) -> Answer | Answers:
    """The finding and the ends of an interval; below, a row for each number that has one."""
    try:
        found = _fitted(arguments)
    except Refused as refused:
        return refused.error
    label = graph().label
    return [
        [found.finding, *ENDS],
        [label("drift_half_life"), *_ends(found, found.half_life)],
        [label("quality_start"), *_ends(found, found.quality_start)],
        [label("drift_months"), *_ends(found, found.floor_month, NEVER)],
        ["Change in a month of the logarithm of what is above the limit", *_ends(found, found.slope)],
    ]


def explain(arguments: Sequence[object]) -> str:
    """Why there is an error, or the finding in a sentence."""
    try:
        return _fitted(arguments).words
    except Refused as refused:
        return str(refused)


def _ends(found: Drift, interval: Interval | None, otherwise: str = "") -> list[Answer]:
    """Low, likely and high; where there are no numbers, why not."""
    if interval is not None:
        return list(interval)
    words = otherwise if otherwise and found.finding == "decline" else found.finding
    return [words] * len(ENDS)


def _fitted(arguments: Sequence[object]) -> Drift:
    if len(arguments) > len(HISTORY) + len(SHARES) and any(each is not None for each in arguments[6:]):
        raise Refused("more arguments than the function takes", CellError.VALUE)
    handed = [received(arguments[place]) if place < len(arguments) else None for place in range(6)]
    limit, floor, confidence = (_share(name, handed[3 + place]) for place, name in enumerate(SHARES))
    columns = [_column(name, handed[place]) for place, name in enumerate(HISTORY)]
    if len(columns[2]) == 1 and len(columns[0]) > 1:  # as many items every time
        columns[2] = columns[2] * len(columns[0])
    if len(set(map(len, columns))) > 1:
        said = ", ".join(f"{len(column)} {name}" for name, column in zip(HISTORY, columns, strict=True))
        raise Refused(f"{said}: as many of each are wanted", CellError.VALUE)
    lines = zip(*columns, strict=True)
    history = [_whole(place, line) for place, line in enumerate(lines, 1) if (line[0], line[1]) != (None, None)]
    try:
        return fit_drift(
            history,
            quality_limit=limit,
            quality_floor=floor,
            confidence=CONFIDENCE if confidence is None else confidence,
        )
    except XlcostError as refused:
        raise Refused(str(refused), CellError.NUM) from None


def _column(name: str, handed: object) -> list[float | None]:
    """The cells of a column or a row, each a number or blank; none where the argument is."""
    cells: Rows = handed if isinstance(handed, list) else [] if handed is None else [[handed]]  # type: ignore[list-item]
    if cells and len(cells) > 1 and len(cells[0]) > 1:
        raise Refused(f"{name} are one column or one row", CellError.VALUE)
    flat = [each for row in cells for each in row]
    for place, each in enumerate(flat, 1):
        if isinstance(each, CellError):
            raise Refused(f"{name}, cell {place}, is {each} already, as it was handed over", each)
        if each is not None and (isinstance(each, bool) or not isinstance(each, float)):
            raise Refused(f"{name}, cell {place} = {each!r}: a number is wanted", CellError.VALUE)
    return [each if isinstance(each, float) else None for each in flat]


def _whole(place: int, line: tuple[float | None, ...]) -> tuple[float, float, float]:
    month, quality, items = line
    if month is None or quality is None or items is None:
        missing = HISTORY[line.index(None)]
        raise Refused(f"evaluation {place} has nothing in {missing}", CellError.VALUE)
    return month, quality, items


def _share(name: str, value: object) -> float | None:
    if isinstance(value, CellError):
        raise Refused(f"{name} is {value} already, as it was handed over", value)
    if isinstance(value, list):
        raise Refused(f"{name} is one value, not a range", CellError.VALUE)
    if value is not None and (isinstance(value, bool) or not isinstance(value, float)):
        raise Refused(f"{name} = {value!r}: a share is wanted", CellError.VALUE)
    return value


def functions() -> Iterator[Function]:
    """FT_DRIFT_FIT."""
    known = known_inputs()
    items = "On how many items each was measured; one number where they were as many every time."
    yield Function(
        "FT_DRIFT_FIT",
        "What a history of evaluations says of drift: decline, no decline found, or not enough data; below it low, "
        "likely and high of the half-life, of quality at launch and of the month at the floor.",
        (
            Parameter("months", f"Months since launch, at least {LEAST_POINTS} of them.", is_range=True, unit="month"),
            Parameter("qualities", "The share that was good in each of these months.", is_range=True, unit="share"),
            Parameter("items", items, is_range=True, unit="item"),
            Parameter(
                "quality_limit", f"{known['quality_limit'].label}. By default, that of the catalogue.", unit="share"
            ),
            Parameter(
                "quality_floor", f"{known['quality_floor'].label}. By default, that of the catalogue.", unit="share"
            ),
            Parameter("confidence", f"That the intervals hold. Default {CONFIDENCE:g}.", unit="share"),
        ),
        "of each row",
        call,
        explain,
    )
