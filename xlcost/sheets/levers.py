"""The sheet Strategies: the workings of the levers. What they save is on Levers."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Strategies",
    "What would make it cheaper, line by line: what becomes of each lever, what it changes, and what it costs once.",
    section(
        "What becomes of each: off, on, not applicable, too late",
        "smaller_model_state subset_state adapter_state preparation_state pipeline_state early_stop_state spot_state "
        "utilisation_state caching_state",
    ),
    section(
        "Which act",
        "listed_params smaller_params smaller_model_fits adapter_fits spot_fits smaller_model_acts subset_acts "
        "adapter_acts preparation_acts pipeline_acts early_stop_acts spot_acts utilisation_acts "
        "utilisation_acts_in_build caching_acts",
    ),
    section(
        "What they make of the inputs",
        "trained_model served_tokens_per_second used_examples trained_method preparation_hours paid_label_share "
        "experiment_hours rated_items tried_run_share retried_run_share bought_as run_gpu_price "
        "wasted_share returnable_share",
    ),
    section(
        "What they do to the chance of success", "small_start_success success_kept experiment_success retrain_success"
    ),
    section(
        "What they cost once",
        "start_small_cost automation_cost optimisation_cost build_levers_cost utilisation_cost caching_cost",
    ),
    section("The stage", "levers_cost"),
)
