"""Sentences that formulas make: words and numbers in cells of their own, beside the page, joined on it."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.styles import Font

from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import HEAD_ROW, Layout, letter

PLAIN = "#,##0"
WORDS = "@"  # of what is a text already


@dataclass(frozen=True)
class Sentence:
    """What is said: `A request costs {request_cost:0.0000} USD`, with quantities of the live case and their formats.

    With a condition it is said where that is above 0, and otherwise the other text. What isn't a quantity is a formula
    by name, in `more`.
    """

    text: str
    when: str = ""
    otherwise: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


def write(
    canvas: Canvas,
    layout: Layout,
    sentences: Sequence[Sentence],
    at: str,
    number: int,
    first: int,
    font: Font = styles.CALCULATION,
) -> int:
    """Write sentences below each other from a row on, their pieces from a column on; the last row.

    A piece is a cell, so that no formula is longer than a line.
    """
    canvas.text(f"{letter(first)}{HEAD_ROW}", "What the sentences are made of", styles.NOTE)
    for sentence in sentences:
        column = first
        if sentence.when:
            when = sentence.more.get(sentence.when) or layout.live(sentence.when)
            canvas.formula(f"{letter(column)}{number}", when, "0", styles.LINK)
            column += 1
        text, column = _joined(canvas, layout, sentence.text, sentence.more, number, column)
        if sentence.when:
            instead, _ = _joined(canvas, layout, sentence.otherwise, sentence.more, number, column)
            text = f"IF({letter(first)}{number}>0,{text},{instead})"
        canvas.formula(f"{at}{number}", text, font=font)
        number += 1
    return number - 1


def _joined(
    canvas: Canvas, layout: Layout, text: str, more: Mapping[str, str], number: int, column: int
) -> tuple[str, int]:
    """Write the pieces of a text into cells of a row; the formula that joins them, and the next free column.

    Spaces at the ends of a piece stand in the formula: in a cell nobody would see them.
    """
    joined = ""
    for words, name, shown, _ in string.Formatter().parse(text):
        if words.strip():
            cell = f"{letter(column)}{number}"
            canvas.text(cell, words.strip(), styles.NOTE)
            before, after = ('" "&' if words[0] == " " else ""), ('&" "' if words[-1] == " " else "")
            joined += f"&{before}{cell}{after}"
            column += 1
        if name:
            cell = f"{letter(column)}{number}"
            value = more.get(name) or layout.live(name)
            canvas.formula(cell, value if shown == WORDS else f'TEXT({value},"{shown or PLAIN}")', font=styles.LINK)
            joined += f"&{cell}"
            column += 1
    return joined.removeprefix("&"), column
