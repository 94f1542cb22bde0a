"""The doctor: what the FT_ functions need in Excel on this computer and in a workbook, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlcost.errors import XlcostError
from xlcost.functions.registry import functions
from xlcost.hosts import addin, vba
from xlcost.hosts.macro_workbook import project_of
from xlcost.hosts.xlwings_conf import INTERPRETER, MODULES, expanded, read_user_file, user_file

OLDEST = (3, 11)
PATIENCE = 60  # seconds for a program that is started; a virus scanner may look at it first

# Microsoft's rule "Block all Office applications from creating child processes": Excel then can't start Python.
_RULE = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
_RULES = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_SECURITY = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
_POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"
_BLOCKS, _DISABLES, _SIGNED_ONLY, _ENABLES_ALL = 1, 4, 3, 1


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: ok, warning or problem."""

    name: str
    state: str
    detail: str
    todo: str = ""


@dataclass(frozen=True)
class Computer:
    """What the doctor sees of a computer; in tests, of one that is made up."""

    is_windows: bool
    python: tuple[int, int]
    bits: int
    executable: str
    prefix: Path
    home: Path
    environment: Mapping[str, str]
    installed: Callable[[str], str]  # the version of a package; empty without it
    wanted: Callable[[str], str]  # the versions of a package that xlcost asks for, such as ==0.37.8
    run: Callable[[Sequence[str]], str]  # what a program prints; raises OSError or SubprocessError
    which: Callable[[str], str | None]
    registry: Callable[[str, str], object]  # the value of a name in a key; None without it

    @property
    def appdata(self) -> Path | None:
        """Where Excel's add-ins of this user lie."""
        found = self.environment.get("APPDATA", "")
        return Path(found) if found and self.is_windows else None


def this_computer() -> Computer:
    """The computer that this runs on."""
    return Computer(
        os.name == "nt",
        sys.version_info[:2],
        struct.calcsize("P") * 8,
        sys.executable,
        Path(sys.prefix),
        Path.home(),
        os.environ,
        _installed,
        _wanted,
        _run,
        shutil.which,
        _registry,
    )


def computer_lines(computer: Computer) -> list[Line]:
    """What doesn't depend on a workbook."""
    return [
        _python(computer),
        _xlwings(computer),
        _dll(computer),
        _child(computer),
        _user_settings(computer),
        _addin(computer),
        *_trust(computer),
        _formualizer(computer),
        _libreoffice(computer),
    ]


def book_lines(path: Path, data: bytes, conf: Mapping[str, str] | None, computer: Computer) -> list[Line]:
    """What a workbook brings: its macros, and the settings on its sheet xlwings.conf by names in capitals."""
    lines = [_mark_of_the_web(path)] if computer.is_windows else []
    try:
        project = project_of(data)
    except XlcostError as trouble:
        return [*lines, Line("macros", "problem", str(trouble), "a new workbook by xlcost new")]
    if project is None:
        detail = "none; its FT_ cells need the add-in, all else is native"
        return [*lines, Line("macros", "ok", detail)]
    sources = {each.name: each.source for each in project.modules}
    lines.append(_same_dll(sources.get("xlwings", ""), computer))
    lines.append(_stubs(sources.get(vba.STUBS, "")))
    return [*lines, *_settings(conf, computer)]


# ---- this computer


def _python(computer: Computer) -> Line:
    detail = f"{'.'.join(map(str, computer.python))}, {computer.bits}-bit, {computer.executable}"
    if computer.python < OLDEST:
        return Line("Python", "problem", detail, f"install Python {'.'.join(map(str, OLDEST))} or later")
    if computer.bits < 64:
        return Line("Python", "warning", detail, "a 64-bit Python; any Excel works with it")
    return Line("Python", "ok", detail)


def _xlwings(computer: Computer) -> Line:
    found, wanted = computer.installed("xlwings"), computer.wanted("xlwings")
    if not found:
        return Line("xlwings", "problem", "not installed", f"pip install xlwings{wanted}")
    if wanted.startswith("==") and found != wanted[2:]:
        return Line("xlwings", "problem", f"{found}; xlcost is made for {wanted[2:]}", f"pip install xlwings{wanted}")
    if computer.is_windows and not computer.installed("pywin32"):
        return Line("xlwings", "problem", f"{found}, but no pywin32, by which Excel is reached", "pip install pywin32")
    return Line("xlwings", "ok", found)


