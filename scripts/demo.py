"""Show what xlcost does: `python scripts/demo.py` on a fresh machine, with nothing to set up before.

Makes a virtual environment, installs xlcost, writes the workbook of a worked example, recalculates it and shows the
answer.
"""

from __future__ import annotations

import sys

from _environment import ROOT, command, environment, note, run

CASE = "workbook/support-assistant.toml"
BOOK = "build/demo/support-assistant.xlsx"


def main():
    """Each step is a command that a user could type, too."""
    xlcost = command(environment(".venv-demo"), "xlcost")
    (ROOT / BOOK).parent.mkdir(parents=True, exist_ok=True)
    steps = (
        ("new", BOOK, "--base", CASE, "--force"),
        ("recalc", BOOK),
        ("estimate", CASE),
        ("eval", '=FT_COMPUTE_COST(8, 30, "H100-SXM")'),
    )
    for step in steps:
        note("\n$ xlcost " + " ".join(f"'{word}'" if "(" in word else word for word in step))
        code = run(xlcost, *step)
        if code != 0:
            return code
    note(f"\nThe workbook is {ROOT / BOOK}\nOpen it, change a yellow cell on Inputs, and look at Summary.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
