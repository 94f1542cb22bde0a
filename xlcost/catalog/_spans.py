"""How low and how high the figures of a table are: as a row says, or by what others ask for the same thing.

A row may say it in columns beside the figure's own, `price_low` and `price_high`. Where a table, or a column of it,
names columns by which rows are alike (the GPU, and what it is sold for), the lowest and the highest price of those rows
are the range of each of their prices: derived, and no range at all where there is only one. A row that leaves the first
of these columns empty sells what nobody else does. What neither gives has no range, and the table says in words how
sure it is: exact by its definition, the list price of a day, a single measurement. No range is made up.
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
    """The table with the ranges that come of its rows. What a row says itself stays, and counts among the quotes."""
    quotes: dict[tuple[object, ...], list[Span]] = {}
    for row in table.rows.values():
        for name, value in _prices(row, table).items():
            asked = row.spans.get(name)
            own = Span(value, value) if asked is None or asked.quotes else asked
            quotes.setdefault(_kind(name, row, table), []).append(own)
    rows = {}
    for key, row in table.rows.items():
        spans = {name: each for name, each in row.spans.items() if not each.quotes}
        for name in _prices(row, table):
            asked_for_it = quotes[_kind(name, row, table)]
            if name not in spans and len(asked_for_it) >= FEWEST:
                low, high = min(each.low for each in asked_for_it), max(each.high for each in asked_for_it)
                spans[name] = Span(low, high, len(asked_for_it))
        rows[key] = replace(row, spans=spans)
    return replace(table, rows=rows)


def in_words(table: Table, row: Row) -> str:
    """How low and how high the figures of a row are, by how many quotes; and how sure they are that have neither.

    Beside a range, whole numbers are left out: they count what the figure is of.
    """
    parts = [_said_of(table.columns[name].label, span) for name, span in row.spans.items()]
    others = [table.columns[name] for name, value in row.values.items() if isinstance(value, float)]
    others = [each for each in others if each.name not in row.spans and not (parts and each.whole)]
    if others and row.source is not None:
        of_them = f"{', '.join(each.label for each in others)}: " if parts else ""
        parts.append(of_them + table.unranged)
    return "; ".join(parts)


def _said_of(label: str, span: Span) -> str:
    quotes = f"{span.quotes} quotes" if span.quotes else ""
    if span.low == span.high:
        return f"{label} {span.low:,.6g}" + (f" in all {quotes}" if quotes else ", always")
    return f"{label} {span.low:,.6g} to {span.high:,.6g}" + (f" ({quotes})" if quotes else "")


def _prices(row: Row, table: Table) -> dict[str, float]:
    """The prices of a row that others may ask for the same thing. A fee of 0 is none: it is not compared."""
    prices = {}
    for name, value in row.values.items():
        compared = table.columns[name].alike or table.alike
        known = bool(compared) and compared[0] in row.values
        if known and isinstance(value, float) and value > 0 and str(table.columns[name].unit).startswith("USD"):
            prices[name] = value
    return prices


def _kind(name: str, row: Row, table: Table) -> tuple[object, ...]:
    return (name, *(row.values.get(each) for each in table.columns[name].alike or table.alike))
