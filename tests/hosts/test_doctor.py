"""The doctor, on computers that are made up: each fault is named, with what to do, and nothing else is a problem."""

import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from xlcost import __version__
from xlcost.cli import run
from xlcost.files.package import read_parts, zip_parts
from xlcost.files.vba_project import Module, write_project
from xlcost.functions.registry import functions
from xlcost.hosts import addin, doctor
from xlcost.hosts.doctor import Computer, Line, book_lines, computer_lines
from xlcost.hosts.macro_workbook import PROJECT, project_of, with_macros
from xlcost.hosts.xlwings_conf import settings
from xlcost.sheets.layout import VERSION_CELL
from xlcost.sheets.settings import read, workbook

VERSIONS = {"xlwings": "0.37.8", "pywin32": "311", "formualizer": "0.13.2"}
WANTED = {"xlwings": "==0.37.8", "formualizer": "<0.14,>=0.13"}


@pytest.fixture
def healthy(tmp_path: Path) -> Computer:
    """Windows with everything as it should be."""
    prefix, appdata = tmp_path / "py", tmp_path / "appdata"
    for folder in (prefix, appdata):
        folder.mkdir()
    for name in ("python.exe", "xlwings32-0.37.8.dll", "xlwings64-0.37.8.dll"):
        (prefix / name).touch()
    python = str(prefix / "python.exe")
    addin.install(addin.Place(appdata), workbook(settings(python)), python)
    return Computer(
        True,
        (3, 12),
        64,
        python,
        prefix,
        tmp_path,
        {"APPDATA": str(appdata), "USERPROFILE": str(tmp_path)},
        lambda package: VERSIONS.get(package, ""),
        lambda package: WANTED.get(package, ""),
        lambda command: "LibreOffice 25.2.3.2 520(Build:2)" if "--version" in command else f"{len(functions())}\n",
        lambda program: f"/usr/bin/{program}",
        lambda key, name: None,
    )


def states(lines: list[Line]) -> dict[str, str]:
    return {each.name: each.state for each in lines if each.state != "ok"}


def found(lines: list[Line], name: str) -> Line:
    return next(each for each in lines if each.name == name and each.state != "ok")


def failing(trouble: Exception) -> Callable[[object], str]:
    def run(command: object) -> str:
        raise trouble

    return run


def registry(**values: object) -> Callable[[str, str], object]:
    return lambda key, name: values.get(name)


def without(package: str) -> Callable[[str], str]:
    return lambda name: "" if name == package else VERSIONS[name]


def test_a_healthy_computer(healthy: Computer) -> None:
    assert states(computer_lines(healthy)) == {}
    assert len(computer_lines(healthy)) == 10


