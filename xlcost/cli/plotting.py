"""Pictures of a simulation and of a tornado, by matplotlib: the extra `plot`."""

from __future__ import annotations

import io
import itertools
from typing import Any

from xlcost.analysis.simulation import Simulation
from xlcost.analysis.tornado import Tornado
from xlcost.errors import XlcostError
from xlcost.files.saving import save_bytes
from xlcost.model import graph

BINS = 60
SHOWN = 0.995  # of the draws: a few very dear ones would press the rest to the left
BARS = 15
TICKS = 6
INK, PALE, MARK = "#1f4e79", "#9dc3e6", "#c00000"


def needed() -> None:
    """Refuses where matplotlib isn't installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise XlcostError("--plot needs matplotlib: pip install 'xlcost[plot]'") from None


def simulation(result: Simulation, budget: float | None, path: str) -> None:
    """The draws of the total with its percentiles, and the cash so far by month."""
    figure, (left, right) = _figure(2)
    most = result.percentile(SHOWN)
    least = result.percentile(0.0)
    step = (most - least) / BINS or 1.0
    edges = [least + place * step for place in range(BINS + 1)]
    upto = [result.share_upto(edge) for edge in edges]
    upto[0] = 0.0  # the least draw is in the first bar
    shares = [after - before for before, after in itertools.pairwise(upto)]
    left.bar(edges[:-1], [100 * share for share in shares], width=step, align="edge", color=PALE)
    marks = {"base": float(result.base["total_cost"]), "P50": result.total.p50, "P80": result.total.p80}
    if budget is not None:
        marks["budget"] = budget
    for place, (name, amount) in enumerate(marks.items()):
        if least <= amount <= most:
            left.axvline(amount, color=MARK if name in ("base", "budget") else INK, linewidth=1)
            left.annotate(name, (amount, 1 - place / 10), xycoords=("data", "axes fraction"), va="top", ha="right")
    left.set(title=f"{graph().label('total_cost')}, {result.trials:,} draws", xlabel="USD", ylabel="% of draws")
    months = range(len(result.cumulative))
    right.fill_between(
        months,
        [each.p10 for each in result.cumulative],
        [each.p90 for each in result.cumulative],
        color=PALE,
        label="P10 to P90",
    )
    right.plot(months, [each.p50 for each in result.cumulative], color=INK, label="P50")
    right.set(title=graph().label("cumulative_cost"), xlabel=graph().label("month"), ylabel="USD")
    right.legend(loc="upper left", frameon=False)
    _save(figure, (left, right), path)


def tornado(result: Tornado, path: str) -> None:
    """The widest bars, the widest on top."""
    figure, (axes,) = _figure(1)
    bars = result.bars[:BARS][::-1]
    axes.barh([bar.label for bar in bars], [bar.swing for bar in bars], left=[bar.low for bar in bars], color=PALE)
    axes.axvline(result.base, color=MARK, linewidth=1)
    axes.set(title=f"{graph().label(result.cost)}: each driver from its P10 to its P90", xlabel="USD")
    _save(figure, (axes,), path)


def _figure(count: int) -> tuple[Any, tuple[Any, ...]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 5), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, tuple(figure.subplots(1, count, squeeze=False)[0])


def _save(figure: Any, all_axes: tuple[Any, ...], path: str) -> None:
    for axes in all_axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.locator_params(axis="x", nbins=TICKS)
        for side, label in ((axes.xaxis, axes.get_xlabel()), (axes.yaxis, axes.get_ylabel())):
            if label == "USD":
                side.set_major_formatter("{x:,.0f}")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=120, metadata={"Software": None})
    save_bytes(path, picture.getvalue())
