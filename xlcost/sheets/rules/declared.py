"""What a rule is, and all of them. A rule is declared once: `xlcost check --list` prints what stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from xlcost.sheets.rules.facts import Facts


class Scope(Enum):
    """Which workbooks a rule is for."""

    ANY = "any workbook"
    OURS = "workbooks of xlcost"


class Part(Enum):
    """What a rule's findings are to those of others."""

    ALONE = "alone"
    CAUSE = "cause"  # of many findings: a row or a sheet that is gone
    EFFECT = "effect"  # of such a cause, as a rule


class Found(NamedTuple):
    """Where a rule is broken: sheet and cell (either may be empty), what is wrong there, and what stands there."""

    sheet: str
    cell: str
    what: str
    value: str = ""


Search = Callable[["Facts"], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    """A rule: a name that stays, what it demands, why, and what to do where it is broken."""

    id: str
    demand: str
    why: str
    cure: str
    scope: Scope
    search: Search
    part: Part = Part.ALONE


RULES: dict[str, Rule] = {}


def rule(
    name: str, demand: str, why: str, cure: str, scope: Scope = Scope.OURS, part: Part = Part.ALONE
) -> Callable[[Search], Search]:
    """Declares the function below as the search for what breaks a rule."""

    def declare(search: Search) -> Search:
        if name in RULES:
            raise ValueError(f"{name}: declared twice")
        RULES[name] = Rule(name, demand, why, cure, scope, search, part)
        return search

    return declare
