"""The add-in for every workbook of a user of Excel on Windows: one file in a folder that Excel loads when it starts.

That folder is the user's own, so no administrator is needed, and Excel trusts it. Nothing is written to the registry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xlcost import __version__
from xlcost.errors import CannotWrite, XlcostError
from xlcost.files.saving import save_bytes
from xlcost.hosts.macro_workbook import with_macros

ELSEWHERE = (
    "Excel loads this add-in on Windows only. A workbook of xlcost needs none: its native formulas are complete in "
    "Excel on a Mac, on the web and in LibreOffice, and `xlcost recalc` computes the FT_ cells here. To prepare the "
    "add-in for a Windows computer: --appdata FOLDER."
)


@dataclass(frozen=True)
class Place:
    """Where the add-in goes: the application data of a user, %APPDATA% on Windows."""

    appdata: Path

    @property
    def addin(self) -> Path:
        """The add-in, in the folder whose files Excel opens when it starts."""
        return self.appdata / "Microsoft" / "Excel" / "XLSTART" / "xlcost.xlam"

    @property
    def record(self) -> Path:
        """What was installed."""
        return self.appdata / "xlcost" / "addin.json"


@dataclass(frozen=True)
class Installed:
    """What the record says."""

    version: str
    interpreter: str | None
    digest: str
    folders: tuple[str, ...]  # that were made for it


def install(place: Place, settings_workbook: bytes, interpreter: str | None) -> list[str]:
    """Puts the add-in in its place, also over an earlier one. Every file is named in what comes back."""
    if not place.appdata.is_dir():
        raise XlcostError(f"{place.appdata}: no such folder; the user's application data, %APPDATA%, is wanted")
    earlier = recorded(place)
    if earlier is None and place.addin.exists():
        raise XlcostError(f"{place.addin}: there already, and not put there by xlcost; move it away first")
    data = with_macros(settings_workbook, addin=True)
    folders = dict.fromkeys([*(earlier.folders if earlier else ()), *map(str, _make_folders(place))])
    # The record first: what is in place without one could not be removed again.
    document = {
        "digest": _digest(data),
        "folders": list(folders),
        "interpreter": interpreter,
        "version": __version__,
    }
    save_bytes(place.record, json.dumps(document, indent=2).encode() + b"\n")
    save_bytes(place.addin, data)
    return planned(place, interpreter)


def planned(place: Place, interpreter: str | None) -> list[str]:
    """Every file and setting of an installation, in words."""
    python = interpreter or "the one of the user's file .xlwings\\xlwings.conf"
    return [
        f"{place.addin}: the add-in, which Excel loads when it starts",
        f"{place.record}: what was installed, for `xlcost addin remove`",
        f"Python, as the add-in's own sheet of settings names it: {python}",
        "In the registry: nothing",
    ]


def removable(place: Place) -> list[str]:
    """What `remove` would delete."""
    record = recorded(place)
    found = [str(path) for path in (place.addin, place.record) if record and path.exists()]
    return [*found, *(f"{folder}, if it is empty" for folder in reversed(record.folders))] if record else []


def remove(place: Place) -> list[str]:
    """Deletes what was installed, and the folders that were made for it. The paths that went."""
    record = recorded(place)
    if record is None:
        raise XlcostError(f"{place.record}: not there, so xlcost has installed no add-in that could be removed")
    gone = []
    for path in (place.addin, place.record):
        if path.exists():
            _delete(path)
            gone.append(str(path))
    ours = {str(folder) for folder in _folders(place)}
    for folder in sorted(ours & set(record.folders), key=len, reverse=True):
        try:
            Path(folder).rmdir()
        except OSError:
            continue  # somebody else has put something there
        gone.append(folder)
    return gone


def recorded(place: Place) -> Installed | None:
    """What was installed, if anything was."""
    try:
        found = json.loads(place.record.read_text(encoding="utf-8"))
        python = found["interpreter"]
        return Installed(
            str(found["version"]),
            None if python is None else str(python),
            str(found["digest"]),
            tuple(map(str, found["folders"])),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise XlcostError(f"{place.record}: can't be read; delete it and {place.addin}, and install again") from None


def state(place: Place) -> tuple[str, str, str]:
    """How the add-in is: ok, warning or problem; in words; what to do."""
    again = "xlcost addin install"
    record = recorded(place)
    if record is None:
        if place.addin.exists():
            return "warning", f"{place.addin} is there, but xlcost did not install it", "move it away"
        return "warning", "not installed", f"{again}, for FT_ functions in every workbook"
    if not place.addin.exists():
        return "problem", f"{place.addin} is gone", again
    if record.version != __version__:
        return "problem", f"installed by xlcost {record.version}, this is {__version__}", again
    if _digest(place.addin.read_bytes()) != record.digest:
        return "warning", f"{place.addin} was changed since it was installed", f"{again}, unless you changed it"
    return "ok", f"{place.addin}, of xlcost {record.version}", ""


def _folders(place: Place) -> Iterator[Path]:
    for path in (place.addin, place.record):
        yield from reversed([folder for folder in path.parents if place.appdata in folder.parents])


def _make_folders(place: Place) -> Iterator[Path]:
    """Makes what is missing, and names it."""
    for folder in _folders(place):
        if not folder.exists():
            try:
                folder.mkdir()
            except OSError as error:
                raise CannotWrite(f"{folder}: can't be made ({error.strerror or error})") from None
            yield folder


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except PermissionError:
        raise CannotWrite(f"{path}: in use, or no permission; close Excel and run it again") from None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
