"""Cases: what somebody may say in TOML or in Python, and in which words the rest is refused."""

import math
from datetime import date
from decimal import Decimal

import pytest

from xlcost.analysis.case import Case, known_inputs
from xlcost.errors import CellError, XlcostError
from xlcost.model.inputs import Refused


def parse(text):
    return Case.parse(text, "bid.toml", "bid")


def refusal(text):
    with pytest.raises(XlcostError) as refused:
        parse(text)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_values_with_and_without_a_source():
    case = parse(
        'name = "Bid"\nabout = "For the board."\nexamples = 5000\nepochs = 2.5\n'
        '[gpu_price]\nvalue = 3.1\nsource = "quote 4711"\nat = 2026-10-01\n'
        "[role_hires]\nml_engineer = 2\n"
        '[role_salary]\nml_engineer = { value = 150_000, source = "letter" }\n'
    )
    assert (case.name, case.about) == ("Bid", "For the board.")
    assert case.values == {
        "examples": 5000.0,
        "epochs": 2.5,
        "gpu_price": 3.1,
        "role_hires.ml_engineer": 2.0,
        "role_salary.ml_engineer": 150_000.0,
    }
    assert (case.given["gpu_price"].source, case.given["gpu_price"].at) == ("quote 4711", date(2026, 10, 1))
    assert case.given["role_salary.ml_engineer"].source == "letter"
    assert (case.given["examples"].source, case.given["examples"].at) == ("", None)


def test_what_is_not_said_is_the_default():
    inputs = parse("examples = 5000\n[role_hires]\ndata_engineer = 2").complete()
    assert (inputs["examples"], inputs["annotators"], inputs["gpu"]) == (5000.0, 3.0, "H100-SXM")
    assert inputs["role_hires"] == [1.0, 2.0, 0.0, 0.0]
    assert inputs["gpu_price"] is None
    assert parse("").values == {}
    assert parse("").name == "bid"


def test_every_default_is_accepted_as_a_value():
    for name, each in known_inputs().items():
        if each.default is not None:
            assert Case.of({name: each.default}).values == {name: each.default}


def test_a_default_that_a_workbook_gives_back_is_the_default():
    """openpyxl writes 16 digits, Excel 15: 1/60 of an hour comes back as 0.01666666666666667."""
    step = known_inputs()["billing_step"]
    for digits in (15, 16, 17):
        assert Case.of({"billing_step": float(f"{step.default:.{digits}g}")}).values["billing_step"] == step.default
    other = step.default * (1 + 1e-12)
    assert Case.of({"billing_step": other}).values["billing_step"] == other


def test_cases_with_the_same_entries_are_one():
    one, other = Case.of({"epochs": 2, "examples": 5000}), Case.of({"examples": 5000, "epochs": 2})
    assert (one, hash(one)) == (other, hash(other))
    assert len({one, other, Case.of({"epochs": 2}), Case.of({"epochs": {"value": 2, "source": "letter"}})}) == 3


