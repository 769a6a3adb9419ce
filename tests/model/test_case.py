from __future__ import annotations

from typing import Any

import pytest

from cvi_analysis.model.intervals import intervals
from cvi_analysis.model.sizing_case import LOCAL_ESTIMATE, Case


@pytest.mark.parametrize("slug", ["norfolk-va", "washington-dc", "chicago-il"])
def test_a_dossiers_case_gives_its_profile(library: Any, slug: str) -> None:
    dossier = library.dossier(slug)
    assert dossier.case.profile() == dossier.profile


def test_all_cities_at_once(library: Any) -> None:
    dossiers = [library.dossier(slug) for slug in library.params.cities]
    found = intervals([dossier.case for dossier in dossiers])
    for dossier, ranges in zip(dossiers, found, strict=True):
        assert ranges.total.central == dossier.profile.budget.total
        assert ranges.total.low < ranges.total.high


def test_what_a_city_reads(norfolk: Case, washington: Case) -> None:
    assert "people_at_risk.share" in norfolk.reads()
    assert "people_at_risk.share" not in washington.reads()
    assert not [name for name in norfolk.reads() if name.startswith(("phasing.", "comparison."))]


def test_changes_replace_values_and_the_local_count(washington: Case) -> None:
    assert washington.profile({LOCAL_ESTIMATE: 700}).people.estimate == 700
    assert washington.profile({"people_at_risk.method": "residents"}).people.rounded == 672
    assert washington.profile().people.estimate == 500
