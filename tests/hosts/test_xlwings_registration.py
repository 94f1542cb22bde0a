"""Specs become functions that Excel can call through xlwings. This file is also the UDF module that "Excel" imports."""

import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from xlwings_process import Excel, answer

from xlcost.errors import CellError
from xlcost.hosts.xlwings_udfs import register


@dataclass(frozen=True)
class Parameter:
    name: str
    doc: str = ""
    required: bool = True
    is_range: bool = False


@dataclass(frozen=True)
class Spec:
    name: str
    parameters: Sequence[Parameter]
    call: Callable[[Sequence[object]], object]
    doc: str = ""


RESULTS: dict[str, Callable[[], object]] = {
    "number": lambda: 3188.0,
    "text": lambda: "never",
    "yes": lambda: True,
    "whole number": lambda: 3,
    "unknown": lambda: CellError.NA,
    "table": lambda: [["run_cost", 12.5], ["gpu_price", CellError.NA]],
    "row": lambda: [[1.0, CellError.DIV0]],
    "not a number": lambda: float("nan"),
    "infinite": lambda: [[1.0, float("inf")]],
    "nothing": lambda: None,
    "empty": list,
    "jagged": lambda: [[1.0], [2.0, 3.0]],
    "a bug": lambda: 1 / 0,
}

GIVEN = [
    Parameter("params", "Billions of parameters"),
    Parameter("mfu", "Share of peak", required=False),
    Parameter("values", "Names and values", required=False, is_range=True),
]
SPECS = [
    Spec("FT_GIVEN", GIVEN, repr, doc="What the function is given"),
    Spec("FT_RESULT", [Parameter("kind")], lambda arguments: RESULTS[str(arguments[0])]()),
    Spec("FT_NOTHING", [], len),
    Spec("FT_SUM", [Parameter(f"term{i}", required=False) for i in range(10)], lambda terms: 1.0),
]
register(SPECS, globals())

OMITTED = {"omitted": True}
NA, DIV0, VALUE = (repr(error) for error in (CellError.NA, CellError.DIV0, CellError.VALUE))


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    with Excel("test_xlwings_registration") as excel:
        yield excel


@pytest.mark.parametrize(
    ("handed_over", "given"),
    [
        ({"literal": 8}, "8.0"),
        ({"cell": 8}, "8.0"),
        ({"cell": "H100"}, "'H100'"),
        ({"cell": False}, "False"),
        (OMITTED, "None"),
        ({"empty": True}, "None"),
        ({"cell": ""}, "None"),
        ({"decimal": "3.1"}, "Decimal('3.1')"),
        ({"date": "2026-01-31"}, "datetime.datetime(2026, 1, 31, 0, 0)"),
        ({"error": "#N/A"}, NA),
        ({"literal": {"error": "#DIV/0!"}}, DIV0),
        ({"cell": "#N/A"}, NA),  # what FT_ functions themselves leave in a cell, under xlwings' own VBA text
        ({"error": "#CALC!"}, VALUE),
        ({"cell": -2146826246}, "-2146826246.0"),  # a number, not an error
        ({"range": [[1, 2]]}, "[[1.0, 2.0]]"),
        ({"range": [[1], [2]]}, "[[1.0], [2.0]]"),
        ({"range": [[1, {"error": "#N/A"}], [None, {"error": "#SPILL!"}]]}, f"[[1.0, {NA}], [None, {VALUE}]]"),
    ],
)
def test_a_scalar_argument(excel: Excel, handed_over: dict, given: str) -> None:
    assert excel("FT_GIVEN", {"literal": 70}, handed_over, OMITTED) == f"[70.0, {given}, None]"


@pytest.mark.parametrize(
    ("handed_over", "given"),
    [
        ({"range": [["mfu", 0.4], ["gpu", "H100"]]}, "[['mfu', 0.4], ['gpu', 'H100']]"),
        ({"range": [[1, 2]]}, "[[1.0, 2.0]]"),
        ({"range": [[1], [{"error": "#DIV/0!"}]]}, f"[[1.0], [{DIV0}]]"),
        ({"range": [[{"decimal": "3.1"}, {"date": "2026-01-31"}, True, "#N/A"]]},
         f"[[Decimal('3.1'), datetime.datetime(2026, 1, 31, 0, 0), True, {NA}]]"),
        ({"cell": 1}, "[[1.0]]"),
        ({"empty": True}, "[[None]]"),
        ({"literal": "mfu"}, "[['mfu']]"),
        ({"literal": ["mfu", 0.4]}, "[['mfu', 0.4]]"),
        (OMITTED, "None"),
    ],
)  # fmt: skip
def test_a_range_argument(excel: Excel, handed_over: dict, given: str) -> None:
    assert excel("FT_GIVEN", {"literal": 70}, OMITTED, handed_over) == f"[70.0, None, {given}]"


