"""Draw Alternatives: what else could be done, and what is decided, on one page. Its workings are on Options."""

from __future__ import annotations

import string

from openpyxl.chart import LineChart
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.alternatives import CROSSINGS, FIGURES, JOINED, NOTES, REASONS, SHARES, WAYS, Note
from xlcost.model.formulas import constant_name
from xlcost.sheets import charts, styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import HEAD_ROW, LIVE, LIVE_CASE, Layout, letter

TITLE = "Alternatives"
PURPOSE = "What else could answer the same requests, where fine-tuning pays, and what is decided."

LABEL, LAST = "A", "K"
WORDS_ROW, TABLE_ROW, CROSSING_ROW, YEARS_ROW, CHART_ROW, BLOCK_ROW = 6, 12, 20, 29, 38, 60
YEARS = 6
LABELS = {"verdict_choice": "J", "best_tuned": "K", "most_right_way": "L"}  # where the ways have their labels
FORMATS = {
    "acceptance": "0.0%",
    "months": "0",
    "request": "#,##0.000000",
    "unit": "#,##0.0000",
    "success": "#,##0.0000",
}
CROSSING_HEADS = (
    ("Where tuning becomes cheaper", "General"),
    ("Saved by a request, USD", "#,##0.000000;-#,##0.000000"),
    ("Break-even, requests a month", "#,##0"),
    ("The same, with the value of right answers", "#,##0"),
    ("Break-even month", "0"),
)


def draw(worksheet: Worksheet, layout: Layout) -> None:
    """The verdict in words, the alternatives side by side, the crossings, and a chart; one A4 page."""
    canvas = Canvas(worksheet)
    canvas.top(TITLE, PURPOSE)
    canvas.formula("F1", f'"Live case: "&{LIVE_CASE}', font=styles.HEADING)
    canvas.widths({LABEL: 38, **{letter(column): 15 for column in range(2, 12)}})
    _table(canvas, layout)
    _crossings(canvas, layout)
    block = _block(canvas, layout)
    _years(canvas, layout, block)
    _chart(worksheet, layout)
    _reasons(canvas, layout)
    _notes(canvas, layout)
    _words(canvas, layout)
    canvas.heights(CHART_ROW, BLOCK_ROW)
    canvas.printed("result", f"B{HEAD_ROW}")
    worksheet.page_setup.fitToHeight = 1
    worksheet.print_area = f"A1:{LAST}{BLOCK_ROW - 2}"


def _priced(layout: Layout) -> str:
    """Whether the managed model has its prices: as used, and not as somebody may have entered it."""
    return f"{layout.home['managed_priced']}!${LIVE}${layout.rows_of('managed_priced')[0]}"


def _table(canvas: Canvas, layout: Layout) -> None:
    canvas.head(("Side by side, live case", *FIGURES.values()), row=TABLE_ROW)
    canvas.sheet.row_dimensions[TABLE_ROW].height = 26
    for place, way in enumerate(WAYS.values()):
        number = TABLE_ROW + 1 + place
        canvas.text(f"{LABEL}{number}", way.label)
        for offset, (figure, name) in enumerate(zip(FIGURES, way.figures, strict=True)):
            shown = FORMATS.get(figure, "#,##0;-#,##0;0")
            cell = f"{letter(2 + offset)}{number}"
            canvas.formula(cell, layout.live(name), shown, styles.LINK, styles.RIGHT)
    number = TABLE_ROW + 1 + len(WAYS)
    canvas.text(f"{LABEL}{number}", "A bigger model, prompted", styles.NOTE)
    request = letter(2 + list(FIGURES).index("request"))
    live = layout.live("tier_variable_cost")
    canvas.formula(f"{request}{number}", live, FORMATS["request"], styles.LINK, styles.RIGHT)


def _crossings(canvas: Canvas, layout: Layout) -> None:
    canvas.head([head for head, _ in CROSSING_HEADS], row=CROSSING_ROW)
    canvas.sheet.row_dimensions[CROSSING_ROW].height = 38
    for place, (label, names) in enumerate(CROSSINGS.items()):
        number = CROSSING_ROW + 1 + place
        canvas.text(f"{LABEL}{number}", label[0].upper() + label[1:])
        for column, name in enumerate(names):
            if name:
                cell = f"{letter(2 + column)}{number}"
                canvas.formula(cell, layout.live(name), CROSSING_HEADS[1 + column][1], styles.LINK, styles.RIGHT)


