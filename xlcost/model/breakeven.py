"""Break-even: from how many requests, and from which month on, fine-tuning pays.

A total is a straight line of the requests: what it costs without one, and what each costs more. Two lines cross at
the break-even volume, if they do.

GPUs of one's own come in whole replicas: the line of the plan is a stair. It is taken as flat demand would climb it,
by replicas that are as utilised as aimed for, so that the crossing doesn't depend on how many requests there are now.
Left out are what keeps waiting short beyond that, and that growing demand needs fewer replicas at first and more at
the end: an estimate at that volume is off by about one replica in the months that run.
"""

from xlcost.model.constants import ONE_MONTH
from xlcost.model.words import (
    ALWAYS,
    NEVER,
    NO_PRICE,
    both,
    ceil,
    is_number,
    largest,
    quantity,
    where,
)


def costs_no_more(gap, saving):
    """Whether the tuned one costs no more without a request, and no more by the request."""
    return where(both(gap <= 0, saving >= 0), 1, 0)


def crossing(at_once, gap, saving):
    """Requests a month from which the tuned one is cheaper.

    Always, if it costs no more from the first one on. Never, if each costs more: then it may be cheaper up to a
    volume, but from none on.
    """
    return where(at_once > 0, ALWAYS, where(saving > 0, gap / saving, NEVER))


# Replicas come whole. A gap is without any of them, and a saving after a request's share of one.


def saving_before(saving, load, replica_cost):
    """What a request saves as long as it takes no further replica."""
    return saving + load * replica_cost


def replicas_at(gap, saving, load, least):
    """The least, where they carry the crossing; otherwise the fewest whose requests pay for all of them.

    Never, where a full replica saves less than it costs.
    """
    return where(gap * load > least * saving, where(saving > 0, ceil(gap * load / saving), NEVER), least)


def stair_at_once(gap, saving_before, least, replica_cost):
    """Whether the tuned one costs no more from the first request on, with the least replicas."""
    return costs_no_more(gap + least * replica_cost, saving_before)


def stair_crossing(at_once, gap, saving_before, replicas, replica_cost):
    """The first volume at which the tuned one is cheaper. Beyond what its replicas carry, another may cost more."""
    return where(
        at_once > 0,
        ALWAYS,
        where(both(is_number(replicas), saving_before > 0), (gap + replicas * replica_cost) / saving_before, NEVER),
    )


def stays_cheaper(last_dearer, horizon_months):
    """The month from which it is cheaper for good, if it ever is."""
    return where(last_dearer >= horizon_months, NEVER, where(last_dearer > 0, last_dearer + ONE_MONTH, ALWAYS))


# Without a request


@quantity("Prompted: cost without a request", "USD")
def prompt_idle_cost(prompt_total_cost, prompt_variable_cost, total_requests):
    """Over the horizon: before launch, hosting, people."""
    return prompt_total_cost - prompt_variable_cost * total_requests


@quantity("Retrieval: cost without a request", "USD")
def rag_idle_cost(rag_total_cost, rag_variable_cost, total_requests):
    """Over the horizon: before launch, hosting, people."""
    return rag_total_cost - rag_variable_cost * total_requests


@quantity("Managed: cost without a request", "USD")
def managed_idle_cost(managed_priced, managed_total_cost, managed_variable_cost, total_requests):
    """Over the horizon: before launch, hosting, people."""
    return where(managed_priced > 0, managed_total_cost - managed_variable_cost * total_requests, NO_PRICE)


@quantity("Plan: cost without a request and a replica", "USD")
def plan_idle_cost(plan_total_cost, plan_token_cost, total_requests, plan_gpu_cost):
    """Over the horizon: before launch, hosting, people."""
    return plan_total_cost - plan_token_cost * total_requests - plan_gpu_cost


@quantity("Hybrid: cost without a request and a replica", "USD")
def hybrid_idle_cost(hybrid_total_cost, hybrid_token_cost, total_requests, hybrid_gpu_cost):
    """Over the horizon: before launch, hosting, people."""
    return hybrid_total_cost - hybrid_token_cost * total_requests - hybrid_gpu_cost


