"""Measure the simulation, beside squigglepy and monaco in the same run: `python scripts/benchmark_simulation.py`.

The peers come with `pip install 'xlcost[bench]'`; one that is missing is said to be. Times are processor seconds of one
core, wall-clock seconds beside them, since what else runs on the machine lengthens the latter. Memory is the peak of a
process of its own.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DRIVERS = ("label_price", "rework_share", "qa_share", "qa_price", "annotators")
EXAMPLES = 10_000
PART = 100_000  # draws of the part of the model that the peers compute, too
FEW = 2_000  # of monaco, which calls Python for each


def measured(function: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Processor seconds and wall-clock seconds of one call, as medians; the first is not counted."""
    function()
    processor, wall = [], []
    for _ in range(times):
        begin, began = time.process_time(), time.perf_counter()
        function()
        processor.append(time.process_time() - begin)
        wall.append(time.perf_counter() - began)
    return statistics.median(processor), statistics.median(wall)


def whole_model() -> None:
    """The whole model with its months, on one and on two threads, and a tornado of all drivers."""
    from xlcost import estimate, simulate, tornado

    found = estimate()
    for trials, threads in ((10_000, 1), (100_000, 1), (100_000, 2), (1_000_000, 1), (1_000_000, 2)):
        processor, wall = measured(
            lambda n=trials, t=threads: simulate(found, n, threads=t), 5 if trials <= 100_000 else 1
        )
        print(
            f"whole model with months, {trials:>9,} draws, {threads} thread(s): {processor:7.3f} s processor, "
            f"{wall:7.3f} s wall, {trials / processor:>9,.0f} draws a second"
        )
    processor, wall = measured(lambda: tornado(found), 9)
    print(f"tornado of all drivers: {processor * 1e3:.1f} ms processor, {wall * 1e3:.1f} ms wall")


def limit() -> None:
    """How the time divides, and what the generator alone would take."""
    from xlcost import estimate
    from xlcost.analysis.draws import Stream
    from xlcost.analysis.simulation import BLOCK, WANTED, _Run
    from xlcost.analysis.uncertainty import unsure

    found = estimate()
    run = _Run(found, unsure(found), BLOCK, 1, None, ())
    streams = run.sampling.streams(0)
    _, values = run.sampling.draw(streams, BLOCK)
    arguments = [values[name] for name in run.names]
    drawing = measured(lambda: run.sampling.draw(streams, BLOCK), 50)[0]
    computing = measured(lambda: run.code(*arguments), 50)[0]
    stream = Stream(1, "x")
    generating = len(run.names) * measured(lambda: stream.next(BLOCK), 50)[0]
    print(
        f"of a draw, {len(run.names)} drivers: {drawing / BLOCK * 1e6:.2f} us sampling (the generator alone "
        f"{generating / BLOCK * 1e6:.2f}), {computing / BLOCK * 1e6:.2f} us arithmetic of {len(WANTED)} results"
    )


def memory() -> None:
    """The peak of a process that simulates."""
    for trials in (10_000, 1_000_000, 10_000_000):
        code = (
            f"from xlcost import simulate; simulate(None, {trials}); import resource; "
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
        )
        begin = time.perf_counter()
        peak = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
        print(f"{trials:>10,} draws: peak {peak.stdout.strip()} MB, {time.perf_counter() - begin:.1f} s whole process")


def peers() -> None:
    """The cost of labels, with five drivers drawn, in xlcost and in each peer: the same distributions."""
    own = measured(_own_part())[0] / PART
    print(f"cost of labels, {len(DRIVERS)} drivers: xlcost {own * 1e9:.0f} ns a draw")
    for name, part, draws in (("squigglepy", _squigglepy_part, PART), ("monaco", _monaco_part, FEW)):
        if importlib.util.find_spec(name) is None:
            print(f"{name}: not installed; pip install 'xlcost[bench]'")
            continue
        taken = measured(part(), 3)[0] / draws
        print(f"cost of labels in {name}: {taken * 1e9:,.0f} ns a draw, {taken / own:.1f} times as long")


def _own_part() -> Callable[[], object]:
    from xlcost import estimate
    from xlcost.analysis.sampling import Sampling
    from xlcost.analysis.simulation import BLOCK
    from xlcost.analysis.uncertainty import unsure
    from xlcost.model.specialised import specialised, varying_code

    found = estimate()
    known = {name: each for name, each in unsure(found).items() if name in DRIVERS}
    model, fixed = specialised(found.graph, found.values, known)
    code = varying_code(model, fixed, ["label_cost"], list(known))
    sampling = Sampling(known, found, 1, {})

    def part() -> float:
        import numpy as np

        costs = np.empty(PART)
        streams = sampling.streams(0)
        for start in range(0, PART, BLOCK):
            size = min(BLOCK, PART - start)
            _, values = sampling.draw(streams, size)
            (costs[start : start + size],) = code(*(values[name] for name in known))
        return float(costs.mean())

    return part


def _squigglepy_part() -> Callable[[], object]:
    import squigglepy as sq

    price = sq.lognorm(0.012, 0.5, credibility=80)
    check = sq.lognorm(0.1, 2, credibility=80)
    rework, share = sq.pert(0.05, 0.12, 0.25), sq.pert(0.05, 0.1, 0.2)
    annotators = sq.discrete({1: 1 / 6, 3: 4 / 6, 5: 1 / 6})

    def part() -> object:
        drawn = [sq.sample(each, PART) for each in (price, rework, share, check, annotators)]
        label_price, rework_share, qa_share, qa_price, people = drawn
        return (EXAMPLES * people * (1 + rework_share) * label_price + EXAMPLES * qa_share * qa_price).mean()

    return part


def _monaco_part() -> Callable[[], object]:
    import monaco as mc
    from scipy import stats

    def taken(case: object) -> tuple[float, ...]:
        return tuple(case.invals[name].val for name in DRIVERS)  # type: ignore[attr-defined]

    def cost(price: float, rework: float, share: float, check: float, people: float) -> float:
        return EXAMPLES * people * (1 + rework) * price + EXAMPLES * share * check

    def kept(case: object, value: float) -> None:
        case.addOutVal("label_cost", value)  # type: ignore[attr-defined]

    def part() -> object:
        functions = {mc.SimFunctions.PREPROCESS: taken, mc.SimFunctions.RUN: cost, mc.SimFunctions.POSTPROCESS: kept}
        sim = mc.Sim(name="labels", ndraws=FEW, fcns=functions, firstcaseismedian=False, seed=1, singlethreaded=True,
                     verbose=False, debug=False)  # fmt: skip
        spread = {
            "label_price": (stats.lognorm, {"s": 1.4549, "scale": 0.07746}),
            "rework_share": (stats.beta, {"a": 2.4, "b": 3.6, "loc": 0.05, "scale": 0.2}),
            "qa_share": (stats.beta, {"a": 2.333, "b": 3.667, "loc": 0.05, "scale": 0.15}),
            "qa_price": (stats.lognorm, {"s": 1.1688, "scale": 0.4472}),
            "annotators": (stats.rv_discrete, {"values": ([1, 3, 5], [1 / 6, 4 / 6, 1 / 6])}),
        }
        for name, (dist, arguments) in spread.items():
            sim.addInVar(name=name, dist=dist, distkwargs=arguments)
        sim.runSim()
        return sim

    return part


if __name__ == "__main__":
    memory()  # first: a process is said to have been as large as the one that started it
    whole_model()
    limit()
    peers()
