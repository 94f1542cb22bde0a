"""Calendar: which month is which, how many requests come in it, and what prices are by then."""

from xlcost.model.constants import AT_ONCE, ONE_MONTH, YEAR
from xlcost.model.words import both, ceil, largest, maximum, quantity, where


@quantity("At the start", "1/month")
def at_start(month):
    """All of it in month 0."""
    return where(month > 0, 0, AT_ONCE)


@quantity("Share of the build", "1/month")
def build_share(month, build_months):
    """Spread evenly over the months of the build."""
    return where(both(month > 0, month <= build_months), 1 / build_months, 0)


@quantity("Building", "flag")
def is_building(month, build_months):
    """From the first month to launch."""
    return where(both(month > 0, month <= build_months), 1, 0)


@quantity("Running", "flag")
def is_running(month, build_months, horizon_months):
    """From launch to the end of the horizon."""
    return where(both(month > build_months, month <= horizon_months), 1, 0)


@quantity("Months since launch", "month")
def live_months(month, build_months):
    """1 in the first month that runs."""
    return maximum(0, month - build_months)


@quantity("Requests, against those at launch", "x")
def request_path(is_running, request_growth, live_months):
    """Grow by a rate a year, compounded monthly."""
    return is_running * (1 + request_growth) ** ((live_months - ONE_MONTH) / YEAR)


@quantity("Requests", "request/month")
def requests(launch_requests, request_path):
    """Those at launch, and how they grow."""
    return launch_requests * request_path


@quantity("Caching answers", "flag")
def caching_runs(month, caching_acts, caching_lever_month):
    """From its start month on, where this lever is on."""
    return where(month >= caching_lever_month, caching_acts, 0)


@quantity("Requests that the model answers", "request/month")
def served_requests(requests, caching_runs, caching_share):
    """Less those that are answered from the cache."""
    return requests * (1 - caching_runs * caching_share)


@quantity("Requests of the busiest month", "request/month")
def peak_requests(served_requests):
    """In the horizon, those that the model answers."""
    return largest(served_requests)


@quantity("Watching GPUs", "flag")
def utilisation_runs(month, utilisation_acts, utilisation_lever_month):
    """From its start month on, where this lever is on."""
    return where(month >= utilisation_lever_month, utilisation_acts, 0)


@quantity("GPU prices, against today", "x")
def gpu_price_factor(month, gpu_price_change, purchase):
    """Along the price path. What one owns was paid at the start."""
    return where(purchase == "owned", 1, (1 + gpu_price_change) ** (month / YEAR))


@quantity("API prices, against today", "x")
def api_price_factor(month, api_price_change):
    """A fixed model's price does not fall by itself: 0 unless one plans to migrate."""
    return (1 + api_price_change) ** (month / YEAR)


@quantity("Year", "count")
def year(month):
    """Month 0 is year 0; months 1 to 12 are year 1."""
    return ceil(month / YEAR)
