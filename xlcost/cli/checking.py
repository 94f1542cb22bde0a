"""`check`: a workbook, put to the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from xlcost.cli.output import say, working, write, write_json, write_table
from xlcost.errors import XlcostError
from xlcost.files.opening import Opened, open_workbook_bytes
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import recalculate
from xlcost.sheets.rules import RULES, Audit, Computed, audit, listed

SHOWN = 60  # characters of what stands in a cell; JSON has more
CIRCULAR = "circular"  # as the recalculation calls it


def check(book: str | None, rules: Sequence[str], as_json: bool) -> int:
    """Prints what breaks a rule. 1 if anything does."""
    if book is None:
        raise XlcostError("check: name a workbook, or --list the rules; see `xlcost check --help`")
    wanted = _wanted(rules) if rules else None
    with working(f"Checking {book}"):
        opened = open_workbook_bytes(book)
        found = audit(opened, computed(opened), wanted)
    if as_json:
        write_json(
            {
                "compared": found.compared,
                "file": book,
                "findings": [asdict(each) for each in found.findings],
                "made_with": found.made_with,
                "rules": found.rules,
                "warnings": opened.warnings,
            }
        )
    else:
        _print(book, found)
    return 1 if found.findings else 0


def list_rules(as_json: bool) -> int:
    """Prints every rule: what it demands, why, and what to do."""
    if as_json:
        write_json(
            [
                {"cure": each.cure, "demand": each.demand, "rule": each.id, "scope": each.scope.value, "why": each.why}
                for each in listed()
            ]
        )
        return 0
    rows = [[each.id, each.demand, each.why, each.cure, each.scope.value] for each in listed()]
    write_table(["Rule", "Demands", "Why", "What to do", "For"], rows, droppable=(4, 2))
    return 0


def computed(opened: Opened) -> Computed | None:
    """What a recalculation finds; None if the workbook can't be recalculated, which is said."""
    try:
        found = recalculate(opened.data, host_functions())
    except XlcostError as refused:
        say(f"{opened.name}: values are not checked: {refused}")
        return None
    circular = tuple((each.sheet, each.cell, each.formula) for each in found.findings if each.kind == CIRCULAR)
    return Computed(found.values, circular)


def _wanted(rules: Sequence[str]) -> list[str]:
    """The rules that are named by themselves or by their group."""
    from xlcost.catalog import nearest

    wanted: list[str] = []
    for said in rules:
        name = said.strip().rstrip(".*")
        found = [each for each in RULES if each == name or each.startswith(f"{name}.")]
        if not found:
            near = nearest(name, list(RULES)) or sorted({each.partition(".")[0] for each in RULES})
            raise XlcostError(f"--rule {said}: no such rule; did you mean {' or '.join(near)}? `--list` has all")
        wanted += found
    return wanted


def _print(book: str, found: Audit) -> None:
    total = sum(each.count for each in found.findings)
    count = "nothing found" if not total else f"{total:,} finding{'' if total == 1 else 's'}"
    write(f"{book}: {len(found.rules)} rules, {count}")
    if found.made_with is None:
        write("Not made by xlcost: only the rules for any workbook were asked.")
    elif not found.compared:
        write(f"Made with xlcost {found.made_with}: not compared with the template of this version.")
    if not found.findings:
        return
    write("")
    rows = [
        [each.rule, f"{each.sheet}!{each.cell}".strip("!"), each.what, each.value[:SHOWN]] for each in found.findings
    ]
    write_table(["Rule", "Where", "What", "There"], rows)
    write("")
    cures = {each.rule: each.cure for each in found.findings}
    write_table(["Rule", "What to do"], [[name, cure] for name, cure in cures.items()])
