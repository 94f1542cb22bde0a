"""The defects: how each gets into a workbook, and what must catch it. Declared once, for the tests and the page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from defects import Copy, Defect, Seed, at, next_cell

from xlcost.files.package import column_letters, column_number
from xlcost.sheets.functions import EXPECTED
from xlcost.sheets.inputs import AT, CATALOGUE, HIGH, IN_BOUNDS, LOW, MAX, MIN
from xlcost.sheets.layout import BASIS, HEAD_ROW, INPUTS, LIVE, NAME, TOTAL, UNIT, case_column
from xlcost.sheets.rules.facts import REFERENCE
from xlcost.sheets.tables import ORIGIN

OVERWRITTEN, CHANGED, FIGURE, WORDS = (
    f"template.{kind}" for kind in ("formula-overwritten", "formula-changed", "figure-changed", "text-changed")
)
FORMAT, DELETED = "template.format", "template.line-deleted"
CELL = re.compile(r'<c r="(?P<cell>[A-Z]+\d+)"(?P<rest>[^>]*?)(?:/>|>(?P<inner>.*?)</c>)', re.DOTALL)


# How a defect gets in


def overwrite(name: str, value: object, case: int = 0, month: int = 0) -> Seed:
    """A value over the formula of a quantity, in a month if it has months."""
    return lambda copy: copy.put(*at(copy.made.cells(name, case)[month]), value)


def rewrite(name: str, pattern: str, new: str, case: int = 0, month: int = 0) -> Seed:
    """Another formula of a quantity."""

    def seed(copy: Copy) -> None:
        copy.edit(*at(copy.made.cells(name, case)[month]), lambda old: re.sub(pattern, new, old, count=1))

    return seed


def enter(name: str, value: object, case: int = 0) -> Seed:
    """Another input."""
    return lambda copy: copy.put(INPUTS, f"{case_column(case)}{copy.made.layout.input_rows[name]}", value)


def on_inputs(column: str, name: str, value: object) -> Seed:
    """Something else in another column of an input's line."""
    return lambda copy: copy.put(INPUTS, f"{column}{copy.made.layout.input_rows[name]}", value)


def on_line(name: str, column: str, value: object, sheet: str = "Checks") -> Seed:
    """Something else in the line of this name."""
    return lambda copy: copy.put(sheet, f"{column}{line(copy, name, sheet)}", value)


def put(sheet: str, cell: str, value: object) -> Seed:
    """Something else in a cell."""
    return lambda copy: copy.put(sheet, cell, value)


def line(copy: Copy, name: str, sheet: str = "Checks") -> int:
    """The row whose name this is."""
    found = re.search(rf'<c r="{NAME}(\d+)"[^>]*><is><t[^>]*>{re.escape(name)}</t>', copy.xml(sheet))
    assert found is not None, f"{sheet}: no line {name}"
    return int(found[1])


def relink(sheet: str, name: str, rows: int = 0, columns: int = 0, case: int = 0) -> Seed:
    """A link to the cell beside the right one."""

    def seed(copy: Copy) -> None:
        block = copy.made.layout.blocks[sheet]
        row = next(row for row, each in block.rows.items() if not isinstance(each, str) and each.name == name)

        def moved(match: re.Match[str]) -> str:
            return f"{match['sheet'] or ''}{next_cell(match['first'], rows, columns)}"

        copy.edit(sheet, f"{case_column(case)}{row}", lambda old: REFERENCE.sub(moved, old, count=1))

    return seed


def duplicate(sheet: str, title: str) -> Seed:
    """The key of the first row of a table in its second row too."""

    def seed(copy: Copy) -> None:
        found = re.search(rf'name="{title}"[^>]*>[^<!]*!\$A\$(\d+)', copy.parts["xl/workbook.xml"].decode())
        assert found is not None, title
        copy.put(sheet, f"A{int(found[1]) + 1}", copy.text(sheet, f"A{found[1]}"))

    return seed


def figure(table: str, column: str, change: Callable[[float], object], key: str = "") -> Seed:
    """Another figure in a table of the catalogue: in the row of this key, or in the first row that has one."""

    def seed(copy: Copy) -> None:
        sheet, letters, first, last = named_column(copy, f"tbl_{table}_{column}")
        xml = copy.xml(sheet)
        for row in range(first, last + 1):
            found = re.search(rf'<c r="{letters}{row}"[^>]*><v>([^<]*)</v>', xml)
            if found is not None and (not key or copy.text(sheet, f"A{row}") == key):
                copy.put(sheet, f"{letters}{row}", change(float(found[1])))
                return
        raise AssertionError(f"{table}: no figure of {key or column}")

    return seed


def named_column(copy: Copy, title: str) -> tuple[str, str, int, int]:
    """Where the cells of a name are: sheet, column, first and last row."""
    pattern = rf'name="{title}"[^>]*>([^<!]*)!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)'
    found = re.search(pattern, copy.parts["xl/workbook.xml"].decode())
    assert found is not None, title
    return found[1], found[2], int(found[3]), int(found[4])


