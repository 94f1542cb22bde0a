"""The scripts that set a machine up: what can be tested of them without a fresh machine."""

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import xlcost

ROOT = Path(xlcost.__file__).parent.parent
SCRIPTS = ROOT / "scripts"
OWN = ("_environment", "demo", "test", "check")


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """The module, with a checkout of its own and no command that really runs."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module = importlib.import_module("_environment")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    ran = []

    def run(*words, **_):
        ran.append([str(word) for word in words])
        if "venv" in ran[-1]:
            python = Path(ran[-1][-1]) / ("Scripts/python.exe" if module.IS_WINDOWS else "bin/python")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        return 0

    monkeypatch.setattr(module, "run", run)
    module.ran = ran
    return module


@pytest.mark.parametrize("name", OWN)
def test_they_need_nothing_but_the_standard_library(name):
    tree = ast.parse((SCRIPTS / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {*sys.stdlib_module_names, "_environment", "check"}


def test_an_environment_is_made_once(environment):
    python = environment.environment(".venv-x", ("test",))
    assert [words[1:3] for words in environment.ran] == [["-m", "venv"], ["-m", "pip"]]
    assert environment.ran[1][-1] == f"{environment.ROOT}[test]"
    environment.ran.clear()
    assert environment.environment(".venv-x", ("test",)) == python
    assert environment.ran == []


def test_an_environment_is_renewed_when_the_dependencies_change(environment):
    environment.environment(".venv-x")
    environment.ran.clear()
    (environment.ROOT / "pyproject.toml").write_text("[project] # changed\n", encoding="utf-8")
    environment.environment(".venv-x")
    assert any("pip" in words for words in environment.ran)


def test_a_failed_install_is_tried_again(environment, monkeypatch):
    with monkeypatch.context() as failing:
        failing.setattr(environment, "run", lambda *words, **_: "install" in words)
        with pytest.raises(SystemExit, match="could not install"):
            environment.environment(".venv-x")
    environment.environment(".venv-x")
    assert any("install" in words for words in environment.ran)


def test_an_old_python_is_told(environment, monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs 3\.11 or later"):
        environment.environment(".venv-x")
    assert environment.ran == []


def test_a_missing_libreoffice_is_told(environment, monkeypatch, capsys):
    monkeypatch.setattr(environment, "libreoffice", lambda: None)
    monkeypatch.setattr(environment, "_apt_get", lambda *_: False)
    monkeypatch.setattr(environment.shutil, "which", lambda _: None)
    environment.need_libreoffice()
    assert "are skipped" in capsys.readouterr().out


@pytest.mark.parametrize(("tests", "skipped", "ran"), [(3, 1, 2), (2, 2, 0), (0, 0, 0)])
def test_skipped_tests_do_not_count_as_run(tmp_path, monkeypatch, tests, skipped, ran):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    source = importlib.util.spec_from_file_location("script_test", SCRIPTS / "test.py")
    module = importlib.util.module_from_spec(source)
    source.loader.exec_module(module)
    report = tmp_path / "tests.xml"
    report.write_text(f'<testsuites><testsuite tests="{tests}" skipped="{skipped}"/></testsuites>', encoding="utf-8")
    assert module.tests_run(report) == ran


def test_all_that_the_package_reads_is_packed():
    """An editable install would not notice that a data file is missing."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = patterns["tool"]["setuptools"]["package-data"]["xlcost"]
    package = ROOT / "xlcost"
    found = {path for pattern in packed for path in package.glob(pattern)}
    data = {
        path
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    }
    assert data == found


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_ci_runs_the_tests_as_everybody_does():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "scripts/test.py" in text
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")]).returncode == 0
