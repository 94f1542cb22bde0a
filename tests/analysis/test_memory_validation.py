"""Published peaks of GPU memory: read by rules, compared with the model, and told honestly."""

import csv
import math
from importlib import resources

import pytest

from xlcost.analysis import memory_rules
from xlcost.analysis.as_written import older_models
from xlcost.analysis.memory_validation import COLUMNS, validate_memory
from xlcost.errors import XlcostError
from xlcost.model import graph

LORA = {
    "name": "one", "model": "Llama-3.1-8B", "method": "lora", "quant": "none", "micro_batch": "2", "seq_len": "2048",
    "grad_ckpt": "no", "optimizer": "AdamW", "gpu": "A6000", "gpus": "1", "peak_gb_per_gpu": "50", "unit": "GB",
    "source": "github some/where README.md", "confidence": "high: read in source", "notes": "LoRA r8 q,v",
}  # fmt: skip


@pytest.fixture
def validated(tmp_path):
    def of(*rows, columns=COLUMNS):
        path = tmp_path / "memory.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(rows)
        return validate_memory(path).rows

    return of


@pytest.fixture(scope="module")
def shipped():
    return validate_memory()


def test_one_row_worked_by_hand(validated):
    """Weights 2 x 8.030261 + 0.006816; states 12 x 0.003408; activations 26.575110; logits 7.354712: 50.038055.

    At least with logits in chunks and states in bf16: less 7/8 x 7.354712 and 8 x 0.003408.
    """
    (row,) = validated(LORA)
    assert row.predicted == pytest.approx(50.038055, abs=1e-5)
    assert row.ratio == pytest.approx(50.038055 / 50, abs=1e-6)
    assert (row.method, row.binds, row.why_not) == ("LoRA", "activations", "")
    assert row.low == pytest.approx(50.038055 - 6.435373 - 0.027263, abs=1e-5)
    assert row.high == pytest.approx(48 * 1.073741824)  # 50.04 x 1.07 + 1 = 54.5 is more than the GPU has


@pytest.mark.parametrize(
    ("unit", "peak", "gb"),
    [("GB", "50", 50), ("GiB", "50", 53.6870912), ("MiB", "1000", 1.048576), ("", "50", 50), ("GB (total)", "50", 25)],
)
def test_units(validated, unit, peak, gb):
    (row,) = validated({**LORA, "unit": unit, "peak_gb_per_gpu": peak, "gpus": "2", "gpu": "A100-80GB"})
    assert row.reported == pytest.approx(gb)


def test_a_share_of_the_weights_where_a_row_says_that_they_are_divided(validated):
    """70B on 8 GPUs of 80 GB: two of 80 layers are gathered at once. 141.13 / 8 + 141.13 / 40 + states 12 x 0.0164 / 8.

    The loss needs the logits and what is stored; when a layer is computed again, they have gone.
    """
    given = {**LORA, "model": "Llama-3.1-70B", "gpus": "8", "gpu": "A100-80GB", "grad_ckpt": "yes (FSDP)"}
    (row,) = validated(given)
    read = memory_rules.reading(given)
    assert read.given["sharding"] == "shard all"
    kept = 4096 * (2 * 8192 * 80 + 14 * 128256) / 1e9
    assert row.predicted == pytest.approx(141.13 / 8 + 141.13 / 40 + 12 * 0.0164 / 8 + kept, abs=0.005)


def test_a_copy_on_each_gpu_where_it_fits_and_nothing_is_said(validated):
    one, four = validated(LORA, {**LORA, "gpus": "4"})
    assert one.predicted == four.predicted
    assert four.low < one.low
    assert any("divided among the GPUs isn't said" in each for each in four.doubts)


def test_what_is_not_said_makes_a_range(validated):
    sure, (unsure,) = validated(LORA)[0], validated({**LORA, "notes": "LoRA r8", "gpu": "A100-80GB"})
    assert unsure.low == sure.low < sure.predicted < unsure.predicted < unsure.high
    assert "which matrices have an adapter isn't said: all" in unsure.doubts


def test_words_of_a_row(validated):
    def given(**more):
        return memory_rules.reading({**LORA, **more}).given

    assert given(notes="LoRA r8 q,v")["lora_modules"] == "q and v"
    assert given(notes="rank64, all linear")["lora_modules"] == "all linear"
    assert given(notes="rank64, all linear")["lora_rank"] == 64
    assert given(notes="trainable 9175040")["trained_params"] == 9_175_040
    assert (
        given(method="full", notes="", optimizer="8-bit paged AdamW, in bwd")["optimizer"] == "AdamW 8-bit in backward"
    )
    assert given(method="full", optimizer="paged 8bit AdamW")["optimizer"] == "AdamW 8-bit"
    assert given(method="full", optimizer="mixed AdamW")["optimizer"] == "AdamW mixed"
    assert given(notes="chunked loss")["loss"] == "chunked"
    assert given(quant="bnb.nf4")["weight_bytes"] == 0.5625
    assert given(quant="bnb.nf4-dq")["weight_bytes"] == 0.5156
    assert given(quant="int8")["weight_bytes"] == 1
    assert given(method="DPO lora")["objective"] == "DPO"


