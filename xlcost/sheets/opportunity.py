"""The sheet Opportunity."""

from xlcost.sheets.words import section, sheet

SHEET = sheet(
    "Opportunity",
    "What delay and diverted people cost. An economic line: never part of the cash total.",
    section("Delay", "lost_margin late_margin_cost delay_cost"),
    section("People", "diverted_cost"),
    section("The stage", "opportunity_cost economic_opportunity_cost"),
)
