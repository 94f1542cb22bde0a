"""Attack the workbook: seed every defect of defect_list.py, one at a time, and show what catches each.

`python scripts/attack.py` asks the workbook's own checks and `xlcost check`; with --judges also auditors of others,
which takes long. It exits with 1 if a defect is caught by nothing. ATTACKS.md is the table of what is declared to catch
each defect; the tests prove the declarations.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from defect_list import DEFECTS  # noqa: E402
from defects import Defect, seeded  # noqa: E402

from xlcost import Case  # noqa: E402
from xlcost.analysis.case import known_inputs  # noqa: E402
from xlcost.files.opening import Opened, examine  # noqa: E402
from xlcost.files.values import write_values  # noqa: E402
from xlcost.hosts.ft_headless import finished, host_functions  # noqa: E402
from xlcost.hosts.headless import recalculate  # noqa: E402
from xlcost.model import graph  # noqa: E402
from xlcost.sheets.control import CONTROL_OF_FUNCTIONS, CONTROLLED  # noqa: E402
from xlcost.sheets.layout import TIMELINE, Layout, case_column, month_column  # noqa: E402
from xlcost.sheets.render import CALCULATIONS, render  # noqa: E402
from xlcost.sheets.rules import Computed, audit  # noqa: E402

STALE = "cell.stale"
BASE = {"replaced_spend": 20_000, "opportunity_view": "on", "margin_per_month": 50_000, "delay_months": 3}
CUSTOM_A = {"training_route": "API", "serving_route": "API", "people_basis": "team", "retrain_basis": "calendar"}
CUSTOM_B = {"gpu": "A100-80GB", "gpus": 4, "horizon_months": 12, "models_to_ship": 3, "launch_requests": 4_000_000}


@dataclass(frozen=True)
class Right:
    """A workbook that is right, in which every part of the model is at work."""

    data: bytes
    layout: Layout

    def cells(self, name: str, case: int) -> list[str]:
        """The cells of a quantity for a case, as sheet!cell."""
        if self.layout.graph.axis_of[name] == "month":
            row = self.layout.timeline[case].row_of(name)
            return [f"{TIMELINE}!{month_column(member)}{row}" for member in range(self.layout.months)]
        return [f"{self.layout.home[name]}!{case_column(case)}{row}" for row in self.layout.rows_of(name)]


def right() -> Right:
    """The workbook that is attacked."""
    cases = {"Base": Case.of(BASE), **Case.shipped(), "Custom A": Case.of(CUSTOM_A), "Custom B": Case.of(CUSTOM_B)}
    return Right(finished(render(cases)), Layout(graph(), known_inputs(), CALCULATIONS))


def caught_by(data: bytes, judges: tuple[str, ...], is_stale: bool = False) -> tuple[list[str], list[str], list[str]]:
    """What catches a defect: checks of the workbook, rules of `xlcost check`, auditors of others."""
    found = recalculate(data, host_functions())
    if not is_stale:  # whoever made the change has saved the file in a spreadsheet program
        data = write_values(data, found.values)
    circles = tuple((each.sheet, each.cell, each.formula) for each in found.findings if each.kind == "circular")
    result = audit(Opened(data, "attacked.xlsx", examine(data, "attacked.xlsx")), Computed(found.values, circles))
    checks = [each.value for each in result.findings if each.rule == "check.holds"]
    rules = list(dict.fromkeys(each.rule for each in result.findings if each.rule != "check.holds"))
    return checks, rules, _auditors(data, judges)


def auditor_findings(path: Path) -> list[str]:
    """What spreadsheet-auditor finds, which recalculates with LibreOffice; the strictest setting.

    Where the add-in isn't there, the one cell that asks for its version is #NAME?: that is what it is for.
    """
    report = path.with_suffix(".json")
    options = ["--json", str(report), "--quiet", "--fail-on", "None", "--strict"]
    done = subprocess.run([_auditor("spreadsheet-auditor"), str(path), *options], capture_output=True, cwd=path.parent)
    if done.returncode != 0:
        return [f"the audit was not complete: exit code {done.returncode}"]
    found = json.loads(report.read_text(encoding="utf-8"))["findings"]
    return [f"{each['rule_id']} {each['location']}" for each in found if "FT_VERSION(" not in (each["formula"] or "")]


def sheetdelta_findings(path: Path) -> list[str]:
    """What `sheetdelta audit` finds."""
    done = subprocess.run([_auditor("sheetdelta"), "audit", str(path)], capture_output=True, text=True)
    is_clean = done.returncode == 0 and "No broken references, no circular references" in done.stdout
    return [] if is_clean else done.stdout.splitlines() or [f"exit code {done.returncode}"]


def _auditor(name: str) -> str:
    command = shutil.which(name, path=Path(sys.executable).parent)
    if command is None:
        sys.exit(f"{name} is not installed: pip install -e .[test]")
    return command


AUDITORS = {"spreadsheet-auditor": auditor_findings, "sheetdelta": sheetdelta_findings}


def _auditors(data: bytes, wanted: tuple[str, ...]) -> list[str]:
    """The auditors of others that find fault with a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "attacked.xlsx")
        path.write_bytes(data)
        return [name for name in wanted if AUDITORS[name](path)]


