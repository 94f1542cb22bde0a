"""The sheet Deployment."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Deployment",
    "What answering requests costs, by the token or on GPUs of one's own.",
    section(
        "By the token",
        "api_input_price api_output_price api_hosting_price blended_input_price api_request_cost api_hosting_cost",
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
        "latency_feasible latency_replicas replicas_at_peak peak_utilisation replica_month_cost token_unit_cost",
    ),
    section("Waiting, with these replicas", "servers_at_peak peak_blocking peak_wait_chance peak_wait"),
    section("Serving", "peak_serving_cost"),
    section("Own people", "deployment_people_cost"),
)
