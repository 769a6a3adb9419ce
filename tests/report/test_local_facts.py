"""What exists today, who could pay, what to measure and who was shot, as a reader meets it."""

from __future__ import annotations

import json
import math
import re

import pytest

from cvi_analysis.report.city_report import CityReport
from cvi_analysis.report.document import document

from .reading import plain, words, written

ON = {"medicaid.offset_enabled": True}
KNOWN = ("oakland-ca", "baltimore-md", "milwaukee-wi", "indianapolis-in", "washington-dc")
FEDERAL = (
    "69 of 145: $158,000,000. Of more than $300 million for all 145.\tReuters",
    "only units of local government",
    "nearly $200,000,000",
)


def data(dossier):
    return json.loads(document(dossier).to_bytes())


def test_nothing_known_is_said_with_what_to_enter(library):
    dossier = library.dossier("norfolk-va")
    text = plain(dossier, "existing")
    assert "We know of no published figure on what Norfolk spends" in text
    assert "a report made with the city’s own dollars a year and posts" in text
    assert "the register has it as “What the city spends on this work today”" in text
    assert data(dossier)["existing"] == {"spending": None, "gap": None}
    assert "We know of no published figure on what Norfolk spends" in plain(dossier, "glance")


@pytest.mark.parametrize(
    ("slug", "says", "today"),
    [
        ("oakland-ca", ("about $25,000,000 a year\t2024\tOakland Report",), 25_000_000),
        ("baltimore-md", ("$17,200,000 a year\t2024", "$8,500,000 a year\t2024"), 17_200_000),
        ("milwaukee-wi", ("about $5,600,000 a year\t2023\tThe Trace",), 5_600_000),
        ("indianapolis-in", ("$45,000,000 over three years\t2022", "50 staff\t2022"), None),
        ("detroit-mi", ("$700,000 a year\t2023", "7 groups\t2026"), None),
        ("dallas-tx", ("54 clients\t2025",), None),
        ("washington-dc", ("$1,700,000 a year\t2022", "20 staff\t2022"), None),
        ("memphis-tn", ("$60,000,000 over four years\t2022", "210 staff\t2022"), None),
    ],
)
def test_each_figure_has_what_it_counts_its_year_and_its_source(library, slug, says, today):
    dossier = library.dossier(slug)
    text = plain(dossier, "existing")
    for part in says:
        assert part in text
    total = dossier.profile.budget.total
    wanted = None if today is None else total - today
    assert data(dossier)["existing"] == {"spending": today, "gap": wanted}
    if today is None:
        assert "nothing is set against the plan" in text
    else:
        assert f"The plan is ${wanted / 1e6:,.1f} million a year more. That is no bill" in text
        assert "is the latest sum known for this work" in plain(dossier, "glance")


@pytest.mark.parametrize("slug", KNOWN)
def test_where_something_exists_the_plan_does_not_start_from_nothing(library, slug):
    dossier = library.dossier(slug)
    text = words("\n".join(written(dossier).values()))
    assert "from nothing" not in text
    assert "counts none; teams" not in text
    assert "Such work is paid for in" in plain(dossier, "phasing")
    staffed = plain(library.dossier(slug, overrides={"roles.mediator.existing": 3}), "phasing")
    assert "no posts by role were entered" not in staffed
    assert "The plan starts from 3 posts filled today." in staffed


def test_a_sum_of_ones_own_goes_before_the_published_one(library):
    own = library.dossier("oakland-ca", overrides={"existing.spending": 40_000_000})
    text = plain(own, "existing")
    assert "$40.0 million a year (entered by hand) is known to be spent" in text
    assert f"${(40e6 - own.profile.budget.total) / 1e6:.1f} million a year less" in text
    assert data(own)["existing"]["gap"] == own.profile.budget.total - 40_000_000
    first = library.dossier("norfolk-va", overrides={"existing.spending": 0})
    assert "$0 a year (entered by hand)" in plain(first, "existing")
    assert "Such work is paid for" not in plain(first, "phasing")


