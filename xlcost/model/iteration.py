"""Iteration: a first run rarely ships. How many does it take, and what do they cost?"""

from xlcost.model.constants import MINUTES_PER_HOUR, ONE_ITEM, TOKENS_PER_MTOKEN
from xlcost.model.words import Table, log, lookup, normal_inverse, quantity, sqrt, where

INFERENCE = Table("inference_prices")


def capped_experiments(success_share, cap):
    """Mean of a geometric distribution that is cut off at the cap."""
    return (1 - (1 - success_share) ** cap) / success_share


# How many


@quantity("Experiments without a cap", "experiment")
def uncapped_experiments(models_to_ship, experiment_success):
    """Mean of a negative binomial distribution: runs until that many models are good enough."""
    return models_to_ship / experiment_success


@quantity("Experiments that almost always suffice", "experiment")
def likely_experiments(experiment_success, confidence):
    """So many that at least one is good enough with that confidence."""
    return where(experiment_success < 1, log(1 - confidence) / log(1 - experiment_success), 1)


@quantity("Variance of experiments without a cap", "experiment*experiment")
def uncapped_variance(models_to_ship, experiment_success):
    """Of the same distribution: r (1 - p) / p^2."""
    return models_to_ship * (1 - experiment_success) / experiment_success**2


@quantity("Standard deviation of experiments without a cap", "experiment")
def uncapped_deviation(uncapped_variance):
    """How far from the mean one has to expect to end."""
    return sqrt(uncapped_variance)


@quantity("Experiments for each model", "experiment")
def expected_experiments(experiment_success, experiment_cap):
    """Capped, because a team stops; what is then lost stands in the write-off."""
    return capped_experiments(experiment_success, experiment_cap)


@quantity("Chance that no experiment succeeds", "share")
def failure_share(experiment_success, experiment_cap):
    """All experiments up to the cap fail."""
    return (1 - experiment_success) ** experiment_cap


@quantity("Chance that an experiment succeeds before the cap", "share")
def success_probability(failure_share):
    """At least one of them: 1 - (1 - p)^n."""
    return 1 - failure_share


@quantity("Experiments", "experiment")
def experiments(models_to_ship, expected_experiments, sweep_factor):
    """For all models, multiplied by what a sweep tries at once."""
    return models_to_ship * expected_experiments * sweep_factor


# What one costs


@quantity("Price of the judge's input", "USD/Mtoken", overridable=True)
def judge_input_price(judge_model):
    """Of the model that judges answers, from the catalogue."""
    return lookup(INFERENCE.input_price, judge_model)


@quantity("Price of the judge's output", "USD/Mtoken", overridable=True)
def judge_output_price(judge_model):
    """Of the model that judges answers, from the catalogue."""
    return lookup(INFERENCE.output_price, judge_model)


@quantity("Cost of judging one answer", "USD/item")
def judge_cost(judge_input_tokens, judge_output_tokens, judge_votes, judge_input_price, judge_output_price):
    """Tokens in and out at their prices, for every vote."""
    return (
        judge_votes
        * (judge_input_tokens * judge_input_price + judge_output_tokens * judge_output_price)
        / TOKENS_PER_MTOKEN
    )


@quantity("Cost of generating one answer", "USD/item")
def answer_cost(answer_tokens, judge_output_price):
    """At the judge's output price: a small self-hosted model costs less, so this is on the safe side."""
    return answer_tokens * judge_output_price / TOKENS_PER_MTOKEN


@quantity("People who rate answers", "USD/experiment")
def human_eval_cost(rated_items, human_eval_minutes, rater_rate):
    """Items times minutes at the raters' wage."""
    return rated_items * human_eval_minutes / MINUTES_PER_HOUR * rater_rate


@quantity("Evaluation of one experiment", "USD/experiment")
def evaluation_cost(eval_items, eval_models, answer_cost, judge_cost, human_eval_cost):
    """Every item is answered by every model compared, and judged; some are rated by people."""
    return eval_items * eval_models * (answer_cost + judge_cost) + human_eval_cost


@quantity("Standard deviations for the confidence", "x")
def confidence_deviations(confidence):
    """On either side of the mean of a normal distribution."""
    return normal_inverse((1 + confidence) / 2)


@quantity("Standard deviations for the power", "x")
def power_deviations(eval_power):
    """On one side: a difference that is there is to be seen with this chance."""
    return normal_inverse(eval_power)


@quantity("Items to see a difference between two models", "item")
def comparison_items(confidence_deviations, power_deviations, eval_base_share, eval_difference):
    """For each of them: 2 (z_a + z_b)^2 p (1 - p) / d^2. With fewer, the better model may look like the worse."""
    return (
        2
        * ((confidence_deviations + power_deviations) / eval_difference) ** 2
        * eval_base_share
        * (1 - eval_base_share)
        * ONE_ITEM
    )


@quantity("Own people on one experiment", "USD/experiment")
def analyst_cost(experiment_hours, staff_hour_rate):
    """Reading results and deciding what to try next, at the loaded rate."""
    return experiment_hours * staff_hour_rate


@quantity("Cost of one experiment", "USD/experiment")
def experiment_cost(run_cost, tried_run_share, evaluation_cost, analyst_cost, stage_pays_people):
    """A run, its evaluation, and the people where stages pay them."""
    return run_cost * tried_run_share + evaluation_cost + stage_pays_people * analyst_cost


# What all of it costs


@quantity("Pilots", "USD")
def pilot_cost(pilots, pilot_share, run_cost):
    """Small runs before the first full one."""
    return pilots * pilot_share * run_cost


@quantity("Iteration", "USD")
def iteration_cost(experiments, experiment_cost, pilot_cost, shipped_run_cost):
    """All experiments with their evaluation, and pilots, less the runs that ship: those stand in training."""
    return experiments * experiment_cost + pilot_cost - shipped_run_cost


@quantity("Cost of a model that ships, as a multiple of one run", "x")
def shipping_multiple(training_cost, iteration_cost, run_cost):
    """Training and iteration over the one run that everybody budgets."""
    return (training_cost + iteration_cost) / run_cost


@quantity("Lost if no experiment succeeds", "USD")
def write_off_cost(failure_share, experiment_cap, experiment_cost, models_to_ship, sweep_factor):
    """The chance of failure times the cost of all experiments up to the cap. Shown, and not added."""
    return failure_share * experiment_cap * experiment_cost * models_to_ship * sweep_factor
