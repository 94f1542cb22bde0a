"""The sheet Deployment."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Deployment",
    "What answering requests costs, by the token or on GPUs of one's own.",
    section(
        "By the token",
        "api_input_price api_output_price api_hosting_price blended_input_price api_request_cost api_hosting_cost "
        "api_storage_price api_storage_cost api_idle_cost",
    ),
    section(
        "The peak", "peak_requests peak_arrivals peak_tokens_per_second throughput_replicas offered_load load_replicas"
    ),
    section(
        "Waiting at the peak, for a few replicas more",
        "extra_replica candidate_replicas servers erlang_b erlang_c mean_wait meets_latency",
    ),
    section(
        "Replicas",
        "served_bases least_replicas latency_feasible latency_replicas replicas_at_peak peak_utilisation "
        "replica_month_cost token_unit_cost",
    ),
    section("Waiting, with these replicas", "servers_at_peak peak_blocking peak_wait_chance peak_wait"),
    section("Serving", "peak_serving_cost"),
    section(
        "By the token, or on GPUs of one's own",
        "compared_replicas least_dedicated_cost replica_capacity request_saves break_even_requests dedicated_can_pay "
        "crossover_requests",
    ),
    section("Own people", "deployment_people_cost"),
)
