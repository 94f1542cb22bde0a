"""The commands about what is known: published runs, and prices."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

VALIDATE = """\b
Examples:
  xlcost validate
  xlcost validate --runs ours.csv
  xlcost validate --json

JSON: memory (rows, sources, summary; null where not asked for), runs (flops, overall, rows, rules, sources, stacks)."""

PRICES = """\b
Examples:
  xlcost prices --gpu H100
  xlcost prices --kind tuning --provider azure
  xlcost prices --as-of 2025-03-01
  xlcost prices --stale 90

JSON: as_of, prices (age_days, at, how_sure in words, key, kind, note, ranges by column with low, high, quotes and
status, source, status, values by column, where)."""


def validate(
    runs: Annotated[
        str | None,
        typer.Option(metavar="FILE.csv", show_default=False, help="Training runs, as in catalog/reference/runs.csv."),
    ] = None,
    memory: Annotated[
        str | None, typer.Option(metavar="FILE.csv", show_default=False, help="Measured peak memory.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Predict published runs, and show how far the predictions are from what was reported.

    By default those that ship with xlcost; columns that a file lacks are taken as unknown.
    """
    from xlcost.cli import validating

    return validating.validate(runs, memory, as_json)


def prices(
    gpu: Annotated[str | None, typer.Option(metavar="NAME", show_default=False, help="Those of one GPU.")] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="NAME", show_default=False, help="Those of one provider.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="gpu|tuning|inference", show_default=False, help="Those of one kind.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", show_default=False, help="As known on this day, not the catalogue's newest."),
    ] = None,
    stale: Annotated[
        int | None,
        typer.Option(metavar="DAYS", show_default=False, help="Only older ones; if there are any, exit with 1."),
    ] = None,
    as_json: Json = False,
) -> int:
    """List prices, each with its day and its age.

    No clock is read: the age is counted to the newest day in the catalogue, or to --as-of. Low to high is what a source
    says of the first price, or what others ask for the same thing. None: a list price that nothing is known beside.
    """
    from xlcost.cli import pricing

    return pricing.list_prices(gpu, provider, kind, as_of, stale, as_json)
