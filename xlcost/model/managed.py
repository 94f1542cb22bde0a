"""Break-even of the managed model: from how many requests, and from which month on, it pays."""

from xlcost.model.breakeven import costs_no_more, crossing, stays_cheaper
from xlcost.model.words import NO_PRICE, both, largest, quantity, where


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


@quantity("Managed against prompted: cheaper from the first request on", "flag")
def managed_at_once(managed_priced, managed_gap, managed_saving):
    """If it has its prices."""
    return where(managed_priced > 0, costs_no_more(managed_gap, managed_saving), 0)


@quantity("Managed against prompted: break-even", "request/month")
def managed_breakeven_volume(managed_priced, managed_at_once, managed_gap, managed_saving):
    """Requests a month from which the managed model costs less."""
    return where(managed_priced > 0, crossing(managed_at_once, managed_gap, managed_saving), NO_PRICE)


@quantity("Managed against prompted: saved by a request, with value", "USD/request")
def managed_value_saving(managed_priced, managed_saving, managed_quality_gain, answer_value):
    """A right answer more is a saving, too."""
    return where(managed_priced > 0, managed_saving + managed_quality_gain * answer_value, NO_PRICE)


@quantity("Managed against prompted, with value: cheaper from the first request on", "flag")
def managed_value_at_once(managed_priced, managed_gap, managed_value_saving):
    """If it has its prices."""
    return where(managed_priced > 0, costs_no_more(managed_gap, managed_value_saving), 0)


@quantity("Managed against prompted: break-even with value", "request/month")
def managed_value_volume(managed_priced, managed_value_at_once, managed_gap, managed_value_saving):
    """Requests a month from which the managed model costs less than it is worth more."""
    return where(managed_priced > 0, crossing(managed_value_at_once, managed_gap, managed_value_saving), NO_PRICE)


@quantity("Managed against prompted: saved if nothing were cached", "USD/request")
def uncached_saving(managed_priced, prompt_uncached_cost, request_markup, managed_variable_cost):
    """What prompt caching takes away from fine-tuning."""
    return where(managed_priced > 0, prompt_uncached_cost * request_markup - managed_variable_cost, NO_PRICE)


@quantity("Managed against prompted, if nothing were cached: cheaper from the first request on", "flag")
def uncached_at_once(managed_priced, managed_gap, uncached_saving):
    """If it has its prices."""
    return where(managed_priced > 0, costs_no_more(managed_gap, uncached_saving), 0)


@quantity("Managed against prompted: break-even if nothing were cached", "request/month")
def uncached_breakeven_volume(managed_priced, uncached_at_once, managed_gap, uncached_saving):
    """Beside the one with caching: it often removes the break-even."""
    return where(managed_priced > 0, crossing(uncached_at_once, managed_gap, uncached_saving), NO_PRICE)


@quantity("Managed against the bigger model: saved by a request", "USD/request")
def managed_tier_saving(managed_priced, tier_variable_cost, managed_variable_cost):
    """Moving down a tier: the small tuned model against the bigger prompted one."""
    return where(managed_priced > 0, tier_variable_cost - managed_variable_cost, NO_PRICE)


@quantity("Managed against the bigger model: cheaper from the first request on", "flag")
def managed_tier_at_once(managed_priced, managed_gap, managed_tier_saving):
    """If it has its prices."""
    return where(managed_priced > 0, costs_no_more(managed_gap, managed_tier_saving), 0)


@quantity("Managed against the bigger model: break-even", "request/month")
def managed_tier_volume(managed_priced, managed_tier_at_once, managed_gap, managed_tier_saving):
    """Requests a month from which the small tuned model costs less than the bigger prompted one."""
    return where(managed_priced > 0, crossing(managed_tier_at_once, managed_gap, managed_tier_saving), NO_PRICE)


@quantity("Managed against prompted: last month in which it has cost more", "month")
def managed_last_dearer(managed_dearer):
    """0, if there is none."""
    return largest(managed_dearer)


@quantity("Managed against prompted: break-even month", "month")
def managed_breakeven_month(managed_priced, managed_last_dearer, horizon_months):
    """From then on the managed model has cost less, all in all."""
    return where(managed_priced > 0, stays_cheaper(managed_last_dearer, horizon_months), NO_PRICE)
