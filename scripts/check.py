"""Run the quick checks: `python scripts/check.py`. Style, types, and whether what is generated is current."""

from __future__ import annotations

import sys

from _environment import ROOT, environment, note, run

ENVIRONMENT = ".venv-test"
EXTRAS = ("test", "plot")


def checks(python):
    """The names of the checks that failed."""
    steps = {"ruff": ("-m", "ruff", "check", "."), "mypy": ("-m", "mypy")}
    regenerate = ROOT / "scripts" / "regenerate.py"
    if regenerate.exists():
        steps["regenerate"] = (regenerate, "--check")
    failed = []
    for name, step in steps.items():
        note(f"-- {name}")
        if run(python, *step) != 0:
            failed.append(name)
    return failed


def main():
    """1 if a check failed."""
    failed = checks(environment(ENVIRONMENT, EXTRAS))
    note(f"failed: {', '.join(failed)}" if failed else "all checks pass")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
