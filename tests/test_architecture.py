"""How xlcost is put together: who may import whom, what an import costs, how long a module is."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import xlcost
from xlcost.catalog import STAGES

ROOT = Path(xlcost.__file__).parent
MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

# Each may import what stands in a row above its own.
ROWS = [
    {"errors"},
    {"units", "files"},
    {"catalog"},
    {"model"},
    {"analysis"},
    {"functions"},
    {"hosts", "sheets"},
    {"cli", "udfs"},
    {"__main__"},
]
RANK = {part: rank for rank, row in enumerate(ROWS) for part in row}

HEAVY = {"numpy", "scipy", "pandas", "openpyxl", "xlwings", "formualizer", "matplotlib", "typer", "rich", "lxml"}
WORLD = {"time", "socket", "ssl", "http", "urllib", "requests", "httpx", "subprocess", "getpass", "platform"}


def imports(name):
    """What a module of xlcost imports, also inside its functions."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(name):
    """The part of xlcost that a module belongs to, if it is one."""
    first, _, rest = name.partition(".")
    return rest.partition(".")[0] if first == "xlcost" else ""


@pytest.mark.parametrize("name", [name for name in MODULES if name != "xlcost"])
def test_imports_point_one_way(name):
    own = part(name)
    assert own in RANK, f"{own} has no place in ROWS"
    for other in filter(None, map(part, imports(name))):
        if other != own and f"xlcost.{other}" in MODULES:
            assert RANK[other] < RANK[own], f"{name} imports xlcost.{other}"


def test_the_parts_are_there():
    assert {part(name) for name in MODULES} - {""} <= set(RANK)
    assert set(RANK) - {"cli", "udfs", "__main__"} <= {part(name) for name in MODULES}


def test_no_modules_import_each_other():
    """Also not inside a function. A package as a whole (`xlcost.model`) is a door to its modules, and left out."""
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    modules = MODULES.keys() - packages
    TopologicalSorter({name: modules & set(imports(name)) for name in modules}).prepare()  # raises CycleError


@pytest.mark.parametrize(
    "name", [name for name in MODULES if part(name) in ("catalog", "model", "analysis", "functions")]
)
def test_nothing_that_computes_looks_at_the_clock_or_the_network(name):
    assert WORLD.isdisjoint(each.partition(".")[0] for each in imports(name))
    clock = {"today", "now", "utcnow", "environ", "getenv"}
    assert clock.isdisjoint(node.attr for node in ast.walk(TREES[name]) if isinstance(node, ast.Attribute))


def loaded(*statements):
    """The heavy packages that a new interpreter has loaded after these statements."""
    source = "; ".join([*statements, "import sys", "print(*sorted({name.partition('.')[0] for name in sys.modules}))"])
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=ROOT.parent, timeout=60)
    assert run.returncode == 0, run.stderr
    return HEAVY & set(run.stdout.split())


def test_importing_the_functions_is_light():
    names = [name for name in MODULES if part(name) == "functions"]
    assert loaded(*(f"import {name}" for name in names)) == set()


def test_an_estimate_needs_the_standard_library_alone():
    assert loaded("from xlcost import estimate", "estimate().total", "estimate({'mfu': 0}).total") == set()


def test_heavy_packages_are_seen_where_they_are():
    """Or the two tests above would say nothing."""
    assert "numpy" in loaded("import xlcost.model.arrays")


@pytest.mark.parametrize("name", MODULES)
def test_what_is_public_says_what_it_is(name):
    assert ast.get_docstring(TREES[name]) or not TREES[name].body, name
    silent = [
        node.name
        for node in TREES[name].body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("name", MODULES)
def test_a_module_fits_on_a_few_screens(name):
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("stage", [*STAGES, "checks"])
def test_a_stage_has_no_numbers_of_its_own(stage):
    numbers = [
        node.value
        for node in ast.walk(TREES[f"xlcost.model.{stage}"])
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float | complex)
        and not isinstance(node.value, bool)
    ]
    assert [number for number in numbers if not isinstance(number, int) or number > 4] == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_one_name_everywhere(stage):
    from xlcost.model import graph

    assert (ROOT / "catalog" / "drivers" / f"{stage}.toml").exists()
    assert {name for name, quantity in graph().quantities.items() if quantity.stage == stage}
    assert {name for name, driver in graph().drivers.items() if driver.stage == stage}


@pytest.mark.parametrize("name", MODULES)
def test_nothing_is_printed_or_left_to_do(name):
    calls = [
        node.func.id for node in ast.walk(TREES[name]) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    if part(name) != "cli":
        assert {"print", "breakpoint", "input"}.isdisjoint(calls)
    assert not any(word in MODULES[name].read_text(encoding="utf-8") for word in ("TODO", "FIXME", "XXX"))


def test_everything_that_is_offered_is_there():
    for name in xlcost.__all__:
        if name != "ft":
            assert callable(getattr(xlcost, name)), name


def test_no_name_of_a_module_is_declared_twice():
    """A second constant of the same name would silently replace the first."""
    for name, tree in TREES.items():
        declared = [
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        ]
        assert len(declared) == len(set(declared)), name
