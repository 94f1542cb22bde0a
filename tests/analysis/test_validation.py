"""Validation: published runs, what is made of their rows, and what is said of the predictions."""

import contextlib
import csv
import io
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlcost.analysis.reference_runs import NUMBERS, TEXTS, csv_rows, method_of, read_runs, stack_of
from xlcost.analysis.rivals import ftuneai_speed, plain_speed
from xlcost.analysis.run_predictions import HOURS, SPEED, predict
from xlcost.analysis.validation import (
    Score,
    calibrated_factors,
    median_of_publishers,
    report,
    shipped_rows,
    validate_holdout,
    validate_runs,
)
from xlcost.catalog import load
from xlcost.errors import XlcostError

SHIPPED = validate_runs()
HELD_OUT = validate_holdout()
COLUMNS = [*TEXTS, *NUMBERS]
# 4 x 7.505e9 + 6 x 32 x 4,096 x 2,048 = 3.163061e10 FLOP for a token; x 3e7 = 9.489184e17; at 0.27 of 989e12: 3,553.6 s
PLAIN = {
    "kind": "run", "method": "lora", "precision": "bf16", "gpu_type": "H100", "params_b": "8.03", "n_mm_b": "7.505",
    "n_layers": "32", "d_attn": "4096", "seq_len": "2048", "tokens_trained": "30000000", "gpu_hours": "0.8",
    "source": "ours",
}  # fmt: skip


def runs_of(tmp_path, *rows, columns=COLUMNS):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "runs.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return read_runs(path)


@pytest.fixture
def row(tmp_path):
    def predicted(**cells):
        return predict(runs_of(tmp_path, {**PLAIN, **cells})[0])

    return predicted


# One row


def test_hours_are_those_that_one_works_by_hand(row):
    found = row(stack="packed")
    assert found.unit == HOURS
    assert found.predicted == pytest.approx(3553.6 / 3600, rel=1e-4)
    assert found.ratio == pytest.approx(found.predicted / 0.8)
    assert found.implied_mfu == pytest.approx(0.27 * found.ratio)
    assert found.low < found.predicted < found.high
    assert found.used
    assert found.why == ""


def test_so_is_a_speed(row):
    found = row(kind="throughput", tok_s_gpu="10000", tokens_trained="", gpu_hours="", stack="packed")
    assert found.unit == SPEED
    assert found.predicted == pytest.approx(989e12 * 0.27 / 3.163061e10, rel=1e-6)
    assert found.implied_mfu == pytest.approx(10_000 * 3.163061e10 / 989e12, rel=1e-6)
    assert found.low < found.predicted < found.high
    assert found.factor(found.predicted) == pytest.approx(-math.log(found.ratio))


def test_hours_on_the_clock_times_gpus(row):
    assert row(gpu_hours="", wall_hours="0.1", gpu_count="8").reported == pytest.approx(0.8)


def test_dimensions_come_from_the_row_then_the_catalogue_then_a_usual_shape(row):
    none = {"n_mm_b": "", "n_layers": "", "d_attn": ""}
    known = row(**none, base_model="Llama-3.1-8B")
    assert known.predicted == pytest.approx(row().predicted, rel=1e-4)
    assert row(**none, base_model="llama 3.1 8b", params_b="").predicted == known.predicted
    assert row(**none, base_model="Llama-3.1-8B", params_b="70").predicted > 8 * known.predicted
    assert row(**none).predicted == pytest.approx(known.predicted, rel=0.1)
    assert row(**none, params_b="", base_model="Nothing-8B").predicted == pytest.approx(known.predicted, rel=0.1)
    assert row(**none, params_b="", base_model="Nothing").why.startswith("size: model 'Nothing'")


def test_dpo_takes_three_times_as_long(row):
    assert row(method="lora-dpo").predicted == pytest.approx(3 * row().predicted)
    assert row(method="dpo").predicted == pytest.approx(8 / 3 * row(method="full").predicted)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"method": "rlhf-ppo"}, "method: method 'rlhf-ppo' is not in the catalogue"),
        ({"method": ""}, "method: no method is named"),
        ({"gpu_type": "H100SMX"}, "near it: H100-SXM"),
        ({"gpu_hours": ""}, "time: "),
        ({"tokens_trained": ""}, "tokens: how many"),
        ({"tokens_trained": "", "examples": "52000", "epochs": "3"}, "tokens: only the most"),
        ({"gpu_hours": "0.01"}, "speed: an MFU of"),
        ({"precision": "fp8", "gpu_type": "A100"}, "stack: the MFU of 'tuned fp8'"),
        ({"gpu_hours": "n/a"}, "time: "),
        ({"gpu_hours": "-1"}, "time: "),
        ({"gpu_hours": "0"}, "time: "),
        ({"gpu_hours": "1e400"}, "time: "),
    ],
)
def test_what_cannot_be_used_says_why(row, cells, why):
    found = row(**cells)
    assert not found.used
    assert why in found.why
    assert found.factor(found.predicted) is None


