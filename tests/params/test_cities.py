"""Cities: typed, unknown is None, and a place of one's own needs little."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from cvi_analysis.params import Params
from cvi_analysis.params.cities import STATE_CODES, City, check_geoid, read_cities

from .edited_rows import rows_of, write_rows


def test_shipped_cities(shipped: Params) -> None:
    norfolk = shipped.city("norfolk-va")
    assert (norfolk.name, norfolk.geoid) == ("Norfolk, VA", "5157000")
    assert norfolk.murders_2024 is None, "an empty cell is unknown, never zero"
    assert norfolk.local_estimate is None
    assert norfolk.source_urls
    assert shipped.city("birmingham-al").geoid == "0107000"
    estimates = {
        slug: city.local_estimate
        for slug, city in shipped.cities.items()
        if city.local_estimate is not None
    }
    assert estimates == {"washington-dc": 500.0, "indianapolis-in": 400.0}
    told = {
        slug: (city.local_estimate_counts, city.local_estimate_at_one_time)
        for slug, city in shipped.cities.items()
        if city.local_estimate_counts is not None
    }
    assert told == {
        "washington-dc": ("over_a_year", 200.0),
        "indianapolis-in": ("over_a_year", None),
    }
    assert "taken as over a year" in shipped.city("indianapolis-in").local_estimate_note


def test_a_list_without_what_its_estimates_count(root: Path, tmp_path: Path) -> None:
    """The columns may be missing, as they are in lists from before they came."""
    rows = rows_of(root / "params" / "cities.csv")
    for row in rows:
        del row["local_estimate_counts"], row["local_estimate_at_one_time"]
    write_rows(tmp_path / "cities.csv", rows)
    washington = {city.slug: city for city, _ in read_cities(tmp_path / "cities.csv")}[
        "washington-dc"
    ]
    assert washington.local_estimate == 500
    assert washington.local_estimate_counts is None
    assert washington.local_estimate_at_one_time is None


def test_place_of_ones_own() -> None:
    city = City(slug="hartford-ct", city="Hartford", state="CT", geoid="0937000")
    assert (city.metro_code, city.metro) == ("", "")
    assert City.model_validate_json(city.model_dump_json()) == city
    assert City(slug="x", city="King County", geoid="53033").name == "King County"
    with pytest.raises(ValidationError, match="leading zero"):
        City(slug="x", city="X", geoid="937000")
    assert City(slug="x" * 80, city="X", geoid="0937000")
    with pytest.raises(ValidationError, match="at most 80"):
        City(slug="x" * 81, city="X", geoid="0937000")


@pytest.mark.parametrize(("field", "end"), [("latitude", 90), ("longitude", 180)])
def test_coordinates_reach_around_the_world(field: str, end: float) -> None:
    for value in (-end, end):
        assert getattr(City(slug="x", city="X", geoid="0937000", **{field: value}), field) == value
        with pytest.raises(ValidationError):
            City(slug="x", city="X", geoid="0937000", **{field: value * 1.001})


@pytest.mark.parametrize("share", [-0.001, 1.001])
def test_a_share_is_one(share: float) -> None:
    with pytest.raises(ValidationError):
        City(slug="x", city="X", geoid="0937000", target_share=share)


@pytest.mark.parametrize("geoid", ["0107000", "06037", "7276770"])
def test_geoid(geoid: str) -> None:
    assert check_geoid(geoid) == geoid


@pytest.mark.parametrize(
    ("geoid", "says"),
    [
        ("107000", "0107000"),
        ("6037", "06037"),
        ("", "digits only"),
        ("٠١٠٧٠٠٠", "digits only"),
        ("123", "3 digits"),
        ("0307000", "no state's code"),
    ],
)
def test_wrong_geoid(geoid: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_geoid(geoid)


def test_state_codes() -> None:
    assert len(STATE_CODES) == len(set(STATE_CODES.values())) == 56
    assert STATE_CODES["DC"] == "11"
