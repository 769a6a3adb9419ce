"""Reality checks: what others did, counted and asked for, beside this plan."""

from __future__ import annotations

from collections.abc import Sequence

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import (
    counted,
    dollars,
    number,
    percent,
    plain,
    sentence,
    share,
    short_dollars,
    span,
)
from cvi_analysis.display.prose import (
    Block,
    Bullets,
    Inline,
    Line,
    Paragraph,
    Prose,
    line,
    link,
    strong,
)
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.inverse import MONTHS_IN_PROGRAM, BreakEven, break_even
from cvi_analysis.model.people import MONTHS
from cvi_analysis.model.reality_checks import (
    PeopleEstimate,
    ProgramCheck,
    needs,
    own_count,
    people_estimates,
    program_checks,
)
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.published_figures import Program
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import doubt, own_part, possessive


def reality_checks(dossier: Dossier) -> Stack:
    """Programs, counts of people, claims of need, and what shootings cost where that is known."""
    case = dossier.case
    return Stack.of(
        *_programs(dossier, case),
        *_counts(dossier, case),
        _needs(dossier),
        *_cost(dossier, case),
    )


def _programs(dossier: Dossier, case: Case) -> list[Block]:
    checks = program_checks(
        case, dossier.city.slug, dossier.evidence.programs, dossier.scenario.by_city
    )
    if not checks:
        return []
    rows = [_program_row(check) for check in checks]
    return [
        Prose.of(
            line(
                strong("What programs did. "),
                "No city we know of runs the whole program of this report, so nothing proves its "
                "budget. These programs come nearest. Beside each whose people are known stands "
                "what this model gives for as many people in a place of that size: "
                f"{_times(checks)}",
            )
        ),
        Table(
            caption="Published programs and this model for as many people, a year",
            columns=(
                Column("Program", "left", 3),
                Column("People"),
                Column("Staff"),
                Column("Model’s staff"),
                Column("Money", width=2.2),
                Column("Model’s money"),
                Column("Per person", width=2.2),
            ),
            rows=tuple(rows),
            notes=(
                line(
                    "Model’s staff: frontline workers and supervisors, as programs "
                    "report them. Per person: of the program. The plan for "
                    f"{dossier.city.city} costs {short_dollars(dossier.profile.per_person)} per "
                    "person in the program at one time. Dollars of the year given, not adjusted "
                    "for prices."
                ),
                _people_of_programs(dossier),
            ),
            small=True,
        ),
        Prose.of(
            "Why they differ:",
            Bullets(tuple(_differs(check) for check in checks)),
        ),
    ]


def _times(checks: Sequence[ProgramCheck]) -> str:
    """How much more money the model asks for, from the nearest program to the farthest."""
    found = sorted(check.times_dollars for check in checks if check.times_dollars is not None)
    if not found:
        return "their budgets are not known."
    if len(found) == 1:
        return f"{number(found[0], 1)} times the money reported."
    return (
        f"{span(number(found[0], 1), number(found[-1], 1))} times the money that they report (the "
        "middle of it where they give a range). "
        "Part of that distance is what is counted, part is what the model adds."
    )


def _program_row(check: ProgramCheck) -> Row:
    program = check.program
    year = f", {program.year}" if program.year else ""
    each = program.per_person
    return Row.of(
        line(
            strong(program.program) if check.same_city else program.program,
            f" ({program.place}{year})",
        ),
        _people(program),
        "" if program.staff is None else number(program.staff),
        "" if check.community_staff is None else number(check.community_staff),
        _ends(program.dollars_low, program.dollars_high),
        "" if check.model is None else short_dollars(check.model.budget.total),
        "" if each is None else _whole(*each) + _for(program.per_person_span),
    )


def _people(program: Program) -> str:
    """`400 a year`, `200 at a time`; nothing where the number is not known."""
    if program.people is None:
        return ""
    return f"{number(program.people)} {_COUNTED[program.people_count or 'over_a_year']}"


_COUNTED = {"over_a_year": "a year", "at_one_time": "at a time"}


def _for(span: str) -> str:
    return f" for {span}" if span else ""


