"""`xlcost alternatives`: a table, the crossings, and the verdict in words."""

import json

import pytest

from xlcost import alternatives
from xlcost.cli import run


def test_the_verdict_ends_what_is_shown(capsys):
    assert run(["alternatives"]) == 0
    shown = capsys.readouterr().out
    assert shown.rstrip().splitlines()[-1] == alternatives().verdict
    for line in alternatives().lines:
        assert line.label in shown


def test_as_json(capsys):
    assert run(["alternatives", "--json", "--set", "requests_outside=forbidden"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["reason"], document["choice"], document["worth_it"]) == ("must stay inside", "plan", 1)
    assert len(document["alternatives"]) == 5
    assert document["alternatives"][0]["figures"]["net"] == "not feasible"


def test_an_unknown_price_is_told_with_its_reason(capsys):
    assert run(["alternatives", "--set", "gpu=MI300X"]) == 2
    assert "the table 'GPUs' has no 'Default offer' (offer) for 'MI300X'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "prompt_acceptance=1.5"], "prompt_acceptance = 1.5"),
        (["--set", "requests_outside=maybe"], "requests_outside = 'maybe'"),
        (["nowhere.toml"], "nowhere.toml"),
        (["--column", "Lean"], "only a workbook has columns"),
    ],
)
def test_what_is_refused(arguments, told, capsys):
    assert run(["alternatives", *arguments]) in (2, 3)
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said
