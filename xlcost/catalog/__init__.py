"""The catalogue: dated, sourced data (drivers, GPUs, prices, models), and the loader that trusts none of it."""

from xlcost.catalog._history import as_of
from xlcost.catalog._load import STAGES, load
from xlcost.catalog._records import (
    Axis,
    Catalog,
    Column,
    Correlation,
    Driver,
    Member,
    RiskEvent,
    Row,
    Source,
    Span,
    Table,
    did_you_mean,
    nearest,
)
from xlcost.catalog._renames import Rename, read_renames, renamed, shipped_renames
from xlcost.catalog._spans import in_words

__all__ = [
    "STAGES",
    "Axis",
    "Catalog",
    "Column",
    "Correlation",
    "Driver",
    "Member",
    "Rename",
    "RiskEvent",
    "Row",
    "Source",
    "Span",
    "Table",
    "as_of",
    "did_you_mean",
    "in_words",
    "load",
    "nearest",
    "read_renames",
    "renamed",
    "shipped_renames",
]