# The plan against what is not tuned


@quantity("Dearer than prompted, in month", "month")
def dearer_than_prompt(cumulative_cost, prompt_cumulative, month, horizon_months):
    """The month, where the plan has cost more until then; otherwise 0."""
    return where(both(cumulative_cost > prompt_cumulative, month <= horizon_months), month, 0)


@quantity("Dearer than retrieval, in month", "month")
def dearer_than_rag(cumulative_cost, rag_cumulative, month, horizon_months):
    """The month, where the plan has cost more until then; otherwise 0."""
    return where(both(cumulative_cost > rag_cumulative, month <= horizon_months), month, 0)


@quantity("Plan against prompted: more without a request and a replica", "USD/month")
def prompt_gap(plan_idle_cost, prompt_idle_cost, running_months):
    """Before launch and every month, spread over the months that run."""
    return (plan_idle_cost - prompt_idle_cost) / running_months


@quantity("Plan against prompted: saved by a request", "USD/request")
def prompt_saving(prompt_variable_cost, plan_variable_cost):
    """Cost only, after its share of a replica."""
    return prompt_variable_cost - plan_variable_cost


@quantity("Plan against prompted: right answers more", "share")
def prompt_quality_gain(quality_start, prompt_acceptance):
    """Of all requests."""
    return quality_start - prompt_acceptance


@quantity("Plan against prompted: saved by a request before its replica", "USD/request")
def prompt_first_saving(prompt_saving, plan_load, plan_replica_cost):
    """As long as it takes no further one."""
    return saving_before(prompt_saving, plan_load, plan_replica_cost)


@quantity("Plan against prompted: replicas at the break-even", "replica")
def prompt_replicas(prompt_gap, prompt_saving, plan_load, least_replicas):
    """Never, where a full replica saves less than it costs."""
    return replicas_at(prompt_gap, prompt_saving, plan_load, least_replicas)


@quantity("Plan against prompted: cheaper from the first request on", "flag")
def prompt_at_once(prompt_gap, prompt_first_saving, least_replicas, plan_replica_cost):
    """With the least replicas."""
    return stair_at_once(prompt_gap, prompt_first_saving, least_replicas, plan_replica_cost)


@quantity("Plan against prompted: break-even", "request/month")
def prompt_breakeven_volume(prompt_at_once, prompt_gap, prompt_first_saving, prompt_replicas, plan_replica_cost):
    """Requests a month from which the plan costs less."""
    return stair_crossing(prompt_at_once, prompt_gap, prompt_first_saving, prompt_replicas, plan_replica_cost)


@quantity("Plan against prompted: saved by a request, with value", "USD/request")
def prompt_value_saving(prompt_saving, prompt_quality_gain, answer_value):
    """A right answer more is a saving, too."""
    return prompt_saving + prompt_quality_gain * answer_value


@quantity("Plan against prompted, with value: saved by a request before its replica", "USD/request")
def prompt_value_first_saving(prompt_value_saving, plan_load, plan_replica_cost):
    """As long as it takes no further one."""
    return saving_before(prompt_value_saving, plan_load, plan_replica_cost)


@quantity("Plan against prompted, with value: replicas at the break-even", "replica")
def prompt_value_replicas(prompt_gap, prompt_value_saving, plan_load, least_replicas):
    """Never, where a full replica saves less than it costs."""
    return replicas_at(prompt_gap, prompt_value_saving, plan_load, least_replicas)


@quantity("Plan against prompted, with value: cheaper from the first request on", "flag")
def prompt_value_at_once(prompt_gap, prompt_value_first_saving, least_replicas, plan_replica_cost):
    """With the least replicas."""
    return stair_at_once(prompt_gap, prompt_value_first_saving, least_replicas, plan_replica_cost)


@quantity("Plan against prompted: break-even with value", "request/month")
def prompt_value_volume(
    prompt_value_at_once, prompt_gap, prompt_value_first_saving, prompt_value_replicas, plan_replica_cost
):
    """Requests a month from which the plan costs less than it is worth more."""
    return stair_crossing(
        prompt_value_at_once, prompt_gap, prompt_value_first_saving, prompt_value_replicas, plan_replica_cost
    )


