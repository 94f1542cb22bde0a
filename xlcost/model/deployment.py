"""Deployment: what answering requests costs, by the token or on GPUs of one's own."""

from xlcost.model.constants import HOURS_PER_MONTH, ONE_REPLICA, SECONDS_PER_HOUR, TOKENS_PER_MTOKEN
from xlcost.model.words import (
    NEVER,
    NO_PRICE,
    Table,
    ceil,
    first_where,
    is_number,
    largest,
    lookup,
    lookup_or,
    maximum,
    poisson_cdf,
    poisson_pmf,
    quantity,
    where,
)

TUNING_OFFERS = Table("tuning_offers")


# A queue, by Erlang: for the candidates, and for the replicas that are taken. Once the load is as large as the number
# of servers, everybody waits, and without end.


def blocking_chance(servers, load):
    """Erlang B through the Poisson distribution, which every spreadsheet has."""
    return where(
        load < servers,
        where(load > 0, poisson_pmf(servers, load) / poisson_cdf(servers, load), 0),
        1,
    )


def waiting_chance(blocking, servers, load):
    """Erlang C, from Erlang B."""
    return where(load < servers, blocking / (1 - load / servers * (1 - blocking)), 1)


def waiting_time(waiting, servers, load, service_seconds):
    """The mean over all requests, also those that don't wait."""
    return where(load < servers, waiting * service_seconds / (servers - load), NEVER)


def answer_seconds(output_tokens, gpus_per_replica, tokens_per_second, utilisation):
    """How long an answer takes a replica that is utilised as aimed for."""
    return output_tokens / (gpus_per_replica * tokens_per_second * utilisation)


# By the token


@quantity("Price of the tuned model's input", "USD/Mtoken", overridable=True)
def api_input_price(tuning_offer):
    """At the offer that the model was tuned with."""
    return lookup(TUNING_OFFERS.input_price, tuning_offer)


@quantity("Price of the tuned model's output", "USD/Mtoken", overridable=True)
def api_output_price(tuning_offer):
    """At the offer that the model was tuned with."""
    return lookup(TUNING_OFFERS.output_price, tuning_offer)


@quantity("Hosting of a tuned model", "USD/hour", overridable=True)
def api_hosting_price(tuning_offer):
    """Accrues for every hour that the model is deployed, used or not."""
    return lookup(TUNING_OFFERS.hosting_price, tuning_offer)


@quantity("Input price with its cached share", "USD/Mtoken")
def blended_input_price(api_input_price, cached_share, cached_price_share):
    """What is cached is paid at a share of the input price."""
    return api_input_price * (1 - cached_share + cached_share * cached_price_share)


@quantity("Tokens of one request", "USD/request")
def api_request_cost(input_tokens, output_tokens, blended_input_price, api_output_price):
    """Input and output at their prices."""
    return (input_tokens * blended_input_price + output_tokens * api_output_price) / TOKENS_PER_MTOKEN


@quantity("Hosting of the tuned models", "USD/month")
def api_hosting_cost(api_hosting_price, models_to_ship):
    """Every model, every hour of the month."""
    return api_hosting_price * HOURS_PER_MONTH * models_to_ship


@quantity("Storage of a tuned model", "USD/month", overridable=True)
def api_storage_price(tuning_offer):
    """At the offer. Most name none."""
    return lookup_or(TUNING_OFFERS.model_storage_price, tuning_offer, NO_PRICE)


@quantity("Storage of the tuned models", "USD/month")
def api_storage_cost(api_storage_price, models_to_ship):
    """Every model, used or not."""
    return where(is_number(api_storage_price), api_storage_price * models_to_ship, NO_PRICE)


@quantity("Idle cost of the tuned models", "USD/month")
def api_idle_cost(api_hosting_cost, api_storage_cost):
    """Before anybody asks anything. Storage is in it where it has a price; where not, an alert says so."""
    return api_hosting_cost + where(is_number(api_storage_cost), api_storage_cost, 0)


# On GPUs of one's own


@quantity("Base models to serve", "count")
def served_bases(trained_method, models_to_ship, adapters_per_base):
    """Adapters share the replicas of their base model; a model that is tuned in full needs its own."""
    return where(trained_method == "full", models_to_ship, ceil(models_to_ship / adapters_per_base))


