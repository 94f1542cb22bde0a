"""The sheet Purchase."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Purchase",
    "How GPUs are paid for, what that makes a run cost, and whether to make it or to buy it.",
    section(
        "An hour of a rented GPU",
        "on_demand_price commit_1yr_offered commit_1yr_estimate commit_1yr_price commit_3yr_offered "
        "commit_3yr_estimate commit_3yr_price commit_price spot_offered spot_estimate spot_price",
    ),
    section(
        "An hour of a GPU of one's own",
        "gpu_power owned_capital_price owned_running_price owned_gpu_price owned_reserved_price",
    ),
    section(
        "Own GPUs that are paid when they are bought",
        "own_gpus_bought owned_paid_price owned_paid_reserved_price own_training_gpus own_serving_gpus "
        "training_capital_cost serving_capital_cost gpu_capital_cost gpu_life_months",
    ),
    section("An hour of a GPU that serves", "serving_gpu_price"),
    section(
        "Spot against on demand",
        "interruption_rate best_checkpoint_interval checkpoint_step spot_step_hours spot_run_hours spot_gpu_hours "
        "spot_run_cost on_demand_gpu_hours on_demand_run_cost spot_pays",
    ),
    section(
        "Make or buy: one run",
        "api_has_price api_route_cost rented_has_price rented_route_cost owned_has_price owned_route_cost",
    ),
    section(
        "Make or buy: the iteration before it",
        "iteration_runs api_iteration_cost rented_iteration_cost owned_iteration_cost",
    ),
    section("Make or buy: the answer", "renting_is_cheaper gpu_route_cost api_is_cheaper cheapest_route"),
)
