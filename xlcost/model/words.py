"""The words of the formula language, for the stage modules to import.

They are names only: a formula is read, not run (see `language`), and each back end gives a word its meaning
(see `primitives`). Arithmetic and comparisons are written with Python's own operators.
"""

from typing import Any

from xlcost.model.expressions import Answer, Table, constant
from xlcost.model.language import quantity

NEVER = Answer("never")
ALWAYS = Answer("always")
NOT_FEASIBLE = Answer("not feasible")
NO_PRICE = Answer("no price")
NO_REQUESTS = Answer("no requests")
BY_TOKEN = Answer("by the token")


def _word(*_: Any) -> Any:
    raise TypeError("a word of the formula language is read, not called")


where = both = either = minimum = maximum = ceil = floor = exp = log = sqrt = _word
up_to = poisson_pmf = poisson_cdf = binom_cdf = normal_inverse = lookup = lookup_or = is_known = is_number = _word
total = largest = at = first_where = running_total = previous = _word

__all__ = [
    "ALWAYS",
    "BY_TOKEN",
    "NEVER",
    "NOT_FEASIBLE",
    "NO_PRICE",
    "NO_REQUESTS",
    "Table",
    "at",
    "binom_cdf",
    "both",
    "ceil",
    "constant",
    "either",
    "exp",
    "first_where",
    "floor",
    "is_known",
    "is_number",
    "largest",
    "log",
    "lookup",
    "lookup_or",
    "maximum",
    "minimum",
    "normal_inverse",
    "poisson_cdf",
    "poisson_pmf",
    "previous",
    "quantity",
    "running_total",
    "sqrt",
    "total",
    "up_to",
    "where",
]
