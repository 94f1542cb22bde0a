"""Starting: whether to begin with a pilot, what waiting would change, and when a cheaper route opens."""

from xlcost.model.constants import YEAR
from xlcost.model.opportunity import coming_later, never_coming
from xlcost.model.words import NEVER, at, first_where, largest, maximum, quantity, total, where

# Starting small, as a real option


@quantity("Spent before one knows", "USD", overridable=True)
def venture_cost(cumulative_cost, build_months):
    """All that is spent until launch, whether it succeeds or not."""
    return at(cumulative_cost, build_months)


@quantity("Value of success", "USD", overridable=True)
def venture_value(npv, venture_cost):
    """Benefit less what comes after launch, in today's money. What would run at a loss is not run: then 0."""
    return maximum(0, npv + venture_cost)


@quantity("Committing now", "USD")
def commit_value(venture_chance, venture_value, venture_cost):
    """The chance of success times its value, less the cost."""
    return venture_chance * venture_value - venture_cost


@quantity("Chance that the pilot says yes", "share")
def pilot_yes_share(venture_chance, pilot_sensitivity, pilot_specificity):
    """Rightly, where it would succeed; and wrongly, where it would fail."""
    return venture_chance * pilot_sensitivity + (1 - venture_chance) * (1 - pilot_specificity)


@quantity("Chance of success once the pilot has said yes", "share")
def proven_chance(pilot_yes_share, venture_chance, pilot_sensitivity):
    """By Bayes. 0 for a pilot that never says yes."""
    return where(pilot_yes_share > 0, venture_chance * pilot_sensitivity / pilot_yes_share, 0)


@quantity("Worth of going on after a yes", "USD")
def proven_value(proven_chance, venture_value, venture_cost):
    """Nothing, if even then it would lose money: nobody has to go on."""
    return maximum(0, proven_chance * venture_value - venture_cost)


@quantity("A pilot first", "USD")
def pilot_option_value(pilot_price, pilot_yes_share, capital_cost, pilot_months, proven_value):
    """What going on is worth if the pilot says yes, later by the pilot's months, less the pilot."""
    return pilot_yes_share * proven_value / (1 + capital_cost) ** (pilot_months / YEAR) - pilot_price


@quantity("The most that a pilot may cost", "USD")
def evpi(venture_chance, venture_value, venture_cost, commit_value):
    """Expected value of perfect information: of a pilot that is never wrong, is free, and takes no time."""
    return venture_chance * maximum(0, venture_value - venture_cost) - maximum(0, commit_value)


@quantity("How to start", "text")
def best_start(pilot_option_value, commit_value, venture_value, total_benefit):
    """By the larger of the two values. Neither, where both lose money. Without a benefit there is no answer."""
    return where(
        maximum(pilot_option_value, commit_value) > 0,
        where(pilot_option_value > commit_value, "pilot", "commit"),
        where(maximum(venture_value, total_benefit) > 0, "neither", "no benefit is given"),
    )


# What waiting would change


@quantity("Runs of the build", "USD")
def built_runs_cost(iteration_runs, models_to_ship, run_cost):
    """Those that ship and those before them."""
    return (iteration_runs + models_to_ship) * run_cost


@quantity("Runs, discounted", "USD/month")
def runs_present_flow(built_runs_cost, build_share, retrains, retrain_run_cost, gpu_price_factor, discount_factor):
    """Of the build and of retrains."""
    return (built_runs_cost * build_share + retrains * retrain_run_cost * gpu_price_factor) * discount_factor


@quantity("Serving, discounted", "USD/month")
def serving_present_flow(serving_cost, staging_share, discount_factor):
    """With development and staging."""
    return serving_cost * (1 + staging_share) * discount_factor


@quantity("Present cost of runs", "USD")
def runs_present_cost(runs_present_flow, contingency_share):
    """With its contingency."""
    return total(runs_present_flow) * (1 + contingency_share)


@quantity("Present cost of serving", "USD")
def serving_present_cost(serving_present_flow, contingency_share):
    """With its contingency."""
    return total(serving_present_flow) * (1 + contingency_share)


@quantity("GPU prices after the wait, against today", "x")
def waited_gpu_factor(purchase, gpu_price_change, wait_months):
    """Along the price path. An own GPU is taken to cost the same then."""
    return where(purchase == "owned", 1, (1 + gpu_price_change) ** (wait_months / YEAR))


