"""Ask auditors of others about every seeded defect, one at a time, and keep what they find in scripts/verdicts.

`python scripts/judge.py` takes an hour or two, and goes on where it was stopped: what was asked before is not asked
again, unless the auditor has another version now. `--judge NAME` asks one of them, so that two can be asked at once.
ATTACKS.md shows what is kept, for an auditor that was asked about all defects.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from attack import AUDITORS, STALE, VERDICTS, Right, right, verdicts  # noqa: E402
from defect_list import DEFECTS  # noqa: E402
from defects import Defect, seeded  # noqa: E402

from xlcost.files.values import write_values  # noqa: E402
from xlcost.hosts.ft_headless import host_functions  # noqa: E402
from xlcost.hosts.headless import recalculate  # noqa: E402


def asked(made: Right, defect: Defect, judge: str) -> list[str]:
    """The rules by which an auditor finds fault with the workbook that has this defect, saved as programs save it."""
    data = seeded(made, made.data, defect)
    if defect.rule != STALE:
        data = write_values(data, recalculate(data, host_functions()).values)
    return rules(data, judge)


def rules(data: bytes, judge: str) -> list[str]:
    """The rules by which an auditor finds fault with a workbook; its own words where it names none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "attacked.xlsx")
        path.write_bytes(data)
        found = AUDITORS[judge](path)
    if judge == "spreadsheet-auditor":
        found = [each.split(" ")[0] if not each.startswith("the audit") else each for each in found]
    return sorted({each.strip() for each in found if each.strip()})[:20]


def main() -> int:
    """Ask; 1 if an auditor finds fault with the workbook before anything is seeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--judge", choices=[*AUDITORS], action="append", help="this one only")
    parser.add_argument("--again", action="store_true", help="ask also what was asked before")
    options = parser.parse_args()
    made = right()
    for judge in options.judge or AUDITORS:
        version = importlib.metadata.version(judge)
        if found := rules(made.data, judge):
            print(f"{judge}: finds fault without a defect: {', '.join(found)}", file=sys.stderr)
            return 1
        now = verdicts(judge)
        if options.again or now["version"] != version:
            now = {"version": version, "found": {}}
        for defect in DEFECTS:
            if defect.id in now["found"]:
                continue
            now["found"][defect.id] = asked(made, defect, judge)
            order = [each.id for each in DEFECTS if each.id in now["found"]]
            now = {"version": version, "found": {name: now["found"][name] for name in order}}
            VERDICTS.mkdir(exist_ok=True)
            text = json.dumps(now, indent=1, ensure_ascii=False) + "\n"
            (VERDICTS / f"{judge}.json").write_text(text, encoding="utf-8")
            print(f"{judge}: {defect.what}: {', '.join(now['found'][defect.id]) or '-'}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
