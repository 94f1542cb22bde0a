"""xlcost: what fine-tuning an AI model really costs, over its whole lifecycle, in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    import xlcost.functions.ft as ft
    from xlcost.analysis.alternatives import Alternatives as Alternatives
    from xlcost.analysis.alternatives import alternatives as alternatives
    from xlcost.analysis.case import Case as Case
    from xlcost.analysis.comparison import Comparison as Comparison
    from xlcost.analysis.comparison import compare as compare
    from xlcost.analysis.estimate import Estimate as Estimate
    from xlcost.analysis.estimate import estimate as estimate
    from xlcost.analysis.ranges import Range as Range
    from xlcost.analysis.ranges import ranges as ranges
    from xlcost.analysis.simulation import simulate as simulate
    from xlcost.analysis.tornado import tornado as tornado

_LAZY = {
    "Alternatives": "xlcost.analysis.alternatives",
    "Case": "xlcost.analysis.case",
    "Comparison": "xlcost.analysis.comparison",
    "Estimate": "xlcost.analysis.estimate",
    "Range": "xlcost.analysis.ranges",
    "alternatives": "xlcost.analysis.alternatives",
    "compare": "xlcost.analysis.comparison",
    "estimate": "xlcost.analysis.estimate",
    "ft": "xlcost.functions.ft",
    "ranges": "xlcost.analysis.ranges",
    "simulate": "xlcost.analysis.simulation",
    "tornado": "xlcost.analysis.tornado",
}

__all__ = [
    "Alternatives",
    "Case",
    "Comparison",
    "Estimate",
    "Range",
    "alternatives",
    "compare",
    "estimate",
    "ft",
    "ranges",
    "simulate",
    "tornado",
]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import xlcost` costs nothing."""
    if name not in _LAZY:
        raise AttributeError(f"module 'xlcost' has no attribute {name!r}")
    import importlib

    module = importlib.import_module(_LAZY[name])
    return module if name == "ft" else getattr(module, name)
