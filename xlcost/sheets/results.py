"""The sheet Results: what comes of every case."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Results",
    "What comes of every case over its horizon.",
    section(
        "Cost by stage",
        "data_cost training_cost iteration_cost deployment_cost maintenance_cost talent_cost levers_cost "
        "contingency_cost",
    ),
    section("Cost", "total_cost timeline_total present_cost run_rate"),
    section("For a request", "total_requests request_cost"),
    section("Is it worth it", "launch_benefit total_benefit discounted_benefit npv pays_back payback_month"),
    section("What runs", "running_months retrain_count most_replicas"),
    section("Beside the cash", "quality_loss_cost economic_quality_cost economic_cost"),
    section(
        "The books", "capitalised_cost depreciation_rate total_amortisation total_depreciation total_expense book_value"
    ),
    section("In one's own currency", "own_total_cost own_present_cost own_npv own_run_rate"),
)
