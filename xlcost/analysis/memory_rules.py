"""How a published peak of GPU memory becomes inputs of the model: by rules on what a row says.

The rules, which hold for every row alike:

- Numbers, models and GPUs are read by the rules of `as_written`; an unknown model has a usual shape of its size.
- `method` names full, LoRA or QLoRA. Adapter methods beside LoRA that train a few parameters (peft, adapter) are
  taken as LoRA on query and value; adapter_v2, which changes every linear layer, as LoRA on all.
- Where a LoRA row doesn't name its matrices, all are taken; "q,v" says query and value, and so, nearest, do those of
  attention; r8 or rank32 the rank, `trainable 9175040` the parameters that are trained. Where embedding and output
  layer are trained as well, they are added.
- `quant`: none is bf16; 4-bit formats take 4.5 bits, or 4.1 with double quantisation (dq); 8-bit a byte.
- `optimizer`: 8-bit, in the backward pass, mixed (or DeepSpeed, or fp32 parameters), SGD as they say; a plain AdamW
  keeps its states in the precision of the weights, bf16, or else is mixed; of an adapter it is mixed. Which isn't said
  is left open. States of a paged one are on the GPU only where there is room for all.
- `grad_ckpt`: yes (full) or no; anything else is taken as no.
- More than one GPU: the model is divided where the row says so (FSDP, ZeRO, shard), or where a whole copy doesn't fit
  on the GPU; with ZeRO-1 only states, with ZeRO-2 also gradients. Weights are gathered layer by layer, as the default
  wrapping does; or all at once, as by software before PyTorch 2.1, which kept frozen ones (its issue 95805).
- Gradients of several micro-batches are kept where the row says that it accumulates. The loss is chunked where it
  says so.
- What software does unless told otherwise is taken of software that the row names (SOFTWARE).
- A run that was measured fitted its GPU: of what is left open, the first that fits is taken.
- Reported peaks are those of the framework: tensors. Where a row says that they are what the framework has reserved,
  or names software that reports that, gaps are added; where it says nvidia-smi, also what CUDA takes. GiB are
  converted. Of several (67+73), their mean.

What a row leaves open is varied, and gives the range of its prediction. Where lengths vary, and what is reported is
what the framework has reserved, only the GPU ends the range: blocks of one length don't serve another, and more are
taken (NVIDIA/NeMo, pull request 9061).

Some rows give a bound and no more, and are counted apart:

- texts of different lengths that are neither packed nor as long as seq_len: the peak is at most what is predicted;
- selective checkpointing: it is between those with and without.

Not covered: parts on the CPU, and a model divided by tensors, stages or context (TP, PP, CP).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xlcost.analysis.as_written import BILLIONS, TOKENS, gpu_of, known_model, number_in, size_in

UNITS = {"": 1.0, "gb": 1.0, "gib": 1.073741824, "mb": 1e-3, "mib": 1.048576e-3}  # in GB, which are decimal
INFERENCE = "inference"

_FEW_PARAMETERS = ("peft", "adapter", "prefix", "prompt", "ia3")
_DIVIDED_OTHERWISE = re.compile(
    r"\b(?:tp|pp|cp|sp)[ =:]?(?:[2-9]|[1-9][0-9]+)\b|\b(?:tensor|pipeline|context|sequence)[- ]parallel\w*"
    r"(?: |=|: ?)?(?!1\b)|layers divided between"
)
_CHUNKED = re.compile(r"chunk|cut cross|fused linear cross")

# What software does unless told otherwise, from its own pages.
SOFTWARE: tuple[tuple[str, str, str, str], ...] = (
    ("torchtune", "loss", "chunked", "recipes/configs/llama3_1/*.yaml: CEWithChunkedOutputLoss"),
    ("liger", "loss", "chunked", "README: fused linear cross entropy"),
    ("unsloth", "loss", "chunked", "docs/basics/unsloth-benchmarks: Apple's cut cross entropy"),
    ("ms-swift", "measured", "reserved", "swift/utils/torch_utils.py: max_memory_reserved"),
    ("torchtitan", "measured", "reserved", "torchtitan/components/metrics.py: max_reserved_gib"),
    ("unsloth", "measured", "reserved", "its notebooks: peak reserved memory"),
    ("litgpt", "gathering", "all", "issue 1417: adapters share a unit of FSDP with frozen weights"),
)
_NO_ANSWER = ("", "none", "nan", "null", "-", "?", "n/a", "bf16", "bfloat16", "fp16", "float16", "16-bit")


class Unusable(Exception):
    """Why a row can't be predicted."""


