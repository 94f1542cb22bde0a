"""Maintenance: quality drifts, models are trained again, and somebody watches."""

from xlcost.model.constants import ONE_MONTH
from xlcost.model.iteration import capped_experiments
from xlcost.model.words import NEVER, both, log, maximum, quantity, where

# Drift


@quantity("Quality falls to the floor", "flag")
def reaches_floor(quality_start, quality_floor, quality_limit):
    """It never does if what quality decays to is above the floor."""
    return where(both(quality_floor > quality_limit, quality_start > quality_limit), 1, 0)


@quantity("Months until quality is at its floor", "month")
def drift_months(reaches_floor, quality_start, quality_floor, quality_limit, drift_half_life):
    """Exponential decay towards a limit: half of what can be lost is gone after each half-life."""
    return where(
        reaches_floor > 0,
        maximum(0, drift_half_life * log((quality_start - quality_limit) / (quality_floor - quality_limit)) / log(2)),
        NEVER,
    )


@quantity("Months until the floor, if quality falls in a line", "month")
def linear_drift_months(quality_start, quality_floor, quality_loss):
    """The same question with a constant loss a month."""
    return where(quality_loss > 0, maximum(0, (quality_start - quality_floor) / quality_loss), NEVER)


# Training again


@quantity("The model is trained again", "flag")
def retrains_happen(retrain_basis, reaches_floor):
    """By the calendar, or when quality is at its floor, if it ever is."""
    return where(retrain_basis == "none", 0, where(retrain_basis == "drift", reaches_floor, 1))


@quantity("Months between two trainings", "month")
def retrain_interval(retrains_happen, retrain_basis, drift_months, retrain_months):
    """At least a month."""
    return where(
        retrains_happen > 0, maximum(ONE_MONTH, where(retrain_basis == "drift", drift_months, retrain_months)), NEVER
    )


@quantity("Experiments of a retrain", "experiment")
def retrain_experiments(retrain_success_share, experiment_cap, models_to_ship):
    """Fewer than the first time: the recipe is known."""
    return models_to_ship * capped_experiments(retrain_success_share, experiment_cap)


@quantity("Runs of a retrain", "USD/retrain")
def retrain_run_cost(retrain_experiments, run_cost):
    """At today's price; the timeline moves it along the price path."""
    return retrain_experiments * run_cost


@quantity("Data, evaluation and people of a retrain", "USD/retrain")
def retrain_other_cost(data_refresh_share, data_made_cost, retrain_experiments, experiment_cost, run_cost):
    """A share of the data is made anew; every experiment is evaluated again."""
    return data_refresh_share * data_made_cost + retrain_experiments * (experiment_cost - run_cost)


@quantity("A retrain", "USD/retrain")
def retrain_cost(retrain_run_cost, retrain_other_cost):
    """All of it, at today's price."""
    return retrain_run_cost + retrain_other_cost


# Watching


@quantity("Watching a request", "USD/request")
def monitoring_request_cost(monitored_share, judge_cost, items_per_request):
    """A sample of the requests is judged."""
    return monitored_share * items_per_request * judge_cost


@quantity("Own people on maintenance", "USD/month")
def maintenance_people_cost(oncall_hours, incidents, incident_hours, staff_hour_rate):
    """On call, and the hours of incidents, at the loaded rate."""
    return (oncall_hours + incidents * incident_hours) * staff_hour_rate


@quantity("Watching, whatever the traffic", "USD/month")
def monitoring_fixed_cost(
    logging_cost, evaluations_per_month, evaluation_cost, maintenance_people_cost, stage_pays_people
):
    """Logging, a regular evaluation, and people where stages pay them."""
    return logging_cost + evaluations_per_month * evaluation_cost + stage_pays_people * maintenance_people_cost
