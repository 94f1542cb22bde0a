"""A workbook becomes one with macros: xlwings' own VBA, the FT_ functions, and what names them in the package."""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from uuid import NAMESPACE_URL, uuid5

from xlcost.errors import XlcostError
from xlcost.files.package import read_parts, sheet_parts, zip_parts
from xlcost.files.vba_project import Module, Project, read_project, write_project
from xlcost.hosts import vba
from xlcost.hosts.intellisense import NAMESPACE, intellisense

# The macro workbook of `xlwings quickstart --standalone`. Its VBA is BSD-licensed, with the notice in its source.
BASE = "quickstart_standalone.xlsm"
PROJECT = "xl/vbaProject.bin"
WORKBOOK, TYPES, RELATIONS = "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
ITEM, ITEM_PROPERTIES, ITEM_RELATIONS = (
    "customXml/item1.xml",
    "customXml/itemProps1.xml",
    "customXml/_rels/item1.xml.rels",
)

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_WITH_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def with_macros(data: bytes, *, addin: bool = False) -> bytes:
    """The same workbook with the FT_ functions as VBA functions that ask Python. The same bytes every time."""
    parts = read_parts(data)
    sheets = list(sheet_parts(parts).values())
    codes = [f"Sheet{place + 1}" for place in range(len(sheets))]
    for part, code in zip(sheets, codes, strict=True):
        parts[part] = _replaced(parts[part], b"<sheetPr", f'<sheetPr codeName="{code}"')
    parts[WORKBOOK] = _replaced(parts[WORKBOOK], b"<workbookPr", '<workbookPr codeName="ThisWorkbook"')
    parts[TYPES] = _replaced(parts[TYPES], _PLAIN.encode(), _ADDIN if addin else _WITH_MACROS)
    parts[TYPES] = _replaced(
        parts[TYPES],
        b"</Types>",
        f'<Override PartName="/{PROJECT}" ContentType="application/vnd.ms-office.vbaProject"/>'
        f'<Override PartName="/{ITEM_PROPERTIES}" '
        'ContentType="application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/></Types>',
    )
    parts[RELATIONS] = _replaced(
        parts[RELATIONS],
        b"</Relationships>",
        '<Relationship Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        f'Target="vbaProject.bin" Id="rIdVba"/><Relationship Type="{_OFFICE}/relationships/customXml" '
        f'Target="../{ITEM}" Id="rIdHelp"/></Relationships>',
    )
    parts[PROJECT] = write_project(_project(codes, addin))
    return zip_parts(parts | _help())


def project_of(data: bytes) -> Project | None:
    """The VBA project that a workbook carries, if it does."""
    found = read_parts(data).get(PROJECT)
    return None if found is None else read_project(found)


def _project(sheets: list[str], addin: bool) -> Project:
    base = _base()
    book, sheet = base.module("ThisWorkbook"), base.module("Sheet1")
    return base.having(
        Module(book.name, book.kind, vba.on_opening(book.source, addin=addin)),
        *(Module(code, sheet.kind, sheet.source.replace('"Sheet1"', f'"{code}"')) for code in sheets),
        base.module("xlwings"),
        base.module("Dictionary"),
        Module(vba.STUBS, "Module", vba.stubs()),
        Module(vba.DESCRIPTIONS, "Module", vba.descriptions()),
    )


@functools.cache
def _base() -> Project:
    """The VBA that ships with the installed xlwings, and fits its DLL."""
    found = project_of(files("xlwings").joinpath(BASE).read_bytes())
    if found is None:
        raise XlcostError(f"xlwings' own {BASE} has no macros; install xlwings again")
    return found


def _help() -> dict[str, bytes]:
    """The descriptions for Excel-DNA IntelliSense, inside the workbook so that they go where it goes."""
    identifier = str(uuid5(NAMESPACE_URL, NAMESPACE)).upper()
    properties = (
        f'{_DECLARATION}<ds:datastoreItem ds:itemID="{{{identifier}}}" xmlns:ds="{_OFFICE}/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    relations = (
        f'{_DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/customXmlProps" Target="itemProps1.xml"/>'
        "</Relationships>"
    )
    return {ITEM: intellisense(), ITEM_PROPERTIES: properties.encode(), ITEM_RELATIONS: relations.encode()}


def _replaced(xml: bytes, old: bytes, new: str) -> bytes:
    """The first one replaced. It is there: the package is one that was just rendered."""
    changed, count = re.subn(re.escape(old), new.encode().replace(b"\\", b"\\\\"), xml, count=1)
    if not count:
        raise ValueError(f"{old!r} is not in a part of the workbook")
    return changed
