"""`xlcost drift`: an interval from a file, words where there is none, and the line of what is wrong."""

import json

import pytest

from xlcost.cli import run

EVEN = "month,quality,items\n0,0.8,25\n1,0.4,150\n2,0.2,400\n3,0.1,900\n"  # worked out in tests/analysis/test_drift.py


def written(tmp_path, text):
    path = tmp_path / "evaluations.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_interval_in_words_and_numbers(tmp_path, capsys):
    assert run(["drift", written(tmp_path, EVEN), "--limit", "0", "--floor", "0.3"]) == 0
    said = capsys.readouterr().out
    assert "4 evaluations: half of what can be lost is lost in 0.8 to 1.4 months, most likely 1.0; at 0.3 " in said
    assert "Months until quality is at its floor" in said


def test_json(tmp_path, capsys):
    text = "who,items,quality,month\n" + "".join(
        f"x,{items},{quality},{month}\n"
        for month, quality, items in [(0, 0.8, 25), (1, 0.4, 150), (2, 0.2, 400), (3, 0.1, 900)]
    )
    assert run(["drift", written(tmp_path, text), "--limit", "0", "--floor", "0.3", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["finding"], said["points"], said["quality_floor"]) == ("decline", 4, 0.3)
    assert said["half_life"] == pytest.approx({"low": 0.782715, "likely": 1, "high": 1.384284}, abs=2e-6)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (EVEN.splitlines()[:4], "3 evaluations: not enough data: 3 evaluations, and 4 in different months are wanted."),
        (["month,quality,items", *(f"{month},0.9,500" for month in range(5))], "no decline found in 5 evaluations"),
    ],
)
def test_words_where_there_is_no_interval(tmp_path, capsys, lines, words):
    path = written(tmp_path, "\n".join(lines))
    assert run(["drift", path, "--limit", "0"]) == 0
    assert words in capsys.readouterr().out
    assert run(["drift", path, "--limit", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["half_life"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("month,quality\n0,0.9\n", "line 2: no items; each is wanted"),
        ("when,how\n0,0.9\n", "the first line names none of the known columns (month, quality, items)"),
        (EVEN.replace("0.4", "40%"), "line 3: quality: '40%' is not a plain number"),
        (EVEN.replace("0.4", "40"), "evaluation 2: quality = 40: a share"),
        (EVEN.replace("150", "0"), "evaluation 2: items = 0: 1 or more"),
        ("", "the first line names none of the known columns"),
    ],
)
def test_what_is_refused(tmp_path, capsys, text, message):
    path = written(tmp_path, text)
    assert run(["drift", path, "--limit", "0"]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count(path) == 1


def test_a_share_is_a_plain_number(tmp_path, capsys):
    assert run(["drift", written(tmp_path, EVEN), "--limit", "x"]) == 2
    assert "--limit" in capsys.readouterr().err
    assert run(["drift", str(tmp_path / "none.csv")]) == 2
    assert "no such file" in capsys.readouterr().err
