"""The command line as a program sees it: exit codes, one line of trouble on standard error, frozen keys of JSON."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import xlcost
from xlcost import cli, ft, ranges
from xlcost.analysis.estimate import STAGE_COSTS, estimate

ROOT = Path(xlcost.__file__).parent.parent
CASE = 'name = "Small"\nexamples = 2_000\ngpu_price = { value = 3.1, source = "quote 4711", at = 2026-10-01 }\n'


@pytest.fixture
def xl(capsys, monkeypatch):
    """Run a command in this process: exit code, standard output, standard error."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = cli.run([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def refused(xl):
    """Run a command that is to be refused: its one line, and nothing on standard output."""

    def run(*arguments, stdin=b"", code=2):
        found, out, err = xl(*arguments, stdin=stdin)
        assert (found, out) == (code, "")
        assert err.startswith("xlcost: ")
        assert err.count("\n") == 1
        return err

    return run


@pytest.fixture
def case_file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(CASE, encoding="utf-8")
    return path


@pytest.fixture
def book(tmp_path):
    """A finance person's own workbook, without results."""
    path = tmp_path / "own.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Plan"
    sheet["A1"] = 8
    sheet["A2"] = "=A1*3"
    sheet["A3"] = '=FT_GPU_HOURS(A1,30,"H100-SXM")'
    made.save(path)
    return path


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """The workbook that `xlcost new` writes, with a case in Base and another in Custom A."""
    folder = tmp_path_factory.mktemp("template")
    base, other = folder / "base.toml", folder / "other.toml"
    base.write_text(CASE, encoding="utf-8")
    other.write_text("examples = 4_000\n", encoding="utf-8")
    path = folder / "plan.xlsx"
    assert cli.run(["new", str(path), "--base", str(base), "--case", str(other)]) == 0
    return path


def with_formula(path, cell, formula):
    made = openpyxl.load_workbook(path)
    made.active[cell] = formula
    made.save(path)


