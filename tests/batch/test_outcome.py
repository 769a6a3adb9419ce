"""What commands say at their end: to a program in JSON, to a person the file to open."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from tests.checkout import Checkout, copy_checkout


def document(checkout: Checkout, *words: str, status: int = 0) -> dict:
    """The one JSON document of a command's standard output."""
    done = checkout.invoke(*words, "--json")
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    found: dict = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def half_failed(tmp_path_factory) -> tuple[Checkout, dict, str]:
    """A build of two cities of which one fails: what it says in JSON, and to a person."""
    checkout = copy_checkout(tmp_path_factory.mktemp("half") / "a project")
    checkout.edit(
        "notebooks/city_profile.ipynb",
        '"report.',
        "\"if city == 'norfolk-va': raise ValueError('spoiled')\\n\",\n    \"report.",
    )
    words = ("reports", "--cities", "norfolk-va dayton-oh", "--formats", "html", "--json")
    done = checkout.invoke(*words)
    assert done.returncode == 1, done.stderr
    return checkout, json.loads(done.stdout), done.stderr


def test_a_build_tells_a_program_what_became_of_each_city(half_failed):
    checkout, told, _ = half_failed
    assert told["scenario"] == "baseline"
    (built,) = told["cities"]
    assert (built["city"], built["status"]) == ("dayton-oh", "built")
    assert [checkout.folder / name for name in built["files"]] == [
        checkout.reports / "baseline" / "dayton-oh.html",
        checkout.reports / "baseline" / "dayton-oh.json",
    ]
    assert all((checkout.folder / name).is_file() for name in built["files"])
    (failed,) = told["failed"]
    assert failed["city"] == "norfolk-va"
    assert "ValueError: spoiled" in failed["error"]


def test_a_failing_city_stops_no_other_and_is_named_with_its_cell(half_failed):
    checkout, _, stderr = half_failed
    assert not (checkout.reports / "baseline" / "norfolk-va.html").exists()
    assert "✗ norfolk-va: cell" in stderr
    assert "ValueError" in stderr
    assert "spoiled" in stderr
    assert "1 built, 0 up to date, 1 failed" in stderr
    assert "Traceback" not in stderr


def test_a_failure_keeps_traceback_and_notebook_and_names_them(half_failed):
    checkout, told, stderr = half_failed
    (failed,) = told["failed"]
    assert failed["traceback"] in stderr
    assert failed["notebook"] in stderr
    trace = (checkout.folder / failed["traceback"]).read_text(encoding="utf-8")
    assert "raise ValueError('spoiled')" in trace
    kept = nbformat.read(checkout.folder / failed["notebook"], as_version=4)
    nbformat.validate(kept)
    outputs = [output for cell in kept.cells for output in cell.get("outputs", ())]
    assert any(output.get("evalue") == "spoiled" for output in outputs)
    assert 'city = "norfolk-va"' in "\n".join(cell.source for cell in kept.cells)


def test_what_was_kept_of_a_failure_goes_once_the_report_is_made(half_failed):
    checkout, told, _ = half_failed
    checkout.edit("notebooks/city_profile.ipynb", "raise ValueError('spoiled')", "pass")
    again = document(checkout, "report", "norfolk-va", "--formats", "html")
    assert again["failed"] == []
    assert again["open"] == "reports/baseline/norfolk-va.html"
    (failed,) = told["failed"]
    assert not (checkout.folder / failed["traceback"]).exists()
    assert not (checkout.folder / failed["notebook"]).exists()


def test_success_names_the_file_to_open_and_why_knows_it(shared):
    done = shared.invoke("report", "norfolk-va", "--formats", "html")
    assert done.returncode == 0, done.stderr
    assert "Open reports/baseline/norfolk-va.html." in done.stderr
    again = shared.invoke("report", "norfolk-va", "--formats", "html")
    assert "1 report up to date in reports/baseline. Open reports/baseline/norfolk-va.html." in (
        again.stdout
    )
    several = shared.invoke("reports", "--cities", "norfolk-va dayton-oh", "--formats", "html")
    assert "Open reports/baseline/index.html." in several.stderr
    kept = document(shared, "reports", "--cities", "norfolk-va dayton-oh", "--formats", "html")
    assert [(each["city"], each["status"]) for each in kept["cities"]] == [
        ("norfolk-va", "up to date"),
        ("dayton-oh", "up to date"),
    ]
    assert kept["open"] == "reports/baseline/index.html"
    current = document(shared, "why", "norfolk-va")
    assert (current["up_to_date"], current["reasons"]) == (True, [])
    changed = document(shared, "why", "norfolk-va", "-s", "field-pay")
    assert (changed["scenario"], changed["up_to_date"]) == ("field-pay", False)
    assert changed["reasons"] == ["has not been built yet under field-pay"]


