"""The commands about what to decide: what else could be done instead."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

ALTERNATIVES = """\b
Examples:
  xlcost alternatives
  xlcost alternatives workbook/finance.toml
  xlcost alternatives workbook/legal.toml --set launch_requests=500000
  xlcost alternatives plan.xlsx --column Stretch --json

JSON: alternatives (figures, key, label, so_far by month), case, cheapest by month, choice, crossings (label,
month, saving, value_volume, volume), margin, reason, requests, verdict, volume, worth_it. never, always,
no price and not feasible are answers; an error is {"error": "#N/A"}."""


def alternatives(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="CASE.toml|BOOK.xlsx",
            show_default=False,
            help="The case; - is standard input, nothing the defaults.",
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="DRIVER=VALUE", show_default=False, help="Another value. May be repeated."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default=False, help="The case of a workbook; else its live case."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Compare fine-tuning with what else could answer the same requests.

    Prompt engineering, retrieval (RAG), a managed fine-tuning API, the plan of the case, and the plan with retrieval:
    what each costs, where they cross, and the verdict in words: the cheapest way that is allowed, by cost less value,
    and what that leaves out. An alternative that a missing price keeps from being computed says so.
    """
    from xlcost.cli import weighing

    return weighing.alternatives(case, settings or [], column, as_json)
