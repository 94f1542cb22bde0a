"""Levers: what would make it cheaper. Each stands between a driver and what uses it, so that levers interact.

What a lever changes in the build it changes only if it is there at the start; a retrain repeats the recipe of the
build. What it changes while the service runs it changes from its start month on, in `timeline`.
"""

from xlcost.model.training import GPU_OFFERS, MODELS
from xlcost.model.words import both, either, is_known, lookup_or, quantity, where


def state_in_build(switch, fits, start):
    """What becomes of a lever that changes the build."""
    return where(switch == "no", "off", where(fits > 0, where(start > 0, "too late", "on"), "not applicable"))


def state_while_running(switch, start, horizon):
    """What becomes of a lever that changes what runs."""
    return where(switch == "no", "off", where(start > horizon, "too late", "on"))


def acts(state):
    """1 where a lever is on."""
    return where(state == "on", 1, 0)


def kept(flag, share):
    """What is left: a share where a lever acts, otherwise all."""
    return where(flag > 0, share, 1)


def less(flag, saved):
    """What is left where a lever saves a share."""
    return where(flag > 0, 1 - saved, 1)


# A smaller model


@quantity("Parameters of the chosen model, if it is listed", "param")
def listed_params(model):
    """0 if it isn't."""
    return lookup_or(MODELS.params, model, 0)


@quantity("Parameters of the smaller model", "param")
def smaller_params(smaller_model):
    """0 if it isn't listed."""
    return lookup_or(MODELS.params, smaller_model, 0)


@quantity("A smaller model is applicable", "flag")
def smaller_model_fits(training_route, smaller_params, listed_params):
    """If both are listed, it is the smaller one, and it is not the provider of an API who trains."""
    return where(
        both(training_route != "API", both(smaller_params > 0, smaller_params < listed_params)),
        1,
        0,
    )


@quantity("A smaller model: what becomes of it", "text")
def smaller_model_state(smaller_model_lever, smaller_model_fits, smaller_model_lever_month):
    """Off, on, not applicable, or too late for the build."""
    return state_in_build(smaller_model_lever, smaller_model_fits, smaller_model_lever_month)


@quantity("A smaller model: acts", "flag")
def smaller_model_acts(smaller_model_state):
    """1 where it is on."""
    return acts(smaller_model_state)


@quantity("Model that is trained", "text")
def trained_model(smaller_model_acts, smaller_model, model):
    """The smaller one, or the one that was chosen."""
    return where(smaller_model_acts > 0, smaller_model, model)


@quantity("Output of a GPU, with the model that is served", "token/second/GPU")
def served_tokens_per_second(serving_tokens_per_second, smaller_model_acts, smaller_model_speed):
    """A smaller model answers faster."""
    return serving_tokens_per_second * kept(smaller_model_acts, smaller_model_speed)


# A subset of the examples


@quantity("A subset: what becomes of it", "text")
def subset_state(subset_lever, subset_lever_month):
    """Off, on, or too late for the build."""
    return state_in_build(subset_lever, 1, subset_lever_month)


@quantity("A subset: acts", "flag")
def subset_acts(subset_state):
    """1 where it is on."""
    return acts(subset_state)


@quantity("Examples that people label", "example")
def used_examples(examples, subset_acts, subset_share):
    """All of them, or the subset."""
    return examples * kept(subset_acts, subset_share)


# An adapter instead of full fine-tuning


@quantity("An adapter is applicable", "flag")
def adapter_fits(method):
    """If full fine-tuning is what it would be instead of."""
    return where(method == "full", 1, 0)


@quantity("An adapter: what becomes of it", "text")
def adapter_state(adapter_lever, adapter_fits, adapter_lever_month):
    """Off, on, not applicable, or too late for the build."""
    return state_in_build(adapter_lever, adapter_fits, adapter_lever_month)


@quantity("An adapter: acts", "flag")
def adapter_acts(adapter_state):
    """1 where it is on."""
    return acts(adapter_state)


@quantity("Method that trains", "text")
def trained_method(adapter_acts, adapter_method, method):
    """The one instead, or the one that was chosen."""
    return where(adapter_acts > 0, adapter_method, method)


# Automation


@quantity("Preparing by machine: what becomes of it", "text")
def preparation_state(preparation_lever, preparation_lever_month):
    """Off, on, or too late for the build."""
    return state_in_build(preparation_lever, 1, preparation_lever_month)


