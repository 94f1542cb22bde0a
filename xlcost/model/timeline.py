"""Timeline: every stage month by month, what is saved, and what the money is worth today.

Month 0 is the start; later flows fall at the end of their month. Flows are in USD a month, so that their total
over the months is in USD.
"""

from xlcost.model.constants import AT_ONCE, ONE_MONTH, POINTS, ROUNDING_TOLERANCE, YEAR
from xlcost.model.words import both, ceil, floor, maximum, minimum, previous, quantity, running_total, where

# Deployment


@quantity("Replicas", "replica")
def replicas(is_running, least_replicas, served_requests, replicas_at_peak, peak_requests):
    """In proportion to the requests, as sized at the peak."""
    return is_running * maximum(
        least_replicas, where(peak_requests > 0, ceil(served_requests / peak_requests * replicas_at_peak), 0)
    )


@quantity("GPUs of one's own", "USD/month")
def dedicated_cost(replicas, replica_month_cost, gpu_price_factor, paid_hours_share):
    """Of every replica, the hours that are paid."""
    return replicas * replica_month_cost * gpu_price_factor * paid_hours_share


@quantity("By the token", "USD/month")
def token_cost(served_requests, api_request_cost, is_running, api_idle_cost, api_price_factor):
    """Tokens, and hosting that accrues while idle."""
    return (served_requests * api_request_cost + is_running * api_idle_cost) * api_price_factor


@quantity("Serving", "USD/month")
def serving_cost(serving_route, dedicated_cost, token_cost):
    """By the chosen route."""
    return where(serving_route == "API", token_cost, dedicated_cost)


@quantity("Development and staging, on top of serving", "share")
def staging_share(environment_share, utilisation_runs, utilisation_staging_saved):
    """Less what a lever saves of it."""
    return environment_share * (1 - utilisation_runs * utilisation_staging_saved)


@quantity("Around serving", "USD/month")
def platform_cost(serving_cost, staging_share, requests, egress_size, egress_price, is_running, gateway_cost):
    """Other environments, traffic to the outside, gateway and observability."""
    return serving_cost * staging_share + requests * egress_size * egress_price + is_running * gateway_cost


# Quality


@quantity("Months since launch, in the middle of the month", "month")
def service_months(live_months):
    """What is lost over a month is what is lost in its middle."""
    return maximum(0, live_months - ONE_MONTH / 2)


@quantity("Months since the last planned training", "month")
def planned_age(retrains_happen, service_months, retrain_interval):
    """Or since launch."""
    return where(
        retrains_happen > 0,
        service_months - floor(service_months / retrain_interval) * retrain_interval,
        service_months,
    )


@quantity("Months since the last new base model", "month")
def forced_age(deprecation_months, service_months, forced_interval):
    """Or since launch."""
    return where(
        deprecation_months > 0,
        service_months - floor(service_months / forced_interval) * forced_interval,
        service_months,
    )


@quantity("Age of the model", "month")
def model_age(planned_age, forced_age):
    """Since it was last trained, for whatever reason."""
    return maximum(0, minimum(planned_age, forced_age))


@quantity("Quality lost", "share")
def quality_lost(drift_shape, quality_start, quality_loss, model_age, quality_at_risk, drift_half_life):
    """At that age. A training brings all of it back."""
    return where(
        drift_shape == "linear",
        minimum(quality_start, quality_loss * model_age),
        quality_at_risk * (1 - 2 ** (-model_age / drift_half_life)),
    )


@quantity("What lost quality costs", "USD/month")
def quality_loss_flow(is_running, quality_value, quality_lost):
    """An economic line: trust and experience that are lost. Never in the total."""
    return is_running * quality_value * POINTS * quality_lost


# The stages


@quantity("Data", "USD/month")
def data_flow(data_cost, build_share):
    """Over the build."""
    return data_cost * build_share


