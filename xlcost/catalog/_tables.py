"""Tables: a schema in tables.toml, and the rows of each in tables/<name>.csv."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from xlcost.catalog._fields import WORD, Fields, known_status, known_unit, place_in, refuse
from xlcost.catalog._history import check_history
from xlcost.catalog._records import Column, Row, Source, Table, Value, did_you_mean
from xlcost.catalog._spans import ENDS, derived, may_have, said

TABLE_FIELDS = ("label", "help", "key_label", "columns", "history_of", "alike", "unranged")
COLUMN_FIELDS = ("label", "unit", "kind", "help", "whole", "refers", "alike")
ORIGIN = ("source", "at", "status", "note")  # how every row ends
MAY_HAVE = ("aliases", "where")  # and what it may have besides; `where` is the place in the source
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
LONGEST_KEY = 255  # a spreadsheet's MATCH refuses more


def read_tables(folder: Path, schemas: Mapping[str, object], sources: Mapping[str, Source]) -> dict[str, Table]:
    """Every table that the schemas name, with its references to other tables followed."""
    tables = {name: _table(folder, name, schema, sources) for name, schema in schemas.items()}
    for path in sorted((folder / "tables").glob("*.csv")):
        if path.stem not in tables:
            refuse(f"tables/{path.name}", f"tables.toml has no such table{did_you_mean(path.stem, tables)}")
    for table in tables.values():
        for column in table.columns.values():
            if column.refers:
                _follow(table, column, tables)
        if table.history_of:
            check_history(table, tables)
    return {name: derived(table) for name, table in tables.items()}


def _table(folder: Path, name: str, schema: object, sources: Mapping[str, Source]) -> Table:
    where = f"tables.toml: {name}"
    fields = Fields.of(where, schema, TABLE_FIELDS)
    fields.need("label", "key_label", "columns", "unranged")
    given = Fields.of(f"{where}.columns", fields.values["columns"], _names(fields.values["columns"]))
    columns = {column: _column(f"{where}.{column}", column, record) for column, record in given.values.items()}
    columns = {column: _compared(f"{where}.{column}", each, given, columns) for column, each in columns.items()}
    rows, aliases = _rows(folder, f"tables/{name}.csv", columns, sources)
    texts = (fields.text("label"), fields.text("help"), fields.text("key_label"))
    alike = _alike(fields, columns)
    return Table(name, *texts, columns, rows, aliases, fields.text("history_of"), alike, fields.text("unranged"))


def _alike(fields: Fields, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The columns of texts by which rows sell the same thing."""
    named = fields.values.get("alike", [])
    texts = [name for name, column in columns.items() if column.kind == "text"]
    if not isinstance(named, list) or any(name not in texts for name in named):
        refuse(fields.where, f"alike = {named!r}: a list of columns of texts is wanted, of {texts}")
    return tuple(named)


def _compared(where: str, column: Column, given: Fields, columns: Mapping[str, Column]) -> Column:
    """The column with the rows that its prices are compared with, where those aren't the table's."""
    fields = Fields.of(where, given.values[column.name], COLUMN_FIELDS)
    return replace(column, alike=_alike(fields, columns))


def _names(columns: object) -> list[str]:
    return list(columns) if isinstance(columns, dict) else []


def _column(where: str, name: str, record: object) -> Column:
    if not WORD.fullmatch(name) or name in ("key", *MAY_HAVE, *ORIGIN):
        refuse(where, f"{name!r} can't name a column: lower-case words joined by _, and not one of those of every row")
    fields = Fields.of(where, record, COLUMN_FIELDS)
    fields.need("label", "unit")
    return Column(
        name=name,
        label=fields.text("label"),
        unit=known_unit(where, fields.text("unit")),
        kind="text" if fields.one_of("kind", ("number", "text")) == "text" else "number",
        help=fields.text("help"),
        whole=fields.flag("whole"),
        refers=fields.text("refers") or None,
    )


def _rows(
    folder: Path, file: str, columns: Mapping[str, Column], sources: Mapping[str, Source]
) -> tuple[dict[str, Row], dict[str, str]]:
    lines = _lines(folder, file)
    _, header = next(lines, (1, []))
    _check_header(file, header, columns)
    rows: dict[str, Row] = {}
    aliases: dict[str, str] = {}
    taken: dict[str, str] = {}  # casefolded name -> where it was first used
    for number, cells in lines:
        where = f"{file}: line {number}"
        if len(cells) != len(header):
            refuse(where, f"{len(cells)} cells, but the header has {len(header)}")
        named = dict(zip(header, cells, strict=True))
        key = named["key"]
        others = [alias for alias in named.get("aliases", "").split("|") if alias]
        for name in (key, *others):
            _check_key(where, name)
            if name.casefold() in taken:
                refuse(where, f"{name!r} names a row already, {taken[name.casefold()]} (case doesn't count)")
            taken[name.casefold()] = f"{key!r} in line {number}"
        rows[key] = _row(f"{where} ({key})", key, named, columns, sources)
        aliases.update((alias.casefold(), key) for alias in others)
    return rows, aliases


