"""The sheet Timeline: months across, a block for each case."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Timeline",
    "Every stage month by month, for every case. Month 0 is the start; later flows fall at the end of their month.",
    section("The calendar", "year at_start build_share is_building is_running live_months"),
    section(
        "Volume and prices",
        "request_path requests caching_runs served_requests utilisation_runs gpu_price_factor api_price_factor",
    ),
    section("Serving", "replicas paid_hours_share dedicated_cost token_cost serving_cost staging_share platform_cost"),
    section(
        "Training again and watching",
        "retrains_due forced_due planned_retrains forced_retrains retrains retrain_flow monitoring_flow",
    ),
    section(
        "Quality, which is not cash",
        "service_months planned_age forced_age model_age quality_lost quality_loss_flow",
    ),
    section(
        "Cost",
        "data_flow training_flow iteration_flow deployment_flow maintenance_flow talent_flow levers_flow "
        "contingency_flow total_flow cumulative_cost",
    ),
    section(
        "What comes back",
        "benefit_flow net_flow cumulative_benefit cumulative_net is_paid_back",
    ),
    section("When a cheaper route opens", "route_open"),
    section(
        "Today's money",
        "discount_factor discounted_cost_flow discounted_benefit_flow discounted_net_flow "
        "runs_present_flow serving_present_flow",
    ),
    section("The books", "amortisation_flow depreciation_flow expense_flow"),
    section(
        "Alternatives",
        "priced_requests priced_answers plan_token_markup plan_answers replica_flow gpu_flow "
        "shared_flow light_flow prompt_flow rag_flow managed_serving_flow "
        "managed_training_flow managed_flow passage_flow retrieval_flow hybrid_flow prompt_cumulative rag_cumulative "
        "managed_cumulative hybrid_cumulative",
    ),
    section(
        "Alternatives side by side",
        "outside_cumulative outside_cheapest inside_cumulative inside_cheapest cheapest_so_far "
        "dearer_than_prompt dearer_than_rag managed_dearer "
        "prompt_discounted_flow rag_discounted_flow managed_discounted_flow hybrid_discounted_flow",
    ),
)

# The rows that are shown for the live case at the top, for charts and for annual sums.
LIVE = (
    "year requests data_flow training_flow iteration_flow deployment_flow maintenance_flow talent_flow "
    "levers_flow contingency_flow total_flow cumulative_cost benefit_flow net_flow cumulative_net expense_flow "
    "prompt_cumulative rag_cumulative managed_cumulative hybrid_cumulative cheapest_so_far"
).split()
