"""Read a workbook that xlcost has made: its cases, its results, and what its reader should know about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from xlcost import __version__
from xlcost.analysis.case import KNOWN, Case, Given, known_inputs
from xlcost.catalog import Rename, renamed, shipped_renames
from xlcost.errors import XlcostError
from xlcost.model import graph
from xlcost.model.formulas import column_name, key_name
from xlcost.model.inputs import Refused, Scalar
from xlcost.sheets import finding, stamp
from xlcost.sheets.finding import LINE_TITLE, UNIT_TITLE, Found
from xlcost.sheets.inputs import MORE, SOURCE_TITLE, known_title
from xlcost.sheets.layout import CASES, INPUTS, LIVE_CASE
from xlcost.sheets.results import SHEET as RESULTS
from xlcost.sheets.using import as_used, same

CATALOGUE_TITLE, SOURCE_THERE_TITLE = MORE[0], MORE[-1]
MASTER = "chk_master"


@dataclass(frozen=True)
class Line:
    """A result, with its value for each case."""

    name: str
    label: str
    unit: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Results:
    """What a workbook says: the live case, whether its checks hold, and a line for each result."""

    cases: tuple[str, ...]
    live: str
    checks_hold: bool | None
    lines: tuple[Line, ...]


def results(data: bytes) -> Results:
    """The results in the file, as they were when it was last calculated."""
    book = finding.book(data)
    place = finding.found(book, RESULTS.title)
    lines = [
        Line(
            name,
            str(place.value(name, LINE_TITLE)),
            str(place.value(name, UNIT_TITLE)),
            {case: place.value(name, case) for case in place.cases},
        )
        for name in place.rows
        if name in RESULTS.names
    ]
    if not lines or all(value is None for value in lines[0].values.values()):
        raise XlcostError("the workbook has no values: recalculate it first, with `xlcost recalc`")
    master = finding.named(book, MASTER)
    return Results(tuple(place.cases), live_case(data), None if master is None else master == 1, tuple(lines))


def cases(data: bytes) -> dict[str, Case]:
    """The cases in the columns of Inputs, by name. A value that is not accepted is refused with its cell."""
    own = entered(data)
    base = own[CASES[0]]
    return {case: as_used(case, base, given) for case, given in own.items()}


def entered(data: bytes) -> dict[str, dict[str, Given]]:
    """By case, what is entered for it and not taken from Base; by the names that drivers have today."""
    return entered_in(finding.book(data))


def entered_in(book: Workbook) -> dict[str, dict[str, Given]]:
    """The same of a workbook that is loaded. One with formulas is refused where an input is a formula."""
    place = finding.found(book, INPUTS)
    known = known_inputs()
    own: dict[str, dict[str, Given]] = {case: {} for case in place.cases}
    for name in place.rows:
        today = name_today(name)
        if today not in known:
            continue
        for case, given in own.items():
            value = place.value(name, case)
            if value in (None, ""):
                continue
            try:
                taken = known[today].accept(value, graph())
            except Refused as refused:
                raise Refused(f"{place.address(name, case)}, case {case}: {refused}", refused.error) from None
            given[today] = Given(taken, **_known(place, name, case, taken))
    return own


def _known(place: Found, name: str, case: str, value: Scalar) -> dict[str, Any]:
    """The source of a value, and its own low and high, as far as they fit it; nothing in a workbook without them."""
    source, low, high = (place.value(name, known_title(case, what)) for what in KNOWN)
    if case == CASES[0] and SOURCE_THERE_TITLE in place.columns:
        source = place.value(name, SOURCE_TITLE)
        source = None if source == place.value(name, SOURCE_THERE_TITLE) else source
    known: dict[str, Any] = {"source": source.strip()} if isinstance(source, str) else {}
    if all(isinstance(each, int | float) for each in (low, value, high)) and low <= value <= high:
        known |= {"low": float(low), "high": float(high)}
    return known


def name_today(name: str) -> str:
    """What a driver is called in this version; the same name if nothing became of it."""
    became = what_became_of(name)
    return name if became is None or became.to is None else became.to


def what_became_of(name: str) -> Rename | None:
    """What became of the name of a driver in an older workbook; None if it is one of today's, or never was one."""
    return None if name in known_inputs() else renamed(name, shipped_renames())


