"""Comparison: the alternatives side by side, along the months and over the horizon."""

from xlcost.model.results import for_each
from xlcost.model.words import (
    NO_PRICE,
    NOT_FEASIBLE,
    at,
    both,
    is_number,
    minimum,
    quantity,
    running_total,
    total,
    where,
)


def for_right(unit_cost, acceptance):
    """The same, over the requests that are answered right."""
    return where(is_number(unit_cost), unit_cost / acceptance, unit_cost)


# Along the months


@quantity("Prompted so far", "USD")
def prompt_cumulative(prompt_flow):
    """Since the start."""
    return running_total(prompt_flow)


@quantity("Retrieval so far", "USD")
def rag_cumulative(rag_flow):
    """Since the start."""
    return running_total(rag_flow)


@quantity("Managed so far", "USD")
def managed_cumulative(managed_flow):
    """Since the start."""
    return running_total(managed_flow)


@quantity("Hybrid so far", "USD")
def hybrid_cumulative(hybrid_flow):
    """Since the start."""
    return running_total(hybrid_flow)


@quantity("Cheapest outside so far", "USD")
def outside_cumulative(managed_priced, prompt_cumulative, rag_cumulative, managed_cumulative):
    """Of those that a provider answers."""
    return where(
        managed_priced > 0,
        minimum(prompt_cumulative, rag_cumulative, managed_cumulative),
        minimum(prompt_cumulative, rag_cumulative),
    )


@quantity("Which outside is cheapest so far", "text")
def outside_cheapest(prompt_cumulative, rag_cumulative, outside_cumulative):
    """Of those that a provider answers."""
    return where(
        prompt_cumulative <= outside_cumulative,
        "prompted",
        where(rag_cumulative <= outside_cumulative, "retrieval", "managed"),
    )


@quantity("Plan or hybrid, the cheaper so far", "USD")
def inside_cumulative(cumulative_cost, hybrid_cumulative):
    """Of those that the case's own model answers."""
    return minimum(cumulative_cost, hybrid_cumulative)


@quantity("Whether plan or hybrid is cheaper so far", "text")
def inside_cheapest(plan_allowed, cumulative_cost, hybrid_cumulative):
    """Of those that the case's own model answers, if it is allowed."""
    return where(plan_allowed > 0, where(cumulative_cost <= hybrid_cumulative, "plan", "hybrid"), "none")


@quantity("The cheapest so far", "text")
def cheapest_so_far(outside_allowed, outside_cumulative, inside_cumulative, outside_cheapest, inside_cheapest):
    """Of those that are allowed, by cost alone."""
    return where(both(outside_allowed > 0, outside_cumulative <= inside_cumulative), outside_cheapest, inside_cheapest)


@quantity("Prompted, discounted", "USD/month")
def prompt_discounted_flow(prompt_flow, discount_factor):
    """At the cost of capital."""
    return prompt_flow * discount_factor


@quantity("Retrieval, discounted", "USD/month")
def rag_discounted_flow(rag_flow, discount_factor):
    """At the cost of capital."""
    return rag_flow * discount_factor


@quantity("Managed, discounted", "USD/month")
def managed_discounted_flow(managed_flow, discount_factor):
    """At the cost of capital."""
    return managed_flow * discount_factor


@quantity("Hybrid, discounted", "USD/month")
def hybrid_discounted_flow(hybrid_flow, discount_factor):
    """At the cost of capital."""
    return hybrid_flow * discount_factor


# Over the horizon


@quantity("Prompted: total cost", "USD")
def prompt_total_cost(prompt_flow):
    """Over the horizon."""
    return total(prompt_flow)


@quantity("Retrieval: total cost", "USD")
def rag_total_cost(rag_flow):
    """Over the horizon."""
    return total(rag_flow)


@quantity("Managed: total cost", "USD")
def managed_total_cost(managed_priced, managed_flow):
    """Over the horizon."""
    return where(managed_priced > 0, total(managed_flow), NO_PRICE)


@quantity("Plan: total cost", "USD")
def plan_total_cost(cumulative_cost, horizon_months):
    """What the case has cost at the end of the horizon."""
    return at(cumulative_cost, horizon_months)


@quantity("Hybrid: total cost", "USD")
def hybrid_total_cost(hybrid_flow):
    """Over the horizon."""
    return total(hybrid_flow)


@quantity("Prompted: present cost", "USD")
def prompt_present_cost(prompt_discounted_flow):
    """What the cost is worth today."""
    return total(prompt_discounted_flow)


@quantity("Retrieval: present cost", "USD")
def rag_present_cost(rag_discounted_flow):
    """What the cost is worth today."""
    return total(rag_discounted_flow)


@quantity("Managed: present cost", "USD")
def managed_present_cost(managed_priced, managed_discounted_flow):
    """What the cost is worth today."""
    return where(managed_priced > 0, total(managed_discounted_flow), NO_PRICE)


