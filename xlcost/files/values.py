"""Cached values in a workbook: written, removed, and nothing else touched.

A file made by openpyxl holds formulas without results, so a preview, a phone or pandas sees empty cells. The
results are cut into the sheet's XML in place; every other byte of every part stays what it was.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from xlcost.errors import CellError, XlcostError
from xlcost.files.package import (
    Cell,
    area_bounds,
    cell_name,
    cell_position,
    cells,
    prefix_of,
    read_parts,
    sheet_parts,
    workbook_part,
    zip_parts,
)

Value: TypeAlias = float | int | str | bool | CellError | None
Area: TypeAlias = tuple[int, int, int, int]  # first row, first column, last row, last column
Edit: TypeAlias = tuple[int, int, bytes]  # replace what lies between two places
MAX_TEXT = 32_767
CALCULATION = b"191029"  # the engine of Excel 2019 and later: it then trusts the values in the file
MOMENT = b"2026-01-01T00:00:00Z"


def write_values(data: bytes, values: Mapping[tuple[str, str], Value]) -> bytes:
    """The same workbook with these results in its formula cells and in the cells that array formulas fill.

    A value of None removes a result. An address that holds no formula is refused, so no input is ever overwritten.
    """
    parts = read_parts(data)
    sheets = sheet_parts(parts)
    by_sheet: dict[str, dict[tuple[int, int], Value]] = {}
    for (sheet, cell), value in values.items():
        if sheet not in sheets:
            raise XlcostError(f"{sheet}!{cell}: no such sheet; there are {', '.join(sheets)}")
        by_sheet.setdefault(sheet, {})[cell_position(cell)] = value
    for sheet, wanted in by_sheet.items():
        parts[sheets[sheet]] = _write_sheet(parts[sheets[sheet]], sheet, wanted)
    book = workbook_part(parts)
    parts[book] = _trust_values(parts[book])
    return zip_parts(parts)


def strip_values(data: bytes) -> bytes:
    """The same workbook without any result, so that the next engine can't but calculate."""
    parts = read_parts(data)
    for part in sheet_parts(parts).values():
        xml = parts[part]
        parts[part] = apply_edits(xml, [without_result(xml, cell, formula) for cell, formula in results(xml)])
    return zip_parts(parts)


def normalise(data: bytes) -> bytes:
    """What openpyxl saved, with the same bytes on every build: fixed order, fixed dates, fixed compression."""
    parts = read_parts(data)
    first = ("[Content_Types].xml", "_rels/.rels")
    ordered = {name: parts[name] for name in sorted(parts, key=lambda name: (name not in first, name))}
    if core := ordered.get("docProps/core.xml"):
        ordered["docProps/core.xml"] = re.sub(
            rb"(<(dcterms:(?:created|modified))\b[^>]*>)[^<]*(</\2>)", rb"\g<1>" + MOMENT + rb"\g<3>", core
        )
    return zip_parts(ordered)


def results(xml: bytes) -> Iterator[tuple[Cell, re.Match[bytes] | None]]:
    """Every cell whose value comes from a formula: with the match of its `<f>`, or None where an array formula of
    another cell fills it. What a data table (what-if) has computed is left alone.
    """
    prefix = prefix_of(xml)
    pattern, opening = formula_pattern(prefix), b"<" + prefix + b"f"
    areas: list[Area] = []
    row = 0
    for cell in cells(xml):
        if areas and cell.row != row:
            row = cell.row
            areas = [area for area in areas if row <= area[2]]
        formula = pattern.search(cell.inner) if opening in cell.inner else None
        if formula is not None:
            if b'"dataTable"' in formula["attributes"]:
                continue
            if (area := array_area(formula)) and area[:2] != area[2:]:
                areas.append(area)
            yield cell, formula
        elif any(is_within((cell.row, cell.column), area) for area in areas):
            yield cell, None


def formula_pattern(prefix: bytes) -> re.Pattern[bytes]:
    """The `<f>` element in a cell."""
    p = re.escape(prefix)
    return re.compile(rb"<" + p + rb"f(?P<attributes>(?:\s[^>]*?)?)(?:/>|>(?P<text>.*?)</" + p + rb"f\s*>)", re.DOTALL)


