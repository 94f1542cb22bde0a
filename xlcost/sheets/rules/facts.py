"""What the rules look at: the workbook's cells and formulas, read once; and the template that it should be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.files.cached import cached_values
from xlcost.files.values import Value

TEXT = re.compile(r'"(?:[^"]|"")*"')
ADDRESS = re.compile(r"\$?\b[A-Z]{1,3}\$?[0-9]+\b(?!\()")
# A reference with its sheet, and the end of its range; texts are matched to be passed over.
REFERENCE = re.compile(
    r"(?P<text>\"(?:[^\"]|\"\")*\")"
    r"|(?P<sheet>(?:'(?:[^']|'')+'|\b[A-Za-z_][\w.]*)!)?(?P<first>\$?\b[A-Z]{1,3}\$?[0-9]+\b)(?!\()"
    r"(?::(?P<last>\$?[A-Z]{1,3}\$?[0-9]+\b))?"
)
ADDRESS_PARTS = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")
ENGINE = re.compile(r"\bFT_\w+\(|\beng_", re.IGNORECASE)  # what differs where the add-in isn't there


class Formula(NamedTuple):
    """A formula, and where it stands."""

    sheet: str
    row: int
    column: int
    cell: str
    text: str  # with its equals sign


@dataclass(frozen=True)
class Computed:
    """What a recalculation has found: the value of every formula, and the cells that depend on themselves."""

    values: Mapping[tuple[str, str], Value]
    circular: tuple[tuple[str, str, str], ...] = ()  # sheet, cell, formula


@dataclass
class Facts:
    """A workbook under examination."""

    book: Workbook
    parts: Mapping[str, bytes]
    warnings: tuple[str, ...] = ()  # of the gate: what the file carries that is never run
    made_with: str | None = None  # the version that made it; None for a workbook of others
    reference: Workbook | None = None  # the same template, fresh
    computed: Computed | None = None
    differences: dict[str, list[Any]] = field(default_factory=dict)  # from the template, once they are known
    catalogue_lines: dict[str, Any] = field(default_factory=dict)  # by sheet, once they are read

    @cached_property
    def cells(self) -> dict[str, list[Cell]]:
        """The cells of each sheet that are not empty."""
        return {sheet.title: filled(sheet) for sheet in self.book.worksheets}

    @cached_property
    def own(self) -> list[Worksheet]:
        """The sheets that are the template's, leaving out what somebody has added."""
        if self.reference is None:
            return list(self.book.worksheets)
        return [sheet for sheet in self.book.worksheets if sheet.title in self.reference.sheetnames]

    @cached_property
    def formulas(self) -> list[Formula]:
        """Every formula."""
        return [
            Formula(title, cell.row, cell.column, cell.coordinate, text)
            for title, cells in self.cells.items()
            for cell in cells
            if (text := formula_text(cell)) is not None
        ]

    @cached_property
    def shapes(self) -> dict[str, list[Formula]]:
        """Formulas by what is left of them without texts and addresses: some hundred of many thousand."""
        found: dict[str, list[Formula]] = {}
        for each in self.formulas:
            found.setdefault(shape(each.text), []).append(each)
        return found

    @cached_property
    def cached(self) -> dict[tuple[str, str], Value]:
        """The results that the file carries."""
        return cached_values(self.parts)

    @property
    def values(self) -> Mapping[tuple[str, str], Value]:
        """The value of each formula: computed anew, or as the file has it."""
        return self.cached if self.computed is None else self.computed.values

    @cached_property
    def entries(self) -> dict[str, set[tuple[int, int]]]:
        """Where somebody may write, by sheet: row and column of the unlocked cells."""
        return {sheet.title: entries(sheet) for sheet in self.own}


@cache
def usual_cells(sheet: Worksheet) -> tuple[list[Cell], set[tuple[int, int]]]:
    """The filled and the unlocked cells of a sheet of the template, which nobody changes."""
    return [cell for cell in filled(sheet) if cell.value != ""], entries(sheet)


def standing(sheet: Worksheet) -> list[Cell]:
    """The cells of a sheet that are there, row by row: openpyxl's own iteration adds all that are not."""
    return [sheet._cells[at] for at in sorted(sheet._cells)]


def filled(sheet: Worksheet) -> list[Cell]:
    """The cells of a sheet that are not empty, row by row."""
    return [cell for cell in standing(sheet) if cell.value is not None]


def entries(sheet: Worksheet) -> set[tuple[int, int]]:
    """Row and column of the unlocked cells of a sheet."""
    unlocked: dict[int, bool] = {}
    found = set()
    for cell in standing(sheet):
        if cell.has_style:
            key = cell._style.protectionId
            if key not in unlocked:
                unlocked[key] = not cell.protection.locked
            if unlocked[key]:
                found.add((cell.row, cell.column))
    return found


def dress(cell: Cell) -> bytes:
    """What is the same for cells that look the same."""
    return cell._style.tobytes() if cell.has_style else b""


def formula_text(cell: Cell) -> str | None:
    """The formula in a cell, with its equals sign; None where there is none."""
    if cell.data_type != "f":
        return None
    if isinstance(cell.value, ArrayFormula):
        return str(cell.value.text or "=")
    if isinstance(cell.value, DataTableFormula):
        return "=TABLE()"
    return str(cell.value)


def shape(formula: str) -> str:
    """A formula without the contents of its texts and with @ for each address."""
    plain = TEXT.sub('""', formula) if '"' in formula else formula
    return ADDRESS.sub("@", plain)


def shown(value: object) -> str:
    """What stands in a cell, as far as a line has room."""
    text = "" if value is None else str(value)
    return text if len(text) <= 160 else text[:157] + "..."
