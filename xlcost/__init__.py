"""xlcost: what fine-tuning an AI model really costs, over its whole lifecycle, in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    import xlcost.functions.ft as ft
    from xlcost.analysis.case import Case as Case
    from xlcost.analysis.comparison import Comparison as Comparison
    from xlcost.analysis.comparison import compare as compare
    from xlcost.analysis.estimate import Estimate as Estimate
    from xlcost.analysis.estimate import estimate as estimate

_LAZY = {
    "Case": "xlcost.analysis.case",
    "Comparison": "xlcost.analysis.comparison",
    "Estimate": "xlcost.analysis.estimate",
    "compare": "xlcost.analysis.comparison",
    "estimate": "xlcost.analysis.estimate",
    "ft": "xlcost.functions.ft",
}

__all__ = ["Case", "Comparison", "Estimate", "compare", "estimate", "ft"]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import xlcost` costs nothing."""
    if name not in _LAZY:
        raise AttributeError(f"module 'xlcost' has no attribute {name!r}")
    import importlib

    module = importlib.import_module(_LAZY[name])
    return module if name == "ft" else getattr(module, name)
