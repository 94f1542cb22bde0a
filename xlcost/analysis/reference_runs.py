"""Published runs: reading them from a CSV file, and what each says as far as it can be understood.

A cell that can't be understood is unknown, and so is one of a column that the file lacks. A row is never refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from xlcost.analysis.as_written import BILLIONS, COUNTS, HOURS, SHARES, TOKENS, bare, method_in, number_in
from xlcost.catalog import Table, nearest
from xlcost.errors import XlcostError
from xlcost.model import graph

NUMBERS = (
    "params_b active_params_b seq_len tokens_trained examples epochs gpu_count wall_hours gpu_hours mfu_reported "
    "tflops_reported tok_s_gpu n_mm_b n_layers d_attn"
).split()
TEXTS = "id kind name base_model method precision gpu_type source where confidence notes stack".split()
LARGEST_FILE = 50_000_000  # bytes
LONGEST_TEXT = 500  # that is shown of a cell

CAMPAIGN_TOKENS = 1e11  # so many are a pre-training campaign, and no fine-tuning
SHORT_SEQUENCE = 1024
_FP8 = re.compile(r"fp-?8|float-?8|f8|e4m3|e5m2")

SCALES: Mapping[str, Mapping[str, float]] = {
    **dict.fromkeys(("params_b", "active_params_b", "n_mm_b"), BILLIONS),
    **dict.fromkeys(("tokens_trained", "examples", "tok_s_gpu"), COUNTS),
    **dict.fromkeys(("wall_hours", "gpu_hours"), HOURS),
    "seq_len": TOKENS,
    "mfu_reported": SHARES,
}

HOLDOUT = "holdout-2026-11-25"  # rows collected on that day, after the model was fixed

_REPOSITORY = re.compile(r"\bgithub(?:\.com)?[ /:]+([\w.-]+/[\w.-]+)", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)*?([\w-]+)\.(?:com|org|net|ai|io|co|dev)(?:/([\w.-]+))?", re.IGNORECASE)
_PLAIN = re.compile(r"\b(?:unpacked|not packed|no packing|without packing)\b")
_PACKED = re.compile(r"(?:\bpacked|\bpacking|\bcompiled?\b|torch\.compile)")


@dataclass(frozen=True)
class Run:
    """A row of a file: texts and numbers by the name of their column. What isn't known is absent."""

    line: int
    texts: Mapping[str, str]
    numbers: Mapping[str, float]

    def text(self, column: str) -> str:
        """A text, or an empty one."""
        return self.texts.get(column, "")

    @property
    def source(self) -> str:
        """Who measured: the repository, where the source is a file of one; rows of it aren't independent."""
        found = _REPOSITORY.search(self.text("source"))
        return found[1] if found else self.text("source")

    @property
    def publisher(self) -> str:
        """Whose source it is: the first word of the owner of a repository, or of the host of a page."""
        if found := _REPOSITORY.search(self.text("source")):
            owner = found[1].partition("/")[0]
        elif found := _HOST.match(self.text("source")):
            owner = found[2] if found[1].lower() == "huggingface" and found[2] else found[1]
        else:
            return self.source
        return re.split(r"[-_.]", owner.lower())[0]

    @property
    def gpu_hours(self) -> float | None:
        """As reported, or hours on the clock times GPUs."""
        if (hours := self.numbers.get("gpu_hours")) is not None:
            return hours
        wall, count = self.numbers.get("wall_hours"), self.numbers.get("gpu_count")
        return None if wall is None or count is None else wall * count

    @property
    def most_tokens(self) -> float | None:
        """Examples times epochs times sequence length: trained tokens, if no example were shorter."""
        found = [self.numbers.get(column) for column in ("examples", "seq_len")]
        if None in found:
            return None
        examples, length = found
        return examples * self.numbers.get("epochs", 1.0) * length  # type: ignore[operator]

    @property
    def tokens(self) -> float | None:
        """Trained tokens, or the most that there can be."""
        return self.numbers.get("tokens_trained", self.most_tokens)


def read_runs(path: str | Path | None = None, shipped: str = "runs") -> list[Run]:
    """The rows of a file, or of one that ships with xlcost. Raises XlcostError for what is no such file."""
    if path is None:
        where = f"{shipped}.csv"
        data = (resources.files("xlcost.catalog") / "reference" / where).read_bytes()
    else:
        data, where = file_bytes(path), str(path)
    return [Run(line, _texts(cells), _numbers(cells)) for line, cells in csv_rows(data, where, {*NUMBERS, *TEXTS})]