def test_every_bound_is_accepted_and_what_lies_beyond_is_not():
    for name, each in known_inputs().items():
        if each.kind == "text":
            continue
        for bound, beyond in ((each.minimum, -math.inf), (each.maximum, math.inf)):
            assert Case.of({name: bound}).values == {name: bound}
            for value in (math.nextafter(bound, beyond), beyond):
                with pytest.raises(Refused, match=f"^{name} = ") as refused:
                    Case.of({name: value})
                assert refused.value.error is CellError.NUM


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mfu = 1.4", "mfu = 1.4: a share, so between 0 and 1"),
        ("mfu = -0.1", "mfu = -0.1: a share, so between 0 and 1"),
        ("success_share = 0", "success_share = 0: between 0.001 and 1"),
        ("horizon_months = 61", "horizon_months = 61: between 12 and 60 month"),
        ("horizon_months = 0", "horizon_months = 0: between 12 and 60 month"),
        ("build_months = 12", "build_months = 12: between 1 and 11 month"),
        ("examples = 10.5", "examples = 10.5: a whole number is wanted"),
        ("examples = 1234567.5", "examples = 1234567.5: a whole number is wanted"),
        ("gpu_price = nan", "gpu_price = nan: between 0 and 1,000,000,000,000,000 USD/GPU-hour"),
        ("gpu_price = inf", "gpu_price = inf: between 0 and 1,000,000,000,000,000 USD/GPU-hour"),
        ("gpu_price = -inf", "gpu_price = -inf: between 0 and 1,000,000,000,000,000 USD/GPU-hour"),
        ("gpu_price = 1e400", "gpu_price = inf: between 0 and 1,000,000,000,000,000 USD/GPU-hour"),
        ('gpu_price = "3.1"', "gpu_price = '3.1': a number is wanted, in USD/GPU-hour"),
        ("gpu_price = true", "gpu_price = True: a number is wanted, in USD/GPU-hour"),
        ("gpu_price = 2026-10-01", "gpu_price = datetime.date(2026, 10, 1): a number is wanted, in USD/GPU-hour"),
        ("gpu_price = [3.1]", "gpu_price = [3.1]: a number is wanted, in USD/GPU-hour"),
        (
            "gpu = 100",
            "gpu = 100: a text is wanted; known are T4, V100-32GB, V100-16GB, A10G, RTX 3090, A5000, A6000, A40",
        ),
        ('gpu = "h1"', "gpu = 'h1' is not known; did you mean H100-SXM or H100-PCIe or H100-NVL?"),
        ('gpu = "H10"', "gpu = 'H10' is not known; did you mean H100-SXM or H100-PCIe or H100-NVL?"),
        ('gpu = ""', "gpu = '' is not known; known are T4, V100-32GB, V100-16GB, A10G, RTX 3090, A5000, A6000, A40"),
        ('people_basis = "hour"', "people_basis = 'hour' is not known; did you mean hours?"),
        ('training_route = "cloud"', "training_route = 'cloud' is not known; known are rented GPU, API"),
        ("gpu_prise = 3", "'gpu_prise' is not a driver; did you mean gpu_price"),
        ("xyzzy = 3", "'xyzzy' is not a driver; `xlcost drivers` lists all"),
        ("total_cost = 3", "'total_cost' is not a driver"),
        ("[gpu_prise]", "'gpu_prise' is not a driver; did you mean gpu_price"),
        ("[gpu_price]", "gpu_price has no value"),
        ("role_hires = 2", "'role_hires' has a value for each of role_hires.ml_engineer, role_hires.data_engineer"),
        (
            "[role_hires]\nml_enginer = 2",
            "'role_hires.ml_enginer' is not a driver; did you mean role_hires.ml_engineer",
        ),
        ("[gpu_price]\nvalue = 3\nsorce = 'x'", "gpu_price.sorce: a value has `value`, `source` and `at`"),
        ("[gpu_price]\nvalue = 3\nsource = 4", "gpu_price.source = 4: a text is wanted"),
        (
            "[gpu_price]\nvalue = 3\nat = '2026-10-01'",
            "gpu_price.at = '2026-10-01': a date is wanted, such as 2026-10-01",
        ),
        (
            "[gpu_price]\nvalue = 3\nat = 2026-10-01T10:00:00",
            "gpu_price.at = datetime.datetime(2026, 10, 1, 10, 0): a date is wanted",
        ),
        ("[gpu_price]\nvalue = { value = 3 }", "gpu_price = {'value': 3}: a number is wanted"),
        ("name = 3", "name = 3: a text is wanted"),
        ("examples = 1\nexamples = 2", "not TOML: Cannot overwrite a value"),
        ("examples = 1\nExamples = 2", "examples is given twice"),
        ("examples = 1,5", "not TOML: Expected newline or end of document after a statement"),
        ("examples = " + "9" * 400, "examples = inf: between 1 and 1,000,000,000 example"),
        ("examples = " + "9" * 5000, "not TOML: "),
        ("examples = " + "[" * 20000, "not TOML: "),
    ],
    ids=lambda text: text[:40],
)
def test_refuses(text, message):
    assert refusal(text).startswith(f"bid.toml: {message}")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"gpu_price": "3.1"}, CellError.VALUE),
        ({"gpu_price": True}, CellError.VALUE),
        ({"gpu_price": None}, CellError.VALUE),
        ({"gpu_price": -1}, CellError.NUM),
        ({"gpu_price": Decimal("NaN")}, CellError.NUM),
        ({"gpu_price": Decimal("sNaN")}, CellError.NUM),
        ({"gpu_price": 10**400}, CellError.NUM),
        ({"request_growth": -(10**400)}, CellError.NUM),
        ({"gpu": "H10"}, CellError.NA),
        ({"gpu": None}, CellError.VALUE),
        ({"people_basis": "nobody"}, CellError.VALUE),
        ({"nobody": 1}, CellError.VALUE),
    ],
    ids=str,
)
def test_a_refusal_knows_what_a_cell_shows(values, error):
    with pytest.raises(Refused) as refused:
        Case.of(values)
    assert refused.value.error is error


