"""How a published peak of GPU memory becomes inputs of the model: by rules on what a row says.

The rules, which hold for every row alike:

- The model is found by its name, whatever its spelling, in the catalogue and among the older models of
  catalog/reference/models.csv; otherwise `params_b` makes a model of usual shape.
- `method` names full, LoRA or QLoRA. Adapter methods beside LoRA that train a few parameters (peft, adapter) are
  taken as LoRA on query and value; adapter_v2, which changes every linear layer, as LoRA on all.
- Where a LoRA row doesn't name its matrices, all are taken; "q,v" says query and value; r8 or rank32 the rank,
  `trainable 9175040` the parameters that are trained.
- `quant`: none is bf16; 4-bit formats take 4.5 bits, or 4.1 with double quantisation (dq); 8-bit a byte.
- `optimizer`: 8-bit, in the backward pass, mixed, SGD as they say; a plain AdamW keeps its states in the precision of
  the weights, bf16.
- `grad_ckpt`: yes or no; anything else is taken as no.
- More than one GPU: the model is divided where the row says so (FSDP, ZeRO, shard), or where a whole copy doesn't fit
  on the GPU. While computing, all weights are gathered where that fits, layer by layer where it doesn't.
- One micro-batch at a time; a chunked loss where the row says so.
- Reported peaks are those of the framework: tensors, without what CUDA takes. GiB are converted.

What a row leaves open is varied, and gives the range of its prediction.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from xlcost.model import graph

UNITS = {"": 1.0, "gb": 1.0, "gib": 1.073741824, "mb": 1e-3, "mib": 1.048576e-3}  # in GB, which are decimal
INFERENCE = "inference"

_DIMENSIONS = {
    "params": "model_params",
    "layers": "layers",
    "attention_width": "attention_width",
    "hidden": "hidden",
    "ffn": "ffn",
    "vocab": "vocab",
    "kv_width": "kv_width",
    "matrices": "ffn_matrices",
    "tied": "tied_head",
}
_FEW_PARAMETERS = ("peft", "adapter", "prefix", "prompt", "ia3")
_NO_ANSWER = ("", "none", "nan", "null", "-", "?", "n/a", "bf16", "bfloat16", "fp16", "float16", "16-bit")


class Unusable(Exception):
    """Why a row can't be predicted."""


@dataclass
class Reading:
    """What a row says as inputs of the model, and what it leaves open."""

    kind: str = ""  # full, LoRA, QLoRA, other adapters, inference
    given: dict[str, Any] = field(default_factory=dict)
    open: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # other values that would fit what the row says
    doubts: list[str] = field(default_factory=list)

    def leave_open(self, name: str, taken: Any, *others: Any, doubt: str) -> None:
        """Take a value for what the row doesn't say."""
        self.given[name] = taken
        self.open[name] = others
        self.doubts.append(doubt)


def reading(row: Mapping[str, str]) -> Reading:
    """A row as inputs of the model. Raises Unusable."""
    words = " ".join(row.get(name, "") for name in ("name", "optimizer", "grad_ckpt", "notes")).lower()
    if re.search(r"heuristic|not measured|rule of thumb|estimat", row.get("confidence", "").lower()):
        raise Unusable("a rule of thumb, and no measurement")
    if "offload" in words:
        raise Unusable("a part of it is moved to the CPU, which is outside the model")
    read = Reading()
    _model(read, row)
    _method(read, row, words)
    _format(read, row)
    _gpus(read, row, words)
    if read.kind == INFERENCE:
        return read
    _batch(read, row, words)
    _optimizer(read, words)
    _checkpointing(read, row)
    return read


def plain(name: str) -> str:
    """A model's name without owner, case and punctuation."""
    return re.sub(r"[^a-z0-9.]", "", name.lower().rpartition("/")[2])


def number(text: str) -> float | None:
    """A number above 0, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 1e15 else None


@functools.cache
def _names() -> dict[str, str]:
    """The catalogue's models by plain name and alias."""
    table = graph().catalog.tables["models"]
    found = {plain(alias): key for alias, key in table.aliases.items()}
    return {**found, **{plain(key): key for key in table.rows if key != "custom"}}


@functools.cache
def _older() -> dict[str, dict[str, float]]:
    """Models that only published measurements name, by plain name and alias."""
    file = resources.files("xlcost.catalog") / "reference" / "models.csv"
    found = {}
    for row in csv.DictReader(file.read_text("utf-8").splitlines()):
        given = {name: float(row[column]) for column, name in _DIMENSIONS.items()}
        for alias in (row["model"], *row["aliases"].split("|")):
            found[plain(alias)] = given
    return found


def _model(read: Reading, row: Mapping[str, str]) -> None:
    name = plain(row.get("model", ""))
    billions = number(row.get("params_b", ""))
    if name in _older():
        read.given.update(_older()[name], model="custom")
    elif name in _names():
        read.given["model"] = _names()[name]
    elif billions is not None and billions < 1e5:
        read.given.update(model="custom", model_params=billions * 1e9)
        read.doubts.append("the model isn't known: a usual shape of its size")
    else:
        raise Unusable(f"the model {row.get('model', '')!r} isn't known, and params_b doesn't say its size")