@quantity("Training", "USD/month")
def training_flow(training_cost, training_capital_cost, build_share, at_start):
    """Over the build; own GPUs that are bought, at the start."""
    return (training_cost - training_capital_cost) * build_share + training_capital_cost * at_start


@quantity("Iteration", "USD/month")
def iteration_flow(iteration_cost, build_share):
    """Over the build."""
    return iteration_cost * build_share


@quantity("Deployment", "USD/month")
def deployment_flow(
    serving_cost, platform_cost, deployment_people_cost, stage_pays_people, build_share, serving_capital_cost, at_start
):
    """The service is built once, and then runs. Own GPUs that are bought are paid at the start."""
    return (
        serving_cost
        + platform_cost
        + stage_pays_people * deployment_people_cost * build_share
        + serving_capital_cost * at_start
    )


@quantity("Retrains due since launch", "count")
def retrains_due(retrains_happen, live_months, retrain_interval):
    """Counted since launch."""
    return where(retrains_happen > 0, floor(live_months / retrain_interval), 0)


@quantity("Base models retired since launch", "count")
def forced_due(deprecation_months, live_months, forced_interval):
    """Counted since launch."""
    return where(deprecation_months > 0, floor(live_months / forced_interval), 0)


@quantity("Retrains as planned", "retrain/month")
def planned_retrains(is_running, retrains_due):
    """Those that fall in this month."""
    return is_running * (retrains_due - previous(retrains_due)) * AT_ONCE


@quantity("Retrains for a new base model", "retrain/month")
def forced_retrains(is_running, forced_due):
    """Those that fall in this month."""
    return is_running * (forced_due - previous(forced_due)) * AT_ONCE


@quantity("Retrains", "retrain/month")
def retrains(planned_retrains, forced_retrains):
    """Where both fall in one month, the model is trained once."""
    return maximum(planned_retrains, forced_retrains)


@quantity("Trained again", "USD/month")
def retrain_flow(retrains, retrain_run_cost, gpu_price_factor, retrain_other_cost):
    """Runs at the GPU price of the month, the rest at today's."""
    return retrains * (retrain_run_cost * gpu_price_factor + retrain_other_cost)


@quantity("Watched", "USD/month")
def monitoring_flow(requests, monitoring_request_cost, is_running, monitoring_fixed_cost):
    """With the traffic, and whatever the traffic."""
    return requests * monitoring_request_cost + is_running * monitoring_fixed_cost


@quantity("Maintenance", "USD/month")
def maintenance_flow(retrain_flow, monitoring_flow):
    """Trained again and watched."""
    return retrain_flow + monitoring_flow


@quantity("Talent", "USD/month")
def talent_flow(
    hiring_cost, at_start, team_start_cost, build_share, build_team_cost, is_building, run_team_cost, is_running
):
    """Hiring at the start, learning over the build, the team while it builds and while it runs."""
    return (
        hiring_cost * at_start
        + team_start_cost * build_share
        + build_team_cost * is_building
        + run_team_cost * is_running
    )


@quantity("Levers", "USD/month")
def levers_flow(build_levers_cost, at_start, utilisation_cost, utilisation_runs, caching_cost, caching_runs):
    """Each is paid once, in the month in which it starts."""
    return (
        build_levers_cost * at_start
        + (
            utilisation_cost * (utilisation_runs - previous(utilisation_runs))
            + caching_cost * (caching_runs - previous(caching_runs))
        )
        * AT_ONCE
    )


@quantity("Contingency", "USD/month")
def contingency_flow(
    contingency_share, data_flow, training_flow, iteration_flow, deployment_flow, maintenance_flow, talent_flow,
    levers_flow,
):  # fmt: skip
    """A share of all stages, as a line of its own."""
    return contingency_share * (
        data_flow + training_flow + iteration_flow + deployment_flow + maintenance_flow + talent_flow + levers_flow
    )


