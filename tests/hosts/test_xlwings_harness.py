"""What xlwings' own UDF code makes of what Excel hands over and Python returns: the facts that the host relies on."""

import json
from collections.abc import Iterator

import pytest
from xlwings_process import Excel, answer

OMITTED = {"omitted": True}
ROW, COLUMN = {"range": [[1, 2]]}, {"range": [[1], [2]]}


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    with Excel("toy_udfs") as excel:
        yield excel


@pytest.mark.parametrize(
    ("handed_over", "received"),
    [
        ({"literal": 8}, "8.0"),
        ({"cell": 8}, "8.0"),
        ({"cell": "H100"}, "'H100'"),
        ({"cell": True}, "True"),
        (OMITTED, "'the default'"),
        ({"empty": True}, "None"),  # not the default
        ({"cell": ""}, "None"),  # nor is a formula's empty text told from an empty cell
        ({"decimal": "3.1"}, "Decimal('3.1')"),  # a cell with a currency format
        ({"date": "2026-01-31"}, "datetime.datetime(2026, 1, 31, 0, 0)"),
        ({"error": "#N/A"}, "None"),  # an error reads as an empty cell
        (ROW, "[1.0, 2.0]"),
        (COLUMN, "[1.0, 2.0]"),  # a column can't be told from a row
        ({"range": [[1, None], ["a", 2]]}, "[[1.0, None], ['a', 2.0]]"),
        ({"literal": [1, 2]}, "[1.0, 2.0]"),
        ({"literal": [[1], [2]]}, "[1.0, 2.0]"),
    ],
)
def test_without_options(excel: Excel, handed_over: dict, received: str) -> None:
    assert excel("scalar", {"literal": 0}, handed_over) == f"[0.0, {received}]"


@pytest.mark.parametrize(
    ("function", "handed_over", "received"),
    [
        ("errors", {"error": "#DIV/0!"}, "'#DIV/0!'"),
        ("errors", {"literal": {"error": "#N/A"}}, "'#N/A'"),
        ("errors", {"range": [[{"error": "#NUM!"}, 1]]}, "['#NUM!', 1.0]"),
        ("errors", {"error": "#CALC!"}, "-2146826238"),  # xlwings knows seven errors; others come as bare numbers
        ("block", {"literal": 1}, "[[1.0]]"),
        ("block", {"cell": {"error": "#N/A"}}, "[['#N/A']]"),
        ("block", {"empty": True}, "[[None]]"),
        ("block", OMITTED, "None"),
        ("block", ROW, "[[1.0, 2.0]]"),
        ("block", COLUMN, "[[1.0], [2.0]]"),
        ("natural", {"cell": 1}, "1.0"),
        ("natural", ROW, "[1.0, 2.0]"),
        ("natural", COLUMN, "[[1.0], [2.0]]"),  # an option that xlwings doesn't document
    ],
)
def test_with_options(excel: Excel, function: str, handed_over: dict, received: str) -> None:
    assert excel(function, {"literal": 0}, handed_over).partition(", ")[2] == f"{received}]"


@pytest.mark.parametrize(
    ("returned", "in_the_cell"),
    [
        ("nothing", ""),
        ("nan", ""),  # an empty text, which SUM skips
        ("one", 3.0),
        ("row", [1.0, 2.0]),
        ("column", [[1.0], [2.0]]),
    ],
)
def test_what_goes_back(excel: Excel, returned: str, in_the_cell: object) -> None:
    assert excel("returned", {"literal": returned}) == in_the_cell


def test_an_exception_reaches_the_cell(excel: Excel) -> None:
    assert excel.outcome("failing", {"literal": 1}) == {"raised": "ZeroDivisionError: division by zero"}
    assert "same length" in excel.outcome("returned", {"literal": "jagged"})["raised"]  # raised after the function


def test_a_reference_costs_round_trips_to_excel(excel: Excel) -> None:
    assert excel.outcome("scalar", {"literal": 1}, OMITTED)["round_trips"] == 0
    assert excel.outcome("scalar", {"cell": 1}, OMITTED)["round_trips"] == 11


def test_vba_text() -> None:
    text = answer("toy_udfs", "--vba")
    assert "Function scalar(a, Optional b)\n" in text
    assert 'XLPy.CallUDF("toy_udfs", "scalar", Array(a, b), ThisWorkbook, Application.Caller)' in text


def test_metadata() -> None:
    recorded = json.loads(answer("toy_udfs", "--metadata"))
    assert recorded["scalar"]["doc"] == "What arrives, in words."
    assert recorded["errors"] | {"doc": ""} == {
        "doc": "",
        "category": "toys",
        "volatile": False,
        "args": [
            {"name": "a", "doc": "The a", "optional": False, "options": {"err_to_str": True}},
            {"name": "b", "doc": "The b", "optional": True, "options": {"err_to_str": True}},
        ],
    }


def test_bench_times_the_function_and_its_identity() -> None:
    times = json.loads(answer("toy_udfs", "--bench", "errors", "20", '[{"cell": 8}, {"omitted": true}]'))
    assert list(times) == ["errors", "identity"]
    assert all(microseconds > 0 for microseconds in times.values())
