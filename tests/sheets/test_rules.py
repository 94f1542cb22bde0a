"""Rules for the workbook that a machine can check."""

import io
import sys
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from xlcost import Case, cli
from xlcost.files.opening import Opened, examine
from xlcost.files.values import strip_values, write_values
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.sheets.layout import CASES, FIRST, INPUTS, LIVE, case_column, letter
from xlcost.sheets.readme import log_rows
from xlcost.sheets.render import render
from xlcost.sheets.rules import RULES, Computed, Scope, audit, listed, reference

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
from defect_list import DEFECTS  # noqa: E402


def checked(data, computed=None, wanted=None, flavour="excel"):
    """The findings of a workbook."""
    opened = Opened(data, "book.xlsx", examine(data, "book.xlsx"))
    return audit(opened, computed, wanted, reference(flavour)).findings


def recalculated(data):
    """A workbook with values, and what its recalculation found."""
    found = headless.recalculate(data, host_functions())
    return write_values(data, found.values), Computed(found.values)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def formulas(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet, cell, str(cell.value)


# ---- No rule is broken


@pytest.mark.parametrize("path", sorted((ROOT / "workbook").glob("*.xlsx")), ids=lambda path: path.name)
def test_a_shipped_workbook_breaks_no_rule(path):
    data = path.read_bytes()
    assert checked(data, Computed(headless.recalculate(data, host_functions()).values)) == ()


def test_a_workbook_without_functions_breaks_no_rule():
    data, computed = recalculated(render(Case.shipped(), flavour="none"))
    assert checked(data, computed, flavour="none") == ()


def test_a_workbook_whose_functions_are_names_breaks_no_rule(tmp_path):
    """Those names and no others: a LAMBDA of somebody else is not taken for one of them."""
    path = tmp_path / "lambda.xlsx"
    data, computed = recalculated(render(Case.shipped(), flavour="lambda"))
    assert checked(data, computed, flavour="lambda") == ()
    path.write_bytes(data)
    assert cli.run(["check", str(path)]) == 0
    book = load_workbook(io.BytesIO(data))
    book.defined_names["FT_LABEL_COST"].attr_text = book.defined_names["FT_VERSION"].attr_text
    book["Data"]["H9"] = "=_xlfn.LAMBDA(_xlpm.x,_xlpm.x)(1)"
    found = {(each.rule, each.cell) for each in checked(saved(book), flavour="lambda")}
    assert {("template.name", "FT_LABEL_COST"), ("formula.newer", "H9")} <= found


def test_the_log_is_to_be_written_on_and_nothing_else_on_its_sheet(made):
    book = made.book()
    sheet = book["Changes"]
    log = log_rows(sheet)
    assert len(log) == 20
    sheet[f"A{log[0]}"], sheet[f"C{log[0]}"], sheet[f"D{log[-1]}"] = 46000, "12,000", "=1200*1.08"
    assert checked(saved(book), wanted=["cell.input", "cell.text-number", "formula.literal", "template.lock"]) == ()
    sheet[f"A{log[0] - 1}"]._style = sheet[f"A{log[0]}"]._style
    assert [each.cell for each in checked(saved(book), wanted=["cell.input"])] == [f"A{log[0] - 1}"]


def test_what_the_engine_has_stored_may_be_another_and_nothing_beside_it(made):
    book = made.book()
    sheet = book["Results"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "total_cost_low")
    sheet[f"{case_column(0)}{row}"] = 5
    assert checked(saved(book), wanted=["cell.literal", "template.figure-changed"]) == ()
    sheet[f"{LIVE}{row}"], sheet[f"{letter(FIRST + len(CASES))}{row}"] = 5, 6
    found = checked(saved(book), wanted=["cell.literal", "template.formula-overwritten"])
    assert sorted((each.rule, each.cell, each.count) for each in found) == [
        ("cell.literal", f"{letter(FIRST + len(CASES))}{row}", 1),
        ("template.formula-overwritten", f"{LIVE}{row}", 1),
    ]


def test_whoever_only_enters_values_breaks_no_rule(made):
    """Values, the live case, sources, widths, heights, a note beside the table, a sheet and a chart of his own."""
    book = made.book()
    inputs = book[INPUTS]
    rows = made.layout.input_rows
    inputs[f"{case_column(0)}{rows['examples']}"] = 12_000
    inputs[f"{case_column(3)}{rows['label_price']}"] = 0.11
    inputs[f"{case_column(4)}{rows['people_basis']}"] = "team"
    inputs[f"{case_column(1)}{rows['examples']}"] = None
    inputs[f"{LIVE}4"] = CASES[2]
    inputs[f"D{rows['examples']}"] = "Quote 4711"
    inputs[f"F{rows['examples']}"] = "2026-10-01"
    inputs[f"{letter(inputs.max_column + 2)}9"] = "ask the team again in May"
    inputs[f"{letter(inputs.max_column + 1)}9"] = 17
    inputs[f"{case_column(0)}{rows['examples']}"].comment = Comment("from the tender", "finance")
    inputs.column_dimensions["B"].width = 60
    book["Data"].row_dimensions[9].height = 33
    own = book.create_sheet("Our notes")
    own["A1"], own["A2"] = 1200, "=A1*1.08+Results!H31"
    data, computed = recalculated(saved(book))
    found = [(each.rule, each.sheet, each.cell, each.what, each.value) for each in checked(data, computed)]
    assert not found, found


def test_what_another_program_writes_in_another_way_is_the_same(made):
    """Spaces, small letters and quotes around a sheet's name are no change."""
    book = made.book()
    sheet = book["Iteration"]
    row = next(cell.row for cell in sheet["H"] if str(cell.value).startswith("=Inputs!"))
    sheet[f"H{row}"] = str(sheet[f"H{row}"].value).replace("=Inputs!", "= 'Inputs'!")
    live = sheet[f"E{row}"].value
    sheet[f"E{row}"] = live.replace("INDEX(", "index( ")
    found = checked(saved(book), wanted=["template.formula-changed"])
    assert found == ()


# ---- Every rule can be broken

OTHERS = (  # for rules that no defect of the attack is about
    ("sheet.look", lambda book: setattr(book["Data"], "freeze_panes", None)),
    ("sheet.print", lambda book: setattr(book["Talent"].page_setup, "paperSize", 1)),
    ("sheet.on-cover", lambda book: _unlink(book, "Results")),
    ("sheet.columns", lambda book: _write(book, "Deployment", "I5", "Cheap")),
    ("cell.font", lambda book: setattr(book["Data"]["B9"], "font", Font(name="Comic Sans MS"))),
    ("cell.input", lambda book: _write(book, "Data", "H9", style=book[INPUTS]["H9"])),
    ("cell.literal", lambda book: _write(book, "Data", "H10", 4711)),
    ("cell.error", lambda book: _write(book, "Talent", "H40", "#N/A")),
    ("formula.choose", lambda book: _write(book, "Talent", "H41", "=CHOOSE(1,2,3)")),
    ("formula.length", lambda book: _write(book, "Talent", "H42", "=" + "+".join(["H10"] * 40))),
    ("name.known", lambda book: _write(book, "Talent", "H43", "=in_nothing*2")),
    ("name.form", lambda book: setattr(book.defined_names["in_examples"], "comment", None)),
    ("unit.stated", lambda book: _write(book, "Training", "C9", None)),
    ("template.line-deleted", lambda book: book["Opportunity"].delete_rows(13)),
    ("check.holds", lambda book: _write(book, "Checks", f"O{_check(book)}", 0)),
)


def _write(book, sheet, cell, value=None, style=None):
    if style is None:
        book[sheet][cell] = value
    else:
        book[sheet][cell]._style = style._style


def _unlink(book, title):
    next(cell for cell in book["Cover"]["A"] if cell.value == title).hyperlink = None


def _check(book, name="check_total"):
    return next(cell.row for cell in book["Checks"]["A"] if cell.value == name)


def test_these_rules_can_be_broken(made):
    book = made.book()
    for _, change in OTHERS:
        change(book)
    data = write_values(saved(book), {("Summary", "A2"): "?"})  # one value, so that it counts as calculated
    found = {each.rule for each in checked(data)}
    assert {name for name, _ in OTHERS} <= found


def test_every_rule_is_broken_by_something():
    assert {name for name, _ in OTHERS} | {each.rule for each in DEFECTS} - {""} == set(RULES)


def test_a_rule_says_what_why_and_what_to_do():
    for each in listed():
        assert all(text.endswith(".") for text in (each.why, each.cure)), each.id
        assert each.demand
        assert not each.demand.endswith(".")
        assert each.search.__doc__


def test_many_faults_are_told_as_few(made):
    """A row of the timeline overwritten is one finding."""
    book = made.book()
    sheet, cell = made.cells("total_flow", 0)[3].split("!")
    row = book[sheet][cell].row
    for column in range(FIRST, FIRST + 61):
        book[sheet].cell(row, column).value = 5
    found = checked(saved(book), wanted=["template.formula-overwritten"])
    assert [(each.cell, each.count) for each in found] == [(f"H{row}:BP{row}", 61)]


def test_a_workbook_of_others_is_asked_what_concerns_any():
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"], book.active["A2"] = 5, "=IFERROR(OFFSET(A1,0,0)*1.19,0)"
    book.active.row_dimensions[7].hidden = True
    result = audit(Opened(saved(book), "own.xlsx", ()))
    assert result.made_with is None
    assert set(result.rules) == {each.id for each in RULES.values() if each.scope is Scope.ANY}
    assert [each.rule for each in result.findings] == ["formula.volatile", "formula.iferror", "sheet.row-hidden"]


def test_an_older_workbook_is_not_compared(made):
    book = made.book()
    book["Cover"]["B5"] = "xlcost 0.0.9"
    result = audit(Opened(saved(book), "old.xlsx", ()), wanted=["template.text-changed", "formula.iferror"])
    assert (result.made_with, result.compared, result.findings) == ("0.0.9", False, ())


def test_a_file_without_values_says_so_once(made):
    found = checked(strip_values(made.data), Computed(made.values), ["cell.stale"])
    assert [each.what for each in found] == ["the file has no values beside its formulas"]


# ---- The rest


def test_every_quantity_is_shown_on_one_sheet(made):
    calculated = [
        row.name
        for block in (*made.layout.blocks.values(), made.layout.timeline[0])
        for row in block.rows.values()
        if not isinstance(row, str) and not row.link and not row.computed and not row.table and not row.member
    ]
    quantities = [name for name in calculated if name in made.layout.graph.quantities]
    assert sorted(quantities) == sorted(made.layout.graph.quantities)


def test_the_same_cases_give_the_same_bytes():
    assert render(Case.shipped()) == render(Case.shipped())


def test_values_are_in_the_file_for_whoever_only_reads(finished, estimates):
    frame = pd.read_excel(io.BytesIO(finished), sheet_name="Results", header=None)
    line = frame[frame[0] == "total_cost"].iloc[0]
    assert line[FIRST - 1] == pytest.approx(estimates["Base"].total)
    values = load_workbook(io.BytesIO(finished), data_only=True)
    empty = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet, cell, _ in formulas(load_workbook(io.BytesIO(finished)))
        if values[sheet.title][cell.coordinate].value is None and not _may_be_empty(sheet.title, cell)
    ]
    assert empty == []


def _may_be_empty(title, cell) -> bool:
    return title in ("Inputs", "Alternatives")  # where a formula yields an empty text, openpyxl reads nothing


def test_writing_values_twice_changes_nothing(made, finished):
    assert write_values(finished, made.values) == finished


def test_a_text_of_a_case_never_becomes_a_formula():
    case = Case.of({"gpu_price": {"value": 3, "source": '=HYPERLINK("http://example.org")'}})
    data = render({"Base": case})
    sheet = load_workbook(io.BytesIO(data))["Inputs"]
    found = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert [cell.data_type for cell in found] == ["s"]
