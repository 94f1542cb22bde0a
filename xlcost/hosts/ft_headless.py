"""The FT_ functions as the headless recalculation calls them."""

from collections.abc import Callable

from xlcost.files.values import write_values
from xlcost.functions.registry import Function, functions
from xlcost.hosts.headless import HostFunction, recalculate


def host_functions() -> list[HostFunction]:
    """Every FT_ function, for `headless.recalculate`."""
    return [
        HostFunction(
            each.name,
            _call(each),
            min_args=sum(parameter.required for parameter in each.parameters),
            max_args=len(each.parameters),
        )
        for each in functions().values()
    ]


def _call(each: Function) -> Callable[..., object]:
    return lambda *arguments: each.call(arguments)


def finished(data: bytes) -> bytes:
    """The same workbook, with the value of each formula written into it."""
    return write_values(data, recalculate(data, host_functions()).values)
