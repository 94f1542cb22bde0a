"""Opportunity: what delay and diverted people cost. An economic line, never part of the cash total."""

from xlcost.model.constants import MONTHS_PER_YEAR, YEAR
from xlcost.model.words import quantity, where


def never_coming(months, margin, lost):
    """The share of a delayed margin that never comes."""
    return months * margin * lost


def coming_later(months, margin, lost, rate):
    """What it costs that the rest of a delayed margin comes later."""
    return (1 - lost) * months * margin * (1 - (1 + rate) ** (-months / YEAR))


@quantity("Margin lost for good", "USD")
def lost_margin(delay_months, margin_per_month, lost_share):
    """The share of the delayed margin that never comes."""
    return never_coming(delay_months, margin_per_month, lost_share)


@quantity("Margin that comes later", "USD")
def late_margin_cost(delay_months, margin_per_month, lost_share, capital_cost):
    """The rest comes late, and is worth less by the cost of capital. The rate is compounded, not divided by 12."""
    return coming_later(delay_months, margin_per_month, lost_share, capital_cost)


@quantity("Cost of delay", "USD")
def delay_cost(lost_margin, late_margin_cost):
    """Both."""
    return lost_margin + late_margin_cost


@quantity("People diverted", "USD")
def diverted_cost(diverted_months, diverted_value, staff_month_cost):
    """What they would have made elsewhere, beyond what they are paid."""
    return diverted_months * (diverted_value - staff_month_cost)


@quantity("Loaded cost of an engineer's month", "USD/person/month")
def staff_month_cost(staff_year_cost):
    """Of own people as the stages pay them."""
    return staff_year_cost / MONTHS_PER_YEAR


@quantity("Opportunity cost", "USD")
def opportunity_cost(delay_cost, diverted_cost):
    """Beside the cash total, not in it."""
    return delay_cost + diverted_cost


@quantity("Opportunity cost in the economic view", "USD")
def economic_opportunity_cost(opportunity_view, opportunity_cost):
    """A switch of its own."""
    return where(opportunity_view == "on", opportunity_cost, 0)
