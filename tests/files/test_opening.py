"""Bad files and what the gate says about them. The numbers in the ids are those of the list of bad inputs."""

import contextlib
import io
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcost.errors import XlcostError
from xlcost.files import opening
from xlcost.files.opening import examine, open_workbook_bytes
from xlcost.files.package import read_parts, zip_parts

SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1 << 20


def workbook(**cells: object) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Costs"
    for address, value in cells.items():
        book.active[address] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(part: str, content: bytes | str, data: bytes | None = None) -> bytes:
    text = content.encode() if isinstance(content, str) else content
    return zip_parts(read_parts(data or workbook(A1=1)) | {part: text})


def without_part(part: str) -> bytes:
    return zip_parts({name: content for name, content in read_parts(workbook(A1=1)).items() if name != part})


def with_sheet_text(old: str, new: str) -> bytes:
    data = workbook(A1=1, A2="x", B7=3)
    sheet = read_parts(data)[SHEET].decode()
    assert old in sheet
    return with_part(SHEET, sheet.replace(old, new), data)


def raw_zip(entries: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries:
            package.writestr(name, content)
    return buffer.getvalue()


def bomb(size: int) -> bytes:
    """A workbook whose sheet is nothing but blanks, compressed piece by piece."""
    parts = read_parts(workbook(A1=1))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            with package.open(name, "w", force_zip64=True) as stream:
                stream.write(content)
                if name == SHEET:
                    for _ in range(size // MEGABYTE):
                        stream.write(b" " * MEGABYTE)
    return buffer.getvalue()


def lying(claimed: int) -> bytes:
    """A workbook whose directory claims another size for the sheet than it has."""
    data = bytearray(with_sheet_text("</sheetData>", "</sheetData>" + " " * 5_000))
    at = data.rfind(SHEET.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, at + 24, claimed)
    return bytes(data)


def duplicate_entry() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return raw_zip([*read_parts(workbook(A1=1)).items(), (SHEET, b"<worksheet/>")])


def renamed(entry: str) -> bytes:
    return raw_zip([*read_parts(workbook(A1=1)).items(), (entry, b"x")])


def doctype(declaration: str) -> bytes:
    sheet = read_parts(workbook(A1=1))[SHEET].decode().removeprefix("<?xml version='1.0' encoding='UTF-8'?>")
    return with_part(SHEET, f'<?xml version="1.0"?>{declaration}{sheet}')


def ole(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(name.encode("utf-16-le") for name in streams)


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "4-empty": (lambda: b"", "empty: 0 bytes"),
    "5-text": (lambda: b"hello", "text, perhaps CSV"),
    "6-truncated": (lambda: workbook(A1=1)[:-300], "damaged zip"),
    "6-only-a-beginning": (lambda: workbook(A1=1)[:100], "damaged zip"),
    "7-html": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
    "7-xml-spreadsheet": (lambda: b'<?mso-application progid="Excel.Sheet"?>', "XML Spreadsheet 2003"),
    "8-legacy-xls": (lambda: ole("Workbook"), "legacy .xls; open it in Excel or LibreOffice and save it as .xlsx"),
    "9-xlsb": (lambda: raw_zip([("xl/workbook.bin", b"x")]), ".xlsb"),
    "10-ods": (lambda: raw_zip([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]), ".ods"),
    "11-encrypted": (lambda: ole("EncryptionInfo", "EncryptedPackage"), "encrypted"),
    "12-bomb": (lambda: bomb(1024 * MEGABYTE), "MB when unpacked"),
    "12-small-bomb": (lambda: bomb(100 * MEGABYTE), "zip bomb"),
    "14-nested": (lambda: raw_zip([("a.xlsx", workbook(A1=1))]), "a zip that holds 'a.xlsx'"),
    "15-many-entries": (lambda: raw_zip([(f"xl/{n}.xml", b"") for n in range(10_001)]), "10,001 entries"),
    "16-size-too-small": (lambda: lying(10), "damaged, or its header lies"),
    "16-size-too-large": (lambda: lying(500_000), "header"),
    "17-billion-laughs": (lambda: doctype(LAUGHS + "]>"), "DTD or entities"),
    "18-quadratic": (lambda: doctype(f"<!DOCTYPE x [<!ENTITY a '{'a' * 50_000}'>]>"), "DTD or entities"),
    "19-file-entity": (lambda: doctype("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"), "DTD or entities"),
    "20-remote-dtd": (lambda: doctype("<!DOCTYPE x SYSTEM 'http://localhost:1/x.dtd'>"), "DTD or entities"),
    "20-dtd-in-a-drawing": (lambda: with_part("xl/drawings/a.vml", "<!DOCTYPE x SYSTEM 'http://x'><x/>"), "DTD"),
    "23-duplicate": (duplicate_entry, "is there twice"),
    "24-parent-folder": (lambda: renamed("../../x"), "points outside"),
    "25-absolute": (lambda: renamed("/etc/x"), "points outside"),
    "25-drive": (lambda: renamed("C:/x"), "points outside"),
    "26-no-workbook-xml": (lambda: without_part("xl/workbook.xml"), "without xl/workbook.xml"),
    "26-empty-zip": (lambda: raw_zip([]), "an empty zip"),
    "26-no-sheet": (lambda: without_part(SHEET), "lists no worksheet"),
    "27-bad-sheet": (lambda: with_sheet_text("</sheetData>", "</wrong>"), "sheet 'Costs' .*broken XML"),
    "27-cut-sheet": (lambda: with_sheet_text("</worksheet>", ""), "sheet 'Costs' .*broken XML"),
    "27-endless-tag": (lambda: with_part(SHEET, "<worksheet a" + os.urandom(700_000).hex()), "an XML tag of"),
    "27-utf-16": (lambda: with_part(SHEET, "<worksheet/>".encode("utf-16")), "UTF-16"),
    "pdf": (lambda: b"%PDF-1.7", "a PDF"),
    "word": (lambda: raw_zip([("word/document.xml", b"x")]), "a Word document"),
    "binary": (lambda: bytes(range(40)), "unknown: it begins with 00 01 02 03"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_line(case: str) -> None:
    build, message = REFUSED[case]
    data = build()
    began = time.perf_counter()
    with pytest.raises(XlcostError, match=message) as refusal:
        examine(data, "costs.xlsx")
    assert time.perf_counter() - began < 1
    assert str(refusal.value).startswith("costs.xlsx: ")
    assert "\n" not in str(refusal.value)
    assert refusal.value.exit_code == 2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_13_bomb_of_ten_gigabytes_stays_small_in_memory(tmp_path: Path) -> None:
    blank = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = b" " * MEGABYTE
    body = b"".join(blank.compress(megabyte) for _ in range(10)) + blank.flush()
    data = bytearray(raw_zip([*((n, c) for n, c in read_parts(workbook(A1=1)).items() if n != SHEET), (SHEET, b"")]))
    at = data.rfind(SHEET.encode()) - 46
    struct.pack_into("<II", data, at + 20, len(body), 0xFFFFFFF0)
    (tmp_path / "bomb.xlsx").write_bytes(data)
    (tmp_path / "small.xlsx").write_bytes(bomb(150 * MEGABYTE))
    for name in ("bomb.xlsx", "small.xlsx"):
        code = (
            "import sys\n"
            "from xlcost.files.opening import open_workbook_bytes\n"
            "try: open_workbook_bytes(sys.argv[1])\n"
            "except Exception as error: print(type(error).__name__)\n"
            # ru_maxrss would count the parent before exec.
            "peak = [line for line in open('/proc/self/status') if line.startswith('VmHWM')][0]\n"
            "print(int(peak.split()[1]) // 1024)\n"
        )
        run = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name)], capture_output=True, text=True, check=True, timeout=20
        )
        kind, peak = run.stdout.split()
        assert kind == "XlcostError"
        assert int(peak) < 200


READ: dict[str, tuple[Callable[[], bytes], str]] = {
    "21-far-cell": (lambda: workbook(A1=1, XFD1048576=2), ""),
    "22-lying-dimension": (lambda: with_sheet_text('ref="A1:B7"', 'ref="A1:XFD1048576"'), ""),
    "28-no-styles": (lambda: without_part("xl/styles.xml"), ""),
    "29-unknown-part": (lambda: with_part("xl/someday/new.xml", "<new/>"), ""),
    "29-broken-attachment": (lambda: with_part("customXml/item1.xml", "<broken"), ""),
    "30-macros": (lambda: with_part("xl/vbaProject.bin", b"\0"), "macros: xl/vbaProject.bin; not run"),
    "31-xlm": (lambda: with_part("xl/macrosheets/sheet1.xml", "<a/>"), "Excel 4 macro sheet"),
    "32-links": (lambda: with_part("xl/externalLinks/externalLink1.xml", "<a/>"), "links to other workbooks"),
    "33-dde-link": (lambda: with_part("xl/externalLinks/externalLink1.xml", "<ddeLink/>"), "DDE link"),
    "33-dde-formula": (lambda: workbook(A1="=cmd|'/c calc'!A1"), "DDE formula in sheet 'Costs'"),
    "34-connections": (lambda: with_part("xl/connections.xml", "<a/>"), "data connections: xl/connections.xml"),
    "35-ole": (lambda: with_part("xl/embeddings/oleObject1.bin", b"\0"), "embedded objects"),
    "35-remote-picture": (
        lambda: with_part(
            "xl/drawings/_rels/drawing1.xml.rels",
            '<Relationships><Relationship Id="a" Type="http://x/image" Target="http://x/a.png" TargetMode="External"/>'
            "</Relationships>",
        ),
        "links to other files or the web",
    ),
}


@pytest.mark.parametrize("case", READ)
def test_read_with_a_warning(case: str) -> None:
    build, warning = READ[case]
    warnings = examine(build(), "costs.xlsx")
    assert any(warning in line for line in warnings) if warning else warnings == ()


def test_text_with_a_bar_in_a_formula_is_no_dde() -> None:
    assert examine(workbook(A1='="a|b!"&B1', A2="=1"), "a.xlsx") == ()


def test_cells_are_counted_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_CELLS", 3)
    monkeypatch.setattr(opening, "PIECE", 300)
    data = workbook(A1=1, A2=2, C5=3)
    assert examine(data, "a.xlsx") == ()
    with pytest.raises(XlcostError, match=r"sheet 'Costs' .*more than 3 cells"):
        examine(workbook(A1=1, A2=2, C5=3, D9=4), "a.xlsx")


def test_cells_are_counted_over_all_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Second")):
        assert sheet is not None
        sheet["A1"], sheet["A2"] = 1, 2  # type: ignore[index]
    buffer = io.BytesIO()
    book.save(buffer)
    monkeypatch.setattr(opening, "MAX_CELLS", 3)
    with pytest.raises(XlcostError, match="more than 3 cells"):
        examine(buffer.getvalue(), "a.xlsx")


def test_1_missing_2_folder_3_unreadable(tmp_path: Path) -> None:
    with pytest.raises(XlcostError, match=r"absent\.xlsx: no such file"):
        open_workbook_bytes(tmp_path / "absent.xlsx")
    with pytest.raises(XlcostError, match="a folder"):
        open_workbook_bytes(tmp_path)
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(workbook(A1=1))
    locked.chmod(0)
    if os.geteuid() != 0:
        with pytest.raises(XlcostError, match="no permission"):
            open_workbook_bytes(locked)
    with pytest.raises(XlcostError, match="can't be read"):
        open_workbook_bytes("a\0b.xlsx")


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_PACKED", MEGABYTE)
    (tmp_path / "large.xlsx").write_bytes(b"PK\x03\x04" + bytes(2 * MEGABYTE))
    with pytest.raises(XlcostError, match="larger than 1 MB"):
        open_workbook_bytes(tmp_path / "large.xlsx")


def test_standard_input(tmp_path: Path) -> None:
    code = "from xlcost.files.opening import open_workbook_bytes as o; x = o('-'); print(x.name, len(x.data))"
    data = workbook(A1=1)
    run = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert run.stdout.decode().strip() == f"standard input {len(data)}"


def opens_or_refuses(data: bytes) -> None:
    began = time.perf_counter()
    with contextlib.suppress(XlcostError):
        examine(data, "any")
    assert time.perf_counter() - began < 2


@given(st.binary(max_size=2_000))
@settings(max_examples=150)
def test_any_bytes_end_in_a_workbook_or_a_refusal(data: bytes) -> None:
    opens_or_refuses(data)
    opens_or_refuses(b"PK\x03\x04" + data)


WORKBOOK = workbook(A1=1, A2="x", B1="=A1+1")


@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=300)
def test_any_damage_ends_in_a_workbook_or_a_refusal(damage: list[tuple[int, int]]) -> None:
    data = bytearray(WORKBOOK)
    for place, byte in damage:
        data[place] = byte
    opens_or_refuses(bytes(data))


@given(
    st.sampled_from(["xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", SHEET]), st.binary(max_size=300)
)
@settings(max_examples=150)
def test_any_part_ends_in_a_workbook_or_a_refusal(part: str, content: bytes) -> None:
    opens_or_refuses(with_part(part, content, WORKBOOK))
