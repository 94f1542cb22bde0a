"""Alternatives: what else could answer the same requests, and what that costs.

Five are compared: a prompted model, retrieval (RAG), a model that is tuned and hosted by a provider (managed), the
plan of the case itself, and the plan with retrieval on top (hybrid). All answer the requests of the timeline, pay the
same people at the same rate, are watched alike, and bear the same contingency. An open model, prompted on own GPUs, is
not among them.
"""

from xlcost.model.constants import TOKENS_PER_MTOKEN
from xlcost.model.words import (
    NO_PRICE,
    Table,
    both,
    either,
    is_known,
    lookup,
    lookup_or,
    quantity,
    where,
)

INFERENCE = Table("inference_prices")
TUNING_OFFERS = Table("tuning_offers")


def three_parts(first, first_price, second, second_price, output, output_price):
    """Tokens of three kinds at their prices, in USD."""
    return (first * first_price + second * second_price + output * output_price) / TOKENS_PER_MTOKEN


def some_in_batches(cached, uncached, batch_share, batch_discount):
    """A request that may wait has the discount for batches, and finds nothing cached."""
    return (1 - batch_share) * cached + batch_share * (1 - batch_discount) * uncached


# Who may be asked


@quantity("A provider's model may be asked", "flag")
def outside_allowed(requests_outside):
    """Otherwise only what runs on GPUs of one's own is feasible."""
    return where(requests_outside == "allowed", 1, 0)


@quantity("The plan is allowed", "flag")
def plan_allowed(outside_allowed, serving_route, training_route):
    """Where nothing may leave the house, it has to be trained and served on GPUs."""
    return where(outside_allowed > 0, 1, where(either(serving_route == "API", training_route == "API"), 0, 1))


@quantity("The offer has prices for requests", "flag")
def managed_offered(tuning_offer):
    """For input and output of the tuned model."""
    return where(
        both(is_known(TUNING_OFFERS.input_price, tuning_offer), is_known(TUNING_OFFERS.output_price, tuning_offer)),
        1,
        0,
    )


@quantity("The managed model has all its prices", "flag", overridable=True)
def managed_priced(api_has_price, managed_offered, tuning_offer):
    """Training, input, output and hosting. Say 1 where you give those that the offer lacks."""
    return where(
        both(api_has_price > 0, managed_offered > 0),
        where(is_known(TUNING_OFFERS.hosting_price, tuning_offer), 1, 0),
        0,
    )


# A prompted model


@quantity("Prompted: price of input", "USD/Mtoken", overridable=True)
def prompt_input_price(prompt_model):
    """From the catalogue."""
    return lookup(INFERENCE.input_price, prompt_model)


@quantity("Prompted: price of cached input", "USD/Mtoken", overridable=True)
def prompt_cached_price(prompt_model, prompt_input_price):
    """From the catalogue. A model that names none is taken to read everything at its full price."""
    return lookup_or(INFERENCE.cached_input_price, prompt_model, prompt_input_price)


@quantity("Prompted: price of output", "USD/Mtoken", overridable=True)
def prompt_output_price(prompt_model):
    """From the catalogue."""
    return lookup(INFERENCE.output_price, prompt_model)


@quantity("Prompted: discount for batches", "share", overridable=True)
def prompt_batch_discount(prompt_model):
    """From the catalogue, off input and output. A model that names none has none."""
    return lookup_or(INFERENCE.batch_discount, prompt_model, 0)


@quantity("Prompted: price of the beginning", "USD/Mtoken")
def prompt_prefix_price(prefix_cached_share, prompt_cached_price, prompt_input_price):
    """Cached or not."""
    return prefix_cached_share * prompt_cached_price + (1 - prefix_cached_share) * prompt_input_price


@quantity("Prompted: a request, nothing cached", "USD/request")
def prompt_uncached_cost(
    prompt_prefix_tokens, prompt_input_price, input_tokens, output_tokens, prompt_output_price
):  # fmt: skip
    """Instructions, examples and the request itself at the full price."""
    return three_parts(
        prompt_prefix_tokens, prompt_input_price, input_tokens, prompt_input_price, output_tokens, prompt_output_price
    )


