"""The sheet Checks: arithmetic that must hold, judgements that somebody should see, and the control by the engine."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Checks",
    "What must hold in every case. A check is 1 if it holds; the master is on every sheet.",
    section(
        "Checks: differences that must be nothing",
        "check_total check_cumulative check_build check_present check_paid_once check_retrains check_amortisation "
        "check_books check_replicas check_horizon check_levers check_plan check_prompt check_rag check_managed "
        "check_hybrid check_managed_build check_best_untuned check_best_managed check_best_plan",
    ),
    section(
        "Alerts: 1 where somebody should look",
        "alert_mfu alert_ceiling alert_few_experiments alert_latency alert_utilisation alert_spot "
        "alert_storage_price alert_no_benefit alert_quality alert_memory alert_rework alert_qa_sample alert_eval_items",
    ),
)
