"""The sheet Iteration."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Iteration",
    "A first run rarely ships: how many it takes, how they are evaluated, and what they cost.",
    section(
        "How many",
        "expected_experiments experiments uncapped_experiments uncapped_variance uncapped_deviation "
        "likely_experiments failure_share success_probability",
    ),
    section(
        "An evaluation", "judge_input_price judge_output_price judge_cost answer_cost human_eval_cost evaluation_cost"
    ),
    section("How large an evaluation has to be", "confidence_deviations power_deviations comparison_items"),
    section("An experiment", "analyst_cost experiment_cost"),
    section("The stage", "pilot_cost iteration_cost"),
    section("What follows from it", "shipping_multiple write_off_cost"),
)
