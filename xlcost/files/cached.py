"""The results that a workbook carries beside its formulas, read and not believed."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from xlcost.errors import CellError
from xlcost.files.package import cell_name, sheet_parts
from xlcost.files.values import Value, results


def cached_values(parts: Mapping[str, bytes]) -> dict[tuple[str, str], Value]:
    """The result in each formula cell, by sheet and cell; None where the file has none."""
    found: dict[tuple[str, str], Value] = {}
    for sheet, part in sheet_parts(parts).items():
        for cell, _ in results(parts[part]):
            kind = _KIND.search(cell.attributes)
            text = _RESULT.search(cell.inner)
            found[sheet, cell_name(cell.row, cell.column)] = _value(
                kind[1] if kind else b"n", text[1].decode("utf-8", "replace") if text else None
            )
    return found


def _value(kind: bytes, text: str | None) -> Value:
    if kind in (b"str", b"inlineStr"):
        return html.unescape(text or "")
    if not text:
        return None
    if kind == b"b":
        return text.strip() == "1"
    try:
        return CellError(text.strip()) if kind == b"e" else float(text)
    except ValueError:
        return CellError.VALUE if kind == b"e" else text


_KIND = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v\s*>", re.DOTALL)