def _dll(computer: Computer) -> Line:
    """Excel loads the one of its own bitness, from the folder of Python."""
    if not computer.is_windows:
        return Line("xlwings' DLL", "ok", "not on this system; Excel for Windows alone loads it")
    version = computer.installed("xlwings")
    names = [f"xlwings{bits}-{version}.dll" for bits in (32, 64)]
    lacking = [name for name in names if not (computer.prefix / name).exists()]
    if lacking:
        return Line(
            "xlwings' DLL",
            "problem",
            f"{' and '.join(lacking)} not in {computer.prefix}",
            f"pip install --force-reinstall --no-deps xlwings=={version}",
        )
    return Line("xlwings' DLL", "ok", f"{' and '.join(names)} in {computer.prefix}")


def _child(computer: Computer) -> Line:
    """Excel starts Python as a process of its own, and has it import the functions: so does this."""
    program = "import xlcost.udfs as u; print(sum(name.startswith('FT_') for name in vars(u)))"
    try:
        said = computer.run([computer.executable, "-c", program]).strip()
        rule = computer.registry(_RULES, _RULE) if computer.is_windows else None
    except (OSError, subprocess.SubprocessError) as trouble:
        why = (str(trouble).splitlines() or [type(trouble).__name__])[0]
        return Line("child process", "problem", f"Python can't be started or fails: {why}", "ask for it to be allowed")
    if str(rule) == str(_BLOCKS):
        return Line(
            "child process",
            "problem",
            "this computer forbids Office to start programs, so Excel can't start Python",
            f"ask your administrator for an exception from rule {_RULE}, for {computer.executable}",
        )
    if said != str(len(functions())):
        detail = f"it offers {said} functions, not {len(functions())}: it imports another xlcost"
        return Line("child process", "problem", detail, "pip install --force-reinstall --no-deps xlcost")
    return Line("child process", "ok", f"Python starts, and offers {said} functions")


def _user_settings(computer: Computer) -> Line:
    path = user_file(computer.home)
    found = read_user_file(path)
    if not found:
        return Line("user's settings", "ok", f"no {path}; a workbook or the add-in then names its Python itself")
    python = found.get(INTERPRETER.upper(), "")
    return _interpreter("user's settings", python, f"{path}: ", computer)


def _addin(computer: Computer) -> Line:
    if computer.appdata is None:
        return Line("add-in", "ok", "not on this system; Excel for Windows alone loads it")
    try:
        return Line("add-in", *addin.state(addin.Place(computer.appdata)))
    except XlcostError as trouble:
        return Line("add-in", "problem", str(trouble), "xlcost addin install, after that")


def _trust(computer: Computer) -> list[Line]:
    if not computer.is_windows:
        return [Line("trust in macros", "ok", "not on this system; Excel for Windows alone asks for it")]
    policy = computer.registry(_POLICY, "VBAWarnings")
    macros = computer.registry(_SECURITY, "VBAWarnings") if policy is None else policy
    whose = "set by your administrator" if policy is not None else "File > Options > Trust Center > Macro Settings"
    if macros in (_DISABLES, _SIGNED_ONLY):
        kind = "all macros" if macros == _DISABLES else "macros without a signature"
        first = Line("trust in macros", "problem", f"Excel disables {kind} without a word ({whose})", _ALLOW)
    elif macros == _ENABLES_ALL:
        first = Line("trust in macros", "warning", f"Excel runs every macro of every file ({whose})", _ALLOW)
    else:
        first = Line("trust in macros", "ok", "Excel asks before it runs macros, and not at all for the add-in")
    trusted = computer.registry(_SECURITY, "AccessVBOM") == 1
    access = "allowed" if trusted else "not allowed; only Import Functions of xlwings needs it"
    return [first, Line("access to VBA projects", "ok", access)]


def _formualizer(computer: Computer) -> Line:
    found, wanted = computer.installed("formualizer"), computer.wanted("formualizer")
    todo = f"pip install 'formualizer{wanted}'"
    if not found:
        return Line("formualizer", "problem", "not installed; xlcost can't recalculate", todo)
    if not found.startswith(_family(wanted)):
        return Line("formualizer", "warning", f"{found}; xlcost is tested with {wanted}", todo)
    return Line("formualizer", "ok", found)


def _libreoffice(computer: Computer) -> Line:
    program = computer.which("soffice") or computer.which("libreoffice")
    if program is None:
        return Line("LibreOffice", "ok", "not installed; only a second opinion on the formulas needs it")
    try:
        said = computer.run([program, "--version"]).strip()
    except (OSError, subprocess.SubprocessError):
        return Line("LibreOffice", "warning", f"{program} doesn't answer", "start it once by hand")
    return Line("LibreOffice", "ok", " ".join(said.split()[:2]))