def test_a_comparison_names_the_file_to_open(shared):
    done = shared.invoke("compare", "baseline", "field-pay", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (shared.folder / told["open"]).is_file()
    assert f"Open {told['open']}." in done.stderr
    assert re.search(r"cities change; all together: [+-][\d,]+ people", done.stderr)
    assert all((shared.folder / name).is_file() for name in told["files"])
    for city in told["cities"]:
        assert city["total_after"] - city["total_before"] == city["total_change"]


def test_an_explanation_in_json_says_what_the_text_says(shared):
    told = document(shared, "explain", "norfolk-va", "budget.total")
    text = shared.invoke("explain", "norfolk-va", "budget.total").stdout
    assert text.rstrip().endswith(f"budget.total = {told['value']}")
    assert len(told["steps"]) == len(re.findall(r"^\d+\. ", text, re.M))
    names = [step["name"] for step in told["steps"]]
    assert names[-1] == "budget.total"
    for number, step in enumerate(told["steps"]):
        assert set(step["uses"]) <= set(names[:number]), step["name"]


def test_a_refusal_leaves_standard_output_empty(shared):
    done = shared.invoke("explain", "norfolk-va", "budget.totl", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "budget.total" in done.stderr


def test_cities_are_listed_with_the_figures_held(shared):
    rows = {row["slug"]: row for row in document(shared, "cities")["cities"]}
    listed = (shared.folder / "params" / "cities.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert list(rows) == [line.partition(",")[0] for line in listed if re.match("[a-z]", line)]
    assert rows["norfolk-va"]["geoid"] == "5157000"
    assert 2020 in rows["norfolk-va"]["residents"]["dec"]
    assert rows["norfolk-va"]["local_count"] is None
    assert rows["indianapolis-in"]["local_count"] == 400
    text = shared.invoke("cities").stdout.splitlines()
    assert len(text) == len(rows) + 1
    place = text[0].index("GEOID")
    assert [line[place : place + 7] for line in text[1:]] == [row["geoid"] for row in rows.values()]
    (norfolk,) = [line for line in text if line.startswith("norfolk-va ")]
    assert "local count" not in norfolk
    assert "homicides 20" in norfolk


def test_roles_are_listed_by_the_keys_that_assumptions_have(shared):
    rows = document(shared, "roles")["roles"]
    assert {"key": "mediator", "title": "Mediator", "group": "frontline"} in rows
    text = shared.invoke("roles").stdout
    for row in rows:
        assert re.search(rf"^{row['key']} +{re.escape(row['title'])} +{row['group']}$", text, re.M)


def test_scenarios_are_listed_and_a_broken_one_is_named(checkout):
    rows = document(checkout, "scenarios")["scenarios"]
    names = sorted(path.stem for path in (checkout.folder / "params/scenarios").glob("*.yaml"))
    assert sorted(row["name"] for row in rows) == names
    assert rows[0]["name"] == "baseline"
    text = checkout.invoke("scenarios").stdout
    words = " ".join(text.split())
    for row in rows:
        assert f"{row['name']} {row['title']} {' '.join(row['reason'].split())}" in words
    checkout.edit("params/scenarios/field-pay.yaml", "title:", "titel:")
    done = checkout.invoke("scenarios", "--json")
    assert done.returncode == 1
    left = json.loads(done.stdout)["scenarios"]
    assert sorted(row["name"] for row in left) == [name for name in names if name != "field-pay"]
    assert "params/scenarios/field-pay.yaml:" in done.stderr