def live_case(data: bytes) -> str:
    """The name of the case that the workbook shows."""
    return str(finding.named(finding.book(data), LIVE_CASE))


def inputs_as_made(data: bytes) -> bool | None:
    """Whether all inputs are those that the workbook was made with; None if its cover doesn't say."""
    book = finding.book(data, formulas=True)
    on_cover = finding.stamped(book)
    return None if on_cover is None else on_cover == stamp.stamp(_used(finding.found(book, INPUTS)))


def _used(place: Found) -> Iterator[stamp.Entry]:
    """What each case uses, from what is entered: by no formula's value, which may be out of date."""
    for name in place.rows:
        base, default = place.value(name, CASES[0]), place.value(name, CATALOGUE_TITLE)
        if isinstance(default, str) and default.startswith("="):  # computed
            default = None
        for case in place.cases:
            own = place.value(name, case)
            yield case, name, next((value for value in (own, base, default) if value not in (None, "")), None)


def remarks(data: bytes) -> tuple[str, ...]:
    """What somebody who reads the workbook's inputs should know: its age, and lines that are not what they were."""
    book = finding.book(data)
    place = finding.found(book, INPUTS)
    said = []
    if is_older(data):
        said.append(
            f"made with xlcost {finding.made_with(book)}, this is {__version__}: read by the names of its lines; "
            "`xlcost migrate` makes it anew"
        )
    for name in place.rows:
        if name_today(name) not in known_inputs():
            became = what_became_of(name)
            why = f"is gone since {became.since} ({became.why})" if became else "is no driver"
            said.append(
                f"{INPUTS}!{place.columns[finding.NAME_TITLE]}{place.rows[name]}: {name!r} {why}; it is left out"
            )
    if not is_older(data) and (lost := [name for name in known_inputs() if name not in place.rows]):
        said.append(f"{INPUTS} has no line for {', '.join(lost)}: the default is taken")
    elsewhere = [] if is_older(data) else list(_not_the_catalogues(book))
    if elsewhere:
        more = f" and {len(elsewhere) - 1} more" if len(elsewhere) > 1 else ""
        said.append(
            f"{elsewhere[0]}{more}: cases are read from {INPUTS} alone, with the prices of the catalogue; "
            f"enter on {INPUTS} what is to count, such as gpu_price"
        )
    return (*said, *merged(data))


def _not_the_catalogues(book: Workbook) -> Iterator[str]:
    """The figures of the catalogue's sheets that somebody has changed."""
    for table in graph().catalog.tables.values():
        keys = _named_cells(book, key_name(table.name))
        for column in table.columns if keys else ():
            for key, cell in zip(keys, _named_cells(book, column_name(table.name, column)), strict=False):
                row = table.rows.get(str(key.value))
                known = None if row is None else row.values.get(column)
                if row is not None and not isinstance(known, str) and not same(cell.value, known):
                    yield f"{cell.parent.title}!{cell.coordinate} is {cell.value} (the catalogue: {known})"


def _named_cells(book: Workbook, name: str) -> list[Cell]:
    """The cells of a named column; none where the name is gone."""
    where = book.defined_names[name].attr_text or "" if name in book.defined_names else ""
    title, _, area = where.replace("'", "").rpartition("!")
    return [row[0] for row in book[title][area.replace("$", "")]] if title in book.sheetnames and ":" in area else []


def is_older(data: bytes) -> bool:
    """Whether an earlier version of xlcost has made the workbook."""
    version = finding.made_with(finding.book(data))
    return version is not None and finding.parts(version) < finding.parts(__version__)


def merged(data: bytes) -> tuple[str, ...]:
    """Merged cells where inputs are entered: only the first of them holds a value."""
    place = finding.found(finding.book(data), INPUTS)
    columns = {range_boundaries(f"{letters}1")[0] for letters in place.cases.values()}
    return tuple(
        f"{INPUTS}!{area.coord} is merged: of these cells only the first has a value, the others are empty"
        for area in place.sheet.merged_cells.ranges
        if area.max_row > place.head and columns & set(range(area.min_col, area.max_col + 1))
    )


def flavour(data: bytes) -> str:
    """Which FT_ functions a workbook asks: those of the add-in, its own, or none."""
    return finding.flavour(finding.book(data))
