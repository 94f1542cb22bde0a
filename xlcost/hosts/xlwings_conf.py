"""The settings of xlwings: those that a macro workbook carries, and those of the user's own file."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from pathlib import Path

from xlcost.hosts.vba import UDF_MODULE

INTERPRETER = "Interpreter_Win"
MODULES = "UDF Modules"
HOME = "%USERPROFILE%"  # xlwings puts the folder of whoever opens the file in its place


def settings(interpreter: str | None) -> dict[str, str]:
    """The lines of the sheet xlwings.conf. Without an interpreter, the user's own file says which Python it is.

    The workbook's folder isn't searched for modules: a file there would otherwise run as soon as a cell asks Python.
    """
    found = {MODULES: UDF_MODULE, "ADD_WORKBOOK_TO_PYTHONPATH": "False"}
    return found if interpreter is None else {INTERPRETER: interpreter, **found}


def this_interpreter() -> str | None:
    """The Python that runs this, as a workbook names it. Elsewhere than on Windows no Excel could start it."""
    return portable(sys.executable, str(Path.home())) if sys.platform == "win32" else None


def portable(interpreter: str, home: str) -> str:
    """The path as it also holds for a colleague with the same installation in a folder of theirs."""
    if interpreter.lower().startswith(home.lower().rstrip("\\") + "\\"):
        return HOME + interpreter[len(home.rstrip("\\")) :]
    return interpreter


def expanded(interpreter: str, environment: Mapping[str, str]) -> str:
    """The path on this computer."""
    home = environment.get("USERPROFILE", "")
    return home + interpreter[len(HOME) :] if home and interpreter.upper().startswith(HOME) else interpreter


def user_file(home: Path) -> Path:
    """The user's own settings, written by `xlwings config create` and by xlwings' ribbon."""
    return home / ".xlwings" / "xlwings.conf"


def read_user_file(path: Path) -> dict[str, str]:
    """The settings in a file of lines such as "INTERPRETER_WIN","C:\\python.exe", by names in capitals."""
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            return {row[0].strip().upper(): row[1].strip() for row in csv.reader(lines) if len(row) > 1}
    except (OSError, csv.Error):
        return {}
