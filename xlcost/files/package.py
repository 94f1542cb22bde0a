"""The parts of an .xlsx file, and the cells in a sheet's XML, read and cut without parsing what is not needed."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlcost.errors import XlcostError

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
DEFLATE_LEVEL = 6
MAX_ROW = 1_048_576
MAX_COLUMN = 16_384


class Cell(NamedTuple):
    """One `<c>` element of a sheet: where it lies in the XML, its address, and what stands between its tags."""

    start: int
    end: int
    row: int
    column: int
    attributes: bytes
    inner: bytes  # empty for <c .../>


def read_parts(data: bytes) -> dict[str, bytes]:
    """Every part of the package by its name, in the order of the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist() if not name.endswith("/")}


def zip_parts(parts: Mapping[str, bytes], *, compress: bool = True) -> bytes:
    """A package whose bytes depend on nothing but its parts and their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 0
            entry.external_attr = 0
            entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
            package.writestr(entry, content, compresslevel=DEFLATE_LEVEL if compress else None)
    return buffer.getvalue()


def workbook_part(parts: Mapping[str, bytes]) -> str:
    """The name of the part that lists the sheets, usually xl/workbook.xml; empty when there is none."""
    if "_rels/.rels" in parts:
        for kind, target, _ in relations(parts, ""):
            if kind == "officeDocument" and target in parts:
                return target
    return "xl/workbook.xml" if "xl/workbook.xml" in parts else ""


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of every worksheet by the sheet's name, in the order of the tabs. No chart sheets, no macro sheets."""
    book = workbook_part(parts)
    if not book:
        return {}
    targets = {key: target for kind, target, key in relations(parts, book) if kind == "worksheet"}
    found = {}
    for element in parse_xml(parts[book]).iter():
        if local_name(element.tag) == "sheet":
            keys = (value for name, value in element.attrib.items() if name.startswith("{") and name.endswith("}id"))
            if (target := targets.get(next(keys, ""))) and target in parts:
                found[element.attrib.get("name", "")] = target
    return found


def relations(parts: Mapping[str, bytes], source: str) -> Iterator[tuple[str, str, str]]:
    """Kind, target part and id of every internal relation of a part (of the package itself when source is empty)."""
    folder, name = posixpath.split(source)
    rels = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if rels is None:
        return
    for element in parse_xml(rels):
        if element.attrib.get("TargetMode") == "External":
            continue
        target = element.attrib.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        yield element.attrib.get("Type", "").rsplit("/", 1)[-1], path, element.attrib.get("Id", "")


def parse_xml(content: bytes) -> Element:
    """The root element. Entities and DTDs are refused."""
    from defusedxml.ElementTree import fromstring

    root: Element = fromstring(content, forbid_dtd=True)
    return root


def local_name(tag: str) -> str:
    """An element's name without its namespace: strict and transitional files differ in that only."""
    return tag.rsplit("}", 1)[-1]


def cells(xml: bytes) -> Iterator[Cell]:
    """Every cell of a sheet in the order of the file, also where addresses are left out."""
    row, column = 0, 0
    for match in _cell_pattern(prefix_of(xml)).finditer(xml):
        kind = match.lastgroup
        if kind == "cell":
            attributes, letters, number, inner = match.group("attributes", "letters", "number", "inner")
            if letters is None and (address := _ADDRESS.search(attributes)):
                letters, number = address.groups()
            if letters is None:
                column += 1
            else:
                row, column = int(number), _column(letters)
            yield Cell(match.start(), match.end(), row, column, attributes, inner or b"")
        elif kind == "row":
            row, column = int(address.group(1)) if (address := _ROW.search(match["row"])) else row + 1, 0


def prefix_of(xml: bytes) -> bytes:
    """The namespace prefix with its colon, as in `<x:worksheet>`; empty in most files."""
    match = _ROOT.search(xml)
    if match is None:
        raise XlcostError("a part of the workbook has no UTF-8 XML element in it; save the file again in Excel")
    return match[1] or b""


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The address in the usual notation: (2, 28) is AB2."""
    return f"{_letters(column)}{row}"


def cell_position(name: str) -> tuple[int, int]:
    """Row and column of an address such as AB2 or $AB$2."""
    match = _POSITION.fullmatch(name)
    if match is None:
        raise XlcostError(f"{name!r} is no cell address; A1 to XFD{MAX_ROW} are")
    return int(match[2]), column_number(match[1])


def area_bounds(reference: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of A1:B2, or of a single cell."""
    first, _, last = reference.partition(":")
    return (*cell_position(first), *cell_position(last or first))


_letters = cache(column_letters)
_column = lru_cache(MAX_COLUMN)(lambda letters: column_number(letters.decode()))  # of the letters as bytes
_POSITION = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*:)?[A-Za-z_]")
_ROW = re.compile(rb'\sr\s*=\s*["\'](\d+)')
_ADDRESS = re.compile(rb'(?:^|\s)r\s*=\s*["\']([A-Za-z]+)(\d+)')


@cache
def _cell_pattern(prefix: bytes) -> re.Pattern[bytes]:
    p = re.escape(prefix)
    return re.compile(
        rb"<" + p + rb'c(?P<attributes>(?:\sr="(?P<letters>[A-Z]{1,3})(?P<number>[0-9]+)")?(?:\s[^>]*)?)'
        rb"(?:(?<!/)>(?P<inner>.*?)</" + p + rb"c\s*>|/>)(?P<cell>)"
        rb"|<" + p + rb"row(?P<row>(?:\s[^>]*)?)>"
        rb"|<!(?P<skip>--.*?-->|\[CDATA\[.*?\]\]>)",
        re.DOTALL,
    )
