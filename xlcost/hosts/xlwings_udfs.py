"""Excel for Windows through xlwings: each FT_ function as the plain Python function that xlwings calls.

xlwings learns everything from a function's signature, docstring and decorators: so one is generated for each spec. It
can neither hand over an error value nor take one back: both ways an error travels as its text, and is translated here.

Without pywin32 (Linux, macOS) xlwings' decorators change nothing: what is registered are ordinary functions.
"""

import logging
import re
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from math import isfinite
from typing import Any, Protocol

import xlwings

from xlcost.errors import CellError
from xlcost.functions.function import CATEGORY, VBA_WORDS

# A range always arrives as a list of rows. A scalar arrives bare; where a range stands for it, a row as a flat list and
# everything else as a list of rows ("natural": by default a column, too, would be a flat list, and spill as a row).
# Without err_to_str an error cell can't be told from an empty one.
_RANGE = {"ndim": 2, "err_to_str": True}
_SCALAR = {"ndim": "natural", "err_to_str": True}

_ERROR_BY_TEXT: dict[str, object] = {error.value: error for error in CellError}
_ERROR_FACILITY = 0x800A - 0x10000  # the upper half of the 32 bits, signed, in which Excel's errors travel


class ParameterLike(Protocol):
    """What a function says of one of its parameters."""

    @property
    def name(self) -> str: ...
    @property
    def doc(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def is_range(self) -> bool: ...


class SpecLike(Protocol):
    """What a function says of itself."""

    @property
    def name(self) -> str: ...
    @property
    def doc(self) -> str: ...
    @property
    def parameters(self) -> Sequence[ParameterLike]: ...
    @property
    def call(self) -> Callable[[Sequence[object]], object]:
        """One argument per parameter in; float, str, bool, CellError, or a list of rows of them out.

        An omitted argument and an empty cell are None. Decimals and datetimes come as they are; a range for a scalar
        comes as a list of rows, which may hold None and CellError.
        """


def register(specs: Iterable[SpecLike], module_namespace: MutableMapping[str, Any]) -> None:
    """Puts the function of each spec into the namespace of the module that Excel's "UDF Modules" setting names."""
    for spec in specs:
        _refuse_what_vba_refuses(spec)
        function = _plain_function(spec, module_namespace["__name__"])
        for parameter in spec.parameters:
            options = _RANGE if parameter.is_range else _SCALAR
            function = xlwings.arg(parameter.name, doc=parameter.doc, **options)(function)
        # Last, since every arg() sets the category back to xlwings' own.
        module_namespace[spec.name] = xlwings.func(category=CATEGORY)(function)


def _plain_function(spec: SpecLike, module: str) -> Callable[..., object]:
    """A function with the spec's own parameters, unannotated: xlwings would take an annotation for a converter."""
    signature = ", ".join(each.name if each.required else f"{each.name}=None" for each in spec.parameters)
    arguments = ", ".join(each.name for each in spec.parameters)
    source = f"def {spec.name}({signature}):\n    return _answer({spec.name!r}, _call, [{arguments}])\n"
    scope: dict[str, Any] = {"__name__": module, "_answer": _answer, "_call": spec.call}
    exec(compile(source, f"<{module}.{spec.name}>", "exec"), scope)
    function: Callable[..., object] = scope[spec.name]
    function.__doc__ = spec.doc
    return function


# ---- one call: the hot path, so that numbers pass untouched


def _answer(name: str, call: Callable[[Sequence[object]], object], arguments: list[object]) -> object:
    """What lands in the cell. Never an exception: xlwings would show its traceback there."""
    try:
        for position, argument in enumerate(arguments):
            if argument.__class__ is not float and argument is not None:
                arguments[position] = _received(argument)
        result = call(arguments)
        return _rows_for_excel(result) if result.__class__ is list else _for_excel(result)
    except Exception:
        logging.getLogger(__name__).exception("%s met a bug of ours, and shows %s", name, CellError.VALUE)
        return CellError.VALUE.value


def _received(argument: object) -> object:
    """An argument as xlwings hands it over, with its errors told from its texts."""
    if isinstance(argument, str):
        return _ERROR_BY_TEXT.get(argument, argument)
    if isinstance(argument, list):
        rows = argument if argument[0].__class__ is list else [argument]
        return [[cell if cell.__class__ is float or cell is None else _received(cell) for cell in row] for row in rows]
    # Every number in Excel is a float. An integer is an error that xlwings doesn't know: #SPILL!, #CALC!, #BUSY!.
    if type(argument) is int and argument >> 16 == _ERROR_FACILITY:
        return CellError.VALUE
    return argument


def _rows_for_excel(rows: Any) -> list[list[object]]:
    answer = [[_for_excel(cell) for cell in row] for row in rows]
    if not answer or not answer[0] or any(len(row) != len(answer[0]) for row in answer):
        raise ValueError("rows of unequal length, or none")  # xlwings would raise where nobody catches it
    return answer


def _for_excel(value: object) -> object:
    if isinstance(value, float):
        return value if isfinite(value) else CellError.NUM.value  # xlwings makes an empty text of NaN, which SUM skips
    if isinstance(value, CellError):
        return value.value
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return float(value)
    raise TypeError(f"{value!r} is not a value of a cell")


# ---- names

_VBA_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")


def _refuse_what_vba_refuses(spec: SpecLike) -> None:
    """Names end up in VBA text, where a bad one stops the whole module, in a dialog on the user's screen."""
    taken: set[str] = set()
    optional = ""
    for name in (spec.name, *(parameter.name for parameter in spec.parameters)):
        if not _VBA_NAME.fullmatch(name) or name.lower() in VBA_WORDS:
            raise ValueError(f"{spec.name}: {name!r} can't be a name in VBA")
        if name.lower() in taken:
            raise ValueError(f"{spec.name}: {name!r} occurs twice (VBA doesn't tell capitals from small letters)")
        taken.add(name.lower())
    for parameter in spec.parameters:
        if parameter.required and optional:
            raise ValueError(f"{spec.name}: {parameter.name!r} is required, but follows {optional!r}, which is not")
        if not parameter.required:
            optional = parameter.name
