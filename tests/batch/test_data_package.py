"""`cvi table`: tidy tables, their description, and that both say what the reports say."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil

import frictionless
import pytest

from cvi_analysis.batch import data_package
from cvi_analysis.batch.requested_places import place
from cvi_analysis.errors import InputError
from cvi_analysis.report.document import document
from cvi_analysis.report.library import Library
from tests.checkout import ROOT


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The tables of the baseline, as the command writes them."""
    out = tmp_path_factory.mktemp("out")
    assert data_package.write_tables("baseline", out) == 0
    return out / "baseline"


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_package_is_valid_with_every_cell_of_its_type(written):
    report = frictionless.validate(str(written / "datapackage.json"))
    assert report.valid, report.flatten(["fieldName", "rowNumber", "note"])[:5]
    package = json.loads((written / "datapackage.json").read_text("utf-8"))
    assert [one["path"] for one in package["resources"]] == [
        "profiles.csv", "staffing.csv", "methods.csv", "places.csv",
    ]  # fmt: skip
    for one in package["resources"]:
        assert all(field["description"] for field in one["schema"]["fields"])


def test_every_figure_is_that_of_the_reports(library, written):
    profiles = {row["slug"]: row for row in rows(written, "profiles.csv")}
    staffing, methods = rows(written, "staffing.csv"), rows(written, "methods.csv")
    assert list(profiles) == list(library.params.cities)
    for slug in profiles:
        dossier = library.dossier(slug)
        figures = document(dossier)
        posts = [row for row in staffing if row["slug"] == slug]
        assert [int(row["count"]) for row in posts] == [one.count for one in figures.staffing]
        assert [float(row["cost"]) for row in posts] == [one.cost for one in figures.staffing]
        assert sum(int(row["count"]) for row in posts) == int(profiles[slug]["staff"])
        assert int(profiles[slug]["total"]) == figures.budget.total
        ways = [row for row in methods if row["slug"] == slug]
        assert [int(row["total"]) for row in ways] == [one.total for one in figures.methods]
        assert [row["in_force"] for row in ways] == ["1", *"0" * (len(ways) - 1)]


def test_places_are_what_a_report_of_each_would_say(library, written):
    found = rows(written, "places.csv")
    assert len(found) > 4000
    assert all(int(row["residents"]) >= 10_000 for row in found)
    sizes = [int(row["residents"]) for row in found]
    assert sizes == sorted(sizes, reverse=True)
    register = library.params.resolve("baseline", None, {})
    listed = {city.geoid for city in library.params.cities.values()}
    some = [row for row in found if row["geoid"] not in listed][:: len(found) // 8]
    some += [row for row in found if row["geoid"] in listed][::9]
    for row in some:
        dossier = library.dossier(place(row["geoid"], library, register))
        result = dossier.profile
        assert int(row["total"]) == result.budget.total, row
        assert int(row["staff"]) == result.count("frontline", "supervision", "ovp")
        assert float(row["people_at_risk"]) == pytest.approx(result.people.estimate)
        assert (row["validity"] != "") == (int(row["residents"]) < 50_000) or "margin" in row[
            "validity"
        ]


def test_numbers_are_plain_and_no_cell_is_a_formula(written):
    for file in written.glob("*.csv"):
        content = file.read_bytes()
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")
        for row in csv.reader(io.StringIO(content.decode())):
            assert not [cell for cell in row if cell[:1] in ("=", "+", "-", "@", "$")]


def test_the_same_bytes_each_time(library, written):
    again = data_package.tables(library, "baseline")
    assert again == {name: (written / name).read_bytes() for name in again}


def test_a_scenario_by_homicides_has_the_listed_places_alone(library):
    files = data_package.tables(library, "by-homicides")
    found = list(csv.DictReader(io.StringIO(files["places.csv"].decode())))
    assert 0 < len(found) <= 50
    assert {row["method"] for row in found} == {"homicides"}


@pytest.mark.parametrize(("name", "number"), [("people_at_risk", 250), ("population", 88_000)])
def test_what_is_entered_by_hand_is_no_unlisted_places_figure(tmp_path, name, number):
    """It is one city's: every small place of the country would have 250 people at risk."""
    for part in ("params", "data"):
        shutil.copytree(ROOT / part, tmp_path / part)
    own = f"title: Ours\nreason: A test.\nchanges:\n  {name}: {number}\n"
    (tmp_path / "params/scenarios/ours.yaml").write_text(own, encoding="utf-8")
    changed = Library.load(tmp_path)
    files = data_package.tables(changed, "ours")
    found = list(csv.DictReader(io.StringIO(files["places.csv"].decode())))
    assert {row["geoid"] for row in found} == {one.geoid for one in changed.params.cities.values()}
    column = "residents" if name == "population" else name
    assert {float(row[column]) for row in found} == {number}
    profiles = list(csv.DictReader(io.StringIO(files["profiles.csv"].decode())))
    assert {row["geoid"]: row["total"] for row in profiles} == {
        row["geoid"]: row["total"] for row in found
    }


def test_a_broken_scenario_is_refused_before_any_table_is_written(project, monkeypatch):
    monkeypatch.setenv("CVI_ROOT", str(project))
    (project / "params" / "scenarios" / "take-up-55.yaml").write_text("title: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"take-up-55\.yaml:2"):
        data_package.write_tables("all", project / "out")
    assert not (project / "out").exists()


def codebook(package: dict) -> str:
    """The columns of a package's tables as Markdown, as they stand at the end of docs/data.md."""
    lines: list[str] = []
    for one in package["resources"]:
        lines += [f"### {one['path']}", "", f"{one['title']}.", ""]
        lines += ["| Column | Type | What it holds |", "|---|---|---|"]
        lines += [
            f"| `{field['name']}` | {field['type']} | {field['description']} |"
            for field in one["schema"]["fields"]
        ]
        lines.append("")
    return "\n".join(lines)


def test_the_codebook_has_every_column(written):
    text = (ROOT / "docs" / "data.md").read_text("utf-8")
    package = json.loads((written / "datapackage.json").read_text("utf-8"))
    assert text.endswith(codebook(package)), "see codebook above"


def test_the_lines_of_python_run(written, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/data.md").read_text("utf-8"), re.S)
    (written.parent / "reports").mkdir()
    (written.parent / "reports" / "baseline").symlink_to(written)
    monkeypatch.chdir(written.parent)
    exec(compile(code, "docs/data.md", "exec"), {})
    assert "Norfolk" in capsys.readouterr().out
