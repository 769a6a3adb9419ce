"""What to measure: roles that there are, years of the program, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.params import Params
from cvi_analysis.params.measures import load_measures

ROLES = ("mediator", "outreach_worker", "case_manager", "supervisor", "ovp_director")
RETAINED = "    title: People retained\n"
MEDIATORS = "    roles: [mediator, outreach_worker]\n"


def test_what_a_council_asks_for_is_measured(shipped: Params) -> None:
    found = {measure.key: measure for measure in shipped.measures.measures}
    assert {"enrolled", "retained", "first_contact", "participants_shot", "city_shot"} <= set(found)
    assert found["retained"].from_year == 2, "nobody is kept for a year in the first"
    assert found["city_shot"].from_year == 1
    for measure in shipped.measures.measures:
        assert set(measure.roles) <= set(shipped.roles)
        assert measure.source_url or measure.source == "This project's judgment"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (MEDIATORS, "    roles: [mediater]\n", ("measures.mediated.roles: ", "'mediater'", "mean")),
        (MEDIATORS, "    roles: []\n", ("measures.mediated.roles: ", "a list of role keys")),
        ("from_year: 2", "from_year: 0", ("from_year: ", "found 0", "1 to 10")),
        ("from_year: 2", "from_year: soon", ("from_year: ", "'soon'", "whole number")),
        (RETAINED, "", ("measures.retained.title: ", "is missing", "a few words")),
        (RETAINED, f"{RETAINED}    target: 9\n", ("measures.retained: ", "'target'", "from_year")),
        ("  outputs:", "  output:", ("logic_model: ", "'output'", "Did you mean outputs")),
        ("logic_model:", "logic:", ("logic: there is no such part", "logic_model, measures")),
        ("source_url: https://c", "source_url: c", ("source_url: ", "a web address, or empty")),
    ],
)
def test_refusal(copy: Path, shipped: Params, old: str, new: str, says: tuple[str, ...]) -> None:
    path = copy / "params" / "measures.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_measures(path, shipped.roles)
    message = str(refusal.value)
    assert "measures.yaml:" in message
    assert "\n" not in message
    for part in says:
        assert part in message, message


def test_a_part_that_is_missing(copy: Path) -> None:
    path = copy / "params" / "measures.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("\nmeasures:")], encoding="utf-8")
    with pytest.raises(InputError, match=r"measures: the part is missing"):
        load_measures(path, ROLES)
