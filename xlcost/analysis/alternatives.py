"""Alternatives: a line for each way to answer the requests, where they cross, and the verdict in words."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from xlcost.analysis.case import Case
from xlcost.analysis.estimate import estimate
from xlcost.errors import CellError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Way:
    """One way to answer: its label, and the quantities of its line in the table. An empty name: there is none."""

    label: str
    upfront: str
    month: str
    request: str
    unit: str
    acceptance: str
    success: str
    months: str
    total: str
    present: str
    net: str
    so_far: str

    @property
    def figures(self) -> tuple[str, ...]:
        """The quantities of the line, in the order of FIGURES."""
        return tuple(getattr(self, name) for name in FIGURES)


# What a line shows, and how a table heads it.
FIGURES = {
    "upfront": "Before launch, USD",
    "month": "Every month, USD",
    "request": "One request more, USD",
    "unit": "All costs of a request, USD",
    "acceptance": "Right answers",
    "success": "A right answer, USD",
    "months": "Months to launch",
    "total": "Total, USD",
    "present": "Present cost, USD",
    "net": "Cost less value, USD",
}


def _way(name: str, label: str, **other: str) -> Way:
    """By the names that all ways have in common, but for some."""
    usual = {
        "upfront": f"{name}_upfront_cost",
        "month": f"{name}_month_cost",
        "request": f"{name}_variable_cost",
        "unit": f"{name}_unit_cost",
        "acceptance": f"{name}_acceptance",
        "success": f"{name}_success_cost",
        "months": f"{name}_months",
        "total": f"{name}_total_cost",
        "present": f"{name}_present_cost",
        "net": f"{name}_net_cost",
        "so_far": f"{name}_cumulative",
    }
    return Way(label, **{**usual, **other})


# By the words in which the model names the best one.
WAYS: Mapping[str, Way] = {
    "prompted": _way("prompt", "prompt engineering"),
    "retrieval": _way("rag", "retrieval (RAG)"),
    "managed": _way("managed", "fine-tuned, managed API"),
    "plan": _way(
        "plan",
        "fine-tuned, as this case plans",
        unit="request_cost",
        acceptance="quality_start",
        months="build_months",
        present="present_cost",
        so_far="cumulative_cost",
    ),
    "hybrid": _way("hybrid", "hybrid: the plan with retrieval"),
}

# Where tuning and not tuning cross: saved by a request, requests a month, the same with value, the month.
CROSSINGS: Mapping[str, tuple[str, str, str, str]] = {
    "the plan, against prompt engineering": (
        "prompt_saving",
        "prompt_breakeven_volume",
        "prompt_value_volume",
        "prompt_breakeven_month",
    ),
    "the plan, against retrieval": ("rag_saving", "rag_breakeven_volume", "", "rag_breakeven_month"),
    "the plan, against a bigger prompted model": ("tier_saving", "tier_breakeven_volume", "", ""),
    "managed API, against prompt engineering": (
        "managed_saving",
        "managed_breakeven_volume",
        "managed_value_volume",
        "managed_breakeven_month",
    ),
    "the same, if no prompt were cached": ("uncached_saving", "uncached_breakeven_volume", "", ""),
    "managed API, against a bigger prompted model": ("managed_tier_saving", "managed_tier_volume", "", ""),
}


@dataclass(frozen=True)
class Reason:
    """What a verdict says, around the best alternative and two numbers (their absolute values, in whole units)."""

    opening: str
    first: str
    first_number: str
    second: str
    second_number: str
    third: str


WORTH_IT, NOT_WORTH_IT = "Fine-tuning is worth it: the best is ", "Fine-tuning is not worth it: the best is "

REASONS: Mapping[str, Reason] = {
    "costs less": Reason(
        WORTH_IT,
        ", at ",
        "tuned_total_cost",
        " USD all in all, and ",
        "untuned_total_cost",
        " USD without tuning.",
    ),
    "worth more": Reason(
        WORTH_IT,
        ", which costs ",
        "verdict_extra_cost",
        " USD more than without tuning, but what it brings puts it ",
        "verdict_margin",
        " USD ahead.",
    ),
    "must stay inside": Reason(
        "Requests must stay inside, and of the ways compared only fine-tuning does that: the best is ",
        ", at ",
        "tuned_total_cost",
        " USD; what is not allowed would cost ",
        "untuned_total_cost",
        " USD.",
    ),
    "too few requests": Reason(
        NOT_WORTH_IT,
        ". Tuning costs ",
        "verdict_extra_cost",
        " USD more, and would pay from about ",
        "verdict_volume",
        " requests a month on.",
    ),
    "close call": Reason(
        NOT_WORTH_IT,
        ". Tuning costs ",
        "verdict_extra_cost",
        " USD more: with about ",
        "verdict_volume",
        " requests a month both come to the same.",
    ),
    "no saving": Reason(
        NOT_WORTH_IT,
        ". Tuning costs ",
        "verdict_extra_cost",
        " USD more, and gains nothing on a request; there are ",
        "verdict_requests",
        " a month.",
    ),
    "worth less": Reason(
        NOT_WORTH_IT,
        ". Tuning costs ",
        "verdict_extra_cost",
        " USD less, but with what each brings, and builds that fail, it is ",
        "verdict_margin",
        " USD behind.",
    ),
    "nothing allowed": Reason(
        "Requests must stay inside, but this case uses an API. Of the ways compared the best is ",
        ": the case would cost ",
        "tuned_total_cost",
        " USD, and ",
        "untuned_total_cost",
        " USD without tuning.",
    ),
}


@dataclass(frozen=True)
class Note:
    """What is said beside a verdict, where a quantity is this text; or, without one, where it is above 0.

    In the text stand quantities: shares, ways, and others in whole units without their sign.
    """

    where: str
    of: str
    text: str


# The first that holds begins the sentence.
NOTES = (
    Note(
        "benefit_note",
        "no benefit",
        "No benefit is entered: this compares costs, not whether to answer at all",
    ),
    Note("benefit_note", "pays", "By what is entered, it brings {verdict_net_cost} USD more than it costs"),
    Note(
        "benefit_note",
        "does not pay",
        "By what is entered, none of the ways pays for itself: the best lacks {verdict_net_cost} USD",
    ),
    Note("chance_matters", "", "a model ships with a chance of {success_probability}"),
    Note(
        "quality_matters",
        "",
        "it is right in {verdict_acceptance} of answers, {most_right_way} in {most_right}, "
        "and no value of one is entered",
    ),
)
SHARES = ("success_probability", "verdict_acceptance", "most_right")
JOINED = "; "


def quantities_of(note: Note) -> tuple[str, ...]:
    """Those that stand in its text."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(note.text) if name)


