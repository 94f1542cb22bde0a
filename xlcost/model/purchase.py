"""Purchase: how GPUs are paid for, what that makes a run cost, and whether to make it or to buy it."""

from xlcost.model.constants import GPU_BY_ITSELF, HOURS_PER_MONTH, KWH_PER_KW_HOUR, MONTHS_PER_YEAR
from xlcost.model.training import GPU_OFFERS, GPUS
from xlcost.model.words import (
    NEVER,
    NO_PRICE,
    both,
    ceil,
    either,
    exp,
    is_known,
    is_number,
    lookup,
    quantity,
    sqrt,
    where,
)

# What an hour costs, by the way of buying


@quantity("A GPU-hour on demand", "USD/GPU-hour", overridable=True)
def on_demand_price(gpu_offer):
    """At the offer."""
    return lookup(GPU_OFFERS.on_demand, gpu_offer)


@quantity("1 year: taken from the offer", "flag")
def commit_1yr_offered(gpu_offer, purchase, estimate_missing):
    """If the offer has it; or if it is chosen and nothing may be estimated, and then it is #N/A."""
    return where(
        is_known(GPU_OFFERS.commit_1yr, gpu_offer),
        1,
        where(both(purchase == "1 year", estimate_missing == "no"), 1, 0),
    )


@quantity("1 year: where the offer has no price", "USD/GPU-hour")
def commit_1yr_estimate(estimate_missing, on_demand_price, commit_1yr_ratio):
    """A share of on demand, if estimates are allowed."""
    return where(estimate_missing == "yes", on_demand_price * commit_1yr_ratio, NO_PRICE)


@quantity("Committed for 1 year", "USD/GPU-hour", overridable=True)
def commit_1yr_price(commit_1yr_offered, gpu_offer, commit_1yr_estimate):
    """At the offer; where it has none, unknown or an estimate."""
    return where(commit_1yr_offered > 0, lookup(GPU_OFFERS.commit_1yr, gpu_offer), commit_1yr_estimate)


@quantity("3 years: taken from the offer", "flag")
def commit_3yr_offered(gpu_offer, purchase, estimate_missing):
    """If the offer has it; or if it is chosen and nothing may be estimated, and then it is #N/A."""
    return where(
        is_known(GPU_OFFERS.commit_3yr, gpu_offer),
        1,
        where(both(purchase == "3 years", estimate_missing == "no"), 1, 0),
    )


@quantity("3 years: where the offer has no price", "USD/GPU-hour")
def commit_3yr_estimate(estimate_missing, on_demand_price, commit_3yr_ratio):
    """A share of on demand, if estimates are allowed."""
    return where(estimate_missing == "yes", on_demand_price * commit_3yr_ratio, NO_PRICE)


@quantity("Committed for 3 years", "USD/GPU-hour", overridable=True)
def commit_3yr_price(commit_3yr_offered, gpu_offer, commit_3yr_estimate):
    """At the offer; where it has none, unknown or an estimate."""
    return where(commit_3yr_offered > 0, lookup(GPU_OFFERS.commit_3yr, gpu_offer), commit_3yr_estimate)


@quantity("Spot: taken from the offer", "flag")
def spot_offered(gpu_offer, purchase, estimate_missing):
    """If the offer has it; or if it is chosen and nothing may be estimated, and then it is #N/A."""
    return where(
        is_known(GPU_OFFERS.spot, gpu_offer),
        1,
        where(both(purchase == "spot", estimate_missing == "no"), 1, 0),
    )


@quantity("Spot: where the offer has no price", "USD/GPU-hour")
def spot_estimate(estimate_missing, on_demand_price, spot_ratio):
    """A share of on demand, if estimates are allowed."""
    return where(estimate_missing == "yes", on_demand_price * spot_ratio, NO_PRICE)


@quantity("Spot", "USD/GPU-hour", overridable=True)
def spot_price(spot_offered, gpu_offer, spot_estimate):
    """At the offer; where it has none, unknown or an estimate."""
    return where(spot_offered > 0, lookup(GPU_OFFERS.spot, gpu_offer), spot_estimate)


