"""What studies found: every result says how sure it is and who says so; the rest is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.params import Params
from cvi_analysis.params.studies import load_studies

PLACE = "  place: Philadelphia, PA\n"


def test_what_did_not_work_is_shown_with_what_did(shipped: Params) -> None:
    found = {study.key: study for study in shipped.studies}
    assert next(iter(found)) == "readi"
    assert found["readi"].result == "No significant effect"
    assert found["philadelphia"].result == "38.6% fewer"
    for study in shipped.studies:
        assert study.uncertainty.endswith(".")
        assert study.source_url or "not read" in study.source or study.year, study.key


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (PLACE, "", 24, ("philadelphia.place: ", "is missing", "where")),
        (PLACE, "  place:\n", 26, ("philadelphia.place: ", "must be text", "where")),
        (PLACE, f"{PLACE}  effect: 1\n", 27, ("philadelphia: ", "'effect'", "counted, result")),
        ("  year: 2023\n", "  year: soon\n", 32, ("philadelphia.year: ", "'soon'", "or null")),
        (
            "  year: 2023\n",
            "  year: 1899\n",
            32,
            ("philadelphia.year: ", "found 1899", "1900 to 2100"),
        ),
        ("https://www.ph", "ph", 31, ("philadelphia.source_url: ", "a web address, or empty")),
        ("philadelphia:\n", "readi:\n", 24, ("readi: ", "the name occurs twice")),
    ],
)
def test_refusal(copy: Path, old: str, new: str, line: int, says: tuple[str, ...]) -> None:
    path = copy / "params" / "studies.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_studies(path)
    message = str(refusal.value)
    assert f"studies.yaml:{line}: " in message
    assert "\n" not in message
    for part in says:
        assert part in message, message