@pytest.mark.parametrize(
    ("cells", "stack"),
    [
        ({}, "packed"),
        ({"seq_len": "512"}, "plain loop"),
        ({"seq_len": ""}, "plain loop"),
        ({"seq_len": "", "kind": "throughput"}, "packed"),
        ({"seq_len": "512", "notes": "packed to 2048"}, "packed"),
        ({"notes": "full sequences, no padding"}, "packed"),
        ({"kind": "throughput", "name": "Baseline"}, "plain loop"),
        ({"kind": "throughput", "notes": "the baseline path"}, "packed"),
        ({"kind": "throughput", "seq_len": "512"}, "plain loop"),
        ({"kind": "throughput", "precision": "Float8"}, "tuned fp8"),
        ({"kind": "throughput", "precision": "MXFP8", "tflops_reported": "300"}, "tuned fp8"),
        ({"kind": "throughput", "tflops_reported": "300"}, "tuned bf16"),
        ({"mfu_reported": "0.4"}, "tuned bf16"),
        ({"precision": "amp_fp8", "mfu_reported": "0.4"}, "tuned fp8"),
        ({"precision": "fp8-blockwise"}, "tuned fp8"),
        ({"precision": "bf16 + e4m3"}, "tuned fp8"),
        ({"notes": "not packed", "precision": "fp8"}, "plain loop"),
        ({"notes": "compiled", "seq_len": "512"}, "packed"),
        ({"method": "pretraining"}, "campaign"),
        ({"tokens_trained": "2e12", "precision": "fp8"}, "campaign"),
        ({"stack": "Campaign"}, "campaign"),
        ({"stack": "something"}, "packed"),
    ],
)
def test_the_stack_follows_from_the_rule(tmp_path, cells, stack):
    assert stack_of(runs_of(tmp_path, {**PLAIN, **cells})[0]) == stack


def test_methods(tmp_path):
    found = [
        method_of(each)
        for each in runs_of(tmp_path, *({"method": said} for said in ("full", "QLoRA", "pretrain", "dpo lora", "ia3")))
    ]
    assert found == [("full", "SFT"), ("QLoRA", "SFT"), ("full", "SFT"), ("LoRA", "DPO"), (None, "SFT")]


# Rules beside ours


def test_the_plain_rule_and_ftuneai_by_hand():
    # 6 x 8e9 = 4.8e10; 0.4 x 960e12 / 4.8e10 = 8,000
    assert plain_speed(8e9, 960e12) == pytest.approx(8_000)
    # 0.35 x 960e12 / 4.8e10 = 7,000; an adapter 0.75 of the FLOP: 9,333; two GPUs 0.95, eight 0.80
    assert ftuneai_speed(8e9, 960e12, "full", 1) == pytest.approx(7_000)
    assert ftuneai_speed(8e9, 960e12, "LoRA", 1) == pytest.approx(9_333.333)
    assert ftuneai_speed(8e9, 960e12, "QLoRA", 1) == pytest.approx(8_000)
    assert ftuneai_speed(8e9, 960e12, "full", 2) == pytest.approx(6_650)
    assert ftuneai_speed(8e9, 960e12, "full", 8) == pytest.approx(5_600)
    assert ftuneai_speed(8e9, 960e12, "full", 1e30) == pytest.approx(5_600)


# Scores


def test_scores_by_hand():
    score = Score.of([math.log(2), math.log(0.5), math.log(4), None])
    assert score.number == 3
    assert score.bias == pytest.approx(4 ** (1 / 3))
    assert score.typical == pytest.approx(2)
    assert score.within_2 == pytest.approx(2 / 3)
    assert Score.of([]) == Score(0)


