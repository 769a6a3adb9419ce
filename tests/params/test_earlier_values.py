"""Inputs of earlier editions: read by city, refused with their line."""

from __future__ import annotations

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.params import load_params
from cvi_analysis.params.earlier_values import load_earlier_values

ROWS = """edition,slug,name,value
2025-11,,roles.mediator.wage,50000
2025-11,,roles.mediator.count,
2025-11,norfolk-va,population,230000
2024-11,norfolk-va,economies_of_scale.enabled,false
"""


@pytest.fixture(scope="module")
def read(root):
    params = load_params(root)

    def load(path):
        return load_earlier_values(path, params.register, params.cities)

    return load


def test_a_city_has_its_own_values_and_those_of_all(read, tmp_path):
    path = tmp_path / "earlier_values.csv"
    path.write_text(ROWS, encoding="utf-8")
    common = {"roles.mediator.wage": 50_000.0, "roles.mediator.count": None}
    assert read(path).of("norfolk-va") == {
        "2025-11": {**common, "population": 230_000},
        "2024-11": {"economies_of_scale.enabled": False},
    }
    assert read(path).of("chicago-il") == {"2025-11": common}
    assert read(tmp_path / "none.csv").of("norfolk-va") == {}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("2025,,roles.mediator.wage,50000", "edition"),
        ("2025-11,atlantis-xx,roles.mediator.wage,50000", "atlantis-xx"),
        ("2025-11,,roles.mediator.wages,50000", "roles.mediator.wages"),
        ("2025-11,,roles.case_manager.wage,5", "from 15,000 to 400,000"),
        ("2025-11,,roles.mediator.wage,60000", "roles.mediator.wage"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(read, tmp_path, row, words):
    path = tmp_path / "earlier_values.csv"
    path.write_text(ROWS + row + "\n", encoding="utf-8")
    with pytest.raises(InputError) as found:
        read(path)
    assert words in str(found.value)
    assert "earlier_values.csv:6" in str(found.value)
