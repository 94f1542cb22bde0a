"""`migrate`: an older workbook made anew."""

from __future__ import annotations

from pathlib import Path

from xlcost.cli.output import say, working, write, write_json, write_table
from xlcost.cli.reading import STDIN
from xlcost.errors import CannotWrite, XlcostError
from xlcost.files.opening import open_workbook_bytes
from xlcost.files.saving import refuse_unwritable, save_bytes
from xlcost.files.values import write_values
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import recalculate
from xlcost.sheets import reading
from xlcost.sheets.migrating import Migration, migration
from xlcost.sheets.render import render

WORDS = {
    "renamed": "renamed",
    "dropped": "dropped",
    "kept": "kept, not the catalogue's any more",
    "new": "new, at its default",
    "carried": "carried",
}


def migrate(old: str, output: str, force: bool, as_json: bool) -> int:
    """Writes the new workbook with its results. 1 when something entered is dropped, or a cell shows an error."""
    if Path(output).suffix.lower() != ".xlsx":
        raise XlcostError(f"{output}: the workbook's name ends in .xlsx")
    refuse_unwritable(output)
    opened = open_workbook_bytes(old)
    if Path(output).exists():
        if old != STDIN and Path(old).samefile(output):
            raise XlcostError(f"{output}: is the older workbook, which stays as it is; name another file")
        if not force:
            raise CannotWrite(f"{output}: exists already; --force replaces it")
    with working(f"Reading {old}"):
        try:
            found = migration(opened.data)
            merged = reading.merged(opened.data)
        except XlcostError as refused:
            raise XlcostError(f"{old}: {refused}") from None
    for remark in merged:
        say(f"{old}: {remark}")
    with working(f"Writing {output}"):
        data = render(found.cases, flavour=found.flavour, live=found.live)
        made = recalculate(data, host_functions())
        save_bytes(output, write_values(data, made.values), force=force)
    if as_json:
        changes = [vars(change) for change in found.changes]
        findings = [vars(finding) for finding in made.findings]
        write_json(
            {"cells": len(made.values), "changes": changes, "file": output, "findings": findings}
            | {"from": old, "version": found.version}
        )
    else:
        _print(found, old, output)
    for finding in made.findings:
        say(f"{output}: {finding.sheet}!{finding.cell}: {finding.kind}, {finding.detail}")
    for change in found.lost:
        say(f"{old}: {change.name} was entered and has no place any more ({change.detail})")
    return 1 if found.lost or made.findings else 0


def _print(found: Migration, old: str, output: str) -> None:
    write(f"{output}: made from {old} (xlcost {found.version or 'unknown'}), live case {found.live}")
    rows = [
        [WORDS[what], change.name, change.detail] for what in WORDS for change in found.changes if change.what == what
    ]
    if rows:
        write("")
        write_table(["Line", "Name", "Detail"], rows)
