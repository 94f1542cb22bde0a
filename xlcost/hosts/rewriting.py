"""Formulas said again in the words that the recalculation engine knows, in a copy that only it ever sees.

The engine has no tables, no 3-D references, no names for formulas with relative references, no prefixes of add-in
functions, and takes an empty argument for 0. Here all of these become plain references.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from xlcost.files.package import (
    MAX_COLUMN,
    MAX_ROW,
    cell_position,
    column_letters,
    column_number,
    local_name,
    parse_xml,
    relations,
    sheet_parts,
    workbook_part,
)
from xlcost.hosts.tables import Table, tables_of

BLANK_SHEET = "xlcost_blank"  # the engine passes a reference to an empty cell on as None
BLANK = f"{BLANK_SHEET}!A1"
MAX_DEPTH = 16  # names that refer to names
MAX_AREA = 2_000_000  # cells of one reference; the engine takes minutes for a corner-to-corner one


@dataclass(frozen=True)
class Surroundings:
    """What the formulas of a workbook may refer to besides cells."""

    functions: frozenset[str]  # in capitals
    sheets: tuple[str, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)  # by name, without case
    names: Mapping[tuple[str, str], str] = field(
        default_factory=dict
    )  # (sheet or "", name): definition to put in place
    lambdas: frozenset[str] = frozenset()
    has_links: bool = False
    extents: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # last row, last column; only if far apart


class Place(NamedTuple):
    """The cell that a formula stands in."""

    sheet: str
    row: int
    column: int


def surroundings(parts: Mapping[str, bytes], functions: frozenset[str]) -> Surroundings:
    """Tables, names and sheets of a workbook."""
    sheets = sheet_parts(parts)
    book = workbook_part(parts)
    definitions = dict(_definitions(parts[book]))
    calls = {key[1] for key, text in definitions.items() if re.match(r"=?(_xlfn\.)?LAMBDA\(", text, re.IGNORECASE)}
    extents = {sheet.lower(): _extent(parts[part]) for sheet, part in sheets.items()}
    is_wide = any(rows * columns > MAX_AREA for rows, columns in extents.values())
    plain = {
        key: text
        for key, text in definitions.items()
        if key[1] not in calls and (is_wide or not _KNOWN_NAME.fullmatch(text))
    }
    return Surroundings(
        functions=frozenset(name.upper() for name in functions),
        sheets=tuple(sheets),
        tables=dict(tables_of(parts, sheets)),
        names=plain,
        lambdas=frozenset(calls),
        has_links=any(kind == "externalLink" for kind, _, _ in relations(parts, book)),
        extents=extents if is_wide else {},
    )


def rewritten(formula: str, place: Place, around: Surroundings, depth: int = 0) -> str:
    """The formula in plain references. The same object when there is nothing to say differently."""
    if not _needs_rewriting(formula, around):
        return formula
    return "".join(_pieces(formula, place, around, depth))


def is_too_large(formula: str, place: Place, around: Surroundings) -> bool:
    """Whether a formula refers to more cells than can be walked through, the empty ones between far cells included."""
    if not around.extents:
        return False
    for match in _AREA.finditer("".join(token for kind, token in _tokens(formula) if kind != "string")):
        sheet = match["sheet"][:-1].strip("'").replace("''", "'") if match["sheet"] else place.sheet
        last_row, last_column = around.extents.get(sheet.lower(), (0, 0))
        columns = [column_number(letters) for letters in (match["left"], match["right"]) if letters] or [1, MAX_COLUMN]
        rows = [int(number) for number in (match["top"], match["bottom"]) if number] or [1, MAX_ROW]
        height = min(max(rows), last_row) - min(rows) + 1
        width = min(max(columns), last_column) - min(columns) + 1
        if height > 0 and width > 0 and height * width > MAX_AREA:
            return True
    return False


def formula_functions(formula: str) -> set[str]:
    """The functions that a formula calls, in capitals and without the prefixes of the file format."""
    tokens = _tokens(formula)
    called = {token for (kind, token), (_, following) in pairwise(tokens) if kind == "word" and following == "("}
    return {_bare(name).upper() for name in called}


def quoted(sheet: str) -> str:
    """A sheet's name as a reference begins with it."""
    return "'" + sheet.replace("'", "''") + "'!"


def _needs_rewriting(formula: str, around: Surroundings) -> bool:
    if _TRIGGER.search(formula):
        return True
    if not around.names and not around.tables:
        return False
    words = {word.lower() for word in _WORD.findall(formula)}
    return not words.isdisjoint(around.tables) or any(name in words for _, name in around.names)


