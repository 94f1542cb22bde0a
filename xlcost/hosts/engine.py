"""The recalculation engine, formualizer, loaded and told of our functions; values as it gives and takes them."""

import datetime
import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from xlcost.errors import CannotWrite, CellError, XlcostError
from xlcost.files.package import area_bounds, cell_name, parse_xml, read_parts, workbook_part
from xlcost.files.values import Area, Value
from xlcost.hosts.rewriting import BLANK_SHEET, quoted

if TYPE_CHECKING:
    import formualizer

HostValue: TypeAlias = Any  # float, str, bool, None, CellError, or a list of lists of these
MAX_CELLS_IN = 10_000
FIT = "XLCOST_FIT"
SPOOL = "spool I/O failure"  # as the engine says that it can't write the temporary file that it reads through


@dataclass
class Calls:
    """What became of the calls of our functions while the engine computes: what they failed with, and whether to stop.

    The engine makes an error value of whatever a function raises and goes on. So an interrupt is kept until it is done.
    """

    failures: list[str] = field(default_factory=list)
    is_interrupted: bool = False

    def stop_if_interrupted(self) -> None:
        """Raises KeyboardInterrupt where the user asked for it."""
        if self.is_interrupted:
            raise KeyboardInterrupt


@dataclass(frozen=True)
class HostFunction:
    """A Python function under the name that cells call. An empty cell and an argument left out both arrive as None."""

    name: str
    call: Callable[..., object]
    min_args: int = 0
    max_args: int | None = None


def loaded(
    data: bytes | None, functions: Sequence[HostFunction], calls: Calls, today: datetime.date | None
) -> "formualizer.Workbook":
    """The engine with a workbook in it, or an empty one; what becomes of our functions is told to `calls`."""
    import formualizer

    settings = formualizer.EvaluationConfig()
    settings.date_system = "1904" if data is not None and _counts_from_1904(data) else "1900"
    settings.enable_parallel = False  # Python runs one function at a time anyway, and the order stays the same
    config = formualizer.WorkbookConfig(eval_config=settings)
    try:
        if data is None:
            engine = formualizer.Workbook(config=config)
            engine.add_sheet("Sheet1")
        else:
            engine = formualizer.Workbook.from_bytes(data, config=config)
    except Exception as error:
        if SPOOL in str(error):
            where = f"{tempfile.gettempdir()}, for temporary files"
            raise CannotWrite(f"{where}: can't be written ({error})") from None
        raise XlcostError(f"the recalculation can't read the workbook ({error}); open and save it in Excel") from None
    engine.set_temporal_egress("serial")
    engine.add_sheet(BLANK_SHEET)
    if today is not None:
        moment = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
        engine.set_deterministic_clock(moment)
    engine.register_function(FIT, _fit, min_args=3, max_args=3)
    for function in functions:
        bridge = _bridge(function, calls)
        engine.register_function(function.name, bridge, min_args=function.min_args, max_args=function.max_args)
    return engine


def spill_area(engine: "formualizer.Workbook", sheet: str, row: int, column: int) -> Area | None:
    """The cells that a result fills; None when it is a single one."""
    address = quoted(sheet) + cell_name(row, column)
    role = engine.inspect_cell(address, include_values=False).cell.spill
    return area_bounds(role.extent.rpartition("!")[2]) if role is not None and role.extent else None


def plain_value(raw: object) -> Value:
    """The engine's value as ours: errors by name, and no number that a workbook can't hold."""
    if isinstance(raw, list):
        raw = raw[0][0] if raw and raw[0] else None
    if isinstance(raw, dict):
        return ERRORS.get(error_kind(raw), CellError.VALUE)
    if raw is None or isinstance(raw, bool | str):
        return raw
    number = float(raw)  # type: ignore[arg-type]
    return number if math.isfinite(number) else CellError.NUM


def error_kind(raw: object) -> str:
    """The engine's name for an error; empty when the value is none."""
    return str(raw.get("kind", "Value")) if isinstance(raw, dict) else ""


def _counts_from_1904(data: bytes) -> bool:
    """Whether day 0 of the workbook is 1 January 1904, as on old Macs. The engine doesn't look."""
    parts = read_parts(data)
    elements = parse_xml(parts[workbook_part(parts)]).iter()
    return any(element.attrib.get("date1904") in ("1", "true") for element in elements)


def _bridge(function: HostFunction, calls: Calls) -> Callable[..., object]:
    """The function with values as the engine gives and takes them. What an exception says is kept."""

    def call(*arguments: object) -> object:
        if calls.is_interrupted:
            return _error("Value")
        try:
            for argument in arguments:
                if isinstance(argument, list) and sum(map(len, argument)) > MAX_CELLS_IN:
                    raise ValueError(f"a range of more than {MAX_CELLS_IN:,} cells")
            return _returned(function.call(*map(_received, arguments)))
        except KeyboardInterrupt:
            calls.is_interrupted = True
            return _error("Value")
        except Exception as error:
            calls.failures.append(f"{function.name}: {error or type(error).__name__}")
            return _error("Value")

    return call


def _received(value: object) -> HostValue:
    if isinstance(value, list):
        return [[_received(item) for item in row] for row in value]
    if isinstance(value, dict):
        return ERRORS.get(str(value.get("kind")), CellError.VALUE)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _returned(value: object) -> object:
    if isinstance(value, list | tuple):
        return [
            [_returned(item) for item in row] if isinstance(row, list | tuple) else [_returned(row)] for row in value
        ]
    if isinstance(value, CellError):
        return _error(_NAMES[value])
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else _error("Num")


def _fit(value: object, rows: float, columns: float) -> object:
    """An array formula's result on its area: one value or row is repeated, what is missing is #N/A."""
    given = value if isinstance(value, list) else [[value]]
    height, width = len(given), len(given[0]) if given else 0

    def at(row: int, column: int) -> object:
        row, column = (0 if height == 1 else row), (0 if width == 1 else column)
        if row >= height or column >= width:
            return _error("Na")
        return 0.0 if given[row][column] is None else given[row][column]

    area = [[at(row, column) for column in range(int(columns))] for row in range(int(rows))]
    return area if rows > 1 or columns > 1 else area[0][0]


def _error(kind: str) -> dict[str, str]:
    return {"type": "Error", "kind": kind}


ERRORS = {
    "Na": CellError.NA,
    "Div": CellError.DIV0,
    "Num": CellError.NUM,
    "Value": CellError.VALUE,
    "Name": CellError.NAME,
    "Ref": CellError.REF,
    "Null": CellError.NULL,
    "NImpl": CellError.NAME,
    "Error": CellError.NAME,
}
_NAMES = {error: kind for kind, error in reversed(ERRORS.items())}