def _people_of_programs(dossier: Dossier) -> Line:
    """What a count over a year becomes in the model."""
    months = dossier.values[MONTHS_IN_PROGRAM]
    stay = "all year" if months == MONTHS else f"{counted(months, 'month')} of it"
    return line(
        "People: over a year, or in the program at a time. Those of a year stay "
        f"{stay} in the model; where they stay a shorter time in the program, it serves fewer "
        "at a time."
    )


def _ends(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    first, last = short_dollars(low), short_dollars(high)
    if low == high:
        return last
    return span(first.removesuffix(" million") if last.endswith(" million") else first, last)


def _whole(low: float, high: float) -> str:
    return dollars(low) if low == high else span(dollars(low), dollars(high))


def _differs(check: ProgramCheck) -> Line:
    program = check.program
    return line(
        link(program.program, program.source_url),
        f": {program.differs}{doubt(program.confidence)}",
    )


def _counts(dossier: Dossier, case: Case) -> list[Block]:
    city = dossier.city
    homicides = case.known.homicides
    local = [row for row in dossier.evidence.estimates if row.state]
    found = people_estimates(case, city.city, city.state, homicides, local, own_count(city))
    years = _years(dossier)
    whose = ", this city’s own among them" if own_part(dossier) else " elsewhere"
    rows = [_count_row(item, case.population, years, whose) for item in found]
    rows += [
        Row.of(
            line(f"{share(row.share_of_residents)} of residents, {row.estimated_by}"),
            number(row.share_of_residents * case.population),
            "",
            share(row.share_of_residents),
            line(row.definition, *_cited(row.source_url)),
        )
        for row in dossier.evidence.estimates
        if not row.state and row.share_of_residents not in (None, dossier.values[SHARE])
        if row.share_of_residents is not None
    ]
    told = (
        "We know of no local count here."
        if all(item.kind != "published" for item in found)
        else "A local count is better evidence than any rule, if it counts the same people."
    )
    return [
        Prose.of(
            line(
                strong("Who is counted. "),
                "Estimates differ most in whom they mean: a few people at the center of the "
                "violence now, all who pass through it in a year, or everyone in a group involved. "
                f"{told}",
            )
        ),
        Table(
            caption=f"How many people in {city.city}, by whose definition",
            columns=(
                Column("Estimate", "left", 3),
                Column("People"),
                Column("Ends of this one alone"),
                Column("Of residents"),
                Column("Who is counted", "left", 5),
            ),
            rows=tuple(rows),
            notes=(_homicide_note(dossier),),
            small=True,
        ),
    ]


SHARE = "people_at_risk.share"


def _years(dossier: Dossier) -> str:
    if dossier.homicides is None:
        return ""
    first, last = dossier.homicides.years
    return f"mean of {first} and {last}"


def _homicide_note(dossier: Dossier) -> Line:
    if dossier.homicides is None:
        return line(
            f"No homicides of two full years are held for {dossier.city.city}, so there is no "
            "count by homicides."
        )
    return line(
        f"Homicides: {plain(dossier.homicides.value, 1)} a year, {_years(dossier)} "
        f"({dossier.homicides_source}), by police jurisdiction. The rule by homicides follows how "
        "violent a city is; the share of residents does not."
    )


def _count_row(item: PeopleEstimate, population: float, years: str, whose: str) -> Row:
    low, central, high = item.low, item.central, item.high
    shown = central if central is not None else low if low is not None else high
    reach = "" if low is None or high is None or low == high else span(number(low), number(high))
    name: Inline = strong(f"{item.title} (used)") if item.used else item.title
    return Row.of(
        line(name),
        "" if shown is None else _bounded(item, shown),
        reach,
        "" if shown is None else share(shown / population),
        line(
            _definition(item, years, whose),
            *_cited(item.source_url),
            doubt(item.confidence),
        ),
    )


def _definition(item: PeopleEstimate, years: str, whose: str) -> str:
    if item.kind == "share":
        return "By the number of residents alone, from the published method."
    if item.kind == "homicides":
        return f"By the number of homicides alone ({years}), from local counts{whose}."
    return sentence(item.definition) if item.definition else "Its source says whom."


def _bounded(item: PeopleEstimate, shown: float) -> str:
    if item.central is not None:
        return number(shown)
    return f"at least {number(shown)}" if item.low is not None else f"at most {number(shown)}"


def _cited(url: str) -> tuple[Inline, ...]:
    return (" (", link("source", url), ")") if url else ()


def _needs(dossier: Dossier) -> Table | None:
    city = dossier.city
    found = needs(city.city, city.state, dossier.evidence.needs)
    if not found:
        return None
    total = int(dossier.profile.budget.total)
    rows = [(need.dollars, line(link(need.title, need.source_url)), need.basis) for need in found]
    rows.append((total, line(strong("This report")), "the whole program of this report"))
    rows.sort(key=lambda row: row[0])
    return Table(
        caption=f"What others have asked for in {city.city}, dollars a year",
        columns=(
            Column("Whose rule or claim", "left", 3),
            Column("Dollars a year"),
            Column("How it comes about", "left", 4),
        ),
        rows=tuple(Row.of(name, dollars(amount), basis) for amount, name, basis in rows),
        notes=(
            line(
                "These answer different questions and do not count the same things. The distance "
                "between them is how unsettled the question is."
            ),
        ),
        small=True,
    )


UNSOLVED = (
    "https://gunviolence.issuelab.org/resource/"
    "the-national-cost-of-gun-violence-the-price-tag-for-taxpayers.html"
)
CARE = (
    line(
        "The cost is what government pays directly for one shooting with one victim and one "
        "suspect, at the low end of the study's ranges. It leaves out what victims, families and "
        "neighborhoods lose."
    ),
    line(
        "Most of it is the cost of prison. A shooting without an arrest costs government far less "
        "(",
        link("source", UNSOLVED),
        "), so cost times shootings overstates what is spent.",
    ),
    line(
        "City, county, state and federal governments share the cost. What is not spent does not "
        "flow into the city's budget."
    ),
    line(
        "Breaking even says what would have to happen, not what will. What happened elsewhere "
        "stands below, under “What studies found”."
    ),
    line("Costs are in dollars of the study's year, not adjusted for prices since."),
)
"""What a reader must know beside the cost of a shooting."""


def _cost(dossier: Dossier, case: Case) -> list[Block]:
    city = dossier.city
    found = break_even(case, city.city, city.state, dossier.evidence.costs, case.known.homicides)
    if found is None:
        return []
    years = _years(dossier)
    return [
        Prose.of(
            line(
                strong("The cost of doing nothing. "),
                "The National Institute for Criminal Justice Reform (NICJR) has published what a "
                f"shooting costs government in {city.city}: ",
                _each(found),
                f" ({found.cost.year}; ",
                link("source", found.cost.source_url),
                f"). {_pays(found, city.city, years)}",
            ),
            Paragraph(line("To be read with care:"), note=True),
            Bullets((*CARE, *([line(found.cost.note)] if found.cost.note else []))),
        )
    ]


def _each(found: BreakEven) -> str:
    cost = found.cost
    parts = [
        f"{f'{qualifier} ' if qualifier else ''}{dollars(amount)} for a {kind} one"
        for kind, amount, qualifier in (
            ("fatal", cost.fatal_usd, cost.fatal_qualifier),
            ("nonfatal", cost.nonfatal_usd, cost.nonfatal_qualifier),
        )
        if amount is not None
    ]
    return " and ".join(parts)


def _pays(found: BreakEven, city: str, years: str) -> str:
    told = []
    if found.fatal is not None:
        told.append(f"{number(found.fatal)} fatal shootings")
    if found.nonfatal is not None:
        told.append(f"{number(found.nonfatal)} nonfatal ones")
    text = f"{' or '.join(told)} a year cost government as much as the program would."
    if found.of_homicides is not None and found.homicides is not None:
        text += (
            f" {possessive(city)} homicides are {plain(found.homicides, 1)} a year ({years}), of "
            f"which that many fatal shootings are {percent(found.of_homicides)}."
        )
    return text
