"""The commands about what has changed: between cases, workbooks and versions. They do their imports when they run."""

from __future__ import annotations

from typing import Annotated

import typer

from xlcost.cli.options import Json

COMPARE = """\b
Examples:
  xlcost compare workbook/support-assistant.toml ours.toml
  xlcost compare plan.xlsx:Base plan.xlsx:Lean
  xlcost compare plan.xlsx:Base plan.xlsx:Lean --stages

A workbook's case is named after a colon; without one, its live case is taken.

A driver's part is what it moves the cost by when its turn comes, averaged over all orders in which the
changes can be made (its Shapley value): no order is preferred, and all parts add up to the whole change,
to the cent. Beyond 16 drivers that differ, 512 fixed orders are averaged. Orders that pass through an
error are left out.

JSON: after, before (case, stages, total_cost), barred (driver: why), change, effects (after, before,
by_stage, change, driver, label, unit), nothing (drivers that differ and move no cost), orders (null: all).
A value of null is computed."""


def compare(
    before: Annotated[
        str,
        typer.Argument(metavar="A", show_default=False, help="CASE.toml, or BOOK.xlsx:Column; - is standard input."),
    ],
    after: Annotated[str, typer.Argument(metavar="B", show_default=False, help="The same, of the other case.")],
    stages: Annotated[bool, typer.Option("--stages", help="Show what each driver does to each stage, too.")] = False,
    as_json: Json = False,
) -> int:
    """Say what moves the cost from one case to another, driver by driver, adding up exactly."""
    from xlcost.cli import comparing

    return comparing.compare(before, after, stages, as_json)


MIGRATE = """\b
Examples:
  xlcost migrate old.xlsx -o new.xlsx

It carries what the cases enter, by the names of the drivers, with their sources and days. What is changed on
other sheets than Inputs is not carried; `xlcost diff` shows it.

JSON: cells, changes (detail, entered, name, what: carried, dropped, kept, new or renamed), file, findings (cell,
detail, formula, kind, sheet), from, version. Kept is a value of the older catalogue that now is another."""


def migrate(
    old: Annotated[
        str, typer.Argument(metavar="OLD.xlsx", show_default=False, help="A workbook of an earlier version.")
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="NEW.xlsx", show_default=False, help="The workbook to write.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace the workbook if there is one.")] = False,
    as_json: Json = False,
) -> int:
    """Make a workbook of an earlier version anew, with the same cases, and list what became of its lines.

    The older one stays as it is. The exit code is 1 if something that was entered has no place any more.
    """
    from xlcost.cli import migrating

    return migrating.migrate(old, output, force, as_json)


DIFF = """\b
Examples:
  xlcost diff plan.xlsx plan-reviewed.xlsx
  xlcost diff before.xlsx after.xlsx --json

Inputs are told by case and driver, cells by the name of their line, so that moved rows and columns are no
difference. How it moved the total is computed from the inputs, as in `xlcost compare`; what the workbooks
say beyond that comes from formulas, tables or the version, or they aren't recalculated.

JSON: after, before (file, version), formulas, values (after, before, cells, line, sheet), inputs (after, before,
case, driver), names (after, before, name), sheets (added, removed), totals (by case: change, effects, says,
unexplained; or error)."""


def diff(
    before: Annotated[str, typer.Argument(metavar="A.xlsx", show_default=False, help="A workbook.")],
    after: Annotated[str, typer.Argument(metavar="B.xlsx", show_default=False, help="Another, or a later copy.")],
    as_json: Json = False,
) -> int:
    """Say what differs between two workbooks, and how it moved the total of each case.

    Inputs, formulas, values, sheets and names. The exit code is 1 if there is a difference. Neither is written to.
    """
    from xlcost.cli import differing

    return differing.diff(before, after, as_json)
