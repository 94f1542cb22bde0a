"""`estimate` and `show`: what a case costs."""

from __future__ import annotations

from typing import Any

from xlcost.analysis.estimate import STAGE_COSTS, STAGE_FLOWS, Estimate
from xlcost.analysis.estimate import estimate as estimated
from xlcost.analysis.ranges import Range, ranges
from xlcost.cli.output import dollars, number, printable, say, working, write, write_json, write_table
from xlcost.cli.reading import STDIN, day, parse_case, plain_number, read_case, say_remarks, stdin
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph
from xlcost.model.explaining import explanation, remarks

RESULTS = ("total_cost", "present_cost", "npv", "payback_month", "request_cost", "shipping_multiple")
SHOWN = (*STAGE_COSTS, *RESULTS)
MOST = 3  # drivers that a cost depends on most

Row = tuple[str, str, str, dict[str, Any]]  # label, quantity, unit, value by case


def estimate(
    case_file: str | None,
    settings: list[str],
    column: str | None,
    months: bool,
    budget: str | None,
    on: str | None,
    as_json: bool,
) -> int:
    """Prints an estimate, with the prices of that day. 1 when it is over the budget, 2 when the total is not known."""
    limit = None if budget is None else _budget(budget)
    known_on = None if on is None else day(on, "--as-of")
    found = estimated(read_case(case_file, settings, column), as_of=known_on)
    if as_json:
        write_json(_document(found, months) | ({} if known_on is None else {"as_of": known_on}))
    else:
        _print(found, months)
    for remark in remarks(found.graph, "mfu", found.values):
        say(f"{found.case.name}: {remark}")
    if isinstance(found.total, CellError):
        say(f"{found.case.name}: {_reason(found, 'total_cost')}")
        return 2
    if limit is not None and found.total > limit:
        say(f"{found.case.name}: {found.total:,.2f} USD is {found.total - limit:,.2f} over the budget of {limit:,.2f}")
        return 1
    return 0


def show(file: str, as_json: bool) -> int:
    """Prints the totals by stage of a workbook's cases, or of a case file."""
    cases, rows, more = _totals(file)
    if as_json:
        document = [
            {"label": label, "quantity": quantity, "unit": unit, "values": values}
            for label, quantity, unit, values in rows
        ]
        write_json({"cases": cases, "file": file, "rows": document, **more})
    else:
        lines = [[label, unit, *(number(values[case]) for case in cases)] for label, _, unit, values in rows]
        write_table(["Result", "Unit", *cases], lines, numbers=range(2, 2 + len(cases)), droppable=(1,))
        if more["inputs_as_made"] is not None:
            words = "as when the workbook was made" if more["inputs_as_made"] else "changed since the workbook was made"
            write(f"\nInputs: {words}.")
        if more["checks_hold"] is False:
            say(f"{file}: a check in the workbook does not hold; see its sheet Checks")
    return 0


def _totals(file: str) -> tuple[list[str], list[Row], dict[str, Any]]:
    """The cases, a row for each result, and what else a workbook says of itself."""
    from xlcost.files.opening import MAX_PACKED, examine, open_workbook_bytes

    if file == STDIN:
        data = stdin(MAX_PACKED)
        if not data.startswith(b"PK"):
            return _totals_of_case(estimated(parse_case(data, "standard input")))
        examine(data, "standard input")
    elif file.lower().endswith(".toml"):
        return _totals_of_case(estimated(read_case(file)))
    else:
        data = open_workbook_bytes(file).data
    from xlcost.sheets.reading import inputs_as_made, results

    name = "standard input" if file == STDIN else file
    with working(f"Reading {file}"):
        try:
            found, as_made = results(data), inputs_as_made(data)
            say_remarks(data, name)
        except XlcostError as refused:
            raise XlcostError(f"{name}: {refused}") from None
    rows = [
        (line.label, line.name, line.unit, {case: _value(line.values[case]) for case in found.cases})
        for line in found.lines
    ]
    return list(found.cases), rows, {"checks_hold": found.checks_hold, "inputs_as_made": as_made, "live": found.live}


def _totals_of_case(found: Estimate) -> tuple[list[str], list[Row], dict[str, Any]]:
    """The same lines as a workbook has on its sheet Results."""
    from xlcost.sheets.results import SHEET

    name = found.case.name
    rows = [(graph().label(each), each, str(graph().unit(each)), {name: found[each]}) for each in SHEET.names]
    return [name], rows, {"checks_hold": None, "inputs_as_made": None, "live": name}


def _value(cell: Any) -> Any:
    """A cell's value, with an error told from a text."""
    return _ERRORS.get(cell, cell) if isinstance(cell, str) else cell


def _budget(text: str) -> float:
    limit = plain_number(text, "--budget")
    if not 0 <= limit < float("inf"):
        raise XlcostError(f"--budget {text}: an amount in USD is wanted, 0 or more")
    return limit


def _document(found: Estimate, months: bool) -> dict[str, Any]:
    document: dict[str, Any] = {name: found[name] for name in RESULTS}
    document["case"] = found.case.name
    document["errors"] = {name: _reason(found, name) for name in SHOWN if isinstance(found[name], CellError)}
    document["given"] = found.case.values
    document["horizon_months"] = found["horizon_months"]
    document["ranges"] = {name: _range(each) for name, each in ranges(found).items()}
    document["stages"] = {name: found[name] for name in STAGE_COSTS}
    if months:
        until = int(found["horizon_months"]) + 1
        document["months"] = {name: found[name][:until] for name in ("month", *STAGE_FLOWS, "total_flow")}
    return document


def _range(each: Range) -> dict[str, Any]:
    return {"base": each.base, "drivers": dict(list(each.drivers.items())[:MOST]), "high": each.high, "low": each.low}


def _print(found: Estimate, months: bool) -> None:
    total = found.total
    rows = []
    found_ranges = ranges(found)
    for name in (*STAGE_COSTS, "total_cost"):
        each, cost = found_ranges[name], found[name]
        share = f"{cost / total:.1%}" if isinstance(cost, float) and isinstance(total, float) and total > 0 else ""
        share = share if name in STAGE_COSTS else ""
        rows.append([graph().label(name), dollars(each.low), dollars(cost), dollars(each.high), share])
    write(printable(f"{found.case.name}, {found['horizon_months']:g} months") + "\n")
    heads = ["Stage", "Low", "Base, USD", "High", "Share"]
    write_table(heads, rows, numbers=(1, 2, 3, 4), droppable=(4,), last_is_total=True)
    write("")
    if drivers := _range(found_ranges["total_cost"])["drivers"]:
        moved = "; ".join(f"{graph().label(name)} ({dollars(wide)})" for name, wide in drivers.items())
        write(printable(f"Between low and high, the total is moved most by: {moved}.") + "\n")
    others = [[graph().label(name), number(found[name]), str(graph().unit(name))] for name in RESULTS[1:]]
    write_table(["Result", "", "Unit"], others, numbers=(1,))
    if months:
        by_month = found.months()
        lines = [[dollars(each) for each in row] for row in zip(*by_month.values(), strict=True)]
        write("")
        write_table([*by_month], lines, numbers=range(len(by_month)))


def _reason(found: Estimate, name: str) -> str:
    """Where an error arose, and why."""
    return explanation(found.graph, name, found.values)


_ERRORS = {str(error): error for error in CellError}
