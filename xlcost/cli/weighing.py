"""`alternatives`: fine-tuning against what else could be done."""

from __future__ import annotations

from typing import Any

from xlcost.analysis.alternatives import FIGURES, VERDICT, Alternatives
from xlcost.analysis.alternatives import alternatives as compared
from xlcost.analysis.estimate import estimate
from xlcost.cli.output import number, printable, say, write, write_json, write_table
from xlcost.cli.reading import read_case
from xlcost.errors import CellError

SHOWN = ("upfront", "request", "acceptance", "success", "months", "total", "net")


def alternatives(case_file: str | None, settings: list[str], column: str | None, as_json: bool) -> int:
    """Prints the alternatives, the crossings and the verdict. 2 when the verdict is not known."""
    found = compared(read_case(case_file, settings, column))
    if as_json:
        write_json(_document(found))
    else:
        _print(found)
    if isinstance(found.verdict, CellError):
        told = estimate(found.case)
        reasons = (told.explain_error(name) for name in VERDICT)
        say(f"{found.case.name}: {next(reason for reason in reasons if reason)}")
        return 2
    return 0


def _print(found: Alternatives) -> None:
    write(printable(f"{found.case.name}: alternatives over {len(found.cheapest) - 1} months") + "\n")
    rows = [[line.label, *(number(line.figures[name]) for name in SHOWN)] for line in found.lines]
    heads = ["Alternative", *(FIGURES[name] for name in SHOWN)]
    write_table(heads, rows, numbers=range(1, len(heads)), droppable=(1, 5, 4))
    write("")
    crossings = [
        [each.label, *("" if value is None else number(value) for value in (each.saving, each.volume, each.month))]
        for each in found.crossings
    ]
    heads = ["Tuning becomes cheaper", "Saved by a request, USD", "Requests a month", "Month"]
    write_table(heads, crossings, numbers=(1, 2, 3))
    write("\n" + printable(str(found.verdict)))


def _document(found: Alternatives) -> dict[str, Any]:
    return {
        "alternatives": [
            {"figures": line.figures, "key": line.key, "label": line.label, "so_far": line.so_far}
            for line in found.lines
        ],
        "case": found.case.name,
        "cheapest": found.cheapest,
        "choice": found.choice,
        "crossings": [vars(each) for each in found.crossings],
        "margin": found.margin,
        "reason": found.reason,
        "requests": found.requests,
        "verdict": found.verdict,
        "volume": found.volume,
        "worth_it": found.worth_it,
    }
