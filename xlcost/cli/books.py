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
from xlcost.hosts.xlwings_conf import settings, this_interpreter

FLAVOURS = ("excel", "lambda", "none")
WITH_MACROS = ".xlsm"

if TYPE_CHECKING:
    from xlcost.analysis.case import Case


def new(
    book: str,
    base: str | None,
    case_files: Sequence[str],
    functions: str,
    interpreter: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Writes the template workbook with its results. 1 when a cell in it shows an error."""
    macros = Path(book).suffix.lower() == WITH_MACROS
    if not macros and Path(book).suffix.lower() != ".xlsx":
        raise XlcostError(f"{book}: the workbook's name ends in .xlsx, or in {WITH_MACROS} for one with macros")
    refuse_unwritable(book)
    if not force and Path(book).exists():
        raise CannotWrite(f"{book}: exists already; --force replaces it")
    if functions not in FLAVOURS:
        raise XlcostError(f"--functions {functions}: one of {', '.join(FLAVOURS)}")
    if macros and functions == "none":
        raise XlcostError(f"{book}: the macros of {WITH_MACROS} are the functions; --functions none goes with .xlsx")
    if interpreter is not None and not macros:
        raise XlcostError(f"--interpreter {interpreter}: only a workbook with macros, {WITH_MACROS}, names a Python")
    cases = _cases(base, case_files)
    from xlcost.sheets.render import render

    with working(f"Writing {book}"):
        xlwings = settings(interpreter or this_interpreter()) if macros else None
        data = render(cases, flavour=functions, xlwings=xlwings)
        found = recalculate(data, host_functions())
        finished = write_values(data, found.values)
        if macros:
            from xlcost.hosts.macro_workbook import with_macros

            finished = with_macros(finished)
        save_bytes(book, finished, force=force)
    _report(book, len(found.values), found.findings, as_json)
    return 1 if found.findings else 0


def recalc(book: str, output: str | None, as_json: bool) -> int:
    """Recalculates a workbook and writes it, whatever comes out. 1 when a cell in it shows an error."""
    if output is None and book == STDIN:
        raise XlcostError("a workbook from standard input needs a name to be written to: -o OUT.xlsx")
    from xlcost.sheets.finding import refuse_newer_file

    target = output or book
    if output is not None:
        refuse_unwritable(output)
    with working(f"Recalculating {book}"):
        found = recalculate_file(book, target, host_functions(), refuse_newer_file)
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
    own = {CASES[0]: read_case(base)} if base else {}
    return {**Case.shipped(own.get(CASES[0])), **dict(zip(free, map(read_case, case_files), strict=False)), **own}


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
