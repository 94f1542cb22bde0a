"""What a number format does to a number: whether two formats show the same, and what one hides."""

from __future__ import annotations

import re
from functools import cache

from openpyxl.cell import Cell

_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_CODE = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours, currencies and locales; room for a sign; what fills the cell
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])+|(?<=;)(?=;|$)|^(?=;)')
_DIGIT = re.compile(r"[0#?]")
_THOUSANDS = re.compile(r"(?<=[0#?]),+(?![0#?,])")
_DATE = re.compile(r"[YMDHS]")
_DECIMALS = re.compile(r"\.([0#?]+)")
GENERAL = "GENERAL"
ZERO = 3  # the section for 0
FORMAT = 3  # place of the number format in a cell's style, as openpyxl keeps it


class Looks:
    """What is wrong with how cells show their figures: asked once for each pair of formats."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, bool], str] = {}

    def said(self, usual: Cell, own: Cell, is_entry: bool) -> str:
        """What is wrong with a cell beside the template's; nothing for texts."""
        if not is_entry and usual.data_type == "s":
            return ""
        one, other = usual._style, own._style
        key = (one[FORMAT] if one else 0, other[FORMAT] if other else 0, is_entry)
        known = self._known.get(key)
        if known is None:
            wanted, got = usual.number_format, own.number_format
            known = (hides(wanted, got) or _other(wanted, is_entry)) if differs(wanted, got) else ""
            self._known[key] = known
        return known


def _other(wanted: str, is_entry: bool) -> str:
    return "" if is_entry else f"is shown in another way: the template has {wanted}"


@cache
def hides(usual: str, own: str) -> str:
    """What a format hides, scales or makes up, which the usual one does not; nothing where it does none of it."""
    first = _sections(own)[0]
    bare = _bare(first)
    if any(char.isdigit() for each in _LITERAL.finditer(own) for char in each[0]):
        return "shows figures that are in its format, and not in the cell"
    if GENERAL not in bare and not _DIGIT.search(bare) and "@" not in bare:
        return "shows a date" if _DATE.search(bare) else "shows the same, whatever it holds"
    if len(_commas(own)) > len(_commas(usual)):
        return "shows thousands, or millions, as if they were single ones"
    if own.count("%") and not usual.count("%"):
        return "shows a hundred times what it holds"
    sections = _sections(own)
    if len(sections) > 1 and len(_sections(usual)) <= len(sections) and not re.search(r"[-(]", _unquoted(sections[1])):
        return "shows a negative number without its sign"
    return ""


@cache
def differs(usual: str, own: str) -> bool:
    """Whether a format shows something else; programs write one format in several ways, and more digits are no harm."""
    one, other = _plain(usual), _plain(own)
    if len(other) < ZERO:
        one = one[: ZERO - 1]  # a nothing that is shown as a number is one
    one, other = _shortest(one), _shortest(other)
    if [_DECIMALS.sub("", each) for each in one] != [_DECIMALS.sub("", each) for each in other]:
        return True
    return any(_digits(a) > _digits(b) for a, b in zip(one, other, strict=True))


def _digits(section: str) -> int:
    found = _DECIMALS.search(section)
    return len(found[1]) if found else 0


def _shortest(sections: tuple[str, ...]) -> tuple[str, ...]:
    """Without the section for negatives that is the first one with a sign."""
    is_usual = len(sections) == ZERO - 1 and sections[1] == f"-{sections[0]}"
    return sections[:1] if is_usual else sections


def _sections(text: str) -> list[str]:
    return _SECTION.findall(text) or [""]


def _commas(text: str) -> str:
    return "".join(_THOUSANDS.findall(_bare(_sections(text)[0])))


def _bare(section: str) -> str:
    """A section without literals, colours and padding."""
    return _CODE.sub("", _LITERAL.sub("", section)).upper()


def _unquoted(section: str) -> str:
    return _LITERAL.sub(lambda match: match[1] or match[2] or "", section)


@cache
def _plain(text: str) -> tuple[str, ...]:
    """The sections of a format without what programs write differently, and without one for 0 that says nothing new."""
    text = _CURRENCY.sub(lambda match: match[1].replace("$", ""), text)
    found = tuple(
        _CODE.sub("", _unquoted(each)).replace(" ", "").replace("#,##0", "0").upper() for each in _sections(text)
    )
    return found[: ZERO - 1] if len(found) == ZERO and found[ZERO - 1] == found[0] else found
