"""Excel tables, as they are declared in the parts of a workbook."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlcost.errors import XlcostError
from xlcost.files.package import area_bounds, local_name, parse_xml, relations

_UNICODE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Table:
    """An Excel table: where it lies, and the names of its columns from left to right."""

    sheet: str
    first_row: int  # of the data
    last_row: int
    first_column: int
    columns: tuple[str, ...]
    has_header: bool
    totals_row: int | None


def tables_of(parts: Mapping[str, bytes], sheets: Mapping[str, str]) -> Iterator[tuple[str, Table]]:
    """The tables of a workbook, by their names in small letters."""
    for sheet, part in sheets.items():
        for kind, target, _ in relations(parts, part):
            if kind == "table" and target in parts:
                root = parse_xml(parts[target])
                try:
                    top, left, bottom, _right = area_bounds(root.attrib.get("ref", ""))
                except XlcostError:
                    continue
                header = root.attrib.get("headerRowCount", "1") != "0"
                totals = root.attrib.get("totalsRowCount", "0") != "0"
                columns = [e.attrib.get("name", "") for e in root.iter() if local_name(e.tag) == "tableColumn"]
                yield (
                    root.attrib.get("displayName", root.attrib.get("name", "")).lower(),
                    Table(
                        sheet=sheet,
                        first_row=top + header,
                        last_row=bottom - totals,
                        first_column=left,
                        columns=tuple(_UNICODE.sub(lambda code: chr(int(code[1], 16)), name) for name in columns),
                        has_header=header,
                        totals_row=bottom if totals else None,
                    ),
                )
