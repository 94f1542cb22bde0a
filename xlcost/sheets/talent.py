"""The sheet Talent."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Talent",
    "Hiring, learning, leaving, and what a team costs. Nobody is paid twice.",
    section(
        "Who pays",
        "stage_pays_people team_pay_share staff_year_cost staff_hour_rate staff_month_cost",
    ),
    section("A person, by role", "role_month_cost role_ramp_cost"),
    section(
        "The team, by role",
        "role_hiring_cost role_start_cost role_build_pay role_run_pay role_attrition_cost role_training_cost",
    ),
    section("The team", "hiring_cost team_start_cost build_team_cost run_team_cost"),
)