@quantity("Prompted: a request, beginning cached", "USD/request")
def prompt_cached_cost(
    prompt_prefix_tokens, prompt_prefix_price, input_tokens, prompt_input_price, output_tokens, prompt_output_price
):  # fmt: skip
    """Instructions and examples from the cache as often as they are found there."""
    return three_parts(
        prompt_prefix_tokens, prompt_prefix_price, input_tokens, prompt_input_price, output_tokens, prompt_output_price
    )


@quantity("Prompted: a request", "USD/request")
def prompt_request_cost(prompt_cached_cost, prompt_uncached_cost, batch_share, prompt_batch_discount):
    """Some of them in batches."""
    return some_in_batches(prompt_cached_cost, prompt_uncached_cost, batch_share, prompt_batch_discount)


# The same prompt on a bigger model


@quantity("Bigger model: price of input", "USD/Mtoken", overridable=True)
def tier_input_price(tier_model):
    """From the catalogue."""
    return lookup(INFERENCE.input_price, tier_model)


@quantity("Bigger model: price of cached input", "USD/Mtoken", overridable=True)
def tier_cached_price(tier_model, tier_input_price):
    """From the catalogue. A model that names none is taken to read everything at its full price."""
    return lookup_or(INFERENCE.cached_input_price, tier_model, tier_input_price)


@quantity("Bigger model: price of output", "USD/Mtoken", overridable=True)
def tier_output_price(tier_model):
    """From the catalogue."""
    return lookup(INFERENCE.output_price, tier_model)


@quantity("Bigger model: price of the beginning", "USD/Mtoken")
def tier_prefix_price(prefix_cached_share, tier_cached_price, tier_input_price):
    """Cached or not."""
    return prefix_cached_share * tier_cached_price + (1 - prefix_cached_share) * tier_input_price


@quantity("Bigger model: a request", "USD/request")
def tier_request_cost(
    prompt_prefix_tokens, tier_prefix_price, input_tokens, tier_input_price, output_tokens, tier_output_price
):  # fmt: skip
    """The same prompt, none of it in batches."""
    return three_parts(
        prompt_prefix_tokens, tier_prefix_price, input_tokens, tier_input_price, output_tokens, tier_output_price
    )


# Retrieval


@quantity("Passages of a request", "token/request")
def passage_tokens(rag_chunks, rag_chunk_tokens):
    """Passages times their length. They differ from request to request, and are never cached."""
    return rag_chunks * rag_chunk_tokens


@quantity("Embedding of a request", "USD/request")
def embedding_cost(input_tokens, embedding_price):
    """To find its passages."""
    return input_tokens * embedding_price / TOKENS_PER_MTOKEN


@quantity("Retrieval: a request, nothing cached", "USD/request")
def rag_uncached_cost(
    rag_prefix_tokens, prompt_input_price, input_tokens, passage_tokens, output_tokens, prompt_output_price
):  # fmt: skip
    """Instructions, passages and the request itself at the full price."""
    return three_parts(
        rag_prefix_tokens,
        prompt_input_price,
        input_tokens + passage_tokens,
        prompt_input_price,
        output_tokens,
        prompt_output_price,
    )


@quantity("Retrieval: a request, beginning cached", "USD/request")
def rag_cached_cost(
    rag_uncached_cost, rag_prefix_tokens, prompt_input_price, prompt_prefix_price
):  # fmt: skip
    """Only the instructions can be cached."""
    return rag_uncached_cost - rag_prefix_tokens * (prompt_input_price - prompt_prefix_price) / TOKENS_PER_MTOKEN


@quantity("Retrieval: a request", "USD/request")
def rag_request_cost(rag_cached_cost, rag_uncached_cost, batch_share, prompt_batch_discount, embedding_cost):
    """Some of them in batches; each is embedded."""
    return some_in_batches(rag_cached_cost, rag_uncached_cost, batch_share, prompt_batch_discount) + embedding_cost


