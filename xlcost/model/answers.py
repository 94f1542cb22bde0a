"""Answers: how many are right, what all that is worth, from each way's own launch on, and what failing costs.

What is entered comes from launch on: the value of right answers, spending that ends, value that begins. Costs are
those of the months in which the plan runs; whoever launches before it gains in those months, and pays for them.
"""

from xlcost.model.words import NO_PRICE, either, maximum, minimum, quantity, where


def ahead(build_months, months, horizon_months):
    """Months before the plan. Nobody is later than the end of the horizon."""
    return build_months - minimum(months, horizon_months)


def request_margin(acceptance, answer_value, cost, shared_request_cost):
    """What a right answer is worth, as often as it is right, less what the request costs."""
    return acceptance * answer_value - cost - shared_request_cost


def gained(launch_requests, margin, launch_benefit, month_cost, shared_month_cost):
    """In a month before the plan: what requests bring, and what begins with launch, less what runs."""
    return launch_requests * margin + launch_benefit - month_cost - shared_month_cost


def head_start(months_ahead, early_gain):
    """Whoever launches before the plan gains in those months, if anything, and whoever launches later loses as much."""
    return months_ahead * maximum(0, early_gain)


def value_of(requests, acceptance, answer_value, benefit, head):
    """Right answers, and what begins with launch."""
    return requests * acceptance * answer_value + benefit + head


def counted(margin, early_gain, months_ahead):
    """Where a request brings more than it costs, however few there are now; or what begins with launch makes up."""
    return where(either(margin > 0, early_gain > 0), months_ahead, 0)


def net_of_request(variable_cost, acceptance, answer_value, margin, early_months, path_months):
    """What one more costs less what it brings, in the months before the plan as well."""
    return variable_cost - acceptance * answer_value - early_months / path_months * margin


def net_of_none(idle_cost, benefit, margin, early_gain, early_months, launch_requests):
    """The same without any request: what begins with launch, and what runs before the plan does."""
    return idle_cost - benefit - early_months * (early_gain - launch_requests * margin)


# Prompted


@quantity("Prompted: months ahead of the plan", "month")
def prompt_ahead(build_months, prompt_months, horizon_months):
    """Negative, if later."""
    return ahead(build_months, prompt_months, horizon_months)


@quantity("Prompted: a request brings more than it costs", "USD/request")
def prompt_margin(prompt_acceptance, answer_value, prompt_variable_cost, shared_request_cost):
    """By the value of a right answer."""
    return request_margin(prompt_acceptance, answer_value, prompt_variable_cost, shared_request_cost)


@quantity("Prompted: gained by a month before the plan", "USD/month")
def prompt_early_gain(
    launch_requests, prompt_margin, launch_benefit, prompt_month_cost, contingency_share, shared_month_cost
):
    """With as many requests as at launch."""
    return gained(
        launch_requests, prompt_margin, launch_benefit, prompt_month_cost * (1 + contingency_share), shared_month_cost
    )


@quantity("Prompted: head start", "USD")
def prompt_head_start(prompt_ahead, prompt_early_gain):
    """Against the plan; negative, if later."""
    return head_start(prompt_ahead, prompt_early_gain)


@quantity("Prompted: value", "USD")
def prompt_value(total_requests, prompt_acceptance, answer_value, total_benefit, prompt_head_start):
    """Over the horizon, with the head start."""
    return value_of(total_requests, prompt_acceptance, answer_value, total_benefit, prompt_head_start)


@quantity("Prompted: months before the plan that count at any volume", "month")
def prompt_early_months(prompt_margin, prompt_early_gain, prompt_ahead):
    """For a break-even that doesn't depend on how many requests there are now."""
    return counted(prompt_margin, prompt_early_gain, prompt_ahead)


@quantity("Prompted: one request more, less what it brings", "USD/request")
def prompt_request_net(
    prompt_variable_cost, prompt_acceptance, answer_value, prompt_margin, prompt_early_months, path_months
):
    """Negative, where it brings more."""
    return net_of_request(
        prompt_variable_cost, prompt_acceptance, answer_value, prompt_margin, prompt_early_months, path_months
    )


@quantity("Prompted: cost less value without a request", "USD")
def prompt_fixed_net(
    prompt_idle_cost, total_benefit, prompt_margin, prompt_early_gain, prompt_early_months, launch_requests
):
    """Over the horizon."""
    return net_of_none(
        prompt_idle_cost, total_benefit, prompt_margin, prompt_early_gain, prompt_early_months, launch_requests
    )


# Retrieval