@quantity("Replicas at the least, of all base models", "replica")
def least_replicas(min_replicas, served_bases):
    """As many of each as the service needs to be there."""
    return min_replicas * served_bases


@quantity("A million output tokens on a GPU", "USD/Mtoken")
def token_unit_cost(serving_gpu_price, served_tokens_per_second, target_utilisation):
    """GPU price over what the GPU yields at this utilisation. At half the utilisation, a token costs twice."""
    return serving_gpu_price / (served_tokens_per_second * SECONDS_PER_HOUR * target_utilisation) * TOKENS_PER_MTOKEN


@quantity("Requests a second at the peak", "request/second")
def peak_arrivals(peak_requests, peak_factor):
    """Of the busiest month, in its busiest hours."""
    return peak_requests / (HOURS_PER_MONTH * SECONDS_PER_HOUR) * peak_factor


@quantity("Output at the peak", "token/second")
def peak_tokens_per_second(peak_arrivals, output_tokens):
    """Requests times the tokens of an answer."""
    return peak_arrivals * output_tokens


@quantity("Replicas for the throughput", "replica")
def throughput_replicas(peak_tokens_per_second, served_tokens_per_second, gpus_per_replica, target_utilisation):
    """As many as yield the output of the peak at the utilisation aimed for."""
    return ceil(peak_tokens_per_second / (served_tokens_per_second * gpus_per_replica * target_utilisation))


@quantity("Load at the peak", "x")
def offered_load(peak_arrivals, service_seconds):
    """Requests that are being answered at the same time (Erlangs)."""
    return peak_arrivals * service_seconds


@quantity("Replicas for the load", "replica")
def load_replicas(offered_load, sequences_per_replica):
    """As many as have a place for every request that is being answered. With fewer, the queue never ends."""
    return ceil(offered_load / sequences_per_replica)


@quantity("Replicas, candidate", "replica")
def candidate_replicas(throughput_replicas, load_replicas, min_replicas, extra_replica):
    """What throughput and load need, and some more."""
    return maximum(throughput_replicas, load_replicas, min_replicas) + extra_replica


@quantity("Requests that can be answered at once", "x")
def servers(candidate_replicas, sequences_per_replica):
    """Continuous batching answers many at once on one replica."""
    return candidate_replicas * sequences_per_replica


@quantity("Blocking chance (Erlang B)", "share")
def erlang_b(servers, offered_load):
    """Through the Poisson distribution, which every spreadsheet has.

    Nobody is turned away without a load. Taken as certain once the load is as large as the number of servers: far
    above it, both terms vanish.
    """
    return blocking_chance(servers, offered_load)


@quantity("Chance to wait (Erlang C)", "share")
def erlang_c(erlang_b, servers, offered_load):
    """Certain once the load is as large as the number of servers."""
    return waiting_chance(erlang_b, servers, offered_load)


@quantity("Mean wait", "second/request")
def mean_wait(erlang_c, servers, offered_load, service_seconds):
    """Never ends once the load is as large as the number of servers."""
    return waiting_time(erlang_c, servers, offered_load, service_seconds)


@quantity("Meets the target", "flag")
def meets_latency(mean_wait, servers, offered_load, target_wait):
    """Whether this many replicas keep the mean wait within the target."""
    return where(offered_load < servers, where(mean_wait <= target_wait, 1, 0), 0)


@quantity("A candidate meets the target", "flag")
def latency_feasible(meets_latency):
    """If none does, the largest candidate is taken, and an alert says so."""
    return largest(meets_latency)


@quantity("Replicas for the latency", "replica")
def latency_replicas(latency_feasible, meets_latency, candidate_replicas):
    """The fewest that keep the mean wait within the target, at the peak month; or the most that were tried."""
    return where(latency_feasible > 0, first_where(meets_latency, candidate_replicas), largest(candidate_replicas))


@quantity("Replicas at the peak", "replica")
def replicas_at_peak(least_replicas, throughput_replicas, latency_replicas):
    """The largest of what availability, throughput and latency need."""
    return maximum(least_replicas, throughput_replicas, latency_replicas)


@quantity("Requests that can be answered at once, at the peak", "x")
def servers_at_peak(replicas_at_peak, sequences_per_replica):
    """By the replicas that are taken."""
    return replicas_at_peak * sequences_per_replica


