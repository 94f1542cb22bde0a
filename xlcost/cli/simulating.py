"""`simulate` and `tornado`: how sure a total is, and what it hangs on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from xlcost.analysis.estimate import Estimate
from xlcost.analysis.estimate import estimate as estimated
from xlcost.analysis.events import all_events
from xlcost.analysis.limits import (
    MOST_THREADS,
    MOST_TRIALS,
    checked_budget,
    checked_count,
    checked_seed,
    checked_share,
)
from xlcost.analysis.simulation import Simulation
from xlcost.analysis.simulation import simulate as simulated
from xlcost.analysis.sketch import Statistics
from xlcost.analysis.tornado import Tornado
from xlcost.analysis.tornado import tornado as moved
from xlcost.cli.output import dollars, number, printable, say, write, write_json, write_table
from xlcost.cli.reading import plain_number, read_case
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph

MOST = 8  # drivers that are named
BARS = 15  # bars that are printed; all are in the JSON
FIELDS = tuple(Statistics.__dataclass_fields__)


@dataclass(frozen=True)
class Wish:
    """How a case is to be simulated, as it was typed."""

    trials: str
    seed: str
    budget: str | None
    risk: str
    threads: str
    events: bool
    plot: str | None


def simulate(case_file: str | None, settings: list[str], column: str | None, wish: Wish, as_json: bool) -> int:
    """Prints a simulation. 1 when the budget is exceeded with more than the accepted chance, 2 without a total."""
    trials = checked_count(plain_number(wish.trials, "--trials"), "--trials", MOST_TRIALS)
    threads = checked_count(plain_number(wish.threads, "--threads"), "--threads", MOST_THREADS)
    seed = _seed(wish.seed)
    budget = None if wish.budget is None else checked_budget(plain_number(wish.budget, "--budget"))
    accepted = checked_share(plain_number(wish.risk, "--risk"), "--risk")
    picture = _picture(wish.plot)
    found = estimated(read_case(case_file, settings, column))
    if (code := _without_total(found)) is not None:
        return code
    with _progress(trials) as progress:
        result = simulated(
            found, trials, seed, threads=threads, events=all_events() if wish.events else (), progress=progress
        )
    if as_json:
        write_json(_document(result, budget, wish.events))
    else:
        _print(result, budget, wish.events)
    if picture is not None:
        from xlcost.cli import plotting

        plotting.simulation(result, budget, picture)
    if result.failed:
        say(f"{result.failed:,} of {trials:,} draws have no total and are left out; {result.failure}")
    if budget is not None and (chance := result.budget_risk(budget)) > accepted:
        say(f"{found.case.name}: the total exceeds {budget:,.2f} USD with a chance of {chance:.1%}")
        return 1
    return 0


def tornado(
    case_file: str | None, settings: list[str], column: str | None, cost: str, plot: str | None, as_json: bool
) -> int:
    """Prints a tornado. 2 when the cost is not known."""
    picture = _picture(plot)
    found = estimated(read_case(case_file, settings, column))
    result = moved(found, cost)
    if as_json:
        write_json(_tornado_document(result))
    elif result.bars:
        write(printable(f"{found.case.name}: {graph().label(cost)} {dollars(result.base)} USD") + "\n")
        heads = ["Driver", "P10", "P90", "Unit", "Low, USD", "High", "Swing"]
        lines = [
            [bar.label, number(bar.p10), number(bar.p90), bar.unit, *map(dollars, (bar.low, bar.high, bar.swing))]
            for bar in result.bars[:BARS]
        ]
        write_table(heads, lines, numbers=(1, 2, 4, 5, 6), droppable=(3, 1, 2))
        if (more := len(result.bars) - BARS) > 0:
            write(f"\n{more} more drivers move it less; --json has all.")
    if isinstance(found[cost], CellError):
        say(f"{found.case.name}: {found.explain_error(cost)}")
        return 2
    if not result.bars and not as_json:
        write(printable(f"{found.case.name}: nothing that is unsure moves it."))
    if picture is not None and result.bars:
        from xlcost.cli import plotting

        plotting.tornado(result, picture)
    return 0


def _without_total(found: Estimate) -> int | None:
    if isinstance(found.total, float):
        return None
    say(f"{found.case.name}: {found.explain_error('total_cost') or 'the total is never reached'}")
    return 2


def _seed(text: str) -> int:
    if not text.strip().isdigit():
        raise XlcostError(f"--seed {text}: a whole number is wanted, 0 or more")
    return checked_seed(int(text))


def _picture(path: str | None) -> str | None:
    if path is not None and not path.lower().endswith(".png"):
        raise XlcostError(f"--plot {path}: a file that ends in .png is wanted")
    if path is not None:
        from xlcost.cli import plotting

        plotting.needed()
    return path


@contextlib.contextmanager
def _progress(trials: int) -> Iterator[Callable[[int], object] | None]:
    """A bar on standard error, for a person at a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Draws"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("draws", total=trials)
        yield lambda done: bar.update(task, completed=done)


