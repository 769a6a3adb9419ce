"""What a reader meets in the text, in every city."""

from __future__ import annotations

import re

import pytest

from cvi_analysis.params.scenarios import BASELINE
from cvi_analysis.report.city_report import CityReport
from cvi_analysis.report.sources_frame import published, sources
from cvi_analysis.report.wording import kind
from tests.checkout import ROOT

from .reading import plain, shown, texts, words, written

EMPTY = re.compile(r"(?<![A-Za-z])(nan|NaN|None|inf|null)(?![A-Za-z])")
ADDRESS = re.compile(r"https?://[^\s\"\\]+")
"""The words of an address are those of its owner."""
UNFINISHED = re.compile(r"\(\)|\[\]|\{[a-z_.]+\}|\bTODO\b| ,|\.\.(?!\.)|  \.")
LABELS = re.compile(
    r"\b(offenders?|criminals|victimizers?|shooters?|gang ?bangers?|thugs?|super-?predators?)\b",
    re.I,
)


def test_no_section_shows_a_missing_value(library, dossiers, whole):
    every = {case: texts(whole(case)) for case in (*dossiers, "elsewhere")}
    read = {dossier.city.slug for dossier in dossiers.values() if dossier.scenario.name == BASELINE}
    for slug in library.params.cities:
        if slug not in read:
            every[slug] = written(library.dossier(slug))
    for case, cells in every.items():
        for name, text in cells.items():
            plain = words(text)
            assert not EMPTY.search(plain), (case, name, EMPTY.search(plain))
            assert plain.strip(), (case, name)


@pytest.mark.parametrize("case", ["norfolk", "washington", "field pay", "by hand"])
def test_sentences_are_finished(whole, case):
    for name, blocks in whole(case).items():
        text = "\n\n".join(block.plain() for block in blocks)
        found = UNFINISHED.search(text)
        assert not found, (name, text[found.start() - 60 : found.end() + 20])


def test_language_about_people_is_person_first(dossiers, whole):
    for case in dossiers:
        for name, text in texts(whole(case)).items():
            assert not LABELS.search(words(ADDRESS.sub("", text))), name


def test_the_report_names_its_publisher_as_the_citation_does(dossiers):
    cited = re.search(r'^title: "(.+)"$', (ROOT / "CITATION.cff").read_text("utf-8"), re.M)
    text = plain(dossiers["norfolk"], "about")
    assert f"Publisher. {cited[1]}, an independent project, in its edition of " in text


def test_no_table_calls_two_columns_by_one_name(dossiers, whole):
    for case in dossiers:
        for name, blocks in whole(case).items():
            for block in blocks:
                titles = [column.title for column in getattr(block, "columns", ())]
                assert len(set(titles)) == len(titles), (name, titles)


def test_a_count_is_dated_by_the_violence_it_is_of(library):
    text = plain(library.dossier("oakland-ca"), "reality")
    assert "CPSC, 2013\t300\t" in text
    assert "from 171 homicides of January 2012 to June 2013" in text


FOR_RESEARCHERS = ("about",)
DOTTED = re.compile(
    r"\broles\.<?[a-z]|\b(population|people_at_risk|economies_of_scale|staffing|ovp|benefits|budget"
    r"|phasing|existing|medicaid)\.[a-z_]+"
)


def test_parameters_are_named_in_words_where_a_council_reads(library, dossiers, whole):
    """Whoever changed some by their names on the command line reads those names in the box."""
    more = [library.dossier(slug) for slug in ("oakland-ca", "dallas-tx")]
    more.append(library.dossier("norfolk-va", "take-up-55"))
    every = [(dossier, whole(case)) for case, dossier in dossiers.items()]
    for dossier, cells in [*every, *((dossier, shown(dossier)) for dossier in more)]:
        for name, blocks in cells.items():
            if name in FOR_RESEARCHERS:
                continue
            text = "\n\n".join(block.plain() for block in blocks)
            if dossier.scenario.overrides:
                text = re.sub(r"(Changes of your own|Not in force): .*", "", text)
            found = DOTTED.search(text)
            assert not found, (dossier.city.slug, name, found)