@quantity("Retrieval: months ahead of the plan", "month")
def rag_ahead(build_months, rag_months, horizon_months):
    """Negative, if later."""
    return ahead(build_months, rag_months, horizon_months)


@quantity("Retrieval: a request brings more than it costs", "USD/request")
def rag_margin(rag_acceptance, answer_value, rag_variable_cost, shared_request_cost):
    """By the value of a right answer."""
    return request_margin(rag_acceptance, answer_value, rag_variable_cost, shared_request_cost)


@quantity("Retrieval: gained by a month before the plan", "USD/month")
def rag_early_gain(launch_requests, rag_margin, launch_benefit, rag_month_cost, contingency_share, shared_month_cost):
    """With as many requests as at launch."""
    return gained(
        launch_requests, rag_margin, launch_benefit, rag_month_cost * (1 + contingency_share), shared_month_cost
    )


@quantity("Retrieval: head start", "USD")
def rag_head_start(rag_ahead, rag_early_gain):
    """Against the plan; negative, if later."""
    return head_start(rag_ahead, rag_early_gain)


@quantity("Retrieval: value", "USD")
def rag_value(total_requests, rag_acceptance, answer_value, total_benefit, rag_head_start):
    """Over the horizon, with the head start."""
    return value_of(total_requests, rag_acceptance, answer_value, total_benefit, rag_head_start)


@quantity("Retrieval: months before the plan that count at any volume", "month")
def rag_early_months(rag_margin, rag_early_gain, rag_ahead):
    """For a break-even that doesn't depend on how many requests there are now."""
    return counted(rag_margin, rag_early_gain, rag_ahead)


@quantity("Retrieval: one request more, less what it brings", "USD/request")
def rag_request_net(rag_variable_cost, rag_acceptance, answer_value, rag_margin, rag_early_months, path_months):
    """Negative, where it brings more."""
    return net_of_request(rag_variable_cost, rag_acceptance, answer_value, rag_margin, rag_early_months, path_months)


@quantity("Retrieval: cost less value without a request", "USD")
def rag_fixed_net(rag_idle_cost, total_benefit, rag_margin, rag_early_gain, rag_early_months, launch_requests):
    """Over the horizon."""
    return net_of_none(rag_idle_cost, total_benefit, rag_margin, rag_early_gain, rag_early_months, launch_requests)


# The plan


@quantity("Plan: value", "USD")
def plan_value(total_requests, quality_start, answer_value, total_benefit):
    """Over the horizon."""
    return value_of(total_requests, quality_start, answer_value, total_benefit, 0)


@quantity("Plan: one request more, less what it brings", "USD/request")
def plan_request_net(plan_variable_cost, quality_start, answer_value):
    """Negative, where it brings more."""
    return plan_variable_cost - quality_start * answer_value


@quantity("Plan: cost less value without a request and a replica", "USD")
def plan_fixed_net(plan_idle_cost, plan_failed_cost, total_benefit):
    """Over the horizon."""
    return plan_idle_cost + plan_failed_cost - total_benefit


# Managed


@quantity("Managed: answers that are right", "share")
def managed_acceptance(quality_start, managed_quality_change):
    """The quality at launch, and what another base model changes in it."""
    return maximum(0, minimum(1, quality_start + managed_quality_change))


@quantity("Managed: months to launch", "month")
def managed_months(build_months, managed_head_months):
    """The same data take as long; a provider's hosting takes less."""
    return maximum(0, build_months - managed_head_months)


@quantity("Managed: months ahead of the plan", "month")
def managed_ahead(build_months, managed_months, horizon_months):
    """Negative, if later."""
    return ahead(build_months, managed_months, horizon_months)


@quantity("Managed: a request brings more than it costs", "USD/request")
def managed_margin(managed_priced, managed_acceptance, answer_value, managed_variable_cost, shared_request_cost):
    """By the value of a right answer."""
    return where(
        managed_priced > 0,
        request_margin(managed_acceptance, answer_value, managed_variable_cost, shared_request_cost),
        NO_PRICE,
    )


@quantity("Managed: gained by a month before the plan", "USD/month")
def managed_early_gain(
    managed_priced, launch_requests, managed_margin, launch_benefit, managed_month_cost, token_markup,
    shared_month_cost,
):  # fmt: skip
    """With as many requests as at launch."""
    return where(
        managed_priced > 0,
        gained(launch_requests, managed_margin, launch_benefit, managed_month_cost * token_markup, shared_month_cost),
        NO_PRICE,
    )


@quantity("Managed: head start", "USD")
def managed_head_start(managed_priced, managed_ahead, managed_early_gain):
    """Against the plan; negative, if later."""
    return where(managed_priced > 0, head_start(managed_ahead, managed_early_gain), 0)