@quantity("Total", "USD/month")
def total_flow(
    data_flow, training_flow, iteration_flow, deployment_flow, maintenance_flow, talent_flow, levers_flow,
    contingency_flow,
):  # fmt: skip
    """All stages and the contingency. Opportunity is not cash, and stands elsewhere."""
    return (
        data_flow + training_flow + iteration_flow + deployment_flow + maintenance_flow + talent_flow
        + levers_flow + contingency_flow
    )  # fmt: skip


@quantity("Total so far", "USD")
def cumulative_cost(total_flow):
    """Since the start."""
    return running_total(total_flow)


# What comes back


@quantity("Benefit of a month that runs", "USD/month")
def launch_benefit(replaced_spend, value_per_month):
    """Spending that ends, and value that begins, with launch."""
    return replaced_spend + value_per_month


@quantity("Benefit", "USD/month")
def benefit_flow(is_running, launch_benefit):
    """From launch on."""
    return is_running * launch_benefit


@quantity("Net", "USD/month")
def net_flow(benefit_flow, total_flow):
    """Benefit less cost."""
    return benefit_flow - total_flow


@quantity("Net so far", "USD")
def cumulative_net(net_flow):
    """Since the start, undiscounted."""
    return running_total(net_flow)


@quantity("Benefit so far", "USD")
def cumulative_benefit(benefit_flow):
    """Since the start."""
    return running_total(benefit_flow)


@quantity("Paid back", "flag")
def is_paid_back(cumulative_net, cumulative_benefit):
    """All that was spent has come back, but for rounding. Without a benefit, nothing has."""
    return where(both(cumulative_benefit > 0, cumulative_net >= -ROUNDING_TOLERANCE * cumulative_benefit), 1, 0)


@quantity("Discount factor", "x")
def discount_factor(month, capital_cost):
    """The rate is compounded over the months of a year, not divided by 12."""
    return 1 / (1 + capital_cost) ** (month / YEAR)


@quantity("Cost, discounted", "USD/month")
def discounted_cost_flow(total_flow, discount_factor):
    """At the cost of capital."""
    return total_flow * discount_factor


@quantity("Benefit, discounted", "USD/month")
def discounted_benefit_flow(benefit_flow, discount_factor):
    """At the cost of capital."""
    return benefit_flow * discount_factor


@quantity("Net, discounted", "USD/month")
def discounted_net_flow(net_flow, discount_factor):
    """At the cost of capital."""
    return net_flow * discount_factor


# The books


@quantity("Capitalised", "USD")
def capitalised_cost(capitalised_share, data_cost, training_cost, training_capital_cost, iteration_cost):
    """The share of building the model that becomes an asset. Own GPUs are one by themselves."""
    return capitalised_share * (data_cost + training_cost - training_capital_cost + iteration_cost)


@quantity("Amortisation", "USD/month")
def amortisation_flow(live_months, amortisation_months, capitalised_cost):
    """In a straight line from launch."""
    return where(both(live_months > 0, live_months <= amortisation_months), capitalised_cost / amortisation_months, 0)


@quantity("Depreciation of own GPUs in a whole month", "USD/month")
def depreciation_rate(gpu_capital_cost, residual_share, gpu_life_months):
    """In a straight line from their price to what they are worth at the end of their life."""
    return gpu_capital_cost * (1 - residual_share) / gpu_life_months


@quantity("Depreciation of own GPUs", "USD/month")
def depreciation_flow(month, depreciation_rate, gpu_life_months):
    """From their purchase at the start; the last month of their life counts as far as it goes."""
    return where(
        month > 0,
        depreciation_rate * minimum(1, maximum(0, gpu_life_months - month + ONE_MONTH) / ONE_MONTH),
        0,
    )


@quantity("Expensed", "USD/month")
def expense_flow(
    total_flow, capitalised_cost, build_share, amortisation_flow, gpu_capital_cost, at_start, depreciation_flow
):
    """Cost as it meets the income statement: what is capital is spread over its life."""
    return (
        total_flow
        - capitalised_cost * build_share
        + amortisation_flow
        - gpu_capital_cost * at_start
        + depreciation_flow
    )