def _document(result: Simulation, budget: float | None, with_events: bool) -> dict[str, Any]:
    return {
        "base_percentile": result.base_percentile,
        "budget": budget,
        "budget_risk": None if budget is None else result.budget_risk(budget),
        "case": result.case.name,
        "contingency": result.contingency,
        "costs": {name: {"base": result.base[name], **vars(each)} for name, each in result.costs.items()},
        "events": [each.record.name for each in all_events()] if with_events else [],
        "exact": result.is_exact,
        "failed": result.failed,
        "failure": result.failure,
        "months": [
            {"month": month, "cash": vars(cash), "cumulative": vars(so_far)}
            for month, (cash, so_far) in enumerate(zip(result.months, result.cumulative, strict=True))
        ],
        "never_ships": result.never_ships,
        "rank_correlations": result.rank_correlations,
        "seed": result.seed,
        "trials": result.trials,
    }


def _print(result: Simulation, budget: float | None, with_events: bool) -> None:
    write(printable(f"{result.case.name}, {result.trials:,} draws, seed {result.seed}") + "\n")
    rows = [
        [graph().label(name), *map(dollars, (result.base[name], each.mean, each.p10, each.p50, each.p80, each.p90))]
        for name, each in result.costs.items()
    ]
    heads = ["Stage", "Base, USD", "Mean", "P10", "P50", "P80", "P90"]
    write_table(heads, rows, numbers=range(1, 7), droppable=(2,), last_is_total=True)
    write("")
    write(
        f"The base lies at percentile {result.base_percentile:.1%} of the draws: most lows and highs of the catalogue "
        "lean to the dear side, and many are placeholders."
    )
    write(f"To stay within budget in four of five draws, {dollars(result.contingency)} USD on top of the base (P80).")
    write(f"Chance that no experiment up to the cap succeeds: {result.never_ships:.1%}.")
    if not with_events:
        left_out = "; ".join(each.record.label.lower() for each in all_events())
        write(f"Left out, unless --events draws them: {left_out}.")
    if budget is not None:
        write(f"Chance that the total exceeds {dollars(budget)} USD: {result.budget_risk(budget):.1%}.")
    follows = list(result.rank_correlations.items())[:MOST]
    if follows:
        named = "; ".join(f"{graph().label(name)} ({value:+.2f})" for name, value in follows)
        write(printable(f"The total follows most (rank correlation): {named}."))


def _tornado_document(result: Tornado) -> dict[str, Any]:
    fields = ("label", "unit", "p10", "p90", "low", "high", "swing")
    bars = [{"driver": bar.name, **{field: getattr(bar, field) for field in fields}} for bar in result.bars]
    return {"bars": bars, "base": result.base, "case": result.case.name, "cost": result.cost}
