"""An independent recomputation of every figure of every document.

Written from the formulas in words, with plain Python and the files in `params/` and `data/`; it
shares no line with the model.
"""

from __future__ import annotations

import csv
from math import floor

import pytest
import yaml

from cvi_analysis.model.hiring_plan import plan
from cvi_analysis.model.inverse import affordable

FRONTLINE = [
    "outreach_worker",
    "mediator",
    "case_manager",
    "family_case_manager",
    "victim_advocate",
    "hospital_specialist",
]
OVP = ["director", "assistant_director", "engagement_manager", "data_analyst", "services_liaison"]


def round_half_up(x: float) -> int:
    return floor(x + 0.5)


@pytest.fixture(scope="module")
def constants(root):
    text = (root / "params" / "assumptions.yaml").read_text(encoding="utf-8")
    return {name: entry["value"] for name, entry in yaml.safe_load(text).items()}


@pytest.fixture(scope="module")
def cities(root):
    with (root / "params" / "cities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def residents(root):
    """ACS 5-year 2023 residents from the raw file itself."""
    with (root / "data" / "raw" / "acs5_2023.csv").open(encoding="utf-8", newline="") as file:
        return {row["geoid"]: int(row["population"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def homicides(root):
    """Mean homicides of the last two full years, from the file of counts itself."""
    years = {}
    with (root / "params" / "shootings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            chosen = row["chosen"] == "yes" and row["confidence"] != "low"
            if row["measure"] == "homicides" and chosen:
                years.setdefault(row["slug"], {})[int(row["year"])] = int(row["value"])
    return {slug: sum(found[y] for y in sorted(found)[-2:]) / 2 for slug, found in years.items()}


@pytest.fixture(scope="module")
def paid(root, cities):
    """Each city's wages under `local-wages`, from the table of wages itself; None where none is."""
    with (root / "params" / "wages.csv").open(encoding="utf-8", newline="") as file:
        mean = {
            (row["soc"], row["area_code"], row["industry_code"]): float(row["mean"])
            for row in csv.DictReader(file)
        }
    text = (root / "params" / "roles.yaml").read_text(encoding="utf-8")
    jobs = {key: role["soc"] for key, role in yaml.safe_load(text).items()}

    def wage(role, area):
        local = mean.get((jobs[role], area, "000000"))
        if local is None or not role.startswith("ovp"):
            return local
        nation = mean[jobs[role], "0000000", "000000"]
        return round_half_up(mean[jobs[role], "0000000", "999300"] * local / nation)

    return {
        city["slug"]: {role: wage(role, city["metro_code"]) for role in jobs} for city in cities
    }


def recompute(c, population, method, city, killed):
    """Every figure of a city whose people are counted by `method`."""
    if method == "local":
        at_risk = float(city["local_estimate"])
    elif method == "homicides":
        at_risk = killed * 2.2
    else:
        at_risk = population * 0.001
    stock = at_risk
    if method == "local" and city["local_estimate_at_one_time"]:
        stock = float(city["local_estimate_at_one_time"])
    target = at_risk * c["people_at_risk.target_share"]
    served = stock * c["people_at_risk.target_share"]
    counts, cost = staff(c, population, served)
    return at_risk, target, served, counts, cost, money(cost, served)


def staff(c, population, served):
    """Posts of each role and what they cost."""
    bands = [(0, 500, 0.0), (500, 1000, 0.10), (1000, 2000, 0.20), (2000, 10**9, 0.30)]
    effective = sum(max(0.0, min(served, high) - low) / (1 + gain) for low, high, gain in bands)
    counts = {
        role: max(1, round_half_up(effective / c[f"roles.{role}.caseload"])) for role in FRONTLINE
    }
    frontline = sum(counts.values())
    counts["supervisor"] = max(1, round_half_up(frontline / 5))
    if population < 250_000:
        posts = [1, 0, 1, 1, 1]
    elif population <= 500_000:
        posts = [1, 1, 1, 1, 1]
    elif population <= 1_000_000:
        posts = [1, 1, 2, 1, 1]
    elif population <= 2_000_000:
        posts = [1, 1, 2, 2, 2]
    else:
        posts = [1, 1, 3, 2, 3]
    counts.update({f"ovp_{post}": count for post, count in zip(OVP, posts, strict=True)})
    return counts, pay(c, counts)


def pay(c, counts):
    """Dollars a year of this many posts, with benefits."""
    return {
        role: count * c[f"roles.{role}.wage"] * (1 + (0.45 if role.startswith("ovp") else 0.286))
        for role, count in counts.items()
    }


def money(cost, served):
    """The lines of the budget."""
    front = round_half_up(sum(cost[role] for role in FRONTLINE))
    others = round_half_up(sum(money for role, money in cost.items() if role not in FRONTLINE))
    budget = {
        "frontline": front,
        "supervision_ovp": others,
        "staffing": front + others,
        "training": round_half_up(0.25 * (front + others)),
        "evaluation": round_half_up(0.15 * (front + others)),
        "indirect": 0,
        "wraparound": round_half_up(45_000 * served),
    }
    budget["total"] = (
        budget["staffing"] + budget["training"] + budget["evaluation"] + budget["wraparound"]
    )
    return budget


def in_force(city):
    return "local" if city["local_estimate"] else "residents"


def test_every_hiring_plan(library, constants, cities, residents, homicides):
    """Three years: the office at once, the rest by thirds, 76% of what is planned filled."""
    for city in cities:
        slug, population = city["slug"], residents[city["geoid"]]
        _, _, served, counts, _, full = recompute(
            constants, population, in_force(city), city, homicides[slug]
        )
        found = plan(library.dossier(slug).case)
        assert len(found.years) == 3
        for number, year in enumerate(found.years, 1):
            planned = {
                role: n if role.startswith("ovp") else round_half_up(n * number / 3)
                for role, n in counts.items()
            }
            filled = {role: round_half_up(n * 0.76) for role, n in planned.items()}
            assert {post.role: post.planned for post in year.posts} == planned
            assert {post.role: post.filled for post in year.posts} == filled
            front = sum(counts[role] for role in FRONTLINE)
            for posts, people, lines in (
                (planned, year.people, year.budget),
                (filled, year.reached, year.expected),
            ):
                share = sum(posts[role] for role in FRONTLINE) / front
                assert people == pytest.approx(served * share, rel=1e-12)
                again = money(pay(constants, posts), people)
                assert {line: getattr(lines, line) for line in again} == again
        assert found.years[-1].budget.total == full["total"]


def test_what_half_the_money_buys(library, constants, cities, residents, homicides):
    """The most people whose program costs no more, found by trying one number after the other."""
    for city in cities:
        slug, population = city["slug"], residents[city["geoid"]]
        *_, full = recompute(constants, population, in_force(city), city, homicides[slug])
        half = full["total"] // 2

        def total(people, population=population):
            return money(staff(constants, population, people)[1], people)["total"]

        people = 0
        while total(people + 1) <= half:
            people += 1
        found = affordable(library.dossier(slug).case, half)
        assert (found.people, found.left) == (people, half - total(people))
        assert found.next_total == total(people + 1)


def test_every_figure_of_every_listed_city(library, constants, cities, residents, homicides):
    from cvi_analysis.report.document import document

    assert len(cities) == 50
    for city in cities:
        dossier = library.dossier(city["slug"])
        shown = document(dossier).model_dump()
        population = residents[city["geoid"]]
        killed = homicides[city["slug"]]
        methods = ["local"] * bool(city["local_estimate"]) + ["residents", "homicides"]
        assert [by["method"] for by in shown["methods"]] == methods
        for by in shown["methods"]:
            estimate, _, stock, posts, _, money = recompute(
                constants, population, by["method"], city, killed
            )
            assert by["estimate"] == pytest.approx(estimate, rel=1e-12)
            assert by["served"] == pytest.approx(stock, rel=1e-12)
            assert by["staff"] == sum(posts.values())
            assert by["total"] == money["total"]
        at_risk, target, served, counts, cost, budget = recompute(
            constants, population, methods[0], city, killed
        )
        assert shown["population"]["value"] == population
        assert shown["people_at_risk"]["estimate"] == pytest.approx(at_risk, rel=1e-12)
        assert shown["people_at_risk"]["rounded"] == round_half_up(at_risk)
        assert shown["people_at_risk"]["target"] == pytest.approx(target, rel=1e-12)
        assert shown["people_at_risk"]["served"] == pytest.approx(served, rel=1e-12)
        assert {post["role"]: post["count"] for post in shown["staffing"]} == counts
        for post in shown["staffing"]:
            assert post["cost"] == pytest.approx(cost[post["role"]], rel=1e-12)
        assert shown["budget"] == budget
        assert shown["per_resident"] == pytest.approx(budget["total"] / population)
        assert shown["per_person"] == pytest.approx(budget["total"] / served)
        for name, central in (
            ("people_at_risk", at_risk),
            ("staff", sum(counts.values())),
            ("total", budget["total"]),
        ):
            interval = shown["ranges"][name]
            assert interval["low"] < interval["high"]
            assert interval["central"] == pytest.approx(central)


def test_every_total_under_local_wages(library, constants, cities, residents, homicides, paid):
    national = 0
    for city in cities:
        slug = city["slug"]
        wages = {f"roles.{role}.wage": wage for role, wage in paid[slug].items() if wage}
        national += len(paid[slug]) - len(wages)
        method = "local" if city["local_estimate"] else "residents"
        *_, cost, budget = recompute(
            {**constants, **wages}, residents[city["geoid"]], method, city, homicides[slug]
        )
        found = library.dossier(slug, "local-wages").profile
        for post in found.posts:
            assert post.cost == pytest.approx(cost[post.role], rel=1e-12)
        assert found.budget.total == budget["total"]
    assert national == 21
