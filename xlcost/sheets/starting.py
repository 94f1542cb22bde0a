"""The sheet Starting."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Starting",
    "Whether to begin with a pilot, what waiting would change, and when a cheaper route opens.",
    section(
        "A pilot first, or all of it at once",
        "venture_cost venture_value commit_value pilot_yes_share proven_chance proven_value pilot_option_value evpi "
        "best_start",
    ),
    section(
        "What prices move",
        "built_runs_cost runs_present_cost serving_present_cost",
    ),
    section(
        "What waiting would change",
        "waited_gpu_factor waited_api_factor waited_runs_saving waited_serving_saving waited_price_saving "
        "waited_cost monthly_benefit waited_benefit waited_lost_benefit waited_late_cost waited_delay_cost "
        "waiting_value best_time",
    ),
    section(
        "When a cheaper route opens",
        "mean_serving_cost mean_token_cost migration_cost route_opens route_month",
    ),
)
