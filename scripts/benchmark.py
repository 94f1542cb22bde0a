"""Measure what users wait for, beside a named peer in the same run: `python scripts/benchmark.py`.

Needs an environment in which xlcost is installed with its test extra (scripts/test.py makes one). Times are medians;
the machine's own speed cancels in the ratios.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOSTS = ROOT / "tests" / "hosts"
sys.path.insert(0, str(ROOT))


def median(function: Callable[[], object], times: int) -> float:
    """Seconds of one call; the first call is not counted."""
    function()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def command(*arguments: str) -> Callable[[], object]:
    """A whole process, from start to end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return lambda: subprocess.run(arguments, check=True, capture_output=True, env=environment)


def xlcost(*arguments: str) -> Callable[[], object]:
    """The command line, as a whole process."""
    return command(sys.executable, "-m", "xlcost", *arguments)


def line(what: str, seconds: float, beside: str = "", peer: float | None = None) -> None:
    """One figure, with the ratio to its peer."""
    ratio = f"{peer / seconds:8.1f}x faster than {beside} ({_unit(peer)})" if peer else beside
    print(f"{what:<58} {_unit(seconds):>12}  {ratio}")


def _unit(seconds: float) -> str:
    return (
        f"{seconds * 1e6:.1f} us"
        if seconds < 1e-3
        else f"{seconds * 1e3:.1f} ms"
        if seconds < 1
        else f"{seconds:.2f} s"
    )


def estimates() -> None:
    """One case in Python, and many in numpy."""
    import numpy as np

    from xlcost import Case, catalog, estimate
    from xlcost.analysis.levers import levers
    from xlcost.model import arrays, graph

    line("the catalogue read from its files", median(lambda: catalog.load(catalog._load.SHIPPED), 9))
    case = Case()
    line("one estimate, all quantities and months", median(lambda: estimate(case), 300))
    model = graph()
    values = {name: value for name, value in case.complete().items() if value is not None}
    generator = np.random.default_rng(1)
    cases = 100_000
    varied = 0
    for driver in model.drivers.values():
        if driver.kind == "number" and not driver.axis and not driver.whole and isinstance(driver.low, float):
            values[driver.name] = generator.uniform(driver.low, driver.high, cases)
            varied += 1
    many = arrays.compiled(model, ["total_cost", "total_flow"], list(values))
    seconds = median(lambda: many(values), 5)
    line(f"{cases:,} cases with their months, {varied} drivers varied", seconds, "one core")
    line("all combinations of levers", median(levers, 9))


def in_cells() -> None:
    """Through xlwings' own CallUDF, beside a function that returns its argument."""
    process = HOSTS / "xlwings_process.py"
    calls = {
        "FT_COMPUTE_COST": '[{"literal": 8}, {"literal": 30}, {"literal": "H100-SXM"}]',
        "FT_TOTAL": _case_range(),
    }
    for name, arguments in calls.items():
        done = subprocess.run(
            [sys.executable, str(process), "xlcost.udfs", "--bench", name, "2000", arguments],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(HOSTS)])},
        )
        print(f"{name} through CallUDF: {' '.join(done.stdout.split())}")


