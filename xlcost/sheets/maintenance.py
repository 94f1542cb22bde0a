"""The sheet Maintenance."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Maintenance",
    "Quality drifts, models are trained again, and somebody watches.",
    section("Drift", "reaches_floor drift_months linear_drift_months falls_to_floor floor_months"),
    section("What waiting costs", "quality_at_risk quality_fall loss_growth loss_grows economic_retrain_months"),
    section(
        "Training again",
        "retrains_happen planned_months retrain_interval forced_interval retrain_experiments retrain_run_cost "
        "retrain_other_cost retrain_cost",
    ),
    section("Watching", "monitoring_request_cost maintenance_people_cost monitoring_fixed_cost"),
)
