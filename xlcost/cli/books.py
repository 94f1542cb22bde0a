"""`new` and `recalc`: workbooks, made and recalculated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlcost.cli.output import say, working, write, write_json, write_table
from xlcost.cli.reading import STDIN, read_case
from xlcost.errors import CannotWrite, XlcostError
from xlcost.files.saving import refuse_unwritable, save_bytes
from xlcost.files.values import write_values
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import Finding, recalculate, recalculate_file

FLAVOURS = ("excel", "none")

if TYPE_CHECKING:
    from xlcost.analysis.case import Case


def new(book: str, base: str | None, case_files: Sequence[str], functions: str, force: bool, as_json: bool) -> int:
    """Writes the template workbook with its results. 1 when a cell in it shows an error."""
    if Path(book).suffix.lower() != ".xlsx":
        raise XlcostError(f"{book}: the workbook's name ends in .xlsx")
    refuse_unwritable(book)
    if not force and Path(book).exists():
        raise CannotWrite(f"{book}: exists already; --force replaces it")
    if functions not in FLAVOURS:
        raise XlcostError(f"--functions {functions}: one of {', '.join(FLAVOURS)}")
    cases = _cases(base, case_files)
    from xlcost.sheets.render import render

    with working(f"Writing {book}"):
        data = render(cases, engine=functions == "excel")
        found = recalculate(data, host_functions())
        save_bytes(book, write_values(data, found.values), force=force)
    _report(book, len(found.values), found.findings, as_json)
    return 1 if found.findings else 0


def recalc(book: str, output: str | None, as_json: bool) -> int:
    """Recalculates a workbook and writes it, whatever comes out. 1 when a cell in it shows an error."""
    if output is None and book == STDIN:
        raise XlcostError("a workbook from standard input needs a name to be written to: -o OUT.xlsx")
    target = output or book
    if output is not None:
        refuse_unwritable(output)
    with working(f"Recalculating {book}"):
        found = recalculate_file(book, target, host_functions())
    for warning in found.warnings:
        say(f"{'standard input' if book == STDIN else book}: holds {warning}")
    _report(target, len(found.values), found.findings, as_json, found.warnings)
    return 1 if found.findings else 0


def _cases(base: str | None, case_files: Sequence[str]) -> dict[str, Case]:
    """The cases by the name of their column: Base, and those that are free."""
    from xlcost.analysis.case import Case
    from xlcost.sheets.layout import CASES

    free = [name for name in CASES if name.startswith("Custom")]
    if len(case_files) > len(free):
        raise XlcostError(f"--case {case_files[len(free)]}: the workbook has room for {len(free)}, {', '.join(free)}")
    if [base, *case_files].count(STDIN) > 1:
        raise XlcostError("standard input holds one case: give - once")
    cases = {**Case.shipped(), **dict(zip(free, map(read_case, case_files), strict=False))}
    return {**cases, CASES[0]: read_case(base)} if base else cases


def _report(book: str, cells: int, findings: Sequence[Finding], as_json: bool, warnings: Sequence[str] = ()) -> None:
    if as_json:
        listed = [vars(finding) for finding in findings]
        write_json({"cells": cells, "file": book, "findings": listed, "warnings": warnings})
        return
    count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}" if findings else "no errors"
    write(f"{book}: {cells:,} cells computed, {count}")
    if findings:
        write("")
        rows = [[f"{each.sheet}!{each.cell}", each.kind, each.detail, each.formula] for each in findings]
        write_table(["Cell", "Finding", "Detail", "Formula"], rows)
