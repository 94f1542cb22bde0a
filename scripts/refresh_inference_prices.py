#!/usr/bin/env python3
"""Rewrite xlcost/catalog/tables/inference_prices.csv from the package genai-prices (MIT).

    pip install genai-prices==0.2.3      # in an environment of its own
    python scripts/refresh_inference_prices.py [--check]

The same package gives the same bytes; rows from other sources stay as they are, after those of the package. After an
upgrade, move AS_OF, VERSION and the source's entry in sources.toml.
With --check nothing is written; the exit code says whether the table is what the package gives.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

SOURCE = "genai-prices"
VERSION = "0.2.3"
AS_OF = datetime(2026, 11, 24, 12, tzinfo=UTC)  # prices in force at this moment, wherever they change by day or hour
TABLE = Path(__file__).resolve().parents[1] / "xlcost" / "catalog" / "tables" / "inference_prices.csv"
COLUMNS = ("key", "provider", "model", "sold", "input_price", "cached_input_price", "output_price", "batch_discount")
ENDS = tuple(f"{name}_{end}" for name in COLUMNS[4:7] for end in ("low", "high"))  # only other sources know them
ORIGIN = ("source", "where", "at", "status", "note")

MODELS = {
    "openai": """gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-4o gpt-4o-mini ft:gpt-4o ft:gpt-4o-mini o3 o4-mini gpt-5
        gpt-5-mini gpt-5-nano gpt-5.2 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.5 gpt-6-sol gpt-6-luna gpt-6.1-sol""",
    "anthropic": """claude-haiku-4-5 claude-sonnet-4-5 claude-opus-4-5 claude-sonnet-4-6 claude-opus-4-8 claude-sonnet-5
        claude-opus-5 claude-haiku-5-5 claude-sonnet-5-5 claude-opus-5-5""",
    "google": """gemini-2.5-pro gemini-2.5-flash gemini-2.5-flash-lite gemini-3-flash-preview gemini-3.1-pro-preview
        gemini-3.1-flash-lite gemini-3.5-flash gemini-3.5-flash-lite gemini-3.8-flash""",
    "mistral": """mistral-large-2512 mistral-large-4 mistral-medium-latest mistral-small-latest mistral-small-2603
        ministral-8b-2512 ministral-3b-2512 mistral-nemo codestral""",
    "deepseek": "deepseek-chat deepseek-v3.2 deepseek-v4-flash deepseek-v4-pro",
    "together": """meta-llama/Llama-3.3-70B-Instruct-Turbo meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo
        meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 Qwen/Qwen3.5-9B openai/gpt-oss-120b""",
    "fireworks": "llama-v3p1-8b-instruct qwen3-235b-a22b gpt-oss-20b gpt-oss-120b deepseek-v3p2",
    "groq": "llama-3.1-8b-instant llama-3.3-70b-versatile qwen/qwen3-32b openai/gpt-oss-20b openai/gpt-oss-120b",
    "aws": """global.anthropic.claude-haiku-4-5-20251001-v1:0 regional.anthropic.claude-haiku-4-5-20251001-v1:0
        global.anthropic.claude-sonnet-4-5-20250929-v1:0 regional.anthropic.claude-sonnet-4-5-20250929-v1:0
        global.anthropic.claude-opus-4-5-v1:0 regional.anthropic.claude-opus-4-5-v1:0 meta.llama3-1-8b-instruct-v1:0
        meta.llama3-3-70b-instruct-v1:0 openai.gpt-oss-20b-1:0 openai.gpt-oss-120b-1:0 qwen.qwen3-32b-v1:0""",
    "databricks": """databricks-meta-llama-3-1-8b-instruct databricks-meta-llama-3-3-70b-instruct
        databricks-gpt-oss-20b databricks-gpt-oss-120b""",
    "cerebras": "gpt-oss-120b",
    "novita": """meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.3-70b-instruct mistralai/mistral-nemo
        openai/gpt-oss-120b""",
}
# What Azure sells, too: its rows are from another source.
OF_AZURE = """gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-4o gpt-4o-mini o3 o4-mini gpt-5 gpt-5-mini gpt-5-nano gpt-5.2
    gpt-5.4 gpt-5.4-mini gpt-5.4-nano"""
# What more than one of them sells, by what their names for it have in them. It says nothing of speed or number format.
SOLD = {
    "gpt-oss-20b": r"gpt-oss-20b",
    "gpt-oss-120b": r"gpt-oss-120b",
    "Llama-3.1-8B": r"llama-?(v3p1|3[.-]1)-8b",
    "Llama-3.3-70B": r"llama-?(v3p3|3[.-]3)-70b",
    "Qwen3-32B": r"qwen3-32b",
    "Mistral-Nemo-12B": r"mistral-nemo",
    "DeepSeek-V3.2": r"deepseek-v3(\.|p)2",
    "claude-haiku-4-5": r"claude-haiku-4-5",
    "claude-sonnet-4-5": r"claude-sonnet-4-5",
    "claude-opus-4-5": r"claude-opus-4-5",
    **{name: rf"^{re.escape(name)}$" for name in OF_AZURE.split()},
}


def main(arguments: list[str]) -> int:
    try:
        if (installed := version("genai-prices")) != VERSION:
            print(f"genai-prices {installed} is installed; the table is made from {VERSION}", file=sys.stderr)
            return 2
        from genai_prices import data
    except ModuleNotFoundError:
        print(f"genai-prices is not installed: pip install genai-prices=={VERSION}", file=sys.stderr)
        return 2
    providers = {provider.id: provider for provider in data.providers}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, *ENDS, *ORIGIN))
    for provider, names in MODELS.items():
        known = {model.id: model for model in providers[provider].models}
        for name in names.split():
            writer.writerow(_row(provider, known[name]))
    writer.writerows(_of_others())
    if "--check" in arguments:
        same = TABLE.read_text(encoding="utf-8") == text.getvalue()
        print(f"{TABLE.name}: {'as the package gives it' if same else 'differs from the package; run this script'}")
        return 0 if same else 1
    TABLE.write_text(text.getvalue(), encoding="utf-8")
    return 0


def _of_others() -> list[list[str]]:
    """The rows of the table that are not from the package."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        foreign = [line for line in csv.DictReader(file) if line["source"] != SOURCE]
    return [[line[name] for name in (*COLUMNS, *ENDS, *ORIGIN)] for line in foreign]