FULL = {**LORA, "method": "full", "notes": "", "gpu": "A100-80GB", "grad_ckpt": "yes", "optimizer": "AdamW mixed"}


def test_stages_of_zero_divide_states_then_gradients_then_weights(validated):
    """8 GPUs. Gradients of 16.060522 GB: 7/8 less. Weights as many: less 1 - 1/8 - 2/32, as two layers are gathered."""
    notes = [{"gpus": "8", "notes": f"ZeRO-{stage}, accumulation 4"} for stage in (1, 2, 3)]
    one, two, three = validated(*({**FULL, **each} for each in notes))
    assert one.predicted - two.predicted == pytest.approx(16.060522 * 7 / 8, abs=1e-4)
    assert two.predicted - three.predicted == pytest.approx(16.060522 * (1 - 1 / 8 - 2 / 32), abs=1e-4)


def test_a_run_that_was_measured_fitted(validated):
    """8.03 billion with AdamW take 64 GB at the least: on 48 its states had 8 bits."""
    said = {**FULL, "gpu": "A6000", "optimizer": "AdamW"}
    left_open, in_8_bit = validated(said, {**said, "optimizer": "AdamW 8-bit"})
    assert left_open.predicted == in_8_bit.predicted
    (roomy,) = validated({**said, "gpu": "A100-80GB"})
    assert roomy.predicted > 64


def test_states_of_a_paged_optimizer_leave_a_full_gpu(validated):
    said = {**FULL, "optimizer": "paged AdamW mixed"}
    paged, plain = validated(said, {**said, "optimizer": "AdamW mixed"})
    assert plain.predicted - paged.predicted == pytest.approx(12 * 8.030261, abs=1e-4)


@pytest.mark.parametrize(
    ("notes", "gb"),
    [
        ("", 50.038055),
        (", max memory allocated", 50.038055),
        (", peak reserved memory", 50.038055 * 1.07),
        (", as nvidia-smi shows", 50.038055 * 1.07 + 1),
    ],
)
def test_what_was_measured(validated, notes, gb):
    (row,) = validated({**LORA, "gpu": "A100-80GB", "notes": LORA["notes"] + notes})
    assert row.predicted == pytest.approx(gb, abs=1e-4)


@pytest.mark.parametrize(
    ("more", "peak", "is_within"),
    [
        ({"notes": "LoRA r8 q,v, unpacked"}, "10", True),
        ({"notes": "LoRA r8 q,v, unpacked"}, "60", False),
        ({"grad_ckpt": "selective"}, "40", True),
        ({"grad_ckpt": "selective"}, "10", False),
        ({"grad_ckpt": "selective"}, "60", False),
    ],
)
def test_rows_that_give_a_bound(validated, more, peak, is_within):
    """At most 50.04, or 51.5 with all that the GPU has; at least 18.07 where all is computed again."""
    (row,) = validated({**LORA, **more, "peak_gb_per_gpu": peak})
    assert row.bound
    assert (row.ratio, row.why_not, row.is_within) == (None, "", is_within)


def test_what_software_does_unless_told_otherwise():
    def read(**more):
        return memory_rules.reading({**LORA, "gpus": "4", **more}).given

    assert (read()["loss"], read()["gathering"]) == ("whole", "layer by layer")
    assert read(source="github pytorch/torchtune README.md")["loss"] == "chunked"
    assert read(notes="with Liger kernels")["loss"] == "chunked"
    assert read(source="github Lightning-AI/litgpt tables.md")["gathering"] == "all"
    assert read(source="github some/where docs/torchtune.md")["loss"] == "whole"


def test_what_is_reserved_ends_with_the_gpu_where_lengths_vary(validated):
    """80 GiB; packed, 1.07 x (50.04 + 24 / 14 - 1 of the logits) + 1."""
    reserved = {**LORA, "gpu": "A100-80GB", "notes": "LoRA r8 q,v, peak reserved memory"}
    varying, packed = validated(reserved, {**reserved, "notes": reserved["notes"] + ", packed"})
    assert varying.high == pytest.approx(80 * 1.073741824)
    assert any("all of the GPU" in each for each in varying.doubts)
    assert packed.high == pytest.approx((50.038055 + 7.354712 * 10 / 14) * 1.07 + 1, abs=1e-4)


