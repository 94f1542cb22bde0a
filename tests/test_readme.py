"""The README and the reference tell the truth: what they name is there, and what is there is named."""

import re
from pathlib import Path

import pytest

from xlcost.cli import commands_and_options

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "REFERENCE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [name for name in commands_and_options() if name])
def test_every_command_is_in_the_readme(command):
    assert f"xlcost {command}" in README


@pytest.mark.parametrize("command", [name for name in commands_and_options() if name])
def test_every_option_is_in_the_reference(command):
    section = REFERENCE.split(f"### xlcost {command}\n")[1].split("\n#")[0]
    for option in commands_and_options()[command]:
        assert option in section


def test_every_link_leads_somewhere():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert link.startswith("https://") or (ROOT / link).exists(), link
