"""Maintenance: quality drifts, models are trained again, and somebody watches."""

from xlcost.model.constants import ONE_MONTH, POINTS
from xlcost.model.iteration import capped_experiments
from xlcost.model.words import NEVER, both, log, maximum, quantity, sqrt, where

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


@quantity("Quality falls to the floor, in the shape chosen", "flag")
def falls_to_floor(drift_shape, quality_loss, reaches_floor):
    """In a line it does whenever it falls at all; decaying, if what it decays to lies below the floor."""
    return where(drift_shape == "linear", where(quality_loss > 0, 1, 0), reaches_floor)


@quantity("Months until the floor, in the shape chosen", "month")
def floor_months(falls_to_floor, drift_shape, linear_drift_months, drift_months):
    """What the next training waits for."""
    return where(falls_to_floor > 0, where(drift_shape == "linear", linear_drift_months, drift_months), NEVER)


@quantity("Quality that can be lost", "share")
def quality_at_risk(quality_start, quality_limit):
    """From launch to what it decays to in the end."""
    return maximum(0, quality_start - quality_limit)


@quantity("Loss of quality in a month, at launch", "share/month")
def quality_fall(drift_shape, quality_loss, quality_at_risk, drift_half_life):
    """Where quality decays, it falls fastest at first."""
    return where(drift_shape == "linear", quality_loss, quality_at_risk * log(2) / drift_half_life)


@quantity("Growth of what lost quality costs", "USD/month/month")
def loss_growth(quality_value, quality_fall):
    """A month costs so much more than the month before."""
    return quality_value * POINTS * quality_fall


@quantity("Waiting costs something", "flag")
def loss_grows(loss_growth):
    """Without a value of quality, there is no economic reason to train again."""
    return where(loss_growth > 0, 1, 0)


@quantity("Months between two trainings that cost the least", "month")
def economic_retrain_months(loss_growth, retrain_cost):
    """Trained too often, retrains cost; too seldom, lost quality does: the square root of 2 C / l is in between."""
    return where(loss_growth > 0, sqrt(2 * retrain_cost / loss_growth), NEVER)


# Training again


@quantity("The model is trained again", "flag")
def retrains_happen(retrain_basis, falls_to_floor, loss_grows):
    """By the calendar; when quality is at its floor, if it ever is; or where it pays, if it ever does."""
    return where(
        retrain_basis == "none",
        0,
        where(retrain_basis == "drift", falls_to_floor, where(retrain_basis == "cost", loss_grows, 1)),
    )


@quantity("Months between two trainings, as planned", "month")
def planned_months(retrain_basis, floor_months, economic_retrain_months, retrain_months):
    """Of the three answers, the one that is chosen."""
    return where(
        retrain_basis == "drift",
        floor_months,
        where(retrain_basis == "cost", economic_retrain_months, retrain_months),
    )


@quantity("Months between two trainings", "month")
def retrain_interval(retrains_happen, planned_months):
    """At least a month."""
    return where(retrains_happen > 0, maximum(ONE_MONTH, planned_months), NEVER)


@quantity("Months between two base models", "month")
def forced_interval(deprecation_months):
    """When the base model is retired, the tuned one goes with it, and has to be made again. At least a month."""
    return where(deprecation_months > 0, maximum(ONE_MONTH, deprecation_months), NEVER)


@quantity("Experiments of a retrain", "experiment")
def retrain_experiments(retrain_success, experiment_cap, models_to_ship):
    """Fewer than the first time: the recipe is known."""
    return models_to_ship * capped_experiments(retrain_success, experiment_cap)


@quantity("Runs of a retrain", "USD/retrain")
def retrain_run_cost(retrain_experiments, run_cost, retried_run_share):
    """At today's price; the timeline moves it along the price path."""
    return retrain_experiments * run_cost * retried_run_share


@quantity("Data, evaluation and people of a retrain", "USD/retrain")
def retrain_other_cost(
    data_refresh_share, data_made_cost, retrain_experiments, experiment_cost, run_cost, tried_run_share
):
    """A share of the data is made anew; every experiment is evaluated again."""
    return data_refresh_share * data_made_cost + retrain_experiments * (experiment_cost - run_cost * tried_run_share)


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
