"""Draw the catalogue: prices, GPUs, models, each row with its source, date and status."""

from __future__ import annotations

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.catalog import Catalog, Column, Row, Table, in_words
from xlcost.model.formulas import column_name, constant_name, key_name
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import HEAD_ROW, TOP_ROW, letter

SHEETS = {
    "Prices": (
        "What GPUs, managed fine-tuning, inference, labels and people cost. An empty cell is a price that nobody has "
        "found: unknown, and never nothing.",
        ("gpu_offers", "tuning_offers", "inference_prices", "label_prices", "salaries"),
    ),
    "GPUs": ("What a GPU can do, and the offer that is its default.", ("gpus",)),
    "Models": (
        "Open models by their dimensions, and how they are trained.",
        ("models", "methods", "stacks", "optimizers"),
    ),
}
# The last four: how often a key stands in its table; the sum of the row's numbers and of how many they are, as the
# catalogue has them; whether it is another now (two that were exchanged are not seen here, but by the engine); and how
# many cells hold what no figure of their column may be.
ORIGIN = ("Source", "Where in it", "As of", "Status")
AFTER = (*ORIGIN, "Low to high", "Note", "Stands", "As made", "Edited", "Refused")
SAME = constant_name("SAME_SUM")
NARROWEST, WIDEST = 14.0, 60.0


def draw(book: Workbook, worksheet: Worksheet, tables: tuple[str, ...], purpose: str, catalog: Catalog) -> None:
    """Some tables, one below the other, with a defined name for every column."""
    canvas = Canvas(worksheet)
    canvas.top(worksheet.title, purpose)
    number = TOP_ROW
    widest = max(len(catalog.tables[name].columns) for name in tables) + 1
    for name in tables:
        number = _draw_table(book, canvas, number, catalog.tables[name], catalog, widest + 1) + 2
    refused = letter(widest + len(AFTER))
    where = f"{worksheet.title}!${refused}${TOP_ROW}:${refused}${number - 2}"
    _name(book, refused_name(worksheet.title), where, "How many figures of a row are refused")
    canvas.widths({"A": 40, **_widths([catalog.tables[name] for name in tables], widest)})
    after = {"Source": 46, "Where in it": 60, "As of": 12, "Status": 11, "Low to high": 44, "Note": 60}
    canvas.widths({letter(widest + place): wide for place, wide in enumerate(after.values(), start=1)})
    canvas.printed("input", f"B{TOP_ROW}", f"1:{HEAD_ROW - 1}")
    # Two pages side by side: the figures, and where they are from.
    worksheet.page_setup.fitToWidth = 2
    worksheet.print_title_cols = "A:A"
    worksheet.print_area = f"A1:{letter(widest + AFTER.index('Note') + 1)}{number - 2}"


def _widths(tables: list[Table], widest: int) -> dict[str, float]:
    """As wide as the longest text of a column, in any of the tables."""
    widths = {letter(column): NARROWEST for column in range(2, widest + 1)}
    for table in tables:
        for place, column in enumerate(table.columns):
            longest = max((len(str(row.values.get(column, ""))) for row in table.rows.values()), default=0)
            widths[letter(place + 2)] = min(max(widths[letter(place + 2)], longest + 1.0), WIDEST)
    return widths