@quantity("Passages on the plan's API, a request", "USD/request")
def hybrid_passage_cost(serving_route, passage_tokens, api_input_price):
    """What the hybrid reads more, by the token. On own GPUs it takes more of them instead."""
    return where(serving_route == "API", passage_tokens * api_input_price / TOKENS_PER_MTOKEN, 0)


# Before launch


@quantity("Prompted: before launch", "USD")
def prompt_upfront_cost(prompt_hours, staff_hour_rate, stage_pays_people):
    """Own hours, where stages pay them."""
    return stage_pays_people * prompt_hours * staff_hour_rate


@quantity("Retrieval: before launch", "USD")
def rag_upfront_cost(rag_hours, staff_hour_rate, stage_pays_people, corpus_size, embedding_price):
    """Own hours, and the embedding of all text."""
    return stage_pays_people * rag_hours * staff_hour_rate + corpus_size * embedding_price


@quantity("Managed: training and iteration", "USD")
def managed_build_cost(
    managed_priced, models_to_ship, api_route_cost, stage_pays_people, training_people_cost, api_iteration_cost
):
    """As planned, but with every run through the API."""
    return where(
        managed_priced > 0,
        models_to_ship * api_route_cost + stage_pays_people * training_people_cost + api_iteration_cost,
        NO_PRICE,
    )


@quantity("Managed: before launch", "USD")
def managed_upfront_cost(managed_priced, data_cost, managed_build_cost, stage_pays_people, deployment_people_cost):
    """The same data, its training, and the people who put it to work."""
    return where(
        managed_priced > 0, data_cost + managed_build_cost + stage_pays_people * deployment_people_cost, NO_PRICE
    )


@quantity("Plan: before launch", "USD")
def plan_upfront_cost(data_cost, training_cost, iteration_cost, stage_pays_people, deployment_people_cost):
    """What the case says."""
    return data_cost + training_cost + iteration_cost + stage_pays_people * deployment_people_cost


@quantity("Hybrid: before launch", "USD")
def hybrid_upfront_cost(plan_upfront_cost, rag_upfront_cost):
    """The plan, and retrieval."""
    return plan_upfront_cost + rag_upfront_cost


# In a month without a request


@quantity("Prompted: every month", "USD/month")
def prompt_month_cost(prompt_month_hours, staff_hour_rate, stage_pays_people):
    """Own hours, where stages pay them."""
    return stage_pays_people * prompt_month_hours * staff_hour_rate


@quantity("Retrieval: every month", "USD/month")
def rag_month_cost(rag_month_hours, staff_hour_rate, stage_pays_people, vector_store_cost):
    """Own hours, and the store of passages."""
    return stage_pays_people * rag_month_hours * staff_hour_rate + vector_store_cost


@quantity("Managed: every month", "USD/month")
def managed_month_cost(managed_priced, api_idle_cost):
    """Hosting and storage, which accrue while nobody asks."""
    return where(managed_priced > 0, api_idle_cost, NO_PRICE)


@quantity("Plan: every month", "USD/month")
def plan_month_cost(serving_route, api_idle_cost, least_replicas, replica_month_cost):
    """Hosting, or the GPUs that are there at the least."""
    return where(serving_route == "API", api_idle_cost, least_replicas * replica_month_cost)


@quantity("Hybrid: every month", "USD/month")
def hybrid_month_cost(plan_month_cost, rag_month_cost):
    """The plan, and retrieval."""
    return plan_month_cost + rag_month_cost


@quantity("Managed: a retrain", "USD/retrain")
def managed_retrain_cost(managed_priced, retrain_other_cost, retrain_experiments, api_route_cost):
    """As planned, but with every run through the API."""
    return where(managed_priced > 0, retrain_other_cost + retrain_experiments * api_route_cost, NO_PRICE)


# Month by month


