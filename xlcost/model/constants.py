"""Named constants: conversions, and numbers that a definition fixes."""

from xlcost.model.expressions import constant

ROUNDING_TOLERANCE = constant("What still counts as a whole number when counting", 1e-9, "1", "convention of xlcost")
SECONDS_PER_HOUR = constant("Seconds in an hour", 3600, "second/hour")
MINUTES_PER_HOUR = constant("Minutes in an hour", 60, "minute/hour")
HOURS_PER_MONTH = constant("Hours in a month", 730, "hour/month", "8,760 hours a year over 12")
MONTHS_PER_YEAR = constant("Months in a year", 12, "month/year")
FLOP_PER_TFLOP = constant("FLOP in a TFLOP", 1e12, "FLOP/TFLOP")
TOKENS_PER_MTOKEN = constant("Tokens in a million tokens", 1e6, "token/Mtoken")
BYTES_PER_GB = constant("Bytes in a GB", 1e9, "byte/GB", "decimal, as storage is billed; a GiB is 1,073,741,824 bytes")
YEAR = constant("A year", 12, "month")
ONE_MONTH = constant("A month", 1, "month")
AT_ONCE = constant("All of it in one month", 1, "1/month")
PARAMS_PER_LAYER = constant(
    "Parameters of a layer, for its width squared",
    12,
    "param/layer/dim/dim",
    "4 of attention and 8 of a feed-forward block",
)
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
WORK_HOURS = constant("Working hours of a person", 2080, "hour/year", "52 weeks of 40 hours, as in BLS tables")
CONFIDENCE = constant("Confidence that a number of experiments suffices", 0.95, "share", "convention")
HIGH_MFU = constant(
    "MFU that few runs ever reach", 0.6, "share", "above the P90 of every stack in the catalogue but one"
)
USUAL_EXPERIMENTS = constant("Experiments that most teams need", 3, "experiment", "convention of xlcost")
LOW_UTILISATION = constant("Utilisation at the peak below which GPUs idle", 0.1, "share", "convention of xlcost")
ONE_GPU = constant("A GPU by itself", 1, "GPU/instance")
ONE_REPLICA = constant("A replica", 1, "replica")
KWH_PER_KW_HOUR = constant("kWh of a kW for an hour", 1, "kWh/kW/hour")
CHECK_TOLERANCE = constant("Difference that a check takes for rounding", 0.005, "USD", "half a cent")
