#!/usr/bin/env python3
"""Add to xlcost/catalog/tables/inference_price_history.csv what the package genai-prices (MIT) says of earlier days.

    pip install --uploaded-prior-to 2026-01-01T00:00:00Z genai-prices      # in an environment of its own
    python scripts/refresh_inference_history.py 2026-01-01      # what its newest version of that day held

    pip install genai-prices==0.2.3
    python scripts/refresh_inference_history.py      # the days on which prices changed, as that version knows them

A day's rows replace those that are there. A price that is the same as on the day before it in the table adds nothing,
and is left out: so take the days in their order. The same packages give the same bytes.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import refresh_inference_prices as today

TABLE = today.TABLE.with_name("inference_price_history.csv")
PRICES = ("input_price", "cached_input_price", "output_price", "batch_discount")
COLUMNS = ("key", "offer", *PRICES, "source", "where", "at", "status", "note")
NOON = time(12, tzinfo=UTC)  # prices that change with the hour are those of noon, as in the table of today

Line = dict[str, str]


def main(arguments: list[str]) -> int:
    from genai_prices import data

    installed = version("genai-prices")
    if not arguments and installed != today.VERSION:
        print(f"genai-prices {installed} is installed; without a day, {today.VERSION} is wanted", file=sys.stderr)
        return 2
    providers = {provider.id: provider for provider in data.providers}
    found: list[Line] = []
    for provider, names in today.MODELS.items():
        known = {model.id: model for model in providers[provider].models} if provider in providers else {}
        for name in names.split():
            if name in known:
                days = [date.fromisoformat(arguments[0])] if arguments else list(_changes(known[name]))
                found += [_line(provider, known[name], day, installed, bool(arguments)) for day in days]
    TABLE.write_text(_text([*_kept(found), *found]), encoding="utf-8")
    return 0


def _changes(model: Any) -> Iterator[date]:
    """The days from which a price held, and the one before the first: the last of what had no beginning."""
    conditional = model.prices if isinstance(model.prices, list) else []
    starts = sorted({each.constraint.start_date for each in conditional if hasattr(each.constraint, "start_date")})
    starts = [day for day in starts if day <= today.AS_OF.date()]
    if starts:
        yield starts[0] - timedelta(days=1)
    yield from starts


def _line(provider: str, model: Any, day: date, installed: str, newest: bool) -> Line:
    price = model.get_prices(datetime.combine(day, NOON))
    offer = f"{provider} {model.id.rsplit('/')[-1]}"
    read = (_price(price, name) for name in ("input_mtok", "cache_read_mtok", "output_mtok"))
    note = "The newest version of that day." if newest else "In force on that day."
    prices = dict(zip(PRICES, (*read, ""), strict=True))
    place = f"version {installed}, {provider}, {model.id}"
    origin = {"source": "genai-prices-earlier", "where": place, "at": day.isoformat(), "status": "quoted", "note": note}
    return {"key": f"{offer} {day}", "offer": offer, **prices, **origin}


def _price(price: Any, name: str) -> str:
    return today._plain(today._base(getattr(price, name, None)))


def _kept(found: list[Line]) -> list[Line]:
    """The lines of other days."""
    if not TABLE.exists():
        return []
    with TABLE.open(encoding="utf-8", newline="") as file:
        keys = {line["key"] for line in found}
        return [line for line in csv.DictReader(file) if line["key"] not in keys]


def _text(lines: list[Line]) -> str:
    """By offer and day: those that say something new, and are older than the price of today."""
    current = _current_days()
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    before: Line = {}
    for line in sorted(lines, key=lambda each: (each["offer"], each["at"])):
        same = line["offer"] == before.get("offer") and all(line[name] == before[name] for name in PRICES)
        if not same and line["at"] < current[line["offer"]] and line["output_price"]:
            writer.writerow(line)
            before = line
    return text.getvalue()


def _current_days() -> dict[str, str]:
    """The day of each price of today; of one that names none, that of the package."""
    with today.TABLE.open(encoding="utf-8", newline="") as file:
        return {line["key"]: line["at"] or today.AS_OF.date().isoformat() for line in csv.DictReader(file)}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main(sys.argv[1:]))