def _lines(folder: Path, file: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = (folder / file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(file, f"not UTF-8 text: byte {error.start} is 0x{error.object[error.start]:02x}")
    except OSError as error:
        refuse(file, f"can't be read: {error.strerror}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        refuse(file, f"line {reader.line_num}: not valid CSV: {error}")


def _check_header(file: str, header: list[str], columns: Mapping[str, Column]) -> None:
    wanted = ("key", *columns, *ORIGIN)
    for name in header:
        if name not in wanted and name not in (*MAY_HAVE, *may_have(columns)):
            refuse(file, f"column {name!r} isn't in tables.toml{did_you_mean(name, wanted)}")
        if header.count(name) > 1:
            refuse(file, f"column {name!r} is there twice")
    for name in wanted:
        if name not in header:
            refuse(file, f"column {name!r} is missing")


def _check_key(where: str, key: str) -> None:
    if not key or key != key.strip() or any(sign in key for sign in "*?~|") or not key.isprintable():
        refuse(where, f"{key!r} can't name a row: some text without * ? ~ | and without spaces around it")
    if len(key) > LONGEST_KEY:
        refuse(where, f"{key[:40]!r}... has {len(key)} characters: at most {LONGEST_KEY}")


def _row(
    where: str, key: str, named: Mapping[str, str], columns: Mapping[str, Column], sources: Mapping[str, Source]
) -> Row:
    values = {name: _cell(f"{where}, {name}", named[name], column) for name, column in columns.items() if named[name]}
    source = named["source"] or None
    status = known_status(where, named["status"], source, sources)
    if source is None and status != "placeholder":
        refuse(where, f"status = {status!r} without a source: name one, or call it a placeholder")
    at = _day(where, named["at"])
    if source and not at:
        at = sources[source].at
    further = (name for name in named if name.endswith(ENDS) and name not in columns and named[name])
    ends = {name: _cell(f"{where}, {name}", named[name], columns[name.rpartition("_")[0]]) for name in further}
    spans = said(where, values, ends)
    note, place = _text(f"{where}, note", named["note"]), _text(f"{where}, where", named.get("where", ""))
    return Row(key, values, source, at, status, note, place_in(where, place, source, sources), spans)


def _cell(where: str, text: str, column: Column) -> Value:
    if column.kind == "text":
        return _text(where, text)
    if not NUMBER.fullmatch(text):
        problem = "negative" if NUMBER.fullmatch(text.removeprefix("-")) else "not a plain number"
        refuse(where, f"{text!r} is {problem}: digits and a decimal point are wanted here, like 1979 or 0.05")
    number = float(text)
    if not math.isfinite(number):
        refuse(where, f"{text!r} is too large for a number")
    if column.whole and number != int(number):
        refuse(where, f"{text!r}: a whole number is wanted here")
    if column.maximum is not None and number > column.maximum:
        refuse(where, f"{text!r}: a {column.unit} lies between 0 and {column.maximum:g}")
    return number


def _text(where: str, text: str) -> str:
    if text != text.strip() or not text.isprintable():
        refuse(where, f"{text!r}: one line of text is wanted here, without spaces around it")
    return text


def _day(where: str, text: str) -> date | None:
    if not text:
        return None
    day = None
    if DAY.fullmatch(text):
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(text)
    return day or refuse(where, f"at = {text!r} is not a date: like 2026-10-01")


def _follow(table: Table, column: Column, tables: Mapping[str, Table]) -> None:
    assert column.refers is not None
    if column.refers not in tables or column.kind != "text":
        problem = "isn't a table" if column.refers not in tables else "is for a column of texts"
        refuse(f"tables.toml: {table.name}.{column.name}", f"refers = {column.refers!r} {problem}")
    other = tables[column.refers]
    for key, value in table.column(column.name).items():
        if value not in other.rows:
            near = did_you_mean(str(value), other.rows)
            refuse(f"tables/{table.name}.csv: {key}", f"{column.name} = {value!r} is no row of {other.name}{near}")
