"""The gate that every workbook passes before anything else reads it: what it is, whether it is safe, what it carries.

Nothing is unpacked to disk or held unpacked in memory: parts are inflated in small pieces, counted and dropped.
"""

import io
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from xlcost.errors import XlcostError
from xlcost.files.formats import HOW_TO_SAVE, foreign_format, zip_format
from xlcost.files.package import parse_xml, sheet_parts, workbook_part

MEGABYTE = 1 << 20
MAX_PACKED = 100 * MEGABYTE
MAX_UNPACKED = 1024 * MEGABYTE
MAX_RATIO = 200  # a dense sheet of equal rows packs some 60 : 1, a bomb 1,000 : 1
FREE_OF_RATIO = MEGABYTE  # a small part may pack as well as it likes
MAX_PARTS = 10_000
MAX_CELLS = 2_000_000
PIECE = MEGABYTE // 2
STRUCTURE_LIMIT = 64 * MEGABYTE  # for workbook.xml and the lists of relations, which are held in memory


@dataclass(frozen=True)
class Opened:
    """A workbook that passed the gate: its bytes, the name to call it by, and what it carries that is never run."""

    data: bytes
    name: str
    warnings: tuple[str, ...]


def open_workbook_bytes(path: str | Path) -> Opened:
    """Read and examine a workbook; `-` is standard input. Anything doubtful is refused in one line."""
    data, name = _read(path)
    return Opened(data, name, examine(data, name))


def examine(data: bytes, name: str) -> tuple[str, ...]:
    """The warnings about a workbook's bytes; a refusal when they are no workbook, or not a safe one."""
    if len(data) > MAX_PACKED:
        raise XlcostError(f"{name}: larger than {MAX_PACKED // MEGABYTE} MB, the most that is read")
    if foreign := foreign_format(data):
        raise XlcostError(f"{name}: not an Excel workbook ({foreign})")
    if (count := data.count(b"PK\x01\x02")) > MAX_PARTS:
        raise XlcostError(f"{name}: {count:,} entries in the zip; a workbook has at most {MAX_PARTS:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _examine_package(package, name, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise XlcostError(
            f"{name}: not an Excel workbook (damaged zip: {_first_line(error)}); get the file again"
        ) from None


def _read(path: str | Path) -> tuple[bytes, str]:
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_PACKED + 1), "standard input"
    name = str(path)
    try:
        if Path(path).is_dir():
            raise XlcostError(f"{name}: a folder; name a workbook in it")
        with Path(path).open("rb") as file:
            return file.read(MAX_PACKED + 1), name
    except FileNotFoundError:
        raise XlcostError(f"{name}: no such file") from None
    except PermissionError:
        raise XlcostError(f"{name}: no permission to read it") from None
    except (OSError, ValueError) as error:
        raise XlcostError(f"{name}: can't be read ({_first_line(error)})") from None


def _examine_package(package: zipfile.ZipFile, name: str, packed: int) -> tuple[str, ...]:
    entries = package.infolist()
    _check_names(entries, name)
    _check_sizes(entries, name, packed)
    if other := zip_format([entry.filename for entry in entries]):
        raise XlcostError(f"{name}: not an Excel workbook ({other})")
    parts = _structure(package, entries, name)
    book = workbook_part(parts)
    if not book:
        raise XlcostError(f"{name}: not an Excel workbook (a zip without xl/workbook.xml); {HOW_TO_SAVE}")
    sheets = _sheets(package, parts, book, name)
    found: set[str] = set()
    total_cells = 0
    for entry in entries:
        if not entry.is_dir():
            total_cells += _examine_part(package, entry, name, sheets.get(entry.filename), found)
            if total_cells > MAX_CELLS:
                where = f"up to sheet {sheets[entry.filename]!r}"
                raise XlcostError(f"{name}: more than {MAX_CELLS:,} cells ({where}), the most that is read")
    return _warnings(entries, parts, found)


