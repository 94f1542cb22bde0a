"""What a number format does to a figure: each by hand, from Excel's rules for formats."""

import pytest

from xlcost.sheets.rules.number_format import differs, hides

USD, AMOUNT, SHARE = '#,##0.00;-#,##0.00;"-"', "#,##0", "0.0%;-0.0%;0.0%"


@pytest.mark.parametrize(
    ("usual", "own", "what"),
    [
        (AMOUNT, '"250,000"', "figures that are in its format"),
        (AMOUNT, '"1"#,##0', "figures that are in its format"),
        (AMOUNT, "\\1#,##0", "figures that are in its format"),
        (AMOUNT, "#,##0,", "thousands"),
        (AMOUNT, "0.0,,", "thousands"),
        (AMOUNT, "0,", "thousands"),
        ("#,##0.000", "0%", "a hundred times"),
        (USD, '#,##0.00;#,##0.00;"-"', "without its sign"),
        (AMOUNT, '"none"', "the same, whatever"),
        (AMOUNT, ";;;", "the same, whatever"),
        (AMOUNT, "yyyy-mm-dd", "a date"),
    ],
)
def test_what_hides_or_scales_a_figure_is_seen(usual, own, what):
    assert differs(usual, own)
    assert what in hides(usual, own)


@pytest.mark.parametrize(
    ("usual", "own"),
    [
        (USD, "#,##0.00;\\-#,##0.00;\\-"),  # as Excel and LibreOffice write it
        (SHARE, "0.0%"),
        (AMOUNT, "#,##0.00"),  # more digits
        (AMOUNT, "0"),
        (AMOUNT, "[Red]#,##0"),
        (AMOUNT, "_(#,##0_)"),
    ],
)
def test_the_same_in_other_words_is_no_difference(usual, own):
    assert not differs(usual, own)


@pytest.mark.parametrize(
    ("usual", "own"), [("#,##0.00", AMOUNT), (SHARE, "0.00"), (AMOUNT, "[$€-407]#,##0"), (AMOUNT, '#,##0" EUR"')]
)
def test_another_look_is_a_difference_that_hides_nothing(usual, own):
    assert differs(usual, own)
    assert hides(usual, own) == ""