def test_the_others_teach_and_never_the_source_itself(tmp_path):
    rows = [
        {**PLAIN, "source": source, "gpu_hours": hours}
        for source, hours in (("a", "0.8"), ("a", "0.9"), ("b", "0.6"), ("c", "0.7"))
    ]
    before = report(runs_of(tmp_path, *rows)).rows
    # of b and c the median MFU: the mean of those behind 0.6 and 0.7 hours
    assert before[0].others == pytest.approx(2 / (1 / 0.6 + 1 / 0.7))
    after = report(runs_of(tmp_path, *({**row, "gpu_hours": "1.2"} if row["source"] == "a" else row for row in rows)))
    assert [row.others for row in after.rows[:2]] == [row.others for row in before[:2]]
    assert after.rows[2].others != before[2].others


def test_rows_of_one_repository_are_one_source(tmp_path):
    sources = ("github owner/name results/a.json", "github owner/name results/b.json", "github.com/owner/name")
    found = report(runs_of(tmp_path, *({**PLAIN, "source": source} for source in sources)))
    assert [group.name for group in found.sources] == ["owner/name"]
    assert all(row.others is None for row in found.rows)


@pytest.mark.parametrize(
    ("source", "publisher"),
    [
        ("github NVIDIA-NeMo/Automodel docs/x.md", "nvidia"),
        ("github NVIDIA/NeMo README", "nvidia"),
        ("docs.nvidia.com/nemo/performance", "nvidia"),
        ("https://www.databricks.com/blog/mpt-7b", "databricks"),
        ("huggingface.co/bigcode/starcoder", "bigcode"),
        ("ours", "ours"),
        ("", ""),
    ],
)
def test_a_publisher_is_the_owner_of_what_it_published(tmp_path, source, publisher):
    assert runs_of(tmp_path, {**PLAIN, "source": source})[0].publisher == publisher


def test_no_publisher_teaches_itself_from_another_page(tmp_path):
    """Of the same owner, another repository isn't another."""
    sources = ("github some/one", "github some/two", "github else/where")
    found = report(runs_of(tmp_path, *({**PLAIN, "source": source} for source in sources))).rows
    alone = report(runs_of(tmp_path, *({**PLAIN, "source": source} for source in sources[:2]))).rows
    assert all(row.others is not None for row in found)
    assert all(row.others is None for row in alone)


def test_the_median_is_of_publishers_not_of_rows(tmp_path):
    """Ten rows of one and one each of two others: 0.6 hours is the middle of 0.4, 0.6 and 0.8."""
    hours = [("a", "0.8")] * 10 + [("b", "0.6"), ("c", "0.4")]
    rows = report(runs_of(tmp_path, *({**PLAIN, "source": who, "gpu_hours": each} for who, each in hours))).rows
    assert median_of_publishers(rows) == pytest.approx(rows[10].implied_mfu)


def test_a_mixture_of_experts_is_slower_than_a_dense_model(row):
    """Of 0.7 of the MFU: by 1 / 0.7 longer. What it implies is told as of a dense model."""
    dense = row(n_mm_b="", n_layers="32", d_attn="4096", params_b="8")
    sparse = row(n_mm_b="", n_layers="32", d_attn="4096", params_b="30", active_params_b="8")
    assert sparse.mfu == pytest.approx(0.7 * dense.mfu)
    assert sparse.implied_dense_mfu == pytest.approx(sparse.implied_mfu / 0.7)
    assert dense.implied_dense_mfu == dense.implied_mfu


@pytest.mark.parametrize(
    ("column", "written", "plain"),
    [
        ("params_b", "8030M", "8.03"),
        ("params_b", "~8.03 B", "8.03"),
        ("tokens_trained", "30M", "30000000"),
        ("tokens_trained", "30,000,000", "30000000"),
        ("gpu_hours", "48 min", "0.8"),
        ("gpu_hours", "0.7-0.9", "0.8"),
        ("seq_len", "2k", "2048"),
        ("gpu_type", "NVIDIA H100 80GB HBM3", "H100"),
        ("precision", "BF16", "bf16"),
    ],
)
def test_a_cell_says_the_same_however_it_is_written(row, column, written, plain):
    assert row(**{column: written}).predicted == pytest.approx(row(**{column: plain}).predicted)
    assert row(**{column: written}).ratio == pytest.approx(row(**{column: plain}).ratio)


