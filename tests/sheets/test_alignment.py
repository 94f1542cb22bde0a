"""A row that Excel inserts moves references and changes nothing: worked by hand on small sheets."""

from openpyxl import Workbook

from xlcost.sheets.rules.alignment import Alignment, Mover, Moves, alignment


def sheet(*labels):
    made = Workbook().active
    for row, label in enumerate(labels, 1):
        made.cell(row, 1, label)
        made.cell(row, 5, f"=B{row}")
    return made


def test_an_inserted_row_is_found():
    found = alignment(sheet("a", "b", "c", "d", "e"), sheet("a", "b", "new", "c", "d", "e"))
    assert found.rows.inserted == (3,)
    assert [found.rows.now(row) for row in range(1, 6)] == [1, 2, 4, 5, 6]
    assert found.columns.is_nothing


def test_a_deleted_row_is_found():
    found = alignment(sheet("a", "b", "c", "d", "e"), sheet("a", "c", "d", "e"))
    assert found.rows.gone == {2}
    assert [found.rows.now(row) for row in range(1, 6)] == [1, None, 2, 3, 4]


def test_other_words_in_a_label_move_nothing():
    assert alignment(sheet("a", "b", "c"), sheet("a", "x", "c")).is_nothing


def test_what_is_written_below_moves_nothing():
    assert alignment(sheet("a", "b", "c"), sheet("a", "b", "c", "", "note")).is_nothing


def test_references_move_with_their_cells():
    """Rows 3 and below of Data are one lower; column C and right of Costs one to the right."""
    mover = Mover(
        {
            "Data": Alignment(rows=Moves({3: 4, 4: 5, 5: 6, 9: 10}, inserted=(3,))),
            "Costs": Alignment(columns=Moves({3: 4, 4: 5}, inserted=(3,))),
            "Else": Alignment(),
        }
    )
    assert mover.formula("=B2+B3*$B$4", "Data") == "=B2+B4*$B$5"
    assert mover.formula("=SUM(H2:H5)", "Data") == "=SUM(H2:H6)"
    assert mover.formula("=Data!H9&\"Data!H9\"&'Costs'!$C1", "Else") == "=Data!H10&\"Data!H9\"&'Costs'!$D1"
    assert mover.formula("=LOG10(H9)", "Data") == "=LOG10(H10)"
    assert mover.formula("=SUM(B2:D2)", "Costs") == "=SUM(B2:E2)"


def test_a_range_ends_before_what_was_deleted():
    mover = Mover({"Data": Alignment(rows=Moves({6: 5}, gone=frozenset({5})))})
    assert mover.formula("=SUM(H2:H5)", "Data") == "=SUM(H2:H4)"
    assert mover.formula("=SUM(H5:H6)", "Data") == "=SUM(H5:H5)"


def test_sorted_rows_are_in_another_order_and_no_row_is_new():
    found = alignment(sheet("a", "b", "c", "d", "e"), sheet("a", "d", "b", "e", "c"), by_key=True)
    assert found.order == {2: 3, 3: 5, 4: 2, 5: 4}
    assert found.rows.is_nothing
    assert [found.now(row, 1) for row in range(1, 6)] == [(1, 1), (3, 1), (5, 1), (2, 1), (4, 1)]
    assert (
        found.seated("=COUNTIF(key,A3)+SUM(B3:$D3)+A$3+Data!A3+B4", 3) == "=COUNTIF(key,A5)+SUM(B5:$D5)+A$3+Data!A3+B4"
    )


def test_rows_that_are_looked_up_by_no_key_are_not_sorted():
    assert not alignment(sheet("a", "b", "c", "d", "e"), sheet("a", "d", "b", "e", "c")).order


def test_a_row_with_another_key_is_not_sorted():
    assert not alignment(sheet("a", "b", "c", "d", "e"), sheet("a", "d", "b", "e", "x"), by_key=True).order