@quantity("Requests, at today's API prices", "request/month")
def priced_requests(requests, api_price_factor):
    """Requests along the price path: times today's price they cost what they will."""
    return requests * api_price_factor


@quantity("Requests that the model answers, at today's API prices", "request/month")
def priced_answers(served_requests, api_price_factor):
    """The same, less those that a lever answers from a cache."""
    return served_requests * api_price_factor


@quantity("Around every alternative", "USD/month")
def shared_flow(monitoring_flow, requests, egress_size, egress_price, is_running, gateway_cost):
    """Watching, traffic to the outside, gateway: the same whoever answers."""
    return monitoring_flow + requests * egress_size * egress_price + is_running * gateway_cost


@quantity("Around what is not tuned", "USD/month")
def light_flow(shared_flow, light_team_share, talent_flow):
    """The same, and a smaller team."""
    return shared_flow + light_team_share * talent_flow


@quantity("Request tokens, with other environments", "1")
def token_markup(environment_share, contingency_share):
    """Development and staging ask too, and a contingency is kept."""
    return (1 + environment_share) * (1 + contingency_share)


@quantity("Prompted", "USD/month")
def prompt_flow(
    contingency_share, light_flow, prompt_upfront_cost, build_share, is_running, prompt_month_cost, priced_requests,
    prompt_request_cost, token_markup,
):  # fmt: skip
    """Before launch over the build, every month, and by the request."""
    return (1 + contingency_share) * (
        light_flow + prompt_upfront_cost * build_share + is_running * prompt_month_cost
    ) + priced_requests * prompt_request_cost * token_markup


@quantity("Retrieval", "USD/month")
def rag_flow(
    contingency_share, light_flow, rag_upfront_cost, build_share, is_running, rag_month_cost, priced_requests,
    rag_request_cost, token_markup,
):  # fmt: skip
    """Before launch over the build, every month, and by the request."""
    return (1 + contingency_share) * (
        light_flow + rag_upfront_cost * build_share + is_running * rag_month_cost
    ) + priced_requests * rag_request_cost * token_markup


@quantity("Managed: serving", "USD/month")
def managed_serving_flow(managed_priced, token_cost, token_markup):
    """Tokens, and hosting that accrues while idle."""
    return where(managed_priced > 0, token_cost * token_markup, 0)


@quantity("Managed: build and retrains", "USD/month")
def managed_training_flow(managed_priced, managed_upfront_cost, build_share, retrains, managed_retrain_cost):
    """Over the build, and as often as planned."""
    return where(managed_priced > 0, managed_upfront_cost * build_share + retrains * managed_retrain_cost, 0)


@quantity("Managed", "USD/month")
def managed_flow(
    managed_priced, contingency_share, shared_flow, talent_flow, managed_training_flow, managed_serving_flow
):
    """Build, retrains and serving, with the whole team. Nothing where a price is missing: see its total."""
    return where(
        managed_priced > 0,
        (1 + contingency_share) * (shared_flow + talent_flow + managed_training_flow) + managed_serving_flow,
        0,
    )


@quantity("Hybrid: reading passages", "USD/month")
def passage_flow(serving_route, priced_answers, hybrid_passage_cost, dedicated_cost, retrieval_load):
    """By the token, or by more of the same GPUs. An answer from a cache reads none."""
    return where(serving_route == "API", priced_answers * hybrid_passage_cost, dedicated_cost * (retrieval_load - 1))


@quantity("Hybrid: retrieval", "USD/month")
def retrieval_flow(
    rag_upfront_cost, build_share, is_running, rag_month_cost, requests, embedding_cost
):  # fmt: skip
    """What is built, kept and embedded."""
    return rag_upfront_cost * build_share + is_running * rag_month_cost + requests * embedding_cost


@quantity("Hybrid", "USD/month")
def hybrid_flow(total_flow, contingency_share, retrieval_flow, passage_flow, plan_token_markup):
    """The plan, retrieval, and what reading passages takes."""
    return total_flow + (1 + contingency_share) * retrieval_flow + passage_flow * plan_token_markup
