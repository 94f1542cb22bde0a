"""Changes to the bytes of a workbook as people make them, without losing its values."""

import io
from collections.abc import Callable, Mapping

from openpyxl import Workbook, load_workbook

from xlcost.files.package import read_parts, zip_parts


def with_texts(data: bytes, texts: Mapping[str, str]) -> bytes:
    """The workbook with some of the texts in its cells replaced; all else, values too, stays."""
    parts = read_parts(data)
    for old, new in texts.items():
        before, after = f"<t>{old}</t>".encode(), f"<t>{new}</t>".encode()
        assert any(before in content for content in parts.values()), old
        parts = {name: content.replace(before, after) for name, content in parts.items()}
    return zip_parts(parts)


def with_book(data: bytes, old: str, new: str) -> bytes:
    """The workbook with something replaced in the part that lists sheets and names."""
    parts = read_parts(data)
    assert old in parts["xl/workbook.xml"].decode(), old
    return zip_parts({**parts, "xl/workbook.xml": parts["xl/workbook.xml"].decode().replace(old, new).encode()})


def with_few_sheets(data: bytes) -> bytes:
    """The workbook with those sheets only that are read as inputs: quicker to change and save."""

    def remove(book: Workbook) -> None:
        for title in book.sheetnames:
            if title not in ("Cover", "Inputs", "Results"):
                del book[title]

    return edited(data, remove)


def edited(data: bytes, change: Callable[[Workbook], None]) -> bytes:
    """The workbook after a change, saved; the values of formulas are lost."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell_of(book: Workbook, name: str, title: str = "Base", sheet: str = "Inputs") -> str:
    """The cell of an input under a title."""
    row = next(cell.row for cell in book[sheet]["A"] if cell.value == name)
    return next(f"{cell.column_letter}{row}" for cell in book[sheet][5] if cell.value == title)