@quantity("API prices after the wait, against today", "x")
def waited_api_factor(api_price_change, wait_months):
    """Along the price path."""
    return (1 + api_price_change) ** (wait_months / YEAR)


@quantity("Saved on runs, if one waits", "USD")
def waited_runs_saving(runs_present_cost, training_route, waited_api_factor, waited_gpu_factor):
    """At the prices of their route. Negative where prices rise."""
    return runs_present_cost * (1 - where(training_route == "API", waited_api_factor, waited_gpu_factor))


@quantity("Saved on serving, if one waits", "USD")
def waited_serving_saving(serving_present_cost, serving_route, waited_api_factor, waited_gpu_factor):
    """At the prices of its route. Negative where prices rise."""
    return serving_present_cost * (1 - where(serving_route == "API", waited_api_factor, waited_gpu_factor))


@quantity("Saved by prices, if one waits", "USD")
def waited_price_saving(waited_runs_saving, waited_serving_saving):
    """The same plan at the prices of then."""
    return waited_runs_saving + waited_serving_saving


@quantity("Cost of starting later, in today's money", "USD")
def waited_cost(present_cost, waited_price_saving, capital_cost, wait_months):
    """The same plan at the prices of then, and paid so much later."""
    return (present_cost - waited_price_saving) / (1 + capital_cost) ** (wait_months / YEAR)


@quantity("Benefit of a month, once it runs", "USD/month")
def monthly_benefit(launch_benefit, margin_per_month):
    """What begins with launch, and the margin of what is late."""
    return launch_benefit + margin_per_month


@quantity("Benefit that falls into the wait", "USD")
def waited_benefit(monthly_benefit, wait_months):
    """What one would have had by then."""
    return monthly_benefit * wait_months


@quantity("Benefit that waiting loses for good", "USD")
def waited_lost_benefit(wait_months, monthly_benefit, lost_share):
    """A share of what falls into the wait."""
    return never_coming(wait_months, monthly_benefit, lost_share)


@quantity("Benefit that waiting puts off", "USD")
def waited_late_cost(wait_months, monthly_benefit, lost_share, capital_cost):
    """The rest comes later, and is worth less."""
    return coming_later(wait_months, monthly_benefit, lost_share, capital_cost)


@quantity("Cost of the delay", "USD")
def waited_delay_cost(waited_lost_benefit, waited_late_cost):
    """Both."""
    return waited_lost_benefit + waited_late_cost


@quantity("Waiting, against starting now", "USD")
def waiting_value(present_cost, waited_cost, waited_delay_cost):
    """What it saves less what the delay costs."""
    return present_cost - waited_cost - waited_delay_cost


@quantity("Wait or start", "text")
def best_time(monthly_benefit, waiting_value):
    """Without a benefit there is no answer: what brings nothing is best never started."""
    return where(monthly_benefit > 0, where(waiting_value > 0, "wait", "start now"), "no benefit is given")


# When a cheaper route opens


@quantity("Serving in a month, on average", "USD/month")
def mean_serving_cost(serving_cost, running_months):
    """By the chosen route."""
    return total(serving_cost) / running_months


@quantity("The same requests by the token, on average", "USD/month")
def mean_token_cost(token_cost, running_months):
    """Through the API that the case names."""
    return total(token_cost) / running_months


@quantity("Changing to another model", "USD", overridable=True)
def migration_cost(retrain_cost, migration_retunes):
    """A price falls only for those who change, and that takes a training."""
    return retrain_cost * migration_retunes


@quantity("A change pays", "flag")
def route_open(
    is_running, mean_serving_cost, mean_token_cost, same_quality_price, month, horizon_months, migration_cost
):
    """What the same quality then saves until the end of the horizon is at least what the change costs."""
    return is_running * where(
        (mean_serving_cost - mean_token_cost * same_quality_price ** (month / YEAR)) * (horizon_months - month)
        >= migration_cost,
        1,
        0,
    )


@quantity("A cheaper route opens", "flag")
def route_opens(outside_allowed, route_open):
    """In the horizon. It is an API: where requests must stay inside, none opens."""
    return outside_allowed * largest(route_open)


@quantity("Month in which a cheaper route opens", "month")
def route_month(route_opens, route_open, month):
    """The first in which a change to another model pays. Never, where it pays in none."""
    return where(route_opens > 0, first_where(route_open, month), NEVER)
