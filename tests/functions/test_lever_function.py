"""FT_LEVER_SAVING: a lever of a case, all of them, and what is refused."""

import pytest

from xlcost import ft
from xlcost.analysis.levers import lever_names, levers
from xlcost.errors import CellError

NUM, VALUE, NA = CellError.NUM, CellError.VALUE, CellError.NA


@pytest.mark.parametrize("each", levers({"method": "full"}).levers, ids=lever_names())
def test_a_lever_by_itself_saves_what_the_analysis_says(each):
    assert ft.FT_LEVER_SAVING([["method", "full"]], None, each.name) == pytest.approx(each.alone, abs=1e-6)
    assert ft.FT_LEVER_SAVING(["full"], ["method"], f"{each.name.upper()}_lever") == pytest.approx(each.alone, abs=1e-6)


def test_all_of_them_are_base_less_optimised():
    found = levers()
    for case in ((), (None, None), (None, None, "ALL"), ([["subset_lever", "yes"]],)):
        assert ft.FT_LEVER_SAVING(*case) == pytest.approx(found.base - found.optimised)
    assert ft.FT_EXPLAIN("FT_LEVER_SAVING") == (
        f"all levers: {found.base:,.2f} USD without, {found.optimised:,.2f} USD with, one-off cost included"
    )


def test_the_other_levers_are_as_the_case_has_them():
    on = [[f"{name}_lever", "yes"] for name in lever_names()]
    wanted = {each.name: each.together for each in levers().levers}
    assert ft.FT_LEVER_SAVING(on, None, "pipeline") == pytest.approx(wanted["pipeline"], abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        ((None, None, "subsett"), VALUE, "lever = 'subsett' is no lever; did you mean subset?"),
        ((None, None, 3.0), VALUE, "lever = 3.0: a text is wanted"),
        ((None, None, [["subset"], ["spot"]]), VALUE, "lever is one name, not a range"),
        ((None, None, NA), NA, "lever is #N/A already"),
        ((None, None, "adapter"), NUM, "lever = 'adapter' is not applicable in this case, and saves nothing"),
        (([["subset_lever_month", 2.0]], None, "subset"), NUM, "lever = 'subset' is too late in this case"),
        (([["subset_lever", "maybe"]], None, "spot"), VALUE, "subset_lever = 'maybe' is not known"),
        (([["subset_share", 0.0]], None, "subset"), NUM, "subset_share = 0"),
        (([["gpu", "MI300X"]],), NA, "the total is #N/A"),
    ],
)
def test_what_is_refused(arguments, error, reason):
    assert ft.FT_LEVER_SAVING(*arguments) is error
    assert reason in ft.FT_EXPLAIN("FT_LEVER_SAVING", *arguments)
