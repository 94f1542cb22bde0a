"""The FT_ functions as the headless recalculation calls them."""

from collections.abc import Callable

from xlcost.errors import CellError
from xlcost.files.values import write_values
from xlcost.functions.function import Function
from xlcost.functions.registry import functions
from xlcost.hosts.headless import HostFunction, recalculate


def host_functions(numpy: bool = True) -> list[HostFunction]:
    """Every FT_ function, for `headless.recalculate`. Without numpy, those that need it are #N/A, as in LibreOffice."""
    return [
        HostFunction(
            each.name,
            _call(each) if numpy or not each.needs_numpy else _missing,
            min_args=sum(parameter.required for parameter in each.parameters),
            max_args=len(each.parameters),
        )
        for each in functions().values()
    ]


def _call(each: Function) -> Callable[..., object]:
    return lambda *arguments: each.call(arguments)


def _missing(*arguments: object) -> CellError:
    return CellError.NA


def finished(data: bytes) -> bytes:
    """The same workbook, with the value of each formula written into it."""
    return write_values(data, recalculate(data, host_functions()).values)
