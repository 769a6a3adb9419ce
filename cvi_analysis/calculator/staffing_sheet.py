"""The sheet Staffing: from residents to people to posts to pay, step by step."""

from __future__ import annotations

import numpy as np

from cvi_analysis.calculator.inputs_sheet import AT_ONE_TIME, HOMICIDES, LOCAL_COUNT
from cvi_analysis.calculator.inputs_sheet import LIMITS as OVP_LIMITS
from cvi_analysis.calculator.sheets import Book, Sheet, is_on
from cvi_analysis.model.people import GAINS, LIMITS
from cvi_analysis.model.staffing import FRONTLINE, GROUPS, OVP, ROLES, SUPERVISOR, population_tier
from cvi_analysis.report.dossier import Dossier

ROLE, LOAD, NEEDED, COUNT, REPORT, WAGE, BENEFITS, COST, NAMED = range(9)


def write_staffing(book: Book, dossier: Dossier) -> None:
    """Fill the sheet and name what other sheets use."""
    sheet = book.sheets["Staffing"]
    sheet.title(
        "Staffing",
        "People at the highest risk set the frontline team; residents set the size of the city's "
        "Office of Violence Prevention (OVP).",
    )
    _people(sheet, dossier)
    _bands(sheet, dossier)
    _posts(sheet, dossier)
    sheet.widths(48, 14, 14, 11, 12, 13, 11, 17, 36)


def _under(name: str) -> str:
    return name.replace(".", "_")


def _people(sheet: Sheet, dossier: Dossier) -> None:
    people = dossier.profile.people
    local, at_one_time = _under(LOCAL_COUNT), _under(AT_ONE_TIME)
    by_local = f'AND(NOT(ISNUMBER(people_at_risk)),people_at_risk_method="local",ISNUMBER({local}))'
    estimate = (
        f"IF(ISNUMBER(people_at_risk),people_at_risk,IF({by_local},{local},"
        f'IF(people_at_risk_method="homicides",IF(ISNUMBER({_under(HOMICIDES)}),'
        f"{_under(HOMICIDES)}*people_at_risk_people_per_homicide,NA()),"
        "population*people_at_risk_share)))"
    )
    months = "people_at_risk_estimate*(people_at_risk_months/12)"
    stock = (
        "people_at_risk_estimate"
        if dossier.case.known.counts == "at_one_time"
        else f"IF(ISNUMBER({at_one_time}),{at_one_time},{months})"
    )
    served = f"IF({by_local},{stock},{months})*people_at_risk_target_share*people_at_risk_take_up"
    sheet.heading("People")
    sheet.header("Step", "People")
    lines = (
        ("Residents", "population", dossier.profile.population, "count", "population.value"),
        ("People at the highest risk, not rounded", estimate, people.estimate, "people",
         "people_at_risk.estimate"),
        ("People at the highest risk, rounded", "ROUND(people_at_risk_estimate,0)",
         people.rounded, "count", "people_at_risk.rounded"),
        ("Of them, planned for over the year",
         "people_at_risk_estimate*people_at_risk_target_share",
         people.target, "people", "people_at_risk.target"),
        ("People served at one time", served, people.served, "people", "people_at_risk.served"),
    )  # fmt: skip
    for title, formula, value, shape, name in lines:
        sheet.text(ROLE, title, "row")
        sheet.formula(1, formula, value, "row", shape, name=name)
        sheet.row += 1
    sheet.row += 1


def _bands(sheet: Sheet, dossier: Dossier) -> None:
    """Economies of scale, band by band."""
    values, served = dossier.values, dossier.profile.people.served
    sheet.heading("Economies of scale: in a larger program one worker reaches a few more people")
    sheet.header("People served", "From", "To", "In the band", "Gain", "That set the staff")
    lower_value, lower, effective, parts = 0.0, "0", 0.0, []
    for index, gain in enumerate(GAINS):
        gain_name = _under(f"economies_of_scale.{gain}")
        last = index == len(LIMITS)
        upper = "" if last else _under(f"economies_of_scale.{LIMITS[index]}")
        upper_value = np.inf if last else values[f"economies_of_scale.{LIMITS[index]}"]
        band = max(min(served, upper_value) - lower_value, 0.0)
        gain_value = values[f"economies_of_scale.{gain}"]
        within = "people_at_risk_served" if last else f"MIN(people_at_risk_served,{upper})"
        sheet.text(ROLE, ("First band", "Second band", "Third band", "Above")[index], "row")
        sheet.formula(1, lower, lower_value, "row", "count")
        if last:
            sheet.text(2, "no limit", "row", "right")
        else:
            sheet.formula(2, upper, upper_value, "row", "count")
        inside = sheet.formula(3, f"MAX({within}-{lower},0)", band, "row", "people")
        sheet.formula(4, gain_name, gain_value, "row", "share")
        part = band / (1.0 + gain_value)
        parts.append(sheet.formula(5, f"{inside}/(1+{gain_name})", part, "row", "people"))
        effective += part
        lower_value, lower = upper_value, upper
        sheet.row += 1
    sheet.text(ROLE, "People that set the staff", "total")
    for column in range(1, 5):
        sheet.text(column, "", "total")
    formula = f"IF({is_on('economies_of_scale_enabled')},{'+'.join(parts)},people_at_risk_served)"
    value = effective if values["economies_of_scale.enabled"] else served
    sheet.formula(5, formula, value, "total", "people", name="effective_people")
    sheet.row += 2


