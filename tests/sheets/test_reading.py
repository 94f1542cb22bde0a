"""Reading workbooks that somebody has worked on. Numbers are those of the list of faults."""

import pytest
from conftest import BASE, CUSTOM_A
from workbooks import cell_of, edited, with_book, with_few_sheets, with_texts

import xlcost
from xlcost import Case
from xlcost.analysis.case import known_inputs
from xlcost.catalog import Rename
from xlcost.errors import XlcostError
from xlcost.sheets import reading
from xlcost.sheets.render import render
from xlcost.sheets.stamp import PATTERN, stamp, used

MADE_WITH = f"xlcost {xlcost.__version__}"


@pytest.fixture(scope="module")
def few(made):
    return with_few_sheets(made.data)


def flat(data):
    return {name: case.complete_flat() for name, case in reading.cases(data).items()}


def test_36_newer(finished):
    with pytest.raises(XlcostError, match=r"made with xlcost 99\.1, this is .*: pip install --upgrade xlcost"):
        reading.results(with_texts(finished, {MADE_WITH: "xlcost 99.1"}))


def test_a_price_that_was_changed_is_told_since_cases_are_read_from_inputs(finished):
    def change(book):
        book["Prices"]["E9"], book["Prices"]["F9"] = 0.35, "none"

    assert reading.remarks(finished) == ()
    [remark] = reading.remarks(edited(finished, change))
    assert remark.startswith("Prices!E9 is 0.35 (the catalogue: 3.5) and 1 more: cases are read from Inputs alone")


def test_37_older_is_read_and_said(finished):
    data = with_texts(finished, {MADE_WITH: "xlcost 0.0.9"})
    assert flat(data) == flat(finished)
    assert reading.results(data).lines == reading.results(finished).lines
    [remark] = reading.remarks(data)
    assert "made with xlcost 0.0.9" in remark
    assert "xlcost migrate" in remark


def test_of_this_version_nothing_is_remarked(finished):
    assert reading.remarks(finished) == ()


def test_37_older_names_are_those_of_today(few, monkeypatch):
    renames = {
        "price_per_label": Rename("price_per_label", "label_price", "", "0.1.0"),
        "hires": Rename("hires", "role_hires", "", "0.1.0"),
        "old_switch": Rename("old_switch", None, "nobody used it", "0.1.0"),
    }
    monkeypatch.setattr(reading, "shipped_renames", lambda: renames)
    texts = {
        "label_price": "price_per_label",
        "role_hires.ml_engineer": "hires.ml_engineer",
        "licence_cost": "old_switch",
        "opportunity_view": "never_heard_of",
    }
    data = with_texts(few, {MADE_WITH: "xlcost 0.0.9", **texts})
    wanted = {name: {**case, "opportunity_view": "off"} for name, case in flat(few).items()}
    assert flat(data) == wanted
    said = reading.remarks(data)
    assert len(said) == 3
    assert any("'old_switch' is gone since 0.1.0 (nobody used it)" in each for each in said)
    assert any("Inputs!A" in each and "'never_heard_of' is no driver" in each for each in said)


def test_38_required_sheet_renamed(finished):
    with pytest.raises(XlcostError, match="no sheet 'Inputs': is it called 'Our Inputs' now"):
        reading.cases(with_book(finished, 'name="Inputs"', 'name="Our Inputs"'))
    with pytest.raises(XlcostError, match="no sheet 'Results'"):
        reading.results(with_book(finished, 'name="Results"', 'name="Ergebnis"'))


@pytest.mark.parametrize("name", ["chk_master", "in_live_case"])
def test_39_defined_name_deleted(finished, name):
    with pytest.raises(XlcostError, match=f"no name {name} any more"):
        reading.results(with_book(finished, f'name="{name}"', 'name="something_else"'))


def test_40_name_that_leads_nowhere(few):
    def break_it(book):
        book.defined_names["in_live_case"].attr_text = "Inputs!#REF!"

    with pytest.raises(XlcostError, match=r"the name in_live_case leads nowhere \(Inputs!#REF!\)"):
        reading.live_case(edited(few, break_it))


@pytest.mark.parametrize("at", [1, 3, 9], ids=["before all", "among the words", "among the cases"])
def test_41_inserted_column(few, at):
    def insert(book):
        book["Inputs"].insert_cols(at)
        column = "F" if at <= 5 else "E"
        book.defined_names["in_live_case"].attr_text = f"Inputs!${column}$4"

    data = edited(few, insert)
    assert flat(data) == flat(few)
    assert reading.live_case(data) == "Base"


