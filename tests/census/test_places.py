"""Names as people write them against names as the Bureau writes them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cvi_analysis.census.ingestion import city_for
from cvi_analysis.census.place_names import proper_name, slug, split_state, spoken_name
from cvi_analysis.census.places import Places, UnknownPlaceError, entered_city, known_places
from cvi_analysis.errors import InputError
from cvi_analysis.params import load_params
from cvi_analysis.params.cities import City
from tests.census.census_loopback import KEY
from tests.census.census_run import Ingest
from tests.census.census_world import OTHERS, ROOT

MORE = [
    ("1571550", "Urban Honolulu CDP, Hawaii", 346323),
    ("1608830", "Boise City city, Idaho", 235701),
    ("2146027", "Lexington-Fayette urban county, Kentucky", 321276),
    ("0665042", "San Buenaventura (Ventura) city, California", 109925),
    ("5323160", "Fairwood CDP (King County), Washington", 21000),
    ("5323170", "Fairwood CDP (Spokane County), Washington", 9000),
    ("3209700", "Carson City, Nevada", 58364),
    ("0846355", "Louisville city, Colorado", 20788),
    ("0660620", "Richmond city, California", 115396),
    ("3651000", "New York city, New York", 8516202),
    ("2966000", "St. Louisville village, Missouri", 300),
    ("29510", "St. Louis city, Missouri", 293109),
    ("7276770", "San Juan zona urbana, Puerto Rico", 319000),
]


@pytest.fixture(scope="module")
def cities() -> dict[str, City]:
    return load_params(ROOT).cities


@pytest.fixture(scope="module")
def places(cities: dict[str, City]) -> Places:
    everything = [*OTHERS, *MORE]
    return Places(
        {geoid: name for geoid, name, _ in everything},
        cities.values(),
        {geoid: people for geoid, _, people in everything},
    )


@pytest.mark.parametrize(
    ("text", "geoid"),
    [
        ("norfolk-va", "5157000"),
        ("NORFOLK-VA", "5157000"),
        ("Norfolk, VA", "5157000"),
        ("Durham, NC", "3719000"),
        ("Durham NC", "3719000"),
        ("durham-nc", "3719000"),
        ("  Durham ,  nc ", "3719000"),
        ("Durham, North Carolina", "3719000"),
        ("Durham city, North Carolina", "3719000"),
        ("3719000", "3719000"),
        ("St. Louis, MO", "2965000"),
        ("Saint Louis, MO", "2965000"),
        ("st louis mo", "2965000"),
        ("St. Louis city, Missouri", "2965000"),
        ("29510", "29510"),
        ("Louisville, KY", "2148006"),
        ("Louisville/Jefferson County, KY", "2148006"),
        ("Louisville/Jefferson County metro government (balance), Kentucky", "2148006"),
        ("Nashville", "4752006"),
        ("Nashville-Davidson, TN", "4752006"),
        ("Indianapolis, IN", "1836003"),
        ("Indianapolis city (balance), Indiana", "1836003"),
        ("Washington, D.C.", "1150000"),
        ("Washington, DC", "1150000"),
        ("Kansas City, MO", "2938000"),
        ("Kansas City city, Missouri", "2938000"),
        ("Kansas City, KS", "2036000"),
        ("La Canada Flintridge, CA", "0639003"),
        ("La Cañada Flintridge, California", "0639003"),
        ("LA CAN\u0303ADA FLINTRIDGE", "0639003"),
        ("Lynchburg, Moore County metropolitan government, Tennessee", "4744382"),
        ("Lynchburg, TN", "4744382"),
        ("Augusta, GA", "1304204"),
        ("Augusta-Richmond County, GA", "1304204"),
        ("Lexington, KY", "2146027"),
        ("Ventura, CA", "0665042"),
        ("Carson City, NV", "3209700"),
        ("New York", "3651000"),
        ("King County, WA", "53033"),
        ("King County, Washington", "53033"),
        ("53033", "53033"),
        ("San Juan, PR", "7276770"),
    ],
)
def test_the_place_that_is_meant(places: Places, text: str, geoid: str) -> None:
    assert places.resolve(text).geoid == geoid


def test_every_place_that_may_be_meant(places: Places) -> None:
    found = {text: [one.geoid for one in places.meant(text)] for text in ("3719000", "Richmond")}
    assert found["3719000"] == ["3719000"]
    assert {"5167000", "0660620"} <= {*found["Richmond"]}
    assert places.meant("9999999") == []


def test_a_place_of_which_nothing_is_held() -> None:
    numbered, named = entered_city("3774440"), entered_city("Wilmington, NC")
    assert (numbered.name, numbered.geoid) == ("Place 3774440, NC", "3774440")
    assert (named.name, named.geoid) == ("Wilmington, NC", "")


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Springfield", ["2970000  Springfield city, Missouri (169,432 residents)", "2567000"]),
        ("Louisville", ["2148006", "0846355  Louisville city, Colorado (20,788 residents)"]),
        ("Kansas City", ["2938000", "2036000  Kansas City city, Kansas (154,776 residents)"]),
        ("Richmond", ["5167000", "0660620"]),
        ("Fairwood, WA", ["Fairwood CDP (King County), Washington", "Spokane"]),
    ],
)
def test_several_are_listed_and_none_is_chosen(
    places: Places, text: str, listed: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        places.resolve(text)
    told = str(caught.value)
    for line in listed:
        assert line in told
    assert "\\n" not in told
    assert all(re.match(r"  (\d{5,7}  |and \d+ more$)", line) for line in told.splitlines()[1:])
    assert len(told.splitlines()) > 2
    assert not isinstance(caught.value, UnknownPlaceError)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Durhan, NC", "Durham city, North Carolina (288,465 residents)"),
        ("Boise, ID", "Boise City city, Idaho"),
        ("Honolulu, HI", "Urban Honolulu CDP, Hawaii"),
        ("Norfok", "Norfolk city, Virginia"),
        ("Baltimroe, MD", "Baltimore city, Maryland"),
    ],
)
def test_a_near_miss_is_suggested(places: Places, text: str, meant: str) -> None:
    with pytest.raises(UnknownPlaceError, match="Did you mean") as caught:
        places.resolve(text)
    assert meant in str(caught.value)
    assert "key_signup.html" in str(caught.value)


def test_the_state_must_fit(places: Places) -> None:
    with pytest.raises(UnknownPlaceError):
        places.resolve("Durham, VA")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no place is named"),
        ("107000", "leading zero was probably lost (0107000)"),
        ("123", "has 3 digits"),
        ("9912345", "no state's code"),
        ("3799999", "no figure is held"),
        ("Atlantis, XX", "no place held"),
        ("💥", "no place held"),
        (", NC", "no place held"),
    ],
)
def test_what_names_no_place(places: Places, text: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        places.resolve(text)
    assert says in str(caught.value)


def test_the_shipped_table_alone_knows_its_places(tmp_path: Path, cities: dict[str, City]) -> None:
    places = known_places(tmp_path, ROOT / "data" / "processed", cities.values())
    assert places.resolve("Louisville").geoid == "2148006"
    for city in cities.values():
        for text in (city.slug, city.geoid, city.census_name, city.name):
            assert places.resolve(text).geoid == city.geoid


def test_a_listed_city_keeps_its_row_and_another_has_identity_only(
    places: Places, cities: dict[str, City]
) -> None:
    assert places.city("Norfolk, VA") is cities["norfolk-va"]
    other = places.city("3774440")
    assert (other.slug, other.city, other.state) == ("wilmington-nc", "Wilmington", "NC")
    assert other.murders_2024 is None
    assert other.metro_code == ""
    county = places.city("King County, WA")
    assert (county.slug, county.city) == ("king-county-wa", "King County")


def test_a_listed_citys_slug_is_known_even_if_it_is_not_its_name(cities: dict[str, City]) -> None:
    nola = cities["new-orleans-la"].model_copy(update={"slug": "nola-la"})
    places = Places({nola.geoid: nola.census_name}, [nola], {})
    assert places.city("NOLA-LA") is nola


def test_two_places_of_a_state_with_one_name_do_not_share_a_report(places: Places) -> None:
    slugs = {places.city(geoid).slug for geoid in ("5323160", "5323170")}
    assert slugs == {"fairwood-wa-5323160", "fairwood-wa-5323170"}


@pytest.mark.parametrize(
    ("census_name", "proper", "spoken"),
    [
        ("Kansas City city, Missouri", "Kansas City", "Kansas City"),
        ("Winston-Salem city, North Carolina", "Winston-Salem", "Winston-Salem"),
        ("Macon-Bibb County, Georgia", "Macon-Bibb County", "Macon"),
        ("Juneau city and borough, Alaska", "Juneau", "Juneau"),
        ("Yeguada comunidad, Puerto Rico", "Yeguada", "Yeguada"),
        ("Butte-Silver Bow (balance), Montana", "Butte-Silver Bow", "Butte"),
        ("Carson City, Nevada", "Carson City", "Carson City"),
    ],
)
def test_the_bureaus_word_for_the_kind_of_place(census_name: str, proper: str, spoken: str) -> None:
    assert proper_name(census_name) == proper
    assert spoken_name(census_name) == spoken


def test_a_comma_can_be_part_of_a_name() -> None:
    name = "Lynchburg, Moore County metropolitan government, Tennessee"
    assert split_state(name)[1] == "Tennessee"


def test_a_slug_is_a_file_name_whatever_the_name() -> None:
    assert slug("Fort Worth", "TX") == "fort-worth-tx"
    assert slug("Cañon City", "CO") == "canon-city-co"
    assert slug("…", "CA") == "place-ca"
    assert slug("x" * 300, "CA") == "x" * 70 + "-ca"


# A report for a place outside the list.


def on_demand(run: Ingest, text: str, key: str | None = KEY, **options: object) -> City:
    environ = {"CENSUS_API_URL": run.api.url} | ({"CENSUS_API_KEY": key} if key else {})
    return city_for(
        text,
        load_params(run.folder).cities,
        run.folder,
        environ=environ,
        say=lambda line: None,
        limits=run.limits,
        **options,  # type: ignore[arg-type]
    )


def test_a_place_held_needs_no_network(storing_nothing: Ingest) -> None:
    assert on_demand(storing_nothing, "Durham, NC", key=None).slug == "durham-nc"
    assert on_demand(storing_nothing, "Durham, NC").slug == "durham-nc"
    assert storing_nothing.api.log == []


def test_a_county_is_fetched_with_a_key(ingest: Ingest) -> None:
    assert on_demand(ingest, "King County, WA").slug == "king-county-wa"
    assert ingest.table().get("53033", "acs5", 2023).population == 2_262_713
    asked = len(ingest.api.log)
    on_demand(ingest, "King County, WA")
    assert len(ingest.api.log) == asked, "held now"


def test_another_year_of_a_place_held_is_fetched_with_a_key(ingest: Ingest) -> None:
    on_demand(ingest, "Wilmington, NC")
    assert ingest.api.log == []
    on_demand(ingest, "Wilmington, NC", year=2022)
    assert [row.year for row in ingest.table().series("3774440")] == [2022, 2023]


def test_a_county_not_held_without_a_key(storing_nothing: Ingest) -> None:
    with pytest.raises(UnknownPlaceError, match=r"but no county.*key_signup"):
        on_demand(storing_nothing, "King County, WA", key=None)


def test_estimates_are_not_in_the_api(storing_nothing: Ingest) -> None:
    with pytest.raises(UnknownPlaceError):
        on_demand(storing_nothing, "King County, WA", dataset="pep2024", year=2024)
    assert storing_nothing.api.log == []


def test_the_example_key_file_has_no_key() -> None:
    text = (Path(ROOT) / ".env.example").read_text()
    assert "CENSUS_API_KEY=\n" in text
