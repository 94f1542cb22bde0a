"""Where a workbook can't be written, and cases that don't fit it: the old file stays byte for byte, in one line.

Numbers are those of the list of faults.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from xlcost import cli
from xlcost.hosts.headless import recalculate  # noqa: F401 - loaded once, before file sizes are limited

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "workbook" / "support-assistant.xlsx"

COMMANDS = {
    "new": lambda target: ["new", target, "--force"],
    "migrate": lambda target: ["migrate", BOOK, "-o", target, "--force"],
    "recalc": lambda target: ["recalc", BOOK, "-o", target],
}
each_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=[*COMMANDS])


@pytest.fixture
def refused(capsys):
    def run(*arguments, code=3):
        found = cli.run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        assert (found, out, err.count("\n")) == (code, "", 1), err
        return err

    return run


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"old")
    yield path
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".xlcost")] == []


@each_command
@pytest.mark.parametrize(
    ("lock", "program"), [("~$plan.xlsx", "Excel"), (".~lock.plan.xlsx#", "LibreOffice")], ids=["167", "168"]
)
def test_open_elsewhere(refused, target, command, lock, program):
    target.with_name(lock).write_bytes(b"")
    said = refused(*command(target))
    assert f"{target}: open in {program}" in said
    assert lock in said


@each_command
def test_169_read_only_file(refused, target, command):
    target.chmod(0o444)
    assert f"{target}: read-only" in refused(*command(target))


@each_command
def test_170_read_only_folder(refused, target, command, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != target.parent)  # root may write anywhere
    assert f"{target}: no permission to write in the folder" in refused(*command(target))


@pytest.mark.skipif(os.name == "nt", reason="a limit of file sizes")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recalc", "TEXTS", "-o"], "plan.xlsx: can't be written (File too large)"),
        (["recalc", str(BOOK), "-o"], "for temporary files: can't be written"),
        (["new", "--force", "--functions", "none"], "for temporary files: can't be written"),
    ],
    ids=["the target", "temporary files of the recalculation", "temporary files"],
)
def test_171_the_disk_takes_a_part_only(target, tmp_path, arguments, words):
    """A limit on the size of files stops the write half-way, as a full disk does."""
    texts = tmp_path / "texts.xlsx"  # large, and with nothing to be computed but one cell
    book = openpyxl.Workbook()
    for each in range(2_000):
        book.active.append([hashlib.sha256(str(each).encode()).hexdigest()])
    book.active["B1"] = "=1+1"
    book.save(texts)
    arguments = [str(texts) if each == "TEXTS" else each for each in arguments]
    source = (
        "import resource, sys; from xlcost.cli import run;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "sys.exit(run(sys.argv[1:]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", source, *arguments, target], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert ran.returncode == 3, ran.stderr
    assert words in ran.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a small disk")
def test_171_the_disk_is_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        (disk / "plan.xlsx").write_bytes(b"old")
        words = [sys.executable, "-m", "xlcost", "recalc", BOOK, "-o", disk / "plan.xlsx"]
        ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=120)
        assert (ran.returncode, (disk / "plan.xlsx").read_bytes()) == (3, b"old")
        assert "the disk is full" in ran.stderr
        assert [each.name for each in disk.iterdir()] == ["plan.xlsx"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_174_output_is_the_input(refused, tmp_path, capsys):
    book = tmp_path / "book.xlsx"
    book.write_bytes(BOOK.read_bytes())
    (tmp_path / "link.xlsx").symlink_to(book)
    for same in (book, tmp_path / "link.xlsx"):
        assert "is the older workbook" in refused("migrate", book, "-o", same, "--force", code=2)
    assert book.read_bytes() == BOOK.read_bytes()
    assert cli.run(["recalc", str(book), "-o", str(book)]) == 0
    assert "no errors" in capsys.readouterr().out


@each_command
@pytest.mark.parametrize(
    ("name", "words"),
    [("x" * 300 + ".xlsx", "at most 255"), ("CON.xlsx", "keeps the name CON"), ("absent/plan.xlsx", "doesn't exist")],
    ids=["177", "178", "no folder"],
)
def test_names_that_can_not_be(refused, tmp_path, command, name, words):
    assert words in refused(*command(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


def test_it_is_refused_before_any_work(target, refused, monkeypatch):
    def never(*_, **__):
        raise AssertionError("work before the refusal")

    monkeypatch.setattr("xlcost.sheets.render.render", never)
    assert "--force" in refused("new", target)
    target.chmod(0o444)
    refused("new", target, "--force")


@pytest.mark.parametrize("option", ["--base", "--case"])
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("exampels = 5", ["'exampels' is not a driver", "examples"]),
        ("role_hires.ml_enginer = 5", ["role_hires.ml_enginer", "role_hires.ml_engineer"]),
        ("examples = nan", ["examples = nan: between"]),
        ("examples = inf", ["examples = inf: between"]),
        ("examples = -inf", ["examples = -inf: between"]),
        ("examples = 1e400", ["examples = inf: between"]),
        ('examples = "12"', ["examples = '12': a number is wanted"]),
        ("examples = true", ["examples = True: a number is wanted"]),
        ('gpu = "H100-SXN"', ["gpu = 'H100-SXN' is not known", "H100-SXM"]),
        ("gpu = 100", ["gpu = 100: a text is wanted"]),
        ('"examples" = { value = nan, source = "x" }', ["examples = nan"]),
    ],
)
def test_a_case_that_does_not_fit_names_driver_and_line(refused, tmp_path, option, line, words):
    case = tmp_path / "case.toml"
    case.write_text(f'name = "Ours"\n# so many\n{line}\n', encoding="utf-8")
    said = refused("new", tmp_path / "plan.xlsx", option, case, code=2)
    assert f"{case}: " in said
    assert "(line 3)" in said
    assert all(word in said for word in words), said
    assert [*tmp_path.iterdir()] == [case]


def test_a_table_names_its_line(refused, tmp_path):
    case = tmp_path / "case.toml"
    case.write_text("examples = 5\n\n[gpu_price]\nvalue = nan\n", encoding="utf-8")
    assert "gpu_price = nan: between" in (said := refused("new", tmp_path / "plan.xlsx", "--base", case, code=2))
    assert "(line 3)" in said
