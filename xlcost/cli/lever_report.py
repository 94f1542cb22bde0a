"""`levers`: what each lever saves, the way from base to optimised, and the best plan for a budget."""

from __future__ import annotations

from typing import Any

from xlcost.analysis.levers import LeverTable, Plan, best_plan
from xlcost.analysis.levers import levers as found_levers
from xlcost.cli.output import dollars, number, printable, write, write_json, write_table
from xlcost.cli.reading import plain_number, read_case
from xlcost.errors import XlcostError

HEADS = ("Lever", "What becomes of it", "Paid once", "By itself", "In all", "After those before", "Total", "Payback")


def levers(case_file: str | None, settings: list[str], column: str | None, budget: str | None, as_json: bool) -> int:
    """Prints the levers of a case. 1 when a budget is given and no combination fits."""
    limit = None if budget is None else _budget(budget)
    case = read_case(case_file, settings, column)
    table, plan = found_levers(case), best_plan(case, limit)
    if as_json:
        write_json(_document(table, plan))
    else:
        _print(table, plan)
    return 0 if plan.fits else 1


def _budget(text: str) -> float:
    limit = plain_number(text, "--budget")
    if not 0 < limit < float("inf"):
        raise XlcostError(f"--budget {text}: an amount in USD is wanted, above 0")
    return limit


def _document(table: LeverTable, plan: Plan) -> dict[str, Any]:
    return {
        "base_total": table.base,
        "case": table.case.name,
        "levers": [{**vars(each), "payback_month": each.payback_month or None} for each in table.levers],
        "optimised_total": table.optimised,
        "plan": {**vars(plan), "sentence": plan.sentence},
    }


def _print(table: LeverTable, plan: Plan) -> None:
    write(printable(f"{table.case.name}, USD; savings are net of what is paid once") + "\n")
    lines = [["Base: no lever", "", "", "", "", "", dollars(table.base), ""]]
    for each in table.levers:
        money = (each.one_off_cost, each.alone, each.together, each.step, each.total)
        payback = number(each.payback_month) if isinstance(each.payback_month, str) else f"month {each.payback_month:g}"
        lines.append([each.label, each.state, *map(dollars, money), payback])
    lines.append(["Optimised: all levers", "", "", "", "", "", dollars(table.optimised), ""])
    write_table([*HEADS], lines, numbers=range(2, 7), droppable=(1, 2), last_is_total=True)
    write("")
    write(printable(plan.sentence))
