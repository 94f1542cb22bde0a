"""Every function has an example, and it gives an answer."""

import re
from pathlib import Path

from xlcost.errors import CellError
from xlcost.functions.examples import EXAMPLES, as_formula
from xlcost.functions.registry import functions
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import evaluate_formula

README = Path(__file__).parents[2] / "README.md"


def test_every_function_has_an_example():
    assert list(EXAMPLES) == list(functions())


def test_every_example_gives_an_answer_as_a_formula_and_as_a_call():
    for name, arguments in EXAMPLES.items():
        called = functions()[name].call(arguments)
        assert not isinstance(called, CellError), name
        assert evaluate_formula(as_formula(name), host_functions()) == called, name


def test_the_formulas_in_the_readme_work():
    formulas = re.findall(r"`(=FT_[^`]+)`", README.read_text(encoding="utf-8"))
    assert len(formulas) >= 6
    for formula in formulas:
        if "values" not in formula:
            assert not isinstance(evaluate_formula(formula, host_functions()), CellError), formula