def _method(read: Reading, row: Mapping[str, str], words: str) -> None:
    method = row.get("method", "").strip().lower()
    if "dpo" in method:
        read.given["objective"] = "DPO"
    if INFERENCE in method:
        read.kind, read.given["method"] = INFERENCE, "LoRA"
        read.given["trained_params"] = 0.0
        return
    if "full" in method or method == "sft":
        read.kind, read.given["method"] = "full", "full"
        return
    if "lora" in method:
        read.kind = read.given["method"] = "QLoRA" if "qlora" in method else "LoRA"
        if re.search(r"\bq(_proj)?\s*(,|and|\+|/)\s*v(_proj)?\b", words):
            read.given["lora_modules"] = "q and v"
        elif re.search(r"all[- ]linear|all modules", words):
            read.given["lora_modules"] = "all linear"
        else:
            doubt = "which matrices have an adapter isn't said: all"
            read.leave_open("lora_modules", "all linear", "q and v", doubt=doubt)
    elif "adapter_v2" in method:
        read.kind, read.given["method"], read.given["lora_modules"] = "other adapters", "LoRA", "all linear"
    elif any(word in method for word in _FEW_PARAMETERS):
        read.kind, read.given["method"] = "other adapters", "LoRA"
        doubt = "what this adapter keeps isn't modelled: as LoRA on query and value"
        read.leave_open("lora_modules", "q and v", "all linear", doubt=doubt)
    else:
        raise Unusable(f"the method {row.get('method', '')!r} isn't modelled" if method else "no method is said")
    if found := re.search(r"\b(?:lora )?(?:r|rank)[ =]?(\d{1,5})\b", words):
        read.given["lora_rank"] = max(1.0, float(found[1]))
    if (found := re.search(r"trainable (\d{1,15})\b", words)) and read.given["method"] != "full":
        read.given["trained_params"] = float(found[1])


def _format(read: Reading, row: Mapping[str, str]) -> None:
    quant = row.get("quant", "").strip().lower()
    if quant in _NO_ANSWER:
        if read.kind == "QLoRA":
            read.leave_open("weight_bytes", 0.5156, 0.5625, doubt="the 4-bit format isn't said: double quantised NF4")
        return
    if re.search(r"nf4|fp4|int4|4-?bit", quant):
        read.given["weight_bytes"] = 0.5156 if "dq" in quant or "double" in quant else 0.5625
    elif re.search(r"int8|fp8|8-?bit", quant):
        read.given["weight_bytes"] = 1.0
    else:
        raise Unusable(f"the number format {row['quant']!r} isn't modelled")
    if read.kind == "LoRA":
        read.kind = "QLoRA"


def _gpus(read: Reading, row: Mapping[str, str], words: str) -> None:
    said = row.get("gpus", "").strip()
    gpus = number(said) if said else 1.0
    if gpus is None or gpus != int(gpus):
        raise Unusable(f"gpus = {said!r}: a whole number is wanted")
    read.given["gpus"] = gpus
    key = graph().catalog.tables["gpus"].find(row.get("gpu", "").strip())
    if key is not None:
        read.given["gpu"] = key
    if gpus > 1:
        if re.search(r"fsdp|zero|shard|deepspeed", words):
            read.given["sharding"] = "shard all"
        else:
            doubt = "whether the model is divided among the GPUs isn't said: only where a copy doesn't fit"
            read.leave_open("sharding", None, "none", "shard all", doubt=doubt)
        doubt = "how weights are gathered isn't said: all at once where that fits"
        read.leave_open("gathering", None, "all", "layer by layer", doubt=doubt)
    else:
        read.given["sharding"] = "none"


def _batch(read: Reading, row: Mapping[str, str], words: str) -> None:
    said = row.get("micro_batch", "").strip()
    batch = number(said)
    if batch is None or batch != int(batch) or batch > 1e6:
        raise Unusable(f"micro_batch = {said!r}: a whole number is wanted" if said else "no micro_batch is said")
    said = row.get("seq_len", "").strip()
    length = number(said.lstrip("<=≤~ "))
    if length is None or length != int(length) or length > 1e7:
        raise Unusable(f"seq_len = {said!r}: a whole number is wanted" if said else "no seq_len is said")
    if said[0] in "<≤" or "unpacked" in words or "padded" in words:
        read.doubts.append("the sequence length is a maximum: the prediction is one, too")
    elif not re.search(r"\bpacked\b|longest", words):
        read.doubts.append("whether sequences are as long as seq_len isn't said: they are taken to be")
    if "compile" in words:
        read.doubts.append("a compiler keeps less than is predicted")
    read.given.update(micro_batch=batch, sequence_tokens=length)
    if "chunked" in words:
        read.given["loss"] = "chunked"


def _optimizer(read: Reading, words: str) -> None:
    if re.search(r"8-?bit", words):
        backward = re.search(r"\b(in )?(bwd|backward)\b", words)
        read.given["optimizer"] = "AdamW 8-bit in backward" if backward else "AdamW 8-bit"
    elif re.search(r"\bmixed\b|\bamp\b", words):
        read.given["optimizer"] = "AdamW mixed"
    elif re.search(r"\bsgd\b", words):
        read.given["optimizer"] = "SGD"
    elif re.search(r"\badamw?\b", words) and "variant" not in words:
        read.given["optimizer"] = "AdamW bf16"
    elif read.kind == "full":
        doubt = "the optimiser isn't said: AdamW in bf16"
        read.leave_open("optimizer", "AdamW bf16", "AdamW mixed", "AdamW 8-bit", doubt=doubt)
    else:
        read.given["optimizer"] = "AdamW bf16"


def _checkpointing(read: Reading, row: Mapping[str, str]) -> None:
    said = row.get("grad_ckpt", "").strip().lower()
    if said.startswith(("yes", "true", "on", "1")):
        read.given["activation_checkpointing"] = "yes"
    elif said.startswith(("no", "false", "off", "0")) and said not in ("nan", "none", "not said"):
        read.given["activation_checkpointing"] = "no"
    else:
        doubt = "whether activations are computed twice isn't said: no"
        read.leave_open("activation_checkpointing", "no", "yes", doubt=doubt)
