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
    largest,
    quantity,
    where,
)


def crossing(gap, saving):
    """Requests a month from which the tuned one is cheaper.

    Always, if it costs no more without one and saves by the request, or costs less without one and as much by the
    request. Never, if each costs more: then it may be cheaper up to a volume, but from none on.
    """
    return where(
        saving > 0, where(gap > 0, gap / saving, ALWAYS), where(saving < 0, NEVER, where(gap < 0, ALWAYS, NEVER))
    )


def stair_crossing(gap, saving, replica_cost, load, least):
    """The first volume at which the tuned one is cheaper, where replicas come whole.

    `gap` is without any replica, `saving` after a request's share of a replica. The least replicas may carry it;
    otherwise the fewest whose requests pay for all of them. Never, where a full replica saves less than it costs.
    """
    return where(
        gap * load > least * saving,
        where(saving > 0, (gap + ceil(gap * load / saving) * replica_cost) / (saving + load * replica_cost), NEVER),
        crossing(gap + least * replica_cost, saving + load * replica_cost),
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


@quantity("Plan against prompted: break-even", "request/month")
def prompt_breakeven_volume(prompt_gap, prompt_saving, plan_replica_cost, plan_load, least_replicas):
    """Requests a month from which the plan costs less."""
    return stair_crossing(prompt_gap, prompt_saving, plan_replica_cost, plan_load, least_replicas)


@quantity("Plan against prompted: saved by a request, with value", "USD/request")
def prompt_value_saving(prompt_saving, prompt_quality_gain, answer_value):
    """A right answer more is a saving, too."""
    return prompt_saving + prompt_quality_gain * answer_value


@quantity("Plan against prompted: break-even with value", "request/month")
def prompt_value_volume(prompt_gap, prompt_value_saving, plan_replica_cost, plan_load, least_replicas):
    """Requests a month from which the plan costs less than it is worth more."""
    return stair_crossing(prompt_gap, prompt_value_saving, plan_replica_cost, plan_load, least_replicas)


@quantity("Plan against the bigger model: saved by a request", "USD/request")
def tier_saving(tier_variable_cost, plan_variable_cost):
    """Moving down a tier: the small tuned model against the bigger prompted one."""
    return tier_variable_cost - plan_variable_cost


@quantity("Plan against the bigger model: break-even", "request/month")
def tier_breakeven_volume(prompt_gap, tier_saving, plan_replica_cost, plan_load, least_replicas):
    """Requests a month from which the small tuned model costs less than the bigger prompted one."""
    return stair_crossing(prompt_gap, tier_saving, plan_replica_cost, plan_load, least_replicas)


@quantity("Plan against retrieval: more without a request and a replica", "USD/month")
def rag_gap(plan_idle_cost, rag_idle_cost, running_months):
    """Before launch and every month, spread over the months that run."""
    return (plan_idle_cost - rag_idle_cost) / running_months


@quantity("Plan against retrieval: saved by a request", "USD/request")
def rag_saving(rag_variable_cost, plan_variable_cost):
    """Cost only, after its share of a replica."""
    return rag_variable_cost - plan_variable_cost


@quantity("Plan against retrieval: break-even", "request/month")
def rag_breakeven_volume(rag_gap, rag_saving, plan_replica_cost, plan_load, least_replicas):
    """Requests a month from which the plan costs less."""
    return stair_crossing(rag_gap, rag_saving, plan_replica_cost, plan_load, least_replicas)


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


# The managed model against what is not tuned


@quantity("Managed dearer than prompted, in month", "month")
def managed_dearer(managed_cumulative, prompt_cumulative, month, horizon_months):
    """The month, where the managed model has cost more until then; otherwise 0."""
    return where(both(managed_cumulative > prompt_cumulative, month <= horizon_months), month, 0)


@quantity("Managed against prompted: more before launch", "USD", signed=True)
def managed_extra_upfront(managed_priced, managed_upfront_cost, prompt_upfront_cost, contingency_share):
    """With its contingency."""
    return where(managed_priced > 0, (1 + contingency_share) * (managed_upfront_cost - prompt_upfront_cost), NO_PRICE)


@quantity("Managed against prompted: more every month", "USD/month", signed=True)
def managed_extra_month(managed_priced, managed_idle_cost, prompt_idle_cost, managed_extra_upfront, running_months):
    """Hosting, retrains and people, whatever the requests."""
    return where(
        managed_priced > 0, (managed_idle_cost - prompt_idle_cost - managed_extra_upfront) / running_months, NO_PRICE
    )


@quantity("Managed against prompted: saved by a request", "USD/request")
def managed_saving(managed_priced, prompt_variable_cost, managed_variable_cost):
    """Cost only. Nothing or less is saved, where the longer prompt is cached and the tuned model dearer."""
    return where(managed_priced > 0, prompt_variable_cost - managed_variable_cost, NO_PRICE)


@quantity("Managed against prompted: right answers more", "share")
def managed_quality_gain(managed_acceptance, prompt_acceptance):
    """Of all requests."""
    return managed_acceptance - prompt_acceptance


@quantity("Managed against prompted: more without a request", "USD/month")
def managed_gap(managed_priced, managed_extra_upfront, running_months, managed_extra_month):
    """Before launch, spread over the months that run, and every month."""
    return where(managed_priced > 0, managed_extra_upfront / running_months + managed_extra_month, NO_PRICE)


@quantity("Managed against prompted: break-even", "request/month")
def managed_breakeven_volume(managed_priced, managed_gap, managed_saving):
    """Requests a month from which the managed model costs less."""
    return where(managed_priced > 0, crossing(managed_gap, managed_saving), NO_PRICE)


@quantity("Managed against prompted: saved by a request, with value", "USD/request")
def managed_value_saving(managed_priced, managed_saving, managed_quality_gain, answer_value):
    """A right answer more is a saving, too."""
    return where(managed_priced > 0, managed_saving + managed_quality_gain * answer_value, NO_PRICE)


@quantity("Managed against prompted: break-even with value", "request/month")
def managed_value_volume(managed_priced, managed_gap, managed_value_saving):
    """Requests a month from which the managed model costs less than it is worth more."""
    return where(managed_priced > 0, crossing(managed_gap, managed_value_saving), NO_PRICE)


@quantity("Managed against prompted: saved if nothing were cached", "USD/request")
def uncached_saving(managed_priced, prompt_uncached_cost, request_markup, managed_variable_cost):
    """What prompt caching takes away from fine-tuning."""
    return where(managed_priced > 0, prompt_uncached_cost * request_markup - managed_variable_cost, NO_PRICE)


@quantity("Managed against prompted: break-even if nothing were cached", "request/month")
def uncached_breakeven_volume(managed_priced, managed_gap, uncached_saving):
    """Beside the one with caching: it often removes the break-even."""
    return where(managed_priced > 0, crossing(managed_gap, uncached_saving), NO_PRICE)


@quantity("Managed against the bigger model: saved by a request", "USD/request")
def managed_tier_saving(managed_priced, tier_variable_cost, managed_variable_cost):
    """Moving down a tier: the small tuned model against the bigger prompted one."""
    return where(managed_priced > 0, tier_variable_cost - managed_variable_cost, NO_PRICE)


@quantity("Managed against the bigger model: break-even", "request/month")
def managed_tier_volume(managed_priced, managed_gap, managed_tier_saving):
    """Requests a month from which the small tuned model costs less than the bigger prompted one."""
    return where(managed_priced > 0, crossing(managed_gap, managed_tier_saving), NO_PRICE)


@quantity("Managed against prompted: last month in which it has cost more", "month")
def managed_last_dearer(managed_dearer):
    """0, if there is none."""
    return largest(managed_dearer)


@quantity("Managed against prompted: break-even month", "month")
def managed_breakeven_month(managed_priced, managed_last_dearer, horizon_months):
    """From then on the managed model has cost less, all in all."""
    return where(managed_priced > 0, stays_cheaper(managed_last_dearer, horizon_months), NO_PRICE)
