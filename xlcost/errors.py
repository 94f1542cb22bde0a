"""What can go wrong, in the two ways that it is told: as a value in a cell, and as an exception to a caller."""

import enum


class CellError(enum.Enum):
    """A spreadsheet's error value. It is a value: it passes through a calculation until somebody sees it."""

    NA = "#N/A"  # unknown
    DIV0 = "#DIV/0!"
    NUM = "#NUM!"  # no such number: out of bounds, overflow
    VALUE = "#VALUE!"  # not the kind of value that is wanted
    NAME = "#NAME?"
    REF = "#REF!"
    NULL = "#NULL!"

    def __str__(self) -> str:
        return self.value


class XlcostError(Exception):
    """A refusal: one line that says what, where, which value, and what would be right."""

    exit_code = 2  # bad input or usage


class CannotWrite(XlcostError):
    """The input was right, but the result can't be put where it should go. The old file is untouched."""

    exit_code = 3
