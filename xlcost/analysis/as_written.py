"""Names and numbers as people write them, for the rules on published runs and on published peaks of memory.

- A number may be marked as rough (~8, about 8), be a range (120-140: its middle), have thousands apart (1,650), a scale
  (15T, 350M) or a unit (90 min, 43%), and be followed by what it counts (1.2B tokens, 950 tok/s/GPU, 8 GPUs). What is
  anything else is no number.
- A model is found by its name, whatever its owner, case and punctuation, and without what says how it was tuned or
  packed (Instruct, chat, hf, GPTQ, v0.1), in the catalogue and among the older models of catalog/reference/models.csv.
- A GPU is found by the words of its name: of those that hold nothing but words that were said, the one with the most.
  Where two that differ fit equally, none is taken.
- A method is LoRA or QLoRA where it says so; full where it says so, or where it says training and nothing else. DPO is
  an objective. Reinforcement learning, reward models and distillation are no method of this model.
"""

from __future__ import annotations

import csv
import functools
import math
import re
from collections.abc import Iterator, Mapping
from importlib import resources

from xlcost.catalog import Table
from xlcost.model import graph

LARGEST_NUMBER = 1e30
SMALLEST_NUMBER = 1e-30
LONGEST_TEXT = 500

HOURS = {"s": 1 / 3600, "sec": 1 / 3600, "min": 1 / 60, "h": 1.0, "hr": 1.0, "hour": 1.0, "d": 24.0, "day": 24.0}
BILLIONS = {"k": 1e-6, "m": 1e-3, "million": 1e-3, "b": 1.0, "bn": 1.0, "billion": 1.0, "t": 1e3, "trillion": 1e3}
COUNTS = {"k": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "t": 1e12, "trillion": 1e12}
TOKENS = {"k": 1024.0, "token": 1.0, "tok": 1.0}  # of a sequence: 8k are 8,192
SHARES = {"%": 0.01}

_ROUGH = re.compile(r"^(?:[~≈≃+]|about|around|approximately|approx\.?|circa|ca\.?|roughly)\s*")
_THOUSANDS = re.compile(r"(?<=[0-9])[,_ '](?=[0-9]{3}(?:[^0-9]|$))")
_COUNTED = re.compile(
    r"(?<=[0-9a-z])[ -]?(?:(?:tok(?:en)?s?|examples?|samples?)(?: ?(?:/|per) ?s(?:ec(?:ond)?)?)?(?: ?(?:/|per) ?gpu)?"
    r"|gpus?|epochs?|steps?|param(?:eter)?s?|tflops?(?:/s)?(?:/gpu)?)$"
)
_HOURS_OF_GPUS = re.compile(r"[ -]*\b(?:gpu|[a-z]{1,2}[0-9]{2,3})[ -](?=h(?:(?:ou)?rs?)?$)")
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?"
_ONE = re.compile(rf"\+?({_NUMBER})\s*([a-z%]*)")
_RANGE = re.compile(rf"({_NUMBER})\s*([a-z%]*)\s*(?:-|–|—|\.\.|to)\s*({_NUMBER})\s*([a-z%]*)")

_TUNED = re.compile(
    r"[-_ .](?:instruct|chat|base|hf|it|pt|gptq|awq|gguf|bnb|int[48]|fp8|bf16|[48]-?bit|unsloth|pre-?train(?:ed|ing)?|"
    r"v[0-9]+(?:\.[0-9]+)*|[0-9]{4})$"
)
_SIZE = re.compile(r"(?<![0-9a-z.x])([0-9]+(?:[._][0-9]+)?)\s?([bm])(?![a-z0-9])")
_OTHER_AIM = re.compile(r"ppo|grpo|rlhf|rloo|\brft\b|reinforc|reward|kto|orpo|distil")
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


# Numbers


def number_in(text: str, scales: Mapping[str, float] | None = None) -> float | None:
    """The number that a text is, if it is above 0 and of a size that occurs; of a range, its middle."""
    said = _ROUGH.sub("", text.strip().lower()[:LONGEST_TEXT])
    said = _THOUSANDS.sub("", said)
    said = _HOURS_OF_GPUS.sub(" ", _COUNTED.sub("", said))
    if found := _ONE.fullmatch(said):
        return _scaled(found[1], found[2], scales)
    if found := _RANGE.fullmatch(said):
        ends = (_scaled(found[1], found[2] or found[4], scales), _scaled(found[3], found[4], scales))
        if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
            return None
        return (ends[0] + ends[1]) / 2
    return None