@quantity("Committed", "USD/GPU-hour")
def commit_price(purchase, commit_1yr_price, commit_3yr_price):
    """For 1 year if that is chosen, otherwise for 3."""
    return where(purchase == "1 year", commit_1yr_price, commit_3yr_price)


# Of one's own


@quantity("Power of the GPU", "kW/GPU", overridable=True)
def gpu_power(gpu):
    """At full load, from the catalogue."""
    return lookup(GPUS.tdp_kw, gpu)


@quantity("Capital for an hour that a GPU is there", "USD/GPU-hour")
def owned_capital_price(gpu_capex, residual_share, gpu_life):
    """What the GPU loses in value over its life, spread over every hour of it, used or not."""
    return gpu_capex * (1 - residual_share) / (gpu_life * MONTHS_PER_YEAR * HOURS_PER_MONTH)


@quantity("Power and space for an hour", "USD/GPU-hour")
def owned_running_price(gpu_power, pue, electricity_price, colocation_price):
    """Electricity at full load, cooling included, and the place in a data centre."""
    return gpu_power * pue * electricity_price * KWH_PER_KW_HOUR + colocation_price


@quantity("An own GPU, for an hour that it is used", "USD/GPU-hour")
def owned_gpu_price(owned_capital_price, owned_utilisation, owned_running_price):
    """The hours in which it stands idle are paid by those in which it works."""
    return owned_capital_price / owned_utilisation + owned_running_price


@quantity("An own GPU, for every hour", "USD/GPU-hour")
def owned_reserved_price(owned_capital_price, owned_running_price):
    """What it costs where it serves day and night: no hour is left for others to pay."""
    return owned_capital_price + owned_running_price


@quantity("Own GPUs are paid when they are bought", "flag")
def own_gpus_bought(purchase, own_gpu_payment):
    """Then their hours bear power and space only: no capital is paid twice."""
    return where(both(purchase == "owned", own_gpu_payment == "when bought"), 1, 0)


@quantity("Paid for an hour that an own GPU is used", "USD/GPU-hour")
def owned_paid_price(own_gpus_bought, owned_running_price, owned_gpu_price):
    """With its share of the capital, unless that was paid when the GPU was bought."""
    return where(own_gpus_bought > 0, owned_running_price, owned_gpu_price)


@quantity("Paid for every hour of an own GPU", "USD/GPU-hour")
def owned_paid_reserved_price(own_gpus_bought, owned_running_price, owned_reserved_price):
    """The same where it serves day and night."""
    return where(own_gpus_bought > 0, owned_running_price, owned_reserved_price)


@quantity("GPUs bought to train", "GPU")
def own_training_gpus(own_gpus_bought, training_route, gpus):
    """Those of a run."""
    return where(both(own_gpus_bought > 0, training_route != "API"), gpus, 0)


@quantity("GPUs bought to serve", "GPU")
def own_serving_gpus(own_gpus_bought, serving_route, replicas_at_peak, gpus_per_replica):
    """As many as the busiest month needs. They serve day and night, so none of them trains."""
    return where(both(own_gpus_bought > 0, serving_route != "API"), replicas_at_peak * gpus_per_replica, 0)


@quantity("Own GPUs to train, when bought", "USD")
def training_capital_cost(own_training_gpus, gpu_capex):
    """All of it at the start. What they are worth at the end of the horizon is not taken back."""
    return own_training_gpus * gpu_capex


@quantity("Own GPUs to serve, when bought", "USD")
def serving_capital_cost(own_serving_gpus, gpu_capex):
    """All of it at the start. What they are worth at the end of the horizon is not taken back."""
    return own_serving_gpus * gpu_capex


@quantity("Own GPUs, when bought", "USD")
def gpu_capital_cost(training_capital_cost, serving_capital_cost):
    """To train and to serve: capital in the books, whatever is made of the model."""
    return training_capital_cost + serving_capital_cost


@quantity("Months that an own GPU is used", "month")
def gpu_life_months(gpu_life):
    """From the start, when it is bought."""
    return gpu_life * MONTHS_PER_YEAR


