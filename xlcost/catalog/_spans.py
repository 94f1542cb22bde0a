"""How low and how high the figures of a table are: as a row says, or by what others ask for the same thing.

A row may say it in columns beside the figure's own, `price_low` and `price_high`. Where a table names columns by which
its rows are alike (the GPU, and what it is sold for), the lowest and the highest price of those rows are the range of
each of their prices: derived, and no range at all where there is only one. What neither gives is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xlcost.catalog._fields import refuse
from xlcost.catalog._records import Column, Row, Span, Table, Value

ENDS = ("_low", "_high")
FEWEST = 2  # quotes that make a range


def may_have(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The further columns that a file may have: a low and a high of each column of numbers."""
    numbers = [column.name for column in columns.values() if column.kind == "number"]
    return tuple(name + end for name in numbers for end in ENDS if name + end not in columns)


def said(where: str, values: Mapping[str, Value], ends: Mapping[str, Value]) -> dict[str, Span]:
    """What a row says of the lows and highs of its figures."""
    spans = {}
    for name in dict.fromkeys(end.removesuffix("_low").removesuffix("_high") for end in ends):
        low, high, value = ends.get(f"{name}_low"), ends.get(f"{name}_high"), values.get(name)
        if not isinstance(low, float) or not isinstance(high, float):
            refuse(f"{where}, {name}", "a low and a high are wanted, or neither")
        if not isinstance(value, float):
            refuse(f"{where}, {name}", f"{low:g} to {high:g}, but no value that lies between")
        if not low <= value <= high:
            refuse(f"{where}, {name}", f"{value:g} does not lie between {low:g} and {high:g}, its own low and high")
        spans[name] = Span(low, high)
    return spans


def derived(table: Table) -> Table:
    """The table with the ranges that come of its own rows. What a row says itself stays."""
    if not table.alike:
        return table
    quotes: dict[tuple[object, ...], list[float]] = {}
    for row in table.rows.values():
        for name, value in _prices(table, row).items():
            quotes.setdefault((name, *_kind(table, row)), []).append(value)
    rows = {}
    for key, row in table.rows.items():
        spans = {name: each for name, each in row.spans.items() if not each.quotes}
        for name in _prices(table, row):
            asked = quotes[(name, *_kind(table, row))]
            if name not in spans and len(asked) >= FEWEST:
                spans[name] = Span(min(asked), max(asked), len(asked))
        rows[key] = replace(row, spans=spans)
    return replace(table, rows=rows)


def _prices(table: Table, row: Row) -> dict[str, float]:
    return {
        name: value
        for name, value in row.values.items()
        if isinstance(value, float) and str(table.columns[name].unit).startswith("USD")
    }


def _kind(table: Table, row: Row) -> tuple[object, ...]:
    return tuple(row.values.get(name) for name in table.alike)
