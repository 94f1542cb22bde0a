"""Checks: what must hold whatever the inputs, and what somebody should look at.

A check is a difference that must be nothing but rounding. An alert is 1 where a judgement is called for.
"""

from xlcost.model.constants import HIGH_MFU, LOW_UTILISATION, ONE_MONTH, USUAL_EXPERIMENTS
from xlcost.model.words import at, both, is_number, maximum, quantity, total, where


def _better(best, other):
    """By how much another one is better, if it is feasible at all."""
    return where(is_number(other), maximum(0, best - other), 0)


@quantity("Stages and contingency add up to the months", "USD")
def check_total(total_cost, timeline_total):
    """Two ways to the same total."""
    return total_cost - timeline_total


@quantity("The last month's total so far is the total", "USD")
def check_cumulative(cumulative_cost, horizon_months, timeline_total):
    """Nothing is left out of the running total, and nothing comes after the horizon."""
    return at(cumulative_cost, horizon_months) - timeline_total


@quantity("The build is spread completely", "x")
def check_build(build_share):
    """Its shares add up to one."""
    return total(build_share) - 1


@quantity("Net present value is benefit less cost", "USD")
def check_present(npv, present_cost, discounted_benefit):
    """Each discounted on its own."""
    return npv - (discounted_benefit - present_cost)


@quantity("Levers are paid once", "USD")
def check_levers(levers_cost, levers_flow):
    """Over all months as much as they cost."""
    return levers_cost - total(levers_flow)


@quantity("Nobody is paid twice", "flag")
def check_paid_once(stage_pays_people, team_pay_share):
    """Where the stages pay by the hour, talent must not pay the whole team as well."""
    return stage_pays_people * where(team_pay_share < 1, 0, 1)


@quantity("Retrains fall within the running months", "retrain")
def check_retrains(retrain_count, running_months):
    """There can't be more of them than months."""
    return maximum(0, retrain_count - running_months / ONE_MONTH)


@quantity("Not more is amortised than was capitalised", "USD")
def check_amortisation(total_amortisation, capitalised_cost):
    """Over all months."""
    return maximum(0, total_amortisation - capitalised_cost)


@quantity("Expensed or in the books", "USD")
def check_books(total_cost, total_expense, book_value):
    """All that is paid is one or the other."""
    return total_cost - total_expense - book_value


@quantity("Replicas never exceed those of the peak", "replica")
def check_replicas(most_replicas, replicas_at_peak):
    """The peak is sized once, and no month needs more."""
    return maximum(0, most_replicas - replicas_at_peak)


@quantity("Build and horizon fit", "month")
def check_horizon(build_months, horizon_months):
    """There is at least a month to run."""
    return maximum(0, build_months + ONE_MONTH - horizon_months)


@quantity("The plan among the alternatives is the case itself", "USD")
def check_plan(plan_total_cost, total_cost):
    """Its total so far at the end of the horizon, and the total of the stages."""
    return plan_total_cost - total_cost


@quantity("Prompted: the last total so far is the total", "USD")
def check_prompt(prompt_cumulative, horizon_months, prompt_total_cost):
    """Nothing is left out, and nothing comes after the horizon."""
    return at(prompt_cumulative, horizon_months) - prompt_total_cost


@quantity("Retrieval: the last total so far is the total", "USD")
def check_rag(rag_cumulative, horizon_months, rag_total_cost):
    """Nothing is left out, and nothing comes after the horizon."""
    return at(rag_cumulative, horizon_months) - rag_total_cost


@quantity("Managed: the last total so far is the total", "USD")
def check_managed(managed_priced, managed_cumulative, horizon_months, managed_total_cost):
    """Nothing is left out, and nothing comes after the horizon."""
    return where(managed_priced > 0, at(managed_cumulative, horizon_months) - managed_total_cost, 0)


@quantity("Hybrid: the last total so far is the total", "USD")
def check_hybrid(hybrid_cumulative, horizon_months, hybrid_total_cost):
    """Nothing is left out, and nothing comes after the horizon."""
    return at(hybrid_cumulative, horizon_months) - hybrid_total_cost