@pytest.mark.parametrize("slug", ["norfolk-va", "washington-dc"])
def test_what_the_scenario_of_less_take_up_gives_is_told_beside_what_moves_the_budget(
    library, slug
):
    scenario = library.dossier(slug, "take-up-55")
    result = scenario.profile
    text = plain(library.dossier(slug), "some-join")
    assert (
        f"the budget would be ${result.budget.total / 1e6:.1f} million a year, for "
        f"{result.people.served:.0f} people at one time and {result.staff} staff."
    ) in text
    assert plain(scenario, "some-join") == ""


def test_a_hostile_name_stays_text(whole):
    for name, text in texts(whole("elsewhere")).items():
        assert "<b>Town" not in text.replace("My <b>Town</b> & $1 #x", ""), name


def test_terms_of_the_scenario_stand_at_the_top(dossiers):
    text = dossiers["field pay"].scenario.title
    (top,) = shown(dossiers["field pay"], "scenario_box")["scenario_box"]
    assert text in top.html()
    assert "instead of" in top.plain()
    assert "callout" in top.html()
    assert not plain(dossiers["norfolk"], "scenario_box")


def test_louisville_explains_its_split_count(dossiers):
    assert "246,161" in plain(dossiers["louisville"], "residents")
    assert "246,161" not in plain(dossiers["norfolk"], "residents")


def test_figures_that_change_nothing_are_told_in_a_sentence(library, dossiers):
    for slug, people in (("washington-dc", 500), ("indianapolis-in", 400)):
        dossier = library.dossier(slug)
        assert dossier.profile.people.rounded == people
        text = plain(dossier, "residents")
        assert "the model gives the same people, staff and budget. A count sets the people" in text
        assert "\tnone" not in text
    table = plain(dossiers["norfolk"], "residents")
    assert "The same model on each population figure for Norfolk" in table
    assert "the model gives the same" not in table
    assert "2019–2023 (used here)\t235,037\t235\t77\t$19.9 million\t\n" in table
    assert "July 1, 2021\t234,920\t235\t77\t$19.9 million\tunder 0.1%\n" in table
    told = plain(dossiers["norfolk"], "residents").splitlines()[0]
    assert told == (
        "The residents used here: 235,037, 5-year survey average (ACS), 2019–2023. "
        "Which figure to use is a choice. Across 10 figures since 2019, from 231,105 to 242,742 "
        "residents, the budget runs from $19.6 million to $20.4 million."
    )
    grown = library.dossier("atlanta-ga", overrides={"people_at_risk": 300})
    assert "residents set only the size of the city office" in plain(grown, "residents")


def test_residents_over_time_begin_with_the_newest_estimates(library, dossiers):
    (chart,) = shown(dossiers["norfolk"], "residents")["residents-chart"]
    assert chart.alt.startswith("Norfolk had 231,105 residents in 2024, 2.8% fewer than in 2020. ")
    assert "Census count: 242,803 in 2010, 238,005 in 2020; " in chart.alt
    assert "Norfolk had 231,105 residents" in chart.svg()
    entered = library.dossier("norfolk-va", overrides={"population": 200_000})
    found = shown(entered, "residents")
    assert "200,000" not in found["residents-chart"][0].alt, "no figure of the Bureau"
    assert "(used here)\t200,000\t200\t" in found["residents-table"][0].plain()


def test_a_place_with_one_figure_says_how_to_fetch_more(library):
    norfolk = library.dossier("norfolk-va")
    one = norfolk.model_copy(update={"series": (norfolk.population,)})
    none = norfolk.model_copy(update={"series": ()})
    for dossier, says in ((one, "One figure is held for Norfolk: 235,037, American"),
                          (none, "stands on 235,037 residents, American")):  # fmt: skip
        text = plain(dossier, "residents")
        assert says in text
        assert "--city 5157000” fetches" in text
        assert set(shown(dossier, "residents")) == {"residents"}


