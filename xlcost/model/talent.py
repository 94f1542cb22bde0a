"""Talent: hiring, learning, leaving, and what a team costs."""

from xlcost.model.constants import MONTHS_PER_YEAR, WORK_HOURS
from xlcost.model.words import quantity, total, where


@quantity("Stages pay their people", "flag")
def stage_pays_people(people_basis):
    """Nobody is paid twice: either the stages pay by the hour, or the team is paid as a whole."""
    return where(people_basis == "hours", 1, 0)


@quantity("Share of the team's pay that talent bears", "share")
def team_pay_share(people_basis, uncovered_share):
    """All of it, or only the time that no stage asks for."""
    return where(people_basis == "team", 1, uncovered_share)


@quantity("Loaded cost of a year of an engineer", "USD/person/year")
def staff_year_cost(staff_salary, wage_share, country_factor):
    """Wages are only a part of what an employer pays. BLS, Employer Costs for Employee Compensation."""
    return staff_salary / wage_share * country_factor


@quantity("Loaded rate of own people", "USD/person-hour", overridable=True)
def staff_hour_rate(staff_year_cost):
    """What the stages pay for an hour."""
    return staff_year_cost / WORK_HOURS


@quantity("Loaded cost of a month", "USD/person/month")
def role_month_cost(role_salary, wage_share, country_factor):
    """Salary over the share that wages are of the employer's cost."""
    return role_salary / wage_share * country_factor / MONTHS_PER_YEAR


@quantity("Lost while learning", "USD/person")
def role_ramp_cost(ramp_months, role_month_cost):
    """Productivity that rises in a line loses half of the time."""
    return ramp_months / 2 * role_month_cost


@quantity("Hiring", "USD")
def role_hiring_cost(role_hires, hire_cost):
    """Advertising, agencies, interviews."""
    return role_hires * hire_cost


@quantity("Learning and vacancy", "USD")
def role_start_cost(role_hires, role_ramp_cost, vacancy_months, role_month_cost, cover_premium):
    """New people learn; while a post is empty, somebody covers for it at a premium."""
    return role_hires * (role_ramp_cost + vacancy_months * role_month_cost * cover_premium)


@quantity("Pay while building", "USD/month")
def role_build_pay(role_build_fte, role_month_cost):
    """The people who build."""
    return role_build_fte * role_month_cost


@quantity("Pay while running", "USD/month")
def role_run_pay(role_run_fte, role_month_cost):
    """The people who run it."""
    return role_run_fte * role_month_cost


@quantity("Leaving", "USD/month")
def role_attrition_cost(role_run_fte, attrition, hire_cost, role_ramp_cost):
    """Whoever leaves is hired and taught again."""
    return role_run_fte * attrition / MONTHS_PER_YEAR * (hire_cost + role_ramp_cost)


@quantity("Training budget", "USD/month")
def role_training_cost(role_run_fte, training_budget):
    """Courses and conferences."""
    return role_run_fte * training_budget / MONTHS_PER_YEAR


@quantity("Hiring, all roles", "USD")
def hiring_cost(role_hiring_cost):
    """Paid at the start."""
    return total(role_hiring_cost)


@quantity("Learning and vacancy, all roles", "USD")
def team_start_cost(role_start_cost):
    """Spread over the build."""
    return total(role_start_cost)


@quantity("Team while building", "USD/month")
def build_team_cost(role_build_pay, team_pay_share):
    """What talent bears of it."""
    return team_pay_share * total(role_build_pay)


@quantity("Team while running", "USD/month")
def run_team_cost(role_run_pay, team_pay_share, role_attrition_cost, role_training_cost):
    """What talent bears of the pay, people who leave, and training."""
    return team_pay_share * total(role_run_pay) + total(role_attrition_cost) + total(role_training_cost)
