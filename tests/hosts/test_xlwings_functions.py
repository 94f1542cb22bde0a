"""The FT_ functions as Excel calls them through xlwings, and as the headless recalculation does."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlwings_process import Excel, answer

from xlcost import estimate
from xlcost.analysis.case import known_inputs
from xlcost.errors import CellError
from xlcost.functions import ft
from xlcost.functions.registry import functions
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import evaluate_formula, recalculate

OMITTED, EMPTY = {"omitted": True}, {"empty": True}
COST = ft.FT_COMPUTE_COST(8, 30, "H100-SXM")
GIVEN: dict[str, Any] = {"gpu_price": 3.1, "examples": 20_000, "serving_route": "API", "role_hires.ml_engineer": 2}
NAMES = [*([name] for name in GIVEN), [None], ["mfu"]]
VALUES = [*([value] for value in GIVEN.values()), [None], [None]]


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    with Excel("xlcost.udfs") as excel:
        yield excel


def compute_cost(excel: Excel, *arguments: dict[str, Any]) -> object:
    """The cell of FT_COMPUTE_COST with these arguments, all others omitted, as VBA hands over the omitted ones."""
    most = len(functions()["FT_COMPUTE_COST"].parameters)
    return excel("FT_COMPUTE_COST", *arguments, *[OMITTED] * (most - len(arguments)))


def shown(value: Any) -> Any:
    """A value with its errors as texts, which is how xlwings writes them."""
    if isinstance(value, list):
        return [shown(each) for each in value]
    return str(value) if isinstance(value, CellError) else value


@pytest.mark.parametrize(
    ("tokens", "gpu", "in_the_cell"),
    [
        ({"literal": 30}, {"literal": "H100-SXM"}, COST),
        ({"cell": 30}, {"cell": "h100"}, COST),
        ({"cell": 30}, OMITTED, COST),
        ({"cell": 30}, EMPTY, COST),
        ({"cell": 30}, {"cell": ""}, COST),
        ({"decimal": "30"}, OMITTED, COST),
        (OMITTED, OMITTED, ft.FT_COMPUTE_COST(8)),
        (EMPTY, OMITTED, ft.FT_COMPUTE_COST(8)),
        ({"date": "1900-01-30"}, OMITTED, ft.FT_COMPUTE_COST(8, 30)),  # a number with a date's format is a number
        ({"error": "#DIV/0!"}, OMITTED, "#DIV/0!"),
        ({"cell": {"error": "#N/A"}}, OMITTED, "#N/A"),
        ({"cell": "30"}, OMITTED, "#VALUE!"),
        ({"cell": True}, OMITTED, "#VALUE!"),
        ({"cell": -1}, OMITTED, "#NUM!"),
        ({"cell": 30}, {"cell": "H1000"}, "#N/A"),
        ({"range": [[30]]}, {"range": [["H100-SXM"]]}, COST),
        ({"range": [[30, 60]]}, OMITTED, ft.FT_COMPUTE_COST(8, [[30, 60]])[0]),  # xlwings writes a row as a flat list
        ({"range": [[30], [None], ["x"], [60]]}, OMITTED, ft.FT_COMPUTE_COST(8, [[30], [None], ["x"], [60]])),
        ({"range": [[30], [60]]}, {"range": [["T4", "L4"]]}, ft.FT_COMPUTE_COST(8, [[30], [60]], [["T4", "L4"]])),
        ({"literal": [[30], [60]]}, OMITTED, ft.FT_COMPUTE_COST(8, [[30], [60]])),
        ({"range": [[30], [60]]}, {"range": [["H100"], ["H200"], ["T4"]]}, "#VALUE!"),
    ],
)  # fmt: skip
def test_a_call(excel: Excel, tokens: dict[str, Any], gpu: dict[str, Any], in_the_cell: object) -> None:
    assert compute_cost(excel, {"literal": 8}, tokens, gpu) == shown(in_the_cell)


@pytest.mark.parametrize("name", functions())
def test_everything_omitted(excel: Excel, name: str) -> None:
    """What is needed is refused; nothing raises, and nothing is empty."""
    each = functions()[name]
    outcome = excel.outcome(name, *[OMITTED] * len(each.parameters))
    assert "raised" not in outcome
    assert outcome["result"] not in ("", None)
    if any(parameter.required for parameter in each.parameters) and name != "FT_EXPLAIN":
        assert outcome["result"] == "#VALUE!"


def test_a_case_from_a_range_is_exactly_what_python_estimates(excel: Excel) -> None:
    found = estimate(GIVEN)
    pairs = [[name, value] for (name,), (value,) in zip(NAMES, VALUES, strict=True)]
    assert excel("FT_TOTAL", {"range": pairs}, OMITTED, OMITTED) == found.total
    assert excel("FT_TOTAL", {"range": VALUES}, {"range": NAMES}, OMITTED) == found.total
    assert excel("FT_TOTAL", {"range": VALUES}, {"range": NAMES}, {"literal": "data_cost"}) == found["data_cost"]
    assert excel("FT_NPV", {"range": VALUES}, {"range": NAMES}) == found["npv"]
    assert excel("FT_TOTAL", OMITTED, OMITTED, OMITTED) == estimate().total
    assert excel("FT_TOTAL", EMPTY, EMPTY, EMPTY) == estimate().total


def test_a_case_spills(excel: Excel) -> None:
    assert excel("FT_BREAKDOWN", {"range": VALUES}, {"range": NAMES}) == ft.FT_BREAKDOWN(VALUES, NAMES)
    table = excel("FT_CASHFLOW", {"range": VALUES}, {"range": NAMES})
    assert len(table) == 38
    assert table == ft.FT_CASHFLOW(VALUES, NAMES)


def test_a_whole_column(excel: Excel) -> None:
    blank = [[None]] * 20_000
    found = excel("FT_TOTAL", {"range": VALUES + blank}, {"range": NAMES + blank}, OMITTED)
    assert found == estimate(GIVEN).total
    assert excel("FT_TOTAL", {"range": [["mfu", 0.4]] * 10_001}, OMITTED, OMITTED) == "#VALUE!"


def test_an_explanation(excel: Excel) -> None:
    said = [{"cell": "FT_COMPUTE_COST"}, {"cell": 8}, {"cell": -1}, *[OMITTED] * 12]
    assert excel("FT_EXPLAIN", *said) == "trained_tokens = -1: between 0 and 1,000,000,000 million token"
    said = [{"cell": "FT_TOTAL"}, {"range": [["mfu", 1.4]]}, *[OMITTED] * 13]
    assert excel("FT_EXPLAIN", *said) == "mfu = 1.4: a share, so between 0 and 1"
    said = [{"cell": "FT_COMPUTE_COST"}, {"cell": 8}, {"error": "#REF!"}, *[OMITTED] * 12]
    assert excel("FT_EXPLAIN", *said) == "trained_tokens is #REF! already, as it was handed over"


def test_the_vba_text_has_every_function_with_its_arguments() -> None:
    text = answer("xlcost.udfs", "--vba")
    for each in functions().values():
        named = [each.name if each.required else f"Optional {each.name}" for each in each.parameters]
        assert f"Function {each.name}({', '.join(named)})\n" in text


def test_the_module_needs_neither_numpy_nor_pandas_of_ours() -> None:
    program = "import sys, xlcost.functions.ft; print({'numpy', 'pandas', 'xlwings', 'openpyxl'} & set(sys.modules))"
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    assert found.stdout == "set()\n"


# ---- without Excel


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('FT_COMPUTE_COST(8,30,"H100-SXM")', COST),
        ("FT_COMPUTE_COST(8,30,,,,,)", COST),
        ("FT_COMPUTE_COST(8)", ft.FT_COMPUTE_COST(8)),
        ("FT_COMPUTE_COST(8,1/0)", "#DIV/0!"),
        ('FT_COMPUTE_COST(8,"30")', "#VALUE!"),
        ("FT_TOTAL()", estimate().total),
        ('FT_TOTAL({"gpu_price",3.1})', estimate({"gpu_price": 3.1}).total),
        ('FT_TOTAL({3.1;0.4},{"gpu_price";"mfu"},"run_cost")', estimate({"gpu_price": 3.1, "mfu": 0.4})["run_cost"]),
        ("FT_VERSION(5)", ft.FT_VERSION()),
        ('FT_GPU_SPEC("H100",{"tflops","memory_gb"})', [[989.0, 80.0]]),
        ("FT_DRIFT_MONTHS(0.9,0.5,0.7)", "never"),
    ],
)
def test_without_excel(formula: str, value: object) -> None:
    found = evaluate_formula(formula, host_functions())
    assert (str(found) if isinstance(value, str) else found) == value


def test_a_workbook_without_excel() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, (name, each) in enumerate(known_inputs().items(), 8):
        sheet.cell(row, 1, name)
        sheet.cell(row, 18, GIVEN.get(name, each.default))
    sheet["T1"] = "=FT_TOTAL($R$8:$R$999,$A$8:$A$999)"
    sheet["T2"] = '=FT_TOTAL($R$8:$R$999,$A$8:$A$999,"data_cost")'
    buffer = io.BytesIO()
    book.save(buffer)
    values = recalculate(buffer.getvalue(), host_functions()).values
    found = estimate(GIVEN)
    assert values["Sheet", "T1"] == found.total
    assert values["Sheet", "T2"] == found["data_cost"]
