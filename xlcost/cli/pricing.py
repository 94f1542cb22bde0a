"""`prices`: what the catalogue knows of prices, and how old that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlcost.catalog import Catalog, Row, Span, Table, as_of, did_you_mean, in_words, load
from xlcost.cli.output import number, say, write, write_json, write_table
from xlcost.cli.reading import day
from xlcost.errors import XlcostError

TABLES = {"gpu": "gpu_offers", "tuning": "tuning_offers", "inference": "inference_prices"}
NONE = "none"  # what a price without a range is, is said below its table
LONGEST_AGE = 100_000  # days: beyond that a slip


@dataclass(frozen=True)
class Price:
    """A row of one of the price tables, and its age in days."""

    kind: str
    row: Row
    age: int | None


def list_prices(
    gpu: str | None, provider: str | None, kind: str | None, on: str | None, stale: int | None, as_json: bool
) -> int:
    """Prints the prices that were known on a day, with their age. 1 if some are older than allowed."""
    if stale is not None and not 0 <= stale <= LONGEST_AGE:
        raise XlcostError(f"--stale {stale}: a number of days is wanted, 0 or more")
    shipped = load()
    until = _newest(shipped) if on is None else day(on, "--as-of")
    known = shipped if on is None else as_of(shipped, until)
    kinds = _kinds(kind, gpu)
    found = [each for each in _prices(known, kinds, until) if _is_wanted(each, known, gpu, provider)]
    if stale is not None:
        found = [each for each in found if each.age is None or each.age > stale]
    if as_json:
        write_json({"as_of": until, "prices": [_document(each, known.tables[TABLES[each.kind]]) for each in found]})
    else:
        why = "the newest day in the catalogue" if on is None else "as asked"
        write(f"As of {until}, {why}. Ages are in days." if found else f"No such prices, as of {until}, {why}.")
        for each in kinds:
            _print(known.tables[TABLES[each]], [price for price in found if price.kind == each])
    if stale is not None and found:
        say(f"{len(found)} prices are older than {stale} days on {until}")
        return 1
    return 0


def _newest(shipped: Catalog) -> date:
    """No clock is read: the newest day that the catalogue itself names."""
    rows = (row for table in shipped.tables.values() for row in table.rows.values())
    days = [each.at for each in rows] + [each.at for each in shipped.sources.values()]
    return max(each for each in days if each is not None)


def _kinds(kind: str | None, gpu: str | None) -> list[str]:
    if kind is not None and kind not in TABLES:
        raise XlcostError(f"--kind {kind}: no such kind; there are {', '.join(TABLES)}")
    if gpu is not None and kind not in (None, "gpu"):
        raise XlcostError(f"--gpu {gpu}: prices of the kind {kind} are not those of a GPU")
    return ["gpu"] if gpu is not None else [kind] if kind is not None else [*TABLES]


def _prices(known: Catalog, kinds: list[str], until: date) -> Iterator[Price]:
    """What has a price that was known by then."""
    for kind in kinds:
        for row in known.tables[TABLES[kind]].rows.values():
            if row.at is None or row.at <= until:
                yield Price(kind, row, None if row.at is None else (until - row.at).days)


def _is_wanted(price: Price, known: Catalog, gpu: str | None, provider: str | None) -> bool:
    of_gpu = gpu is None or price.row.values.get("gpu") == _gpu(known, gpu)
    return of_gpu and (provider is None or price.row.values.get("provider") == _provider(known, provider))


def _gpu(known: Catalog, said: str) -> str:
    table = known.tables["gpus"]
    return table.find(said) or _refuse("--gpu", said, [*table.rows, *table.aliases])


def _provider(known: Catalog, said: str) -> str:
    providers = {
        str(row.values.get("provider")): None for table in TABLES.values() for row in known.tables[table].rows.values()
    }
    spelt = {each.casefold(): each for each in providers}
    return spelt.get(said.strip().casefold()) or _refuse("--provider", said, [*providers])


def _refuse(option: str, said: str, known: list[str]) -> str:
    raise XlcostError(f"{option} {said}: not in the catalogue{did_you_mean(said, known)}")


def _document(price: Price, table: Table) -> dict[str, Any]:
    row = price.row
    return {
        "age_days": price.age,
        "at": row.at,
        "how_sure": in_words(table, row),
        "key": row.key,
        "kind": price.kind,
        "note": row.note,
        "ranges": {
            name: {"high": each.high, "low": each.low, "quotes": each.quotes or None, "status": _span_status(row, each)}
            for name, each in row.spans.items()
        },
        "source": row.source,
        "status": row.status,
        "values": row.values,
        "where": row.where or None,
    }


def _span_status(row: Row, span: Span) -> str:
    """A range that several rows make is derived; one that a row gives has the row's status."""
    return "derived" if span.quotes else row.status


def _low_to_high(row: Row, names: list[str]) -> str:
    """The range of the first price that has one."""
    found = [row.spans[name] for name in names if name in row.spans]
    return f"{number(found[0].low)} to {number(found[0].high)}" if found else NONE


def _print(table: Table, found: list[Price]) -> None:
    if not found:
        return
    given = {name for each in found for name in each.row.values}
    shown = [column for column in table.columns.values() if column.kind == "number" and column.name in given]
    names = [column.name for column in shown]
    prices = (f"{column.label} ({column.unit})" for column in shown)
    heads = [table.key_label, *prices, "Low to high", "As of", "Age", "Status", "Where in the source"]
    lines = [
        [
            each.row.key,
            *(number(each.row.values.get(column.name)) for column in shown),
            _low_to_high(each.row, names),
            str(each.row.at or ""),
            number(each.age),
            each.row.status,
            each.row.where,
        ]
        for each in found
    ]
    write("")
    spread, days, age, status, where = range(len(shown) + 1, len(heads))
    numbers = (*range(1, spread), age)
    write_table(heads, lines, numbers=numbers, droppable=(where, status, *range(len(shown), 2, -1), spread, 1, days))
    if any(NONE in line for line in lines):
        write(f"Low to high, {NONE}: {table.unranged}")
