"""One request more: what it takes of tokens, and of replicas on GPUs of one's own."""

from xlcost.model.constants import HOURS_PER_MONTH, SECONDS_PER_HOUR
from xlcost.model.deployment import answer_seconds
from xlcost.model.words import NO_PRICE, maximum, quantity, total, where

# By the token


@quantity("What a request's tokens come to", "x")
def request_markup(token_markup, total_requests, priced_requests):
    """With other environments and contingency, on the mean of the price path."""
    return token_markup * where(total_requests > 0, total(priced_requests) / total_requests, 1)


@quantity("Managed: what a request's tokens come to", "x")
def managed_markup(token_markup, total_requests, priced_answers):
    """The same, where some requests are answered from a cache and take no tokens."""
    return token_markup * where(total_requests > 0, total(priced_answers) / total_requests, 1)


@quantity("Request tokens of the plan, with other environments", "1")
def plan_token_markup(staging_share, contingency_share):
    """The same in a month of the plan, where a lever may save a part of development and staging."""
    return (1 + staging_share) * (1 + contingency_share)


@quantity("Plan: answers with other environments", "request/month")
def plan_answers(priced_answers, plan_token_markup):
    """What a month's tokens are multiplied with, contingency included."""
    return priced_answers * plan_token_markup


@quantity("Plan: what a request's tokens come to", "x")
def plan_markup(token_markup, total_requests, plan_answers):
    """The same for the plan, whose levers may save answers and staging."""
    return where(total_requests > 0, total(plan_answers) / total_requests, token_markup)


# What requests take of own GPUs


@quantity("Requests that a replica answers, of all", "share")
def answered_share(total_requests, served_requests):
    """Less those that a lever answers from a cache."""
    return where(total_requests > 0, total(served_requests) / total_requests, 1)


@quantity("Replica-months that a request takes", "replica*month/request")
def replica_load(
    answered_share, output_tokens, gpus_per_replica, served_tokens_per_second, target_utilisation, service_seconds,
    sequences_per_replica, peak_factor,
):  # fmt: skip
    """By throughput, or by answers at the same time, in a month whose busiest hours just reach what is aimed for.

    One over it is how many requests a month a replica carries. What keeps the mean wait within its target comes on
    top: it is not in this number.
    """
    return (
        answered_share
        * maximum(
            answer_seconds(output_tokens, gpus_per_replica, served_tokens_per_second, target_utilisation),
            service_seconds / sequences_per_replica,
        )
        * peak_factor
        / (HOURS_PER_MONTH * SECONDS_PER_HOUR)
    )


@quantity("Plan: replica-months that a request takes", "replica*month/request")
def plan_load(serving_route, replica_load):
    """None by the token."""
    return where(serving_route == "API", 0, replica_load)


@quantity("A replica of the plan, with other environments", "USD/replica/month")
def replica_flow(serving_route, is_running, replica_month_cost, gpu_price_factor, paid_hours_share, plan_token_markup):
    """For the hours that are paid, contingency included. None is needed by the token."""
    return where(
        serving_route == "API",
        0,
        is_running * replica_month_cost * gpu_price_factor * paid_hours_share * plan_token_markup,
    )


@quantity("Own GPUs of the plan, with other environments", "USD/month")
def gpu_flow(serving_route, dedicated_cost, plan_token_markup):
    """As many as the requests of the month call for, contingency included."""
    return where(serving_route == "API", 0, dedicated_cost * plan_token_markup)


@quantity("A replica while it runs, with other environments", "USD/replica/month")
def replica_run_cost(replica_flow, running_months):
    """On average over the months that run."""
    return total(replica_flow) / running_months


@quantity("Plan: a replica", "USD/replica/month")
def plan_replica_cost(
    serving_route, replica_run_cost, own_gpus_bought, gpus_per_replica, gpu_capex, contingency_share, running_months
):
    """While it runs, and what was paid for GPUs that are bought, spread over the months that run."""
    return (
        replica_run_cost
        + where(serving_route == "API", 0, own_gpus_bought * gpus_per_replica * gpu_capex * (1 + contingency_share))
        / running_months
    )