# ---- a workbook


def _mark_of_the_web(path: Path) -> Line:
    if Path(f"{path}:Zone.Identifier").exists():
        todo = "in its Properties, tick Unblock; or save it in a trusted location"
        return Line("origin", "problem", "marked as from the internet: Excel runs none of its macros", todo)
    return Line("origin", "ok", "not marked as from the internet")


def _same_dll(source: str, computer: Computer) -> Line:
    found = re.search(r'XLWINGS_VERSION As String = "([^"]*)"', source)
    version = computer.installed("xlwings")
    if found is None:
        return Line("macros", "warning", "without xlwings' own module; they need the add-in of xlwings", "xlcost new")
    if found[1] != version:
        return Line(
            "macros",
            "problem",
            f"of xlwings {found[1]}, and Python has {version or 'none'}: its DLL is not found",
            f"pip install xlwings=={found[1]}, or a new workbook by xlcost new",
        )
    return Line("macros", "ok", f"of xlwings {version}, which Python has, too")


def _stubs(source: str) -> Line:
    there = set(re.findall(r"Function (FT_\w+)", source))
    known = set(functions())
    if "AskPython" not in source and there:
        detail = "imported by xlwings, which shows errors as text"
        return Line("functions", "warning", detail, "a new workbook by xlcost new shows them as errors")
    if lacking := sorted(known - there):
        some = ", ".join(lacking[:3]) + (" ..." if len(lacking) > 3 else "")
        return Line("functions", "warning", f"{len(lacking)} are not in it: {some}", "a new workbook by xlcost new")
    return Line("functions", "ok", f"all {len(known)} are in it")


def _settings(conf: Mapping[str, str] | None, computer: Computer) -> list[Line]:
    if conf is None:
        detail = "no sheet xlwings.conf; the user's settings say where Python is"
        return [Line("settings", "warning", detail, "give it one, or run xlwings config create")]
    lines = []
    if conf.get(MODULES.upper(), "") != vba.UDF_MODULE:
        said = conf.get(MODULES.upper(), "")
        lines.append(Line("settings", "warning", f"{MODULES} is {said!r}", f"{vba.UDF_MODULE}, for Import Functions"))
    if conf.get("ADD_WORKBOOK_TO_PYTHONPATH", "true").lower() == "true":
        detail = "modules are searched in the workbook's folder, where any file could be one"
        lines.append(Line("settings", "warning", detail, "ADD_WORKBOOK_TO_PYTHONPATH: False"))
    if INTERPRETER.upper() in conf:
        lines.append(_interpreter("settings", conf[INTERPRETER.upper()], "", computer))
    else:
        lines.append(Line("settings", "ok", "names no Python; the user's settings do"))
    return lines


def _interpreter(name: str, python: str, where: str, computer: Computer) -> Line:
    """Whether Excel finds the Python that is named."""
    if not python:
        detail = f"{where}{INTERPRETER} is empty: the first pythonw of the PATH is taken"
        return Line(name, "warning", detail, "name one")
    if not computer.is_windows:
        return Line(name, "ok", f"{where}{python}, which only Windows could look for")
    path = expanded(python, computer.environment)
    if path in ("python", "pythonw"):
        return Line(name, "ok", f"{where}{python}, the first one of the PATH")
    if not Path(path).exists():
        todo = f"{INTERPRETER}: {computer.executable}"
        return Line(name, "problem", f"{where}there is no {path}", todo)
    if os.path.normcase(path) != os.path.normcase(computer.executable):
        detail = f"{where}{path}, another Python than this"
        return Line(name, "warning", detail, "run xlcost doctor with that one, too")
    return Line(name, "ok", f"{where}{path}")


# ---- seeing


_ALLOW = "choose: disable with notification"


def _wanted(package: str) -> str:
    try:
        asked = importlib.metadata.requires("xlcost") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    for each in asked:
        if match := re.match(rf"{package}\s*([=<>!~][^;]*)", each):
            return match[1].strip()
    return ""


def _family(wanted: str) -> str:
    """What versions begin with that satisfy `<0.14,>=0.13`: 0.13."""
    match = re.search(r">=\s*([\d.]+)", wanted)
    return match[1] if match else ""


def _installed(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise subprocess.SubprocessError(last)
    return done.stdout


def _registry(key: str, name: str) -> object:
    if sys.platform != "win32":
        return None
    import winreg

    root, _, path = key.partition("\\")
    hive = winreg.HKEY_CURRENT_USER if root == "HKCU" else winreg.HKEY_LOCAL_MACHINE
    try:
        with winreg.OpenKey(hive, path) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None
