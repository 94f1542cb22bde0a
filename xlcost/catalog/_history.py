"""Prices that were: a table of earlier values, each with its day, and a catalogue as it was on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from xlcost.catalog._fields import refuse
from xlcost.catalog._records import Catalog, Row, Table, Value
from xlcost.catalog._spans import derived


def check_history(table: Table, tables: Mapping[str, Table]) -> None:
    """A history has the columns of its table, and rows that are named after one of its rows and a day before it."""
    where = f"tables.toml: {table.name}"
    if table.history_of not in tables:
        refuse(where, f"history_of = {table.history_of!r} isn't a table")
    now = tables[table.history_of]
    first, *others = table.columns.values()
    if first.refers != now.name:
        refuse(where, f"the first column, {first.name}, is to say which row of {now.name} it is: refers = {now.name!r}")
    for column in others:
        if column.name not in now.columns or column.unit != now.columns[column.name].unit:
            refuse(f"{where}.{column.name}", f"{now.name} has no such column in {column.unit}")
    for key, row in table.rows.items():
        file = f"tables/{table.name}.csv: {key}"
        offer = str(row.values.get(first.name, ""))
        if row.at is None or key != f"{offer} {row.at}":
            refuse(file, f"is called {offer!r} and the day, as in {offer or 'an offer'} {row.at or '2025-02-10'!s}")
        current = now.rows[offer].at
        if current is None or row.at >= current:
            refuse(file, f"at = {row.at}: what was known before {current}, the day of {offer!r}, is wanted here")


def as_of(catalog: Catalog, day: date) -> Catalog:
    """The catalogue with the prices that were known on a day; what nobody knew then is unknown."""
    tables = dict(catalog.tables)
    for history in catalog.tables.values():
        if history.history_of:
            now = tables[history.history_of]
            rows = {key: _known(row, history, day) for key, row in now.rows.items()}
            tables[now.name] = derived(replace(now, rows=rows))
    return replace(catalog, tables=tables)


def _known(row: Row, history: Table, day: date) -> Row:
    """A row with the values of the last day that is not after this one. What has no history stays: it is no price."""
    if row.at is not None and row.at <= day:
        return row
    first, *dated = history.columns
    lasting: dict[str, Value] = {name: value for name, value in row.values.items() if name not in dated}
    earlier = [
        each for each in history.rows.values()
        if each.values[first] == row.key and each.at is not None and each.at <= day
    ]  # fmt: skip
    if not earlier:
        return replace(row, values=lasting, spans={})
    last = max(earlier, key=lambda each: each.at or date.min)
    known = {name: value for name, value in last.values.items() if name != first}
    return Row(row.key, {**lasting, **known}, last.source, last.at, last.status, last.note, last.where, last.spans)
