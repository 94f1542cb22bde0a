"""A speed that was measured: what is said of one that is doubtful, and that an impossible one is refused."""

import pytest

from xlcost import cli
from xlcost.errors import CellError
from xlcost.functions.registry import functions

# FLOP for a token of Llama-3.1-8B, LoRA, 4,096 tokens: 4 x 7.505e9 + 6 x 32 x 4,096 x 4,096 = 3.324e10.
# Of the peak of an H100, 989e12, that is 29,752 tokens a second; of its best matrix product, 0.803 of it, 23,892.


def calibrated(speed):
    arguments = ("Llama-3.1-8B", speed, "H100-SXM", "LoRA", 4096)
    known = functions()
    return known["FT_CALIBRATE"].call(arguments), known["FT_EXPLAIN"].call(("FT_CALIBRATE", *arguments))


@pytest.mark.parametrize(
    ("speed", "share", "high", "impossible"),
    [(12_000, 0.4033, False, False), (20_000, 0.6722, True, False), (25_000, 0.8403, True, True)],
)
def test_a_doubtful_speed_is_doubted_in_words(speed, share, high, impossible):
    found, words = calibrated(speed)
    assert found == pytest.approx(share, abs=6e-5)
    assert ("MFU is higher than most ever see" in words) is high
    assert ("MFU is higher than a matrix product alone has reached" in words) is impossible


def test_a_speed_above_the_peak_is_refused():
    found, words = calibrated(30_000)
    assert found is CellError.NUM
    assert words.startswith("measured_mfu (MFU that was measured) is #NUM!: it can't be above 1, and measured_share")
    assert words.endswith("= 1.00832.")


def test_the_mfu_of_such_a_speed_is_refused_too():
    arguments = ("packed", "H100-SXM", "LoRA", "Llama-3.1-8B", 30_000, 4096)
    assert functions()["FT_MFU"].call(arguments) is CellError.NUM
    assert "it can't be above 1" in functions()["FT_EXPLAIN"].call(("FT_MFU", *arguments))


def test_an_estimate_with_such_a_speed(capsys):
    assert cli.run(["estimate", "--set", "measured_tokens_per_second=25000"]) == 0
    assert "- MFU is higher than most ever see" in capsys.readouterr().out
    assert cli.run(["estimate", "--set", "measured_tokens_per_second=90000"]) == 2
    assert "it can't be above 1" in capsys.readouterr().err
    assert cli.run(["estimate"]) == 0
    assert capsys.readouterr().err == ""
