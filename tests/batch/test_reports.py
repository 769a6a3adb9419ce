"""`cvi reports` end to end: what it writes, keeps, and says."""

from __future__ import annotations

import csv
import hashlib
import json

import jsonschema
import pytest

from tests.checkout import Checkout, copy_checkout

CITIES = ("norfolk-va", "los-angeles-ca", "louisville-ky")


@pytest.fixture(scope="module")
def unbuilt(tmp_path_factory) -> Checkout:
    """A checkout in which nothing is ever built; who spoils a file puts it back."""
    return copy_checkout(tmp_path_factory.mktemp("unbuilt") / "a prójéct")


@pytest.fixture(scope="module")
def built(shared):
    result = shared.run("reports", "--cities", " ".join(CITIES))
    assert result.returncode == 0, result.stderr
    return shared, result


def test_every_city_has_its_five_files(built):
    checkout, _ = built
    folder = checkout.reports / "baseline"
    for slug in CITIES:
        for suffix in ("html", "pdf", "xlsx", "json", "ipynb"):
            assert (folder / f"{slug}.{suffix}").stat().st_size > 1_000


def test_documents_follow_the_published_schema(built):
    checkout, _ = built
    folder = checkout.reports / "baseline"
    schema = json.loads((folder / "profile.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for slug in CITIES:
        jsonschema.validate(json.loads((folder / f"{slug}.json").read_text()), schema)


def test_manifest_has_the_hash_of_every_file_and_every_input(built):
    checkout, _ = built
    folder = checkout.reports / "baseline"
    manifest = json.loads((folder / "manifest.json").read_text())
    listed = dict(manifest["files"])
    for entry in (*manifest["cities"].values(), *manifest["pages"].values()):
        listed.update(entry["files"])
    on_disk = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name != "manifest.json"
    }
    assert listed == on_disk
    for name in ("params/assumptions.yaml", "notebooks/city_profile.ipynb", "requirements.lock"):
        digest = hashlib.sha256((checkout.folder / name).read_bytes()).hexdigest()
        assert manifest["inputs"][name] == digest


def test_table_of_profiles_repeats_the_documents(built):
    checkout, _ = built
    folder = checkout.reports / "baseline"
    with (folder / "profiles.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["slug"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(CITIES)
    for slug, row in rows.items():
        document = json.loads((folder / f"{slug}.json").read_text())
        assert int(row["total"]) == document["budget"]["total"]
        assert row["geoid"] == document["city"]["geoid"]
        assert int(row["staff"]) == sum(post["count"] for post in document["staffing"])


def test_index_links_every_report_and_fetches_nothing(built):
    checkout, _ = built
    page = (checkout.reports / "baseline" / "index.html").read_text(encoding="utf-8")
    for slug in CITIES:
        assert f'href="{slug}.html"' in page
        assert f'href="{slug}.pdf"' in page
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "src=" not in page


def test_no_temporary_file_is_left(built):
    checkout, _ = built
    hidden = [p.name for p in (checkout.reports / "baseline").iterdir() if p.name.startswith(".")]
    assert hidden == []


def test_the_end_of_a_run_shows_a_table_and_where_the_reports_are(built):
    _, result = built
    assert "norfolk-va" in result.stderr
    assert "$19,916,579" in result.stderr
    assert "3 built, 0 up to date, 0 failed" in result.stderr


def test_published_norfolk_from_the_command_line(shared):
    result = shared.invoke(
        "reports", "--scenario", "caps-published", "--cities", "norfolk-va", "--formats", "json"
    )
    assert result.returncode == 0, result.stderr
    document = json.loads((shared.reports / "caps-published" / "norfolk-va.json").read_text())
    assert document["people_at_risk"]["rounded"] == 238
    counts = [post["count"] for post in document["staffing"]]
    assert counts[:7] == [16, 17, 10, 5, 8, 6, 12]
    assert sum(counts[7:]) == 4
    assert document["budget"]["wraparound"] == 10_710_225
    assert abs(document["budget"]["total"] / 19_889_880 - 1) < 0.05


def test_change_on_the_command_line_is_recorded(shared):
    change = "roles.mediator.caseload=12"
    result = shared.invoke("report", "norfolk-va", "-P", change, "--formats", "json")
    assert result.returncode == 0, result.stderr
    (folder,) = shared.reports.glob("baseline-with-*")
    document = json.loads((folder / "norfolk-va.json").read_text())
    assert document["changes"] == {"roles.mediator.caseload": 12}
    assert document["scenario"] == folder.name
    assert "12" in (folder / "norfolk-va.html").read_text(encoding="utf-8")


def test_a_project_that_is_not_there_is_not_made(unbuilt, tmp_path):
    typo = tmp_path / "typo"
    result = unbuilt.invoke("report", "norfolk-va", CVI_ROOT=str(typo / "deep"))
    assert result.returncode == 2
    assert "params/assumptions.yaml: the file does not exist" in result.stderr
    assert f"{typo / 'deep'}: the variable CVI_ROOT names it." in result.stderr
    assert "Traceback" not in result.stderr
    assert not typo.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["reports", "--cities", "norfok-va"], "such as 'Durham, NC'. Did you mean norfolk-va?\n"),
        (["reports", "--scenario", "field_pay"], "field-pay"),
        (["report", "norfolk-va", "-P", "roles.mediator.caselod=3"], "roles.mediator.caseload"),
        (["report", "norfolk-va", "-P", "budget.training_share=1.5"], "budget.training_share"),
        (["report", "norfolk-va", "-P", "roles.mediator.caseload=nan"], "caseload"),
        (["report", "norfolk-va", "-P", "roles.mediator.caseload"], "name=value"),
        (["reports", "--engine", "fast"], "warm or standard"),
        (["reports", "--shard", "9/8"], "3/8"),
        (["reports", "--cities-file", "nowhere.txt"], "nowhere.txt"),
        (["report", "norfolk-va", "-P", "population.year=2019"], "acs5 2021-2023"),
        (["reports", "--executor", "dask", "--cities", "norfolk-va"], "--scheduler"),
        (["reports", "--cities", "chicago-il, norfok-va"], "norfolk-va"),
        (["reports", "--cities", "St. Louis, MO"], "Write st-louis-mo."),
        (["reports", "--cities", "norfolk-va St. Louis, MO"], "'St. Louis, MO'; "),
        (["site", "--scenarios", "baseline, XX"], "found 'XX'"),
        (["report", "norfolk-va", "--out", ""], "--out . for the folder that you are in"),
    ],
)
def test_wrong_requests_are_refused_before_anything_is_written(unbuilt, words, told):
    result = unbuilt.invoke(*words)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert not unbuilt.reports.exists()