@quantity("Preparing by machine: acts", "flag")
def preparation_acts(preparation_state):
    """1 where it is on."""
    return acts(preparation_state)


@quantity("Hours to clean and prepare a round, that are left", "person-hour")
def preparation_hours(cleaning_hours, preparation_acts, preparation_hours_saved):
    """Less what a machine does."""
    return cleaning_hours * less(preparation_acts, preparation_hours_saved)


@quantity("Labels that are left to people", "share")
def paid_label_share(label_saving, preparation_acts, preparation_labels_saved):
    """Less those saved by choosing, and then those that a machine makes."""
    return (1 - label_saving) * less(preparation_acts, preparation_labels_saved)


@quantity("Training by machine: what becomes of it", "text")
def pipeline_state(pipeline_lever, pipeline_lever_month):
    """Off, on, or too late for the build."""
    return state_in_build(pipeline_lever, 1, pipeline_lever_month)


@quantity("Training by machine: acts", "flag")
def pipeline_acts(pipeline_state):
    """1 where it is on."""
    return acts(pipeline_state)


@quantity("Own hours on an experiment, that are left", "person-hour")
def experiment_hours(analyst_hours, pipeline_acts, pipeline_hours_saved):
    """Less what a machine does."""
    return analyst_hours * less(pipeline_acts, pipeline_hours_saved)


@quantity("Items that are left to people", "item")
def rated_items(human_eval_items, pipeline_acts, pipeline_ratings_saved):
    """Less those that a model rates."""
    return human_eval_items * less(pipeline_acts, pipeline_ratings_saved)


# Monitoring and optimisation


@quantity("Stopping early: what becomes of it", "text")
def early_stop_state(early_stop_lever, early_stop_lever_month):
    """Off, on, or too late for the build."""
    return state_in_build(early_stop_lever, 1, early_stop_lever_month)


@quantity("Stopping early: acts", "flag")
def early_stop_acts(early_stop_state):
    """1 where it is on."""
    return acts(early_stop_state)


def run_share(early_stop_acts, success, early_stop_saved):
    """Those that fail are spared a share of their run. Also under a cap, a share `success` of all runs succeeds."""
    return where(early_stop_acts > 0, 1 - (1 - success) * early_stop_saved, 1)


@quantity("Share of a run that an experiment takes", "share")
def tried_run_share(early_stop_acts, experiment_success, early_stop_saved):
    """On average over those that fail and those that don't."""
    return run_share(early_stop_acts, experiment_success, early_stop_saved)


@quantity("Share of a run that an experiment of a retrain takes", "share")
def retried_run_share(early_stop_acts, retrain_success, early_stop_saved):
    """On average over those that fail and those that don't."""
    return run_share(early_stop_acts, retrain_success, early_stop_saved)


@quantity("Spot is applicable", "flag")
def spot_fits(training_route, purchase, gpu_offer, estimate_missing):
    """If GPUs are rented on demand, and the offer has a spot price or it may be estimated."""
    return where(
        both(training_route != "API", purchase == "on demand"),
        where(either(is_known(GPU_OFFERS.spot, gpu_offer), estimate_missing == "yes"), 1, 0),
        0,
    )


@quantity("Spot: what becomes of it", "text")
def spot_state(spot_lever, spot_fits, spot_lever_month):
    """Off, on, not applicable, or too late for the build."""
    return state_in_build(spot_lever, spot_fits, spot_lever_month)


@quantity("Spot: acts", "flag")
def spot_acts(spot_state):
    """1 where it is on."""
    return acts(spot_state)


@quantity("How GPUs that train are bought", "text")
def bought_as(spot_acts, purchase):
    """On spot, or as was chosen. Those that serve are bought as was chosen."""
    return where(spot_acts > 0, "spot", purchase)


@quantity("GPU price of a run", "USD/GPU-hour")
def run_gpu_price(spot_acts, spot_price, gpu_price):
    """That of spot, or that of the GPUs as they are bought."""
    return where(spot_acts > 0, spot_price, gpu_price)


@quantity("Watching GPUs: what becomes of it", "text")
def utilisation_state(utilisation_lever, utilisation_lever_month, horizon_months):
    """Off, on, or too late for the horizon."""
    return state_while_running(utilisation_lever, utilisation_lever_month, horizon_months)


@quantity("Watching GPUs: acts", "flag")
def utilisation_acts(utilisation_state):
    """1 where it is on, from its start month."""
    return acts(utilisation_state)


