"""Where everything is in the workbook. No cell address exists outside this module and what it hands out.

A calculation sheet has a row for each quantity (for each member of a small axis) and a column for each case.
The timeline has a block of rows for each case and a column for each month. What a sheet or a block needs from
elsewhere is linked once, in rows at its top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from xlcost.model.expressions import Apply, Column, Name
from xlcost.model.formulas import References
from xlcost.model.graph import Graph
from xlcost.model.inputs import Input
from xlcost.model.language import ModelError, Quantity
from xlcost.sheets.words import Sheet

CASES = ("Base", "Lean", "Stretch", "Custom A", "Custom B")
LIVE_CASE = "in_live_case"

# Columns of every calculation sheet.
NAME, LINE, UNIT, BASIS, LIVE, TOTAL, GAP = "ABCDEFG"
FIRST = 8  # the first column of cases, or of months

# Sections of Inputs that are no stage.
START, COMPUTED = "start", "computed"

# Rows of every sheet.
TITLE_ROW, CHECK_ROW, PURPOSE_ROW, HEAD_ROW, TOP_ROW = 1, 2, 3, 5, 6

# In the text of a monthly formula: the columns of this month and of the one before, until they are known.
THIS, LAST = "\x01", "\x02"

# On Checks: 1 where the FT_ functions can be asked, and where those can that move many drivers at once.
ENGINE_ON, ENGINE_DRAWS = "eng_On", "eng_Draws"

# On Checks: what the master says in words, which every sheet shows.
MASTER_SAID = "chk_said"

INPUTS, TIMELINE, COVER = "Inputs", "Timeline", "Cover"
VERSION_CELL, MADE_WITH = "B5", "xlcost "  # on the cover: what made the workbook

# Columns of Inputs beside those of every sheet: cases are entered in the columns of cases.
EFFECTIVE = FIRST + len(CASES) + 2  # what a case really uses: five columns, after the warnings
INPUT_MORE = EFFECTIVE + len(CASES) + 1  # catalogue value, bounds, range, distribution, remarks


def letter(index: int) -> str:
    """The letters of a column."""
    return str(get_column_letter(index))


def case_column(case: int) -> str:
    """The column of a case on a calculation sheet, and where it is entered on Inputs."""
    return letter(FIRST + case)


def effective_column(case: int) -> str:
    """The column on Inputs with what a case really uses."""
    return letter(EFFECTIVE + case)


def month_column(member: int) -> str:
    """The column of a month on the timeline."""
    return letter(FIRST + member)


CASE_SPAN = (case_column(0), case_column(len(CASES) - 1))


@dataclass(frozen=True)
class Row:
    """A row of a calculation sheet: a quantity, or a link to what stands elsewhere."""

    name: str
    member: int | None = None
    link: bool = False
    computed: bool = False  # what an overridable quantity is where nobody gives it
    table: str = ""  # the place of a key, which is then the name, in this table


@dataclass
class Block:
    """Rows of one sheet, or of one case on the timeline, with the row number of each."""

    title: str
    case: int | None = None
    rows: dict[int, Row | str] = field(default_factory=dict)  # a text is the heading of a section
    where: dict[tuple[str, int | None, bool], int] = field(default_factory=dict)  # name, member, computed
    places: dict[tuple[str, str], int] = field(default_factory=dict)  # table, key

    def add(self, number: int, row: Row | str) -> None:
        self.rows[number] = row
        if isinstance(row, Row) and row.table:
            self.places[row.table, row.name] = number
        elif isinstance(row, Row):
            self.where[row.name, row.member, row.computed] = number

    def row_of(self, name: str, member: int | None = None) -> int:
        return self.where[name, member, False]


class Layout:
    """The place of every input and quantity, and how one cell refers to another."""

    def __init__(self, graph: Graph, inputs: dict[str, Input], sheets: Sequence[Sheet]) -> None:
        self.graph, self.sheets = graph, sheets
        self.inputs = dict(sorted(inputs.items(), key=lambda each: not each[1].basic))  # what matters most comes first
        # A quantity is calculated on the first sheet that lists it; on any other it is linked.
        self.home = {name: sheet.title for sheet in reversed(sheets) for name in sheet.names}
        if lost := [name for name in graph.quantities if name not in self.home]:
            raise ModelError(f"no sheet shows {', '.join(lost)}: list each under a section of a sheet")
        self.input_rows = self._place_inputs()
        self.months = len(graph.axes["month"].members)
        self.month_span = (month_column(0), month_column(self.months - 1))
        self.blocks: dict[str, Block] = {}
        self.timeline: list[Block] = []
        self.live_rows: dict[str, int] = {}
        for sheet in sheets:
            if sheet.title == TIMELINE:
                self._place_timeline(sheet)
            else:
                self.blocks[sheet.title] = self._place(sheet)

    # Places

    def _place_inputs(self) -> dict[str, int]:
        rows, number, stage = {}, TOP_ROW, ""
        for each in self.inputs.values():
            if self.section_of(each) != stage:
                stage = self.section_of(each)
                number += 1 if number == TOP_ROW else 2
            rows[each.name] = number
            number += 1
        return rows

    @staticmethod
    def section_of(each: Input) -> str:
        """The section of Inputs that an input stands in."""
        if each.basic:
            return START
        return each.stage if each.default is not None else COMPUTED

    @property
    def input_span(self) -> tuple[int, int]:
        """The first and the last row of inputs."""
        return min(self.input_rows.values()), max(self.input_rows.values())

    def members(self, name: str) -> Sequence[int | None]:
        """The rows that a name takes on a calculation sheet: one, or one for each member of its axis."""
        axis = self.graph.axis_of[name]
        return [None] if axis is None else list(range(len(self.graph.axes[axis].members)))

    def _needs(self, names: Sequence[str]) -> list[str]:
        """What a sheet shows nothing of, but needs member by member, in the order of need."""
        needed: dict[str, None] = {}
        for name in names:
            if name in self.graph.quantities:
                quantity = self.graph.quantities[name]
                for parameter in quantity.parameters:
                    if parameter in quantity.plain and parameter not in names:
                        needed[parameter] = None
        return list(needed)

    def _look_ups(self, name: str) -> Iterator[tuple[str, str]]:
        """The tables that a formula looks something up in, each with the name of its key."""
        if name in self.graph.quantities:
            for each in self.graph.quantities[name].parts:
                match each:
                    case Apply(_, (Column(table, _), Name(key), *_)):
                        yield table, key

    def _place(self, sheet: Sheet) -> Block:
        block, number = Block(sheet.title), TOP_ROW
        if links := self._needs(sheet.names):
            block.add(number, "From other sheets")
            for name in links:
                for member in self.members(name):
                    number += 1
                    block.add(number, Row(name, member, link=True))
            number += 2
        for section in sheet.sections:
            block.add(number, section.title)
            for name in section.names:
                if name in self.graph.quantities and self.home[name] != sheet.title:
                    number += 1
                    block.add(number, Row(name, link=True))
                    continue
                for table, key in self._look_ups(name):
                    if (table, key) not in block.places:
                        number += 1
                        block.add(number, Row(key, table=table))
                if self.graph.overridable(name):
                    number += 1
                    block.add(number, Row(name, computed=True))
                for member in self.members(name):
                    number += 1
                    block.add(number, Row(name, member))
            number += 2
        return block

    def _place_timeline(self, sheet: Sheet) -> None:
        from xlcost.sheets.timeline import LIVE as live

        number = TOP_ROW + 1
        for name in live:
            self.live_rows[name] = number
            number += 1
        links = [name for name in self._needs(sheet.names) if name != "month"]
        for case in range(len(CASES)):
            number += 2
            block = Block(CASES[case], case)
            block.add(number, f"Case {CASES[case]}: from other sheets")
            for name in links:
                number += 1
                block.add(number, Row(name, link=True))
            for section in sheet.sections:
                number += 2
                block.add(number, f"Case {CASES[case]}: {section.title}")
                for name in section.names:
                    number += 1
                    block.add(number, Row(name))
            self.timeline.append(block)

    # References

    def source(self, name: str, case: int, member: int | None = None) -> str:
        """A cell on the sheet where a scalar is at home."""
        if name in self.graph.drivers:
            key = (
                name if member is None else f"{name}.{self.graph.axes[self.graph.axis_of[name] or ''].members[member]}"
            )
            return f"{INPUTS}!{effective_column(case)}{self.input_rows[key]}"
        home = self.home[name]
        return f"{home}!{case_column(case)}{self.blocks[home].row_of(name, member)}"

    def months_of(self, name: str, case: int) -> str:
        """All months of a quantity of one case, from any sheet."""
        row = self.timeline[case].row_of(name)
        first, last = self.month_span
        return f"{TIMELINE}!${first}${row}:${last}${row}"

    def on_sheet(self, title: str, case: int, member: int | None) -> References:
        """How a formula in a column of a calculation sheet refers to what it needs."""
        block, column = self.blocks[title], case_column(case)

        def cell(name: str) -> str:
            at = member if self.graph.axis_of[name] is not None else None
            return f"{column}{block.row_of(name, at)}"

        def row(name: str) -> str:
            if self.graph.axis_of[name] == "month":
                return self.months_of(name, case) if name != "month" else self.month_head()
            rows = [block.row_of(name, each) for each in self.members(name)]
            return f"{column}{rows[0]}:{column}{rows[-1]}"

        def axis(name: str) -> str:
            return row(self.graph.axis_of[name] or "")

        def place(table: str, key: str) -> str:
            return f"{column}{block.places[table, key]}"

        return References(cell, row, lambda name: "", axis, place)

    def on_timeline(self, case: int) -> References:
        """How a formula in a month of a case refers to what it needs: with THIS and LAST for the columns."""
        block, column = self.timeline[case], THIS

        def cell(name: str) -> str:
            if name == "month":
                return f"{column}${HEAD_ROW}"
            if self.graph.axis_of[name] == "month":
                return f"{column}{block.row_of(name)}"
            return f"${LIVE}{block.row_of(name)}"

        def row(name: str) -> str:
            first, last = self.month_span
            return f"${first}{block.row_of(name)}:${last}{block.row_of(name)}"

        def before(name: str) -> str:
            return f"{LAST}{block.row_of(name)}"

        return References(cell, row, before, lambda name: self.month_head(), lambda table, key: "")

    def month_head(self) -> str:
        """The months along the top of the timeline."""
        first, last = self.month_span
        return f"{TIMELINE}!${first}${HEAD_ROW}:${last}${HEAD_ROW}"

    def looked_up(self, table: str) -> dict[str, tuple[str, int]]:
        """What is looked up in a table, by its key: the sheet and the row with the key's place, for each case."""
        found: dict[str, tuple[str, int]] = {}
        for title, block in self.blocks.items():
            for (name, key), row in block.places.items():
                if name == table:
                    found.setdefault(key, (title, row))  # a key that is looked up twice has the same place
        return found

    def live(self, name: str) -> str:
        """The cell with the live case's value of a driver, or of a scalar quantity: as given, or else as computed."""
        if name in self.input_rows and name not in self.graph.quantities:
            return self.live_input(name)
        home = self.home[name]
        return f"{home}!${LIVE}${self.blocks[home].row_of(name)}"

    def live_input(self, name: str) -> str:
        """The cell with what is entered for the live case; empty where the model computes it."""
        return f"{INPUTS}!${LIVE}${self.input_rows[name]}"

    def quantity(self, name: str) -> Quantity:
        return self.graph.quantities[name]

    def calculation_rows(self, title: str) -> Iterator[tuple[int, Row | str]]:
        """The rows of a calculation sheet in order."""
        yield from sorted(self.blocks[title].rows.items())

    def rows_of(self, name: str) -> list[int]:
        """The rows of a quantity on its sheet."""
        block = self.blocks[self.home[name]]
        return [block.row_of(name, member) for member in self.members(name)]