def _block(canvas: Canvas, layout: Layout) -> dict[str, str]:
    """What the chart draws: a row for each month. Also where each column stands, by the quantity's name."""
    names = [*(way.so_far for way in WAYS.values()), "cheapest_so_far"]
    canvas.head(("Total so far, USD: month", *(way.label for way in WAYS.values()), "Cheapest"), row=BLOCK_ROW)
    canvas.sheet.row_dimensions[BLOCK_ROW].height = 26
    first, last = layout.month_span
    priced = _priced(layout)
    for member in range(layout.months):
        number = BLOCK_ROW + 1 + member
        canvas.formula(f"{LABEL}{number}", f"{LABEL}{number - 1}+1" if member else "0", "0", alignment=styles.LEFT)
        for column, name in enumerate(names):
            row = layout.live_rows[name]
            text = f"INDEX(Timeline!${first}${row}:${last}${row},${LABEL}{number}+1)"
            if name == "managed_cumulative":
                text = f"IF({priced}>0,{text},NA())"  # a chart leaves out what has no price
            canvas.formula(f"{letter(2 + column)}{number}", text, "#,##0", styles.LINK, styles.RIGHT)
    bottom = BLOCK_ROW + layout.months
    return {
        name: f"{letter(2 + column)}${BLOCK_ROW + 1}:{letter(2 + column)}${bottom}" for column, name in enumerate(names)
    }


def _years(canvas: Canvas, layout: Layout, block: dict[str, str]) -> None:
    canvas.head(["Total so far, USD, at the end of month"], row=YEARS_ROW)
    for year in range(YEARS):
        address = f"{letter(2 + year)}{YEARS_ROW}"
        text = f"{letter(1 + year)}{YEARS_ROW}+{constant_name('YEAR')}" if year else "0"
        cell = canvas.formula(address, text, "0", styles.HEAD)
        cell.fill, cell.alignment = styles.HEAD_FILL, styles.CENTRE
    labels = [way.label for way in WAYS.values()]
    for place, (name, span) in enumerate(block.items()):
        number = YEARS_ROW + 1 + place
        canvas.text(f"{LABEL}{number}", [*labels, "The cheapest so far"][place])
        priced = _priced(layout) if name == "managed_cumulative" else ""
        for year in range(YEARS):
            column = letter(2 + year)
            text = f"INDEX(${span.replace(':', ':$')},{column}${YEARS_ROW}+1)"
            text = f'IF({priced}>0,{text},"no price")' if priced else text
            canvas.formula(f"{column}{number}", text, "#,##0", alignment=styles.RIGHT)


def _reasons_row(layout: Layout) -> int:
    return BLOCK_ROW + layout.months + 3


def _picked_row(layout: Layout) -> int:
    """Where the reason that holds has its words, and the ways that it speaks of their labels."""
    return _reasons_row(layout) + len(REASONS) + len(WAYS) + 4


def label_of(layout: Layout, name: str) -> str:
    """The cell with the label of a way: the best one, the best one with tuning, or the one that is right most often."""
    return f"{TITLE}!${LABELS[name]}${_picked_row(layout)}"


def _reasons(canvas: Canvas, layout: Layout) -> None:
    """The words of each verdict, and the numbers that stand in them; below, those that hold."""
    number = _reasons_row(layout)
    canvas.head(("What is said: by the reason", *("",) * 6), row=number)
    first = number + 1
    for key, reason in REASONS.items():
        number += 1
        canvas.text(f"{LABEL}{number}", key)
        for column, part in (("B", reason.opening), ("C", reason.first), ("E", reason.second), ("G", reason.third)):
            canvas.text(f"{column}{number}", part.strip())  # the spaces stand in the sentence
        for column, name in (("D", reason.first_number), ("F", reason.second_number)):
            canvas.formula(f"{column}{number}", layout.live(name), "#,##0", styles.LINK)
    last, number = number, number + 2
    ways = number
    for key, label in (*((key, way.label) for key, way in WAYS.items()), ("none", "none")):
        canvas.text(f"{LABEL}{number}", key)
        canvas.text(f"B{number}", label)
        number += 1
    picked = _picked_row(layout)
    canvas.text(f"{LABEL}{picked}", "The one that holds", styles.STRONG)
    for column in "BCDEFG":
        text = f"INDEX({column}{first}:{column}{last},MATCH({layout.live('verdict_reason')},$A{first}:$A{last},0))"
        canvas.formula(f"{column}{picked}", text, "#,##0")
    for name, column in LABELS.items():
        text = f"INDEX(B{ways}:B{number - 1},MATCH({layout.live(name)},A{ways}:A{number - 1},0))"
        canvas.formula(f"{column}{picked}", text)


def _notes(canvas: Canvas, layout: Layout) -> None:
    """What is said beside the verdict: a row for each note, empty where it doesn't hold; below, all of them."""
    number = _picked_row(layout) + 2
    canvas.head(("What is said beside it", "", "Its words"), row=number)
    joined = ""
    for note in NOTES:
        number += 1
        text = _pieces(canvas, layout, note, number)
        live = layout.live(note.where)
        canvas.text(f"{LABEL}{number}", note.of or note.where)
        canvas.formula(f"B{number}", f'IF({live}="{note.of}",{text},"")' if note.of else f'IF({live}>0,{text},"")')
        begins = note.where == NOTES[0].where  # of these one holds, and begins the sentence
        joined += f"&B{number}" if begins else f'&IF(B{number}="","","{JOINED}"&B{number})'
    canvas.text(f"{LABEL}{number + 1}", "All that hold", styles.STRONG)
    canvas.formula(f"B{number + 1}", joined.removeprefix("&"))