@dataclass
class Reading:
    """What a row says as inputs of the model, and what it leaves open."""

    kind: str = ""  # full, LoRA, QLoRA, other adapters, inference
    bound: str = ""  # why a row gives a bound alone
    stage: int = 3  # of ZeRO: 1 divides states, 2 also gradients, 3 all
    trains_embedding: bool = False
    is_paged: bool = False
    is_fused: bool = False  # the optimiser's step makes no copies
    measured: str = "tensors"  # tensors, reserved, device
    is_boundless: bool = False  # what is reserved may be all of the GPU
    given: dict[str, Any] = field(default_factory=dict)
    open: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # other values that would fit what the row says
    last: dict[str, Any] = field(default_factory=dict)  # what is taken where none of them fits the GPU
    doubts: list[str] = field(default_factory=list)

    def leave_open(self, name: str, taken: Any, *others: Any, doubt: str) -> None:
        """Take a value for what the row doesn't say."""
        self.given[name] = taken
        self.open[name] = others
        self.doubts.append(doubt)


def reading(row: Mapping[str, str]) -> Reading:
    """A row as inputs of the model. Raises Unusable."""
    words = " ".join(row.get(name, "") for name in ("name", "method", "optimizer", "grad_ckpt", "notes")).lower()
    if re.search(r"heuristic|not measured|rule of thumb|estimat", row.get("confidence", "").lower()):
        raise Unusable("a rule of thumb, and no measurement")
    if "offload" in words:
        raise Unusable("a part of it is moved to the CPU, which is outside the model")
    if _DIVIDED_OTHERWISE.search(words):
        raise Unusable("it is divided by tensors, stages or context, which is outside the model")
    read = Reading()
    _model(read, row)
    _method(read, row, words)
    _format(read, row)
    software = re.sub(r"\S*[./]\S*\.\w+", " ", f"{words} {row.get('source', '')}".lower())  # without names of files
    software = f"{software} {row.get('source', '').lower().split(' ')[1] if ' ' in row.get('source', '') else ''}"
    usual = {name: value for word, name, value, _ in SOFTWARE if word in software}
    read.measured = _measured(row, words) or usual.get("measured", read.measured)
    _gpus(read, row, words, usual.get("gathering", "layer by layer"))
    if read.kind == INFERENCE:
        return read
    _batch(read, row, words)
    _loss(read, words, usual.get("loss", "whole"))
    _optimizer(read, words)
    _checkpointing(read, row)
    return read


def _measured(row: Mapping[str, str], words: str) -> str | None:
    said = f"{words} {row.get('where', '')} {row.get('confidence', '')}".lower()
    if re.search(r"nvidia-smi|device memory", said):
        return "device"
    if re.search(r"(?:peak|max\w*)[ _](?:memory[ _])?reserved|reserved memory", said):
        return "reserved"
    return "tensors" if re.search(r"\ballocated\b|memory_allocated", said) else None


def _model(read: Reading, row: Mapping[str, str]) -> None:
    name = row.get("model", "")
    billions = number_in(row.get("params_b", ""), BILLIONS)
    if isinstance(known := known_model(name), Mapping):
        read.given.update(known, model="custom")
    elif known is not None:
        read.given["model"] = known
    elif (size := billions or size_in(name)) is not None and size < 1e5:
        read.given.update(model="custom", model_params=size * 1e9)
        read.doubts.append("the model isn't known: a usual shape of its size")
    else:
        raise Unusable(f"the model {name!r} isn't known, and params_b doesn't say its size")


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
        elif re.search(r"all[- ](?:the )?linear|all modules", words):
            read.given["lora_modules"] = "all linear"
        elif re.search(r"\b(?:c_attn|qkvo?)\b|\bq(?:_proj)?\W+k(?:_proj)?\W+v", words) and not re.search(
            r"gate|up_proj|down|mlp|\bw[123]\b", words
        ):
            doubt = "its adapters are on attention, of which there are more kinds: as on query and value"
            read.leave_open("lora_modules", "q and v", "all linear", doubt=doubt)
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
    read.trains_embedding = bool(
        re.search(r"\(emb\)|modules_to_save|embeddings? (?:and|\+) (?:output|head|lm_head)[a-z ]* trained", words)
    )
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


def _gpus(read: Reading, row: Mapping[str, str], words: str, usual: str) -> None:
    said = row.get("gpus", "").strip()
    gpus = number_in(said) if said else 1.0
    if gpus is None or gpus != int(gpus):
        raise Unusable(f"gpus = {said!r}: a whole number is wanted")
    read.given["gpus"] = gpus
    if (key := gpu_of(row.get("gpu", ""))) is not None:
        read.given["gpu"] = key
    if gpus > 1:
        if re.search(r"\bddp\b", words):
            read.given["sharding"] = "none"
        elif re.search(r"fsdp|zero|shard|deepspeed", words):
            read.given["sharding"] = "shard all"
            if found := re.search(r"zero[- _]?([123])", words):
                read.stage = int(found[1])
        else:
            doubt = "whether the model is divided among the GPUs isn't said: only where a copy doesn't fit"
            read.leave_open("sharding", None, "none", "shard all", doubt=doubt)
        other = "all" if usual == "layer by layer" else "layer by layer"
        read.leave_open("gathering", usual, other, doubt=f"how weights are gathered isn't said: {usual}")
    else:
        read.given["sharding"] = "none"