def file_bytes(path: str | Path) -> bytes:
    """The bytes of a file of moderate size. Raises XlcostError where there is none."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise XlcostError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise XlcostError(f"{path}: a folder; name a CSV file in it") from None
    except PermissionError:
        raise XlcostError(f"{path}: no permission to read it") from None
    except (OSError, ValueError) as trouble:
        raise XlcostError(f"{path}: can't be read ({trouble})") from None
    if len(data) > LARGEST_FILE:
        raise XlcostError(f"{path}: more than {LARGEST_FILE:,} bytes")
    return data


def csv_rows(
    data: bytes, where: str, known: set[str], wanted: str = "source, gpu_type, method, params_b, ..."
) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file by line, each a cell by column. Columns that aren't known are left out."""
    if data.startswith(b"PK"):
        raise XlcostError(f"{where}: a workbook or another zip, where a CSV file is wanted")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise XlcostError(f"{where}: not UTF-8 text (byte {trouble.start + 1}); a CSV file is wanted") from None
    if "\0" in text:
        raise XlcostError(f"{where}: holds a zero byte; a CSV file is wanted")
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not known.intersection(header):
            raise XlcostError(f"{where}: the first line names none of the known columns ({wanted})")
        for cells in reader:
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name in known}
            if any(row.values()):
                rows.append((reader.line_num, row))
    except csv.Error as trouble:
        raise XlcostError(f"{where}: line {reader.line_num}: not valid CSV ({trouble})") from None
    return rows


def _texts(cells: Mapping[str, str]) -> dict[str, str]:
    shown = {column: "".join(sign if sign.isprintable() else " " for sign in cells.get(column, "")) for column in TEXTS}
    return {column: text[:LONGEST_TEXT] for column, text in shown.items() if text.strip()}


def _numbers(cells: Mapping[str, str]) -> dict[str, float]:
    found = {column: number_in(cells.get(column, ""), SCALES.get(column)) for column in NUMBERS}
    return {column: number for column, number in found.items() if number is not None}


# What a row means


def stack_of(run: Run) -> str:
    """The training stack of a row. The first rule that applies:

    1. the column `stack`, where the file has it and the catalogue knows what it says;
    2. 100 billion tokens and more, or a method or kind called pre-training: campaign;
    3. the row says that examples were not packed, or is named the baseline of a comparison: plain loop;
    4. precision with fp8 (float8): tuned fp8;
    5. the source reports FLOPs or MFU of its own, as those do who tune: tuned bf16;
    6. the row says packed or compiled: packed;
    7. sequences shorter than 1,024 tokens, in a table of throughput too: plain loop;
    8. of unknown length: packed in a table of throughput, plain loop in any other run;
    9. any other row: packed.
    """
    if (named := find("stacks", run.text("stack"))) is not None:
        return named
    words = " ".join(run.text(column) for column in ("name", "where", "notes")).lower()
    kind = f"{run.text('kind')} {run.text('method')}".lower()
    if run.numbers.get("tokens_trained", 0.0) >= CAMPAIGN_TOKENS or re.search(r"pre-?train|campaign", kind):
        return "campaign"
    if _PLAIN.search(words) or re.search(r"\bbaseline\b", run.text("name").lower()):
        return "plain loop"
    if is_fp8(run):
        return "tuned fp8"
    if "tflops_reported" in run.numbers or "mfu_reported" in run.numbers:
        return "tuned bf16"
    if _PACKED.search(words):
        return "packed"
    usual = SHORT_SEQUENCE if is_throughput(run) else 0.0
    return "plain loop" if run.numbers.get("seq_len", usual) < SHORT_SEQUENCE else "packed"


def is_fp8(run: Run) -> bool:
    """Whether matrix products are in fp8, however it is spelt."""
    return _FP8.search(run.text("precision").lower()) is not None


def says_recomputed(run: Run) -> bool:
    """Whether a row says that activations are computed again in the backward pass."""
    words = f"{run.text('name')} {run.text('notes')}".lower()
    return (
        re.search(r"\bact(?:ivation)? ?(?:ckpt|checkpoint\w*)[ :=]+(?:true|yes|full)|full activation c", words)
        is not None
    )


def is_throughput(run: Run) -> bool:
    """Whether a row is one of a table of throughput: it says so, or it has a speed and no duration."""
    kind = run.text("kind").lower()
    return "throughput" in kind or ("run" not in kind and "tok_s_gpu" in run.numbers)


def method_of(run: Run) -> tuple[str | None, str]:
    """The method of a row, None where the model has no such method, and its objective. 4-bit LoRA is QLoRA."""
    method, objective = method_in(run.text("method"))
    if method == "LoRA" and re.search(r"nf4|fp4|int4|4-?bit", run.text("precision").lower()):
        method = "QLoRA"
    return method, objective


def find(table: str, said: str) -> str | None:
    """The key of a catalogue table for a name, also where only spaces and signs differ."""
    if not said:
        return None
    known: Table = graph().catalog.tables[table]
    if (key := known.find(said)) is not None:
        return key
    names = {**known.aliases, **{key: key for key in known.rows}}
    return next((key for name, key in names.items() if bare(name) == bare(said)), None) if bare(said) else None


def unknown(table: str, said: str, what: str) -> str:
    """In words, that a catalogue table has no such name, with the nearest."""
    if not said:
        return f"no {what} is named"
    known: Table = graph().catalog.tables[table]
    near = nearest(said, [*known.rows, *known.aliases])
    return f"{what} {said[:60]!r} is not in the catalogue" + (f"; near it: {', '.join(near)}" if near else "")
