"""What a simulation may be asked: checked without numpy, so that a refusal comes at once."""

from __future__ import annotations

from numbers import Real
from typing import Any

from xlcost.errors import CellError
from xlcost.model.inputs import Refused

USUAL_TRIALS = 100_000
MOST_TRIALS = 10**9
MOST_THREADS = 256
LARGEST_SEED = 2**64 - 1
LARGEST_BUDGET = 1e15  # USD: more than all the money there is, so a slip of the keyboard


def checked_count(value: object, name: str, most: int) -> int:
    """A whole number from 1 on. Raises Refused."""
    return int(_whole(value, name, 1, most, f"from 1 to {most:,}"))


def checked_seed(value: object) -> int:
    """A whole number from 0 on. Raises Refused."""
    return int(_whole(value, "seed", 0, LARGEST_SEED, "0 or more"))


def checked_budget(value: object) -> float:
    """An amount above 0 that there may be, in USD. Raises Refused."""
    number = _number(value, "budget", "an amount in USD")
    if not 0 < number <= LARGEST_BUDGET:
        allowed = f"above 0 and up to {LARGEST_BUDGET:g}"
        raise Refused(f"budget = {number:g}: an amount in USD is wanted, {allowed}", CellError.NUM)
    return float(number)


def checked_share(value: object, name: str) -> float:
    """A number from 0 to 1. Raises Refused."""
    number = _number(value, name, "a number")
    if not 0 <= number <= 1:
        raise Refused(f"{name} = {number:g}: between 0 and 1", CellError.NUM)
    return float(number)


def _whole(value: object, name: str, least: int, most: int, allowed: str) -> Any:
    number = _number(value, name, "a whole number")
    if not least <= number <= most or number != int(number):
        raise Refused(f"{name} = {float(number):.15g}: a whole number is wanted, {allowed}", CellError.NUM)
    return number


def _number(value: object, name: str, what: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise Refused(f"{name} = {value!r}: {what} is wanted", CellError.VALUE)
    return value
