"""Back ends: whatever the case, python, python with error values, and numpy say the same of every quantity."""

import functools
import math
from dataclasses import replace

import pytest
from generated_cases import BATCHES, OVERRIDES

from xlcost.errors import CellError
from xlcost.model import arrays, graph
from xlcost.model.evaluation import Evaluation
from xlcost.model.expressions import Apply, walk

np = pytest.importorskip("numpy")

MODEL = graph()
CENT = 1e-6  # less money than anybody counts
SPECIAL = {"poisson_pmf", "poisson_cdf", "binom_cdf", "normal_inverse"}
EVERYTHING = Evaluation(MODEL, tuple(MODEL.quantities), MODEL.inputs, tuple(OVERRIDES), {})
MEMBERS = {name: list(axis.members) for name, axis in MODEL.axes.items()}


@functools.cache
def in_python(batch):
    """Every value of every case, with errors as values."""
    return [{**MEMBERS, **case, **_quantities(case)} for case in BATCHES[batch][1]]


def _quantities(case):
    return dict(zip(EVERYTHING.wanted, EVERYTHING(*(case[name] for name in MODEL.inputs)), strict=True))


def as_array(name, values):
    """What numpy holds for these values: NaN for an error, infinity for never or no price, 0 for always."""
    if MODEL.kind_of[name] == "text":
        return np.array([[_text(e) for e in each] if isinstance(each, list) else _text(each) for each in values])
    return np.array(
        [[_number(each) for each in value] if isinstance(value, list) else _number(value) for value in values]
    )


def _number(value):
    if isinstance(value, CellError):
        return math.nan
    if value == "always":
        return 0.0
    return math.inf if isinstance(value, str) else value


def _text(value):
    return "#N/A" if isinstance(value, CellError) else value


def tolerance(formula):
    return 1e-9 if SPECIAL & {each.primitive for each in walk(formula) if isinstance(each, Apply)} else 1e-12


def uncancelled(formula):
    """The formula with its differences as sums: how large the terms are whose rounding shows in the result."""
    match formula:
        case Apply("subtract", (left, right)):
            return Apply("add", (uncancelled(left), uncancelled(right)))
        case Apply("negative", (inner,)):
            return uncancelled(inner)
        case Apply("divide", (over, under)):
            return Apply("divide", (uncancelled(over), under))
        case Apply("where", (condition, yes, no)):
            return Apply("where", (condition, uncancelled(yes), uncancelled(no)))
        case Apply("add" | "multiply" | "minimum" | "maximum" as primitive, arguments):
            return Apply(primitive, tuple(map(uncancelled, arguments)))
    return formula


def largest_term(quantity, values):
    """Of the sums and differences in a formula."""
    if MODEL.kind_of[quantity.name] == "text":
        return 0.0
    terms = replace(MODEL, quantities={quantity.name: replace(quantity, formula=uncancelled(quantity.formula))})
    inputs = [name for name in values if name not in MODEL.axes]
    size = {name: np.abs(value) if value.dtype.kind == "f" else value for name, value in values.items()}
    (found,) = arrays.compiled(terms, [quantity.name], inputs)(size).values()
    return np.nan_to_num(np.abs(found), nan=0.0, posinf=0.0)


def assert_agree(found, wanted, tolerance, scale, what):
    found = np.broadcast_to(found, wanted.shape)
    if wanted.dtype.kind == "U":
        assert found.tolist() == wanted.tolist(), what
        return
    with np.errstate(all="ignore"):
        near = np.abs(found - wanted) <= tolerance * np.maximum(np.abs(wanted), scale) + 1e-15
    right = near | (found == wanted) | (np.isnan(found) & np.isnan(wanted))
    if not np.all(right):
        place = tuple(np.argwhere(~right)[0])
        raise AssertionError(f"{what}: numpy {found[place]!r}, python {wanted[place]!r}, at {place}")


@pytest.mark.parametrize("batch", BATCHES)
def test_each_formula_means_the_same_to_numpy(batch):
    """One quantity at a time, from the same arguments, so that rounding doesn't pile up."""
    given = BATCHES[batch][0]
    found = in_python(batch)
    for name, quantity in MODEL.quantities.items():
        if name in given:
            continue
        values = {
            parameter: as_array(parameter, [case[parameter] for case in found]) for parameter in quantity.parameters
        }
        inputs = [parameter for parameter in quantity.parameters if parameter not in MODEL.axes]
        got = arrays.compiled(MODEL, [name], inputs)(values)[name]
        wanted = as_array(name, [case[name] for case in found])
        assert_agree(got, wanted, tolerance(quantity.formula), largest_term(quantity, values), name)


