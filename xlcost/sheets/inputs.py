"""Draw Inputs: every driver with its unit, source, date and status, five cases, bounds and range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.case import ASSUMED, KNOWN, Case
from xlcost.model.formulas import key_name
from xlcost.model.inputs import Input
from xlcost.sheets import styles
from xlcost.sheets.calculations import live_formula
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import (
    BASIS,
    CASES,
    COMPUTED,
    EFFECTIVE,
    HEAD_ROW,
    INPUT_MORE,
    INPUTS,
    LINE,
    LIVE,
    LIVE_CASE,
    NAME,
    START,
    TOP_ROW,
    UNIT,
    Layout,
    case_column,
    effective_column,
    letter,
)

AT, STATUS = "F", "G"
SOURCE_TITLE, AT_TITLE = "Source", "As of"
MORE = (
    *("Catalogue", "Min", "Max", "Low", "High", "Spread"),
    *("In bounds", "In the list", "What to know", "Warning if low", "Warning if high"),
    *("Status there", "Where in it", "Source there"),
)
(
    CATALOGUE, MIN, MAX, LOW, HIGH, SPREAD, IN_BOUNDS, IN_LIST, REMARK, IF_LOW, IF_HIGH, THERE, WHERE, SOURCE_THERE,
) = (letter(INPUT_MORE + i) for i in range(len(MORE)))  # fmt: skip

# What a case itself knows of its values: three blocks with a column for each case, and what counts in the live case.
KNOWN_FIRST = INPUT_MORE + len(MORE) + 1
KNOWN_WIDTH = len(CASES) + 1  # of a block: a column is left free between two, lest one be read into the other
LIVE_KNOWN = KNOWN_FIRST + len(KNOWN) * KNOWN_WIDTH
OF_LIVE = ("Given in", "Own range", *(f"Live: {what}" for what in KNOWN))
GIVEN_IN, OWN_RANGE, LIVE_SOURCE, LIVE_LOW, LIVE_HIGH = (letter(LIVE_KNOWN + i) for i in range(len(OF_LIVE)))


def known_title(case: str, what: str) -> str:
    """The title of the column with the source, the low or the high that a case has for its own values."""
    return f"{case}: {what}"


def known_column(case: int, what: str) -> str:
    """The column with that title."""
    return letter(KNOWN_FIRST + KNOWN.index(what) * KNOWN_WIDTH + case)


WARNING = letter(EFFECTIVE - 2)  # beside what is entered
EFFECTIVE_SPAN = (effective_column(0), effective_column(len(CASES) - 1))

MANY_CHOICES = 4  # that would make a formula too long if each were counted

TITLES = {
    START: "Start here: what matters most",
    COMPUTED: "Computed, unless you know better: a value here replaces the one that the model computes",
}


KNOWN_COLUMNS = frozenset(known_column(case, what) for case in range(len(CASES)) for what in KNOWN)


def draw(worksheet: Worksheet, layout: Layout, cases: Mapping[str, Case], live: str) -> None:
    """The sheet, with the values of the cases entered."""
    canvas = Canvas(worksheet)
    canvas.top(
        "Inputs",
        "The only sheet to write on, in the yellow cells. An empty cell of a case takes the value of Base, and an "
        "empty cell of Base that of the catalogue. Orange: otherwise than Base, or in Base than the catalogue.",
    )
    _live_case(canvas, live)
    canvas.head(("Name", "Line", "Unit", SOURCE_TITLE, "Live", AT_TITLE, "Status", *CASES, "Warning"))
    canvas.head(CASES, first=EFFECTIVE)
    canvas.head(("", *MORE), first=INPUT_MORE - 1)
    titles = [title for what in KNOWN for title in ("", *(known_title(case, what) for case in CASES))]
    canvas.head((*titles, "", *OF_LIVE), first=KNOWN_FIRST - 1)
    about = "Known of what a case gives: a source makes it sure, a low and a high of its own count in ranges and draws"
    canvas.text(f"{letter(KNOWN_FIRST)}{HEAD_ROW - 1}", about, styles.HEADING)
    canvas.text(f"{case_column(0)}{HEAD_ROW - 1}", "Entered: five cases", styles.HEADING)
    canvas.text(f"{effective_column(0)}{HEAD_ROW - 1}", "Used: with what is empty filled in", styles.HEADING)
    canvas.widths(
        {
            NAME: 24,
            LINE: 42,
            UNIT: 15,
            BASIS: 32,
            LIVE: 15,
            AT: 11,
            STATUS: 11,
            letter(EFFECTIVE - 1): 2,
            letter(INPUT_MORE - 1): 2,
        }
        | {case_column(case): 15 for case in range(len(CASES))}
        | {effective_column(case): 15 for case in range(len(CASES))}
        | {
            CATALOGUE: 15,
            MIN: 11,
            MAX: 11,
            LOW: 11,
            HIGH: 11,
            SPREAD: 11,
            IN_BOUNDS: 10,
            IN_LIST: 10,
            WARNING: 58,
            REMARK: 90,
            IF_LOW: 64,
            IF_HIGH: 64,
            THERE: 12,
            WHERE: 60,
            SOURCE_THERE: 32,
        }
        | {letter(KNOWN_FIRST - 1 + block * KNOWN_WIDTH): 2 for block in range(len(KNOWN) + 1)}
        | {known_column(case, what): 15 for case in range(len(CASES)) for what in KNOWN}
        | {GIVEN_IN: 10, OWN_RANGE: 10, LIVE_SOURCE: 32, LIVE_LOW: 15, LIVE_HIGH: 15}
    )
    section = ""
    for each in layout.inputs.values():
        number = layout.input_rows[each.name]
        if layout.section_of(each) != section:
            section = layout.section_of(each)
            # Not in the column of names: functions take that column as it is.
            canvas.heading(number - 1, TITLES.get(section, section.capitalize()), LIVE_HIGH, first=LINE)
        _line(canvas, number, each, layout, cases)
    _mark_differences(worksheet, layout)
    canvas.printed("input", f"{case_column(0)}{TOP_ROW}", f"1:{HEAD_ROW}")
    worksheet.print_area = f"A1:{case_column(len(CASES) - 1)}{layout.input_span[1]}"


def _mark_differences(worksheet: Worksheet, layout: Layout) -> None:
    """Mark what a case has otherwise than Base, and Base otherwise than the catalogue."""
    first, last = layout.input_span
    for case in range(len(CASES)):
        own = f"{case_column(case)}{first}"
        other = f"${case_column(0) if case else CATALOGUE}{first}"
        rule = FormulaRule([f'AND({own}<>"",{own}<>{other})'], fill=styles.DIFFERS_FILL, font=styles.DIFFERS_FONT)
        worksheet.conditional_formatting.add(f"{own}:{case_column(case)}{last}", rule)


def placeholders(layout: Layout) -> str:
    """A formula: how many inputs are placeholders."""
    return f'COUNTIF({statuses(layout)},"placeholder")'


def statuses(layout: Layout) -> str:
    """The cells with the status of every input."""
    first, last = layout.input_span
    return f"{INPUTS}!${STATUS}${first}:${STATUS}${last}"


def live_inputs(layout: Layout) -> str:
    """The arguments of a function of the live case: its values and their names."""
    first, last = layout.input_span
    return f"{INPUTS}!${LIVE}${first}:${LIVE}${last},{INPUTS}!$A${first}:$A${last}"


def live_sources(layout: Layout) -> str:
    """The argument `sources` of a function of the live case: where its values are from, their own lows and highs."""
    first, last = layout.input_span
    return f"{INPUTS}!${LIVE_SOURCE}${first}:${LIVE_HIGH}${last}"


def _live_case(canvas: Canvas, live: str) -> None:
    canvas.text(f"{BASIS}{HEAD_ROW - 1}", "The live case, which every sheet shows:", styles.STRONG)
    canvas.entry(canvas.text(f"{LIVE}{HEAD_ROW - 1}", live, styles.INPUT))
    _validate(
        canvas.sheet,
        [f"{LIVE}{HEAD_ROW - 1}"],
        DataValidation("list", formula1='"' + ",".join(CASES) + '"', allow_blank=False),
        f"One of the five cases: {', '.join(CASES)}.",
    )


def _line(canvas: Canvas, number: int, each: Input, layout: Layout, cases: Mapping[str, Case]) -> None:
    shown = styles.number_format(each.unit)
    base = cases[CASES[0]].given.get(each.name)
    source = layout.graph.catalog.sources[each.source].title if each.source else ""
    canvas.text(f"{NAME}{number}", each.name, styles.NOTE)
    canvas.text(f"{LINE}{number}", each.label, alignment=styles.FOLDED)
    canvas.text(f"{UNIT}{number}", str(each.unit), styles.NOTE)
    canvas.text(f"{BASIS}{number}", (base and base.source) or source, styles.NOTE, styles.FOLDED)
    if at := base.at if base and base.source else each.at:
        canvas.text(f"{AT}{number}", at.isoformat(), styles.NOTE, styles.CENTRE)
    _values(canvas, number, each, shown, cases)
    canvas.formula(f"{LIVE}{number}", live_formula(number, *EFFECTIVE_SPAN), shown, alignment=styles.aligned(each.unit))
    _status(canvas, number, each)
    for case in range(len(CASES)):
        text = _effective(number, each, case)
        canvas.formula(f"{effective_column(case)}{number}", text, shown, alignment=styles.aligned(each.unit))
    _bounds(canvas, number, each, layout, shown)
    canvas.text(f"{SOURCE_THERE}{number}", source, styles.NOTE)
    _known(canvas, number, each, shown, cases)


def _known(canvas: Canvas, number: int, each: Input, shown: str, cases: Mapping[str, Case]) -> None:
    """The source, low and high that each case gives; and those of the live case, or of Base where it gives nothing.

    What stands in the column of sources is that of Base's value, unless it is the catalogue's.
    """
    own, is_range = f"{case_column(0)}{number}", each.kind == "number"
    text = f'IF(OR(ISBLANK({own}),{BASIS}{number}={SOURCE_THERE}{number}),"",{BASIS}{number}&"")'
    canvas.formula(f"{known_column(0, 'source')}{number}", text, font=styles.NOTE)
    for case, title in enumerate(CASES):
        if (given := cases[title].given.get(each.name)) is None:
            continue
        if case and given.source:
            canvas.text(f"{known_column(case, 'source')}{number}", given.source, styles.NOTE)
        for what, value in (("low", given.low), ("high", given.high)):
            if value is not None:
                canvas.number(f"{known_column(case, what)}{number}", value, shown, styles.NOTE)
    entered = f"${case_column(0)}{number}:${case_column(len(CASES) - 1)}{number}"
    place = f"MATCH({LIVE_CASE},${case_column(0)}${HEAD_ROW}:${case_column(len(CASES) - 1)}${HEAD_ROW},0)"
    canvas.formula(f"{GIVEN_IN}{number}", f'IF(INDEX({entered},{place})="",1,{place})', "0", styles.NOTE)
    source, low, high = (
        f"INDEX({known_column(0, what)}{number}:{known_column(len(CASES) - 1, what)}{number},{GIVEN_IN}{number})"
        for what in KNOWN
    )
    canvas.formula(f"{LIVE_SOURCE}{number}", f'{source}&""', font=styles.NOTE)
    if is_range:
        live = f"{LIVE}{number}"
        text = f"IF(AND({low}<={live},{live}<={high}),COUNT({low}),0)"  # 1: there is one, and the value lies in it
        canvas.formula(f"{OWN_RANGE}{number}", text, "0", styles.NOTE)
        for column, end in ((LIVE_LOW, low), (LIVE_HIGH, high)):
            canvas.formula(f"{column}{number}", f'IF({OWN_RANGE}{number}=1,{end},"")', shown, styles.NOTE)


def _values(canvas: Canvas, number: int, each: Input, shown: str, cases: Mapping[str, Case]) -> None:
    for case, title in enumerate(CASES):
        address = f"{case_column(case)}{number}"
        given = cases[title].given.get(each.name)
        value = given.value if given else (each.default if case == 0 else None)
        cell = canvas.value(address, value, shown) if value is not None else canvas.at(address)
        canvas.dress(cell, styles.INPUT, shown, styles.aligned(each.unit))
        canvas.entry(cell)


def _effective(number: int, each: Input, case: int) -> str:
    own, base = f"{case_column(case)}{number}", f"${case_column(0)}{number}"
    otherwise = '""' if each.default is None else f"${CATALOGUE}{number}"
    return f"IF(ISBLANK({own}),IF(ISBLANK({base}),{otherwise},{base}),{own})"


def _status(canvas: Canvas, number: int, each: Input) -> None:
    catalogue = '""' if each.default is None else f"{CATALOGUE}{number}"
    assumed = f'IF(LEFT({BASIS}{number},LEN("{ASSUMED}"))="{ASSUMED}","placeholder","user")'
    there = f'IF({EFFECTIVE_SPAN[0]}{number}={catalogue},{THERE}{number},"user")'
    text = f"IF({BASIS}{number}={SOURCE_THERE}{number},{there},{assumed})"
    canvas.text(f"{THERE}{number}", each.status, styles.NOTE)
    canvas.text(f"{WHERE}{number}", each.where, styles.NOTE)
    canvas.formula(f"{STATUS}{number}", text, font=styles.NOTE)


def _bounds(canvas: Canvas, number: int, each: Input, layout: Layout, shown: str) -> None:
    span = f"{EFFECTIVE_SPAN[0]}{number}:{EFFECTIVE_SPAN[1]}{number}"
    entered = [f"{case_column(case)}{number}" for case in range(len(CASES))]
    if each.default is not None:
        canvas.value(f"{CATALOGUE}{number}", each.default, shown, styles.NOTE, styles.RIGHT)
    else:
        canvas.formula(f"{CATALOGUE}{number}", _computed(layout, each), shown, styles.LINK, styles.RIGHT)
    if each.kind == "number":
        for column, value in ((MIN, each.minimum), (MAX, each.maximum), (LOW, each.low), (HIGH, each.high)):
            if value is not None:
                canvas.number(f"{column}{number}", value, "General", styles.NOTE)
        kind = "whole" if each.whole else "decimal"
        validation = DataValidation(kind, operator="between", formula1=f"${MIN}{number}", formula2=f"${MAX}{number}")
        whole = "a whole number, " if each.whole else ""
        message = f"{each.label}: {whole}{each.bounds}."
        within = f"IF(AND(MIN({span})>={MIN}{number},MAX({span})<={MAX}{number}),1,0)"
        given = f"COUNT({span})=0,1,{within}" if each.default is None else f"COUNT({span})=COLUMNS({span}),{within},0"
        canvas.formula(f"{IN_BOUNDS}{number}", f"IF({given})", "0")
    else:
        listed = f"={key_name(each.table)}" if each.table else '"' + ",".join(each.choices) + '"'
        validation = DataValidation("list", formula1=listed)
        message = f"{each.label}: one of the list."
        canvas.formula(f"{IN_LIST}{number}", _is_choice(span, each), "0")
    _validate(canvas.sheet, entered, validation, message)
    canvas.text(f"{SPREAD}{number}", each.spread, styles.NOTE)
    if each.low is not None and each.high is not None:
        usual = f"usually {each.low:,g} to {each.high:,g}"
        canvas.text(f"{IF_LOW}{number}", each.if_low or f"Low: {usual}.", styles.NOTE)
        canvas.text(f"{IF_HIGH}{number}", each.if_high or f"High: {usual}.", styles.NOTE)
        live = f"{LIVE}{number}"
        above = f'IF({live}>{HIGH}{number},{IF_HIGH}{number},"")'
        canvas.formula(f"{WARNING}{number}", f"IF({live}<{LOW}{number},{IF_LOW}{number},{above})", font=styles.NOTE)
    canvas.text(f"{REMARK}{number}", each.help, styles.NOTE)


def _computed(layout: Layout, each: Input) -> str:
    block = layout.blocks[layout.home[each.name]]
    return f"{layout.home[each.name]}!{LIVE}{block.where[each.name, None, True]}"


def _is_choice(span: str, each: Input) -> str:
    """1 if every case has one of the choices."""
    if each.table:
        known = f"SUMPRODUCT(({key_name(each.table)}={span})*1)"
    elif len(each.choices) > MANY_CHOICES:
        known = f"SUMPRODUCT(({span}={{{';'.join(map(_quoted, each.choices))}}})*1)"
    else:
        known = f"SUMPRODUCT({'+'.join(f'({span}={_quoted(choice)})' for choice in each.choices)})"
    blank = f'+COUNTIF({span},"")' if each.default is None else ""
    return f"IF({known}{blank}=COLUMNS({span}),1,0)"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _validate(sheet: Worksheet, cells: Sequence[str], validation: DataValidation, message: str) -> None:
    validation.showErrorMessage = True
    validation.errorStyle = "stop"
    validation.errorTitle = "Not accepted"
    validation.error = message[:255]
    validation.promptTitle = None
    for cell in cells:
        validation.add(cell)
    sheet.add_data_validation(validation)