def _pieces(formula: str, place: Place, around: Surroundings, depth: int) -> Iterator[str]:
    tokens = _tokens(formula)
    calls: list[str] = []  # the functions whose brackets are open
    last = ""  # the last token that is no space
    index = 0
    while index < len(tokens):
        kind, token = tokens[index]
        following = tokens[index + 1][1] if index + 1 < len(tokens) else ""
        index += 1
        if kind == "space":
            yield token
            continue
        if kind == "sheet":
            used, text = _qualified(token, tokens[index:], calls[-1] if calls else "", place, around, depth)
            index += used
            yield text
        elif kind == "word" and following == "(":
            yield _bare(token) if _is_prefixed(token, around) else token
        elif kind == "word" and following.startswith("[") and token.lower() in around.tables:
            yield _structured(around.tables[token.lower()], following, place)
            index += 1
        elif kind == "word":
            yield _named(token, place, around, depth)
        elif kind == "bracket" and (table := _table_at(place, around)):
            yield _structured(table, token, place)
        else:
            if token in ("(", "{"):
                calls.append(_bare(last).upper() if token == "(" else "")
            elif token in (",", ")") and calls and calls[-1] in around.functions and _is_empty(last, token):
                yield BLANK
            if token in (")", "}") and calls:
                calls.pop()
            yield token
        last = token


def _is_empty(last: str, token: str) -> bool:
    """Whether an argument that ends here is empty. F() has no argument, F(,) has two."""
    return last == "," or (last == "(" and token == ",")


def _is_prefixed(name: str, around: Surroundings) -> bool:
    lower = name.lower()
    return lower.startswith(("_xll.", "_xldudf_")) or (
        lower != _bare(name).lower() and _bare(name).upper() in around.functions
    )


def _bare(name: str) -> str:
    """A function's name without what the file format puts before it."""
    return re.sub(r"^(?:_xll\.|_xldudf_|_xlfn\.|_xlws\.)+", "", name, flags=re.IGNORECASE)


def _qualified(
    sheet: str, rest: list[tuple[str, str]], call: str, place: Place, around: Surroundings, depth: int
) -> tuple[int, str]:
    """How many tokens follow a sheet's name and belong to it, and what stands in their place."""
    name = sheet[:-1].strip("'").replace("''", "'")
    reference, used = _reference(rest)
    if re.match(r"\[\w", name) and not name.startswith("[0]"):
        return (0, sheet) if around.has_links else (used, "#REF!")
    name = name.removeprefix("[0]")
    if ":" in name:
        return used, _through_sheets(name, reference, call, around)
    if rest and rest[0][0] == "word" and (definition := _definition(rest[0][1], name, around)) is not None:
        return 1, _inlined(definition, place, around, depth)
    return 0, sheet if name else ""


def _reference(tokens: list[tuple[str, str]]) -> tuple[str, int]:
    """The cell or area that the tokens begin with, and how many of them it takes."""
    texts = [token for _, token in tokens[:3]]
    if len(texts) == 3 and texts[1] == ":":
        return "".join(texts), 3
    return (texts[0], 1) if texts else ("", 0)


def _through_sheets(span: str, reference: str, call: str, around: Surroundings) -> str:
    """First:Last!A1 as a list of references, where a function takes a list; #VALUE! anywhere else."""
    first, last = span.split(":", 1)
    lower = [sheet.lower() for sheet in around.sheets]
    if first.lower() not in lower or last.lower() not in lower:
        return "#REF!"
    if call not in _TAKES_LIST:
        return "#VALUE!"
    start, end = sorted((lower.index(first.lower()), lower.index(last.lower())))
    return ",".join(quoted(sheet) + reference for sheet in around.sheets[start : end + 1])


def _named(word: str, place: Place, around: Surroundings, depth: int) -> str:
    if table := around.tables.get(word.lower()):
        return _structured(table, "[]", place)
    definition = _definition(word, place.sheet, around)
    return word if definition is None else _inlined(definition, place, around, depth)


def _definition(word: str, sheet: str, around: Surroundings) -> str | None:
    local = around.names.get((sheet.lower(), word.lower()))
    return around.names.get(("", word.lower())) if local is None else local


def _inlined(definition: str, place: Place, around: Surroundings, depth: int) -> str:
    if depth > MAX_DEPTH:
        return "#NAME?"  # names that refer to each other in a circle
    text = rewritten(_moved(definition, place), place, around, depth + 1)
    return text if _PLAIN_REFERENCE.fullmatch(text) else f"({text})"


def _moved(definition: str, place: Place) -> str:
    """A name's definition as seen from a cell: the file writes its relative references as seen from A1."""
    tokens = _tokens(definition)
    following = [token for _, token in tokens[1:]] + [""]
    return "".join(
        _moved_reference(token, place) if kind == "word" and after not in ("(", "!") else token
        for (kind, token), after in zip(tokens, following, strict=True)
    )


def _moved_reference(word: str, place: Place) -> str:
    match = re.fullmatch(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})", word)
    if match is None:
        return word
    row, column = cell_position(word)
    if not match[1]:
        column = (column + place.column - 2) % MAX_COLUMN + 1
    if not match[3]:
        row = (row + place.row - 2) % MAX_ROW + 1
    return f"{match[1]}{column_letters(column)}{match[3]}{row}"


def _table_at(place: Place, around: Surroundings) -> Table | None:
    for table in around.tables.values():
        columns = range(table.first_column, table.first_column + len(table.columns))
        rows = range(table.first_row - table.has_header, (table.totals_row or table.last_row) + 1)
        if table.sheet == place.sheet and place.row in rows and place.column in columns:
            return table
    return None


