"""The method, step by step: each formula in words and worked through with this city's numbers."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import counted, dollars, number, percent, plain, share, within
from cvi_analysis.display.formula import Expression, Formula, Term, call, expression, fraction
from cvi_analysis.display.prose import Block, Inline, Line, Prose, line, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.people import GAINS, LIMITS
from cvi_analysis.model.staffing import FRONTLINE, SUPERVISOR
from cvi_analysis.params.published_figures import publisher
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import citation, kind

TIMES, PLUS = "\N{MULTIPLICATION SIGN}", "+"


def steps(dossier: Dossier) -> Stack:
    """Seven steps from residents to the total."""
    return Stack.of(
        *_people(dossier),
        *_scale(dossier),
        *_frontline(dossier),
        *_supervisors(dossier),
        *_office(dossier),
        *_pay(dossier),
        *_budget(dossier),
    )


def _step(index: int, title: str, *text: Inline | Line) -> Prose:
    return Prose.of(line(strong(f"Step {index}. {title}. "), *text))


def _formula(left: str, *right: Expression) -> Formula:
    return Formula(expression(left), right)


def _exact(people: float) -> str:
    """People unrounded, so that a reader who works a formula through gets the same dollars."""
    return plain(people, 6)


def _people(dossier: Dossier) -> list[Block]:
    people, values = dossier.profile.people, dossier.values
    found: list[Block] = []
    if people.method == "residents":
        found.append(
            _step(
                1,
                "People at the highest risk",
                f"Residents ({citation(dossier.population)}), times the share at the highest "
                "risk. The number is carried on unrounded and shown rounded.",
            )
        )
        found.append(
            _formula(
                "people at risk",
                expression("residents", TIMES, "share"),
                expression(
                    number(dossier.profile.population), TIMES, plain(values["people_at_risk.share"])
                ),
                expression(_exact(people.estimate)),
            )
        )
    else:
        source = (
            f"a published local count ({publisher(dossier.city.local_estimate_source)}) takes the "
            "place of the rule"
            if people.method == "local"
            else "a number entered by hand takes the place of the rule"
            if people.method == "entered"
            else f"homicides take the place of residents ({dossier.homicides_source}: "
            f"{plain(dossier.case.known.homicides or 0.0)} a year, times "
            f"{plain(values['people_at_risk.people_per_homicide'])})"
        )
        found.append(
            _step(
                1,
                "People at the highest risk",
                f"For this report {source}: {_exact(people.estimate)} people.",
            )
        )
    known = dossier.case.known
    if people.method == "local" and known.at_one_time is not None:
        stock: tuple[str, ...] = ("people at one time",)
        worked: tuple[str, ...] = (plain(known.at_one_time),)
    elif people.counts == "at_one_time":
        stock, worked = ("people at risk",), (_exact(people.estimate),)
    else:
        months = plain(values["people_at_risk.months"])
        stock = ("people at risk", TIMES, "months", "/", "12")
        worked = (_exact(people.estimate), TIMES, months, "/", "12")
    found.append(
        Prose.of(
            "A caseload is people at one time, so the people served are counted at one time too: "
            "those at risk, for the part of the year that they are in the program, of whom the "
            "city plans for a share and of whom a part joins (take-up)."
        )
    )
    found.append(
        _formula(
            "people served",
            expression(*stock, TIMES, "target share", TIMES, "take-up"),
            expression(
                *worked,
                TIMES,
                plain(values["people_at_risk.target_share"]),
                TIMES,
                plain(values["people_at_risk.take_up"]),
            ),
            expression(_exact(people.served)),
        )
    )
    return found


def _scale(dossier: Dossier) -> list[Block]:
    values, served = dossier.values, dossier.profile.people.served
    if not values["economies_of_scale.enabled"]:
        return [
            _step(2, "Economies of scale", "Turned off: the staffing is set for all people served.")
        ]
    limits = [float(values[f"economies_of_scale.{name}"]) for name in LIMITS]
    gains = [float(values[f"economies_of_scale.{name}"]) for name in GAINS]
    told = "; ".join(
        f"{percent(gain)} more {words}"
        for gain, words in zip(
            gains,
            (
                f"up to {plain(limits[0])} people",
                f"from there to {plain(limits[1])}",
                f"from there to {plain(limits[2])}",
                "above",
            ),
            strict=True,
        )
    )
    text = (
        "In a larger program one worker reaches a few more people. We take the people served in "
        f"bands; in each band one worker reaches so many more: {told}. This is our assumption: the "
        "published method names the adjustment, not its size."
    )
    terms: list[str | Term] = []
    lower = 0.0
    for limit, gain in zip([*limits, float("inf")], gains, strict=True):
        people = max(min(served, limit) - lower, 0.0)
        if people > 0:
            terms += [PLUS] if terms else []
            terms.append(fraction(_exact(people), plain(1 + gain, 3)))
        lower = limit
    if dossier.profile.effective == served:
        return [
            _step(2, "Economies of scale", text),
            Prose.of(
                f"Here all {_exact(served)} people count in full, so the number stays the same."
            ),
        ]
    return [
        _step(2, "Economies of scale", text),
        _formula(
            "people that set the staffing",
            expression(call("sum", fraction("people in a band", "1 + gain"))),
            expression(*terms),
            expression(number(dossier.profile.effective, 2)),
        ),
    ]


def _frontline(dossier: Dossier) -> list[Block]:
    values, effective = dossier.values, dossier.profile.effective
    least = plain(values["staffing.minimum_per_role"])
    rows = []
    for role in FRONTLINE:
        post = dossier.profile.post(role)
        if values.get(f"roles.{role}.count") is not None:
            sum_, quotient = "entered by hand", ""
        else:
            load = values[f"roles.{role}.caseload"]
            sum_ = f"{number(effective, 2)} / {plain(load)}"
            quotient = number(effective / load, 2)
        rows.append(Row.of(dossier.roles[role].plural, sum_, quotient, number(post.count)))
    return [
        _step(
            3,
            "Frontline staff",
            "People that set the staffing, divided by the caseload of the role, rounded half up "
            f"(2.5 becomes 3), and at least {least}.",
        ),
        _formula(
            "staff of a role",
            expression(
                call("max", least, expression(call("round", fraction("people", "caseload"))))
            ),
        ),
        Table(
            caption="Frontline staff, worked through",
            columns=(
                Column("Role", "left", 3),
                Column("People / caseload"),
                Column("Result"),
                Column("Staff"),
            ),
            rows=tuple(rows),
        ),
    ]


def _supervisors(dossier: Dossier) -> list[Block]:
    values = dossier.values
    post = dossier.profile.post(SUPERVISOR)
    if values.get(f"roles.{SUPERVISOR}.count") is not None:
        return [_step(4, "Supervisors", f"{number(post.count)}, entered by hand.")]
    span = plain(values[f"roles.{SUPERVISOR}.caseload"])
    least = plain(values["staffing.minimum_per_role"])
    frontline = number(dossier.profile.count("frontline"))
    return [
        _step(4, "Supervisors", f"One for every {span} frontline staff, rounded half up."),
        _formula(
            "supervisors",
            expression(call("max", least, expression(call("round", fraction(frontline, span))))),
            expression(number(post.count)),
        ),
    ]


def _office(dossier: Dossier) -> list[Block]:
    result = dossier.profile
    posts = [post for post in result.posts if post.group == "ovp" and post.count > 0]
    named = "; ".join(
        counted(int(post.count), dossier.roles[post.role].title, dossier.roles[post.role].plural)
        for post in posts
    )
    limits = ", ".join(plain(limit) for limit in dossier.values["ovp.population_limits"])
    return [
        _step(
            5,
            f"{kind(dossier).capitalize()} office",
            f"The Office of Violence Prevention grows with the {kind(dossier)}, in steps at "
            f"{limits} residents. With {number(result.population)} residents: "
            f"{named or 'no posts'}. The steps are our assumption.",
        )
    ]


def _pay(dossier: Dossier) -> list[Block]:
    posts = [post for post in dossier.profile.posts if post.count > 0]
    example = posts[0] if posts else dossier.profile.posts[0]
    role = dossier.roles[example.role]
    source = dossier.assumptions[f"roles.{example.role}.wage"].source.rstrip(".")
    return [
        _step(
            6,
            "Pay",
            "The mean wage of the nearest occupation plus benefits, which are a share of the wage, "
            f"times the number of staff. For example, {within(role.plural)} ({source}):",
        ),
        _formula(
            "cost of a role",
            expression("staff", TIMES, "wage", TIMES, "(", "1", PLUS, "benefits", ")"),
            expression(
                number(example.count),
                TIMES,
                dollars(example.wage),
                TIMES,
                "(",
                "1",
                PLUS,
                plain(example.benefits_load),
                ")",
            ),
            expression(dollars(example.cost)),
        ),
    ]


def _budget(dossier: Dossier) -> list[Block]:
    result, values = dossier.profile, dossier.values
    budget = result.budget
    staffing = dollars(budget.staffing)
    return [
        _step(
            7,
            "Budget",
            "Each line is rounded to the dollar. Training and evaluation are shares of staffing "
            f"({share(values['budget.training_share'])} and "
            f"{share(values['budget.evaluation_share'])}); wraparound is an amount for each person "
            "served. The total is the sum of the rounded lines.",
        ),
        _formula(
            "staffing",
            expression("frontline", PLUS, "supervisors and OVP"),
            expression(dollars(budget.frontline), PLUS, dollars(budget.supervision_ovp)),
            expression(staffing),
        ),
        _formula(
            "training",
            expression(plain(values["budget.training_share"]), TIMES, staffing),
            expression(dollars(budget.training)),
        ),
        _formula(
            "evaluation",
            expression(plain(values["budget.evaluation_share"]), TIMES, staffing),
            expression(dollars(budget.evaluation)),
        ),
        *(
            [
                _formula(
                    "indirect costs",
                    expression(plain(values["budget.indirect_share"]), TIMES, staffing),
                    expression(dollars(budget.indirect)),
                )
            ]
            if budget.indirect
            else []
        ),
        _formula(
            "wraparound",
            expression(
                dollars(values["budget.wraparound_per_person"]),
                TIMES,
                _exact(result.people.served),
            ),
            expression(dollars(budget.wraparound)),
        ),
        _formula(
            "total",
            expression(
                "staffing",
                PLUS,
                "training",
                PLUS,
                "evaluation",
                *((PLUS, "indirect costs") if budget.indirect else ()),
                PLUS,
                "wraparound",
            ),
            expression(dollars(budget.total)),
        ),
    ]