def _row(provider: str, model: Any) -> tuple[str, ...]:
    standard = model.get_prices(AS_OF)
    batch = model.get_prices(AS_OF, {"processing": "batch"})
    full, halved = _base(standard.input_mtok), _base(batch.input_mtok)
    discount = "" if full is None or halved is None or halved == full else _plain(1 - halved / full)
    prices = (_plain(full), _plain(_base(standard.cache_read_mtok)), _plain(_base(standard.output_mtok)))
    name = model.id.rsplit("/")[-1]
    place = f"{provider}, {model.id}"
    origin = (SOURCE, place, _day(model), "quoted", _note(model, standard))
    return (f"{provider} {name}", provider, model.id, _sold(model.id), *prices, discount, *("",) * len(ENDS), *origin)


def _sold(name: str) -> str:
    """What it is that others sell too; empty if nobody does."""
    found = [what for what, pattern in SOLD.items() if re.search(pattern, name.lower())]
    return found[0] if found and not name.startswith("ft:") else ""


def _base(price: Any) -> Any:
    """The price of a short prompt, where long prompts cost more."""
    return getattr(price, "base", price)


def _plain(number: Any) -> str:
    return "" if number is None else format(number.normalize(), "f")


def _day(model: Any) -> str:
    """The last day that the package names for this model, up to AS_OF; empty if it names none."""
    days = [date.fromisoformat(day) for day in re.findall(r"\b20\d\d-\d\d-\d\d\b", model.price_comments or "")]
    conditional = model.prices if isinstance(model.prices, list) else []
    constraints = [each.constraint for each in (*conditional, *(model.price_variants or ()))]
    days += [each.start_date for each in constraints if hasattr(each, "start_date")]
    past = [day for day in days if day <= AS_OF.date()]
    return max(past).isoformat() if past else ""


def _note(model: Any, standard: Any) -> str:
    parts = [] if _day(model) else ["The package names no day; dated the day it was read."]
    if tiers := getattr(standard.input_mtok, "tiers", None):
        parts.append(f"Prompts above {tiers[0].start:,} tokens cost more.")
    if isinstance(model.prices, list) and any(hasattr(each.constraint, "start_time") for each in model.prices):
        parts.append("Changes with the hour: the price at 12:00 UTC.")
    if model.deprecated:
        parts.append("The provider is withdrawing it.")
    return " ".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
