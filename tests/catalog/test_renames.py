"""What drivers were called in earlier versions: read strictly, followed through versions and members."""

import pytest

from xlcost.analysis.case import known_inputs
from xlcost.catalog import read_renames, renamed, shipped_renames
from xlcost.errors import XlcostError

GOOD = """
[price_per_label]
to = "label_cost_each"
since = "0.2.0"
[label_cost_each]
to = "label_price"
since = "0.10"
[hires]
to = "role_hires"
since = "0.2.0"
[old_switch]
why = "nobody used it"
since = "0.3.0"
["role_hires.intern"]
why = "no such role any more"
since = "0.3.0"
"""


def read(tmp_path, text):
    (tmp_path / "renamed.toml").write_text(text, encoding="utf-8")
    return read_renames(tmp_path)


@pytest.mark.parametrize(
    ("old", "to", "since"),
    [
        ("price_per_label", "label_price", "0.10"),
        ("label_cost_each", "label_price", "0.10"),
        ("hires.ml_engineer", "role_hires.ml_engineer", "0.2.0"),
        ("old_switch", None, "0.3.0"),
        ("role_hires.intern", None, "0.3.0"),
    ],
)
def test_a_name_is_followed_to_todays(tmp_path, old, to, since):
    became = renamed(old, read(tmp_path, GOOD))
    assert (became.old, became.to, became.since) == (old, to, since)
    assert bool(became.why) == (to is None)


def test_other_names_stay(tmp_path):
    assert renamed("role_hires.ml_engineer", read(tmp_path, GOOD)) is None
    assert renamed("label_price", read(tmp_path, GOOD)) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nto = 'b'\n", "renamed.toml: a: since is missing"),
        ("[a]\nsince = '0.2'\n", "renamed.toml: a: either `to` with the new name, or `why`"),
        ("[a]\nto = 'b'\nwhy = 'c'\nsince = '0.2'\n", "renamed.toml: a: either `to`"),
        ("[a]\nto = 'b'\nsince = 'soon'\n", "renamed.toml: a: since = 'soon': a version"),
        ("[a]\nto = 'b'\nsince = '1'\n[b]\nto = 'a'\nsince = '1'\n", "renamed.toml: a: goes round in a circle"),
        ("[a]\nto = 'b'\nsince = '1'\nfrom = 'x'\n", "renamed.toml: a: 'from' is not a field"),
        ("a = 3\n", "renamed.toml: a: 3: a table of fields"),
        ("[a\n", "renamed.toml: not valid TOML"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, text, message):
    with pytest.raises(XlcostError) as refused:
        read(tmp_path, text)
    assert str(refused.value).startswith(message)


def test_those_that_ship_lead_to_drivers_of_today():
    known = {name for each in known_inputs().values() for name in (each.name, each.of)}
    for old in shipped_renames():
        assert old not in known
        assert (to := renamed(old, shipped_renames()).to) is None or to in known