@pytest.mark.parametrize(
    ("changes", "name", "state", "words"),
    [
        ({"python": (3, 10)}, "Python", "problem", "install Python 3.11 or later"),
        ({"bits": 32}, "Python", "warning", "64-bit"),
        ({"installed": without("xlwings")}, "xlwings", "problem", "pip install xlwings==0.37.8"),
        ({"installed": without("pywin32")}, "xlwings", "problem", "pip install pywin32"),
        ({"wanted": lambda _: "==0.99"}, "xlwings", "problem", "made for 0.99"),
        ({"prefix": Path("nowhere")}, "xlwings' DLL", "problem", "xlwings64-0.37.8.dll not in nowhere"),
        ({"run": failing(OSError("Access is denied"))}, "child process", "problem", "Access is denied"),
        ({"run": failing(subprocess.TimeoutExpired("py", 60))}, "child process", "problem", "timed out"),
        ({"run": lambda _: "3"}, "child process", "problem", "it offers 3 functions"),
        ({"registry": registry(**{doctor._RULE: "1"})}, "child process", "problem", "ask your administrator"),
        ({"registry": registry(VBAWarnings=4)}, "trust in macros", "problem", "disables all macros"),
        ({"registry": registry(VBAWarnings=3)}, "trust in macros", "problem", "without a signature"),
        ({"registry": registry(VBAWarnings=1)}, "trust in macros", "warning", "every macro"),
        ({"installed": without("formualizer")}, "formualizer", "problem", "can't recalculate"),
        ({"wanted": lambda name: WANTED[name].replace("0.13", "0.12")}, "formualizer", "warning", "0.13.2"),
        ({"environment": {"APPDATA": "empty"}}, "add-in", "warning", "xlcost addin install"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault(healthy: Computer, changes: dict[str, object], name: str, state: str, words: str) -> None:
    line = found(computer_lines(replace(healthy, **changes)), name)  # type: ignore[arg-type]
    assert line.state == state
    assert words in f"{line.detail} {line.todo}"
    assert line.todo


def test_without_libreoffice_all_is_well(healthy: Computer) -> None:
    assert states(computer_lines(replace(healthy, which=lambda _: None))) == {}


def test_access_to_vba_projects_is_told(healthy: Computer) -> None:
    for value, words in ((1, "allowed"), (0, "not allowed; only Import Functions")):
        lines = computer_lines(replace(healthy, registry=registry(AccessVBOM=value)))
        assert next(each.detail for each in lines if each.name == "access to VBA projects").startswith(words)


def test_the_users_settings(healthy: Computer) -> None:
    folder = healthy.home / ".xlwings"
    folder.mkdir()
    for python, state in ((healthy.executable, None), (r"C:\gone\python.exe", "problem"), ("", "warning")):
        (folder / "xlwings.conf").write_text(f'"INTERPRETER_WIN","{python}"\n')
        assert states(computer_lines(healthy)).get("user's settings") == state
    below_home = healthy.executable[len(str(healthy.home)) :]
    (folder / "xlwings.conf").write_text(f'"INTERPRETER_WIN","%USERPROFILE%{below_home}"\n')
    assert states(computer_lines(healthy)) == {}


def test_elsewhere_than_on_windows_it_says_so(healthy: Computer) -> None:
    lines = computer_lines(replace(healthy, is_windows=False, prefix=Path("nowhere")))
    assert states(lines) == {}
    assert sum("not on this system" in each.detail for each in lines) == 3


# ---- a workbook


def about(computer: Computer, data: bytes, path: Path = Path("book.xlsm")) -> list[Line]:
    return book_lines(path, data, read(openpyxl.load_workbook(io.BytesIO(data))), computer)


def changed(data: bytes, module: str, old: str, new: str) -> bytes:
    project = project_of(data)
    assert project is not None
    assert old in project.module(module).source
    modules = [
        Module(each.name, each.kind, each.source.replace(old, new) if each.name == module else each.source)
        for each in project.modules
    ]
    return zip_parts(read_parts(data) | {PROJECT: write_project(project.having(*modules))})


def test_a_workbook_that_fits(healthy: Computer) -> None:
    assert states(about(healthy, with_macros(workbook(settings(healthy.executable))))) == {}
    assert states(about(healthy, with_macros(workbook(settings(None))))) == {}


def test_a_workbook_without_macros(healthy: Computer) -> None:
    lines = about(healthy, workbook({}))
    assert states(lines) == {}
    assert "native" in lines[-1].detail


@pytest.mark.parametrize(
    ("module", "old", "new", "name", "state", "words"),
    [
        ("xlwings", '"0.37.8"\n', '"0.30.1"\n', "macros", "problem", "of xlwings 0.30.1, and Python has 0.37.8"),
        ("xlwings", "XLWINGS_VERSION As", "X As", "macros", "warning", "add-in of xlwings"),
        ("xlwings_udfs", "Function FT_TOTAL(", "Function FT_OLD(", "functions", "warning", "1 are not in it: FT_TOTAL"),
        ("xlwings_udfs", "AskPython", "CallUDF", "functions", "warning", "shows errors as text"),
    ],
)
def test_macros_of_another_version(
    healthy: Computer, module: str, old: str, new: str, name: str, state: str, words: str
) -> None:
    data = changed(with_macros(workbook(settings(healthy.executable))), module, old, new)
    line = found(about(healthy, data), name)
    assert (line.state, bool(line.todo)) == (state, True)
    assert words in line.detail


def test_damaged_macros(healthy: Computer) -> None:
    parts = read_parts(with_macros(workbook(settings(healthy.executable))))
    for damage in (b"", parts[PROJECT][:2000], parts[PROJECT].replace(b"PROJECTwm", b"PROJECTxx")[:-900]):
        assert found(about(healthy, zip_parts(parts | {PROJECT: damage})), "macros").state == "problem"


@pytest.mark.parametrize(
    ("conf", "state", "words"),
    [
        ({"Interpreter_Win": r"C:\gone\python.exe"}, "problem", r"there is no C:\gone\python.exe"),
        ({"Interpreter_Win": ""}, "warning", "Interpreter_Win is empty"),
        ({"UDF Modules": "ours"}, "warning", "'ours'"),
        ({"ADD_WORKBOOK_TO_PYTHONPATH": "TRUE"}, "warning", "any file could be one"),
    ],
)
def test_settings_of_a_workbook(healthy: Computer, conf: dict[str, str], state: str, words: str) -> None:
    data = with_macros(workbook(settings(healthy.executable) | conf))
    line = found(about(healthy, data), "settings")
    assert line.state == state
    assert words in line.detail


def test_another_python_than_this(healthy: Computer) -> None:
    (healthy.home / "other.exe").touch()
    line = found(about(healthy, with_macros(workbook(settings(str(healthy.home / "other.exe"))))), "settings")
    assert "another Python" in line.detail


def test_macros_without_settings(healthy: Computer) -> None:
    book = openpyxl.Workbook()
    saved = io.BytesIO()
    book.save(saved)
    assert "no sheet xlwings.conf" in found(about(healthy, with_macros(saved.getvalue())), "settings").detail


def test_a_file_from_the_internet(healthy: Computer, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsm"
    Path(f"{book}:Zone.Identifier").touch()
    data = with_macros(workbook(settings(healthy.executable)))
    assert "Unblock" in found(about(healthy, data, book), "origin").todo


# ---- the command


@pytest.fixture
def computer(healthy: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlcost.cli.installing.this_computer", lambda: replace(healthy, is_windows=False))


def test_this_computer(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it is: Python starts here, with every function."""
    lines = told(capsys)[1]
    assert lines["child process"]["state"] == "ok"
    assert {"Python", "xlwings", "formualizer", "LibreOffice", "add-in"} <= set(lines)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    code = run(["doctor", "--json", *arguments])
    return code, {each["name"]: each for each in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("version", "state", "code"), [(__version__, "ok", 0), ("99.0", "problem", 1), ("0.0.1", "warning", 0)]
)
@pytest.mark.usefixtures("computer")
def test_a_workbook_of_another_version(
    version: str, state: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Cover"
    cover[VERSION_CELL] = f"xlcost {version}"
    path = tmp_path / "book.xlsx"
    book.save(path)
    exit_code, lines = told(capsys, str(path))
    assert exit_code == code
    assert lines["workbook"]["state"] == state
    assert version in lines["workbook"]["detail"]


@pytest.mark.usefixtures("computer")
def test_any_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(path)
    assert told(capsys, str(path))[1]["workbook"]["state"] == "warning"
    assert run(["doctor", str(tmp_path / "none.xlsm")]) == 2
    assert "no such file" in capsys.readouterr().err
