"""Verdict: which alternative is the best one, and why.

Cost less value decides, over the horizon: the cheapest of those that are compared and allowed. What isn't allowed is
no rival, and what has no price isn't one either. Whether to answer at all is another question: see the benefit.
"""

from xlcost.model.breakeven import replicas_at, saving_before, stair_at_once, stair_crossing
from xlcost.model.words import NEVER, NOT_FEASIBLE, both, is_number, maximum, minimum, quantity, where


def no_dearer(left, right):
    """Whether the left one costs no more. What isn't feasible, or has no price, is no rival."""
    return where(is_number(left), where(is_number(right), where(left <= right, 1, 0), 1), 0)


# Without tuning


@quantity("Prompting is no worse than retrieval", "flag")
def prompt_is_best(prompt_total_cost, prompt_value, rag_total_cost, rag_value):
    """By cost less value, allowed or not."""
    return where(prompt_total_cost - prompt_value <= rag_total_cost - rag_value, 1, 0)


@quantity("What tuning is compared with", "text")
def verdict_rival(prompt_is_best):
    """The better one without tuning, also where it is not allowed."""
    return where(prompt_is_best > 0, "prompted", "retrieval")


@quantity("The best without tuning", "text")
def best_untuned(outside_allowed, verdict_rival):
    """Of those that are feasible."""
    return where(outside_allowed > 0, verdict_rival, "none")


@quantity("The best without tuning: cost less value", "USD")
def untuned_net_cost(prompt_is_best, prompt_net_cost, rag_net_cost):
    """Of those that are feasible."""
    return where(prompt_is_best > 0, prompt_net_cost, rag_net_cost)


@quantity("The best without tuning: total cost", "USD")
def untuned_total_cost(prompt_is_best, prompt_total_cost, rag_total_cost):
    """Where it may not be used, what it would have cost."""
    return where(prompt_is_best > 0, prompt_total_cost, rag_total_cost)


# With tuning


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


@quantity("The best with tuning: cost less value without a request and a replica", "USD")
def tuned_fixed_net(single_is_best, plan_is_best, plan_fixed_net, managed_fixed_net, hybrid_fixed_net):
    """Over the horizon."""
    return where(single_is_best > 0, where(plan_is_best > 0, plan_fixed_net, managed_fixed_net), hybrid_fixed_net)


@quantity("The best with tuning: one request more, less what it brings", "USD/request")
def tuned_request_net(single_is_best, plan_is_best, plan_request_net, managed_request_net, hybrid_request_net):
    """Negative, where it brings more."""
    return where(single_is_best > 0, where(plan_is_best > 0, plan_request_net, managed_request_net), hybrid_request_net)


@quantity("The best with tuning: a replica", "USD/replica/month")
def tuned_replica_cost(single_is_best, plan_is_best, plan_replica_cost, hybrid_replica_cost):
    """None of one's own through a provider."""
    return where(single_is_best > 0, where(plan_is_best > 0, plan_replica_cost, 0), hybrid_replica_cost)


@quantity("The best with tuning: replica-months that a request takes", "replica*month/request")
def tuned_load(single_is_best, plan_is_best, plan_load):
    """None through a provider."""
    return where(single_is_best > 0, where(plan_is_best > 0, plan_load, 0), plan_load)


# One against the other


@quantity("Tuning costs more in all", "USD")
def verdict_extra_cost(tuned_total_cost, untuned_total_cost):
    """The best with it, less the best without; negative, if it saves."""
    return tuned_total_cost - untuned_total_cost


@quantity("Requests a month, on average", "request/month")
def verdict_requests(total_requests, running_months):
    """While it runs."""
    return total_requests / running_months


# Break-even, by cost less value, against each of those without tuning; the later one counts


@quantity("Tuning against prompted: behind without a request and a replica", "USD/month")
def gap_to_prompt(tuned_fixed_net, prompt_fixed_net, running_months):
    """In a month that runs."""
    return (tuned_fixed_net - prompt_fixed_net) / running_months


@quantity("Tuning against prompted: gained by a request", "USD/request")
def gain_on_prompt(prompt_request_net, tuned_request_net):
    """What it costs less what it brings, after its share of a replica."""
    return prompt_request_net - tuned_request_net


@quantity("Tuning against prompted: gained by a request before its replica", "USD/request")
def first_gain_on_prompt(gain_on_prompt, tuned_load, tuned_replica_cost):
    """As long as it takes no further one."""
    return saving_before(gain_on_prompt, tuned_load, tuned_replica_cost)


@quantity("Tuning against prompted: replicas at the break-even", "replica")
def replicas_over_prompt(gap_to_prompt, gain_on_prompt, tuned_load, least_replicas):
    """Never, where a full replica gains less than it costs."""
    return replicas_at(gap_to_prompt, gain_on_prompt, tuned_load, least_replicas)