@quantity("Managed: value", "USD")
def managed_value(total_requests, managed_acceptance, answer_value, total_benefit, managed_head_start):
    """Over the horizon, with the head start."""
    return value_of(total_requests, managed_acceptance, answer_value, total_benefit, managed_head_start)


@quantity("Managed: months before the plan that count at any volume", "month")
def managed_early_months(managed_priced, managed_margin, managed_early_gain, managed_ahead):
    """For a break-even that doesn't depend on how many requests there are now."""
    return where(managed_priced > 0, counted(managed_margin, managed_early_gain, managed_ahead), 0)


@quantity("Managed: one request more, less what it brings", "USD/request")
def managed_request_net(
    managed_priced,
    managed_variable_cost,
    managed_acceptance,
    answer_value,
    managed_margin,
    managed_early_months,
    path_months,
):
    """Negative, where it brings more."""
    return where(
        managed_priced > 0,
        net_of_request(
            managed_variable_cost, managed_acceptance, answer_value, managed_margin, managed_early_months, path_months
        ),
        NO_PRICE,
    )


@quantity("Managed: cost less value without a request", "USD")
def managed_fixed_net(
    managed_priced,
    managed_idle_cost,
    managed_failed_cost,
    total_benefit,
    managed_margin,
    managed_early_gain,
    managed_early_months,
    launch_requests,
):
    """Over the horizon."""
    return where(
        managed_priced > 0,
        net_of_none(
            managed_idle_cost + managed_failed_cost,
            total_benefit,
            managed_margin,
            managed_early_gain,
            managed_early_months,
            launch_requests,
        ),
        NO_PRICE,
    )


# Hybrid


@quantity("Hybrid: months to launch", "month")
def hybrid_months(build_months, rag_months):
    """Retrieval is built beside the plan."""
    return maximum(build_months, rag_months)


@quantity("Hybrid: months ahead of the plan", "month")
def hybrid_ahead(build_months, hybrid_months, horizon_months):
    """Never more than 0."""
    return ahead(build_months, hybrid_months, horizon_months)


@quantity("Hybrid: a request brings more than it costs", "USD/request")
def hybrid_margin(hybrid_acceptance, answer_value, hybrid_token_cost, shared_request_cost):
    """By the value of a right answer; own GPUs are in what runs."""
    return request_margin(hybrid_acceptance, answer_value, hybrid_token_cost, shared_request_cost)


@quantity("Hybrid: gained by a month", "USD/month")
def hybrid_early_gain(
    launch_requests, hybrid_margin, launch_benefit, hybrid_month_cost, token_markup, shared_month_cost
):
    """With as many requests as at launch."""
    return gained(launch_requests, hybrid_margin, launch_benefit, hybrid_month_cost * token_markup, shared_month_cost)


@quantity("Hybrid: head start", "USD")
def hybrid_head_start(hybrid_ahead, hybrid_early_gain):
    """Against the plan; negative, if retrieval is later."""
    return head_start(hybrid_ahead, hybrid_early_gain)


@quantity("Hybrid: value", "USD")
def hybrid_value(total_requests, hybrid_acceptance, answer_value, total_benefit, hybrid_head_start):
    """Over the horizon, with the head start."""
    return value_of(total_requests, hybrid_acceptance, answer_value, total_benefit, hybrid_head_start)


@quantity("Hybrid: months before the plan that count at any volume", "month")
def hybrid_early_months(hybrid_margin, hybrid_early_gain, hybrid_ahead):
    """For a break-even that doesn't depend on how many requests there are now."""
    return counted(hybrid_margin, hybrid_early_gain, hybrid_ahead)


@quantity("Hybrid: one request more, less what it brings", "USD/request")
def hybrid_request_net(
    hybrid_variable_cost, hybrid_acceptance, answer_value, hybrid_margin, hybrid_early_months, path_months
):
    """Negative, where it brings more."""
    return net_of_request(
        hybrid_variable_cost, hybrid_acceptance, answer_value, hybrid_margin, hybrid_early_months, path_months
    )


@quantity("Hybrid: cost less value without a request and a replica", "USD")
def hybrid_fixed_net(
    hybrid_idle_cost,
    plan_failed_cost,
    total_benefit,
    hybrid_margin,
    hybrid_early_gain,
    hybrid_early_months,
    launch_requests,
):
    """Over the horizon. Where no tuned model ships, retrieval is still there."""
    return net_of_none(
        hybrid_idle_cost + plan_failed_cost,
        total_benefit,
        hybrid_margin,
        hybrid_early_gain,
        hybrid_early_months,
        launch_requests,
    )