@quantity("GPU price, serving", "USD/GPU-hour", overridable=True)
def serving_gpu_price(purchase, owned_paid_reserved_price, on_demand_price, gpu_price):
    """As training is bought; but a service can't be interrupted as spot is, and uses an own GPU every hour."""
    return where(purchase == "owned", owned_paid_reserved_price, where(purchase == "spot", on_demand_price, gpu_price))


# What is paid together, and how long


@quantity("GPUs that are paid together", "GPU/instance")
def gpus_together(purchase, gpus_per_instance):
    """All of an instance; of one's own, each by itself, since others may use the rest."""
    return where(purchase == "owned", GPU_BY_ITSELF, gpus_per_instance)


@quantity("Interruptions in an hour", "1/hour")
def interruption_rate(interruptions, instances):
    """Any instance that is taken away stops the run: with more of them it stops more often."""
    return interruptions * instances


@quantity("Hours from checkpoint to checkpoint, undisturbed", "hour")
def checkpoint_step(checkpoint_interval, checkpoint_write):
    """Work, and writing it down."""
    return checkpoint_interval + checkpoint_write


@quantity("Hours from checkpoint to checkpoint, on spot", "hour")
def spot_step_hours(interruption_rate, restart_hours, checkpoint_step):
    """With restarts, and with what is lost done again. Interruptions come as a Poisson process.

    Daly 2006, A higher order estimate of the optimum checkpoint interval for restart dumps.
    """
    return where(
        interruption_rate > 0,
        (1 / interruption_rate + restart_hours) * (exp(interruption_rate * checkpoint_step) - 1),
        checkpoint_step,
    )


@quantity("Hours of one run on spot", "hour")
def spot_run_hours(run_hours, checkpoint_interval, spot_step_hours):
    """As many steps from checkpoint to checkpoint as the run has."""
    return run_hours / checkpoint_interval * spot_step_hours


@quantity("Best time between two checkpoints", "hour")
def best_checkpoint_interval(interruption_rate, checkpoint_write):
    """Where writing checkpoints and doing work again cost the same. Young 1974. Never, if nothing interrupts."""
    return where(interruption_rate > 0, sqrt(2 * checkpoint_write / interruption_rate), NEVER)


@quantity("Hours of one run, as bought", "hour")
def paid_hours(bought_as, spot_run_hours, run_hours):
    """Longer on spot, for what interruptions take."""
    return where(bought_as == "spot", spot_run_hours, run_hours)


# Spot against on demand


@quantity("GPU-hours of one run on demand", "GPU-hour")
def on_demand_gpu_hours(run_hours, billing_step, gpus, gpus_per_instance):
    """Whole steps of whole instances."""
    return ceil(run_hours / billing_step) * billing_step * ceil(gpus / gpus_per_instance) * gpus_per_instance


@quantity("One run on demand", "USD")
def on_demand_run_cost(on_demand_gpu_hours, on_demand_price):
    """At that price."""
    return on_demand_gpu_hours * on_demand_price


@quantity("GPU-hours of one run on spot", "GPU-hour")
def spot_gpu_hours(spot_run_hours, billing_step, gpus, gpus_per_instance):
    """Whole steps of whole instances."""
    return ceil(spot_run_hours / billing_step) * billing_step * ceil(gpus / gpus_per_instance) * gpus_per_instance


@quantity("One run on spot", "USD")
def spot_run_cost(spot_gpu_hours, spot_price):
    """At the spot price, with the hours that interruptions take."""
    return where(is_number(spot_price), spot_gpu_hours * spot_price, NO_PRICE)


@quantity("Spot pays", "flag")
def spot_pays(spot_price, on_demand_price, run_hours, spot_run_hours):
    """If the price falls by more than the hours rise."""
    return where(is_number(spot_price), where(spot_price * spot_run_hours < on_demand_price * run_hours, 1, 0), 0)


# Make or buy


@quantity("There is a price for training through the API", "flag")
def api_has_price(train_price_known, api_by_the_hour, estimate_missing):
    """By the token, by the hour, or an estimate if those are allowed."""
    return where(
        train_price_known > 0,
        1,
        where(either(api_by_the_hour > 0, estimate_missing == "yes"), 1, 0),
    )