@pytest.mark.parametrize(
    "cell",
    ["assumptions = {'roles.mediator.caseload': 12}", "roles.mediator.caseload = 12"],
)
def test_a_notebook_that_changes_an_assumption_itself_is_refused(checkout, cell):
    """A report that silently left the researcher's change out would look right and be wrong."""
    checkout.edit("notebooks/city_profile.ipynb", "assumptions = {}", f"assumptions = {{}}; {cell}")
    result = checkout.invoke("report", "norfolk-va")
    assert result.returncode == 1
    assert "roles.mediator.caseload" in result.stderr
    assert "-P" in result.stderr
    assert not (checkout.reports / "baseline" / "norfolk-va.pdf").exists()


def test_a_cache_that_cannot_be_made_stops_no_build(checkout):
    (checkout.folder / ".cache").write_text("in the way")
    result = checkout.run("report", "norfolk-va", "--formats", "pdf")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("told", ["yesterday", "", "1e9", "9" * 30])
def test_a_date_for_builds_that_is_no_time_is_refused(unbuilt, told):
    """IPython reads it when a kernel starts, and would stop there without a clear word."""
    result = unbuilt.invoke("report", "norfolk-va", SOURCE_DATE_EPOCH=told)
    assert result.returncode == 2
    assert "SOURCE_DATE_EPOCH" in result.stderr
    assert "1700000000" in result.stderr
    assert "Traceback" not in result.stderr
    assert not unbuilt.reports.exists()


def test_verify_passes_a_refusal_on(unbuilt):
    result = unbuilt.run("verify", "--cities", "norfok-va")
    assert result.returncode == 2
    assert "norfolk-va" in result.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        ("{", "Expecting"),
        ("[]", "no cells"),
        ('{"nbformat": 3, "metadata": {}, "cells": []}', "format 3, not 4"),
        ('{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code"}]}', "cell 1"),
    ],
)
@pytest.mark.parametrize("name", ["city_profile.ipynb", "comparison.ipynb", "annex.ipynb"])
def test_a_broken_notebook_is_refused_before_anything_is_written(unbuilt, name, content, told):
    path = unbuilt.folder / "notebooks" / name
    kept = path.read_bytes()
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    try:
        result = unbuilt.invoke("reports")
    finally:
        path.write_bytes(kept)
    assert result.returncode == 2
    assert f"notebooks/{name}: " in result.stderr
    assert told in result.stderr
    assert not unbuilt.reports.exists()


def test_figures_without_their_registry_are_refused(checkout):
    (checkout.folder / "data" / "raw").mkdir()
    result = checkout.invoke("report", "norfolk-va")
    assert result.returncode == 2
    assert "data/raw/registry.csv" in result.stderr
    assert not checkout.reports.exists()
