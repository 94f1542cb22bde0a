"""The command line as in a pipe: pytest-xdist says that there is a terminal, of 80 columns."""

import pytest


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
