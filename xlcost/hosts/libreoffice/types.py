"""The type library of the LibreOffice add-in: which functions there are, and how many arguments each takes.

LibreOffice calls only functions whose types it knows, from a file that its SDK compiles from IDL. The little of that
format that we need is written here, so that a function which is declared once is in the add-in as well, and nobody
needs the SDK. Every argument may be anything.

LibreOffice takes rows of cells only from a function that is declared to give rows; and a text in these rows it finds
equal to no other text (it isn't in its pool of them). So a function that may give a text is declared to give a single
value: there, `FT_DRIFT_MONTHS(...)="never"` holds, and what would be rows is #VALUE!.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

from xlcost.functions.cases import QUANTITY
from xlcost.functions.function import Function
from xlcost.functions.views import views
from xlcost.model import graph
from xlcost.model.expressions import Answer, walk

MODULE = "xlcost"
BASE = "com.sun.star.uno.XInterface"
ANYTHING = "any"
ROWS = "[][]any"

TEXT_UNITS = ("text", "of the field", "of the driver")

_MAGIC = b"UNOIDL\xff\x00"
_INTERFACE, _MODULE = 5, 0  # kinds of entries
_SEEN = 0x8000_0000  # with it, a number is the place where the same text was written before


def may_give_text(function: Function) -> bool:
    """Whether a function may answer with a text: a name, or `never`. All others give numbers, or a table."""
    if function.unit in TEXT_UNITS:
        return True
    if function.name in views():
        formula = graph().quantities[views()[function.name].quantity].formula
        return any(isinstance(part, Answer) for part in walk(formula))
    return QUANTITY in function.parameters  # any quantity of a case; a cost is a number


def argument_name(place: int) -> str:
    """The internal name of an argument, from 0. LibreOffice sorts them; what people see is declared elsewhere."""
    return f"a{place:02d}"


def interface_name(functions: Sequence[Function]) -> str:
    """The name of the type with all functions. Another set of functions has another name.

    For a running LibreOffice that updates the add-in, a known type never changes.
    """
    said = "\n".join(f"{each.name} {len(each.parameters)} {may_give_text(each)}" for each in functions)
    return f"XFunctions{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def idl(functions: Sequence[Function]) -> str:
    """The types as IDL: what the SDK's unoidl-write compiles to the same library."""
    lines = [f"module {MODULE} {{", f"interface {interface_name(functions)} {{"]
    for each in functions:
        arguments = ", ".join(f"[in] any {argument_name(place)}" for place in range(len(each.parameters)))
        result = "any" if may_give_text(each) else "sequence< sequence<any> >"
        lines.append(f"{result} {each.name}({arguments});")
    return "\n".join([*lines, "};", "};", ""])


def library(functions: Sequence[Function], banner: bytes = b"") -> bytes:
    """The compiled type library (.rdb) of these functions. A banner is a note behind the head, and means nothing.

    The format: https://git.libreoffice.org/core, unoidl/source/unoidlprovider.cxx.
    """
    out = _Writer(bytearray(_MAGIC + bytes(8) + banner))
    interface = out.place
    out.byte(_INTERFACE)
    out.number(1)
    out.text(BASE)
    out.number(0)  # optional bases
    out.number(0)  # attributes
    out.number(len(functions))
    for each in functions:
        out.text(each.name)
        out.text(ANYTHING if may_give_text(each) else ROWS)
        out.number(len(each.parameters))
        for place in range(len(each.parameters)):
            out.byte(0)  # handed in
            out.text(argument_name(place))
            out.text(ANYTHING)
        out.number(0)  # exceptions
    name = out.name(interface_name(functions))
    module = out.place
    out.byte(_MODULE)
    out.number(1)
    out.number(name)
    out.number(interface)
    name = out.name(MODULE)
    root = out.place
    out.number(name)
    out.number(module)
    out.data[len(_MAGIC) : len(_MAGIC) + 8] = struct.pack("<II", root, 1)
    return bytes(out.data)


class _Writer:
    """Bytes in the order in which they are written."""

    def __init__(self, data: bytearray) -> None:
        self.data = data
        self._places: dict[str, int] = {}

    @property
    def place(self) -> int:
        return len(self.data)

    def byte(self, value: int) -> None:
        self.data.append(value)

    def number(self, value: int) -> None:
        self.data += struct.pack("<I", value)

    def text(self, value: str) -> None:
        """A text; where it stood before, the place of that."""
        if value in self._places:
            self.number(self._places[value] | _SEEN)
            return
        self._places[value] = self.place
        self.number(len(value))
        self.data += value.encode("ascii")

    def name(self, value: str) -> int:
        """The name of an entry, and where it stands."""
        place = self.place
        self.data += value.encode("ascii") + b"\0"
        return place