def _check_names(entries: list[zipfile.ZipInfo], name: str) -> None:
    seen = set()
    for entry in entries:
        part = entry.filename
        if part.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", part) or "\\" in part or ".." in part.split("/"):
            raise XlcostError(f"{name}: zip entry {part!r} points outside the package; part names are relative paths")
        if part.lower() in seen:
            raise XlcostError(f"{name}: zip entry {part!r} is there twice; part names are unique")
        if entry.flag_bits & 1:
            raise XlcostError(f"{name}: encrypted (zip entry {part!r}); save it without a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise XlcostError(
                f"{name}: zip entry {part!r} is packed by method {entry.compress_type}; Excel uses deflate"
            )
        seen.add(part.lower())


def _check_sizes(entries: list[zipfile.ZipInfo], name: str, packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise XlcostError(
            f"{name}: {unpacked / MEGABYTE:,.0f} MB when unpacked; at most {MAX_UNPACKED // MEGABYTE:,} MB are read"
        )
    if sum(entry.compress_size for entry in entries) > packed:
        raise XlcostError(f"{name}: zip entries overlap or claim more bytes than the file has; get the file again")
    for entry in entries:
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > FREE_OF_RATIO and ratio > MAX_RATIO:
            raise XlcostError(
                f"{name}: part {entry.filename} would grow {ratio:,.0f} : 1 when unpacked (a zip bomb);"
                f" at most {MAX_RATIO} : 1 is read"
            )


def _structure(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> dict[str, bytes]:
    """workbook.xml and all relations in memory; every other part's name with nothing in it."""
    relations = {entry.filename: entry for entry in entries if entry.filename.endswith(".rels")}
    parts = {entry.filename: b"" for entry in entries}
    parts |= {part: _whole(package, entry, name) for part, entry in relations.items()}
    if book := workbook_part(parts):
        parts[book] = _whole(package, package.getinfo(book), name)
    return parts


def _whole(package: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    if entry.file_size > STRUCTURE_LIMIT:
        raise XlcostError(f"{name}: part {entry.filename} has {entry.file_size / MEGABYTE:,.0f} MB; a few kB are usual")
    _examine_part(package, entry, name, None, set())
    return package.read(entry)


def _sheets(package: zipfile.ZipFile, parts: dict[str, bytes], book: str, name: str) -> dict[str, str]:
    """The name of each sheet by its part. A workbook without a sheet that can be read is none."""
    sheets = {part: sheet for sheet, part in sheet_parts(parts).items()}
    if not sheets:
        raise XlcostError(f"{name}: {book} lists no worksheet that is in the file; {HOW_TO_SAVE}")
    return sheets


def _examine_part(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, sheet: str | None, found: set[str]
) -> int:
    """The number of cells in a part, once all of it has been inflated, parsed and compared with its checksum."""
    part = entry.filename
    where = f"{name}: sheet {sheet!r} ({part})" if sheet is not None else f"{name}: part {part}"
    pieces = _pieces(package, entry, where)
    is_xml = part.lower().endswith((".xml", ".rels"))
    pieces = _sound_xml(pieces, where, part) if is_xml else _without_entities(pieces, where)
    if sheet is not None:
        return _count_cells(pieces, where, sheet, found)
    for piece in pieces:
        if b"ddeLink" in piece and part.lower().startswith("xl/externallinks/"):
            found.add(f"DDE link ({part})")
    return 0


def _pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    size = 0
    try:
        with package.open(entry) as stream:
            while piece := stream.read(PIECE):
                size += len(piece)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise XlcostError(f"{where}: damaged, or its header lies ({_first_line(error)}); get the file again") from None
    if size != entry.file_size:
        raise XlcostError(
            f"{where}: {size:,} bytes where the zip's header says {entry.file_size:,}; get the file again"
        )


def _sound_xml(pieces: Iterator[bytes], where: str, part: str) -> Iterator[bytes]:
    """The same pieces; a refusal at the first DTD, or where the XML breaks in a part that matters."""

    def refuse(*_: object) -> None:
        raise XlcostError(f"{where}: holds a DTD or entities, which no workbook needs")

    def check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise XlcostError(f"{where}: XML in {encoding}; {HOW_TO_SAVE}")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    if part.startswith("xl/"):
        parser.XmlDeclHandler = check_encoding
    in_tag = False
    try:
        for piece in pieces:
            if in_tag and b">" not in piece and len(piece) == PIECE:  # a parser starts again with every piece of a tag
                raise XlcostError(f"{where}: an XML tag of more than {PIECE // 1024} kB; a few hundred bytes are usual")
            in_tag = piece.rfind(b"<") > piece.rfind(b">")
            parser.Parse(piece, False)
            yield piece
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if _must_be_sound(part):
            raise XlcostError(f"{where}: broken XML ({error}); open and save it in Excel") from None
        yield from pieces


def _without_entities(pieces: Iterator[bytes], where: str) -> Iterator[bytes]:
    """The same pieces; a refusal where something that isn't called XML holds a DTD all the same."""
    tail = b""
    for piece in pieces:
        if re.search(rb"<!(?:DOCTYPE|ENTITY)\s", tail + piece):
            raise XlcostError(f"{where}: holds a DTD or entities, which no workbook needs")
        tail = piece[-16:]
        yield piece


def _count_cells(pieces: Iterator[bytes], where: str, sheet: str, found: set[str]) -> int:
    """The cells that are really there: what the dimension tag says is not believed."""
    count, tail = 0, b""
    for piece in pieces:
        if not count and not tail and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise XlcostError(f"{where}: XML in UTF-16; {HOW_TO_SAVE}")
        text = tail + piece
        cut = text.rfind(b"<")
        count += sum(1 for _ in _CELL.finditer(text, 0, cut))
        if _DDE_FORMULA.search(text):
            found.add(f"DDE formula in sheet {sheet!r}")
        if count > MAX_CELLS:
            raise XlcostError(f"{where}: more than {MAX_CELLS:,} cells, the most that is read")
        tail = text[cut:]
    return count + sum(1 for _ in _CELL.finditer(tail))


def _must_be_sound(part: str) -> bool:
    """Broken XML in a user's own attachments harms nobody; in the workbook proper it does."""
    return not part.lower().startswith(("customxml/", "docprops/", "xl/drawings/", "customui/"))


def _warnings(entries: list[zipfile.ZipInfo], parts: dict[str, bytes], found: set[str]) -> tuple[str, ...]:
    carried: dict[str, list[str]] = {}
    for entry in entries:
        for label, pattern in _ACTIVE.items():
            if re.search(pattern, entry.filename, re.IGNORECASE):
                carried.setdefault(label, []).append(entry.filename)
    for part, content in parts.items():
        if part.endswith(".rels") and (count := _remote_targets(content)):
            carried.setdefault("links to other files or the web", []).append(f"{part}: {count}")
    listed = [f"{label}: {', '.join(names[:5])}{' ...' if len(names) > 5 else ''}" for label, names in carried.items()]
    return tuple(f"{line}; not run, not fetched" for line in [*listed, *sorted(found)])


def _remote_targets(rels: bytes) -> int:
    """How many targets lie outside the file, such as linked pictures. A hyperlink waits for a click: not counted."""
    remote = [element for element in parse_xml(rels) if element.attrib.get("TargetMode") == "External"]
    return sum(not element.attrib.get("Type", "").endswith(("/hyperlink", "/externalLinkPath")) for element in remote)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_DDE_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?>[^<|\"]*\w\|[^<|\"]*!")
_ACTIVE = {
    "macros": r"vbaProject\w*\.bin$",
    "Excel 4 macro sheet": r"^xl/macrosheets/[^/]+$",
    "links to other workbooks": r"^xl/externalLinks/[^/]+$",
    "data connections": r"^xl/(connections\.xml|queryTables/[^/]+)$",
    "embedded objects": r"^xl/embeddings/[^/]+$",
    "ActiveX controls": r"^xl/(activeX|ctrlProps)/[^/]+$",
    "web extensions": r"^xl/webextensions/[^/]+$",
}