def _structured(table: Table, specifier: str, place: Place) -> str:
    """A structured reference, such as [[#Totals],[Price]], as an area."""
    text = specifier[1:-1].strip()
    this_row = text.startswith("@")
    text = text.removeprefix("@").strip()
    items = _ITEM.findall(text) if text.startswith("[") else [text] if text else []
    items = [re.sub(r"'(.)", r"\1", item) for item in items]
    asked = {item.lower() for item in items if item.lower() in _ROWS}
    if this_row:
        asked.add("#this row")
    columns = _columns(table, [item for item in items if item.lower() not in _ROWS])
    if columns is None:
        return "#REF!"
    left, right = (column_letters(table.first_column + column) for column in columns)
    if "#this row" in asked:
        if place.sheet != table.sheet or not table.first_row <= place.row <= table.last_row:
            return "#VALUE!"
        return quoted(table.sheet) + f"${left}{place.row}" + (f":${right}{place.row}" if left != right else "")
    rows = _row_span(table, asked)
    if rows is None:
        return "#REF!"
    return quoted(table.sheet) + f"${left}${rows[0]}:${right}${rows[1]}"


def _columns(table: Table, items: list[str]) -> tuple[int, int] | None:
    """Number of the first and last column, counted from the table's left edge."""
    known = [name.casefold() for name in table.columns]
    try:
        found = [known.index(item.casefold()) for item in items]
    except ValueError:
        return None
    return (found[0], found[-1]) if found else (0, len(known) - 1)


def _row_span(table: Table, asked: set[str]) -> tuple[int, int] | None:
    rows: list[int] = []
    if "#all" in asked:
        rows += [table.first_row - table.has_header, table.totals_row or table.last_row]
    if "#headers" in asked and table.has_header:
        rows.append(table.first_row - 1)
    if "#totals" in asked and table.totals_row:
        rows.append(table.totals_row)
    if "#data" in asked or not asked:
        rows += [table.first_row, table.last_row]
    return (min(rows), max(rows)) if rows else None


def _extent(xml: bytes) -> tuple[int, int]:
    """The last row and column that hold a cell."""
    rows = max(map(int, _ROW_NUMBER.findall(xml)), default=1)
    return rows, max((column_number(letters.decode()) for letters in set(_CELL_LETTERS.findall(xml))), default=1)


def _definitions(book: bytes) -> Iterator[tuple[tuple[str, str], str]]:
    root = parse_xml(book)
    sheets = [element.attrib.get("name", "") for element in root.iter() if local_name(element.tag) == "sheet"]
    for element in root.iter():
        name = element.attrib.get("name", "")
        if local_name(element.tag) != "definedName" or name.startswith("_xlnm.") or not (element.text or "").strip():
            continue
        local = element.attrib.get("localSheetId", "")
        scope = sheets[int(local)].lower() if local.isdigit() and int(local) < len(sheets) else ""
        yield (scope, name.lower()), (element.text or "").strip()


def _tokens(formula: str) -> list[tuple[str, str]]:
    return [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(formula)]


_WORD = re.compile(r"[^\W\d][\w.]*")
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"]|"")*")
    |(?P<error>\#(?:N/A|DIV/0!|[A-Z_]+[!?]))
    |(?P<sheet>'(?:[^']|'')*'!|(?:\[\w+\])?[\w.]+(?::[\w.]+)?!|\[\w+\]!)
    |(?P<bracket>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    |(?P<number>[0-9]+(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]+)?(?![\w:]))
    |(?P<word>[\w$\\][\w.$\\?]*)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_TRIGGER = re.compile(r"\[|_xll\.|_xldudf_|_xlfn\.|,\s*[,)]|\(\s*,|:[^!(),\"]*!", re.IGNORECASE)
_AREA = re.compile(
    r"(?P<sheet>'(?:[^']|'')*'!|[\w.]+!)?\$?(?P<left>[A-Za-z]{1,3})?\$?(?P<top>[0-9]{1,7})?"
    r":\$?(?P<right>[A-Za-z]{1,3})?\$?(?P<bottom>[0-9]{1,7})?"
)
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="([0-9]{1,7})"')
_CELL_LETTERS = re.compile(rb'\sr="([A-Z]{1,3})[0-9]')
_ITEM = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_ROWS = {"#all", "#data", "#headers", "#totals", "#this row"}
_SHEET = r"(?:'(?:[^'\[\]]|'')+'|[\w.]+)!"
_KNOWN_NAME = re.compile(
    rf"=?(?:{_SHEET}\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?|-?[\d.]+(?:E[+-]?\d+)?|\"(?:[^\"]|\"\")*\"|TRUE|FALSE|.*\#REF!.*)",
    re.IGNORECASE,
)
_PLAIN_REFERENCE = re.compile(rf"(?:{_SHEET})?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?", re.IGNORECASE)
_TAKES_LIST = frozenset(
    "SUM SUMSQ PRODUCT COUNT COUNTA MAX MAXA MIN MINA AND OR AVERAGE AVERAGEA MEDIAN STDEV STDEVA STDEVP STDEVPA "
    "STDEV.S STDEV.P VAR VARA VARP VARPA VAR.S VAR.P".split()
)
