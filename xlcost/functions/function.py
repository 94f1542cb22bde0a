"""An FT_ function and its arguments: all that a host has to say of it.

What no host could take is refused when it is declared. Names and the order of arguments are an interface.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlcost.model.language import ModelError

CATEGORY = "xlcost"  # in Excel's function wizard
LONGEST_DOC = 255  # of a description there
MOST_PARAMETERS = 60  # of a VBA function

_NAME = re.compile(r"FT_[A-Z]+(_[A-Z]+)*")
_PARAMETER = re.compile(r"[a-z][a-z0-9_]*")
_CELL_ADDRESS = re.compile(r"[a-z]{1,3}[0-9]+|r[0-9]*c[0-9]*|r[0-9]*")

# Reserved identifiers of VBA (MS-VBAL 3.3.5.2); in the last line, names that xlwings and its VBA text use themselves.
_WORDS = """
abs addressof and any array as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec
cdecl cint circle clng clnglng clngptr close const csng cstr currency cvar cverr date debug decimal declare
defbool defbyte defcur defdate defdbl defdec defint deflng deflnglng deflngptr defobj defsng defstr defvar dim
do doevents double each else elseif empty end endif enum eqv erase event exit false fix for friend function get
global gosub goto if imp implements in input inputb int integer is lbound len lenb let like linput lock long
longlong longptr loop lset me mod new next not nothing null on open option optional or paramarray preserve print
private pset public put raiseevent redim rem resume return rset scale seek select set sgn shared single spc
static stop string sub tab then to true type typeof ubound unlock until variant wend while with withevents write
xor
application caller err failed range thisworkbook activeworkbook xlpy
"""
VBA_WORDS = frozenset(_WORDS.split())


@dataclass(frozen=True)
class Parameter:
    """An argument of a function. Left out or empty, it takes its default, unless it is required."""

    name: str
    doc: str
    required: bool = False
    is_range: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Function:
    """An FT_ function. `call` never raises for what it is handed; `explain` says in words what `call` makes of it.

    Both raise ImportError where a function needs numpy, and a host's Python has none.
    """

    name: str
    doc: str
    parameters: tuple[Parameter, ...]
    unit: str
    call: Callable[[Sequence[object]], object]
    explain: Callable[[Sequence[object]], str]
    needs_numpy: bool = False  # for an answer; a refusal comes without

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ModelError(f"{self.name}: a function is called FT_ and then capitals")
        if len(self.parameters) > MOST_PARAMETERS:
            raise ModelError(f"{self.name}: {len(self.parameters)} arguments are more than {MOST_PARAMETERS}")
        taken: set[str] = set()
        optional = ""
        _refuse_long(self.name, self.doc)
        for each in self.parameters:
            where = f"{self.name}: the argument {each.name}"
            _refuse_long(where, each.doc)
            if not _PARAMETER.fullmatch(each.name) or each.name in VBA_WORDS or each.name in taken:
                raise ModelError(f"{where} has a name of VBA, or one that occurs twice, or is not in small letters")
            if _CELL_ADDRESS.fullmatch(each.name):
                raise ModelError(f"{where} is called like a cell")
            if each.required and optional:
                raise ModelError(f"{where} is required, but follows {optional}, which is not")
            taken.add(each.name)
            optional = optional or ("" if each.required else each.name)

    @property
    def signature(self) -> str:
        """In one line: `FT_REPLICAS(peak_arrivals, [service_seconds]) -> replica`."""
        names = [each.name if each.required else f"[{each.name}]" for each in self.parameters]
        return f"{self.name}({', '.join(names)}) -> {self.unit}"


def _refuse_long(where: str, doc: str) -> None:
    if not doc or len(doc) > LONGEST_DOC:
        raise ModelError(f"{where} is described in {len(doc)} characters; between 1 and {LONGEST_DOC} are wanted")
