"""Named constants: conversions, and numbers that a definition fixes."""

from xlcost.model.expressions import constant

ROUNDING_TOLERANCE = constant("What still counts as a whole number when counting", 1e-9, "1", "convention of xlcost")
SAME_SUM = constant(
    "Share by which sums of the same numbers may differ",
    1e-13,
    "1",
    "of 16 digits, the last few may be rounded otherwise",
)
SECONDS_PER_HOUR = constant("Seconds in an hour", 3600, "second/hour")
MINUTES_PER_HOUR = constant("Minutes in an hour", 60, "minute/hour")
HOURS_PER_MONTH = constant("Hours in a month", 730, "hour/month", "8,760 hours a year over 12")
MONTHS_PER_YEAR = constant("Months in a year", 12, "month/year")
FLOP_PER_TFLOP = constant("FLOP in a TFLOP", 1e12, "FLOP/TFLOP")
TOKENS_PER_MTOKEN = constant("Tokens in a million tokens", 1e6, "token/Mtoken")
BYTES_PER_GB = constant("Bytes in a GB", 1e9, "byte/GB", "decimal, as storage is billed; a GiB is 1,073,741,824 bytes")
YEAR = constant("A year", 12, "month")
ONE_MONTH = constant("A month", 1, "month")
ONE_EXAMPLE = constant("An example", 1, "example", "a sample is counted in examples")
ONE_ITEM = constant("An item", 1, "item", "a sample is counted in items")
POINTS = constant("Points of quality in all of it", 100, "point", "a point is a hundredth")
AT_ONCE = constant("All of it in one month", 1, "1/month")
PARAMS_PER_LAYER = constant(
    "Parameters of a layer, for its width squared",
    12,
    "param/layer/dim/dim",
    "4 of attention and 8 of a feed-forward block",
)
CUBE_ROOT = constant("Exponent of a cube root", 1 / 3, "1", "mathematics")
DIMS_PER_LAYER = constant(
    "Width of a model for each of its layers", 128, "dim/layer", "shape of Llama 3 and Qwen 2.5 models of 7B to 70B"
)
VOCABULARY = constant(
    "Entries in the vocabulary of an unlisted model",
    128256,
    "param/dim",
    "Llama 3; an embedding has this many parameters for each dim",
)
ATTENTION_FLOP = constant(
    "FLOP of attention for a layer, dim, token and token before it",
    12, "FLOP*example/token/layer/dim/token", "PaLM 2204.02311, appendix B",
)  # fmt: skip
CAUSAL_SHARE = constant("Share of the attention matrix below its diagonal", 0.5, "share", "causal attention")
FORWARD_FLOP = constant("FLOP of a forward pass for a parameter and token", 2, "FLOP/param/token", "Kaplan 2001.08361")
FAST_GPU = constant(
    "Peak from which a GPU counts as fast",
    600,
    "TFLOP/second/GPU",
    "between Ada (at most 364) and Hopper (at least 756): the same software and model reach 0.73 of the MFU there",
)
EXPERTS_SHARE = constant(
    "MFU of a mixture of experts, of that of a dense model",
    0.7,
    "x",
    "bf16 on Hopper and later: 17 rows of NeMo Automodel and Megatron Bridge have a median of 0.28, dense ones 0.39",
)
PRIOR_SIGMA = constant("Spread of ln MFU, by the software alone", 0.45, "1", "published runs, by sources left out")
CALIBRATED_SIGMA = constant(
    "Spread of ln MFU, once a speed was measured", 0.29, "1", "published runs, one of a set predicting the others"
)
NORMAL_P90 = constant("Standard deviations from the median to P90", 1.2815515655446004, "1", "normal distribution")
WORK_HOURS = constant("Working hours of a person", 2080, "hour/year", "52 weeks of 40 hours, as in BLS tables")
HIGH_MFU = constant(
    "MFU that few runs ever reach", 0.6, "share", "above the P90 of every stack in the catalogue but one"
)
SURE_TO_SHIP = constant(
    "Chance to ship from which it is not said beside a verdict", 0.95, "share",
    "convention of xlcost: one failure in twenty is where statistics usually draw the line",
)  # fmt: skip
USUAL_EXPERIMENTS = constant("Experiments that most teams need", 3, "experiment", "convention of xlcost")
LOW_UTILISATION = constant("Utilisation at the peak below which GPUs idle", 0.1, "share", "convention of xlcost")
GPU_BY_ITSELF = constant("A GPU by itself", 1, "GPU/instance")
ONE_REPLICA = constant("A replica", 1, "replica")
KWH_PER_KW_HOUR = constant("kWh of a kW for an hour", 1, "kWh/kW/hour")
CHECK_TOLERANCE = constant("Difference that a check takes for rounding", 0.005, "USD", "half a cent")

# Memory

PLAIN_BYTES = constant("Bytes of a number in bf16", 2, "byte/param")
NF4_BYTES = constant(
    "Bytes of a number in 4-bit NF4 with its constants, quantised once more", 0.5156, "byte/param",
    "4 bits, and 8 for each 64, and 32 for each 16,384; Dettmers et al. 2305.14314",
)  # fmt: skip
MATRIX_WEIGHT = constant("Parameters of a matrix in each layer, for a row and a column", 1, "param/dim/dim/layer")
EMBEDDING = constant("Parameters of an embedding, for an entry and a dim", 1, "param/dim")
ONE_LAYER = constant("A layer", 1, "layer")
ONE_GPU = constant("A GPU", 1, "GPU")
USUAL_FFN = constant("Feed-forward size of a usual model, for its width", 8 / 3, "x", "three matrices of 8 width^2")
GATED_MATRICES = constant("Matrices of a feed-forward block with a gate", 3, "count")
KEPT_BYTES = constant("Bytes of an activation in bf16", 2, "byte/token/dim/layer")
WIDTH_KEPT = constant("Activations kept in a layer, for its hidden size", 9, "x", "Korthikanti et al. 2205.05198")
GATED_KEPT = constant(
    "Activations kept in a feed-forward block with a gate, for its size", 4.5, "x",
    "gate, its activation, what it is multiplied with, their product, and part of the normalised input",
)  # fmt: skip
PLAIN_KEPT = constant(
    "Activations kept in a feed-forward block without a gate, for its size",
    1,
    "x",
    "the input of its activation; the published peaks of phi-1.5 and StableLM Alpha agree within 5%",
)
KEPT_IN_4_BIT = constant(
    "Inputs of products kept for 4-bit weights", 1.5, "x",
    "estimate: between 0.6 and 2.4 over the published peaks of QLoRA in catalog/reference/memory.csv",
)  # fmt: skip
LOGIT_BYTES = constant(
    "Bytes of a logit: bf16, fp32, its softmax and the gradient of that", 14, "byte/token", "2 + 4 + 4 + 4"
)
CHUNKED_LOGITS = constant("Logits that are there at once with a chunked loss", 1 / 8, "share", "eight chunks")
SOLD_GB = constant(
    "GB in a GB that a GPU is sold with", 1.073741824, "x", "vendors count in GiB: an A100 with 40 GB has 40,960 MiB"
)
FITTING_SHARE = constant(
    "Share of a GPU's memory that may be planned with", 0.92, "share",
    "convention; cards with error correction in GDDR show 6% less than they are sold with",
)  # fmt: skip