@quantity("Plan against the bigger model: saved by a request", "USD/request")
def tier_saving(tier_variable_cost, plan_variable_cost):
    """Moving down a tier: the small tuned model against the bigger prompted one."""
    return tier_variable_cost - plan_variable_cost


@quantity("Plan against the bigger model: saved by a request before its replica", "USD/request")
def tier_first_saving(tier_saving, plan_load, plan_replica_cost):
    """As long as it takes no further one."""
    return saving_before(tier_saving, plan_load, plan_replica_cost)


@quantity("Plan against the bigger model: replicas at the break-even", "replica")
def tier_replicas(prompt_gap, tier_saving, plan_load, least_replicas):
    """Never, where a full replica saves less than it costs."""
    return replicas_at(prompt_gap, tier_saving, plan_load, least_replicas)


@quantity("Plan against the bigger model: cheaper from the first request on", "flag")
def tier_at_once(prompt_gap, tier_first_saving, least_replicas, plan_replica_cost):
    """With the least replicas."""
    return stair_at_once(prompt_gap, tier_first_saving, least_replicas, plan_replica_cost)


@quantity("Plan against the bigger model: break-even", "request/month")
def tier_breakeven_volume(tier_at_once, prompt_gap, tier_first_saving, tier_replicas, plan_replica_cost):
    """Requests a month from which the small tuned model costs less than the bigger prompted one."""
    return stair_crossing(tier_at_once, prompt_gap, tier_first_saving, tier_replicas, plan_replica_cost)


@quantity("Plan against retrieval: more without a request and a replica", "USD/month")
def rag_gap(plan_idle_cost, rag_idle_cost, running_months):
    """Before launch and every month, spread over the months that run."""
    return (plan_idle_cost - rag_idle_cost) / running_months


@quantity("Plan against retrieval: saved by a request", "USD/request")
def rag_saving(rag_variable_cost, plan_variable_cost):
    """Cost only, after its share of a replica."""
    return rag_variable_cost - plan_variable_cost


@quantity("Plan against retrieval: saved by a request before its replica", "USD/request")
def rag_first_saving(rag_saving, plan_load, plan_replica_cost):
    """As long as it takes no further one."""
    return saving_before(rag_saving, plan_load, plan_replica_cost)


@quantity("Plan against retrieval: replicas at the break-even", "replica")
def rag_replicas(rag_gap, rag_saving, plan_load, least_replicas):
    """Never, where a full replica saves less than it costs."""
    return replicas_at(rag_gap, rag_saving, plan_load, least_replicas)


@quantity("Plan against retrieval: cheaper from the first request on", "flag")
def rag_at_once(rag_gap, rag_first_saving, least_replicas, plan_replica_cost):
    """With the least replicas."""
    return stair_at_once(rag_gap, rag_first_saving, least_replicas, plan_replica_cost)


@quantity("Plan against retrieval: break-even", "request/month")
def rag_breakeven_volume(rag_at_once, rag_gap, rag_first_saving, rag_replicas, plan_replica_cost):
    """Requests a month from which the plan costs less."""
    return stair_crossing(rag_at_once, rag_gap, rag_first_saving, rag_replicas, plan_replica_cost)


@quantity("Plan against prompted: last month in which it has cost more", "month")
def prompt_last_dearer(dearer_than_prompt):
    """0, if there is none."""
    return largest(dearer_than_prompt)


@quantity("Plan against prompted: break-even month", "month")
def prompt_breakeven_month(prompt_last_dearer, horizon_months):
    """From then on the plan has cost less, all in all."""
    return stays_cheaper(prompt_last_dearer, horizon_months)


@quantity("Plan against retrieval: last month in which it has cost more", "month")
def rag_last_dearer(dearer_than_rag):
    """0, if there is none."""
    return largest(dearer_than_rag)


@quantity("Plan against retrieval: break-even month", "month")
def rag_breakeven_month(rag_last_dearer, horizon_months):
    """From then on the plan has cost less, all in all."""
    return stays_cheaper(rag_last_dearer, horizon_months)
