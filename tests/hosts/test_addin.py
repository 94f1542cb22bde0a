"""The add-in goes in, is found, and goes out, on a made-up user's folder; nothing stays behind."""

import json
from pathlib import Path

import pytest

from xlcost import __version__
from xlcost.cli import run
from xlcost.errors import CannotWrite, XlcostError
from xlcost.hosts import addin
from xlcost.hosts.macro_workbook import project_of
from xlcost.hosts.xlwings_conf import settings
from xlcost.sheets.settings import workbook

PYTHON = r"C:\py\python.exe"
BOOK = workbook(settings(PYTHON))


@pytest.fixture
def place(tmp_path: Path) -> addin.Place:
    return addin.Place(tmp_path)


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_in_and_out(place: addin.Place) -> None:
    (place.appdata / "Microsoft" / "Excel").mkdir(parents=True)
    before = everything(place.appdata)
    assert addin.state(place)[0] == "warning"
    addin.install(place, BOOK, PYTHON)
    assert addin.state(place)[0] == "ok"
    assert everything(place.appdata) - before == {
        "Microsoft/Excel/XLSTART", "Microsoft/Excel/XLSTART/xlcost.xlam", "xlcost", "xlcost/addin.json",
    }  # fmt: skip
    project = project_of(place.addin.read_bytes())
    assert project is not None
    assert "Public Function FT_TOTAL(" in project.module("xlwings_udfs").source
    addin.remove(place)
    assert everything(place.appdata) == before


def test_twice_is_once(place: addin.Place) -> None:
    addin.install(place, BOOK, PYTHON)
    once = place.addin.read_bytes()
    addin.install(place, BOOK, PYTHON)
    assert place.addin.read_bytes() == once
    addin.remove(place)
    assert everything(place.appdata) == set()


def test_folders_of_others_stay(place: addin.Place) -> None:
    addin.install(place, BOOK, None)
    theirs = place.addin.with_name("theirs.xlam")
    theirs.write_bytes(b"x")
    addin.remove(place)
    assert theirs.read_bytes() == b"x"
    assert not place.record.parent.exists()


def test_a_record_can_only_name_folders_of_ours(place: addin.Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    addin.install(place, BOOK, None)
    elsewhere.mkdir()
    record = json.loads(place.record.read_text())
    place.record.write_text(json.dumps(record | {"folders": [*record["folders"], str(elsewhere)]}))
    addin.remove(place)
    assert elsewhere.is_dir()


def test_somebody_elses_file_is_not_replaced(place: addin.Place) -> None:
    place.addin.parent.mkdir(parents=True)
    place.addin.write_bytes(b"theirs")
    with pytest.raises(XlcostError, match="not put there by xlcost"):
        addin.install(place, BOOK, None)
    with pytest.raises(XlcostError, match="installed no add-in"):
        addin.remove(place)
    assert place.addin.read_bytes() == b"theirs"
    assert addin.state(place)[0] == "warning"


def test_what_goes_wrong_later_is_seen(place: addin.Place) -> None:
    addin.install(place, BOOK, PYTHON)
    whole = place.addin.read_bytes()
    place.addin.write_bytes(whole + b"x")
    assert addin.state(place)[:1] == ("warning",)
    place.addin.unlink()
    assert addin.state(place)[0] == "problem"
    addin.install(place, BOOK, PYTHON)
    place.record.write_text(place.record.read_text().replace('"version": "', '"version": "0.'))
    assert f"installed by xlcost 0.{__version__}" in addin.state(place)[1]
    place.record.write_text("{}")
    with pytest.raises(XlcostError, match="can't be read"):
        addin.state(place)


def test_an_addin_that_excel_has_open_stays(place: addin.Place, monkeypatch: pytest.MonkeyPatch) -> None:
    addin.install(place, BOOK, PYTHON)

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(CannotWrite, match="close Excel"):
        addin.remove(place)
    assert addin.state(place)[0] == "ok"


# ---- the commands


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--appdata", str(tmp_path)]
    assert run(["addin", "status", *where]) == 1
    assert run(["addin", "install", "--print", "--interpreter", PYTHON, *where]) == 0
    assert everything(tmp_path) == set()
    planned = capsys.readouterr().out
    assert run(["addin", "install", "--interpreter", PYTHON, *where]) == 0
    done = capsys.readouterr().out
    listed = planned.split("not installed")[1].splitlines()[1:]
    assert listed == done.splitlines()[:-1]
    for path in (each for each in tmp_path.rglob("*") if each.is_file()):
        assert str(path) in done
    assert run(["addin", "status", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "ok"
    assert run(["addin", "remove", "--print", *where]) == 0
    would = {line.partition(",")[0] for line in capsys.readouterr().out.splitlines()}
    assert would == {str(path) for path in tmp_path.rglob("*")}
    assert run(["addin", "remove", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["done"] is True
    assert everything(tmp_path) == set()
    assert run(["addin", "remove", *where]) == 2


@pytest.mark.parametrize("command", ["install", "status", "remove"])
def test_elsewhere_it_says_what_is_possible(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["addin", command]) == 2
    said = capsys.readouterr().err
    assert "on Windows only" in said
    assert "--appdata" in said
    assert "xlcost recalc" in said


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["addin", "install", "--appdata", str(tmp_path / "nowhere")]) == 2
    assert "nowhere: no such folder" in capsys.readouterr().err


def test_without_a_command_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["addin"]) == 2
    assert "install" in capsys.readouterr().err
