"""Answers: how many are right, and what that is worth, month after month and before others are there."""

from xlcost.model.words import maximum, quantity, where


def head_start(months_ahead, launch_requests, acceptance, answer_value, variable_cost):
    """Whoever launches before the plan earns in those months, and whoever launches after it loses as much."""
    return months_ahead * launch_requests * maximum(0, acceptance * answer_value - variable_cost)


@quantity("Plan: answers that are right", "share", overridable=True)
def plan_acceptance(quality_start):
    """The quality at launch, unless you know better."""
    return quality_start


@quantity("Managed: answers that are right", "share", overridable=True)
def managed_acceptance(quality_start):
    """The same data: the quality at launch, unless you know better."""
    return quality_start


@quantity("Managed: months to launch", "month", overridable=True)
def managed_months(build_months):
    """The same data take the same time, unless you know better."""
    return build_months


@quantity("Hybrid: months to launch", "month", overridable=True)
def hybrid_months(build_months, rag_months):
    """Retrieval is built beside the plan, unless you know better."""
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
def plan_value(total_requests, plan_acceptance, answer_value):
    """Over the horizon."""
    return total_requests * plan_acceptance * answer_value


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
