"""Writing cells: the few ways in which anything gets onto a sheet, each with its style."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.sheets import styles
from xlcost.sheets.layout import CHECK_ROW, HEAD_ROW, MASTER_SAID, PURPOSE_ROW, TITLE_ROW, letter

ROW_HEIGHT = 13.0  # points, of a row on a page with charts


class Canvas:
    """One sheet, and how to write on it."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self._entries: dict[bytes, StyleArray] = {}
        self._dressed: dict[tuple[int, str, int, int], StyleArray] = {}

    def at(self, address: str) -> Cell:
        """The cell at an address such as B12. openpyxl's own way takes any range, and several times as long."""
        letters = address.rstrip("0123456789")
        cell: Cell = self.sheet.cell(int(address[len(letters) :]), column_index_from_string(letters))
        return cell

    def text(
        self,
        address: str,
        text: str,
        font: Font = styles.LABEL,
        alignment: Alignment | None = None,
        fill: PatternFill | None = None,
    ) -> Cell:
        """A text as it is: never a formula, whatever it begins with."""
        if len(text) > 32767:
            raise ValueError(f"{self.sheet.title}!{address}: a text of {len(text):,} characters doesn't fit a cell")
        cell = self.at(address)
        cell.value = text
        cell.data_type = "s"
        self.dress(cell, font, alignment=alignment, fill=fill)
        return cell

    def number(
        self,
        address: str,
        value: float,
        number_format: str,
        font: Font = styles.INPUT,
        alignment: Alignment | None = None,
    ) -> Cell:
        """A number that somebody gave, or that the catalogue has."""
        if not math.isfinite(value):
            raise ValueError(f"{self.sheet.title}!{address}: {value} can't be written")
        cell = self.at(address)
        cell.value = int(value) if value == int(value) and abs(value) < 1e15 else value
        self.dress(cell, font, number_format, alignment)
        return cell

    def value(
        self,
        address: str,
        value: Any,
        number_format: str,
        font: Font = styles.INPUT,
        alignment: Alignment | None = None,
    ) -> Cell:
        """A number or a text."""
        if isinstance(value, str):
            return self.text(address, value, font, alignment)
        return self.number(address, float(value), number_format, font, alignment)

    def formula(
        self,
        address: str,
        text: str,
        number_format: str = "General",
        font: Font = styles.CALCULATION,
        alignment: Alignment | None = None,
    ) -> Cell:
        """A formula, without its equals sign."""
        cell = self.at(address)
        cell._value, cell.data_type = f"={text}", "f"  # what openpyxl would find out, for each of many thousand
        self.dress(cell, font, number_format, alignment)
        return cell

    def dress(
        self,
        cell: Cell,
        font: Font | None = None,
        number_format: str = "General",
        alignment: Alignment | None = None,
        fill: PatternFill | None = None,
    ) -> None:
        """Style a cell. openpyxl hashes a style at every assignment; a cell dressed alike is copied from instead."""
        key = (id(font), number_format, id(alignment), id(fill))
        if (alike := self._dressed.get(key)) is not None:
            cell._style = StyleArray(alike)
            return
        if font is not None:
            cell.font = font
        cell.number_format = number_format
        if fill is not None:
            cell.fill = fill
        cell.alignment = styles.MIDDLE if alignment is None else alignment
        self._dressed[key] = StyleArray(cell._style)

    def entry(self, cell: Cell) -> None:
        """Show that somebody may write here."""
        plain = cell._style.tobytes() if cell._style is not None else b""
        if (alike := self._entries.get(plain)) is not None:
            cell._style = StyleArray(alike)
            return
        cell.fill = styles.ENTRY_FILL
        cell.border = styles.BOX
        cell.protection = styles.UNLOCKED
        if not cell.font or cell.font.color is None or cell.font.color.rgb != f"00{styles.BLUE}":
            cell.font = styles.INPUT
        self._entries[plain] = StyleArray(cell._style)

    def heading(self, row: int, text: str, last: str, first: str = "A") -> None:
        """The heading of a section, across the sheet."""
        title = self.text(f"{first}{row}", text, styles.HEADING, fill=styles.SECTION_FILL)
        for column in range(1, column_index_from_string(last) + 1):
            if column != title.column:
                self.dress(self.sheet.cell(row, column), fill=styles.SECTION_FILL)

    def head(self, titles: Sequence[str], row: int = HEAD_ROW, first: int = 1) -> None:
        """The titles of the columns."""
        for offset, title in enumerate(titles):
            self.text(f"{letter(first + offset)}{row}", title, styles.HEAD, styles.CENTRE, styles.HEAD_FILL)

    def top(self, title: str, purpose: str) -> None:
        """Title, master check and purpose: the same on every sheet."""
        self.text(f"A{TITLE_ROW}", title, styles.TITLE)
        self.text(f"A{PURPOSE_ROW}", purpose, styles.PURPOSE)
        self.formula(
            f"A{CHECK_ROW}",
            MASTER_SAID,
            font=styles.STRONG,
        )
        self.sheet.row_dimensions[TITLE_ROW].height = 24

    def widths(self, widths: Mapping[str, float]) -> None:
        """Widths of columns, in characters."""
        for column, width in widths.items():
            self.sheet.column_dimensions[column].width = width

    def heights(self, first: int, last: int, points: float = ROW_HEIGHT) -> None:
        """Set the height of rows that have none: what is drawn over them then ends in the same row everywhere."""
        for number in range(first, last + 1):
            if self.sheet.row_dimensions[number].height is None:
                self.sheet.row_dimensions[number].height = points

    def printed(self, kind: str, freeze: str, titles: str | None = None, portrait: bool = False) -> None:
        """Tab colour, frozen panes, no grid, and how the sheet prints: A4, as wide as the page."""
        sheet = self.sheet
        sheet.sheet_properties.tabColor = styles.TABS[kind]
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 90
        sheet.freeze_panes = freeze
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "portrait" if portrait else "landscape"
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = titles
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.6, 0.25
        sheet.oddFooter.left.text = "xlcost: &A"
        sheet.oddFooter.right.text = "Page &P of &N"
        sheet.oddFooter.left.size = sheet.oddFooter.right.size = 8