@quantity("Tuning is ahead of prompting from the first request on", "flag")
def ahead_of_prompt(gap_to_prompt, first_gain_on_prompt, least_replicas, tuned_replica_cost):
    """With the least replicas."""
    return stair_at_once(gap_to_prompt, first_gain_on_prompt, least_replicas, tuned_replica_cost)


@quantity("Tuning against prompted: break-even", "request/month")
def volume_over_prompt(ahead_of_prompt, gap_to_prompt, first_gain_on_prompt, replicas_over_prompt, tuned_replica_cost):
    """Requests a month from which the best with tuning is ahead."""
    return stair_crossing(
        ahead_of_prompt, gap_to_prompt, first_gain_on_prompt, replicas_over_prompt, tuned_replica_cost
    )


@quantity("Tuning against retrieval: behind without a request and a replica", "USD/month")
def gap_to_rag(tuned_fixed_net, rag_fixed_net, running_months):
    """In a month that runs."""
    return (tuned_fixed_net - rag_fixed_net) / running_months


@quantity("Tuning against retrieval: gained by a request", "USD/request")
def gain_on_rag(rag_request_net, tuned_request_net):
    """What it costs less what it brings, after its share of a replica."""
    return rag_request_net - tuned_request_net


@quantity("Tuning against retrieval: gained by a request before its replica", "USD/request")
def first_gain_on_rag(gain_on_rag, tuned_load, tuned_replica_cost):
    """As long as it takes no further one."""
    return saving_before(gain_on_rag, tuned_load, tuned_replica_cost)


@quantity("Tuning against retrieval: replicas at the break-even", "replica")
def replicas_over_rag(gap_to_rag, gain_on_rag, tuned_load, least_replicas):
    """Never, where a full replica gains less than it costs."""
    return replicas_at(gap_to_rag, gain_on_rag, tuned_load, least_replicas)


@quantity("Tuning is ahead of retrieval from the first request on", "flag")
def ahead_of_rag(gap_to_rag, first_gain_on_rag, least_replicas, tuned_replica_cost):
    """With the least replicas."""
    return stair_at_once(gap_to_rag, first_gain_on_rag, least_replicas, tuned_replica_cost)


@quantity("Tuning against retrieval: break-even", "request/month")
def volume_over_rag(ahead_of_rag, gap_to_rag, first_gain_on_rag, replicas_over_rag, tuned_replica_cost):
    """Requests a month from which the best with tuning is ahead."""
    return stair_crossing(ahead_of_rag, gap_to_rag, first_gain_on_rag, replicas_over_rag, tuned_replica_cost)


@quantity("Tuning gains by the request", "USD/request")
def verdict_saving(gain_on_prompt, gain_on_rag):
    """On the one without it on which it gains less."""
    return minimum(gain_on_prompt, gain_on_rag)


@quantity("Break-even of the best with and without tuning", "request/month")
def verdict_volume(ahead_of_prompt, ahead_of_rag, volume_over_prompt, volume_over_rag):
    """Requests a month from which the best with tuning is ahead of both, by cost less value, as the verdict is."""
    return where(
        ahead_of_prompt > 0,
        volume_over_rag,
        where(
            ahead_of_rag > 0,
            volume_over_prompt,
            where(
                both(is_number(volume_over_prompt), is_number(volume_over_rag)),
                maximum(volume_over_prompt, volume_over_rag),
                NEVER,
            ),
        ),
    )


# The verdict


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


@quantity("The best alternative: total cost", "USD")
def verdict_total_cost(verdict_choice, verdict_worth_it, tuned_total_cost, untuned_total_cost):
    """Over the horizon."""
    return where(
        verdict_choice == "none", NOT_FEASIBLE, where(verdict_worth_it > 0, tuned_total_cost, untuned_total_cost)
    )


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


# Why


@quantity("What speaks for tuning, or against it", "text")
def cost_reason(verdict_worth_it, verdict_extra_cost, shortfall_reason):
    """Where everything is allowed."""
    return where(verdict_worth_it > 0, where(verdict_extra_cost <= 0, "costs less", "worth more"), shortfall_reason)


@quantity("What would speak against tuning", "text")
def shortfall_reason(verdict_extra_cost, volume_reason):
    """It costs less, but is worth less; or its requests are too few, or gain nothing."""
    return where(verdict_extra_cost < 0, "worth less", volume_reason)


@quantity("What would speak against tuning, where it costs more", "text")
def volume_reason(ahead_of_prompt, ahead_of_rag, verdict_volume, verdict_requests):
    """Near the break-even, what it leaves out may decide."""
    return where(
        both(ahead_of_prompt > 0, ahead_of_rag > 0),
        "close call",
        where(
            is_number(verdict_volume),
            where(verdict_volume > verdict_requests, "too few requests", "close call"),
            "no saving",
        ),
    )


@quantity("The reason", "text")
def verdict_reason(outside_allowed, best_tuned, cost_reason):
    """What decides."""
    return where(outside_allowed > 0, cost_reason, where(best_tuned == "none", "nothing allowed", "must stay inside"))