def _scaled(digits: str, unit: str, scales: Mapping[str, float] | None) -> float | None:
    known = scales or {}
    scale = 1.0 if not unit else known.get(unit, known.get(unit.removesuffix("s"), 0.0))
    number = float(digits) * scale
    return number if SMALLEST_NUMBER <= number <= LARGEST_NUMBER and math.isfinite(number) else None


def bare(said: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", said.lower())


# Models


@functools.cache
def older_models() -> Mapping[str, Mapping[str, float]]:
    """Models that only published measurements name, as inputs of the model, by bare name and alias."""
    file = resources.files("xlcost.catalog") / "reference" / "models.csv"
    found = {}
    for row in csv.DictReader(file.read_text("utf-8").splitlines()):
        given = {name: float(row[column]) for column, name in _DIMENSIONS.items()}
        for alias in (row["model"], *row["aliases"].split("|")):
            if alias:
                found[bare(alias)] = given
    return found


@functools.cache
def _catalogue_models() -> Mapping[str, str]:
    table: Table = graph().catalog.tables["models"]
    names = {**table.aliases, **{key: key for key in table.rows}}
    return {bare(name): key for name, key in names.items() if key != "custom"}


def known_model(name: str) -> str | Mapping[str, float] | None:
    """The key of a model in the catalogue, or the dimensions of an older one."""
    for form in _forms(name):
        if (key := _catalogue_models().get(form)) is not None:
            return key
        if (given := older_models().get(form)) is not None:
            return given
    return None


def _forms(name: str) -> Iterator[str]:
    said = name.strip().lower()[:LONGEST_TEXT]
    yield bare(said)
    said = said.rpartition("/")[2]
    while said:
        yield bare(said)
        shorter = _TUNED.sub("", said)
        if shorter == said:
            return
        said = shorter


def size_in(name: str) -> float | None:
    """Billions of parameters that a name tells: 7 of `Llama-2-7B`; of a mixture of experts none."""
    found = _SIZE.search(name.lower()[:LONGEST_TEXT])
    return None if found is None else float(found[1].replace("_", ".")) / (1 if found[2] == "b" else 1000) or None


# GPUs


@functools.cache
def _gpu_words() -> tuple[tuple[frozenset[str], str], ...]:
    table: Table = graph().catalog.tables["gpus"]
    names = [*((alias, key) for alias, key in table.aliases.items()), *((key, key) for key in table.rows)]
    return tuple((_words(name), key) for name, key in names)


def _words(said: str) -> frozenset[str]:
    text = re.sub(r"\b[0-9]+\s?x\s?(?=[a-z])", " ", said.lower()[:LONGEST_TEXT])  # 8xH100
    text = re.sub(r"\b([0-9]+)\s?(?:gib|gb|g)\b", r"\1gb", text)
    return frozenset(re.findall(r"[a-z0-9]+", text))


def gpu_of(said: str) -> str | None:
    """The key of a GPU in the catalogue."""
    table: Table = graph().catalog.tables["gpus"]
    if (key := table.find(said.strip())) is not None:
        return key
    words = _words(said)
    fitting = [(len(name), key) for name, key in _gpu_words() if name and name <= words]
    if not fitting:
        return next((key for name, key in _gpu_names() if name == bare(said)), None)
    most = max(fitting)[0]
    best = {key for count, key in fitting if count == most}
    return best.pop() if len(best) == 1 else None


@functools.cache
def _gpu_names() -> tuple[tuple[str, str], ...]:
    table: Table = graph().catalog.tables["gpus"]
    return tuple((bare(name), key) for name, key in {**table.aliases, **{key: key for key in table.rows}}.items())


# Methods


def method_in(said: str) -> tuple[str | None, str]:
    """The key of a method in the catalogue, None for what is none, and the objective."""
    words = said.lower()[:LONGEST_TEXT]
    objective = "DPO" if re.search(r"\bdpo\b", words) else "SFT"
    if _OTHER_AIM.search(words):
        return None, objective
    if re.search(r"q-?lora", words):
        return "QLoRA", objective
    if "lora" in words:
        return "LoRA", objective
    if re.search(r"\bfull\b", words):
        return "full", objective
    rest = re.sub(r"\b(?:dpo|sft|fine-?tun(?:e|ing)|supervised|(?:continued )?pre-?train(?:ing)?)\b", " ", words)
    rest = re.sub(r"\([^()]*\)", " ", rest).strip(" -_+/,()")
    if not rest and words.strip():
        return "full", objective
    table: Table = graph().catalog.tables["methods"]
    return table.find(rest), objective