def test_a_local_count_stands_beside_the_rule(dossiers):
    text = plain(dossiers["washington"], "people")
    assert "in the near term: a local count, not a rule of thumb." in text
    assert "Local count (NICJR, 2021) (used here)\t500\t500\t\t0.074%" in text
    assert "A share of residents, 0.1%\t336\t672\t1,344\t0.1%" in text
    assert "National Institute for Criminal Justice Reform" in text


def test_the_notices_are_there(dossiers):
    text = plain(dossiers["norfolk"], "about")
    assert "not affiliated" in text
    assert (
        "Population figures are those of the U.S. Census Bureau, which has not endorsed or "
        "certified this product." in text
    )
    for value in dossiers["norfolk"].provenance.values():
        assert value in text or value in ("acs5", "2019-01-01/2023-12-31")


def test_every_assumption_is_in_the_register(dossiers):
    dossier = dossiers["norfolk"]
    text, listed = plain(dossier, "register"), plain(dossier, "sources")
    rows = {line.split("\t")[0]: line.split("\t") for line in text.splitlines() if "\t" in line}
    assert len(rows) == 1 + len(dossier.assumptions) - 24 + 2
    for name, item in dossier.assumptions.items():
        if name.endswith((".count", ".existing")):
            continue
        *_, grades, source = rows[item.title]
        assert grades == f"{item.quality} {item.fit or ''}"
        assert ("own" in source) == item.source.startswith("This project's judgment"), name
        assert (source[-1].isdigit()) == bool(item.source_url), name
        if source[-1].isdigit():
            assert f"\n{source.split(', ')[-1]}\t" in listed
        assert not item.note or item.note.strip() not in text


def test_a_number_in_the_register_is_that_of_its_source(library):
    for slug, scenario in (("norfolk-va", "baseline"), ("washington-dc", "local-wages")):
        report = CityReport(library.dossier(slug, scenario))
        listed, register = report.sources(), report.register()
        for name, item in report.dossier.assumptions.items():
            if item.source_url and name in register.index:
                number = int(register.loc[name, "number"].split(", ")[-1])
                assert listed.loc[number, "url"].rstrip("/") == item.source_url.rstrip("/"), name


def test_every_address_is_a_source_once(dossiers):
    for dossier in dossiers.values():
        html = shown(dossier, "sources")["sources"][0].html()
        found = re.findall(r'href="([^"]+)"', html)
        assert len(found) == len({url.rstrip("/") for url in found})
        wanted = {item.source_url for item in dossier.assumptions.values() if item.source_url}
        assert {url.rstrip("/") for url in wanted} <= {url.rstrip("/") for url in found}


def test_a_changed_number_is_marked_in_the_register(dossiers):
    text = plain(dossiers["by hand"], "register")
    assert "Caseload of mediators (changed here)" in text


def test_entered_staff_are_called_entered(dossiers):
    text = plain(dossiers["by hand"], "staff-")
    assert "CVI supervisor\tentered\t\t9" in text
    assert "Case manager\tentered\t\t0" in text


@pytest.fixture(scope="session")
def county(library):
    """A county, with the figures of a city."""
    place = library.params.city("norfolk-va").model_copy(
        update={
            "slug": "king-county-wa",
            "city": "King County",
            "state": "WA",
            "geoid": "53033",
            "census_name": "King County, Washington",
        }
    )
    return library.dossier("norfolk-va").model_copy(update={"city": place})


def test_a_county_is_called_a_county(county):
    text = {name: words(found) for name, found in written(county).items()}
    assert "in the county’s OVP" in text["staff"]
    assert "Employer.  The county" in text["jobs"]
    assert "the county's violence reduction plan" in text["jobs"]
    for name in (
        *("staff", "staff-table", "jobs-short", "jobs"),
        *("budget", "phasing", "phasing-less"),
    ):
        assert not re.search(r"\b(the|this) city\b|[Cc]ity(’s)? (own )?office", text[name]), name