def test_choices_and_names_are_found_whatever_their_case():
    case = Case.of(
        {"PEOPLE_BASIS": "TEAM", " gpu ": " h100-sxm ", "training_route": "api", "Role_Hires.ML_engineer": 2}
    )
    assert case.values == {
        "people_basis": "team",
        "gpu": "H100-SXM",
        "training_route": "API",
        "role_hires.ml_engineer": 2.0,
    }


@pytest.mark.parametrize(
    ("name", "alias", "key"),
    [
        ("gpu", "H100", "H100-SXM"),
        ("gpu", "a100 80gb", "A100-80GB"),
        ("model", "meta-llama/Llama-3.1-8B", "Llama-3.1-8B"),
        ("method", "Full Fine-Tuning", "full"),
    ],
)
def test_aliases_are_resolved(name, alias, key):
    assert Case.of({name: alias}).values == {name: key}


def test_decimal_and_minus_zero_are_numbers():
    assert Case.of({"gpu_price": Decimal("3.10")}).values == {"gpu_price": 3.1}
    assert math.copysign(1, Case.of({"gpu_price": -0.0}).values["gpu_price"]) == 1


def test_with_values_changes_some_and_keeps_the_rest():
    case = parse("examples = 5000\nepochs = 2")
    other = case.with_values({"epochs": 1, "gpu": "A100"})
    assert other.values == {"examples": 5000.0, "epochs": 1.0, "gpu": "A100-80GB"}
    assert (other.name, case.values) == ("bid", {"examples": 5000.0, "epochs": 2.0})


def test_a_file_is_read_and_named(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text("examples = 5000", encoding="utf-8")
    assert (Case.read(file).name, Case.read(str(file)).values) == ("small", {"examples": 5000.0})


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'about = "caf\xe9"')
    for path in (tmp_path / "gone.toml", tmp_path, tmp_path / "latin.toml"):
        with pytest.raises(XlcostError, match="can't be read as a case file") as refused:
            Case.read(path)
        assert str(path) in str(refused.value)


def test_a_refusal_names_the_file(tmp_path):
    (tmp_path / "bad.toml").write_text("mfu = 2", encoding="utf-8")
    with pytest.raises(Refused, match=r"bad\.toml: mfu = 2: a share") as refused:
        Case.read(tmp_path / "bad.toml")
    assert refused.value.exit_code == 2


def test_a_byte_order_mark_is_no_trouble(tmp_path):
    (tmp_path / "windows.toml").write_bytes(b"\xef\xbb\xbfexamples = 5000\r\n")
    assert Case.read(tmp_path / "windows.toml").values == {"examples": 5000.0}
