"""`addin` and `doctor`: Excel on this computer."""

from __future__ import annotations

import io
import os
from pathlib import Path

from xlcost import __version__
from xlcost.cli.output import write, write_json, write_table
from xlcost.errors import XlcostError
from xlcost.files.opening import open_workbook_bytes
from xlcost.hosts import addin
from xlcost.hosts.doctor import Computer, Line, book_lines, computer_lines, this_computer
from xlcost.hosts.xlwings_conf import settings, this_interpreter


def install(interpreter: str | None, appdata: str | None, dry: bool, as_json: bool) -> int:
    """Installs the add-in, or says what that would be."""
    from xlcost.sheets.settings import workbook

    place = _place(appdata)
    python = interpreter or this_interpreter()
    lines = addin.planned(place, python) if dry else addin.install(place, workbook(settings(python)), python)
    return _told(lines, dry, as_json, "" if dry else "Installed. Excel has the functions when it is started again.")


def status(appdata: str | None, as_json: bool) -> int:
    """How the add-in is. 1 unless all is well."""
    state, detail, todo = addin.state(_place(appdata))
    if as_json:
        write_json({"state": state, "detail": detail, "do": todo})
    else:
        write(f"{state}: {detail}{f' ({todo})' if todo else ''}")
    return 0 if state == "ok" else 1


def remove(appdata: str | None, dry: bool, as_json: bool) -> int:
    """Removes the add-in, or says what that would be."""
    place = _place(appdata)
    return _told(addin.removable(place) if dry else addin.remove(place), dry, as_json, "" if dry else "Removed.")


def doctor(book: str | None, as_json: bool) -> int:
    """Every line about this computer and the workbook. 1 if one is a problem."""
    computer = this_computer()
    lines = computer_lines(computer)
    if book is not None:
        lines += _about(book, computer)
    if as_json:
        write_json([{"name": each.name, "state": each.state, "detail": each.detail, "do": each.todo} for each in lines])
    else:
        rows = [[each.state, each.name, each.detail, each.todo] for each in lines]
        write_table(["", "What", "How it is", "What to do"], rows)
    return 1 if any(each.state == "problem" for each in lines) else 0


def _about(book: str, computer: Computer) -> list[Line]:
    from openpyxl import load_workbook

    from xlcost.sheets import finding
    from xlcost.sheets import settings as conf

    opened = open_workbook_bytes(book)
    loaded = load_workbook(io.BytesIO(opened.data), data_only=True)
    version = finding.made_with(loaded)
    said = f"{book}: made by xlcost {version}"
    if not version:
        made = Line("workbook", "warning", f"{book}: not made by xlcost, as far as its cover says", "xlcost new")
    elif finding.is_newer(version):
        made = Line("workbook", "problem", f"{said}, this is {__version__}", "pip install --upgrade xlcost")
    elif version != __version__:
        todo = f"xlcost migrate {book} -o NEW.xlsx"
        made = Line("workbook", "warning", f"{said}, this is {__version__}", todo)
    else:
        made = Line("workbook", "ok", said)
    return [made, *book_lines(Path(book), opened.data, conf.read(loaded), computer)]


def _place(appdata: str | None) -> addin.Place:
    if appdata is not None:
        return addin.Place(Path(appdata).absolute())
    if os.name != "nt":
        raise XlcostError(addin.ELSEWHERE)
    if not (found := os.environ.get("APPDATA")):
        raise XlcostError("APPDATA is not set, as it is for every user of Windows; --appdata FOLDER names the folder")
    return addin.Place(Path(found))


def _told(lines: list[str], dry: bool, as_json: bool, end: str) -> int:
    if as_json:
        write_json({"done": not dry, "lines": lines})
        return 0
    for line in lines or ["nothing"]:
        write(line)
    if end:
        write(end)
    return 0