def test_41_inserted_and_moved_rows(few):
    def insert(book):
        book["Inputs"].insert_rows(1, 2)
        book["Inputs"].insert_rows(20)
        book["Cover"].insert_rows(2)

    data = edited(few, insert)
    assert flat(data) == flat(few)
    assert reading.inputs_as_made(data) is True


def test_41_deleted_column_of_a_case(few):
    data = edited(few, lambda book: book["Inputs"].delete_cols(8))
    with pytest.raises(XlcostError, match="row 5 has the cases Lean"):
        reading.cases(data)


def test_deleted_line_is_said(few):
    def delete(book):
        book["Inputs"].delete_rows(int(cell_of(book, "label_price")[1:]))

    assert "no line for label_price: the default is taken" in reading.remarks(edited(few, delete))[0]


def test_42_merged_cells_over_inputs(few):
    def merge(book):
        where = cell_of(book, "label_price")
        book["Inputs"].merge_cells(f"{where}:{where[0]}{int(where[1:]) + 1}")

    data = edited(few, merge)
    assert reading.cases(data)["Base"].complete_flat()["examples"] == 10_000
    [remark] = reading.remarks(data)
    assert "is merged" in remark
    assert "Inputs!H" in remark


def test_43_hidden_and_44_protected_sheet(few):
    def hide(book):
        book["Inputs"].sheet_state = "hidden"
        book["Results"].sheet_state = "veryHidden"
        for sheet in book:
            sheet.protection.enable()
            sheet.protection.password = "secret"

    assert flat(edited(few, hide)) == flat(few)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("12", "'12': a number is wanted"),
        (True, "a number is wanted"),
        ("#N/A", "a number is wanted"),
        (-3, "-3: between"),
        ("N/A", "a number is wanted"),
    ],
    ids=["73 text", "70 boolean", "141 error", "out of bounds", "72 missing"],
)
def test_a_value_that_is_not_accepted_is_refused_with_its_cell(few, value, words):
    def enter(book):
        book["Inputs"][cell_of(book, "examples", "Lean")] = value

    with pytest.raises(XlcostError, match=r"Inputs!I\d+, case Lean: examples = ") as refused:
        reading.cases(edited(few, enter))
    assert words in str(refused.value)


# ---- the stamp


def test_the_stamp_is_on_the_cover_and_verified(few):
    assert reading.inputs_as_made(few) is True
    assert reading.inputs_as_made(with_texts(few, {MADE_WITH: "xlcost 0.0.9"})) is True


@pytest.mark.parametrize(
    ("name", "title", "value", "same"),
    [
        ("label_price", "Base", 0.09, False),
        ("label_price", "Custom B", 0.09, False),
        ("label_price", "Base", None, True),  # the catalogue has the same
        ("label_price", "Custom B", 0.08, True),  # as Base
        ("model", "Lean", "Qwen2.5-7B", False),
        ("mfu", "Base", 0.4, False),
        ("label_price", "Base", "=0.04*2", False),
        ("annotators", "Lean", None, False),
    ],
)
def test_the_stamp_sees_what_is_used(few, name, title, value, same):
    def enter(book):
        book["Inputs"][cell_of(book, name, title)] = value

    assert reading.inputs_as_made(edited(few, enter)) is same


def test_a_workbook_without_a_stamp_says_nothing(made, few):
    on_cover = stamp(used({"Base": BASE, **Case.shipped(), "Custom A": CUSTOM_A}, known_inputs()))
    assert PATTERN.fullmatch(on_cover)
    [cell] = [cell for row in made.book()["Cover"] for cell in row if PATTERN.fullmatch(str(cell.value))]
    assert cell.coordinate == "B6"
    assert reading.inputs_as_made(with_texts(few, {cell.value: "none"})) is None


def test_the_stamp_by_hand():
    """printf 'Base\\ta\\t0.08\\nBase\\tb\\tH100\\nLean\\ta\\t\\n' | sha256sum"""
    entries = [("Lean", "a", None), ("Base", "b", " H100 "), ("Base", "a", 0.08)]
    assert stamp(entries) == "sha256:a2af1c787339"


def test_the_live_case_may_be_another():
    assert reading.live_case(render({}, live="Stretch")) == "Stretch"