@quantity("There is a price for rented GPUs", "flag")
def rented_has_price(purchase, training_route, gpu):
    """Where rented GPUs are the chosen route, one must be known. Otherwise this GPU may have no offer at all."""
    return where(either(purchase == "owned", training_route == "API"), where(is_known(GPUS.offer, gpu), 1, 0), 1)


@quantity("There is a price for own GPUs", "flag")
def owned_has_price(purchase, gpu):
    """Where own GPUs are chosen, one must be known. Otherwise the power of this GPU may be unknown."""
    return where(purchase == "owned", 1, where(is_known(GPUS.tdp_kw, gpu), 1, 0))


@quantity("One run: API", "USD")
def api_route_cost(api_has_price, api_run_cost):
    """At the managed fine-tuning offer."""
    return where(api_has_price > 0, api_run_cost, NO_PRICE)


@quantity("One run: rented GPUs", "USD")
def rented_route_cost(rented_has_price, purchase, on_demand_run_cost, rented_run_cost):
    """As GPUs are bought; on demand, where they are one's own."""
    return where(rented_has_price > 0, where(purchase == "owned", on_demand_run_cost, rented_run_cost), NO_PRICE)


@quantity("One run: own GPUs", "USD")
def owned_route_cost(owned_has_price, run_hours, gpus, owned_gpu_price):
    """The hours of the run only: others use the GPUs before and after."""
    return where(owned_has_price > 0, run_hours * gpus * owned_gpu_price, NO_PRICE)


@quantity("Full runs before the one that ships", "experiment")
def iteration_runs(experiments, tried_run_share, pilots, pilot_share, models_to_ship):
    """Experiments and pilots, as many full runs as they take, less the runs that ship."""
    return experiments * tried_run_share + pilots * pilot_share - models_to_ship


@quantity("Iteration: API", "USD")
def api_iteration_cost(api_has_price, iteration_cost, iteration_runs, api_route_cost, run_cost):
    """With all of its runs by this route; evaluation and people cost the same."""
    return where(api_has_price > 0, iteration_cost + iteration_runs * (api_route_cost - run_cost), NO_PRICE)


@quantity("Iteration: rented GPUs", "USD")
def rented_iteration_cost(rented_has_price, iteration_cost, iteration_runs, rented_route_cost, run_cost):
    """With all of its runs by this route; evaluation and people cost the same."""
    return where(rented_has_price > 0, iteration_cost + iteration_runs * (rented_route_cost - run_cost), NO_PRICE)


@quantity("Iteration: own GPUs", "USD")
def owned_iteration_cost(owned_has_price, iteration_cost, iteration_runs, owned_route_cost, run_cost):
    """With all of its runs by this route; evaluation and people cost the same."""
    return where(owned_has_price > 0, iteration_cost + iteration_runs * (owned_route_cost - run_cost), NO_PRICE)


@quantity("Rented GPUs cost no more than own ones", "flag")
def renting_is_cheaper(rented_has_price, owned_has_price, rented_route_cost, owned_route_cost):
    """For one run. What has no price is not cheaper."""
    return where(
        both(rented_has_price > 0, owned_has_price > 0),
        where(rented_route_cost <= owned_route_cost, 1, 0),
        rented_has_price,
    )


@quantity("One run on the cheaper GPUs", "USD")
def gpu_route_cost(renting_is_cheaper, rented_route_cost, owned_route_cost):
    """Rented or own."""
    return where(renting_is_cheaper > 0, rented_route_cost, owned_route_cost)


@quantity("The API costs no more than GPUs", "flag")
def api_is_cheaper(api_has_price, rented_has_price, owned_has_price, api_route_cost, gpu_route_cost):
    """For one run. What has no price is not cheaper."""
    return where(
        both(api_has_price > 0, either(rented_has_price > 0, owned_has_price > 0)),
        where(api_route_cost <= gpu_route_cost, 1, 0),
        api_has_price,
    )


@quantity("The cheapest route", "text")
def cheapest_route(api_is_cheaper, renting_is_cheaper, owned_has_price):
    """For one run; the iteration before it follows."""
    return where(
        api_is_cheaper > 0,
        "API",
        where(renting_is_cheaper > 0, "rented GPUs", where(owned_has_price > 0, "own GPUs", "no price")),
    )
