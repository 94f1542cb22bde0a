"""The VBA text of a macro workbook: a function for each FT_ function, and its description for Excel's wizard.

The fixed part, which asks Python and turns texts of errors into errors, stands in calls.bas.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlcost import __version__
from xlcost.functions.function import CATEGORY, Function
from xlcost.functions.registry import functions

# Under this name, so that "Import Functions" of xlwings replaces it: two modules with FT_TOTAL would mean #NAME?.
STUBS = "xlwings_udfs"
DESCRIPTIONS = "xlcost_help"
UDF_MODULE = "xlcost.udfs"

LONGEST_LINE = 1023  # of VBA
MOST_CONTINUATIONS = 24
LONGEST_LITERAL = 255  # of an argument to Application.MacroOptions
_WIDTH = 200

_CONSTANTS = {
    "UDF_MODULE As String": f'"{UDF_MODULE}"',
    "MADE_BY As String": f'"{__version__}"',
    "SECONDS_BETWEEN_TRIES As Double": "10",  # thousands of cells must not each wait for a Python that doesn't start
    "MOST_ROWS As Long": "10000",  # a range of more is a whole column, or is refused by every function
    "OURS As Long": "-2147220991",  # vbObjectError + 513, the first number that is free for errors of one's own
}


def stubs() -> str:
    """The module with every FT_ function, as a cell calls it."""
    version = functions()["FT_VERSION"].call([])
    constants = _CONSTANTS | {"MADE_FOR As Double": f"{version:g}"}
    return _joined(
        [
            f'Attribute VB_Name = "{STUBS}"',
            f"'Written by xlcost {__version__}. Changes are lost when it is written again.",
            "Option Explicit",
            "",
            *(f"Private Const {name} = {value}" for name, value in constants.items()),
            *_calls().splitlines(),
            *(line for each in functions().values() for line in _stub(each)),
        ]
    )


def descriptions() -> str:
    """The module that tells Excel's function wizard what every function and every argument is."""
    return _joined(
        [
            f'Attribute VB_Name = "{DESCRIPTIONS}"',
            f"'Written by xlcost {__version__}. Changes are lost when it is written again.",
            "Option Explicit",
            "Option Private Module",
            "",
            "Public Sub DescribeFunctions()",
            "    On Error Resume Next 'a function without a description works, too",
            *(f"    Describe_{each.name}" for each in functions().values()),
            "End Sub",
            *(line for each in functions().values() for line in _description(each)),
        ]
    )


def on_opening(document: str, *, addin: bool) -> str:
    """The module of the workbook itself, which begins with `document`: the functions are described on opening."""
    # Excel describes no function of a hidden workbook, and an add-in is hidden.
    shown, hidden = ([f"    Me.IsAddin = {state}"] if addin else [] for state in ("False", "True"))
    lines = [*shown, "    DescribeFunctions", *hidden, "    Me.Saved = True"]
    return _joined([*document.rstrip().splitlines(), "", "Private Sub Workbook_Open()", *lines, "End Sub"])


def _stub(each: Function) -> Iterator[str]:
    declared = [
        f"{'' if parameter.required else 'Optional '}{parameter.name} As Variant" for parameter in each.parameters
    ]
    values = [f"PlainValue({parameter.name})" for parameter in each.parameters]
    yield ""
    yield from _wrapped(f"Public Function {each.name}(", declared, ") As Variant")
    yield from _wrapped(f'    {each.name} = AskPython("{each.name}", Array(', values, "))")
    yield "End Function"


def _description(each: Function) -> Iterator[str]:
    yield ""
    yield f"Private Sub Describe_{each.name}()"
    told = ""
    if each.parameters:
        yield f"    Dim texts(1 To {len(each.parameters)}) As String"
        for place, parameter in enumerate(each.parameters, 1):
            yield f"    texts({place}) = {_literal(parameter.doc)}"
        told = ", ArgumentDescriptions:=texts"
    yield f'    Application.MacroOptions Macro:="\'" & ThisWorkbook.Name & "\'!{each.name}", _'
    yield f'        Description:={_literal(each.doc)}, Category:="{CATEGORY}"{told}'
    yield "End Sub"


def _wrapped(start: str, items: Sequence[str], end: str) -> Iterator[str]:
    """A list over as many lines as it takes."""
    line = start
    for place, item in enumerate(items):
        piece = item + (", " if place < len(items) - 1 else "")
        if len(line) + len(piece) > _WIDTH:
            yield f"{line}_" if line.endswith((" ", "(")) else f"{line} _"
            line = "        "
        line += piece
    yield line + end


def _literal(text: str) -> str:
    if len(text) > LONGEST_LITERAL or "\n" in text:
        raise ValueError(f"{text!r}: no text for Excel's function wizard, which takes {LONGEST_LITERAL} characters")
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _joined(lines: Iterable[str]) -> str:
    return "\r\n".join([*lines, ""])


@functools.cache
def _calls() -> str:
    return Path(__file__).with_name("calls.bas").read_text(encoding="ascii")