@quantity("A plan that is trained through the API costs what the managed model does", "USD")
def check_managed_build(training_route, managed_priced, managed_build_cost, training_cost, iteration_cost):
    """Two ways to the same training and iteration."""
    return where(
        both(training_route == "API", managed_priced > 0), managed_build_cost - (training_cost + iteration_cost), 0
    )


@quantity("Nothing that isn't tuned is better than the best alternative", "USD")
def check_best_untuned(verdict_net_cost, prompt_net_cost, rag_net_cost):
    """What is feasible, by cost less value."""
    return _better(verdict_net_cost, prompt_net_cost) + _better(verdict_net_cost, rag_net_cost)


@quantity("The managed model isn't better than the best alternative", "USD")
def check_best_managed(verdict_net_cost, managed_net_cost):
    """If it is feasible, by cost less value."""
    return _better(verdict_net_cost, managed_net_cost)


@quantity("No plan is better than the best alternative", "USD")
def check_best_plan(verdict_net_cost, plan_net_cost, hybrid_net_cost):
    """What is feasible, by cost less value."""
    return _better(verdict_net_cost, plan_net_cost) + _better(verdict_net_cost, hybrid_net_cost)


@quantity("MFU is higher than most ever see", "flag")
def alert_mfu(mfu):
    """Measure it before you plan with it."""
    return where(mfu > HIGH_MFU, 1, 0)


@quantity("MFU is higher than a matrix product alone has reached", "flag")
def alert_ceiling(mfu, mfu_limit):
    """No run can: something in it is wrong, often the GPU, the tokens or a peak with sparsity."""
    return where(mfu > mfu_limit, 1, 0)


@quantity("Fewer experiments than usual", "flag")
def alert_few_experiments(experiments, models_to_ship):
    """Most teams need more."""
    return where(experiments < USUAL_EXPERIMENTS * models_to_ship, 1, 0)


@quantity("Less rework than the agreement calls for", "flag")
def alert_rework(rework_share, suggested_rework_share):
    """Annotators disagree more than is accepted, and too few labels are made twice."""
    return where(rework_share < suggested_rework_share, 1, 0)


@quantity("Too few examples are checked", "flag")
def alert_qa_sample(used_examples, qa_share, qa_sample):
    """The share of wrong labels won't be known to within the margin."""
    return where(used_examples * qa_share < qa_sample, 1, 0)


@quantity("The evaluation is too small for the difference", "flag")
def alert_eval_items(eval_items, comparison_items):
    """The better of two models may look like the worse."""
    return where(eval_items < comparison_items, 1, 0)


@quantity("No candidate meets the latency target", "flag")
def alert_latency(latency_feasible):
    """The most replicas that were tried are taken; even they keep requests waiting too long."""
    return 1 - latency_feasible


@quantity("GPUs that serve are mostly idle", "flag")
def alert_utilisation(serving_route, peak_utilisation):
    """Even at the peak, they yield little of what they could."""
    return where(serving_route == "API", 0, where(peak_utilisation < LOW_UTILISATION, 1, 0))


@quantity("Spot does not pay", "flag")
def alert_spot(bought_as, spot_pays):
    """Interruptions take more hours than the price saves."""
    return where(bought_as == "spot", 1 - spot_pays, 0)


@quantity("Storage of tuned models has no price", "flag")
def alert_storage_price(serving_route, api_storage_price):
    """Ask the provider: it is not in the total."""
    return where(serving_route == "API", where(is_number(api_storage_price), 0, 1), 0)


@quantity("No benefit is given", "flag")
def alert_no_benefit(total_benefit):
    """NPV is then the cost with its sign turned, and there is no payback."""
    return where(total_benefit > 0, 0, 1)


@quantity("Quality starts below its floor", "flag")
def alert_quality(quality_start, quality_floor):
    """It would be trained again at once."""
    return where(quality_start < quality_floor, 1, 0)


@quantity("Fewer GPUs than the memory calls for", "flag")
def alert_memory(training_route, gpus_feasible, gpus, gpus_needed):
    """The run would end for want of memory. The sheet Memory says what fills it."""
    return where(training_route == "API", 0, where(gpus_feasible > 0, where(gpus < gpus_needed, 1, 0), 1))