# Where a queue is nearly full, the wait multiplies the last digits of the Poisson distribution.
NEARLY_FULL = {"erlang_c", "mean_wait", "peak_wait_chance", "peak_wait"}


@pytest.mark.parametrize("batch", BATCHES)
def test_the_whole_model_means_the_same_to_numpy(batch):
    given, cases = BATCHES[batch]
    inputs = (*MODEL.drivers, *given)
    got = _whole(given)({name: as_array(name, [case[name] for case in cases]) for name in inputs})
    found = in_python(batch)
    wanted = {name: as_array(name, [case[name] for case in found]) for name in MODEL.quantities}
    amounts = [wanted["total_flow"], wanted["benefit_flow"], wanted["capitalised_cost"][:, None]]
    flows = np.nan_to_num(np.hstack(amounts), posinf=0.0)
    for name, quantity in MODEL.quantities.items():
        money = np.maximum(np.max(np.abs(flows), axis=-1), CENT / 1e-9)
        scale = money if str(quantity.unit).startswith("USD") else np.zeros(len(cases))
        close = 1e-6 if name in NEARLY_FULL else 1e-9
        assert_agree(got[name], wanted[name], close, scale.reshape(-1, *[1] * (wanted[name].ndim - 1)), name)


@functools.cache
def _whole(given):
    return arrays.compiled(MODEL, list(MODEL.quantities), [*MODEL.drivers, *given])


@pytest.mark.parametrize("batch", [batch for batch in BATCHES if len(BATCHES[batch][1]) < 100])
def test_straight_code_agrees_with_error_values(batch):
    """Where it runs through; where it doesn't, there must be an error to show."""
    straight = 0
    for case in BATCHES[batch][1]:
        values = [case[name] for name in MODEL.inputs]
        found = EVERYTHING.trace(*values)
        try:
            results = EVERYTHING.straight(*values)
        except (ArithmeticError, ValueError, LookupError, TypeError):
            assert any(_has_error(found[name]) for name in MODEL.quantities)
            continue
        straight += 1
        for name, result in zip(EVERYTHING.wanted, results, strict=True):
            assert _same(result, found[name]), name
    assert straight or batch in ("own model, unknown", "all overridden")


def _has_error(value):
    return any(isinstance(each, CellError) for each in (value if isinstance(value, list) else [value]))


@pytest.mark.parametrize("name", MODEL.quantities)
def test_a_quantity_alone_is_the_same_as_among_all(name):
    """What is not wanted is not computed, and changes nothing. An error beside the way is none."""
    evaluation = Evaluation(MODEL, (name,), MODEL.inputs, tuple(OVERRIDES), {})
    for batch in ("anything", "all overridden", "own model, unknown"):
        for case, found in list(zip(BATCHES[batch][1], in_python(batch), strict=True))[:6]:
            (got,) = evaluation(*(case[each] for each in MODEL.inputs))
            assert _same(got, found[name]), (batch, got, found[name])


def _same(one, other):
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-13)
    return one == other


def test_the_generated_cases_meet_what_they_are_meant_to_meet():
    """Errors, `never`, both answers of every flag: a batch that misses one proves nothing about it."""
    found = [case for batch in BATCHES for case in in_python(batch)]
    seen = {name: {_sort(each) for case in found for each in _flat(case[name])} for name in MODEL.quantities}
    errors = {each for kinds in seen.values() for each in kinds if isinstance(each, CellError)}
    assert errors >= {CellError.NA, CellError.DIV0}
    assert {name for name, kinds in seen.items() if "never" in kinds} >= {
        "drift_months", "retrain_interval", "payback_month", "linear_drift_months"
    }  # fmt: skip
    for flag in (
        "reaches_floor",
        "retrains_happen",
        "latency_feasible",
        "is_paid_back",
        "pays_back",
        "stage_pays_people",
    ):
        assert {0.0, 1.0} <= {each for case in found for each in _flat(case[flag])}, flag
    assert all("number" in kinds or "text" in kinds for kinds in seen.values())


def _flat(value):
    return value if isinstance(value, list) else [value]


def _sort(value):
    if isinstance(value, CellError) or value in ("never", "not feasible"):
        return value
    return "text" if isinstance(value, str) else "number"
