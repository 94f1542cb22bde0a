"""The calls of the contract as a workbook: each a formula, with what it is handed in cells of another sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from contract import Call, Tagged, in_python
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

CALLS, DATA, COLUMNS = "Calls", "Data", "Columns"
FIRST_COLUMN = 2  # of an answer; the function's name stands in the first
ERRORS = {"#DIV/0!": "=1/0", "#N/A": "=NA()", "#REF!": "=#REF!"}


class ContractBook:
    """The workbook, and where the answer of each call stands in it."""

    def __init__(self, calls: Sequence[Call]) -> None:
        book = Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.title = CALLS
        self._data, self._columns = book.create_sheet(DATA), book.create_sheet(COLUMNS)
        self._row, self._column = 1, 1
        self._known: dict[str, str] = {}
        self.areas: list[tuple[int, int, int]] = []
        row = 1
        for call in calls:
            answer = in_python(call.function, list(call.arguments))
            height, width = (len(answer), len(answer[0])) if isinstance(answer, list) else (1, 1)
            text = f"={call.function}({','.join(self._arguments(call.arguments))})"
            sheet.cell(row, 1, call.function)
            first = f"{get_column_letter(FIRST_COLUMN)}{row}"
            last = f"{get_column_letter(FIRST_COLUMN + width - 1)}{row + height - 1}"
            sheet[first] = ArrayFormula(f"{first}:{last}", text) if height > 1 or width > 1 else text
            self.areas.append((row, height, width))
            row += height
        buffer = io.BytesIO()
        book.save(buffer)
        self.bytes = buffer.getvalue()

    def answers(self, values: Mapping[tuple[str, str], Any]) -> Iterator[Any]:
        """The answer of each call, from the values of the cells; one that fills its area alike is a single one."""
        for top, height, width in self.areas:
            rows = [
                [values.get((CALLS, f"{get_column_letter(FIRST_COLUMN + column)}{row}")) for column in range(width)]
                for row in range(top, top + height)
            ]
            yield rows if height > 1 or width > 1 else rows[0][0]

    def _arguments(self, arguments: Sequence[Tagged]) -> list[str]:
        texts = [self._argument(each) for each in arguments]
        while texts and not texts[-1]:
            texts.pop()
        return texts

    def _argument(self, tagged: Tagged) -> str:
        match tagged:
            case {"omitted": True}:
                return ""
            case {"literal": list(rows)}:
                return "{" + ";".join(",".join(map(_literal, row)) for row in rows) + "}"
            case {"literal": value}:
                return _literal(value)
        said = repr(tagged)
        if said not in self._known:
            self._known[said] = self._cells(tagged)
        return self._known[said]

    def _cells(self, tagged: Tagged) -> str:
        """Where the cells of an argument stand, once they are written."""
        match tagged:
            case {"columns": rows}:
                first, self._column = self._column, self._column + len(rows[0])
                _write(self._columns, 1, first, rows)
                return f"{COLUMNS}!{get_column_letter(first)}:{get_column_letter(self._column - 1)}"
            case {"cell": value}:
                rows = [[value]]
            case {"range": rows}:
                pass
        top, self._row = self._row, self._row + len(rows)
        _write(self._data, top, 1, rows)
        last = f"{get_column_letter(len(rows[0]))}{top + len(rows) - 1}"
        return f"{DATA}!A{top}" if "cell" in tagged else f"{DATA}!A{top}:{last}"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return f'"{value}"' if isinstance(value, str) else f"{value:.15G}"


def _write(sheet: Worksheet, top: int, left: int, rows: Sequence[Sequence[Any]]) -> None:
    for row, line in enumerate(rows, top):
        for column, value in enumerate(line, left):
            match value:
                case {"empty": True}:
                    pass
                case {"error": text}:
                    sheet.cell(row, column, ERRORS[text])
                case {"date": text}:
                    sheet.cell(row, column, datetime.fromisoformat(text))
                case {"decimal": text}:
                    sheet.cell(row, column, float(text)).number_format = '#,##0.00 "USD"'
                case _:
                    sheet.cell(row, column, value)
