"""Verdict: which alternative is the best one, and why.

Cost less value decides, over the horizon. What isn't allowed is no rival, and what has no price isn't one either.
"""

from xlcost.model.breakeven import crossing
from xlcost.model.words import NOT_FEASIBLE, is_number, maximum, minimum, quantity, where


def no_dearer(left, right):
    """Whether the left one costs no more. What isn't feasible, or has no price, is no rival."""
    return where(is_number(left), where(is_number(right), where(left <= right, 1, 0), 1), 0)


@quantity("Prompting is no worse than retrieval", "flag")
def prompt_is_best(prompt_net_cost, rag_net_cost):
    """By cost less value."""
    return no_dearer(prompt_net_cost, rag_net_cost)


@quantity("The best without tuning", "text")
def best_untuned(prompt_is_best, rag_net_cost):
    """Of those that are feasible."""
    return where(prompt_is_best > 0, "prompted", where(is_number(rag_net_cost), "retrieval", "none"))


@quantity("The best without tuning: cost less value", "USD")
def untuned_net_cost(prompt_is_best, prompt_net_cost, rag_net_cost):
    """Of those that are feasible."""
    return where(prompt_is_best > 0, prompt_net_cost, rag_net_cost)


@quantity("The best without tuning: total cost", "USD")
def untuned_total_cost(outside_allowed, prompt_is_best, prompt_total_cost, rag_total_cost):
    """Where it may not be used, what the cheaper one would have cost."""
    return where(
        outside_allowed > 0,
        where(prompt_is_best > 0, prompt_total_cost, rag_total_cost),
        minimum(prompt_total_cost, rag_total_cost),
    )


@quantity("The plan is no worse than the managed model", "flag")
def plan_is_best(plan_net_cost, managed_net_cost):
    """By cost less value."""
    return no_dearer(plan_net_cost, managed_net_cost)


@quantity("Plan or managed: cost less value", "USD")
def single_net_cost(plan_is_best, plan_net_cost, managed_net_cost):
    """Of the better one."""
    return where(plan_is_best > 0, plan_net_cost, managed_net_cost)


@quantity("Tuning alone is no worse than the hybrid", "flag")
def single_is_best(single_net_cost, hybrid_net_cost):
    """By cost less value."""
    return no_dearer(single_net_cost, hybrid_net_cost)


@quantity("The best with tuning", "text")
def best_tuned(single_is_best, plan_is_best, hybrid_net_cost):
    """Of those that are feasible."""
    return where(
        single_is_best > 0,
        where(plan_is_best > 0, "plan", "managed"),
        where(is_number(hybrid_net_cost), "hybrid", "none"),
    )


@quantity("The best with tuning: cost less value", "USD")
def tuned_net_cost(single_is_best, single_net_cost, hybrid_net_cost):
    """Of those that are feasible."""
    return where(single_is_best > 0, single_net_cost, hybrid_net_cost)


@quantity("The best with tuning: total cost", "USD")
def tuned_total_cost(single_is_best, plan_is_best, plan_total_cost, managed_total_cost, hybrid_total_cost):
    """Over the horizon."""
    return where(single_is_best > 0, where(plan_is_best > 0, plan_total_cost, managed_total_cost), hybrid_total_cost)


@quantity("The best with tuning: one request more", "USD/request")
def tuned_variable_cost(single_is_best, plan_is_best, plan_variable_cost, managed_variable_cost, hybrid_variable_cost):
    """What depends on how it is answered."""
    return where(
        single_is_best > 0, where(plan_is_best > 0, plan_variable_cost, managed_variable_cost), hybrid_variable_cost
    )


@quantity("The best without tuning: one request more", "USD/request")
def untuned_variable_cost(best_untuned, rag_variable_cost, prompt_variable_cost):
    """What depends on how it is answered."""
    return where(best_untuned == "retrieval", rag_variable_cost, prompt_variable_cost)


@quantity("Tuning costs more in all", "USD")
def verdict_extra_cost(tuned_total_cost, untuned_total_cost):
    """The best with it, less the best without; negative, if it saves."""
    return tuned_total_cost - untuned_total_cost


@quantity("Tuning saves by the request", "USD/request")
def verdict_saving(untuned_variable_cost, tuned_variable_cost):
    """The best without it, less the best with it."""
    return untuned_variable_cost - tuned_variable_cost


@quantity("Requests a month, on average", "request/month")
def verdict_requests(total_requests, running_months):
    """While it runs."""
    return total_requests / running_months


@quantity("Tuning costs more without a request", "USD/month")
def verdict_gap(verdict_extra_cost, verdict_saving, total_requests, running_months):
    """In a month that runs."""
    return (verdict_extra_cost + verdict_saving * total_requests) / running_months


@quantity("Break-even of the best with and without tuning", "request/month")
def verdict_volume(verdict_gap, verdict_saving):
    """Requests a month from which tuning costs less, by cost alone."""
    return crossing(verdict_gap, verdict_saving)


@quantity("Fine-tuning is worth it", "flag")
def verdict_worth_it(tuned_net_cost, untuned_net_cost):
    """By cost less value; if both are alike, it isn't. Also if nothing else is allowed."""
    return where(is_number(tuned_net_cost), 1 - no_dearer(untuned_net_cost, tuned_net_cost), 0)


@quantity("The best alternative", "text")
def verdict_choice(verdict_worth_it, best_tuned, best_untuned):
    """By cost less value."""
    return where(verdict_worth_it > 0, best_tuned, best_untuned)


@quantity("The best alternative: cost less value", "USD")
def verdict_net_cost(verdict_worth_it, tuned_net_cost, untuned_net_cost):
    """What all others are compared with."""
    return where(verdict_worth_it > 0, tuned_net_cost, untuned_net_cost)


@quantity("Ahead of the other side by", "USD")
def verdict_margin(untuned_net_cost, tuned_net_cost):
    """Cost less value of the best on the other side, less that of the best."""
    return where(
        is_number(untuned_net_cost),
        where(
            is_number(tuned_net_cost),
            maximum(untuned_net_cost - tuned_net_cost, tuned_net_cost - untuned_net_cost),
            NOT_FEASIBLE,
        ),
        NOT_FEASIBLE,
    )


@quantity("What speaks for tuning, or against it", "text")
def cost_reason(verdict_worth_it, verdict_extra_cost, shortfall_reason):
    """Where everything is allowed."""
    return where(verdict_worth_it > 0, where(verdict_extra_cost <= 0, "costs less", "better answers"), shortfall_reason)


@quantity("What would speak against tuning", "text")
def shortfall_reason(verdict_extra_cost, verdict_saving):
    """It costs less, but its answers are worth less; or its requests are too few; or they save nothing."""
    return where(verdict_extra_cost < 0, "worse answers", where(verdict_saving > 0, "too few requests", "no saving"))


@quantity("The reason", "text")
def verdict_reason(outside_allowed, best_tuned, cost_reason):
    """What decides."""
    return where(outside_allowed > 0, cost_reason, where(best_tuned == "none", "nothing allowed", "must stay inside"))
