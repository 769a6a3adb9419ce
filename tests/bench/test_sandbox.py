"""The copy of the project that is measured, with its made-up places."""

from __future__ import annotations

from cvi_analysis.census.places import known_places
from cvi_analysis.report.library import Library
from scripts.bench.sandbox import CHANGED, sandbox


def test_made_up_places_have_reports_of_their_own() -> None:
    with sandbox() as place:
        geoids = place.add_places(120)
        library = Library.load(place.many)
        data, listed = place.many / "data", list(library.params.cities.values())
        places = known_places(data / "raw", data / "processed", listed)
        cities = [places.city(geoid) for geoid in geoids]
        assert len({city.slug for city in cities}) == 120
        assert not {city.slug for city in cities} & set(library.params.cities)
        for city, model in zip(cities, listed * 3, strict=False):
            mine, its = (library.populations.series(c.geoid) for c in (city, model))
            assert [row.population for row in mine] == [row.population for row in its]
        assert library.dossier(cities[0]).profile.population > 100_000
    assert not place.folder.exists()


def test_a_changed_estimate_is_one_citys_and_can_be_taken_back() -> None:
    with sandbox() as place:
        before = Library.load(place.project).params.cities
        place.change_local_estimate(333)
        after = Library.load(place.project).params.cities
        assert [slug for slug in before if before[slug] != after[slug]] == [CHANGED]
        assert after[CHANGED].local_estimate == 333
        place.change_local_estimate(None)
        assert Library.load(place.project).params.cities == before


def test_the_environment_has_no_settings_of_the_caller(monkeypatch) -> None:
    monkeypatch.setenv("CVI_ENGINE", "standard")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("CENSUS_API_KEY", "0" * 40)
    with sandbox() as place:
        found = place.environment()
        assert set(found) <= {
            *("PATH", "HOME", "TMPDIR", "LANG", "COLUMNS", "PYTHONPATH", "CVI_ROOT"),
            *("SYSTEMROOT", "TEMP", "TZ"),
        }