def test_posts_that_are_filled_today_make_the_new_money_smaller(library):
    posts = {"roles.mediator.existing": 30, "roles.ovp_director.existing": 1}
    some = library.dossier(
        "norfolk-va",
        overrides={**posts, "phasing.one_off_share": 0.4, "phasing.price_growth": 0.03},
    )
    text = plain(some, "phasing")
    assert "starts from 18 posts filled today; 40% of what they cost is one-off money" in text
    assert "More than the model asks for, and left out here: 13 mediators." in text
    assert "Pay and services grow by 3% a year alike." in text
    first, *_ = CityReport(some).hiring_plan().years
    (told,) = re.findall(r"^Year\s1\t.*\t(\$[\d.]+ million)$", text, flags=re.M)
    assert told == f"${first.recurring_needed / 1e6:.1f} million"
    assert first.recurring_needed < first.budget.total


def test_money_at_hand_stands_before_the_parts_of_the_budget(library):
    text = plain(
        library.dossier("norfolk-va", overrides={"phasing.money_at_hand": 500_000}), "phas"
    )
    assert "Money at hand\t$500,000\t0\t0%\t0\t$500,000\n25% of the budget\t$5.0" in text
    nobody = {"people_at_risk.method": "homicides", "people_at_risk.people_per_homicide": 0.1}
    assert "one person, costs" in plain(library.dossier("norfolk-va", overrides=nobody), "phas")


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        (
            "norfolk-va",
            "No benefit for violence prevention known for Virginia, as of November 2026",
        ),
        ("oakland-ca", "Pays in California: $53.32 an hour; state plan amendment 22-0001"),
        ("chicago-il", "Pays in Illinois: $152.00 an hour off site (139.36 on site)"),
        ("baltimore-md", "Pays in Maryland: law in force; rate not found"),
        ("newark-nj", "No benefit yet in New Jersey: bill introduced; passage not found"),
    ],
)
def test_medicaid_by_state(library, slug, says):
    text = plain(library.dossier(slug), "payers")
    assert says in text
    for part in FEDERAL:
        assert part in text
    assert "Federal grants, as read in November 2026" in text


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("washington-dc", "known for the District of Columbia, as of November 2026. Ask the "
                          "District of Columbia’s Medicaid agency."),
        ("norfolk-va", "known for Virginia, as of November 2026. Ask Virginia’s Medicaid agency."),
    ],
)  # fmt: skip
def test_whom_to_ask_is_named_for_what_it_is(library, slug, says):
    text = plain(library.dossier(slug), "payers")
    assert says in text
    whose = "District" if slug == "washington-dc" else "State"
    assert f"\n{whose} grants and trust funds\trecurring\t" in text


def test_money_that_recurs_is_told_from_money_that_ends(library):
    rows = dict(
        line.split("\t", 1)
        for line in plain(library.dossier("baltimore-md"), "payers").splitlines()
        if "\t" in line
    )
    assert rows["General fund of the city"].startswith("recurring\tOffice of violence prevention")
    assert "$8,500,000 a year" in rows["General fund of the city"]
    assert "17,200,000" not in str(rows), "of the whole it is not said whose money it is"
    assert rows["Medicaid"].startswith("recurring")
    assert rows["Federal grants"].startswith("one-off")
    indianapolis = plain(library.dossier("indianapolis-in"), "payers")
    assert "(ARPA)\tone-off\tCommunity anti-violence grants: $45,000,000" in indianapolis
    assert "New York GIVE initiative" in plain(library.dossier("rochester-ny"), "payers")


def test_the_offset_stands_beside_the_total(library):
    off, on = (library.dossier("oakland-ca", overrides=changes) for changes in ({}, ON))
    posts = {post.role: post for post in on.profile.posts}
    frontline = sum(post.count for post in posts.values() if post.group == "frontline")
    wanted = math.floor(frontline * 400 * 0.6 * 53.32 + 0.5)
    assert data(on)["medicaid"] == {
        "state": "CA", "benefit": True, "rate": 53.32, "offset": wanted,
    }  # fmt: skip
    assert data(on)["budget"] == data(off)["budget"]
    assert data(off)["medicaid"]["offset"] is None
    said = f"${wanted / 1e6:.1f} million"
    assert f"Medicaid could pay back {said} of it a year" in plain(on, ("staff", "budget"))
    assert f"an hour make {said} a year" in plain(on, "payers")
    assert "not taken off it" in plain(on, "payers")
    assert said not in plain(off, "payers")
    assert "Medicaid could pay" not in plain(off, ("staff", "budget"))
    assert "Not counted in this report" in plain(off, "payers")


