"""Units of measure, as an exponent for each base unit, so that a formula can be proved to yield what it claims.

Hours, seconds, months and years are base units of their own: only a named constant converts one into another,
which is how a forgotten 3600 or 12 is found. The same holds for tokens and millions of tokens, bytes and GB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from xlcost.errors import XlcostError

Powers = tuple[tuple[str, Fraction], ...]

BASE = frozenset(
    "USD token Mtoken FLOP TFLOP param layer dim GPU instance replica second minute hour month year byte GB kW kWh "
    "example item request person point money".split()
)

# Words for pure numbers: they say how to read a number, and weigh nothing in a formula.
PURE = frozenset("share x count epoch vote flag text round experiment retrain model checkpoint incident".split())

ALIASES = {
    "label": "example",
    "GPU-hour": "GPU*hour",
    "person-hour": "person*hour",
    "person-month": "person*month",
    "GB-month": "GB*month",
}


@dataclass(frozen=True)
class Unit:
    """A product of powers of base units. Two units are equal if their powers are; the text is for people."""

    powers: Powers
    text: str = field(compare=False, default="")

    def __mul__(self, other: Unit) -> Unit:
        return _unit(_combined(self.powers, other.powers, 1))

    def __truediv__(self, other: Unit) -> Unit:
        return _unit(_combined(self.powers, other.powers, -1))

    def __pow__(self, exponent: Fraction | int) -> Unit:
        return _unit({base: power * exponent for base, power in self.powers})

    @property
    def pure(self) -> bool:
        """Whether this is a plain number: a share, a count, a factor."""
        return not self.powers

    def __str__(self) -> str:
        return self.text or _spell(self.powers)


def _combined(left: Powers, right: Powers, sign: int) -> dict[str, Fraction]:
    powers = dict(left)
    for base, power in right:
        powers[base] = powers.get(base, Fraction(0)) + sign * power
    return powers


def _unit(powers: Mapping[str, Fraction], text: str = "") -> Unit:
    return Unit(tuple(sorted((base, Fraction(power)) for base, power in powers.items() if power)), text)


def _spell(powers: Powers) -> str:
    over = "*".join(base if power == 1 else f"{base}^{power}" for base, power in powers if power > 0)
    under = "".join(f"/{base}" if power == -1 else f"/{base}^{-power}" for base, power in powers if power < 0)
    return (over or "1") + under


def unit(text: str) -> Unit:
    """Read a unit: `USD/GPU-hour`, `FLOP/token`, `share`. Every `/` divides by what follows it."""
    over, *under = text.split("/")
    powers: Counter[str] = Counter()
    for sign, part in [(1, over), *((-1, part) for part in under)]:
        for word in ALIASES.get(part, part).split("*"):
            if word in BASE:
                powers[word] += sign
            elif word not in PURE and word != "1":
                raise XlcostError(f"unit {text!r}: {word!r} is not a unit; known are {', '.join(sorted(BASE | PURE))}")
    return _unit({base: Fraction(power) for base, power in powers.items()}, text)
