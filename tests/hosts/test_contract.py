"""The contract: every kind of argument gives the same in every host, or contract.toml says why not."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pytest
from contract import KINDS, LACKING, NEED_NUMPY, calls, expected, for_xlwings, in_python, shown
from contract_book import CALLS, ContractBook
from libreoffice_host import LibreOffice, value, why_not
from xlwings_process import Excel

from xlcost.functions.registry import functions
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import recalculate


def same(found: Any, wanted: Any) -> bool:
    """Equal in shape and value, numbers up to what two engines differ in."""
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(
            len(left) == len(right) and all(map(same, left, right)) for left, right in zip(found, wanted, strict=True)
        )
    if isinstance(found, float) and isinstance(wanted, float):
        return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-12)
    return type(found) is type(wanted) and found == wanted


def problems(host: str, answers: Iterable[Any], lacks: Collection[str] = ()) -> list[str]:
    """In words, what is wrong with the answers of a host to all calls. Some functions may lack what they need there."""
    wrong = []
    excepted, needed = set(), set()
    for call, answer in zip(calls(host), answers, strict=True):
        wanted = expected(call, host, answer)
        if call.function in lacks:
            wanted = lacking(wanted, LACKING[host]["outcome"])
        if not meets(wanted, answer):
            wrong.append(f"{call}: {answer!r}, not {wanted!r} ({call.outcome_in(host)})")
        if host in call.exceptions and call.function not in lacks:
            excepted.add(call.kind)
            if not meets(expected(call, "python", answer), answer):
                needed.add(call.kind)
    return wrong + [f"{kind}: {host} needs no exception" for kind in excepted - needed]


def meets(wanted: Any, answer: Any) -> bool:
    """Whether an answer is what is wanted; nothing is wanted where the table allows it."""
    if wanted is not None and not isinstance(wanted, list) and isinstance(answer, list):
        answer = _single(answer)
    return wanted is None or same(answer, wanted)


def lacking(wanted: Any, outcome: str) -> Any:
    """What is wanted of a function that can't compute: an error in place of any number; what is refused still is."""
    cells = [each for row in wanted for each in row] if isinstance(wanted, list) else [wanted]
    return outcome if any(isinstance(each, float) for each in cells) else wanted


def _single(rows: list[list[Any]]) -> Any:
    """What fills an area, if it is the same in all of its cells."""
    first = rows[0][0]
    return first if all(each == first for row in rows for each in row) else rows


def test_the_table_covers_every_function_and_every_kind() -> None:
    assert {call.function for call in calls()} == set(functions()) - {"FT_EXPLAIN"}
    assert {call.kind for call in calls()} == {kind["name"] for kind in KINDS}
    for name, function in functions().items():
        if name != "FT_EXPLAIN":
            assert {call.place for call in calls() if call.function == name} == set(range(len(function.parameters)))


def test_plain_python() -> None:
    assert problems("python", (in_python(call.function, list(call.arguments)) for call in calls())) == []


def test_xlwings() -> None:
    with Excel("xlcost.udfs") as excel:
        answers = [excel(call.function, *map(for_xlwings, call.arguments)) for call in calls()]
    # xlwings writes a row as a flat list.
    rows = [[each] if isinstance(each, list) and not isinstance(each[0], list) else each for each in answers]
    assert problems("xlwings", rows) == []


def test_without_excel() -> None:
    book = ContractBook(calls("formualizer"))
    values = recalculate(book.bytes, host_functions()).values
    answers = book.answers({place: shown(value) for place, value in values.items()})
    assert problems("formualizer", answers) == []


@pytest.mark.libreoffice
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_libreoffice(tmp_path: Path) -> None:
    book, office = ContractBook(calls("libreoffice")), LibreOffice(tmp_path)
    found = office.recalculated(book.bytes)[CALLS]
    values = {(CALLS, cell.coordinate): value(cell.value) for row in found.iter_rows() for cell in row}
    lacks = () if office.has_numpy() else NEED_NUMPY
    assert problems("libreoffice", book.answers(values), lacks) == []


def test_what_needs_numpy_is_declared() -> None:
    """By an interpreter in which numpy can't be imported."""
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "from xlcost.functions.examples import EXAMPLES\n"
        "from xlcost.functions.registry import functions\n"
        "for name, function in functions().items():\n"
        "    try:\n"
        "        function.call([*EXAMPLES[name]])\n"
        "    except ImportError as missing:\n"
        "        assert missing.name == 'numpy', missing\n"
        "        print(name)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, NEED_NUMPY), done.stderr