@quantity("Hybrid: present cost", "USD")
def hybrid_present_cost(hybrid_discounted_flow):
    """What the cost is worth today."""
    return total(hybrid_discounted_flow)


# For a request, and for one that is answered right


@quantity("Prompted: all costs of a request", "USD/request")
def prompt_unit_cost(prompt_total_cost, total_requests):
    """All that it takes, over all requests."""
    return for_each(prompt_total_cost, total_requests)


@quantity("Prompted: a right answer", "USD/request")
def prompt_success_cost(prompt_unit_cost, prompt_acceptance):
    """The same, over the requests that are answered right."""
    return for_right(prompt_unit_cost, prompt_acceptance)


@quantity("Retrieval: all costs of a request", "USD/request")
def rag_unit_cost(rag_total_cost, total_requests):
    """All that it takes, over all requests."""
    return for_each(rag_total_cost, total_requests)


@quantity("Retrieval: a right answer", "USD/request")
def rag_success_cost(rag_unit_cost, rag_acceptance):
    """The same, over the requests that are answered right."""
    return for_right(rag_unit_cost, rag_acceptance)


@quantity("Managed: all costs of a request", "USD/request")
def managed_unit_cost(managed_priced, managed_total_cost, total_requests):
    """All that it takes, over all requests."""
    return where(managed_priced > 0, for_each(managed_total_cost, total_requests), NO_PRICE)


@quantity("Managed: a right answer", "USD/request")
def managed_success_cost(managed_priced, managed_unit_cost, managed_acceptance):
    """The same, over the requests that are answered right."""
    return where(managed_priced > 0, for_right(managed_unit_cost, managed_acceptance), NO_PRICE)


@quantity("Plan: a right answer", "USD/request")
def plan_success_cost(request_cost, quality_start):
    """All that it takes, over the requests that are answered right."""
    return for_right(request_cost, quality_start)


@quantity("Hybrid: all costs of a request", "USD/request")
def hybrid_unit_cost(hybrid_total_cost, total_requests):
    """All that it takes, over all requests."""
    return for_each(hybrid_total_cost, total_requests)


@quantity("Hybrid: a right answer", "USD/request")
def hybrid_success_cost(hybrid_unit_cost, hybrid_acceptance):
    """The same, over the requests that are answered right."""
    return for_right(hybrid_unit_cost, hybrid_acceptance)


# A build may fail


@quantity("Builds that fail for one that ships", "x")
def failed_builds(failure_share, success_probability):
    """By the chance that no experiment up to the cap is good enough.

    To pay for them beside the one that ships comes to the same, in a comparison, as to try once, and to fall back on
    the best way without tuning where nothing ships.
    """
    return failure_share / success_probability


@quantity("Plan: builds that fail", "USD")
def plan_failed_cost(failed_builds, plan_upfront_cost, training_capital_cost, contingency_share):
    """All that is spent before launch, but own GPUs, which stay."""
    return failed_builds * (plan_upfront_cost - training_capital_cost) * (1 + contingency_share)


@quantity("Managed: builds that fail", "USD")
def managed_failed_cost(managed_priced, failed_builds, managed_upfront_cost, contingency_share):
    """All that is spent before launch."""
    return where(managed_priced > 0, failed_builds * managed_upfront_cost * (1 + contingency_share), NO_PRICE)


# Cost less value: what is compared in the end


@quantity("Prompted: cost less value", "USD")
def prompt_net_cost(outside_allowed, prompt_total_cost, prompt_value):
    """Over the horizon."""
    return where(outside_allowed > 0, prompt_total_cost - prompt_value, NOT_FEASIBLE)


@quantity("Retrieval: cost less value", "USD")
def rag_net_cost(outside_allowed, rag_total_cost, rag_value):
    """Over the horizon."""
    return where(outside_allowed > 0, rag_total_cost - rag_value, NOT_FEASIBLE)


@quantity("Managed: cost less value", "USD")
def managed_net_cost(outside_allowed, managed_priced, managed_total_cost, managed_failed_cost, managed_value):
    """Over the horizon, with builds that fail."""
    return where(
        outside_allowed > 0,
        where(managed_priced > 0, managed_total_cost + managed_failed_cost - managed_value, NO_PRICE),
        NOT_FEASIBLE,
    )


@quantity("Plan: cost less value", "USD")
def plan_net_cost(plan_allowed, plan_total_cost, plan_failed_cost, plan_value):
    """Over the horizon, with builds that fail."""
    return where(plan_allowed > 0, plan_total_cost + plan_failed_cost - plan_value, NOT_FEASIBLE)


@quantity("Hybrid: cost less value", "USD")
def hybrid_net_cost(plan_allowed, hybrid_total_cost, plan_failed_cost, hybrid_value):
    """Over the horizon, with builds that fail."""
    return where(plan_allowed > 0, hybrid_total_cost + plan_failed_cost - hybrid_value, NOT_FEASIBLE)