@quantity("Blocking chance at the peak (Erlang B)", "share")
def peak_blocking(servers_at_peak, offered_load):
    """With the replicas that are taken."""
    return blocking_chance(servers_at_peak, offered_load)


@quantity("Chance to wait at the peak (Erlang C)", "share")
def peak_wait_chance(peak_blocking, servers_at_peak, offered_load):
    """With the replicas that are taken. Certain once the load is as large as the number of servers."""
    return waiting_chance(peak_blocking, servers_at_peak, offered_load)


@quantity("Mean wait at the peak", "second/request")
def peak_wait(peak_wait_chance, servers_at_peak, offered_load, service_seconds):
    """With the replicas that are taken."""
    return waiting_time(peak_wait_chance, servers_at_peak, offered_load, service_seconds)


@quantity("A replica", "USD/replica/month")
def replica_month_cost(gpus_per_replica, serving_gpu_price):
    """Its GPUs, every hour of the month, used or not."""
    return gpus_per_replica * serving_gpu_price * HOURS_PER_MONTH


@quantity("Utilisation at the peak", "share")
def peak_utilisation(peak_tokens_per_second, served_tokens_per_second, gpus_per_replica, replicas_at_peak):
    """Output of the peak over what the GPUs yield at full load."""
    return peak_tokens_per_second / (served_tokens_per_second * gpus_per_replica * replicas_at_peak)


@quantity("Serving, in the busiest month", "USD/month")
def peak_serving_cost(
    serving_route, peak_requests, api_request_cost, api_idle_cost, replicas_at_peak, replica_month_cost
):
    """By the chosen route, at today's prices: the requests of that month, or its replicas for the whole month."""
    return where(
        serving_route == "API",
        peak_requests * api_request_cost + api_idle_cost,
        replicas_at_peak * replica_month_cost,
    )


# One against the other


@quantity("Replicas that are compared with the API", "replica")
def compared_replicas(least_replicas):
    """The fewest that serve at all. More of them cost and yield more in the same proportion."""
    return maximum(least_replicas, ONE_REPLICA)


@quantity("GPUs of one's own, at the least", "USD/month")
def least_dedicated_cost(compared_replicas, replica_month_cost):
    """Used or not."""
    return compared_replicas * replica_month_cost


@quantity("Requests that these replicas can answer", "request/month")
def replica_capacity(
    compared_replicas, gpus_per_replica, served_tokens_per_second, target_utilisation, output_tokens, peak_factor
):
    """In a month whose busiest hours just reach the utilisation aimed for."""
    return (
        compared_replicas
        / (answer_seconds(output_tokens, gpus_per_replica, served_tokens_per_second, target_utilisation) * peak_factor)
        * (HOURS_PER_MONTH * SECONDS_PER_HOUR)
    )


@quantity("Every request through the API costs something", "flag")
def request_saves(api_request_cost):
    """On GPUs of one's own, one request more costs nothing more."""
    return where(api_request_cost > 0, 1, 0)


@quantity("Requests at which own GPUs cost as much as the API", "request/month")
def break_even_requests(request_saves, least_dedicated_cost, api_idle_cost, api_request_cost):
    """0 where the tuned model's hosting alone costs more than the GPUs; never where requests are free."""
    return where(request_saves > 0, maximum(0, (least_dedicated_cost - api_idle_cost) / api_request_cost), NEVER)


@quantity("Own GPUs can become cheaper", "flag")
def dedicated_can_pay(request_saves, break_even_requests, replica_capacity):
    """Within what the replicas can answer. Above it more are needed, and the crossing moves away with them."""
    return where(request_saves > 0, where(break_even_requests <= replica_capacity, 1, 0), 0)


@quantity("Requests from which own GPUs are cheaper", "request/month")
def crossover_requests(dedicated_can_pay, break_even_requests):
    """Never, where that is above what the replicas can answer."""
    return where(dedicated_can_pay > 0, break_even_requests, NEVER)


# Around it


@quantity("Own people on deployment", "USD")
def deployment_people_cost(deployment_hours, staff_hour_rate):
    """Building the service, at the loaded rate."""
    return deployment_hours * staff_hour_rate
