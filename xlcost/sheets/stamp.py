"""The stamp on the cover: a digest of all inputs as they were when the workbook was made.

It is over what each case uses: what is entered for it, else what Base has, else the catalogue's value. A formula
in the place of an input counts as its text. Rows and columns may move, and only what is used counts, so a Custom cell
that repeats the value of Base changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from xlcost.analysis.case import Case
from xlcost.model.inputs import Input, Scalar

PREFIX, DIGITS = "sha256:", 12
PATTERN = re.compile(rf"{PREFIX}[0-9a-f]{{{DIGITS}}}")

Entry = tuple[str, str, Scalar | None]  # case, input, value; None where the model computes it


def stamp(entries: Iterable[Entry]) -> str:
    """The digest of what the cases use."""
    lines = sorted(f"{case}\t{name}\t{_text(value)}\n" for case, name, value in entries)
    return PREFIX + hashlib.sha256("".join(lines).encode()).hexdigest()[:DIGITS]


def used(cases: Mapping[str, Case], inputs: Mapping[str, Input]) -> Iterable[Entry]:
    """What the cases of a workbook use, of which the first is Base."""
    base = next(iter(cases.values())).values
    for title, case in cases.items():
        for name, each in inputs.items():
            yield title, name, case.values.get(name, base.get(name, each.default))


def _text(value: Scalar | None) -> str:
    """A value as far as every spreadsheet keeps it: 12 digits."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else f"{value:.12g}"
