"""The commands about risk: how sure a total is, and what it hangs on."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

SIMULATE = """\b
Examples:
  xlcost simulate
  xlcost simulate workbook/support-assistant.toml --trials 1000000 --threads 2
  xlcost simulate plan.xlsx --column Lean --budget 600000
  xlcost simulate plan.toml --budget 600000 --risk 0.2 --json
  xlcost simulate plan.toml --events --plot risk.png

Every driver that has a distribution is drawn, unless the case gives its source. Draw i of a driver depends
on the seed, the driver's name and i alone: the same seed gives the same bits with any number of threads.
Up to a million trials percentiles of costs are exact; above that, and by month, they are within 0.1%.
With --events also what may happen or not: the programme fails, the base model is retired, hiring is late.

Most lows and highs of the catalogue are placeholders that lean to the dear side: the base, which has
every driver at what is likeliest, then lies low among the draws. The output says where.

JSON: base_percentile, budget, budget_risk, case, contingency, costs (by cost: base, deviation, mean, p10,
p50, p80, p90), events, exact, failed, failure, months (cash, cumulative, month), never_ships,
rank_correlations, seed, trials."""

TORNADO = """\b
Examples:
  xlcost tornado
  xlcost tornado plan.toml --cost maintenance_cost
  xlcost tornado plan.xlsx --column Lean --plot tornado.png

Each driver that has a distribution goes by itself from its P10 to its P90, while all else stays.

JSON: bars (driver, high, label, low, p10, p90, swing, unit), base, case, cost."""

Case = Annotated[
    str | None,
    typer.Argument(
        metavar="CASE.toml|BOOK.xlsx", show_default=False, help="The case; - is standard input, nothing the defaults."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="DRIVER=VALUE", show_default=False, help="Another value. May be repeated."),
]
Column = Annotated[
    str | None, typer.Option(metavar="NAME", show_default=False, help="The case of a workbook; else its live case.")
]
Plot = Annotated[
    str | None, typer.Option(metavar="FILE.png", show_default=False, help="Draw a picture. Needs xlcost[plot].")
]


def simulate(
    case: Case = None,
    settings: Settings = None,
    column: Column = None,
    trials: Annotated[str, typer.Option(metavar="N", help="How often the case is drawn.")] = "100000",
    seed: Annotated[str, typer.Option(metavar="S", help="Another seed, other draws.")] = "1",
    budget: Annotated[
        str | None,
        typer.Option(metavar="USD", show_default=False, help="Say how likely the total exceeds this; see --risk."),
    ] = None,
    risk: Annotated[
        str, typer.Option(metavar="SHARE", help="Exit with 1 if the budget is exceeded with more than this chance.")
    ] = "0.5",
    threads: Annotated[str, typer.Option(metavar="T", help="Processor cores to use.")] = "1",
    events: Annotated[bool, typer.Option("--events", help="With what may happen or not.")] = False,
    plot: Plot = None,
    as_json: Json = False,
) -> int:
    """Draw a case many times, and say how sure its total is.

    P10, P50, P80 and P90 of each stage, of the total and of every month; the chance of exceeding a budget; what to put
    aside; and which drivers the total follows.
    """
    from xlcost.cli import simulating

    return simulating.simulate(
        case, settings or [], column, simulating.Wish(trials, seed, budget, risk, threads, events, plot), as_json
    )


def tornado(
    case: Case = None,
    settings: Settings = None,
    column: Column = None,
    cost: Annotated[
        str, typer.Option(metavar="QUANTITY", help="The total, or the cost of a stage: data_cost.")
    ] = "total_cost",
    plot: Plot = None,
    as_json: Json = False,
) -> int:
    """Show what moves a cost most, one driver at a time."""
    from xlcost.cli import simulating

    return simulating.tornado(case, settings or [], column, cost, plot, as_json)
