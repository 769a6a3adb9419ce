"""What is shown is what the document says."""

from __future__ import annotations

import json
import math
import re

import pytest

from cvi_analysis.display.formats import value
from cvi_analysis.report.document import document
from cvi_analysis.report.section_scenario import baseline_profile

from .reading import FIGURE, STEPS, annex, plain, texts, written

CASES = [
    "norfolk",
    "los angeles",
    "louisville",
    "washington",
    "field pay",
    "local wages",
    "as published",
    "by hand",
]


def look_up(data, name: str):
    """A value of the document by dotted name; `staffing` is a list, found by role."""
    for part in name.split("."):
        if isinstance(data, list):
            data = next(item for item in data if part in (item.get("role"), item.get("method")))
        else:
            data = data[part]
    return data


@pytest.mark.parametrize("case", CASES)
def test_every_marked_figure_is_the_documents(dossiers, whole, case):
    dossier = dossiers[case]
    data = json.loads(document(dossier).to_bytes())
    found = FIGURE.findall("\n".join(texts(whole(case)).values()))
    assert len(found) > 60
    for name, exact, _ in found:
        assert exact == value(look_up(data, name)), name
    names = {name for name, _, _ in found}
    roles = [post["role"] for post in data["staffing"]]
    assert {f"budget.{line}" for line in data["budget"]} <= names
    assert {f"staffing.{role}.count" for role in roles} <= names
    assert {f"staffing.{role}.cost" for role in roles} <= names
    assert {f"wraparound.{kind}" for kind in data["wraparound"]} <= names
    assert {"population.value", "people_at_risk.rounded", "per_resident", "per_person"} <= names


@pytest.mark.parametrize("case", CASES)
def test_what_is_read_is_the_value_rounded(whole, case):
    for _, exact, text in FIGURE.findall("\n".join(texts(whole(case)).values())):
        number = float(exact)
        shown = float(re.sub(r"[^\d.]", "", text.split(" ")[0]))
        if text.endswith("%"):
            shown /= 100
        size = {"million": 1e6, "billion": 1e9}.get(text.split(" ")[-1], 1)
        # Big figures carry their word beside the marked number.
        close = min(abs(shown * k - number) for k in {size, 1, 1e6, 1e9})
        assert close <= max(0.51, number * 0.05), (text, exact)


def test_norfolk_shows_the_published_staff(library):
    text = written(library.dossier("norfolk-va", "caps-published"))["staff-table"]
    counts = {n: v for n, v, _ in FIGURE.findall(text) if n.endswith(".count")}
    wanted = {"outreach_worker": 16, "mediator": 17, "case_manager": 10, "supervisor": 12}
    for role, count in wanted.items():
        assert counts[f"staffing.{role}.count"] == str(count)


def test_the_external_check_says_how_far_the_total_is_from_the_published_one(dossiers):
    text = plain(dossiers["norfolk"], "check")
    assert "Our total is 1.3% above the published one." in text
    assert "Every number of staff is the same, and so is the wraparound line." in text
    assert "not readable; $1,719,841 implied" in text
    assert "$19,889,880" in text


def test_what_differs_in_the_check_is_in_the_report_and_all_of_it_in_the_annex(dossiers):
    whole = annex("check")["check"][0].plain().splitlines()
    short = plain(dossiers["norfolk"], "check").splitlines()
    lines = {line for line in whole if line.count("\t") == 3}
    assert len(lines) == 1 + 16
    assert {line for line in lines if not line.endswith("\tnone")} == {
        line for line in short if line.count("\t") == 3
    }


def test_setting_the_changes_back_gives_the_baseline(library, dossiers):
    for case, slug in (("field pay", "norfolk-va"), ("as published", "louisville-ky"),
                       ("by hand", "norfolk-va"), ("local wages", "oakland-ca")):  # fmt: skip
        before = baseline_profile(dossiers[case])
        assert before == library.dossier(slug).profile


def test_a_city_outside_is_compared_by_the_rule_of_the_others(library, elsewhere):
    inside = plain(library.dossier("norfolk-va"), "comparison")
    outside = plain(elsewhere, "comparison")
    assert "is not one of the 50" in outside
    # The place has Norfolk's residents, so it shows Norfolk's figures.
    assert "$84.74" in inside
    assert "$84.74" in outside


@pytest.mark.parametrize("slug", ["norfolk-va", "chicago-il", "washington-dc"])
def test_worked_numbers_multiply_to_the_dollar(library, slug):
    """A reader with a pocket calculator gets the wraparound line from the factors shown."""
    dossier = library.dossier(slug)
    text = plain(dossier, STEPS)
    found = re.search(r"Wraparound\D+\$([\d,]+) \D ([\d,.]+)\D+\$([\d,]+)", text)
    each, people, total = (float(part.replace(",", "")) for part in found.groups())
    assert math.floor(each * people + 0.5) == total == dossier.profile.budget.wraparound
