"""Cases worked by hand, each a sentence with its arithmetic.

A number that is expected with decimals must agree in all of them; a whole number must agree.
"""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from xlcost.errors import CellError
from xlcost.functions import ft
from xlcost.functions.views import DECLARED

TEXT = (Path(__file__).parent / "cases.toml").read_text(encoding="utf-8")
CASES = tomllib.loads(TEXT, parse_float=Decimal)["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict) -> None:
    found, wanted = getattr(ft, case["call"])(**case["given"]), case["expect"]
    if isinstance(wanted, str):
        assert (str(found) if isinstance(found, CellError) else found) == wanted
        return
    digits = 10.0 ** int(wanted.as_tuple().exponent) if isinstance(wanted, Decimal) else 0.0
    assert found == pytest.approx(float(wanted), rel=1e-12, abs=max(0.51 * digits, 1e-9))


def test_every_view_has_a_case() -> None:
    assert {case["call"] for case in CASES} == set(DECLARED)