def process(*arguments, **options):
    """Run the command as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    words = [sys.executable, "-m", "xlcost", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, env=environment, timeout=60, **options)


# ---- estimate

ESTIMATE_KEYS = [
    *(
        "alerts",
        "case",
        "errors",
        "given",
        "horizon_months",
        "npv",
        "payback_month",
        "present_cost",
        "ranges",
        "request_cost",
    ),
    *("shipping_multiple", "stages", "total_cost"),
]


def test_estimate_says_what_the_model_says(xl, case_file):
    code, out, err = xl("estimate", case_file, "--json")
    found = json.loads(out)
    expected = estimate({"examples": 2_000, "gpu_price": 3.1})
    assert (code, err) == (0, "")
    assert list(found) == ESTIMATE_KEYS
    assert found["total_cost"] == expected.total
    assert found["stages"] == {name: expected[name] for name in STAGE_COSTS}
    assert sum(found["stages"].values()) == pytest.approx(found["total_cost"], rel=1e-12)
    assert found["given"] == {"examples": 2000.0, "gpu_price": 3.1}
    assert (found["case"], found["errors"], found["payback_month"]) == ("Small", {}, "never")


def test_estimate_without_a_case_is_the_defaults(xl):
    code, out, _ = xl("estimate")
    assert code == 0
    assert f"{estimate().total:,.0f}" in out
    assert "Contingency" in out


def test_estimate_says_what_to_look_at(xl):
    plan = ("--set", "model=Llama-3.1-70B", "--set", "method=full", "--set", "gpus=1", "--set", "quality_floor=0.95")
    for words in ("Fewer GPUs than the memory calls for", "Quality starts below its floor"):
        assert f"- {words}" in xl("estimate", *plan)[1]
        assert words not in xl("estimate")[1]
    found = json.loads(xl("estimate", *plan, "--json")[1])["alerts"]
    assert {"alert_memory", "alert_quality"} < set(found)


@pytest.mark.parametrize("example", ["support-assistant", "healthcare", "finance", "legal"])
def test_an_example_could_be_run(xl, example):
    found = json.loads(xl("estimate", ROOT / "workbook" / f"{example}.toml", "--json")[1])["alerts"]
    assert set(found).isdisjoint({"alert_memory", "alert_mfu", "alert_ceiling", "alert_latency", "alert_quality"})


@pytest.mark.parametrize(
    "arguments",
    [("estimate", "none.toml"), ("prices", "--gpu", "NOPE"), ("functions", "FT_NOPE"), ("estimate", "--nope")],
)
def test_a_refusal_is_json_too(xl, arguments):
    code, out, err = xl(*arguments, "--json")
    assert code == 2
    assert err == f"xlcost: {json.loads(out)['refused']}\n"


def test_estimate_says_how_sure_it_is(xl, case_file):
    wanted = ranges({"examples": 2_000, "gpu_price": {"value": 3.1, "source": "quote 4711"}})
    found = json.loads(xl("estimate", case_file, "--json")[1])["ranges"]
    assert list(found) == sorted(wanted)
    for name, each in found.items():
        assert (each["low"], each["base"], each["high"]) == (wanted[name].low, wanted[name].base, wanted[name].high)
        if name == "levers_cost":  # none is on
            assert each == {"base": 0, "drivers": {}, "high": 0, "low": 0}
            continue
        assert each["low"] < each["base"] < each["high"]
        assert len(each["drivers"]) == 3
    total = wanted["total_cost"]
    out = xl("estimate", case_file)[1]
    [line] = [line for line in out.splitlines() if line.startswith("Total cost ")]
    assert line.split()[2:] == [f"{each:,.0f}" for each in (total.low, total.base, total.high)]
    assert "moved most by" in out


def test_a_cost_that_is_not_known_has_no_range(xl):
    found = json.loads(xl("estimate", "--set", "gpu=MI300X", "--json")[1])["ranges"]
    assert found["total_cost"] == {"base": {"error": "#N/A"}, "drivers": {}, "high": None, "low": None}


def test_estimate_reads_standard_input(xl):
    _, out, _ = xl("estimate", "-", "--json", stdin=b"\xef\xbb\xbf# from Notepad\r\nexamples = 2_000\r\n")
    assert json.loads(out)["total_cost"] == estimate({"examples": 2_000}).total


def test_set_wins_over_the_case(xl, case_file):
    _, out, _ = xl("estimate", case_file, "--json", "--set", "examples=3e3", "--set", "GPU=a100-80gb")
    assert json.loads(out)["given"] == {"examples": 3000.0, "gpu": "A100-80GB", "gpu_price": 3.1}


def test_months_are_the_total(xl):
    _, out, _ = xl("estimate", "--json", "--months", "--set", "horizon_months=24")
    months = json.loads(out)["months"]
    flows = [name.replace("_cost", "_flow") for name in STAGE_COSTS]
    assert sorted(months) == sorted(["month", *flows, "total_flow"])
    assert months["month"] == [float(month) for month in range(25)]
    assert sum(months["total_flow"]) == pytest.approx(json.loads(out)["total_cost"], rel=1e-12)
    assert xl("estimate", "--months")[1].count("\n") > 37


def test_over_the_budget_is_a_finding(xl):
    total = estimate().total
    assert xl("estimate", "--budget", total + 1)[0] == 0
    code, out, err = xl("estimate", "--budget", "1000")
    assert code == 1
    assert "Total cost" in out
    assert "over the budget of 1,000.00" in err


def test_a_missing_price_is_named_and_is_never_zero(xl):
    code, out, err = xl("estimate", "--set", "gpu=MI300X", "--json")
    found = json.loads(out)
    assert code == 2
    assert found["total_cost"] == {"error": "#N/A"}
    assert found["stages"]["data_cost"] > 0
    assert "total_cost" in found["errors"]
    for word in ("#N/A", "gpu_", "MI300X"):
        assert word in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "value", ["1,000", "12%", "1_000", "1.234,56", "$5", "(5)", "nan", "inf", "−5", "٣", "", "12x"]
)
def test_set_takes_plain_numbers_only(refused, value):
    said = refused("estimate", "--set", f"examples={value}")
    assert "--set examples=" in said
    assert "plain number" in said


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("gpu_prise=3", ["gpu_prise", "gpu_price"]),
        ("mfu=1.4", ["mfu = 1.4", "between 0 and 1"]),
        ("gpu=H100-SXN", ["gpu", "H100-SXN", "H100-SXM"]),
        ("role_hires=3", ["role_hires.ml_engineer"]),
        ("examples=1e400", ["examples"]),
        ("examples", ["driver=value"]),
        ("=3", ["driver=value"]),
    ],
)
def test_set_refuses_what_the_model_refuses(refused, setting, words):
    said = refused("estimate", "--set", setting)
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('examples = "12"', ["standard input", "examples", "'12'", "number"]),
        ("examples = -1", ["standard input", "examples = -1", "between"]),
        ("exampels = 1", ["standard input", "exampels", "examples"]),
        ('gpu = "H100-SXN"', ["standard input", "gpu", "H100-SXM"]),
        ("examples = true", ["standard input", "examples", "number"]),
        ("examples = nan", ["standard input", "examples"]),
        ("examples = 1\nexamples = 2", ["standard input", "TOML"]),
        ("examples = ", ["standard input", "TOML"]),
        ("PK\x03\x04", ["standard input", "workbook"]),
    ],
)
def test_a_bad_case_is_refused(refused, text, words):
    said = refused("estimate", "-", stdin=text.encode())
    assert all(word in said for word in words), said


def test_a_case_that_is_no_text_is_refused(refused):
    assert "UTF-8" in refused("estimate", "-", stdin=b"name = '\xff'")


@pytest.mark.parametrize("command", ["estimate", "show"])
def test_what_is_no_file_is_refused(refused, tmp_path, command):
    missing = tmp_path / "missing.toml"
    assert f"{missing}: no such file" in refused(command, missing)
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    assert f"{folder}: a folder" in refused(command, folder)


def test_a_budget_is_an_amount(refused):
    assert "--budget" in refused("estimate", "--budget", "1,000")
    assert "--budget" in refused("estimate", "--budget=-1")


# ---- new and show


def test_new_writes_a_workbook_with_values(template):
    read = openpyxl.load_workbook(template, data_only=True)
    assert {"Inputs", "Timeline", "Summary", "Checks"} <= set(read.sheetnames)
    cells = [cell.value for sheet in read for row in sheet.iter_rows() for cell in row]
    assert not [value for value in cells if isinstance(value, str) and value.startswith("#") and value.endswith("!")]


def test_show_gives_the_totals_of_a_workbook_by_stage_and_case(xl, template):
    code, out, _ = xl("show", template, "--json")
    found = json.loads(out)
    assert code == 0
    assert list(found) == ["cases", "checks_hold", "file", "inputs_as_made", "live", "rows"]
    assert all(list(row) == ["label", "quantity", "unit", "values"] for row in found["rows"])
    assert found["cases"] == ["Base", "Lean", "Stretch", "Custom A", "Custom B"]
    assert found["checks_hold"] is True
    assert found["inputs_as_made"] is True
    rows = {row["quantity"]: row["values"] for row in found["rows"]}
    base = estimate({"examples": 2_000, "gpu_price": 3.1})
    other = estimate({"examples": 4_000, "gpu_price": 3.1})
    for name in (*STAGE_COSTS, "total_cost", "present_cost", "npv"):
        assert rows[name]["Base"] == pytest.approx(base[name], rel=1e-9), name
        assert rows[name]["Custom A"] == pytest.approx(other[name], rel=1e-9), name
    assert f"{base.total:,.0f}" in xl("show", template)[1]


def test_show_gives_the_same_lines_for_a_case(xl, template, case_file):
    of_book = json.loads(xl("show", template, "--json")[1])
    of_case = json.loads(xl("show", case_file, "--json")[1])
    assert list(of_case) == list(of_book)
    assert of_case["cases"] == ["Small"]
    assert [row["quantity"] for row in of_case["rows"]] == [row["quantity"] for row in of_book["rows"]]
    assert (
        xl("show", "-", "--json", stdin=CASE.encode())[1]
        == json.dumps({**of_case, "file": "-"} | {"cases": ["Small"]}, indent=2, sort_keys=True) + "\n"
    )
    by_pipe = json.loads(xl("show", "-", "--json", stdin=template.read_bytes())[1])
    assert by_pipe == {**of_book, "file": "-"}


def test_one_input_changed_in_the_workbook_gives_what_set_gives(xl, template, tmp_path):
    changed = tmp_path / "changed.xlsx"
    made = openpyxl.load_workbook(template)
    inputs = made["Inputs"]
    row = next(cell.row for cell in inputs["A"] if cell.value == "label_price")
    column = next(cell.column for cell in inputs[5] if cell.value == "Base")
    inputs.cell(row, column).value = 0.4
    made.save(changed)
    assert xl("recalc", changed)[0] == 0
    rows = json.loads(xl("show", changed, "--json")[1])["rows"]
    total = next(row["values"]["Base"] for row in rows if row["quantity"] == "total_cost")
    case = tmp_path / "base.toml"
    case.write_text(CASE, encoding="utf-8")
    said = json.loads(xl("estimate", case, "--set", "label_price=0.4", "--json")[1])
    assert total == pytest.approx(said["total_cost"], rel=1e-9)


def test_new_replaces_nothing_unless_told(xl, refused, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"mine")
    assert "--force" in refused("new", path, code=3)
    assert path.read_bytes() == b"mine"
    assert xl("new", path, "--force")[0] == 0
    assert path.read_bytes().startswith(b"PK")


def test_new_refuses_before_it_writes(refused, tmp_path, case_file):
    path = tmp_path / "plan.xlsx"
    assert ".xlsx" in refused("new", tmp_path / "plan.xls")
    assert "no such file" in refused("new", path, "--base", tmp_path / "missing.toml")
    assert "Custom A, Custom B" in refused("new", path, *["--case", case_file] * 3)
    assert "once" in refused("new", path, "--base", "-", "--case", "-")
    assert "doesn't exist" in refused("new", tmp_path / "nowhere" / "plan.xlsx", code=3)
    assert sorted(tmp_path.iterdir()) == [case_file]


# ---- recalc


def test_recalc_writes_values_in_place(xl, book):
    code, out, err = xl("recalc", book, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"cells": 2, "file": str(book), "findings": [], "warnings": []}
    sheet = openpyxl.load_workbook(book, data_only=True)["Plan"]
    assert sheet["A2"].value == 24
    assert sheet["A3"].value == pytest.approx(ft.FT_GPU_HOURS(8, 30, "H100-SXM"), rel=1e-12)


def test_recalc_writes_elsewhere_when_told(xl, book, tmp_path):
    before, target = book.read_bytes(), tmp_path / "out.xlsx"
    assert xl("recalc", book, "-o", target)[0] == 0
    assert book.read_bytes() == before
    by_pipe = tmp_path / "piped.xlsx"
    assert xl("recalc", "-", "--output", by_pipe, stdin=before)[0] == 0
    assert by_pipe.read_bytes() == target.read_bytes()


@pytest.mark.parametrize(
    ("formula", "kind", "word"),
    [
        ("=A4+1", "circular", "itself"),
        ("=FT_NOTHING(1)", "unknown function", "FT_NOTHING"),
        ("=1/0", "error", "#DIV/0!"),
    ],
)
def test_recalc_lists_what_is_wrong_and_writes_all_the_same(xl, book, formula, kind, word):
    with_formula(book, "A4", formula)
    code, out, _ = xl("recalc", book, "--json")
    [finding] = json.loads(out)["findings"]
    assert code == 1
    assert list(finding) == ["cell", "detail", "formula", "kind", "sheet"]
    assert (finding["cell"], finding["sheet"], finding["formula"], finding["kind"]) == ("A4", "Plan", formula, kind)
    assert word in finding["detail"]
    assert openpyxl.load_workbook(book, data_only=True)["Plan"]["A2"].value == 24
    code, out, _ = xl("recalc", book)
    assert code == 1
    assert "Plan!A4" in out
    assert kind in out


def test_recalc_refuses_what_is_no_workbook(refused, tmp_path):
    text = tmp_path / "text.xlsx"
    text.write_bytes(b"hello")
    assert f"{text}: not an Excel workbook (text" in refused("recalc", text)
    assert text.read_bytes() == b"hello"
    assert "no such file" in refused("recalc", tmp_path / "missing.xlsx")
    assert "a folder" in refused("recalc", tmp_path)
    assert "-o" in refused("recalc", "-")
    assert "standard input" in refused("recalc", "-", "-o", tmp_path / "out.xlsx", stdin=b"hello")
    assert "not an Excel workbook" in refused("show", text)
    assert "not an Excel workbook" in refused("eval", "=1", "--book", text)


# ---- eval


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3", 7.0),
        ("SUM(1,2)", 3.0),
        ("=1=1", True),
        ('="a"&"b"', "ab"),
        ("=FT_LABEL_COST(10000, 0.08, 3, 12%, 10%, 0.5)", 3188.0),
    ],
)
def test_eval_gives_the_value(xl, formula, value):
    code, out, err = xl("eval", formula, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"formula": formula, "reason": "", "value": pytest.approx(value)}


def test_eval_shows_all_digits(xl):
    assert xl("eval", "=1/3")[1] == "0.333333333333333\n"
    assert xl("eval", "=1=1")[1] == "TRUE\n"


def test_eval_shows_rows(xl):
    _, out, _ = xl("eval", "=FT_BREAKDOWN()", "--json")
    rows = json.loads(out)["value"]
    assert [row for row in rows if row[0] == "Data"] == [["Data", pytest.approx(estimate()["data_cost"])]]
    assert "Data" in xl("eval", "=FT_BREAKDOWN()")[1]


def test_eval_reads_a_workbook(xl, book):
    assert xl("eval", "=SUM(A1:A2)", "--book", book)[1] == "32\n"


@pytest.mark.parametrize(
    ("formula", "error", "words"),
    [
        ("=1/0", "#DIV/0!", ["#DIV/0!"]),
        ('=FT_GPU_HOURS(8, 30, "H100-SXN")', "#N/A", ["H100-SXN", "H100-SXM"]),
        ('=2 * FT_GPU_HOURS(8, 30, "H100-SXM", "LoRA", 1.4)', "#NUM!", ["mfu = 1.4", "between 0 and 1"]),
        ("=FT_GPU_HOURZ(8)", "#NAME?", ["FT_GPU_HOURZ", "FT_GPU_HOURS"]),
        ('=LEN("FT_X(") + FT_EXPERIMENTS(2)', "#NUM!", ["success_share"]),
    ],
)
def test_eval_says_why_it_is_an_error(xl, formula, error, words):
    code, out, err = xl("eval", formula)
    assert (code, out) == (2, f"{error}\n")
    assert all(word in err for word in words), err
    code, out, _ = xl("eval", formula, "--json")
    assert (code, json.loads(out)["value"]) == (2, {"error": error})


def test_eval_refuses_what_is_no_formula(refused):
    assert "no formula" in refused("eval", "=SUM(1,")


# ---- functions and drivers


def test_functions_lists_every_function(xl):
    from xlcost.functions.registry import functions

    listed = json.loads(xl("functions", "--json")[1])
    assert [each["name"] for each in listed] == [*functions()]
    assert {tuple(each) for each in listed} == {("doc", "name", "parameters", "signature", "unit")}
    given = {tuple(parameter) for each in listed for parameter in each["parameters"]}
    assert given == {("doc", "name", "range", "required", "unit")}
    out = xl("functions")[1]
    assert all(name in out for name in functions())


def test_functions_shows_one(xl, refused):
    assert "label_price" in xl("functions", "FT_LABEL_COST")[1]
    assert xl("functions", "label_cost")[1] == xl("functions", "FT_LABEL_COST")[1]
    assert "FT_LABEL_COST" in refused("functions", "FT_LABLE_COST")


DRIVER_KEYS = [
    *("at", "choices", "default", "help", "high", "kind", "label", "low", "maximum", "minimum", "name", "source"),
    *("spread", "stage", "status", "table", "unit", "where", "whole"),
]


def test_drivers_lists_what_a_case_may_set(xl):
    from xlcost.analysis.case import known_inputs

    listed = json.loads(xl("drivers", "--json")[1])
    assert [each["name"] for each in listed] == [*known_inputs()]
    assert all(list(each) == DRIVER_KEYS for each in listed)
    out = xl("drivers")[1]
    assert all(name in out for name in known_inputs())


def test_drivers_shows_a_stage_or_one(xl, refused):
    assert {each["stage"] for each in json.loads(xl("drivers", "--stage", "talent", "--json")[1])} == {"talent"}
    assert "training" in refused("drivers", "--stage", "trainning")
    [one] = json.loads(xl("drivers", "label_price", "--json")[1])
    assert (one["default"], one["unit"]) == (0.08, "USD/label")
    assert one["where"].startswith("table Text labeling")
    assert "Where in it" in xl("drivers", "label_price")[1]
    members = json.loads(xl("drivers", "role_hires", "--json")[1])
    assert len(members) == 4
    assert "gpu_price" in refused("drivers", "gpu_prise")
    assert "H100-SXM" in xl("drivers", "gpu")[1]


def test_a_narrow_terminal_drops_columns_and_breaks_no_number(xl, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = xl("drivers")[1]
    assert max(map(len, out.splitlines())) <= 80
    assert "role_build_fte.product_manager" in out
    monkeypatch.setenv("COLUMNS", "40")
    total = f"{estimate().total:,.0f}"
    assert total in xl("estimate", "--months")[1]


# ---- the program as a whole


def test_help_has_examples(xl):
    for name in filter(None, cli.commands_and_options()):
        code, out, _ = xl(*name.split(), "--help")
        assert code == 0
        assert f"xlcost {name}" in out.partition("Examples:")[2]
        assert "JSON:" in out


def test_the_commands_are_these():
    found = cli.commands_and_options()
    assert {*found} == {
        *(
            "",
            "new",
            "recalc",
            "show",
            "estimate",
            "eval",
            "functions",
            "drivers",
            "validate",
            "prices",
            "doctor",
            "drift",
        ),
        *("levers", "alternatives", "simulate", "tornado", "drift", "compare", "diff", "migrate", "check"),
        *("addin install", "addin status", "addin remove", "addin build"),
    }
    assert all("--json" in options for name, options in found.items() if name)


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["estimate", "--nothing"], ["recalc"], ["estimate", "a", "b"], ["estimate", "--set"]]
)
def test_wrong_usage_is_one_line(refused, arguments):
    assert "--help" in refused(*arguments)


def test_no_command_shows_the_help(xl):
    code, out, err = xl()
    assert (code, out) == (2, "")
    assert "estimate" in err


def test_version(xl):
    assert xl("--version")[:2] == (0, f"xlcost {xlcost.__version__}\n")


def test_a_bug_of_ours_is_said_to_be_one(refused, monkeypatch, capsys):
    def broken(*_):
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("xlcost.cli.reference.list_functions", broken)
    said = refused("functions", code=4)
    assert "bug" in said
    assert "ZeroDivisionError" in said
    assert "XLCOST_TRACEBACK=1" in said
    monkeypatch.setenv("XLCOST_TRACEBACK", "1")
    assert cli.run(["functions"]) == 4
    assert "Traceback" in capsys.readouterr().err


def test_text_from_files_cannot_steer_the_terminal(xl):
    _, out, _ = xl("show", "-", stdin=b'name = "a\\u001b[31mb\\u009bc"')
    assert "\x1b" not in out
    assert "\x9b" not in out


def test_as_a_process():
    ran = process("estimate", "--set", "gpu=Nothing")
    assert ran.returncode == 2
    assert ran.stdout == b""
    assert ran.stderr.startswith(b"xlcost: ")
    assert process("eval", "=1+1").stdout.split() == [b"2"]


def test_help_imports_nothing_heavy():
    source = "import sys; from xlcost.cli import run; run(['--help']); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    loaded = set(ran.stdout.splitlines()[-1].split())
    heavy = {
        "rich.console",
        "rich.table",
        "numpy",
        "openpyxl",
        "formualizer",
        "xlwings",
        "pandas",
        "tomllib",
        "xlcost.model",
    }
    assert heavy.isdisjoint(loaded)


@pytest.mark.skipif(os.name == "nt", reason="a shell's pipe and /dev/full")
def test_output_that_nobody_takes():
    command = f'"{sys.executable}" -m xlcost drivers'
    for shell, code in ((f"{command} | true; exit ${{PIPESTATUS[0]}}", 0), (f"{command} >&-", 3)):
        ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, cwd=ROOT, timeout=60)
        assert ran.returncode == code, ran.stderr
        assert "Traceback" not in ran.stderr
        assert "Exception" not in ran.stderr
    if Path("/dev/full").exists():
        ran = subprocess.run(["bash", "-c", f"{command} > /dev/full"], capture_output=True, text=True, cwd=ROOT)
        assert ran.returncode == 3
        assert ran.stderr.startswith("xlcost: standard output")
        assert ran.stderr.count("\n") == 1


def test_completion_knows_the_names():
    ran = process(env={"_XLCOST_COMPLETE": "complete_bash", "COMP_WORDS": "xlcost drivers label_pr", "COMP_CWORD": "2"})
    assert ran.stdout.split() == [b"label_price"]
    words = {"COMP_WORDS": "xlcost estimate --set packing=pad", "COMP_CWORD": "3"}
    ran = process(env={"_XLCOST_COMPLETE": "complete_bash", **words})
    assert b"padded" in ran.stdout


BOOK = Path(__file__).parents[2] / "workbook" / "support-assistant.xlsx"


@pytest.mark.parametrize(
    ("column", "case"), [([], "support-assistant.toml"), (["--column", "base"], "support-assistant.toml")]
)
def test_a_case_from_a_column_of_a_workbook(xl, column, case):
    code, out, _ = xl("estimate", str(BOOK), *column, "--json")
    same, wanted, _ = xl("estimate", str(BOOK.with_name(case)), "--json")
    assert code == same == 0
    assert json.loads(out)["total_cost"] == pytest.approx(json.loads(wanted)["total_cost"], rel=1e-12)


def test_a_column_that_is_not_there(xl):
    code, _, error = xl("estimate", str(BOOK), "--column", "Leen")
    assert code == 2
    assert "no case 'Leen'; it has Lean" in error
    code, _, error = xl("estimate", "--column", "Lean")
    assert code == 2
    assert "only a workbook has columns" in error
