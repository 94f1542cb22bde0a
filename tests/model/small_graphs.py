"""Small graphs for tests: formulas as text, wired to a handful of drivers, a table and two axes."""

import itertools
import linecache
import textwrap
from datetime import date
from types import ModuleType

from xlcost.catalog import Axis as NamedAxis
from xlcost.catalog import Catalog, Column, Driver, Member, Row, Table
from xlcost.model.graph import Graph, axis, build
from xlcost.units import unit

_count = itertools.count()

STEP = axis("step", "Step", "month", range(5), flows=True)
CANDIDATE = axis("candidate", "Candidate", "1", (1, 2, 4))
ROLES = NamedAxis("role", "Role", (Member("boss", "Boss"), Member("clerk", "Clerk")))


def stage(source: str, name: str = "small") -> ModuleType:
    """A stage module from its text, as if it stood in a file of that name. Line 1 of the text is line 1 of the file."""
    module = ModuleType(name)
    file = f"/nowhere/{next(_count)}/{name}.py"
    text = textwrap.dedent(source).lstrip("\n")
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    words = "from xlcost.model.words import *; from xlcost.model.constants import *"
    exec(words, vars(module))
    exec(compile(text, file, "exec"), vars(module))
    return module


def driver(name: str, unit_text: str = "1", *, choices=(), table=None, axis=None, default=1.0) -> Driver:
    """A driver with wide bounds."""
    text = bool(choices) or table is not None
    return Driver(
        name=name, stage="data", label=name.capitalize(), help="", unit=unit("text" if text else unit_text),
        kind="text" if text else "number", default=choices[0] if choices else default, low=None, high=None,
        minimum=None if text else -1e300, maximum=None if text else 1e300, whole=False, choices=tuple(choices),
        table=table, axis=axis, spread="", basic=False, source=None, at=None, status="placeholder",
    )  # fmt: skip


def _shop() -> Table:
    columns = {
        "price": Column("price", "Price", unit("USD"), "number", ""),
        "maker": Column("maker", "Maker", unit("text"), "text", ""),
    }
    known = {"Pen": {"price": 2.0, "maker": "Bic"}, "Ink": {"maker": "Parker"}, "Nib": {"price": 0.0}}
    rows = {key: Row(key, values, None, date(2026, 1, 1), "placeholder", "") for key, values in known.items()}
    return Table("shop", "Shop", "", "Thing", columns, rows, {"biro": "Pen"})


DRIVERS = (
    *(driver(name) for name in "abcd"),
    driver("money", "USD"),
    driver("hours", "hour"),
    driver("seconds", "second"),
    driver("route", choices=("road", "rail")),
    driver("thing", choices=("Pen", "Ink", "Nib"), table="shop"),
    driver("pay", "USD", axis="role", default=5.0),
)


def catalog() -> Catalog:
    """Ten drivers, and a shop in which the price of ink is unknown."""
    return Catalog({each.name: each for each in DRIVERS}, {"shop": _shop()}, {}, {"role": ROLES}, ("data",))


def small_graph(*sources: str) -> Graph:
    """A graph of stage modules, given as text."""
    modules = [stage(source, f"small{'' if i == 0 else i}") for i, source in enumerate(sources)]
    return build(modules, catalog(), (STEP, CANDIDATE))


def of(formula: str, parameters: str, unit_text: str = "1") -> Graph:
    """A graph of one quantity, `result`."""
    return small_graph(
        f'SHOP = Table("shop")\n@quantity("Result", "{unit_text}")\ndef result({parameters}):\n    return {formula}\n'
    )
