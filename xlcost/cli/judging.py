"""The command that puts a workbook to the rules."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

CHECK = """\b
Examples:
  xlcost check plan.xlsx
  xlcost check plan.xlsx --rule formula --rule template.name
  xlcost check --list

JSON: compared, file, findings (cell, count, cure, rule, sheet, value, what), made_with, rules, warnings;
with --list: a list of cure, demand, rule, scope, why."""


def _rules(incomplete: str) -> list[str]:
    from xlcost.sheets.rules import RULES

    return [name for name in RULES if name.startswith(incomplete)]


def check(
    book: Annotated[
        str | None, typer.Argument(metavar="BOOK.xlsx", show_default=False, help="A workbook; - is standard input.")
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="ID",
            show_default=False,
            autocompletion=_rules,
            help="This rule, or all of a group such as formula. May be repeated.",
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the rules, and check nothing.")] = False,
    as_json: Json = False,
) -> int:
    """Check a workbook by rules, and say what breaks them, where, and what to do.

    A copy of the template that somebody has worked on is compared with a fresh one. Of a workbook that xlcost hasn't
    made, only the rules for any workbook are asked. Nothing in the file is run; it is recalculated in memory, and not
    written.
    """
    from xlcost.cli import checking

    return checking.list_rules(as_json) if listed else checking.check(book, rule or [], as_json)