def five_thousand_calls(folder: Path) -> None:
    """5,000 cells with a function in them, each with other arguments, in three hosts; beside one that returns its own.

    What a call costs is the difference between the two, by call; the rest is the host's.
    """
    from openpyxl import Workbook

    from xlcost import Case
    from xlcost.functions.registry import functions
    from xlcost.hosts.ft_headless import host_functions
    from xlcost.hosts.headless import HostFunction, recalculate

    calls, known = 5_000, functions()
    cases = [
        [list(row) for row in Case.of({"gpu_price": 1 + at / calls}).complete_flat().items()] for at in range(calls)
    ]
    alike = Case().complete_flat()
    handed = {
        "FT_COMPUTE_COST, all different": lambda at: ("FT_COMPUTE_COST", [8.0, 1.0 + at, "H100-SXM"]),
        "FT_COMPUTE_COST, ten different": lambda at: ("FT_COMPUTE_COST", [8.0, 1.0 + at % 10, "H100-SXM"]),
        "FT_TOTAL of whole cases, ten different": lambda at: ("FT_TOTAL", [cases[at % 10]]),
        "FT_TOTAL of whole cases, all different": lambda at: ("FT_TOTAL", [cases[at]]),
    }
    for what, call in handed.items():
        prepared = [call(at) for at in range(calls)]
        begin = time.perf_counter()
        for name, arguments in prepared:
            known[name].call(arguments)
        line(f"{calls:,} calls in Python: {what}", time.perf_counter() - begin)
    names, values = [[name] for name in alike], [[value] * 50 for value in alike.values()]
    line("FT_CASES: 50 cases, all stages, one cell", median(lambda: known["FT_CASES"].call([values, names]), 5))

    books = {}
    for name in ("FT_COMPUTE_COST", "FT_VERSION"):
        book = Workbook()
        sheet = book.active
        for at in range(1, calls + 1):
            sheet.append(
                [at, f"={name}({f'8,A{at},{chr(34)}H100-SXM{chr(34)}' if name == 'FT_COMPUTE_COST' else f'A{at}'})"]
            )
        book.save(folder / f"{name}.xlsx")
        books[name] = (folder / f"{name}.xlsx").read_bytes()
    hosts = [*host_functions(), HostFunction("FT_SAME", lambda each: each, 1, 1)]
    seconds = {name: median(lambda data=data: recalculate(data, hosts), 3) for name, data in books.items()}
    line(f"{calls:,} cells of FT_COMPUTE_COST without Excel", seconds["FT_COMPUTE_COST"])
    line("    the same of FT_VERSION, which computes nothing", seconds["FT_VERSION"])
    in_libreoffice(folder, books, calls)


def in_libreoffice(folder: Path, books: dict[str, bytes], calls: int) -> None:
    """The same cells in LibreOffice with the add-in, starting it included."""
    sys.path.insert(0, str(HOSTS))
    from libreoffice_host import LibreOffice, why_not

    if why_not():
        print(f"not in LibreOffice: {why_not()}")
        return
    place = folder / "office"
    place.mkdir()
    office = LibreOffice(place)
    size = (place / "xlcost.oxt").stat().st_size
    seconds = {name: median(lambda data=data: office.recalculated(data), 3) for name, data in books.items()}
    line(
        f"{calls:,} cells of FT_COMPUTE_COST in LibreOffice", seconds["FT_COMPUTE_COST"], f"the add-in: {size:,} bytes"
    )
    line("    the same of FT_VERSION, which computes nothing", seconds["FT_VERSION"])


def _case_range() -> str:
    import json

    from xlcost import Case

    rows = [[name, value] for name, value in Case().complete_flat().items()]
    return json.dumps([{"range": rows}])


def workbook(folder: Path) -> None:
    """Making a workbook, recalculating it and putting it to the rules, beside LibreOffice."""
    from xlcost.hosts.ft_headless import host_functions
    from xlcost.hosts.headless import recalculate

    book = folder / "book.xlsx"
    line("xlcost new, whole command", median(xlcost("new", str(book), "--force"), 3))
    data = book.read_bytes()
    functions = host_functions()
    inside = median(lambda: recalculate(data, functions), 5)
    whole = median(xlcost("recalc", str(book)), 3)
    soffice = shutil.which("soffice")
    peer = None
    if soffice:
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        convert = command(
            soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(book)
        )
        peer = median(convert, 3)
    line("recalculation of the template, in process", inside, "a cold LibreOffice conversion", peer)
    line("xlcost recalc, whole command", whole, "a cold LibreOffice conversion", peer)
    line("xlcost check, whole command", median(xlcost("check", str(book)), 3), "a cold LibreOffice conversion", peer)


def starts() -> None:
    """What is waited for before anything happens."""
    nothing = median(command(sys.executable, "-c", "pass"), 5)
    line("python that does nothing", nothing)
    line("xlcost --help", median(xlcost("--help"), 5))
    line("xlcost estimate", median(xlcost("estimate"), 5))
    functions = (
        "from xlcost.functions.registry import functions; functions(); import sys; "
        "assert 'numpy' not in sys.modules and 'pandas' not in sys.modules"
    )
    line("all functions imported, without numpy or pandas", median(command(sys.executable, "-c", functions), 5))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        starts()
        estimates()
        in_cells()
        five_thousand_calls(Path(scratch))
        workbook(Path(scratch))
        subprocess.run([sys.executable, str(ROOT / "scripts" / "benchmark_simulation.py")], check=True)
