"""Stand-ins for pywin32: as much of it as xlwings' own UDF code touches, so that this code runs without Windows.

Nothing of xlwings is replaced. What is invented is Excel: a Range that answers as Excel's automation does, and the
values that pywin32 makes of Excel's variants. Call install() in a process of its own, before importing the UDF module.
"""

import atexit
import ctypes
import datetime
import sys
import types
from collections.abc import Sequence
from typing import Any
from unittest import mock

OMITTED = -2147352572  # DISP_E_PARAMNOTFOUND: what pywin32 makes of an argument that the formula leaves out

# What pywin32 makes of an error value: the SCODE 0x800A0000 + CVErr number, as a signed integer.
ERRORS = {
    text: number - 0x7FF60000
    for text, number in {
        "#NULL!": 2000,
        "#DIV/0!": 2007,
        "#VALUE!": 2015,
        "#REF!": 2023,
        "#NAME?": 2029,
        "#NUM!": 2036,
        "#N/A": 2042,
        "#GETTING_DATA": 2043,
        "#SPILL!": 2045,
        "#CALC!": 2050,
    }.items()
}


class ComTime(datetime.datetime):
    """pywintypes.TimeType: a datetime that always carries a time zone."""


class ComObject:
    """A late-bound COM object. Each property that is read is a round trip to the Excel process: they are counted."""

    round_trips = 0

    def __init__(self, **properties: Any) -> None:
        self._properties = properties

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        ComObject.round_trips += 1
        return self._properties[name]


class PyIDispatch:
    """The raw pointer to a Range, as it comes in CallUDF's arguments; win32com's Dispatch gives it its properties."""

    iid = "{00020846-0000-0000-C000-000000000046}"

    def __init__(self, dispatched: ComObject) -> None:
        self.dispatched = dispatched

    def GetTypeInfo(self) -> "PyIDispatch":
        return self

    def GetTypeAttr(self) -> "PyIDispatch":
        return self

    def GetDocumentation(self, member: int) -> tuple[str]:
        return ("Range",)


SHEET = ComObject(Parent=ComObject(Application=ComObject(Hwnd=1)))


def excel_range(rows: Sequence[Sequence[Any]]) -> PyIDispatch:
    """A Range whose top left cell is A1. Excel gives one cell's value bare, and any other shape as rows of cells."""
    one_cell = len(rows) == len(rows[0]) == 1
    properties = ComObject(
        Value=rows[0][0] if one_cell else tuple(tuple(row) for row in rows),
        Rows=ComObject(Count=len(rows)),
        Columns=ComObject(Count=len(rows[0])),
        Row=1,
        Column=1,
        Worksheet=SHEET,
    )
    properties._oleobj_ = PyIDispatch(properties)
    return properties._oleobj_


def install() -> None:
    """Puts the stand-ins into sys.modules, and makes of xlwings what its own __init__ makes of it on Windows."""
    for name, attributes in _pywin32().items():
        module = sys.modules[name] = types.ModuleType(name)
        module.__file__ = name
        vars(module).update(attributes)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)

    import xlwings

    with mock.patch.multiple(ctypes, create=True, oledll=mock.DEFAULT, windll=mock.DEFAULT, PyDLL=mock.DEFAULT):
        from xlwings import _xlwindows, com_server, udfs  # noqa: F401
    atexit.unregister(_xlwindows.cleanup)  # it would look for left-over Excel processes
    xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
    xlwings.arg, xlwings.func, xlwings.ret = udfs.xlarg, udfs.xlfunc, udfs.xlret


def _pywin32() -> dict[str, dict[str, Any]]:
    """The modules, each after its parent."""

    def unwrap(value: Any) -> Any:
        raise TypeError("no object that Python handed to Excel before")

    def dispatch(pointer: Any, **_: Any) -> Any:
        return pointer.dispatched

    exception = {"com_error": type("com_error", (Exception,), {})}
    classes = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    utc = types.SimpleNamespace(utc=lambda: datetime.UTC)
    return {
        "pywintypes": {**exception, "error": OSError, "TimeType": ComTime, "IID": str},
        "pythoncom": {
            "ole_error": exception["com_error"],
            "CoInitialize": lambda: None,
            "IID_IDispatch": "IDispatch",
            "TypeIIDs": {"IDispatch": PyIDispatch},
        },
        "win32api": {},
        "win32con": {},
        "win32gui": {},
        "win32event": {},
        "win32process": {"GetWindowThreadProcessId": lambda window: (1, 1)},
        "win32timezone": {"TimeZoneInfo": utc},
        "win32com": {},
        "win32com.client": {**classes, "Dispatch": dispatch, "DispatchEx": dispatch},
        "win32com.server": {},
        "win32com.server.dispatcher": {},
        "win32com.server.policy": {},
        "win32com.server.util": {"unwrap": unwrap},
    }
