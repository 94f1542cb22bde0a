"""`xlcost validate` as a program sees it: exit codes, one line of trouble, frozen keys of JSON."""

import json
import os

import pytest

from xlcost import cli

RUNS = """id,kind,name,params_b,method,precision,seq_len,tokens_trained,gpu_type,gpu_hours,source
a,run,A run,8.03,lora,bf16,2048,30000000,H100,0.7,ours
b,run,No GPU,8.03,lora,bf16,2048,30000000,abacus,0.7,ours
"""
GROUP = {"calibrated", "ftuneai", "name", "others", "plain_rule", "share_inside", "shipped"}
ROW = {
    "by_ftuneai", "by_plain_rule", "counted_tflops", "counted_tflops_whole", "gpu", "high", "id", "implied_mfu", "line",
    "low", "method", "mfu", "name", "others", "predicted", "ratio", "reported", "reported_tflops", "source", "stack",
    "unit", "used", "why",
}  # fmt: skip


@pytest.fixture
def xl(capsys):
    def run(*arguments):
        code = cli.run([str(each) for each in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def runs_file(tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text(RUNS, encoding="utf-8")
    return path


def test_the_reference_runs(xl):
    code, out, err = xl("validate")
    assert (code, err) == (0, "")
    assert "276 rows" in out
    assert all(word in out for word in ("tuned bf16", "campaign", "all", "ftuneai 0.4.1", "6ND 40%", "memory"[1:]))


def test_a_file_of_ones_own(xl, runs_file):
    code, out, _ = xl("validate", "--runs", runs_file)
    assert code == 0
    assert "2 rows, 1 of use" in out
    assert "'abacus'" in out
    assert "emory" not in out


def test_json_has_these_keys(xl, runs_file):
    code, out, _ = xl("validate", "--runs", runs_file, "--json")
    found = json.loads(out)
    assert code == 0
    assert set(found) == {"memory", "runs"}
    assert found["memory"] is None
    assert set(found["runs"]) == {"flops", "overall", "rows", "rules", "sources", "stacks"}
    assert set(found["runs"]["overall"]) == GROUP
    assert set(found["runs"]["overall"]["shipped"]) == {"bias", "number", "typical", "within_2"}
    assert {frozenset(row) for row in found["runs"]["rows"]} == {frozenset(ROW)}
    assert [row["used"] for row in found["runs"]["rows"]] == [True, False]


def test_flops_in_json(xl):
    found = json.loads(xl("validate", "--json")[1])["runs"]["flops"]
    assert set(found[0]) == {"attention", "number", "ratio", "recomputed", "source", "within_6_percent", "worst"}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the first line names none of the known columns"),
        (b"a,b,c\n1,2,3\n", "the first line names none of the known columns"),
        (b"PK\x03\x04", "a workbook or another zip"),
        (b"\xff\xfe\x00", "not UTF-8 text (byte 1)"),
        (b"id,source\n\x00,b\n", "a zero byte"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(xl, tmp_path, data, says):
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    code, out, err = xl("validate", "--runs", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert "bad.csv" in err


def test_no_file_and_a_folder(xl, tmp_path):
    assert xl("validate", "--runs", tmp_path / "none.csv")[::2] == (
        2,
        f"xlcost: {tmp_path / 'none.csv'}: no such file\n",
    )
    code, _, err = xl("validate", "--runs", tmp_path)
    assert code == 2
    if os.name != "nt":
        assert "a folder" in err


def test_columns_alone_are_no_fault(xl, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("id,source\n", encoding="utf-8")
    code, out, _ = xl("validate", "--runs", path)
    assert code == 0
    assert "0 rows, 0 of use" in out
