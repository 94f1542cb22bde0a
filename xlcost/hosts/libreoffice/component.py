"""The FT_ functions in LibreOffice Calc: the file that LibreOffice loads from the add-in, with its own Python.

That Python may be older than xlcost needs, or lack numpy. So this file can be read by any Python 3.7; what can't be
computed is an error value in the cell, and FT_EXPLAIN says why.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import uno
import unohelper

# What this object is called, its type, and the functions that give a single value: as it was when the add-in was built.
IMPLEMENTATION, TYPE, *SINGLE = Path(__file__).with_name("names.txt").read_text(encoding="ascii").split()
ADD_IN = "com.sun.star.sheet.AddIn"
EXPLAIN = "FT_EXPLAIN"

# An error is a number that isn't one, with LibreOffice's code of the error in its lower half.
_NOT_A_NUMBER = 0x7FF8_0000_0000_0000
_CODES = {"#N/A": 32767, "#DIV/0!": 532, "#NUM!": 503, "#VALUE!": 519, "#NAME?": 525, "#REF!": 524, "#NULL!": 521}
_PYTHON = f"LibreOffice's Python {sys.version_info[0]}.{sys.version_info[1]}"


def error(text: str) -> float:
    """An error value as LibreOffice takes it, in a cell and within rows of them."""
    number: float = struct.unpack("<d", struct.pack("<Q", _NOT_A_NUMBER | _CODES[text]))[0]
    return number


class Functions(unohelper.Base):  # type: ignore[misc]
    """The object on which LibreOffice calls the functions, by their names."""

    def __init__(self, context: object) -> None:
        self._why = ""
        self._functions: dict[str, Any] = {}
        try:
            from xlcost.functions.registry import functions

            self._functions = functions()
        except Exception as trouble:  # a Python that is too old, most likely
            self._why = f"xlcost needs Python 3.11 or later, and can't run in {_PYTHON}: {trouble}"

    def getTypes(self) -> tuple[Any, ...]:
        """The types of this object: the base's, and the one with all functions."""
        return (*super().getTypes(), uno.getTypeByName(TYPE))

    def getServiceName(self) -> str:
        """The name under which CalcAddIns.xcu describes the functions."""
        return IMPLEMENTATION

    def getImplementationName(self) -> str:
        """The same name."""
        return IMPLEMENTATION

    def getSupportedServiceNames(self) -> tuple[str, str]:
        """What this object is: an add-in, and this one."""
        return (ADD_IN, IMPLEMENTATION)

    def supportsService(self, name: str) -> bool:
        """Whether this object is such a service."""
        return name in self.getSupportedServiceNames()

    def __getattr__(self, name: str) -> Any:
        """The function of this name."""
        if not name.startswith("FT_"):
            raise AttributeError(name)

        def call(*arguments: object) -> Any:
            return self._answer(name, list(arguments))

        setattr(self, name, call)
        return call

    def _answer(self, name: str, arguments: list[object]) -> Any:
        """What the function gives: a value, or rows of them. Never an exception."""
        if self._why:
            return _given(name, self._why if name == EXPLAIN else error("#VALUE!"))
        try:
            answer = self._functions[name].call(arguments)
            if isinstance(answer, list):
                return _rows(answer) if name not in SINGLE else error("#VALUE!")
            return _given(name, _cell(answer))
        except ImportError as missing:
            why = f"{_PYTHON} can't compute that: {missing}"
            return _given(name, why if name == EXPLAIN else error("#N/A"))
        except Exception as trouble:
            why = f"a bug of ours, sorry ({type(trouble).__name__}: {trouble})"
            return _given(name, why if name == EXPLAIN else error("#VALUE!"))


def _given(name: str, value: Any) -> Any:
    return value if name in SINGLE else ((value,),)


def _rows(answer: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(_cell(each) for each in row) for row in answer)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        number = float(value)
        return number if number - number == 0 else error("#NUM!")
    return error(value.value)  # a CellError


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Functions, IMPLEMENTATION, (ADD_IN, IMPLEMENTATION))