@quantity("Hybrid: a replica", "USD/replica/month")
def hybrid_replica_cost(plan_replica_cost, retrieval_load, replica_run_cost):
    """Passages take more of the hours of the same GPUs."""
    return plan_replica_cost + (retrieval_load - 1) * replica_run_cost


@quantity("Own GPUs while they run", "USD")
def gpu_run_cost(gpu_flow):
    """Over the horizon, with other environments and contingency."""
    return total(gpu_flow)


@quantity("Plan: own GPUs", "USD")
def plan_gpu_cost(gpu_run_cost, serving_capital_cost, contingency_share):
    """While they run, and what was paid for those that are bought."""
    return gpu_run_cost + serving_capital_cost * (1 + contingency_share)


@quantity("Hybrid: own GPUs", "USD")
def hybrid_gpu_cost(plan_gpu_cost, retrieval_load, gpu_run_cost):
    """Passages take more of the hours of the same GPUs."""
    return plan_gpu_cost + (retrieval_load - 1) * gpu_run_cost


# One request more


@quantity("Prompted: one request more", "USD/request")
def prompt_variable_cost(prompt_request_cost, request_markup):
    """What depends on how it is answered."""
    return prompt_request_cost * request_markup


@quantity("Bigger model: one request more", "USD/request")
def tier_variable_cost(tier_request_cost, request_markup):
    """What depends on how it is answered."""
    return tier_request_cost * request_markup


@quantity("Retrieval: one request more", "USD/request")
def rag_variable_cost(rag_request_cost, request_markup):
    """What depends on how it is answered."""
    return rag_request_cost * request_markup


@quantity("Managed: one request more", "USD/request")
def managed_variable_cost(managed_priced, api_request_cost, managed_markup):
    """What depends on how it is answered. What is cached costs less, as a lever has it nothing."""
    return where(managed_priced > 0, api_request_cost * managed_markup, NO_PRICE)


@quantity("Plan: tokens of a request", "USD/request")
def plan_token_cost(serving_route, api_request_cost, plan_markup):
    """What a provider is paid; nothing on own GPUs."""
    return where(serving_route == "API", api_request_cost * plan_markup, 0)


@quantity("Plan: one request more", "USD/request")
def plan_variable_cost(plan_token_cost, plan_load, plan_replica_cost):
    """By the token; or its share of a replica that carries as many as it can, whether or not another is needed now."""
    return plan_token_cost + plan_load * plan_replica_cost


@quantity("Hybrid: tokens of a request", "USD/request")
def hybrid_token_cost(plan_token_cost, hybrid_passage_cost, plan_markup, embedding_cost, contingency_share):
    """The plan's, the passages and the embedding."""
    return plan_token_cost + hybrid_passage_cost * plan_markup + embedding_cost * (1 + contingency_share)


@quantity("Hybrid: one request more", "USD/request")
def hybrid_variable_cost(hybrid_token_cost, plan_load, hybrid_replica_cost):
    """Tokens, and its share of a replica."""
    return hybrid_token_cost + plan_load * hybrid_replica_cost


# Whoever answers


@quantity("Requests in the horizon, in months of those at launch", "month")
def path_months(request_path):
    """Requests of the horizon over those of the first month, however many these are."""
    return total(request_path)


@quantity("A request, whoever answers", "USD/request")
def shared_request_cost(monitoring_request_cost, egress_size, egress_price, contingency_share):
    """Watching, and traffic to the outside, with contingency."""
    return (monitoring_request_cost + egress_size * egress_price) * (1 + contingency_share)


@quantity("A month, whoever answers", "USD/month")
def shared_month_cost(monitoring_fixed_cost, gateway_cost, contingency_share):
    """Watching and the gateway, with contingency. The team is paid for those months anyway."""
    return (monitoring_fixed_cost + gateway_cost) * (1 + contingency_share)