@quantity("Watching GPUs: acts in the build", "flag")
def utilisation_acts_in_build(utilisation_acts, utilisation_lever_month):
    """If it is there at the start."""
    return where(utilisation_lever_month > 0, 0, utilisation_acts)


@quantity("Paid GPU time that waits or is lost", "share")
def wasted_share(idle_share, failed_share, utilisation_acts_in_build, utilisation_waste_saved):
    """On top of the run."""
    return (idle_share + failed_share) * less(utilisation_acts_in_build, utilisation_waste_saved)


@quantity("Hours of serving GPUs that can be given back", "share")
def returnable_share(purchase, utilisation_hours_saved):
    """Of those on demand. What is committed or owned is paid whether used or not; on spot, serving is on demand."""
    return where(either(purchase == "on demand", purchase == "spot"), utilisation_hours_saved, 0)


@quantity("Hours of serving GPUs that are paid", "share")
def paid_hours_share(utilisation_runs, returnable_share):
    """In a month: every hour, used or not; less those that are given back."""
    return 1 - utilisation_runs * returnable_share


@quantity("Caching: what becomes of it", "text")
def caching_state(caching_lever, caching_lever_month, horizon_months):
    """Off, on, or too late for the horizon."""
    return state_while_running(caching_lever, caching_lever_month, horizon_months)


@quantity("Caching: acts", "flag")
def caching_acts(caching_state):
    """1 where it is on, from its start month."""
    return acts(caching_state)


# What they do to the chance of success


@quantity("Success of an experiment, with a small start against without", "share")
def small_start_success(
    smaller_model_acts, smaller_model_success, subset_acts, subset_success, adapter_acts, adapter_success
):
    """Cheaper ways fail more often: what is saved on each experiment is partly spent on more of them."""
    return (
        kept(smaller_model_acts, smaller_model_success)
        * kept(subset_acts, subset_success)
        * kept(adapter_acts, adapter_success)
    )


@quantity("Success of an experiment, with the levers against without", "share")
def success_kept(small_start_success, early_stop_acts, early_stop_success):
    """Of a small start, and of stopping experiments of which some were good."""
    return small_start_success * kept(early_stop_acts, early_stop_success)


@quantity("Experiments that are good enough to ship", "share")
def experiment_success(success_share, success_kept):
    """With the levers."""
    return success_share * success_kept


@quantity("Experiments that are good enough, when trained again", "share")
def retrain_success(retrain_success_share, success_kept):
    """With the levers."""
    return retrain_success_share * success_kept


# What they cost


@quantity("Start small, and change little: paid once", "USD")
def start_small_cost(
    smaller_model_acts, smaller_model_lever_cost, subset_acts, subset_lever_cost, adapter_acts, adapter_lever_cost
):
    """Of those that act: a smaller model, a subset, an adapter."""
    return (
        smaller_model_acts * smaller_model_lever_cost
        + subset_acts * subset_lever_cost
        + adapter_acts * adapter_lever_cost
    )


@quantity("Automation: paid once", "USD")
def automation_cost(preparation_acts, preparation_lever_cost, pipeline_acts, pipeline_lever_cost):
    """Of those that act: preparing, training and evaluating by machine."""
    return preparation_acts * preparation_lever_cost + pipeline_acts * pipeline_lever_cost


@quantity("Optimisation of training: paid once", "USD")
def optimisation_cost(early_stop_acts, early_stop_lever_cost, spot_acts, spot_lever_cost):
    """Of those that act: stopping early, spot."""
    return early_stop_acts * early_stop_lever_cost + spot_acts * spot_lever_cost


@quantity("Levers of the build: paid once", "USD")
def build_levers_cost(start_small_cost, automation_cost, optimisation_cost):
    """At the start."""
    return start_small_cost + automation_cost + optimisation_cost


@quantity("Watching GPUs: paid once", "USD")
def utilisation_cost(utilisation_acts, utilisation_lever_cost):
    """In its start month."""
    return utilisation_acts * utilisation_lever_cost


@quantity("Caching: paid once", "USD")
def caching_cost(caching_acts, caching_lever_cost):
    """In its start month."""
    return caching_acts * caching_lever_cost


@quantity("Levers", "USD")
def levers_cost(build_levers_cost, utilisation_cost, caching_cost):
    """What the levers cost once. What they save shows in the other stages."""
    return build_levers_cost + utilisation_cost + caching_cost
