"""The command about what would make it cheaper."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

LEVERS = """\b
Examples:
  xlcost levers
  xlcost levers plan.toml --budget 350000
  xlcost levers plan.xlsx --column Stretch
  xlcost levers --set method=full --set gpus=4

All combinations are estimated. By itself: switched on alone. In all: what would be lost without it, if all others
are on. After those before: its step from base to optimised, in this order. All are net of the one-off cost.

JSON: base_total, case, levers (alone, label, name, one_off_cost, payback_month, state, step, together, total),
optimised_total, plan (budget, fits, levers, one_off_cost, sentence, success_probability, total)."""


def levers(
    case: Annotated[
        str | None,
        typer.Argument(metavar="[CASE.toml|BOOK.xlsx]", show_default=False, help="A case file, a workbook, or -."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="DRIVER=VALUE", show_default=False, help="Change a driver; more than one may be."
        ),
    ] = None,
    column: Annotated[
        str | None, typer.Option(metavar="CASE", show_default=False, help="A workbook's case, not its live one.")
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(metavar="USD", show_default=False, help="The best plan within it; if nothing fits, exit with 1."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Show what each lever saves, and the best plan for a budget.

    Of the plans whose total fits, that is the one most likely to ship a model, and then the cheapest.
    """
    from xlcost.cli import lever_report

    return lever_report.levers(case, settings or [], column, budget, as_json)
