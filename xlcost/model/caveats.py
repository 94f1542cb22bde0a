"""Caveats: what has to be said beside a verdict, so that nobody reads more into it."""

from xlcost.model.constants import SURE_TO_SHIP
from xlcost.model.words import both, maximum, quantity, where


@quantity("What is entered pays for the best alternative", "text")
def benefit_note(launch_benefit, answer_value, verdict_choice, verdict_net_cost):
    """Without a benefit the ways are compared by what they cost, and nothing says whether to answer at all."""
    return where(
        verdict_choice == "none",
        "none",
        where(
            both(launch_benefit <= 0, answer_value <= 0),
            "no benefit",
            where(verdict_net_cost < 0, "pays", "does not pay"),
        ),
    )


@quantity("The chance to ship has to be said", "flag")
def chance_matters(verdict_worth_it, success_probability):
    """Where the best alternative is tuned, and may well fail."""
    return where(both(verdict_worth_it > 0, success_probability < SURE_TO_SHIP), 1, 0)


@quantity("Right answers of the best without tuning that is allowed", "share")
def untuned_acceptance(outside_allowed, prompt_acceptance, rag_acceptance):
    """0 where none is."""
    return where(outside_allowed > 0, maximum(prompt_acceptance, rag_acceptance), 0)


@quantity("Right answers of the managed model, if it is allowed", "share")
def allowed_managed_acceptance(outside_allowed, managed_priced, managed_acceptance):
    """0 where it isn't, or has no price."""
    return where(both(outside_allowed > 0, managed_priced > 0), managed_acceptance, 0)


@quantity("Right answers of plan and hybrid, if they are allowed", "share")
def allowed_plan_acceptance(plan_allowed, quality_start, hybrid_acceptance):
    """Of the better one; 0 where they aren't."""
    return where(plan_allowed > 0, maximum(quality_start, hybrid_acceptance), 0)


@quantity("Right answers of the way that is right most often", "share")
def most_right(untuned_acceptance, allowed_managed_acceptance, allowed_plan_acceptance):
    """Of those that are allowed."""
    return maximum(untuned_acceptance, allowed_managed_acceptance, allowed_plan_acceptance)


@quantity("Prompted or retrieval: which is right more often", "text")
def untuned_right_way(prompt_acceptance, rag_acceptance):
    """The simpler one, where both are alike."""
    return where(prompt_acceptance >= rag_acceptance, "prompted", "retrieval")


@quantity("Plan or hybrid: which is right more often", "text")
def plan_right_way(quality_start, hybrid_acceptance):
    """The simpler one, where both are alike."""
    return where(quality_start >= hybrid_acceptance, "plan", "hybrid")


@quantity("The way that is right most often", "text")
def most_right_way(most_right, untuned_acceptance, untuned_right_way, allowed_managed_acceptance, plan_right_way):
    """Of those that are allowed; the simplest, where some are alike."""
    return where(
        untuned_acceptance >= most_right,
        untuned_right_way,
        where(allowed_managed_acceptance >= most_right, "managed", plan_right_way),
    )


@quantity("The best with tuning: right answers", "share")
def tuned_acceptance(single_is_best, plan_is_best, quality_start, managed_acceptance, hybrid_acceptance):
    """At launch."""
    return where(single_is_best > 0, where(plan_is_best > 0, quality_start, managed_acceptance), hybrid_acceptance)


@quantity("Right answers of the best alternative", "share")
def verdict_acceptance(verdict_worth_it, tuned_acceptance, prompt_is_best, prompt_acceptance, rag_acceptance):
    """At launch."""
    return where(verdict_worth_it > 0, tuned_acceptance, where(prompt_is_best > 0, prompt_acceptance, rag_acceptance))


@quantity("Right answers have to be said", "flag")
def quality_matters(verdict_choice, answer_value, verdict_acceptance, most_right):
    """Where another is right more often, and nobody has said what that is worth."""
    return where(verdict_choice == "none", 0, where(both(answer_value <= 0, verdict_acceptance < most_right), 1, 0))