def _pieces(canvas: Canvas, layout: Layout, note: Note, number: int) -> str:
    """Write words and quantities of a note into cells of its row; the formula that joins them."""
    column, joined = 3, ""
    for words, name, _, _ in string.Formatter().parse(note.text):
        if words.strip():
            cell = f"{letter(column)}{number}"
            canvas.text(cell, words.strip(), styles.NOTE)  # the spaces stand in the sentence
            joined += ('&" "' if words[0] == " " else "") + f"&{cell}" + ('&" "' if words[-1] == " " else "")
            column += 1
        if name:
            cell = f"{letter(column)}{number}"
            shown = "0.0%" if name in SHARES else "#,##0;#,##0"
            live = layout.live(name)
            canvas.formula(cell, label_of(layout, name) if name in LABELS else f'TEXT({live},"{shown}")')
            joined += f"&{cell}"
            column += 1
    return joined.removeprefix("&")


def _words(canvas: Canvas, layout: Layout) -> None:
    """The verdict, and what it rests on, in sentences."""
    picked, live = _picked_row(layout), layout.live
    canvas.heading(HEAD_ROW, "The verdict, live case", LAST)
    number = '"#,##0;#,##0"'
    choice = f"{LABELS['verdict_choice']}{picked}"
    first = (
        f'B{picked}&" "&{choice}&C{picked}&" "&TEXT(D{picked},{number})&" "&E{picked}'
        f'&" "&TEXT(F{picked},{number})&" "&G{picked}'
    )
    canvas.formula(f"{LABEL}{WORDS_ROW}", first, font=styles.HEADING)
    beside = f"B{picked + 3 + len(NOTES)}"
    canvas.formula(f"{LABEL}{WORDS_ROW + 1}", f'IF({beside}="","",{beside}&".")')
    now = f'TEXT({live("verdict_requests")},"#,##0")'
    uncached, bigger = (f'TEXT({live(name)},"0.000000")' for name in ("prompt_uncached_cost", "tier_request_cost"))
    margin = live("verdict_margin")
    sentences = (
        f'"The best with tuning ("&{LABELS["best_tuned"]}{picked}&") is ahead"&IF({live("outside_allowed")}>0,""," of"'
        '&" what is not allowed")',
        '"from so many requests a month on:"',
        f'TEXT({live("verdict_volume")},"#,##0")&"; there are "&{now}&" on average."',
        f'"A right answer is worth "&TEXT({live("answer_value")},"0.00")&" USD."',
        f'"A prompted request costs "&TEXT({live("prompt_request_cost")},"0.000000")&" USD, and without caching"',
        f'{uncached}&" USD; a bigger model "&{bigger}&" USD (tokens alone)."',
        f'"The plan has cost less than prompting from this month on: "&TEXT({live("prompt_breakeven_month")},"0")&"."',
        f'"The best is ahead of the best on the other side by "&TEXT({margin},"#,##0")&" USD."',
        '"Nothing on the other side is allowed; an open model, prompted on own GPUs, is not compared."',
    )
    helper = picked + len(NOTES) + 6
    for place, text in enumerate(sentences):
        canvas.formula(f"B{helper + place}", text)
    joined = [[0, 1, 2, 3], [4, 5], [6]]
    for place, parts in enumerate(joined):
        text = '&" "&'.join(f"B{helper + part}" for part in parts)
        text += f'&" "&IF(ISNUMBER({margin}),B{helper + 7},B{helper + 8})' if parts == [6] else ""
        canvas.formula(f"{LABEL}{WORDS_ROW + 2 + place}", text)


def chart_of(worksheet: Worksheet, layout: Layout, title: str) -> LineChart:
    """Lines of what each has cost so far: where they cross, another becomes the cheapest."""
    chart = charts.lines(title, "USD so far")
    chart.x_axis.title = charts.words_of("Month", charts.AXIS_SIZE)
    chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = 6
    top, bottom = BLOCK_ROW + 1, BLOCK_ROW + layout.months
    for place, way in enumerate(WAYS.values()):
        values = charts.column(worksheet, 2 + place, top, bottom)
        chart.series.append(charts.drawn(values, way.label, charts.LINE_COLOURS[place], charts.DASHES[place]))
    chart.set_categories(charts.column(worksheet, 1, top, bottom))
    return chart


def _chart(worksheet: Worksheet, layout: Layout) -> None:
    title = "Total so far by month, live case: where lines cross, another is cheaper"
    charts.place(worksheet, chart_of(worksheet, layout, title), f"{LABEL}{CHART_ROW}", f"{LAST}{BLOCK_ROW - 2}")
