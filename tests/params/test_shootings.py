"""The counts of homicides and of people shot: which stand for a year, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import Params, load_params
from cvi_analysis.params.shootings import ShootingCount, Shootings, load_shootings

from .edited_rows import change, refused, repeat, rows_of, write_rows

CHOSEN = {"slug": "norfolk-va", "year": "2024", "measure": "homicides", "chosen": "yes"}
OTHER = CHOSEN | {"chosen": "no"}
SLUGS = ("norfolk-va", "oakland-ca", "jackson-ms")


@pytest.fixture
def path(copy: Path) -> Path:
    """The table, with few cities so that it is read at once."""
    table = copy / "params" / "shootings.csv"
    write_rows(table, [row for row in rows_of(table) if row["slug"] in SLUGS])
    return table


def test_all_cities_have_homicides_for_two_years(shipped: Params) -> None:
    assert len(shipped.shootings.rows) == 621
    for slug, city in shipped.cities.items():
        mean = shipped.shootings.mean_homicides(slug)
        assert mean is not None, slug
        assert mean.years == (2024, 2025), slug
        assert mean.value == sum(row.value for row in mean.rows) / 2
        found = [row.value for row in mean.rows]
        if city.murders_2024 is not None:  # one figure, not two that drift apart
            assert found == [city.murders_2024, city.murders_2025], slug


@pytest.mark.parametrize(
    ("slug", "counts"),
    [("norfolk-va", [37, 26]), ("oakland-ca", [81, 57]), ("jackson-ms", [111, 75])],
)
def test_cities_that_the_index_lacks(shipped: Params, slug: str, counts: list[int]) -> None:
    mean = shipped.shootings.mean_homicides(slug)
    assert mean is not None
    assert [row.value for row in mean.rows] == counts
    assert all(row.source and row.source_url for row in mean.rows)


def test_shooting_counts_of_a_full_year(shipped: Params) -> None:
    counts = {
        row.slug
        for row in shipped.shootings.rows
        if row.covers_year and row.measure not in ("homicides", "fatal_shootings")
    }
    assert len(counts) == 19
    assert shipped.shootings.by_year("jackson-ms", "nonfatal_shooting_victims")[2022].value == 118
    # Shootings are not read as people.
    assert not shipped.shootings.by_year("norfolk-va", "nonfatal_shooting_victims")
    assert (
        shipped.shootings.by_year("philadelphia-pa", "shooting_victims_total")[2024].value == 1082
    )
    assert not shipped.shootings.by_year("new-orleans-la", "fatal_shootings")


def test_every_source_is_held_and_one_is_chosen(shipped: Params) -> None:
    both = [
        row
        for row in shipped.shootings.of_city("norfolk-va")
        if (row.year, row.measure) == (2023, "homicides")
    ]
    assert sorted((row.value, row.chosen) for row in both) == [(42, True), (43, False)]
    assert shipped.shootings.homicides("norfolk-va")[2023].value == 42


def test_the_index_goes_before_the_police_and_the_police_before_the_fbi(shipped: Params) -> None:
    """The order that params/README.md gives, for sources that count the same."""

    def rank(row: ShootingCount) -> int:
        if row.source.startswith("Real-Time Crime Index"):
            return 0
        return 2 if row.source.startswith("FBI") else 1

    def wider(row: ShootingCount) -> bool:
        return row.definition.startswith(("AL.com count", "Killings investigated"))

    groups: dict[tuple[str, int, str], list[ShootingCount]] = {}
    for row in shipped.shootings.rows:
        groups.setdefault((row.slug, row.year, row.measure), []).append(row)
    several = [rows for rows in groups.values() if len(rows) > 1]
    assert several
    for rows in several:
        first = min(rank(r) for r in rows if not wider(r) and r.confidence != "low")
        (chosen,) = [row for row in rows if row.chosen]
        assert rank(chosen) == first, chosen


def test_rows_that_are_not_fit_are_not_computed_with(path: Path) -> None:
    change(path, CHOSEN, {"confidence": "low"})
    found = load_shootings(path, SLUGS)
    assert 2024 not in found.homicides("norfolk-va")
    assert len(found.of_city("norfolk-va")) == len(
        [row for row in rows_of(path) if row["slug"] == "norfolk-va"]
    )
    mean = found.mean_homicides("norfolk-va")
    assert mean is not None
    assert mean.years == (2023, 2025), "the two years are named, for they need not be neighbors"


def test_parts_of_a_year_are_never_a_year(shipped: Params) -> None:
    parts = [row for row in shipped.shootings.rows if not row.covers_year]
    assert {row.year for row in parts} == {2025, 2026}
    assert not any(row.fit for row in parts)
    assert max(row.year for row in shipped.shootings.rows if row.fit) == 2025


@pytest.mark.parametrize(
    ("slug", "year", "value", "counts"),
    [
        ("detroit-mi", 2025, 131 + 447, 2),
        ("richmond-va", 2025, 221, 1),  # One count of all, though the year before has two parts.
        ("philadelphia-pa", 2024, 1082, 1),  # The city's own sum, not survivors and the FBI's dead.
        ("st-louis-mo", 2024, 674, 1),  # 2025 and 2026 are parts of a year.
        ("jackson-ms", 2022, 98 + 118, 2),  # 2023 is of low confidence.
    ],
)
def test_people_shot_in_the_last_full_year(
    shipped: Params, slug: str, year: int, value: int, counts: int
) -> None:
    found = shipped.shootings.people_shot(slug)
    assert found is not None
    assert (found.year, found.value, len(found.rows)) == (year, value, counts)
    assert all(row.fit and row.year == year for row in found.rows)


@pytest.mark.parametrize(
    "slug",
    [
        "oakland-ca",  # Nobody who survived is counted.
        "new-orleans-la",  # Nobody who was killed with a gun is.
        "minneapolis-mn",  # Low confidence.
        "milwaukee-wi",  # Parts of a year only.
    ],
)
def test_a_part_of_those_shot_is_not_all(shipped: Params, slug: str) -> None:
    assert shipped.shootings.people_shot(slug) is None


def test_one_year_is_no_mean_and_an_unknown_city_has_nothing() -> None:
    row = ShootingCount(
        slug="norfolk-va",
        year=2024,
        measure="homicides",
        value=37,
        definition="x",
        source="x",
        source_url="https://example.org",
        edition="",
        checked_on="2026-11",
        confidence="high",
        chosen=True,
        note="",
    )
    one = Shootings((row,))
    assert one.mean_homicides("norfolk-va") is None
    assert one.homicides("norfolk-va") == {2024: row}
    assert one.of_city("nowhere-xx") == ()
    assert one.mean_homicides("nowhere-xx") is None


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"slug": "norfolk-v"}, ("no such city", "'norfolk-v'", "Did you mean norfolk-va?")),
        ({"slug": "zug-zz"}, ("no such city", "'zug-zz'", "Add the city there, or delete")),
        ({"slug": "Norfolk"}, ("slug: ", "'Norfolk'", "a slug of params/cities.csv")),
        ({"measure": "murders"}, ("measure: ", "'murders'", "homicides, fatal", "ends in _ytd")),
        ({"value": "-3"}, ("value: is outside", "'-3'", "from 0", "as published")),
        ({"value": "37.5"}, ("value: must be a whole number", "'37.5'", "from 0")),
        ({"value": "1,037"}, ("value: must be a whole number", "'1,037'", "without separators")),
        ({"value": ""}, ("value: is empty", "a whole number", "leave the row out")),
        ({"year": ""}, ("year: is empty", "2000 to 2100", "the year in which")),
        ({"year": "1999"}, ("year: ", "found 1999", "2000 to 2100")),
        ({"year": "2101"}, ("year: ", "found 2101", "2000 to 2100")),
        ({"year": "2026"}, ("not over", "found 2026", "2026-11", "homicides_ytd")),
        ({"year": "2027"}, ("not over", "found 2027", "2026-11", "homicides_ytd")),
        ({"note": "A part year only"}, ("note: says", "'part year'", "homicides_ytd")),
        ({"note": "partial year"}, ("note: says", "'partial year'", "homicides_ytd")),
        ({"definition": "Year to date"}, ("definition: says", "'Year to date'", "the last")),
        ({"source": ""}, ("source: is empty", "who published", "leave the row out")),
        ({"source_url": ""}, ("source_url: is empty", "a web address", "can be checked")),
        ({"source_url": "x.org"}, ("source_url: ", "'x.org'", "a web address")),
        ({"confidence": "sure"}, ("confidence: ", "'sure'", "high, medium or low")),
        ({"checked_on": "2026-13"}, ("checked_on", "'2026-13'", "as 2026-11")),
        ({"chosen": "true"}, ("chosen: must be yes or no", "'true'", "Write yes")),
    ],
)
def test_refusal(path: Path, cells: dict[str, str], says: tuple[str, ...]) -> None:
    line = change(path, CHOSEN, cells)
    refused(lambda: load_shootings(path, SLUGS), path, line, *says)


def test_a_count_given_twice(path: Path) -> None:
    first, again = repeat(path, CHOSEN, {"chosen": "no", "value": "38"})
    refused(
        lambda: load_shootings(path, SLUGS),
        path,
        again,
        "given twice",
        "'homicides'",
        f"line {first}",
    )


def test_two_chosen_or_none(path: Path) -> None:
    lines = {change(path, OTHER, {"chosen": "yes"})}
    lines |= {n for n, row in enumerate(rows_of(path), 2) if CHOSEN.items() <= row.items()}
    refused(
        lambda: load_shootings(path, SLUGS),
        path,
        max(lines),
        "two rows are chosen",
        f"The other is on line {min(lines)}",
    )
    write_rows(path, [{**row, "chosen": "no"} for row in rows_of(path)])
    refused(lambda: load_shootings(path, SLUGS), path, 2, "no row is chosen", "yes in one row")


def test_a_broken_table_is_refused_before_anything_is_built(copy: Path) -> None:
    table = copy / "params" / "shootings.csv"
    line = change(table, CHOSEN, {"value": "many"})
    with pytest.raises(InputError, match=rf"shootings\.csv:{line}: value"):
        load_params(copy, EXPECTED)
    table.unlink()
    with pytest.raises(InputError, match=r"shootings\.csv: the file does not exist"):
        load_params(copy, EXPECTED)