def _batch(read: Reading, row: Mapping[str, str], words: str) -> None:
    said = row.get("micro_batch", "").strip()
    batch = number_in(said)
    if batch is None or batch != int(batch) or batch > 1e6:
        raise Unusable(f"micro_batch = {said!r}: a whole number is wanted" if said else "no micro_batch is said")
    said = row.get("seq_len", "").strip()
    length = number_in(said.lstrip("<=≤ "), TOKENS)
    if length is None or length != int(length) or length > 1e7:
        raise Unusable(f"seq_len = {said!r}: a whole number is wanted" if said else "no seq_len is said")
    if re.search(r"\bunpacked\b|\bnot packed\b", words) and said[0] not in "<≤":
        read.bound = "texts are shorter than seq_len and not packed: the peak is at most what is predicted"
    elif said[0] in "<≤":
        read.doubts.append("the sequence length is a maximum: the prediction is one, too")
    elif not re.search(r"\bpacked\b|longest|full length", words):
        read.doubts.append("whether sequences are as long as seq_len isn't said: they are taken to be")
    if read.measured == "reserved" and not re.search(r"(?<!un)(?<!not )\bpacked\b|longest|full length", words):
        read.is_boundless = True
        read.doubts.append("it is what the framework has reserved: as lengths vary, that can become all of the GPU")
    if "compile" in words:
        read.doubts.append("a compiler keeps less than is predicted")
    read.given.update(micro_batch=batch, sequence_tokens=length)
    found = re.search(r"\baccumulat\w*(?: of| steps)?[ =:]*(\d{1,6})\b|\bmicro_num[ =:]*(\d{1,6})\b", words)
    read.given["accumulation_steps"] = float(found[1] or found[2]) if found else 1.0


def _loss(read: Reading, words: str, usual: str) -> None:
    if _CHUNKED.search(words):
        read.given["loss"] = "chunked"
    else:
        other = "chunked" if usual == "whole" else "whole"
        read.leave_open("loss", usual, other, doubt=f"whether the loss is computed in chunks isn't said: {usual}")


def _optimizer(read: Reading, words: str) -> None:
    read.is_paged = "paged" in words
    read.is_fused = "fused" in words or "backward" in words or "bwd" in words
    if re.search(r"8-?bit", words) and "adam" in words:
        backward = re.search(r"\b(in )?(bwd|backward)\b", words)
        read.given["optimizer"] = "AdamW 8-bit in backward" if backward else "AdamW 8-bit"
    elif re.search(r"\bmixed\b|\bamp\b|deepspeed|\bfp32 (?:param|weight|master)", words):
        read.given["optimizer"] = "AdamW mixed"
    elif re.search(r"\bsgd\b", words):
        read.given["optimizer"] = "SGD"
    elif re.search(r"\badamw? (?:pure )?(?:bf16|bfloat16)", words):
        read.given["optimizer"] = "AdamW bf16"
    elif re.search(r"\badamw?(?:_torch)?\b", words) and "variant" not in words:
        _adamw(read, "in which precision AdamW keeps its states isn't said")
    elif read.kind == "full":
        doubt = "the optimiser isn't said: AdamW in bf16"
        read.leave_open("optimizer", "AdamW bf16", "AdamW mixed", "AdamW 8-bit", doubt=doubt)
    else:
        _adamw(read, "the optimiser isn't said")


def _adamw(read: Reading, doubt: str) -> None:
    """Of a whole model in the precision of its weights; of an adapter, whose weights are in fp32 (PEFT), mixed."""
    if read.kind == "full":
        read.leave_open("optimizer", "AdamW bf16", "AdamW mixed", doubt=f"{doubt}: AdamW in bf16")
        read.last["optimizer"] = "AdamW 8-bit"
    else:
        read.leave_open("optimizer", "AdamW mixed", "AdamW bf16", doubt=f"{doubt}: AdamW, mixed")


def _checkpointing(read: Reading, row: Mapping[str, str]) -> None:
    said = row.get("grad_ckpt", "").strip().lower()
    if said.startswith("selective"):
        read.leave_open("activation_checkpointing", "yes", "no", doubt="checkpointing is selective")
        read.bound = "checkpointing is selective: it is between those with and without"
    elif said.startswith(("yes", "true", "on", "1", "full")):
        read.given["activation_checkpointing"] = "yes"
    elif said.startswith(("no", "false", "off", "0")) and said not in ("nan", "none", "not said"):
        read.given["activation_checkpointing"] = "no"
    else:
        doubt = "whether activations are computed twice isn't said: no"
        read.leave_open("activation_checkpointing", "no", "yes", doubt=doubt)
