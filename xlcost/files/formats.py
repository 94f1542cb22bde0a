"""What a file is that was given as a workbook and is none: named by its first bytes, with the way to convert it."""

from collections.abc import Sequence

HOW_TO_SAVE = "open it in Excel or LibreOffice and save it as .xlsx"


def foreign_format(data: bytes) -> str:
    """The name of a format that is not a zip, with what to do about it. Empty for a zip."""
    if not data:
        return "empty: 0 bytes"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    if data.startswith(_COMPOUND_FILE):
        return _compound_file(data)
    for start, label in _SIGNATURES.items():
        if data.startswith(start):
            return label
    return _text_format(data)


def zip_format(names: Sequence[str]) -> str:
    """The name of another format that is a zip too. Empty for a workbook, or for a zip that tells nothing."""
    present = set(names)
    if not present:
        return "an empty zip"
    if any(name.startswith("xl/workbook.bin") for name in present):
        return f".xlsb, the binary workbook; {HOW_TO_SAVE}"
    for part, label in _ZIP_PARTS.items():
        if part in present:
            return label
    files = [name for name in names if not name.endswith("/")]
    inner = [name for name in files if name.lower().endswith((".zip", ".xlsx", ".xlsm", ".xls"))]
    if inner and "[Content_Types].xml" not in present:
        return f"a zip that holds {inner[0]!r}; unpack it first"
    return ""


def _compound_file(data: bytes) -> str:
    """The old container of Office: password-protected .xlsx and .xls alike. Stream names tell them apart."""
    if _utf16("EncryptedPackage") in data or _utf16("EncryptionInfo") in data:
        return "encrypted: remove the password in Excel under File > Info, and save"
    if _utf16("WordDocument") in data:
        return "a Word document"
    if _utf16("PowerPoint Document") in data:
        return "a PowerPoint presentation"
    return f"legacy .xls; {HOW_TO_SAVE}"


def _text_format(data: bytes) -> str:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = head.lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body")) or b"<html" in lower:
        return f"HTML, as web sites export it under the name .xls; {HOW_TO_SAVE}"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b'progid="Excel.Sheet"' in head:
        return f"XML Spreadsheet 2003; {HOW_TO_SAVE}"
    if b"opendocument" in head and head.startswith(b"<"):
        return f"flat .fods of LibreOffice; {HOW_TO_SAVE}"
    if head.startswith((b"<?xml", b"<")):
        return "an XML file"
    if head.startswith(b"ID;P"):
        return f"SYLK; {HOW_TO_SAVE}"
    if head[:1] in (b"{", b"[") and b'"' in head:
        return "JSON text"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"text in UTF-16; {HOW_TO_SAVE}"
    if b"\0" not in data[:4096] and sum(byte < 9 or 13 < byte < 32 for byte in head) == 0:
        return f"text, perhaps CSV; {HOW_TO_SAVE}"
    return f"unknown: it begins with {data[:4].hex(' ')}; a workbook begins with 50 4b 03 04"


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "gzip; unpack it first",
    b"7z\xbc\xaf\x27\x1c": "7-Zip; unpack it first",
    b"Rar!": "RAR; unpack it first",
    b"BZh": "bzip2; unpack it first",
    b"\xfd7zXZ": "xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "zstd; unpack it first",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"\x09\x08\x10\x00": f"legacy .xls; {HOW_TO_SAVE}",
    b"\x09\x08\x08\x00": f"legacy .xls; {HOW_TO_SAVE}",
    b"\x09\x04\x06\x00": f"legacy .xls; {HOW_TO_SAVE}",
    b"\x09\x02\x06\x00": f"legacy .xls; {HOW_TO_SAVE}",
}
_ZIP_PARTS = {
    "mimetype": f".ods or another OpenDocument file; {HOW_TO_SAVE}",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "Index/Document.iwa": "Apple Numbers; export it as Excel",
    "Index.zip": "Apple Numbers; export it as Excel",
    "AndroidManifest.xml": "an Android app",
}
