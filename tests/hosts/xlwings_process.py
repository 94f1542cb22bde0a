"""Excel calling a UDF module through xlwings, in a process of its own (the stand-ins for pywin32 change sys.modules).

    python xlwings_process.py MODULE                            calls from stdin, outcomes to stdout, one JSON line each
    python xlwings_process.py MODULE --vba                      the VBA text that xlwings writes for the module
    python xlwings_process.py MODULE --metadata                 what xlwings recorded of every function, as JSON
    python xlwings_process.py MODULE --bench FUNCTION N ARGS    microseconds per call, as JSON

A call is {"function": "FT_X", "args": [...]}, an outcome {"result": ...} or {"raised": "..."}; "round_trips" counts the
properties of Excel's objects that xlwings read. With "from_stub" it is made as our own VBA makes it, which names
neither workbook nor caller. An argument says how Excel hands it over:

    {"cell": 8.0}  {"range": [[1.0, null], ["a", {"error": "#N/A"}]]}    references
    {"literal": 8.0}  {"literal": [[1.0, 2.0]]}                          constants, and results of expressions
    {"omitted": true}                                                    F(1,,2), or left out at the end
    {"empty": true}  {"error": "#N/A"}  {"decimal": "3.1"}  {"date": "2026-01-31"}    a reference to such a cell;
                                                                         inside cell, range and literal: such a value
"""

import argparse
import importlib
import io
import json
import os
import subprocess
import sys
import timeit
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Self

HERE = Path(__file__).resolve().parent


class Excel:
    """The other end, for tests: `with Excel("toy_udfs") as excel: excel("scalar", {"cell": 8.0})`."""

    def __init__(self, module: str) -> None:
        self.module = module

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            _command(self.module), env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def outcome(self, function: str, *args: dict[str, Any], from_stub: bool = False) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        call = {"function": function, "args": args, "from_stub": from_stub}
        print(json.dumps(call), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def __call__(self, function: str, *args: dict[str, Any]) -> Any:
        """What lands in the cell."""
        return self.outcome(function, *args)["result"]


def answer(module: str, *options: str) -> str:
    """What the process prints for one of its other modes."""
    return subprocess.run(
        _command(module, *options), env=_environment(), stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _command(*arguments: str) -> list[str]:
    return [sys.executable, __file__, *arguments]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])}


# ---- inside the process


def main() -> None:
    import win32_standins

    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("--vba", action="store_true")
    parser.add_argument("--metadata", action="store_true")
    parser.add_argument("--bench", nargs=3, metavar=("FUNCTION", "N", "ARGS"))
    options = parser.parse_args()

    out, sys.stdout = sys.stdout, sys.stderr  # what a module prints must not come between the outcomes
    win32_standins.install()
    module = importlib.import_module(options.module)
    if options.vba:
        print(vba(module), file=out, end="")
    elif options.metadata:
        print(json.dumps(metadata(module), indent=1), file=out)
    elif options.bench:
        function, times, args = options.bench
        print(json.dumps(bench(module, function, int(times), json.loads(args))), file=out)
    else:
        for line in sys.stdin:
            print(json.dumps(outcome(module, json.loads(line)), default=str), file=out, flush=True)


def outcome(module: ModuleType, call: dict[str, Any]) -> dict[str, Any]:
    from win32_standins import ComObject, excel_range
    from xlwings.com_server import XLPython

    args = [argument(tagged) for tagged in call["args"]]
    rest = () if call.get("from_stub") else (None, excel_range([[None]]))  # our own stub names no workbook, no caller
    ComObject.round_trips = 0
    try:
        result = XLPython().CallUDF(module.__name__, call["function"], args, *rest)
    except Exception as error:
        return {"raised": f"{type(error).__name__}: {error}"}
    return {"result": result, "round_trips": ComObject.round_trips}


def argument(tagged: dict[str, Any]) -> Any:
    """One argument of CallUDF."""
    from win32_standins import OMITTED, excel_range

    match tagged:
        case {"omitted": True}:
            return OMITTED
        case {"literal": [[*_], *_] as rows}:
            return tuple(tuple(map(variant, row)) for row in rows)
        case {"literal": [*row]}:
            return tuple(map(variant, row))
        case {"literal": value}:
            return variant(value)
        case {"range": rows}:
            return excel_range([[variant(value) for value in row] for row in rows])
        case {"cell": value}:
            return excel_range([[variant(value)]])
        case _:
            return excel_range([[variant(tagged)]])


def variant(value: Any) -> Any:
    """One value of a cell, as pywin32 delivers it. Excel has no whole numbers: they are doubles too."""
    from win32_standins import ERRORS, ComTime

    match value:
        case {"empty": True}:
            return None
        case {"error": text}:
            return ERRORS[text]
        case {"decimal": text}:
            return Decimal(text)
        case {"date": text}:
            return ComTime.fromisoformat(text + "+00:00" if "T" in text else text + "T00:00:00+00:00")
        case bool() | str() | None:
            return value
        case int() | float():
            return float(value)
        case _:
            raise ValueError(f"{value!r}: no value of a cell")


def vba(module: ModuleType) -> str:
    from xlwings import udfs

    text = io.StringIO()
    udfs.generate_vba_wrapper(module.__name__, module, text, SimpleNamespace(Name="book.xlsm"))
    return text.getvalue()


def metadata(module: ModuleType) -> dict[str, Any]:
    """By function, what xlwings knows of it."""
    return {
        recorded["name"]: {
            "doc": recorded["ret"]["doc"],
            "category": recorded["category"],
            "volatile": recorded["volatile"],
            "args": [
                {"name": arg["name"], "doc": arg["doc"], "optional": "optional" in arg, "options": arg["options"]}
                for arg in recorded["args"]
            ],
        }
        for value in vars(module).values()
        if (recorded := getattr(value, "__xlfunc__", None))
    }


def bench(module: ModuleType, name: str, times: int, tagged: list[dict[str, Any]]) -> dict[str, float]:
    """Microseconds per CallUDF of the function, and of one that is declared alike and returns its first argument.

    The difference is what the function costs; the rest is xlwings (and not Excel: its round trips are free here).
    """
    from win32_standins import excel_range
    from xlwings.com_server import XLPython

    def identity(*args: Any) -> Any:
        return args[0] if args else None

    identity.__xlfunc__ = getattr(module, name).__xlfunc__  # type: ignore[attr-defined]
    module.identity_of_bench = identity  # type: ignore[attr-defined]
    call, args, caller = XLPython().CallUDF, [argument(tag) for tag in tagged], excel_range([[None]])

    def microseconds(function: str) -> float:
        timings = timeit.repeat(lambda: call(module.__name__, function, args, None, caller), number=times, repeat=7)
        return round(min(timings) / times * 1e6, 2)

    return {name: microseconds(name), "identity": microseconds("identity_of_bench")}


if __name__ == "__main__":
    main()