@pytest.mark.parametrize(
    ("peak", "unit", "gb"),
    [
        ("50 GB", "", 50),
        ("50GiB", "", 53.6870912),
        ("~50000 MB", "", 50),
        ("50 GB", "GB", 50),
        ("50 GB", "GB (total)", 50),
        ("50 GB", "GiB", None),
    ],
)
def test_a_unit_may_stand_in_the_cell(validated, peak, unit, gb):
    """But not another than that of its column."""
    (row,) = validated({**LORA, "peak_gb_per_gpu": peak, "unit": unit})
    assert row.reported == (None if gb is None else pytest.approx(gb))


def test_several_peaks_and_rough_ones(validated):
    peaks = ("40+60", "~50", "49-51", "50.0")
    assert [row.reported for row in validated(*({**LORA, "peak_gb_per_gpu": each} for each in peaks))] == [50] * 4


@pytest.mark.parametrize(
    ("notes", "steps"),
    [("", 1), ("gradient accumulation 4", 4), ("accumulation steps = 16", 16), ("micro_num 4", 4)],
)
def test_accumulation(notes, steps):
    assert memory_rules.reading({**LORA, "notes": notes}).given["accumulation_steps"] == steps


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"model": "Unheard"}, "the model 'Unheard' isn't known, and params_b doesn't say its size"),
        ({"method": "distillation"}, "the method 'distillation' isn't modelled"),
        ({"method": ""}, "no method is said"),
        ({"quant": "nf2x"}, "the number format 'nf2x' isn't modelled"),
        ({"micro_batch": ""}, "no micro_batch is said"),
        ({"micro_batch": "1.5"}, "micro_batch = '1.5': a whole number is wanted"),
        ({"seq_len": ""}, "no seq_len is said"),
        ({"seq_len": "long"}, "seq_len = 'long': a whole number is wanted"),
        ({"gpus": "0"}, "gpus = '0': a whole number is wanted"),
        ({"notes": "DeepSpeed CPU offload"}, "a part of it is moved to the CPU, which is outside the model"),
        ({"confidence": "heuristic, not measured"}, "a rule of thumb, and no measurement"),
        ({"unit": "furlong"}, "unit = 'furlong': GB, GiB, MB or MiB is wanted"),
        ({"peak_gb_per_gpu": ""}, "no peak is said"),
        ({"peak_gb_per_gpu": "some 50"}, "peak_gb_per_gpu = 'some 50': a number is wanted"),
        ({"notes": "LoRA r8 TP=2"}, "it is divided by tensors, stages or context, which is outside the model"),
        ({"notes": "pipeline parallel"}, "it is divided by tensors, stages or context, which is outside the model"),
        ({"name": "8B CP8"}, "it is divided by tensors, stages or context, which is outside the model"),
        ({"peak_gb_per_gpu": "nan"}, "peak_gb_per_gpu = 'nan': a number is wanted"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(validated, more, reason):
    (row,) = validated({**LORA, **more})
    assert (row.why_not, row.ratio) == (reason, None)


def test_a_run_out_of_memory_is_told_beside_what_was_predicted(validated):
    (row,) = validated({**LORA, "gpu": "A100-40GB", "peak_gb_per_gpu": "OOM(>40)"})
    assert row.why_not == (
        "it ran out of memory, and so has no peak; predicted are 50.0 GB of 39.5 GB that can be planned with"
    )


def test_a_model_by_its_size_alone(validated):
    (row,) = validated({**LORA, "model": "Unheard-7B", "params_b": "7"})
    assert 14 < row.predicted < 60
    assert any("usual shape" in each for each in row.doubts)


def test_models_are_found_however_they_are_spelt(validated):
    spellings = ("llama-3.1-8b", "meta-llama/Llama-3.1-8B", "Llama 3.1 8B")
    assert len({row.predicted for row in validated(*({**LORA, "model": each} for each in spellings))}) == 1


def test_fewer_columns_do(validated):
    columns = ("model", "method", "micro_batch", "seq_len", "peak_gb_per_gpu")
    (row,) = validated(LORA, columns=columns)
    assert row.ratio is not None
    assert row.name == "Llama-3.1-8B"
    (row,) = validated({**LORA, "method": "inference"}, columns=("model", "method", "peak_gb_per_gpu"))
    assert row.predicted == pytest.approx(2 * 8.030261248)
    (row,) = validated({**LORA, "params_b": "8"}, columns=("params_b", "method", "peak_gb_per_gpu"))
    assert row.why_not == "no micro_batch is said"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "names none of the known columns"),
        ("x,y\n1,2\n", "names none of the known columns"),
        ("model,model,method,peak_gb_per_gpu\n", "the column model stands twice"),
        ('model,method,peak_gb_per_gpu\n"x,y\n', "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path, text, reason):
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    with pytest.raises(XlcostError, match=r"wrong\.csv.*") as refusal:
        validate_memory(path)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("model,method\nLlama-3.1-8B,inference\n", "no peak is said"),
        ("method,peak_gb_per_gpu\nlora,3\n", "the model '' isn't known, and params_b doesn't say its size"),
        ("Model,Peak_GB_per_GPU\nLlama-3.1-8B,3\n", "no method is said"),
    ],
)
def test_of_a_file_that_lacks_columns_each_row_says_what_it_lacks(tmp_path, text, reason):
    path = tmp_path / "few.csv"
    path.write_text(text)
    (row,) = validate_memory(path).rows
    assert row.why_not == reason