def _draw_table(book: Workbook, canvas: Canvas, number: int, table: Table, catalog: Catalog, after: int) -> int:
    """A table; where its figures are from stands in the same columns as for the others. The last row."""
    canvas.heading(number, table.label, letter(after + len(AFTER) - 1))
    head = number + 1
    canvas.head(
        [
            table.key_label,
            *(f"{c.label} ({c.unit})" if c.kind == "number" else c.label for c in table.columns.values()),
            *[""] * (after - len(table.columns) - 2),
            *AFTER,
        ],
        row=head,
    )
    canvas.sheet.row_dimensions[head].height = 36
    first = head + 1
    for offset, row in enumerate(table.rows.values()):
        at = first + offset
        canvas.text(f"A{at}", row.key)
        for place, column in enumerate(table.columns.values()):
            address = f"{letter(place + 2)}{at}"
            cell = canvas.sheet[address]
            if column.name in row.values:
                font = styles.INPUT if column.kind == "number" else styles.LABEL
                cell = canvas.value(address, row.values[column.name], _format(column.name, column.unit), font)
            if column.kind == "number":
                canvas.entry(cell)
        source = catalog.sources[row.source].title if row.source else ""
        day = row.at.isoformat() if row.at else ""
        for place, text in enumerate((source, row.where, day, row.status, in_words(table, row), row.note)):
            canvas.text(f"{letter(after + place)}{at}", text, styles.NOTE)
        stands, as_made, edited, refused = (letter(after + AFTER.index(title)) for title in AFTER[-4:])
        canvas.formula(f"{stands}{at}", f"COUNTIF({key_name(table.name)},A{at})", "0", styles.NOTE)
        canvas.number(f"{as_made}{at}", _sum(table, row), "General", styles.NOTE)
        span = f"B{at}:{letter(len(table.columns) + 1)}{at}"
        moved = f"ABS(SUM({span})+COUNT({span})-{as_made}{at})>{as_made}{at}*{SAME}"
        canvas.formula(f"{edited}{at}", f"IF({moved},1,0)", "0", styles.NOTE)
        canvas.formula(f"{refused}{at}", _refused(table, at), "0", styles.NOTE)
    last = first + len(table.rows) - 1
    for place, column in enumerate(table.columns.values()):
        if column.kind == "number":
            _validate(canvas.sheet, f"{letter(place + 2)}{first}:{letter(place + 2)}{last}", column)
    for name, counted, comment in (
        (f"chk_{table.name}_stands", stands, "Times a key stands"),
        (f"chk_{table.name}_edited", edited, "1 for a row whose numbers are not those of the catalogue"),
    ):
        _name(book, name, f"{canvas.sheet.title}!${counted}${first}:${counted}${last}", comment)
    _name(book, key_name(table.name), f"{canvas.sheet.title}!$A${first}:$A${last}", f"{table.label}: {table.key_label}")
    for place, column in enumerate(table.columns.values()):
        where = letter(place + 2)
        _name(
            book,
            column_name(table.name, column.name),
            f"{canvas.sheet.title}!${where}${first}:${where}${last}",
            f"{table.label}: {column.label}, {column.unit}",
        )
    return last


def refused_name(title: str) -> str:
    """The name of the cells of a sheet that count what its rows may not hold."""
    return f"chk_{title.lower()}_refused"


def _refused(table: Table, at: int) -> str:
    """A formula: how many cells of a row are negative, no numbers, or above the largest that their column takes."""
    columns = list(table.columns.values())
    numbers = [place for place, column in enumerate(columns, start=2) if column.kind == "number"]
    ended = [place for place in numbers if columns[place - 2].maximum is not None]
    parts = []
    for span in _spans(numbers, at):
        parts += [f'COUNTIF({span},"<0")', f"COUNTA({span})-COUNT({span})"]
    parts += [f'COUNTIF({span},">1")' for span in _spans(ended, at)]
    return "+".join(parts)


def _spans(places: list[int], at: int) -> list[str]:
    """The cells of a row in these columns, with those side by side as one range."""
    firsts = [place for place in places if place - 1 not in places]
    lasts = [place for place in places if place + 1 not in places]
    return [
        f"{letter(first)}{at}" + (f":{letter(last)}{at}" if last > first else "")
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _validate(sheet: Worksheet, cells: str, column: Column) -> None:
    """What may be entered in a column, as the catalogue declares it."""
    bounds = ("greaterThanOrEqual", None) if column.maximum is None else ("between", f"{column.maximum:g}")
    validation = DataValidation(
        "whole" if column.whole else "decimal", operator=bounds[0], formula1="0", formula2=bounds[1], allow_blank=True
    )
    validation.showErrorMessage = True
    validation.errorStyle, validation.errorTitle = "stop", "Not accepted"
    validation.error = f"{column.label}, {column.unit}: {column.allowed}. Leave it empty where it is unknown."
    validation.add(cells)
    sheet.add_data_validation(validation)


def _sum(table: Table, row: Row) -> float:
    """The sum of the numbers of a row, and how many they are."""
    numbers = [
        float(row.values[column.name])
        for column in table.columns.values()
        if column.kind == "number" and column.name in row.values
    ]
    return sum(numbers) + len(numbers)


def _format(name: str, unit: object) -> str:
    if str(unit) == "share":
        return "0.0%"
    if str(unit).startswith("USD"):
        return "#,##0.00##"
    return "0.000E+00" if str(unit) == "param" and name.endswith("params") else "#,##0.###"


def _name(book: Workbook, name: str, where: str, comment: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=where, comment=comment[:255])
