"""FT_ functions as named LAMBDAs, computed by an engine that knows them, beside the same functions in Python."""

import io
import math
import random
import re
import zipfile

import pytest
from openpyxl import load_workbook

from xlcost import Case
from xlcost.errors import CellError
from xlcost.functions.lambdas import LONGEST, lambdas
from xlcost.functions.registry import functions
from xlcost.functions.views import views
from xlcost.sheets.render import render

ironcalc = pytest.importorskip("ironcalc")

NAMES = [name for name in views() if name in lambdas()]
SHEET = "Calls"
BLANK = "Calls!$XFD$1"
EMPTY_CELL = re.compile(rb'<c r="[A-Z]+\d+"( s="\d+")?( t="\w+")?\s*(/>|></c>)')


def calls():
    """Function, arguments in Python, and the call as a formula."""
    draw = random.Random(7)
    for name in NAMES:
        arguments = views()[name].arguments
        needed = sum(each.required for each in arguments)
        yield name, [], f"{name}()"
        for _ in range(6):
            values = [value_of(each, draw) for each in arguments[: draw.randint(needed, len(arguments))]]
            yield name, values, text_of(name, values)
        full = [value_of(each, draw) for each in arguments]
        for place, each in enumerate(arguments):
            for wrong in wrong_for(each):
                values = [*full[:place], wrong, *full[place + 1 :]]
                yield name, values, text_of(name, values)


def value_of(argument, draw):
    """A value that is accepted, as it is typed."""
    each = argument.input
    if argument.params and draw.random() < 0.5:
        return draw.choice([1.0, 8.0, 70.0])
    if each.kind == "text":
        return draw.choice(each.choices) if draw.random() < 0.7 else draw.choice(each.choices).upper()
    low = max(each.minimum, 0.0)
    high = min(each.maximum, max(1.0, (each.default or 1.0) * 3))
    value = low + (high - low) * draw.choice([0.25, 0.5, 1.0])
    return float(math.ceil(value)) if each.whole else value


def wrong_for(argument):
    """What isn't accepted, or is left open."""
    yield from (None, CellError.DIV0, True)
    yield "12" if argument.input.kind != "text" else "no such thing"
    if argument.input.kind != "text":
        yield -1e17


def text_of(name, values):
    texts = {None: BLANK, CellError.DIV0: "1/0", True: "TRUE"}
    return f"{name}({','.join(texts[v] if not isinstance(v, float | str) else quoted(v) for v in values)})"


def quoted(value):
    return f'"{value}"' if isinstance(value, str) else repr(value)


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """The workbook with a sheet of calls, as the engine computes it: the value and the type of each."""
    book = load_workbook(io.BytesIO(render(Case.shipped(), flavour="lambda")))
    sheet = book.create_sheet(SHEET)
    every = list(calls())
    for row, (_, _, text) in enumerate(every, 1):
        sheet.cell(row, 1).value = f"={text}"
    buffer = io.BytesIO()
    book.save(buffer)
    path = tmp_path_factory.mktemp("lambdas") / "book.xlsx"
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():  # this engine takes an empty cell that has a style for a 0
            data = source.read(name)
            target.writestr(name, EMPTY_CELL.sub(b"", data) if name.startswith("xl/worksheets/") else data)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    place = book.sheetnames.index(SHEET)
    shown = book.sheetnames.index("Functions")
    found = [model.get_cell_value(place, row, 1) for row in range(1, len(every) + 1)]
    differences = [model.get_cell_value(shown, row, 13) for row in range(6, 6 + len(NAMES) + 1)]
    return every, found, differences


@pytest.mark.parametrize("name", NAMES)
def test_a_lambda_gives_what_the_function_gives(name, computed):
    every, found, _ = computed
    for (function, values, text), value in zip(every, found, strict=True):
        if function == name:
            expected = functions()[name].call(values)
            if isinstance(expected, float):
                assert value == pytest.approx(expected, rel=1e-9, abs=1e-9), text
            else:
                assert str(value) == str(expected), text


def test_the_examples_on_the_page_agree(computed):
    assert computed[2] == pytest.approx([0.0] * (len(NAMES) + 1), abs=1e-6)


def test_most_views_are_lambdas_and_none_is_too_long():
    assert len(NAMES) > 25
    assert "FT_COMPUTE_COST" in NAMES
    assert all(len(text) <= LONGEST for text in lambdas().values())


def test_optional_arguments_come_last_and_are_marked():
    for name in NAMES:
        head = lambdas()[name].partition(",_xlfn.LET")[0]
        marks = re.findall(r"_xl(pm|op)\.", head)
        assert marks == sorted(marks, reverse=True)
        assert len(marks) == len(views()[name].arguments)