# What the verdict needs, and what is said of it.
VERDICT = (
    "verdict_reason",
    "verdict_choice",
    "verdict_worth_it",
    "verdict_margin",
    "verdict_extra_cost",
    "verdict_volume",
    "verdict_requests",
    "tuned_total_cost",
    "untuned_total_cost",
    *dict.fromkeys(name for note in NOTES for name in (note.where, *quantities_of(note))),
)


def sentence(value: Callable[[str], Any]) -> str | CellError:
    """The verdict in words, from the values of the quantities in VERDICT. An error among them is the answer."""
    for name in VERDICT:
        if isinstance(found := value(name), CellError):
            return found
    reason = REASONS[value("verdict_reason")]
    choice = WAYS[value("verdict_choice")].label if value("verdict_choice") in WAYS else "none"
    said = (
        f"{reason.opening}{choice}{reason.first}{whole(value(reason.first_number))}"
        f"{reason.second}{whole(value(reason.second_number))}{reason.third}"
    )
    beside = JOINED.join(_noted(note, value) for note in NOTES if _holds(note, value))
    return f"{said} {beside}." if beside else said


def _holds(note: Note, value: Callable[[str], Any]) -> bool:
    found = value(note.where)
    return bool(found == note.of if note.of else found > 0)


def _noted(note: Note, value: Callable[[str], Any]) -> str:
    return note.text.format(**{name: _written(name, value(name)) for name in quantities_of(note)})


def _written(name: str, value: Any) -> str:
    if name in SHARES and not isinstance(value, str):
        return f"{(Decimal(repr(value)) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
    return WAYS[value].label if value in WAYS else whole(value)


def whole(value: object) -> str:
    """A number without its sign, in whole units; never and always as they are."""
    return f"{abs(value):,.0f}" if isinstance(value, float | int) else str(value)


@dataclass(frozen=True)
class Line:
    """An alternative with its figures, by the names in FIGURES, and its cost so far in every month of the horizon."""

    key: str
    label: str
    figures: Mapping[str, Any]
    so_far: Sequence[Any]


@dataclass(frozen=True)
class Crossing:
    """Where tuning becomes cheaper. `never` and `always` are answers; None: not asked of this pair."""

    label: str
    saving: Any
    volume: Any
    value_volume: Any
    month: Any


@dataclass(frozen=True)
class Alternatives:
    """All ways to answer the requests of a case, the crossings, and which way is the best one."""

    case: Case
    lines: tuple[Line, ...]
    crossings: tuple[Crossing, ...]
    verdict: str | CellError
    choice: Any
    reason: Any
    worth_it: Any
    margin: Any
    volume: Any
    requests: Any
    cheapest: Sequence[Any]

    def __getitem__(self, key: str) -> Line:
        """The line of an alternative: prompted, retrieval, managed, plan, hybrid."""
        return next(line for line in self.lines if line.key == key)

    def frame(self) -> pd.DataFrame:
        """A line for each alternative as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame({line.label: dict(line.figures) for line in self.lines}).T.rename(columns=FIGURES)

    def months(self) -> pd.DataFrame:
        """What each has cost so far, month by month, and the cheapest, as a pandas DataFrame."""
        import pandas as pd

        columns = {line.label: list(line.so_far) for line in self.lines}
        return pd.DataFrame({**columns, "cheapest": list(self.cheapest)}).rename_axis("month")


def alternatives(case: Case | Mapping[str, object] | None = None) -> Alternatives:
    """Compare the alternatives of a case: a Case, values by name, or nothing for the defaults."""
    found = estimate(case)
    until = int(found["horizon_months"]) + 1
    lines = tuple(
        Line(key, way.label, {figure: found[getattr(way, figure)] for figure in FIGURES}, found[way.so_far][:until])
        for key, way in WAYS.items()
    )
    crossings = tuple(
        Crossing(label, *(found[name] if name else None for name in names)) for label, names in CROSSINGS.items()
    )
    return Alternatives(
        found.case,
        lines,
        crossings,
        sentence(found.__getitem__),
        found["verdict_choice"],
        found["verdict_reason"],
        found["verdict_worth_it"],
        found["verdict_margin"],
        found["verdict_volume"],
        found["verdict_requests"],
        found["cheapest_so_far"][:until],
    )
