"""Answers: how many are right, and what that is worth, month after month and before others are there."""

from xlcost.model.words import maximum, minimum, quantity, where


def head_start(months_ahead, launch_requests, acceptance, answer_value, variable_cost):
    """Whoever launches before the plan earns in those months, and whoever launches after it loses as much."""
    return months_ahead * launch_requests * maximum(0, acceptance * answer_value - variable_cost)


@quantity("Managed: answers that are right", "share")
def managed_acceptance(quality_start, managed_quality_change):
    """The quality at launch, and what another base model changes in it."""
    return maximum(0, minimum(1, quality_start + managed_quality_change))


@quantity("Managed: months to launch", "month")
def managed_months(build_months, managed_head_months):
    """The same data take as long; a provider's hosting takes less."""
    return maximum(0, build_months - managed_head_months)


@quantity("Hybrid: months to launch", "month")
def hybrid_months(build_months, rag_months):
    """Retrieval is built beside the plan."""
    return maximum(build_months, rag_months)


@quantity("Prompted: head start", "USD")
def prompt_head_start(
    build_months, prompt_months, launch_requests, prompt_acceptance, answer_value, prompt_variable_cost
):
    """Against the plan: right answers before it is there, less what they cost; negative, if later."""
    return head_start(
        build_months - prompt_months, launch_requests, prompt_acceptance, answer_value, prompt_variable_cost
    )


@quantity("Prompted: value of right answers", "USD")
def prompt_value(total_requests, prompt_acceptance, answer_value, prompt_head_start):
    """Over the horizon, with the head start."""
    return total_requests * prompt_acceptance * answer_value + prompt_head_start


@quantity("Retrieval: head start", "USD")
def rag_head_start(build_months, rag_months, launch_requests, rag_acceptance, answer_value, rag_variable_cost):
    """Against the plan: right answers before it is there, less what they cost; negative, if later."""
    return head_start(build_months - rag_months, launch_requests, rag_acceptance, answer_value, rag_variable_cost)


@quantity("Retrieval: value of right answers", "USD")
def rag_value(total_requests, rag_acceptance, answer_value, rag_head_start):
    """Over the horizon, with the head start."""
    return total_requests * rag_acceptance * answer_value + rag_head_start


@quantity("Managed: head start", "USD")
def managed_head_start(
    managed_priced,
    build_months,
    managed_months,
    launch_requests,
    managed_acceptance,
    answer_value,
    managed_variable_cost,
):
    """Against the plan: right answers before it is there, less what they cost; negative, if later."""
    return where(
        managed_priced > 0,
        head_start(
            build_months - managed_months, launch_requests, managed_acceptance, answer_value, managed_variable_cost
        ),
        0,
    )


@quantity("Managed: value of right answers", "USD")
def managed_value(total_requests, managed_acceptance, answer_value, managed_head_start):
    """Over the horizon, with the head start."""
    return total_requests * managed_acceptance * answer_value + managed_head_start


@quantity("Plan: value of right answers", "USD")
def plan_value(total_requests, quality_start, answer_value):
    """Over the horizon."""
    return total_requests * quality_start * answer_value


@quantity("Hybrid: head start", "USD")
def hybrid_head_start(
    build_months, hybrid_months, launch_requests, hybrid_acceptance, answer_value, hybrid_variable_cost
):
    """Against the plan: right answers before it is there, less what they cost; negative, if later."""
    return head_start(
        build_months - hybrid_months, launch_requests, hybrid_acceptance, answer_value, hybrid_variable_cost
    )


@quantity("Hybrid: value of right answers", "USD")
def hybrid_value(total_requests, hybrid_acceptance, answer_value, hybrid_head_start):
    """Over the horizon, with the head start."""
    return total_requests * hybrid_acceptance * answer_value + hybrid_head_start
