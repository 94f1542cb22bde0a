"""The command about what was measured: a history of evaluations."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

DRIFT = """\b
Examples:
  xlcost drift evaluations.csv
  xlcost drift evaluations.csv --limit 0.6 --floor 0.85
  xlcost drift - --json < evaluations.csv

The file has a line for each evaluation, with the columns month (since launch), quality (the share that was
good, such as 0.92) and items (on how many it was measured). Other columns are left out.

JSON: finding (decline, no decline found, not enough data), floor_month, half_life, points, quality_floor,
quality_limit, quality_start, slope (each low, likely, high; null where there is none), words."""


def drift(
    file: Annotated[
        str, typer.Argument(metavar="FILE.csv", show_default=False, help="Evaluations; - is standard input.")
    ],
    limit: Annotated[
        str | None,
        typer.Option(metavar="SHARE", show_default=False, help="What quality falls to in the end; else the default."),
    ] = None,
    floor: Annotated[
        str | None,
        typer.Option(metavar="SHARE", show_default=False, help="At which one trains again; else the default."),
    ] = None,
    confidence: Annotated[str, typer.Option(metavar="SHARE", help="How often intervals are to hold.")] = "0.95",
    as_json: Json = False,
) -> int:
    """Say how fast quality falls, from evaluations that were made.

    As intervals, and not as a date. Fewer than four evaluations in different months are not enough; and a decline that
    may be chance is none.
    """
    from xlcost.cli import drifting

    return drifting.drift(file, limit, floor, confidence, as_json)
