"""A throw-away LibreOffice with our add-in, for tests: a profile of its own, installed by LibreOffice's own unopkg.

unopkg refuses to install for a user who is root, as one is in CI; for all users it installs, and where the add-ins of
all users are kept may be said: in the same folder.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from xlcost.files.values import strip_values
from xlcost.hosts.libreoffice.extension import extension

LIMIT = 120  # seconds that it may take


def why_not() -> str:
    """Why it can't be used here; empty if it can."""
    soffice, unopkg = shutil.which("soffice"), shutil.which("unopkg")
    if soffice is None or unopkg is None:
        return "LibreOffice is not installed"
    program = Path(soffice).resolve().parent
    if not any((folder / "pythonloader.py").exists() for folder in (program, program.parent / "Resources")):
        return "this LibreOffice runs no Python: on Debian and Ubuntu, apt-get install python3-uno"
    return ""


class LibreOffice:
    """LibreOffice in a folder, with the add-in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "shared").mkdir()
        self._settings = [
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"-env:UNO_SHARED_PACKAGES={(folder / 'shared').as_uri()}",
        ]
        (folder / "xlcost.oxt").write_bytes(extension())
        self._run("unopkg", "add", "--shared", *self._settings, str(folder / "xlcost.oxt"))

    def recalculated(self, data: bytes) -> Workbook:
        """A workbook with the values that LibreOffice computes; those that it has are taken away before."""
        return self.all_recalculated({"book": data})["book"]

    def all_recalculated(self, books: Mapping[str, bytes]) -> dict[str, Workbook]:
        """Several workbooks by name, in one start of LibreOffice."""
        paths = [self._folder / f"{name}.xlsx" for name in books]
        for path, data in zip(paths, books.values(), strict=True):
            path.write_bytes(strip_values(data))
        out = self._folder / "out"
        self._run(
            "soffice", *self._settings, "--headless", "--convert-to", "xlsx", "--outdir", str(out), *map(str, paths)
        )
        return {name: load_workbook(io.BytesIO((out / f"{name}.xlsx").read_bytes()), data_only=True) for name in books}

    def has_numpy(self) -> bool:
        """Whether its Python has numpy: as FT_EXPLAIN of a function that needs it says."""
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet["A1"] = '=FT_EXPLAIN("FT_TORNADO")'
        buffer = io.BytesIO()
        book.save(buffer)
        said = str(self.recalculated(buffer.getvalue()).worksheets[0]["A1"].value)
        lacks = said.startswith("that needs numpy, which LibreOffice's Python")
        assert lacks or "drivers move it" in said, said
        return not lacks

    @staticmethod
    def _run(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, done.stdout + done.stderr


def value(found: Any) -> Any:
    """The value of a cell as the other hosts give it."""
    return float(found) if type(found) is int else found
