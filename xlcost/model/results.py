"""Results: what comes of a case over its horizon."""

from xlcost.model.constants import YEAR
from xlcost.model.words import NEVER, NO_REQUESTS, at, first_where, largest, quantity, total, where


def for_each(cost, requests):
    """All that it takes, over all requests."""
    return where(requests > 0, cost / requests, NO_REQUESTS)


@quantity("Deployment", "USD")
def deployment_cost(deployment_flow):
    """Over the horizon."""
    return total(deployment_flow)


@quantity("Maintenance", "USD")
def maintenance_cost(maintenance_flow):
    """Over the horizon, with all retrains."""
    return total(maintenance_flow)


@quantity("Retrains in the horizon", "retrain")
def retrain_count(retrains):
    """How often the model is trained again."""
    return total(retrains)


@quantity("Months that run", "month")
def running_months(is_running):
    """From launch to the end of the horizon."""
    return total(is_running)


@quantity("Replicas of the busiest month", "replica")
def most_replicas(replicas):
    """In the horizon."""
    return largest(replicas)


@quantity("Amortised", "USD")
def total_amortisation(amortisation_flow):
    """Over all months."""
    return total(amortisation_flow)


@quantity("Depreciated", "USD")
def total_depreciation(depreciation_flow):
    """Over all months."""
    return total(depreciation_flow)


@quantity("Expensed", "USD")
def total_expense(expense_flow):
    """Over all months, those after the horizon included, in which assets are written off."""
    return total(expense_flow)


@quantity("Not written off after all months", "USD")
def book_value(capitalised_cost, total_amortisation, gpu_capital_cost, total_depreciation):
    """What stands in the books of the model and of own GPUs."""
    return capitalised_cost - total_amortisation + gpu_capital_cost - total_depreciation


@quantity("Talent", "USD")
def talent_cost(talent_flow):
    """Over the horizon."""
    return total(talent_flow)


@quantity("Contingency", "USD")
def contingency_cost(contingency_flow):
    """Over the horizon."""
    return total(contingency_flow)


@quantity("Total cost", "USD")
def total_cost(
    data_cost, training_cost, iteration_cost, deployment_cost, maintenance_cost, talent_cost, levers_cost,
    contingency_cost,
):  # fmt: skip
    """The stages and the contingency, over the horizon. Opportunity cost is not in it."""
    return (
        data_cost + training_cost + iteration_cost + deployment_cost + maintenance_cost + talent_cost
        + levers_cost + contingency_cost
    )  # fmt: skip


@quantity("Total cost, by month", "USD")
def timeline_total(total_flow):
    """The same, added up along the months: it must agree."""
    return total(total_flow)


@quantity("What lost quality costs", "USD")
def quality_loss_cost(quality_loss_flow):
    """Over the horizon. Beside the cash total, not in it."""
    return total(quality_loss_flow)


@quantity("Lost quality in the economic view", "USD")
def economic_quality_cost(opportunity_view, quality_loss_cost):
    """By the same switch as opportunity cost."""
    return where(opportunity_view == "on", quality_loss_cost, 0)


@quantity("Economic cost", "USD")
def economic_cost(total_cost, economic_opportunity_cost, economic_quality_cost):
    """With opportunity cost and lost quality, where the economic view is on."""
    return total_cost + economic_opportunity_cost + economic_quality_cost


@quantity("Present cost", "USD")
def present_cost(discounted_cost_flow):
    """What the cost is worth today."""
    return total(discounted_cost_flow)


@quantity("Total benefit", "USD")
def total_benefit(benefit_flow):
    """Over the horizon."""
    return total(benefit_flow)


@quantity("Benefit, discounted", "USD")
def discounted_benefit(discounted_benefit_flow):
    """What the benefit is worth today."""
    return total(discounted_benefit_flow)


@quantity("NPV", "USD")
def npv(discounted_net_flow):
    """Net present value of benefit less cost. Without a benefit it is the present cost with its sign turned."""
    return total(discounted_net_flow)


@quantity("Pays back", "flag")
def pays_back(is_paid_back):
    """In the horizon."""
    return largest(is_paid_back)


@quantity("Payback", "month")
def payback_month(pays_back, is_paid_back, month):
    """The first month in which all that was spent has come back, undiscounted."""
    return where(pays_back > 0, first_where(is_paid_back, month), NEVER)


@quantity("Run-rate", "USD")
def run_rate(total_flow, horizon_months):
    """The last month of the horizon, times 12."""
    return at(total_flow, horizon_months) * YEAR


@quantity("Requests in the horizon", "request")
def total_requests(requests):
    """From launch on."""
    return total(requests)


@quantity("Cost of a request", "USD/request")
def request_cost(total_cost, total_requests):
    """All that it takes, over all requests: not only the tokens."""
    return for_each(total_cost, total_requests)


# In one's own currency


@quantity("Total cost, in one's own currency", "money")
def own_total_cost(total_cost, currency_rate):
    """At one rate for all months: what exchange rates do is not forecast."""
    return total_cost * currency_rate


@quantity("Present cost, in one's own currency", "money")
def own_present_cost(present_cost, currency_rate):
    """At the same rate."""
    return present_cost * currency_rate


@quantity("NPV, in one's own currency", "money")
def own_npv(npv, currency_rate):
    """At the same rate."""
    return npv * currency_rate


@quantity("Run-rate, in one's own currency", "money")
def own_run_rate(run_rate, currency_rate):
    """At the same rate."""
    return run_rate * currency_rate