def array_area(formula: re.Match[bytes]) -> Area | None:
    """The cells that an array formula fills; None for an ordinary formula."""
    if b't="array"' not in formula["attributes"]:
        return None
    reference = re.search(rb'\sref="([^"]+)"', formula["attributes"])
    return area_bounds(reference[1].decode()) if reference else None


def is_within(at: tuple[int, int], area: Area) -> bool:
    """Whether a cell lies in an area."""
    return area[0] <= at[0] <= area[2] and area[1] <= at[1] <= area[3]


def without_result(xml: bytes, cell: Cell, formula: re.Match[bytes] | None) -> Edit:
    """The edit that empties one of the cells of `results`."""
    return cell.start, cell.end, _render(prefix_of(xml), cell, formula[0] if formula else b"", None)


def apply_edits(xml: bytes, edits: list[Edit]) -> bytes:
    """The text with every edit made. Edits are in the order of the text and don't overlap."""
    pieces, position = [], 0
    for start, end, replacement in edits:
        pieces += [xml[position:start], replacement]
        position = end
    return b"".join([*pieces, xml[position:]])


def _write_sheet(xml: bytes, sheet: str, wanted: dict[tuple[int, int], Value]) -> bytes:
    prefix = prefix_of(xml)
    areas: list[Area] = []
    edits = []
    for cell, formula in results(xml):
        if formula is not None and (area := array_area(formula)):
            areas.append(area)
        at = (cell.row, cell.column)
        if at in wanted:
            value = _checked(wanted.pop(at), sheet, at)
            edits.append((cell.start, cell.end, _render(prefix, cell, formula[0] if formula else b"", value)))
    for at, value in wanted.items():
        if not any(is_within(at, area) for area in areas):
            raise XlcostError(f"{sheet}!{cell_name(*at)}: holds no formula; results go into formula cells only")
        _checked(value, sheet, at)
    patched = apply_edits(xml, edits)
    return _insert_cells(patched, prefix, wanted) if wanted else patched


def _checked(value: Value, sheet: str, at: tuple[int, int]) -> Value:
    """The same value, when a workbook can hold it."""
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise XlcostError(f"{sheet}!{cell_name(*at)}: a text of {len(value):,} letters; a cell holds {MAX_TEXT:,}")
    elif isinstance(value, float) and not math.isfinite(value):
        raise XlcostError(f"{sheet}!{cell_name(*at)}: {value} is no number that a cell holds; {CellError.NUM} would be")
    return value


def _insert_cells(xml: bytes, prefix: bytes, missing: Mapping[tuple[int, int], Value]) -> bytes:
    """Cells that an array formula fills and that the file doesn't have yet, put where they belong."""
    by_row: dict[int, list[tuple[int, bytes]]] = {}
    for (row, column), value in sorted(missing.items()):
        bare = Cell(0, 0, row, column, f' r="{cell_name(row, column)}"'.encode(), b"")
        by_row.setdefault(row, []).append((column, _render(prefix, bare, b"", value)))
    edits: list[Edit] = []
    for start, end, number, content in _rows(xml, prefix):
        for earlier in [row for row in by_row if row < number]:
            edits.append((start, start, _new_row(earlier, by_row.pop(earlier), prefix)))
        if number in by_row and content[0] < 0:
            opening = xml[start:end].removesuffix(b"/>")
            new = b"".join(element for _, element in by_row.pop(number))
            edits.append((start, end, opening + b">" + new + b"</" + prefix + b"row>"))
        elif number in by_row:
            edits += _into_row(xml, content, by_row.pop(number), prefix)
    close = re.search(rb"</" + prefix + rb"sheetData\s*>", xml)
    last = close.start() if close else len(xml)
    return apply_edits(xml, edits + [(last, last, _new_row(row, new, prefix)) for row, new in by_row.items()])


def _rows(xml: bytes, prefix: bytes) -> Iterator[tuple[int, int, int, tuple[int, int]]]:
    """Start, end and number of every row, and where its content lies: at (-1, -1) for <row .../>."""
    p = re.escape(prefix)
    pattern = re.compile(rb"<" + p + rb"row(\s[^>]*?)?(?:/>|>(.*?)</" + p + rb"row\s*>)", re.DOTALL)
    number = 0
    for match in pattern.finditer(xml):
        address = re.search(rb'\sr="(\d+)"', match[1] or b"")
        number = int(address[1]) if address else number + 1
        yield match.start(), match.end(), number, match.span(2)