def test_a_required_argument_left_empty_is_none(excel: Excel) -> None:
    assert excel("FT_GIVEN", OMITTED, {"literal": 0.4}, OMITTED) == "[None, 0.4, None]"  # FT_GIVEN(, 0.4)


@pytest.mark.parametrize(
    ("result", "in_the_cell"),
    [
        ("number", 3188.0),
        ("text", "never"),
        ("yes", True),
        ("whole number", 3.0),
        ("unknown", "#N/A"),
        ("table", [["run_cost", 12.5], ["gpu_price", "#N/A"]]),
        ("row", [1.0, "#DIV/0!"]),
        ("not a number", "#NUM!"),
        ("infinite", [1.0, "#NUM!"]),
        ("nothing", "#VALUE!"),
        ("empty", "#VALUE!"),
        ("jagged", "#VALUE!"),
        ("a bug", "#VALUE!"),
        ("no such kind", "#VALUE!"),
    ],
)
def test_a_result(excel: Excel, result: str, in_the_cell: object) -> None:
    answered = excel("FT_RESULT", {"literal": result})
    assert answered == in_the_cell
    assert type(answered) is type(in_the_cell)  # 1.0 == True


def test_what_xlwings_knows_of_a_function() -> None:
    recorded = json.loads(answer("test_xlwings_registration", "--metadata"))
    assert list(recorded) == [spec.name for spec in SPECS]
    scalar, block = {"ndim": "natural", "err_to_str": True}, {"ndim": 2, "err_to_str": True}
    assert recorded["FT_GIVEN"] == {
        "doc": "What the function is given",
        "category": "xlcost",
        "volatile": False,
        "args": [
            {"name": "params", "doc": "Billions of parameters", "optional": False, "options": scalar},
            {"name": "mfu", "doc": "Share of peak", "optional": True, "options": scalar},
            {"name": "values", "doc": "Names and values", "optional": True, "options": block},
        ],
    }


def test_vba_text_declares_the_same_parameters() -> None:
    text = answer("test_xlwings_registration", "--vba")
    assert "Function FT_GIVEN(params, Optional mfu, Optional values)\n" in text
    assert "Function FT_NOTHING()\n" in text


def test_without_excel_it_is_an_ordinary_function() -> None:
    function = globals()["FT_GIVEN"]
    assert str(inspect.signature(function)) == "(params, mfu=None, values=None)"
    assert (function.__module__, function.__name__, function.__doc__) == (__name__, "FT_GIVEN", SPECS[0].doc)
    assert function.__annotations__ == {}
    assert function(70.0, values=[["mfu", 0.4]]) == "[70.0, None, [['mfu', 0.4]]]"
    assert function(-5, 8) == "[-5, 8, None]"  # only VBA and Python have integers; not every one is an error


def test_it_imports_without_pywin32() -> None:
    if sys.platform == "win32":
        pytest.skip("pywin32 is there")
    program = "import sys, xlcost.hosts.xlwings_udfs; print({'pythoncom', 'xlwings.server'} & set(sys.modules))"
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    assert found.stdout == "set()\n"


def test_a_bug_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert globals()["FT_RESULT"]("a bug") == "#VALUE!"
    assert "FT_RESULT" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("FT_X", [Parameter("case")], "'case' can't be a name in VBA"),
        ("FT_X", [Parameter("Date")], "'Date' can't be a name in VBA"),
        ("FT_X", [Parameter("caller")], "'caller' can't be a name in VBA"),  # xlwings would put the calling cell there
        ("FT_X", [Parameter("_call")], "'_call' can't be a name in VBA"),
        ("FT_X", [Parameter("größe")], "'größe' can't be a name in VBA"),
        ("FT X", [], "'FT X' can't be a name in VBA"),
        ("FT_X", [Parameter("mfu"), Parameter("MFU")], "'MFU' occurs twice"),
        ("FT_X", [Parameter("ft_x")], "'ft_x' occurs twice"),
        ("FT_X", [Parameter("a", required=False), Parameter("b")], "'b' is required, but follows 'a'"),
    ],
)
def test_refused(name: str, parameters: list[Parameter], reason: str) -> None:
    namespace = {"__name__": "somewhere"}
    with pytest.raises(ValueError, match=reason):
        register([Spec(name, parameters, len)], namespace)
    assert namespace == {"__name__": "somewhere"}
