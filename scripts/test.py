"""Run all that must pass: `python scripts/test.py [arguments of pytest]`, with nothing to set up before.

Makes a virtual environment, installs xlcost with what the tests need, LibreOffice too where it may, and runs the checks
of check.py and the tests.
"""

from __future__ import annotations

import sys
from xml.etree import ElementTree

from _environment import ROOT, environment, need_libreoffice, note, run
from check import ENVIRONMENT, EXTRAS, checks

REPORT = ROOT / ENVIRONMENT / "tests.xml"


def main(arguments):
    """1 if a check or a test failed, or if no test ran."""
    need_libreoffice()
    python = environment(ENVIRONMENT, EXTRAS)
    failed = checks(python)
    note("-- pytest")
    REPORT.unlink(missing_ok=True)
    code = run(python, "-m", "pytest", "-n", "auto", f"--junit-xml={REPORT}", *arguments)
    if code == 0 and REPORT.exists() and tests_run(REPORT) == 0:
        note("no test ran")
        code = 1
    if failed:
        note(f"failed: {', '.join(failed)}")
    return 1 if failed or code else 0


def tests_run(report):
    """How many tests ran, the skipped ones not counted."""
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    return sum(int(suite.get("tests", 0)) - int(suite.get("skipped", 0)) for suite in suites)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