def _into_row(xml: bytes, content: tuple[int, int], new: list[tuple[int, bytes]], prefix: bytes) -> list[Edit]:
    opening = b"<" + prefix + b"row>"
    shift = content[0] - len(opening)
    there = [(cell.column, shift + cell.start) for cell in cells(opening + xml[content[0] : content[1]])]
    places = [next((place for other, place in there if other > column), content[1]) for column, _ in new]
    return [(place, place, element) for place, (_, element) in zip(places, new, strict=True)]


def _new_row(number: int, new: list[tuple[int, bytes]], prefix: bytes) -> bytes:
    content = b"".join(element for _, element in new)
    return b'<%srow r="%d">%s</%srow>' % (prefix, number, content, prefix)


def _render(prefix: bytes, cell: Cell, formula: bytes, value: Value) -> bytes:
    """The cell's element with its own attributes, formula and extensions, and another result."""
    kind, text = _encoded(value)
    result = b"" if value is None else b"<%sv>%s</%sv>" % (prefix, text, prefix)
    rest = cell.inner.replace(formula, b"", 1)
    if rest:
        rest = _RESULT.sub(b"", rest)
    attributes = _TYPE.sub(b"", cell.attributes) if b"t" in cell.attributes else cell.attributes
    opening = b"<%sc%s%s" % (prefix, attributes.rstrip(), kind)
    content = formula + result + rest
    return b"%s>%s</%sc>" % (opening, content, prefix) if content else opening + b"/>"


def _encoded(value: Value) -> tuple[bytes, bytes]:
    """The cell's type attribute, and the text of its `<v>`."""
    if value is None:
        return b"", b""
    if isinstance(value, bool):
        return b' t="b"', b"1" if value else b"0"
    if isinstance(value, CellError):
        return b' t="e"', value.value.encode()
    if isinstance(value, str):
        return b' t="str"', _escaped(value)
    return b"", _number(float(value))


def _number(number: float) -> bytes:
    if number == 0:
        return b"0"  # minus zero too
    return repr(number).removesuffix(".0").encode()


def _escaped(text: str) -> bytes:
    """Text as XML holds it; what XML can't hold is written in the form _x000D_ that Excel reads back."""
    if not _PLAIN.fullmatch(text):
        text = _ESCAPE_LIKE.sub("_x005F_", text)
        text = _FORBIDDEN.sub(_code, text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.encode("utf-8")


def _code(match: re.Match[str]) -> str:
    code = ord(match[0])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"_x{code:04X}_"


def _trust_values(book: bytes) -> bytes:
    """workbook.xml with calcPr saying that the values are up to date."""
    prefix = prefix_of(book)
    found = re.search(rb"<" + prefix + rb"calcPr\b[^>]*?(?=/?>)", book)
    if found:
        tag = re.sub(rb'\s(?:calcId|fullCalcOnLoad)\s*=\s*(?:"[^"]*"|\'[^\']*\')', b"", found[0]).rstrip()
        name = b"<" + prefix + b"calcPr"
        tag = name + b' calcId="' + CALCULATION + b'"' + tag[len(name) :]
        return book[: found.start()] + tag + book[found.end() :]
    for before in (rb"definedNames", rb"externalReferences", rb"functionGroups", rb"sheets"):
        ends = list(re.finditer(rb"</" + prefix + before + rb"\s*>|<" + prefix + before + rb"\s*/>", book))
        if ends:
            at = ends[-1].end()
            return book[:at] + b"<" + prefix + b'calcPr calcId="' + CALCULATION + b'"/>' + book[at:]
    return book


_TYPE = re.compile(rb"""\st\s*=\s*(?:"[^"]*"|'[^']*')""")
_RESULT = re.compile(rb"<(?:\w+:)?(v|is)(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?\1\s*>)", re.DOTALL)
_PLAIN = re.compile(r"[ -%'-;=?-^`-~\u00a0-\ud7ff]*")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\r\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
