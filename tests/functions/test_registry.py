"""What a function says of itself: names and order are frozen, and what no host could take is refused."""

import inspect
from pathlib import Path

import pytest

from xlcost.functions import ft
from xlcost.functions.function import LONGEST_DOC, Function, Parameter
from xlcost.functions.registry import functions
from xlcost.functions.views import View
from xlcost.model.language import ModelError

FROZEN = Path(__file__).parent / "signatures.txt"


def function(name: str = "FT_X", *parameters: Parameter, doc: str = "What it is.") -> Function:
    return Function(name, doc, parameters, "USD", lambda _: 1.0, lambda _: "")


def test_signatures_are_an_interface() -> None:
    """A line that differs here breaks somebody's workbook. A new function is a new line."""
    assert [each.signature for each in functions().values()] == FROZEN.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", ["X", "FT_", "FT_x", "FT_X2", "FT__X", "FT_X_", "FT X"])
def test_a_name_that_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="is called FT_ and then capitals"):
        function(name)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ([Parameter(f"p_{i}", "One.") for i in range(61)], "61 arguments"),
        ([Parameter("mfu", "x" * 256)], "256 characters"),
        ([Parameter("mfu", "")], "0 characters"),
        ([Parameter("date", "One.")], "name of VBA"),
        ([Parameter("mfu", "One."), Parameter("mfu", "Two.")], "occurs twice"),
        ([Parameter("MFU", "One.")], "not in small letters"),
        ([Parameter("gpu8", "One.")], "called like a cell"),
        ([Parameter("r1c1", "One.")], "called like a cell"),
        ([Parameter("a", "One."), Parameter("b", "Two.", required=True)], "b is required, but follows a"),
    ],
)
def test_parameters_that_are_refused(parameters: list[Parameter], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        function("FT_X", *parameters)


def test_a_description_that_the_wizard_would_cut() -> None:
    with pytest.raises(ModelError, match="256 characters"):
        function(doc="x" * (LONGEST_DOC + 1))


@pytest.mark.parametrize(
    ("quantity", "given", "reason"),
    [
        ("label_cost", "examples gpu", "gpu has no bearing on it"),
        ("label_cost", "exampels", "'exampels' is no name of the model"),
        ("label_cost", "examples:DOZEN", "'examples:DOZEN'"),
        ("talent_cost", "role_hires", "more than one value"),
    ],
)
def test_a_view_that_is_refused(quantity: str, given: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        View(quantity, given)


@pytest.mark.parametrize("each", functions().values(), ids=lambda each: each.name)
def test_in_python_it_says_the_same(each: Function) -> None:
    made = getattr(ft, each.name)
    taken = inspect.signature(made).parameters.values()
    assert [(one.name, one.default is inspect.Parameter.empty) for one in taken] == [
        (one.name, one.required) for one in each.parameters
    ]
    assert each.doc in made.__doc__
    for parameter in each.parameters:
        assert parameter.doc in " ".join(made.__doc__.split())


def test_units_and_bounds_are_those_of_the_graph() -> None:
    said = {each.name: each for each in functions()["FT_COMPUTE_COST"].parameters}
    assert said["trained_tokens"].unit == "million token"
    assert said["gpu_price"].doc == "GPU price (USD/GPU-hour). Computed if left out. As GPUs are bought, at that offer."
    assert said["model"].unit == "billion param or text"
    assert said["billing_step"].doc == "Smallest time billed (hour). Default 0.0166667."


def test_no_such_function() -> None:
    with pytest.raises(AttributeError, match="FT_NOTHING"):
        ft.FT_NOTHING()