def test_a_city_is_still_called_a_city(dossiers):
    text = plain(dossiers["norfolk"], "staff")
    assert "in the city’s OVP" in text


@pytest.mark.parametrize(
    ("census_name", "geoid", "word"),
    [
        ("Norfolk city, Virginia", "5157000", "city"),
        ("Leesburg town, Virginia", "5144984", "town"),
        ("Princeton borough, New Jersey", "3460900", "borough"),
        ("Orleans Parish, Louisiana", "22071", "parish"),
        ("Matanuska-Susitna Borough, Alaska", "02170", "borough"),
        ("Louisville/Jefferson County metro government (balance), Kentucky", "2148006", "city"),
        ("Urban Honolulu CDP, Hawaii", "1571550", "city"),
        ("", "53033", "county"),
        ("", "5157000", "city"),
    ],
)
def test_places_are_called_what_they_are(dossiers, census_name, geoid, word):
    base = dossiers["norfolk"]
    city = base.city.model_copy(update={"census_name": census_name, "geoid": geoid})
    assert kind(base.model_copy(update={"city": city})) == word


def test_homicides_say_which_years_they_are_of_and_who_counted_them(dossiers):
    text = plain(dossiers["washington"], "people")
    assert "Homicides of a year, 2.2 people for each of 157" in text
    assert "the mean of both years. 187 homicides in 2024 and 127 homicides in 2025: " in text


def test_homicides_that_are_not_held_are_not_made_up(dossiers):
    unknown = dossiers["norfolk"].model_copy(update={"homicides": None})
    assert "Homicides of a year" not in plain(unknown, "people")
    assert "homicides" not in unknown.case.methods()


def test_the_hiring_table_says_why_a_sum_may_differ(dossiers):
    text = plain(dossiers["norfolk"], "phasing")
    found = re.findall(r"^Year\s\d\t((?:\d+\t){6})", text, flags=re.M)
    rows = [[int(number) for number in row.split()] for row in found]
    assert all(sum(row[:3]) == row[3] for row in rows), "groups are the posts planned"
    assert {row[2] for row in rows} == {4}, "the city's office is complete from the first year"
    staff = {filled + gap for *_, filled, gap in rows}
    assert staff == {int(dossiers["norfolk"].profile.staff)}, "filled and gap are the whole team"
    assert "Posts are whole in each role" in text


@pytest.mark.parametrize("slug", ["chicago-il", "baltimore-md", "indianapolis-in"])
def test_how_sure_a_figure_is_is_said_in_the_same_words_everywhere(library, slug):
    text = words("\n".join(written(library.dossier(slug)).values()))
    said = re.findall(r".. ?confidence(?: in the figures)?: \w+", text, re.I)
    assert len(said) > 3
    for found in said:
        assert re.search(r"(\(|; )confidence: (medium|low)$", found), found


def test_every_source_says_who_published_what_and_when(library):
    """Print has no links: a bare address is no source there."""
    for slug in library.params.cities:
        dossier = library.dossier(slug)
        for source in sources(dossier)["source"]:
            publisher = source.split(",")[0]
            assert " " in publisher or "." not in publisher, (slug, source)
    assert published("https://www.example.org/a/") == "example.org/a, undated"


def test_federal_grants_are_told_with_sources_that_print_can_follow(library):
    dossier = library.dossier("jackson-ms")
    grants, listed = plain(dossier, "payers-federal"), sources(dossier)
    federal = listed[listed["supports"] == "Federal grants"]["source"]
    assert len(federal) == len(dossier.facts.federal)
    assert any("Concerns Regarding Recent Changes to DOJ CVIPI" in source for source in federal)
    for number, source in federal.items():
        assert source.rsplit(", ", 1)[-1] in ("2024", "2025")
        assert f"(no. {number})" in grants