def sheet_xml(sheet: str, pattern: str, new: str) -> Seed:
    """Another text in a sheet's XML."""
    return lambda copy: copy.replace(sheet, pattern, new)


def book_xml(pattern: str, new: str) -> Seed:
    """Another text in workbook.xml."""
    return lambda copy: copy.book(pattern, new)


def part(name: str, content: str) -> Seed:
    """One more part in the file."""
    return lambda copy: copy.parts.update({name: content.encode()})


def chart(pattern: str, new: str) -> Seed:
    """Another text in the first chart that has it."""

    def seed(copy: Copy) -> None:
        for name in sorted(copy.parts):
            if name.startswith("xl/charts/") and re.search(pattern, copy.parts[name].decode()):
                copy.parts[name] = re.sub(pattern, new, copy.parts[name].decode(), count=1).encode()
                return
        raise AssertionError(f"no chart has {pattern}")

    return seed


def stale(name: str) -> Seed:
    """An old value beside the right formula."""

    def seed(copy: Copy) -> None:
        sheet, cell = at(copy.made.cells(name, 0)[0])
        copy.replace(sheet, rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v>[^<]*</v>', r"\g<1><v>12345</v>")

    return seed


def live_rows_insert(sheet: str, row: int) -> Seed:
    """A row in between, by a tool that moves the cells and not the references to them."""

    def seed(copy: Copy) -> None:
        def lower(match: re.Match[str]) -> str:
            number = int(match[3])
            return match[0] if number < row else f"{match[1]}{match[2]}{number + 1}{match[4]}"

        copy.write(sheet, re.sub(r'(<(?:row|c) r=")([A-Z]*)(\d+)(")', lower, copy.xml(sheet)))

    return seed


def shown_as(code: str, where: Callable[[Copy], tuple[str, str]]) -> Seed:
    """Another number format on a cell, which keeps its content."""

    def seed(copy: Copy) -> None:
        styles = copy.parts["xl/styles.xml"].decode()
        formats = f'<numFmt numFmtId="999" formatCode="{html.escape(code)}"/></numFmts>'
        styles = styles.replace("</numFmts>", formats, 1)
        listed = re.search(r"<cellXfs[^>]*>(.*?)</cellXfs>", styles, re.DOTALL)
        assert listed is not None
        style = len(re.findall(r"<xf\b", listed[1]))
        new = '<xf numFmtId="999" fontId="1" fillId="0" borderId="0" applyNumberFormat="1" xfId="0"/></cellXfs>'
        copy.parts["xl/styles.xml"] = styles.replace("</cellXfs>", new, 1).encode()
        sheet, cell = where(copy)
        copy.replace(sheet, rf'(<c r="{cell}"[^>]*?)\ss="\d+"', rf'\g<1> s="{style}"')

    return seed


def result(name: str) -> Callable[[Copy], tuple[str, str]]:
    """The cell of a quantity in case Base."""
    return lambda copy: at(copy.made.cells(name, 0)[0])


def live_result(name: str) -> Callable[[Copy], tuple[str, str]]:
    """The live cell of a result."""
    return lambda copy: ("Results", f"{LIVE}{line(copy, name, 'Results')}")


def entry(name: str) -> Callable[[Copy], tuple[str, str]]:
    """Where an input of case Base is entered."""
    return lambda copy: (INPUTS, f"{case_column(0)}{copy.made.layout.input_rows[name]}")


def exchange(sheet: str, pairs: Callable[[Copy], Iterable[tuple[str, str]]]) -> Seed:
    """The contents of cells, exchanged two by two. Formulas of rows that are exchanged stay, as they look alike."""

    def seed(copy: Copy) -> None:
        found = {match["cell"]: match for match in CELL.finditer(copy.xml(sheet))}
        other = {a: b for pair in pairs(copy) for a, b in (pair, pair[::-1])}

        def moved(match: re.Match[str]) -> str:
            new = found.get(other.get(match["cell"], match["cell"]))
            style = re.search(r'\ss="\d+"', match["rest"])
            kind = re.search(r'\st="\w+"', new["rest"]) if new else None
            opening = f'<c r="{match["cell"]}"{style[0] if style else ""}{kind[0] if kind else ""}'
            return f"{opening}>{new['inner']}</c>" if new and new["inner"] else f"{opening}/>"

        copy.write(sheet, CELL.sub(lambda match: moved(match) if match["cell"] in other else match[0], copy.xml(sheet)))
        for cell, source in other.items():
            if cell not in found and source in found and found[source]["inner"]:
                said = html.unescape(re.sub("<.*?>", "", found[source]["inner"]))
                copy.put(sheet, cell, said if 't="inlineStr"' in found[source]["rest"] else float(said))

    return seed


def whole_rows(table: str, sheet: str) -> Seed:
    """The rows of a table the other way round, each as a whole."""

    def pairs(copy: Copy) -> Iterator[tuple[str, str]]:
        _, _, first, last = named_column(copy, f"tbl_{table}_key")
        cells = {match["cell"]: match for match in CELL.finditer(copy.xml(sheet))}
        letters = {re.sub(r"\d", "", cell) for cell in cells if cell.endswith(str(first))}
        for a, b in zip(range(first, (first + last + 1) // 2), range(last, first, -1), strict=False):
            for column in sorted(letters):
                one, other = f"{column}{a}", f"{column}{b}"
                if not any("<f>" in (cells[each]["inner"] or "") for each in (one, other) if each in cells):
                    yield one, other

    return exchange(sheet, pairs)


def column_sorted(table: str, column: str) -> Seed:
    """The figures of a column by their size, and nothing else of their rows."""

    def seed(copy: Copy) -> None:
        sheet, letters, first, last = named_column(copy, f"tbl_{table}_{column}")
        cells = {f"{letters}{row}" for row in range(first, last + 1)}
        xml = copy.xml(sheet)
        found = [match for match in CELL.finditer(xml) if match["cell"] in cells and match["inner"]]
        values = iter(sorted(float(re.sub("<.*?>", "", match["inner"])) for match in found))
        filled = {match["cell"] for match in found}

        def sorted_cell(match: re.Match[str]) -> str:
            return match[0].replace(match["inner"], f"<v>{next(values)!r}</v>") if match["cell"] in filled else match[0]

        copy.write(sheet, CELL.sub(sorted_cell, xml))

    return seed


def cases_exchanged(copy: Copy) -> None:
    """Everything that is entered for Base and for Lean."""
    base, lean = case_column(0), case_column(1)
    rows = copy.made.layout.input_rows.values()
    exchange(INPUTS, lambda _: [(f"{base}{row}", f"{lean}{row}") for row in rows])(copy)


def months_exchanged(name: str, one: int, other: int) -> Seed:
    """The formulas of two months."""

    def seed(copy: Copy) -> None:
        cells = [at(copy.made.cells(name, 0)[month])[1] for month in (one, other)]
        exchange("Timeline", lambda _: [(cells[0], cells[1])])(copy)

    return seed


def without_row(sheet: str, row: Callable[[Copy], int]) -> Seed:
    """A row deleted, as a spreadsheet does it: all references below move up, and those to the row are #REF!."""

    def seed(copy: Copy) -> None:
        gone = row(copy)

        def address(text: str) -> str:
            letters, number = re.fullmatch(r"(\$?[A-Z]+\$?)(\d+)", text).groups()  # type: ignore[union-attr]
            return text if int(number) < gone else f"{letters}{int(number) - 1}"

        def reference(match: re.Match[str], own: str) -> str:
            title = (match["sheet"] or own).rstrip("!").strip("'")
            if match["text"] or title != sheet:
                return match[0]
            first, last = match["first"], match["last"]
            is_first, is_last = (each and re.sub(r"\D", "", each) == str(gone) for each in (first, last))
            if is_first and (last is None or is_last):
                return f"{match['sheet'] or ''}#REF!"
            start = first if is_first else address(first)
            return f"{match['sheet'] or ''}{start}" + (f":{address(last)}" if last else "")

        for title in copy.sheets:
            xml = re.sub(
                r"(<f>)(.*?)(</f>)",
                lambda match, title=title: match[1] + REFERENCE.sub(lambda m: reference(m, title), match[2]) + match[3],
                copy.xml(title),
                flags=re.DOTALL,
            )
            if title == sheet:
                xml = re.sub(rf'<row r="{gone}".*?</row>', "", xml, flags=re.DOTALL)
                xml = re.sub(
                    r'(<(?:row|c) r=")([A-Z]*)(\d+)(")',
                    lambda m: m[0] if int(m[3]) <= gone else f"{m[1]}{m[2]}{int(m[3]) - 1}{m[4]}",
                    xml,
                )
                xml = re.sub(rf'<dataValidation sqref="(?:[A-Z]+{gone}(?: |(?=")))+".*?</dataValidation>', "", xml)
                moved = r'(sqref="|<formula[12]>)([^"<]*)'
                xml = re.sub(moved, lambda m: m[1] + REFERENCE.sub(lambda r: reference(r, sheet), m[2]), xml)
            if xml != copy.xml(title):
                copy.write(title, xml)
        names = copy.parts["xl/workbook.xml"].decode()
        changed = re.sub(
            r"(<definedName [^>]*>)([^<]*)", lambda m: m[1] + REFERENCE.sub(lambda r: reference(r, ""), m[2]), names
        )
        copy.parts["xl/workbook.xml"] = changed.encode()

    return seed


def column_in_between(sheet: str, column: str) -> Seed:
    """A column in between, by a tool that moves the cells and not the references to them."""

    def seed(copy: Copy) -> None:
        first = column_number(column)

        def right(match: re.Match[str]) -> str:
            number = column_number(match[2])
            return match[0] if number < first else f"{match[1]}{column_letters(number + 1)}{match[3]}"

        copy.write(sheet, re.sub(r'(<c r=")([A-Z]+)(\d+")', right, copy.xml(sheet)))

    return seed


def sourceless(table: str, sheet: str) -> Seed:
    """The first row of a table without its source."""

    def seed(copy: Copy) -> None:
        _, _, first, _ = named_column(copy, f"tbl_{table}_key")
        head = copy.xml(sheet)
        title = re.search(rf'<c r="([A-Z]+){first - 1}"[^>]*><is><t[^>]*>{ORIGIN[0]}</t>', head)
        assert title is not None
        copy.put(sheet, f"{title[1]}{first}", None)

    return seed


def _ends(copy: Copy, name: str) -> tuple[str, str]:
    """The low and the high of an input."""
    row = copy.made.layout.input_rows[name]
    return f"{LOW}{row}", f"{HIGH}{row}"


def _beside(copy: Copy, table: str, one: str, other: str) -> tuple[str, str]:
    """Two cells of the first row of a table."""
    columns = [named_column(copy, f"tbl_{table}_{each}") for each in (one, other)]
    return f"{columns[0][1]}{columns[0][2]}", f"{columns[1][1]}{columns[1][2]}"


def both(*seeds: Seed) -> Seed:
    """Several at once."""

    def seed(copy: Copy) -> None:
        for each in seeds:
            each(copy)

    return seed


def price_in_use(copy: Copy) -> None:
    """Another price of the GPU that the cases rent, so that the engine can't be asked."""
    column = named_column(copy, "tbl_gpu_offers_on_demand")
    for row in range(column[2], column[3] + 1):
        cell = f"{column[1]}{row}"
        found = re.search(rf'<c r="{cell}"[^>]*><v>([^<]*)</v>', copy.xml(column[0]))
        if found is not None:
            copy.put(column[0], cell, float(found[1]) * 1.5)


def unlock(name: str) -> Seed:
    """The style of an input on a formula."""

    def seed(copy: Copy) -> None:
        row = copy.made.layout.input_rows["examples"]
        found = re.search(rf'<c r="{case_column(0)}{row}"[^>]*\ss="(\d+)"', copy.xml(INPUTS))
        assert found is not None
        sheet, cell = at(copy.made.cells(name, 0)[0])
        copy.put(sheet, cell, copy.formula(sheet, cell), int(found[1]))

    return seed


def swap_titles(copy: Copy) -> None:
    """The titles of two cases, exchanged where they are entered."""
    copy.put(INPUTS, f"{case_column(1)}{HEAD_ROW}", "Stretch")
    copy.put(INPUTS, f"{case_column(2)}{HEAD_ROW}", "Lean")


def circle(copy: Copy) -> None:
    """The cost of labels, made to depend on the cost of data that it is a part of."""
    sheet, cell = at(copy.made.cells("label_cost", 0)[0])
    total = at(copy.made.cells("data_cost", 0)[0])[1]
    copy.edit(sheet, cell, lambda old: f"{old}+{total}*0")


def master_by_hand(copy: Copy) -> None:
    """The master is 1, and a check fails behind it."""
    overwrite("talent_cost", 0)(copy)
    on_line("chk_master", LIVE, 1)(copy)


def _of(kind: str, *several: tuple[Any, ...]) -> list[Defect]:
    """Defects of a kind: what it is, how it gets in, the rule and the check that catch it."""
    return [Defect(kind, *each) for each in several]


DEFECTS: tuple[Defect, ...] = (
    *_of(
        "overwritten",
        ("a stage's cost is 0", overwrite("talent_cost", 0), OVERWRITTEN, "check_total"),
        ("the total is 5", overwrite("total_cost", 5), OVERWRITTEN, "check_total"),
        ("a running total starts again", overwrite("cumulative_cost", 0, month=36), OVERWRITTEN, "check_cumulative"),
        ("a month's total is 999", overwrite("total_flow", 999, month=40), OVERWRITTEN, "check_cumulative"),
        ("a month of the build is left out", overwrite("build_share", 0, month=1), OVERWRITTEN, "check_build"),
        ("a discounted flow is 2", overwrite("discounted_net_flow", 2, month=12), OVERWRITTEN, "check_present"),
        ("60 retrains in a month", overwrite("retrains", 60, month=5), OVERWRITTEN, "check_retrains"),
        (
            "a month's amortisation is 1,000,000",
            overwrite("amortisation_flow", 1e6, month=8),
            OVERWRITTEN,
            "check_amortisation",
        ),
        ("a month's expense is 4", overwrite("expense_flow", 4, month=9), OVERWRITTEN, "check_books"),
        ("50 replicas in a month", overwrite("replicas", 50, month=9), OVERWRITTEN, "check_replicas"),
        ("labels cost 100", overwrite("label_cost", 100), OVERWRITTEN, "chk_data_cost"),
        ("a run costs 7 in one case", overwrite("run_cost", 7, case=2), OVERWRITTEN, "chk_training_cost"),
        ("one experiment is enough", overwrite("expected_experiments", 1), OVERWRITTEN, "chk_iteration_cost"),
        ("a replica costs 1 a month", overwrite("replica_month_cost", 1), OVERWRITTEN, "chk_deployment_cost"),
        ("retrained every 3 months", overwrite("retrain_interval", 3), OVERWRITTEN, "chk_maintenance_cost"),
        ("hiring costs nothing", overwrite("hiring_cost", 0), OVERWRITTEN, "chk_talent_cost"),
        ("no contingency in a month", overwrite("contingency_flow", 0, month=3), OVERWRITTEN, "chk_contingency_cost"),
        ("an hour of staff costs 50", overwrite("staff_hour_rate", 50), OVERWRITTEN, "chk_total_cost"),
        ("a month's benefit is 1 in one case", overwrite("benefit_flow", 1, case=4, month=20), OVERWRITTEN, "chk_npv"),
        ("a month's levers cost nothing", overwrite("levers_flow", 0, case=1), OVERWRITTEN, "check_levers"),
        ("a lever is paid for again", overwrite("levers_flow", 3000, case=1, month=7), OVERWRITTEN, "check_levers"),
        ("automation costs nothing", overwrite("automation_cost", 0, case=1), OVERWRITTEN, "chk_levers_cost"),
        ("the plan's total is 5", overwrite("plan_total_cost", 5), OVERWRITTEN, "check_plan"),
        ("prompting costs 999 in a month", overwrite("prompt_flow", 999, month=40), OVERWRITTEN, "check_prompt"),
        ("retrieval has cost nothing so far", overwrite("rag_cumulative", 0, month=36), OVERWRITTEN, "check_rag"),
        ("managed tuning costs 1", overwrite("managed_total_cost", 1), OVERWRITTEN, "check_managed"),
        (
            "both together cost 10 in a month",
            overwrite("hybrid_flow", 10, case=1, month=50),
            OVERWRITTEN,
            "check_hybrid",
        ),
        (
            "building managed tuning costs 1",
            overwrite("managed_build_cost", 1, case=3),
            OVERWRITTEN,
            "check_managed_build",
        ),
        ("the verdict is about nine billion", overwrite("verdict_net_cost", 9e9), OVERWRITTEN, "check_best_untuned"),
        ("the verdict is yes whatever it costs", overwrite("verdict_worth_it", 1), OVERWRITTEN, "check_best_untuned"),
        ("the same in another case", overwrite("verdict_net_cost", 9e9, case=3), OVERWRITTEN, "check_best_managed"),
        ("the same, and the plan is dearer", overwrite("verdict_net_cost", 9e9), OVERWRITTEN, "check_best_plan"),
        ("a formula is deleted", overwrite("present_cost", None), OVERWRITTEN, "check_present"),
        ("a formula is replaced by its own value", overwrite("api_route_cost", 0, month=0), OVERWRITTEN),
    ),
    *_of(
        "overwritten, and a price edited",
        ("a cost of 0, the engine off", both(price_in_use, overwrite("talent_cost", 0)), OVERWRITTEN, "check_total"),
        ("labels cost 100, the engine off", both(price_in_use, overwrite("label_cost", 100)), OVERWRITTEN),
    ),
    *_of(
        "wrong reference",
        ("a link to the row above", relink("Iteration", "models_to_ship", rows=1), CHANGED),
        ("a link to another case's column", relink("Iteration", "models_to_ship", columns=1), CHANGED),
        (
            "a month looks at the month after",
            rewrite("total_flow", r"[A-Z]+(\d+)", r"Z\1", month=1),
            CHANGED,
            "check_total",
        ),
        ("a fixed column is no longer fixed", rewrite("data_flow", r"\$E", "E", month=12), "row.consistent"),
        (
            "the live case looks a column too far right",
            lambda copy: copy.edit(
                "Results", f"{LIVE}{line(copy, 'total_cost', 'Results')}", lambda old: old.replace("INDEX(H", "INDEX(I")
            ),
            CHANGED,
        ),
    ),
    *_of(
        "wrong range",
        ("a sum over the months misses the last", rewrite("npv", r":\$B[A-Z]\$", r":$BO$"), CHANGED),
        ("a sum over the months misses the first", rewrite("talent_cost", r"\$H\$", r"$I$"), CHANGED),
        ("the total leaves out a stage", rewrite("total_cost", r"\+H\d+$", ""), CHANGED, "check_total"),
        ("the total counts a stage twice", rewrite("total_cost", r"(\+H\d+)$", r"\1\1"), CHANGED, "check_total"),
    ),
    *_of(
        "wrong formula",
        ("a sign is flipped", rewrite("data_cost", r"\+", "-"), CHANGED, "chk_data_cost"),
        ("MIN for MAX", rewrite("retrains", "MAX", "MIN", month=7), CHANGED),
        ("larger for at least", rewrite("build_share", r"<=", "<", month=1), CHANGED),
        (
            "a bracket in another place",
            rewrite("expected_experiments", r"\(1-\(1-(H\d+)\)\^(H\d+)\)", r"(1-1-\1^\2)"),
            CHANGED,
            "chk_iteration_cost",
        ),
        (
            "a case of its own in one column",
            rewrite("data_cost", r"\+", "*2+", case=2),
            "row.consistent",
            "chk_data_cost",
        ),
    ),
    *_of(
        "constant",
        ("an exchange rate in a formula", rewrite("talent_cost", r"$", "*1.08"), "formula.literal", "check_total"),
        ("10% on top in a formula", rewrite("label_cost", r"$", "*110%"), "formula.literal", "chk_data_cost"),
        (
            "another number of months in a year",
            lambda copy: copy.put("Constants", f"D{line(copy, 'con_months_per_year', 'Constants')}", 10),
            FIGURE,
        ),
    ),
    *_of(
        "function",
        ("IFERROR around a total", rewrite("npv", r"^=(.*)$", r"=IFERROR(\1,0)"), "formula.iferror"),
        ("TODAY in a formula", rewrite("hiring_cost", r"$", "+TODAY()-TODAY()"), "formula.volatile"),
        ("OFFSET for a reference", rewrite("hiring_cost", r"H\d+:H\d+", "OFFSET(H54,0,0,4,1)"), "formula.volatile"),
        ("a whole column is summed", rewrite("hiring_cost", r"H\d+:H\d+", "Z:Z"), "formula.whole-column"),
        (
            "a function of newer versions",
            rewrite("npv", r"^=(.*)$", r"=_xlfn.LET(_xlpm.x,\1,_xlpm.x)"),
            "formula.newer",
        ),
        (
            "rounding on the way",
            rewrite("expected_experiments", r"^=(.*)$", r"=ROUND(\1,0)"),
            "formula.rounding",
            "chk_iteration_cost",
        ),
    ),
    *_of(
        "circle",
        ("a cost depends on its own total", circle, "book.circular", "chk_errors"),
    ),
    *_of(
        "input",
        ("a share of 12 that was meant as 12%", enter("rework_share", 12), "cell.accepted", "chk_inputs"),
        ("a chance of 140%", enter("success_share", 1.4), "cell.accepted", "chk_inputs"),
        ("a word for a number", enter("examples", "many"), "cell.accepted", "chk_inputs"),
        ("a number as text", enter("examples", "12000"), "cell.text-number", "chk_inputs"),
        ("a choice that there is not", enter("people_basis", "both"), "cell.accepted", "chk_inputs"),
        ("a GPU that nobody knows", enter("gpu", "H1000"), "cell.accepted", "chk_inputs"),
        ("a bad value in a case that is not shown", enter("mfu", 1.4, case=3), "cell.accepted", "chk_inputs"),
        ("a division by nothing", enter("mfu", 0), "cell.error", "chk_errors"),
        ("people paid twice", enter("uncovered_share", 1), "", "check_paid_once"),
        ("a horizon that ends before the launch", enter("horizon_months", 3), "", "check_horizon"),
        (
            "a live case that there is not",
            lambda copy: copy.put(INPUTS, f"{LIVE}{HEAD_ROW - 1}", "Worst"),
            "cell.accepted",
        ),
        ("the titles of two cases exchanged", swap_titles, WORDS),
        ("an input under another's name", on_inputs(NAME, "examples", "label_price"), WORDS),
        ("a bound that was widened", on_inputs(MAX, "success_share", 5), FIGURE),
        ("another default in the catalogue's column", on_inputs(CATALOGUE, "examples", 1), FIGURE),
        (
            "low and high of an input exchanged",
            exchange(INPUTS, lambda copy: [_ends(copy, "label_price")]),
            FIGURE,
        ),
        ("what is entered for two cases exchanged", cases_exchanged, "case.exchanged"),
        ("an input without its source", on_inputs(BASIS, "label_price", None), "catalogue.source"),
        (
            "a day in the future",
            on_inputs(AT, "label_price", "2062-01-01"),
            "",
            "",
            "Nothing is computed from it, and no rule asks for today: a file is judged alike on every day.",
        ),
        (
            "the validation of an input is gone",
            sheet_xml(INPUTS, r"<dataValidation sqref=\"H\d+[^>]*type=\"decimal\".*?</dataValidation>", ""),
            "cell.validation",
        ),
        (
            "a validation that allows ten times as much",
            sheet_xml(INPUTS, rf"(<formula1>\${MIN}\d+</formula1><formula2>\${MAX}\d+)", r"\1*10"),
            "template.validation",
        ),
        (
            "a validation that only warns",
            sheet_xml(INPUTS, r'errorStyle="stop"', 'errorStyle="warning"'),
            "cell.validation",
        ),
    ),
    *(
        Defect("table", f"a key twice in {table}", duplicate(sheet, f"tbl_{table}_key"), WORDS, f"chk_keys_{table}")
        for sheet, tables in {
            "Prices": ("gpu_offers", "tuning_offers", "inference_prices"),
            "GPUs": ("gpus",),
            "Models": ("models", "methods", "stacks", "optimizers"),
        }.items()
        for table in tables
    ),
    *_of(
        "table",
        (
            "a price below nothing",
            figure("gpu_offers", "on_demand", lambda old: -old, "nebius H200"),
            "",
            "chk_figures_prices",
        ),
        ("a GPU's memory as text", figure("gpus", "memory_gb", lambda old: f"{old:g}"), "", "chk_figures_gpus"),
        ("a model of less than no parameters", figure("models", "params", lambda old: -old), "", "chk_figures_models"),
        ("a share above 1 in a table", figure("stacks", "mfu", lambda old: old * 100), "", "chk_figures_models"),
        (
            "a column of prices without a validation",
            sheet_xml("Prices", r"<dataValidation .*?</dataValidation>", ""),
            "cell.validation",
        ),
        (
            "a column of prices that takes any number",
            sheet_xml("Prices", r'(operator="greaterThanOrEqual"[^>]*>)<formula1>0', r"\1<formula1>-99"),
            "template.validation",
        ),
        (
            "a price at a tenth of the vendor's",
            figure("gpu_offers", "on_demand", lambda old: old / 10, "nebius H200"),
            "catalogue.edited",
        ),
        (
            "prices sorted without their rows",
            column_sorted("gpu_offers", "on_demand"),
            "catalogue.edited",
        ),
        (
            "low and high of a label's price exchanged",
            exchange("Prices", lambda copy: [_beside(copy, "label_prices", "low", "high")]),
            "catalogue.edited",
        ),
        ("a price without its source", sourceless("gpu_offers", "Prices"), "catalogue.source"),
        (
            "the rows of a table in another order",
            whole_rows("gpu_offers", "Prices"),
            "",
            "",
            "Look-ups go by the name of a row, wherever it stands.",
        ),
        ("a key with a space at its end", lambda copy: copy.put("GPUs", "A8", copy.text("GPUs", "A8") + " "), WORDS),
    ),
    *_of(
        "check",
        (
            "the line of an input is not checked",
            on_inputs(IN_BOUNDS, "examples", "fine"),
            OVERWRITTEN,
            "chk_input_lines",
        ),
        (
            "an expected value that is wrong",
            lambda copy: copy.put("Functions", f"{EXPECTED}7", 1),
            FIGURE,
            "chk_functions",
        ),
        ("a check is switched off", on_line("check_total", "O", 1), OVERWRITTEN),
        ("a check with a tolerance of a million", on_line("check_total", TOTAL, 1e6), OVERWRITTEN),
        (
            "a tolerance for all checks of a million",
            lambda copy: copy.put("Constants", f"D{line(copy, 'con_check_tolerance', 'Constants')}", 1e6),
            FIGURE,
        ),
        ("the master is 1 by hand", master_by_hand, OVERWRITTEN),
        ("a check is no longer counted", on_line("check_total", "N", "note"), WORDS),
        (
            "the colours of the checks are gone",
            sheet_xml("Checks", r"<conditionalFormatting.*</conditionalFormatting>", ""),
            "template.picture",
        ),
    ),
    *_of(
        "words",
        ("a unit is gone", on_line("label_cost", UNIT, None, "Data"), "unit.lost"),
        ("a unit is another", on_inputs(UNIT, "label_price", "USD/example"), "unit.lost"),
        ("a label is another", on_line("label_cost", "B", "Cost of data", "Data"), WORDS),
        ("a chart draws the row below", chart(r"\$B\$(\d+):\$F\$\1", "$B$9:$F$9"), "template.picture"),
    ),
    *_of(
        "hidden",
        ("a hidden row", sheet_xml("Data", r'<row r="45"', '<row r="45" hidden="1"'), "sheet.row-hidden"),
        ("a hidden column", sheet_xml("Data", r'(<col )(?=[^>]*min="9")', r'\1hidden="1" '), "sheet.column-hidden"),
        ("a hidden sheet", book_xml(r'(name="Talent"[^>]*state=")visible', r"\1hidden"), "sheet.hidden"),
        (
            "a sheet that not even the menu shows",
            book_xml(r'(name="Talent"[^>]*state=")visible', r"\1veryHidden"),
            "sheet.hidden",
        ),
        ("a value in a format that shows nothing", shown_as(";;;", result("hiring_cost")), "cell.invisible"),
        ("a total that always shows 250,000", shown_as('"250,000"', result("total_cost")), FORMAT),
        ("the live total in thousands", shown_as("#,##0,", live_result("total_cost")), FORMAT),
        ("an input in thousands", shown_as("0,", entry("examples")), FORMAT),
        ("a price as per cent", shown_as("0%", entry("label_price")), FORMAT),
        ("a loss without its sign", shown_as("#,##0;#,##0", result("npv")), FORMAT),
        ("a total with fewer digits", shown_as("0E+0", result("total_cost")), FORMAT),
        (
            "merged cells",
            sheet_xml(
                "Data", "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="H45:I45"/></mergeCells>'
            ),
            "sheet.merged",
        ),
    ),
    *_of(
        "stale",
        ("an old value beside the formula", stale("total_cost"), "cell.stale"),
    ),
    *_of(
        "stored",
        (
            "another high of the total",
            on_line("total_cost_high", case_column(0), 1, "Results"),
            "",
            "chk_stored_results",
        ),
        ("a driver moves the total by more", put("Sensitivity", "F6", 5e6), "", "chk_stored_sensitivity"),
        ("a lower P80", put("MonteCarlo", "D15", 100), "", "chk_stored_montecarlo"),
        ("a lever saves more", put("Levers", "D8", 99_999), "", "chk_stored_levers"),
        ("a step of the waterfall by hand", put("Levers", "F9", 5_000), OVERWRITTEN),
        ("a chance of exceeding a budget by hand", put("MonteCarlo", "D20", 0.1), OVERWRITTEN),
    ),
    *_of(
        "structure",
        ("a formula that anybody may overwrite", unlock("label_cost"), "template.lock"),
        ("a figure beside a formula", on_line("label_cost", TOTAL, 77, "Data"), "template.cell-added"),
        ("an error that was typed in", overwrite("hiring_cost", "=#REF!"), "formula.broken-reference", "chk_errors"),
        ("a text like a total beside the tiles", put("Summary", "D7", "250,000"), "template.cell-added"),
        ("a number beside the tiles", put("Summary", "C7", 250_000), "template.cell-added"),
        ("an input is deleted", without_row(INPUTS, lambda copy: copy.made.layout.input_rows["rework_share"]), DELETED),
        ("a line of a stage is deleted", without_row("Data", lambda copy: line(copy, "label_cost", "Data")), DELETED),
        ("a check is deleted", without_row("Checks", lambda copy: line(copy, "check_total")), DELETED),
        ("a column in between, references not moved", column_in_between("Data", "F"), "template.line-inserted"),
        ("two months exchanged", months_exchanged("total_flow", 5, 6), CHANGED),
        (
            "a page prints its first rows only",
            book_xml(r'(<definedName name="_xlnm.Print_Area"[^>]*>[^<]*Summary[^<]*\$[A-Z]+\$)\d+', r"\g<1>9"),
            "sheet.print",
        ),
        ("a row in between, references not moved", live_rows_insert("Talent", 40), "template.line-inserted"),
        ("a sheet with another name", book_xml('name="Talent"', 'name="People"'), "template.sheet-missing"),
    ),
    *_of(
        "name",
        ("a name is gone", book_xml(r'<definedName name="con_months_per_year".*?</definedName>', ""), "template.name"),
        (
            "a name leads to nothing",
            book_xml(r'(<definedName name="in_examples"[^>]*>)[^<]*', r"\1#REF!"),
            "name.resolves",
        ),
        (
            "a name leads to the row below",
            book_xml(r'(<definedName name="con_hours_per_month"[^>]*>Constants!\$D\$)\d+', r"\g<1>7"),
            "template.name",
        ),
        (
            "a column of a table ends too early",
            book_xml(r'(<definedName name="tbl_gpus_\w+"[^>]*>GPUs!\$[A-Z]\$\d+:\$[A-Z]\$)\d+', r"\g<1>9"),
            "template.name",
        ),
    ),
    *_of(
        "file",
        (
            "a formula that refers to another file",
            overwrite("hiring_cost", "='[Budget.xlsx]Plan'!B7"),
            "book.external-link",
        ),
        (
            "a part that links to another file",
            part(
                "xl/externalLinks/externalLink1.xml",
                '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
            ),
            "book.external-link",
        ),
        ("a formula that starts another program", overwrite("hiring_cost", "=cmd|'/c calc'!A1"), "book.dde"),
        ("a macro", part("xl/vbaProject.bin", "\u00d0\u00cf"), "book.macro"),
        (
            "a data connection",
            part(
                "xl/connections.xml", '<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
            ),
            "book.connection",
        ),
        ("an embedded object", part("xl/embeddings/oleObject1.bin", "x"), "book.embedded"),
        ("calculated by hand only", book_xml("<calcPr ", '<calcPr calcMode="manual" '), "book.calculation"),
        ("circles are iterated", book_xml("<calcPr ", '<calcPr iterate="1" '), "book.calculation"),
    ),
)
