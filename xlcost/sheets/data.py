"""The sheet Data."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Data",
    "The examples to learn from, and what it costs to have them labelled well enough.",
    section("Labels", "labels_bought label_qa_cost label_cost label_overhead_cost label_accuracy correct_label_cost"),
    section("How much to do again and to check", "suggested_rework_share unlimited_qa_sample qa_sample"),
    section(
        "Examples by a model",
        "synthetic_input_price synthetic_output_price synthetic_attempt_cost synthetic_attempts synthetic_review_cost "
        "synthetic_cost trained_examples",
    ),
    section("What is bought", "data_rounds data_bought_cost data_storage_cost data_kept_cost"),
    section("Own people", "data_hours data_people_cost"),
    section("The stage", "data_made_cost data_cost"),
)