def main() -> int:
    """Seed every defect and show what caught it; 1 if one is caught by nothing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--judges", nargs="*", choices=[*AUDITORS], default=[], metavar="NAME", help="ask auditors of others too (slow)"
    )
    parser.add_argument("--only", metavar="TEXT", default="", help="those with this text in their description")
    options = parser.parse_args()
    judges = tuple(options.judges)
    made = right()
    none = caught_by(made.data, judges)
    print(f"without a defect: {', '.join(name for some in none for name in some) or 'nothing is found'}")
    counts, missed = [0, 0, 0], []
    chosen = [each for each in DEFECTS if options.only.lower() in each.what.lower()]
    for each in chosen:
        found = caught_by(seeded(made, made.data, each), judges, each.rule == STALE)
        counts = [count + bool(some) for count, some in zip(counts, found, strict=True)]
        missed += [] if any(found) or each.harmless else [each]
        print(f"{each.kind}: {each.what}: {'; '.join(', '.join(some) or '-' for some in found)}")
    asked = f", auditors of others {counts[2]}" if judges else ""
    print(f"{len(chosen)} seeded; checks {counts[0]}, xlcost check {counts[1]}{asked}; missed {len(missed)}")
    return 1 if missed else 0


def page(defects: tuple[Defect, ...] = DEFECTS) -> str:
    """ATTACKS.md: what catches what, as it is declared, and as the tests prove it."""
    by_check, by_rule = (sum(bool(each) for each in column) for column in zip(*map(_catchers, defects), strict=True))
    by_native = sum(bool(each.check) and not is_engines(each.check) for each in defects)
    lines = [
        "<!-- Written by scripts/regenerate.py from scripts/defect_list.py. -->",
        "",
        "# Attacks",
        "",
        "A workbook that checks itself is worth something only if the checks can fail. So it is attacked: each defect "
        "below is put",
        "into a workbook that is right, alone, and it is seen what catches it. The tests do that at every change.",
        "",
        f"- Seeded: {len(defects)}. Caught: {sum(any(_catchers(each)) for each in defects)}. Harmless, for the reason "
        f"that is given: {sum(bool(each.harmless) for each in defects)}.",
        f"- By `xlcost check`: {by_rule}; of its rules, `check.holds` alone goes by the engine's control.",
        f"- By the workbook's own checks: {by_check} or more. Of these {by_native} by native formulas, in any "
        "spreadsheet and with the engine off;",
        f"  the other {by_check - by_native}, marked *, by the engine's control, which needs the FT_ functions.",
        "- Each defect is listed with one rule and one check that must catch it; most are caught by more.",
        "",
        "| kind | defect | `xlcost check` | the workbook's own check |",
        "|---|---|---|---|",
        *(
            f"| {each.kind} | {each.what} | {_caught(each)} |"
            for each in defects
        ),
        "",
        "`xlcost check --list` says what each rule demands, and why. `python scripts/attack.py` repeats the attack; "
        "with",
        f"`--judges {' '.join(AUDITORS)}` it asks two auditors of others as well.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def is_engines(check: str) -> bool:
    """Whether a check of the workbook is a comparison with the engine, and not run where that is off."""
    return check == CONTROL_OF_FUNCTIONS or check.removeprefix("chk_") in CONTROLLED


def _catchers(each: Defect) -> tuple[str, str]:
    return each.check, each.rule


def _caught(each: Defect) -> str:
    if each.harmless:
        return f"harmless: {each.harmless} |"
    return f"{_code(each.rule)} | {_code(each.check)}{_mark(each.check)}"


def _mark(check: str) -> str:
    return "*" if is_engines(check) else ""


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


if __name__ == "__main__":
    sys.exit(main())