@pytest.mark.parametrize("slug", ["norfolk-va", "baltimore-md", "newark-nj"])
def test_without_a_rate_there_is_no_offset_and_it_says_why(library, slug):
    on = library.dossier(slug, overrides=ON)
    assert "Not worked out: no rate an hour is known here" in plain(on, "payers")
    assert data(on)["medicaid"]["offset"] is None
    entered = library.dossier(slug, overrides={**ON, "medicaid.rate": 60})
    assert "$60.00 an hour make" in plain(entered, "payers")
    assert data(entered)["medicaid"]["rate"] == 60


def test_a_place_of_which_nothing_is_known(elsewhere):
    assert elsewhere.city.state == ""
    elsewhere = elsewhere.model_copy(
        update={"facts": elsewhere.facts.model_copy(update={"shootings": ()})}
    )
    assert "violence prevention known, as of November 2026" in plain(elsewhere, "payers")
    assert "We know of no count of homicides or of people shot" in plain(elsewhere, "people")
    assert "count them before the first year" in plain(elsewhere, "measures")


def test_people_shot_check_the_count_by_homicides(library):
    text = plain(library.dossier("norfolk-va"), "people")
    for part in (
        "37 homicides in 2024: NPD homicides; Virginian-Pilot (TNS) on NPD briefing to council",
        "26 homicides in 2025: NPD homicides; WHRO",
        "56 shootings that nobody died of in 2025: ",
        "Homicides of a year, 2.2 people for each of 31.5\t50\t69\t82\t0.029%",
    ):
        assert part in text
    # Shootings are no people, so nothing is computed with them.
    assert "People shot in a year" not in text
    text = plain(library.dossier("los-angeles-ca"), "people")
    assert "the page does not say whether the dead are inside" in text
    assert "899 people shot in 2025: " in text
    assert "0.5 people for each of 899 (a check)" in text


def test_a_count_of_low_confidence_is_shown_and_not_computed_with(library):
    text = plain(library.dossier("minneapolis-mn"), "people")
    _, apart = text.split("Not computed with. ")
    assert apart.startswith("301 people shot in 2025: ")
    assert apart.endswith(", low confidence.")
    assert "We know of no count of all people shot here in a full year that can be" in text
    text = plain(library.dossier("jackson-ms"), "people")
    _, apart = text.split("Not computed with. ")
    assert apart.startswith("97 people shot who survived in 2023: ")
    assert "0.5 people for each of 216 (a check)" in text


@pytest.mark.parametrize("slug", ["st-louis-mo", "milwaukee-wi", "memphis-tn", "baltimore-md"])
def test_a_part_of_a_year_is_never_shown_as_one(library, slug):
    dossier = library.dossier(slug)
    parts = [row for row in dossier.facts.shootings if not row.covers_year]
    assert parts
    for text in (plain(dossier, "people"), plain(dossier, "measures")):
        for row in parts:
            assert f"{row.value:,} people" not in text


def test_what_to_measure(library):
    dossier = library.dossier("norfolk-va")
    text = plain(dossier, "measures")
    for part in (
        "People enrolled\t",
        "Days to first contact\t",
        "Participants shot\tKilled or not, since they joined",
        "hospital violence intervention specialists\tyear 2",
        "37 homicides in 2024, 26 homicides in 2025 and 56 shootings that nobody died of in 2025",
        "whom the filled posts of that year can reach, 66 in the first, all roles taken together",
    ):
        assert part in text


def test_words_of_a_file_are_no_markdown(library):
    odd = "# 1. *b* {x} [c](http://d) <b> $x$ `q` | e"
    dossier = library.dossier("baltimore-md")
    facts = dossier.facts
    told = {"item": odd, "note": odd, "source": odd}
    changed = facts.model_copy(
        update={
            "spending": tuple(row.model_copy(update=told) for row in facts.spending),
            "federal": tuple(row.model_copy(update=told) for row in facts.federal),
            "medicaid": facts.medicaid.model_copy(update={"status": odd, "note": odd}),
        }
    )
    text = plain(dossier.model_copy(update={"facts": changed}), "payers")
    assert f"{odd}: $8,500,000 a year ({odd}, 2024; confidence: medium). {odd}." in text
    assert f"Pays in Maryland: {odd}; training" in text
    assert f"\n{odd}: nearly $200,000,000. {odd}.\t{odd}, 2024 (no. " in text