def _posts(sheet: Sheet, dossier: Dossier) -> None:
    result = dossier.profile
    limits = _under(OVP_LIMITS)
    tier = int(population_tier(dossier.values, result.population)) + 1
    sheet.text(ROLE, "City size class (1 to 5), for the OVP", "row")
    steps = "+".join(f"(population>INDEX({limits},{step}))" for step in (2, 3, 4))
    sheet.formula(
        1, f"1+(population>=INDEX({limits},1))+{steps}", tier, "row", "count", name="ovp.size_class"
    )
    sheet.row += 2
    sheet.heading("Posts, full-time equivalents")
    sheet.header(
        "Role", "Caseload", "Needed, not rounded", "Posts", "In the report", "Wage",
        "Benefits, of wage", "Cost a year", "Name of the posts", left=(ROLE, NAMED),
    )  # fmt: skip
    for group, title in (
        ("frontline", "Frontline staff"),
        ("supervision", "Supervisors"),
        ("ovp", "Office of Violence Prevention (city government)"),
    ):
        for column in range(NAMED + 1):
            sheet.text(column, title if column == ROLE else "", "group")
        sheet.row += 1
        for role in ROLES:
            if GROUPS[role] == group:
                _post(sheet, dossier, role)
    sheet.text(ROLE, "All posts", "total")
    for column in range(1, NAMED + 1):
        sheet.text(column, "", "total")
    everyone = "+".join(f"staffing_{role}_count" for role in ROLES)
    sheet.formula(COUNT, everyone, result.staff, "total", "count", name="staffing.total")
    costs = "+".join(f"staffing_{role}_cost" for role in ROLES)
    cost = 0.0
    for role in ROLES:
        cost += result.post(role).cost
    sheet.formula(COST, costs, cost, "total", "exact", name="staffing.cost")
    sheet.number(REPORT, int(result.staff), "total", "count")
    sheet.text(NAMED, "staffing_total", "total", "indent", "muted")
    sheet.row += 2
    sheet.text(ROLE, "Posts are rounded half up; a role has at least the smallest team of the "
               "sheet Inputs. A number of staff entered there takes the place of the computed one.",
               "note")  # fmt: skip
    sheet.row += 1


def _post(sheet: Sheet, dossier: Dossier, role: str) -> None:
    result, values = dossier.profile, dossier.values
    post = result.post(role)
    entered = f"roles_{role}_count"
    sheet.text(ROLE, dossier.roles[role].plural, "row")
    if role in OVP:
        sheet.text(LOAD, "by city size", "row", "right")
        tier = int(population_tier(values, result.population))
        needed = values[f"roles.{role}.posts"][tier]
        found = sheet.formula(
            NEEDED, f"INDEX(roles_{role}_posts,ovp_size_class)", needed, "row", "count"
        )
        computed = found
    else:
        load = result.effective if role in FRONTLINE else result.count("frontline")
        source = (
            "effective_people"
            if role in FRONTLINE
            else "+".join(f"staffing_{other}_count" for other in FRONTLINE)
        )
        caseload = f"roles_{role}_caseload"
        sheet.formula(LOAD, caseload, values[f"roles.{role}.caseload"], "row", "plain")
        formula = f"({source})/{caseload}" if role == SUPERVISOR else f"{source}/{caseload}"
        needed = load / values[f"roles.{role}.caseload"]
        found = sheet.formula(NEEDED, formula, needed, "row", "factor")
        computed = f"MAX(staffing_minimum_per_role,ROUND({found},0))"
    sheet.formula(
        COUNT,
        f"IF(ISNUMBER({entered}),{entered},{computed})",
        post.count,
        "row",
        "bold",
        "count",
        name=f"staffing.{role}.count",
    )
    sheet.number(REPORT, int(post.count), "row", "muted", "count")
    sheet.formula(
        WAGE,
        f"roles_{role}_wage",
        post.wage,
        "row",
        "dollars",
        name=f"staffing.{role}.wage",
    )
    benefits = "benefits_government" if role in OVP else "benefits_community"
    sheet.formula(
        BENEFITS,
        benefits,
        post.benefits_load,
        "row",
        "share",
        name=f"staffing.{role}.benefits_load",
    )
    count, wage = f"staffing_{role}_count", f"staffing_{role}_wage"
    load_name = f"staffing_{role}_benefits_load"
    sheet.formula(
        COST,
        f"{count}*{wage}*(1+{load_name})",
        post.cost,
        "row",
        "exact",
        name=f"staffing.{role}.cost",
    )
    sheet.text(NAMED, count, "row", "indent", "muted")
    sheet.row += 1