def test_calibration_takes_every_other_row_of_the_group(tmp_path):
    rows = [{**PLAIN, "gpu_hours": hours} for hours in ("0.8", "1.6")] + [
        {**PLAIN, "gpu_type": "A100", "gpu_hours": "2"}
    ]
    found = report(runs_of(tmp_path, *rows))
    assert sorted(calibrated_factors(found.rows)) == pytest.approx([-math.log(2), math.log(2)])


# The reference runs


def test_the_aims_are_met_but_where_the_page_says_so():
    overall = SHIPPED.overall
    assert overall.others.typical <= 1.40
    assert overall.others.within_2 >= 0.90
    assert overall.calibrated.typical <= 1.25
    assert overall.shipped.typical < overall.plain_rule.typical < overall.ftuneai.typical
    assert overall.inside >= 0.80
    for group in SHIPPED.stacks:
        # packed: torchtune is faster than five of six others; tuned fp8: publishers differ by a factor of two
        if group.name not in ("packed", "tuned fp8"):
            assert 0.85 <= group.shipped.bias <= 1.15, group.name


def test_rows_that_were_collected_later():
    """Aims that are missed: within a factor of two 84% in place of 90%; see the page."""
    found = HELD_OUT.overall
    assert len(HELD_OUT.rows) == found.shipped.number == 299
    assert len({row.publisher for row in HELD_OUT.rows}) >= 8
    assert found.others.typical <= 1.40
    assert found.others.within_2 >= 0.80
    assert found.calibrated.typical <= 1.25
    assert 0.85 <= found.others.bias <= 1.15
    assert found.shipped.typical < found.plain_rule.typical < found.ftuneai.typical
    assert not {row.source for row in HELD_OUT.rows} & {row.source for row in SHIPPED.rows}


def test_flops_are_those_that_vendors_report():
    for each in SHIPPED.flops:
        assert abs(each.ratio - 1) <= 0.06, each.source
        assert each.within_6_percent >= 0.80, each.source


def test_recomputed_flops_are_counted_where_a_source_counts_them(row):
    """Full fine-tuning: 6 FLOP per parameter, 8 with the forward pass once more."""
    assert row(method="full").recomputed == 1
    assert row(method="full", notes="activation checkpointing: full").recomputed == pytest.approx(8 / 6)
    assert row(method="full", notes="selective checkpointing").recomputed == 1


def test_the_stacks_of_the_catalogue_are_the_medians_of_publishers():
    stacks = load().tables["stacks"].rows
    for name in stacks:
        for is_fast, column in ((False, "mfu"), (True, "fast_mfu")):
            alike = [row for row in shipped_rows() if row.stack == name and row.is_fast == is_fast]
            if (known := median_of_publishers(alike)) is not None:
                assert stacks[name].values[column] == pytest.approx(known, abs=0.02), name


def test_every_row_is_predicted_or_says_why_not():
    for row in SHIPPED.rows:
        assert row.used == (row.why == "")
        if row.used:
            assert row.predicted > 0
            assert row.ratio == pytest.approx(row.predicted / row.reported)


# Anything may stand in a cell

CELLS = st.one_of(
    st.text(max_size=12),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers(-(10**40), 10**40).map(str),
    st.sampled_from(
        [
            "",
            "full",
            "lora",
            "dpo",
            "H100",
            "A100",
            "throughput",
            "run",
            "8",
            "1e300",
            "-0",
            "fp8",
            "Llama-3.1-8B",
            "#N/A",
        ]
    ),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(st.sampled_from(COLUMNS), CELLS), max_size=4),
    st.sets(st.sampled_from(COLUMNS), min_size=1),
)
def test_no_cells_and_no_lack_of_columns_break_it(tmp_path, rows, columns):
    wanted = [column for column in COLUMNS if column in columns]
    made = [{**PLAIN, **row} for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, wanted, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(made)
    data = text.getvalue().encode("utf-8", "replace")
    if b"\0" in data:
        return
    (tmp_path / "any.csv").write_bytes(data)
    found = report(read_runs(tmp_path / "any.csv"))
    for row in found.rows:
        assert row.used == (row.why == "")
        for value in (row.predicted, row.ratio, row.low, row.high, row.others, row.by_plain_rule, row.by_ftuneai):
            assert value is None or (math.isfinite(value) and value > 0)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_refusal(data):
    with contextlib.suppress(XlcostError):
        assert isinstance(csv_rows(data, "x.csv", {*COLUMNS}), list)