def test_what_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x81")
    for path in (tmp_path, tmp_path / "none.csv", tmp_path / "bytes.csv"):
        with pytest.raises(XlcostError, match="can't be read as a CSV file"):
            validate_memory(path)


def test_a_short_row_and_a_long_one_are_read(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("model,method,peak_gb_per_gpu\nLlama-3.1-8B\nLlama-3.1-8B,inference,16,more,and more\n")
    short, long = validate_memory(path).rows
    assert short.why_not == "no method is said"
    assert long.ratio == pytest.approx(1, abs=0.01)


# What ships


def test_the_columns_of_the_reference():
    text = (resources.files("xlcost.catalog") / "reference" / "memory.csv").read_text("utf-8")
    assert tuple(text.splitlines()[0].split(",")) == COLUMNS


def test_every_row_of_the_reference_is_compared_or_says_why(shipped):
    assert len(shipped.rows) == 235
    assert all((row.ratio is None) == bool(row.why_not or row.bound) for row in shipped.rows)
    assert all(row.low <= row.predicted <= row.high for row in shipped.rows if row.ratio and row.method != "inference")
    assert all(row.is_within for row in shipped.rows if row.bound)


def test_how_well_the_reference_is_predicted(shipped):
    found = {each.group: each for each in (*shipped.by_source(), *shipped.summary())}
    assert found["github Lightning-AI/litgpt"].mean_error <= 0.12
    assert found["github huggingface/peft"].mean_error <= 0.12
    assert found["all"].median_error <= 0.12
    assert found["LoRA"].too_low == 0
    assert found["all"].mean_error <= 0.12
    assert found["all"].too_low_unsaid == 0
    assert found["github pytorch/torchtune"].mean_error <= 0.18


def test_how_well_rows_are_predicted_that_were_collected_later():
    """None is too low unsaid. Of ms-swift, which tells what it has reserved, that says little: its range is the GPU."""
    report = validate_memory(shipped="holdout-2026-11-25-memory")
    assert len(report.rows) == 251
    assert all(row.ratio or row.why_not or row.is_within is not None for row in report.rows)
    found = {each.group: each for each in (*report.by_source(), *report.summary())}
    assert found["github QwenLM/Qwen"].mean_error <= 0.15
    assert found["all"].mean_error <= 0.20
    assert found["all"].too_low_unsaid == 0


def test_runs_that_ran_out_of_memory_are_mostly_foreseen(shipped):
    gpus = graph().catalog.tables["gpus"].column("memory_gb")
    out = [row for row in shipped.rows if "ran out" in row.why_not]
    sold = {"OOM": gpus["A100-40GB"], "OOM(>24)": gpus["A10G"]}
    assert len(out) == 19
    assert sum(row.predicted > 0.92 * 1.073741824 * min(sold.values()) for row in out) >= 17


def test_a_summary_of_nothing(validated):
    from xlcost.analysis.memory_validation import MemoryReport

    assert MemoryReport(validated({**LORA, "model": "x"})).summary() == ()


def test_older_models_make_up_their_parameters():
    """Layers, embedding and head from the dimensions, within 1%."""
    for name, each in older_models().items():
        attention = 2 * each["hidden"] * (each["attention_width"] + each["kv_width"])
        blocks = each["layers"] * (attention + each["ffn_matrices"] * each["hidden"] * each["ffn"])
        counted = blocks + each["vocab"] * each["hidden"] * (2 - each["tied_head"])
        assert math.isclose(counted, each["model_params"], rel_tol=0.01), name
