"""Only what changed is built again, and everything that changed is."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from cvi_analysis.batch import fingerprint
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.batch.orders import CitySpec
from cvi_analysis.batch.plan import RunPlan, RunRequest
from cvi_analysis.report.library import Library
from tests.checkout import ROOT

SAMPLE = ("norfolk-va", "chicago-il", "indianapolis-in")
JSON = ("--cities", "norfolk-va", "--formats", "json")


def keys(project, monkeypatch, scenario="baseline", **changed):
    """Key of each sample city, as the batch computes it for the project in this folder."""
    monkeypatch.setenv("CVI_ROOT", str(project))
    library = Library.load(project)
    plan = RunPlan.make(RunRequest(scenario=scenario), library)
    for name, value in changed.items():
        object.__setattr__(plan, name, value)
    return {
        slug: CitySpec.key_of(plan.spec(library.params.city(slug)).ingredients()) for slug in SAMPLE
    }


@pytest.fixture(scope="module")
def shipped():
    """The keys of the project as it is; a copy that nobody has edited has the same."""
    with pytest.MonkeyPatch.context() as patch:
        return keys(ROOT, patch)


def edit(project, name, old, new):
    path = project / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def changed(before, after):
    return {slug for slug in before if before[slug] != after[slug]}


def test_same_inputs_give_the_same_keys(project, monkeypatch, shipped):
    assert keys(project, monkeypatch) == shipped


def test_one_citys_local_estimate_changes_one_city(project, monkeypatch, shipped):
    path = project / "params" / "cities.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (place,) = [i for i, line in enumerate(lines) if line.startswith("indianapolis-in,")]
    assert ",400," in lines[place]
    lines[place] = lines[place].replace(",400,", ",410,", 1)
    path.write_text("".join(lines), encoding="utf-8")
    assert changed(shipped, keys(project, monkeypatch)) == {"indianapolis-in"}


def test_a_constant_changes_every_city(project, monkeypatch, shipped):
    edit(project, "params/assumptions.yaml", "value: 0.25", "value: 0.26")
    assert changed(shipped, keys(project, monkeypatch)) == set(SAMPLE)


def test_a_constant_that_the_scenario_replaces_still_counts_in_its_reports(project, monkeypatch):
    before = keys(project, monkeypatch, "caps-published")
    edit(project, "params/scenarios/caps-published.yaml", "2020", "2010")
    assert changed(before, keys(project, monkeypatch, "caps-published")) == set(SAMPLE)


def test_another_scenarios_file_changes_nothing(project, monkeypatch, shipped):
    edit(project, "params/scenarios/field-pay.yaml", "title:", "title: Other ")
    assert changed(shipped, keys(project, monkeypatch)) == set()


def test_a_figure_of_another_dataset_and_city_changes_nothing(project, monkeypatch, shipped):
    path = project / "data" / "processed" / "populations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (place,) = [
        i
        for i, line in enumerate(lines)
        if line.startswith("3651000,")
        or (line.startswith("4748000,") and ",pep2024," in line and ",2021," in line)
    ]
    cells = re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", lines[place])
    cells[7] = str(int(cells[7]) + 1)
    lines[place] = ",".join(cells)
    path.write_text("".join(lines), encoding="utf-8")
    assert changed(shipped, keys(project, monkeypatch)) == set()


def test_a_citys_own_population_changes_all_because_all_show_it(project, monkeypatch, shipped):
    path = project / "data" / "processed" / "populations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (place,) = [
        i
        for i, line in enumerate(lines)
        if line.startswith("5157000,") and ",acs5," in line and ",2023," in line
    ]
    assert "235037" in lines[place]
    lines[place] = lines[place].replace("235037", "235038")
    path.write_text("".join(lines), encoding="utf-8")
    assert changed(shipped, keys(project, monkeypatch)) == set(SAMPLE)


def test_the_notebook_the_code_and_the_lock_change_every_city(project, monkeypatch, shipped):
    for name in ("code", "lock"):
        assert changed(shipped, keys(project, monkeypatch, **{name: "other"})) == set(SAMPLE)
    edit(project, "notebooks/city_profile.ipynb", "## ", "## New ")
    assert changed(shipped, keys(project, monkeypatch)) == set(SAMPLE)


def test_the_engine_and_the_time_limit_change_nothing(project, monkeypatch):
    monkeypatch.setenv("CVI_ROOT", str(project))
    library = Library.load(project)
    city = library.params.city("norfolk-va")
    specs = [
        RunPlan.make(RunRequest(run=RunOptions(engine, limit)), library).spec(city)
        for engine, limit in (("warm", None), ("standard", 5.0))
    ]
    assert len({CitySpec.key_of(spec.ingredients()) for spec in specs}) == 1


def test_the_fingerprint_sees_every_input_and_no_text_file(project, monkeypatch):
    before = fingerprint.fingerprint(project)
    edit(project, "params/README.md", "#", "# Changed")
    assert fingerprint.fingerprint(project) == before
    edit(project, "params/roles.yaml", "title:", "title: New")
    assert fingerprint.fingerprint(project) != before


@pytest.mark.parametrize(
    "name", ["shootings", "people_per_shooting", "spending", "medicaid", "wages"]
)
def test_the_fingerprint_sees_an_edit_of_each_table(project, name):
    before = fingerprint.fingerprint(project)
    old, new = ("2026-05-15", "2026-05-16") if name == "wages" else (",high,", ",medium,")
    edit(project, f"params/{name}.csv", old, new)
    after = fingerprint.fingerprint(project)
    assert {path for path in after if after[path] != before[path]} == {f"params/{name}.csv"}


def test_rebuilds_from_the_command_line(checkout):
    words = ("--cities", "norfolk-va indianapolis-in", "--formats", "xlsx")
    assert checkout.built(*words) == {"norfolk-va", "indianapolis-in"}
    assert checkout.built(*words) == set()

    checkout.edit("README.md", "# CVI", "# Changed: CVI")
    assert checkout.built(*words) == set()

    report = checkout.reports / "baseline" / "norfolk-va.html"
    good = report.read_bytes()
    report.write_bytes(good[:-100])
    why = checkout.invoke("why", "norfolk-va").stdout
    assert "norfolk-va.html was changed" in why
    assert checkout.built(*words) == {"norfolk-va"}
    assert report.read_bytes() == good

    (checkout.reports / "baseline" / "indianapolis-in.xlsx").unlink()
    assert "indianapolis-in.xlsx is missing" in checkout.invoke("why", "indianapolis-in").stdout
    assert checkout.built(*words) == {"indianapolis-in"}

    path = checkout.folder / "params" / "cities.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",400,", ",410,", 1), encoding="utf-8")
    assert "params/cities.csv" in checkout.invoke("why", "indianapolis-in").stdout
    assert "up to date" in checkout.invoke("why", "norfolk-va").stdout
    assert checkout.built(*words) == {"indianapolis-in"}

    checkout.edit("params/assumptions.yaml", "value: 0.25", "value: 0.26")
    assert "budget.training_share: 0.25 -> 0.26" in checkout.invoke("why", "norfolk-va").stdout
    assert checkout.built("--cities", "norfolk-va", *words[2:]) == {"norfolk-va"}
    index = (checkout.reports / "baseline" / "index.html").read_text(encoding="utf-8")
    assert "norfolk-va.html" in index
    assert "indianapolis-in.html" not in index, "a report of older inputs stands beside a new one"
    assert checkout.built(*words) == {"indianapolis-in"}

    # With the copy's own code, which is the same until it is edited.
    assert "2 reports up to date" in checkout.run("reports", *words).stdout
    checkout.edit("cvi_analysis/__init__.py", '"""CVI', '"""These are CVI')
    assert "2 built" in checkout.run("reports", *words).stderr


def test_an_up_to_date_run_imports_nothing_heavy(shared):
    shared.built(*JSON)
    code = (
        "import sys, runpy\n"
        "sys.argv = ['cvi', 'reports', *sys.argv[1:]]\n"
        "try:\n    runpy.run_module('cvi_analysis', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "import json; print(json.dumps(sorted(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *JSON],
        cwd=shared.folder,
        env=shared.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    *said, modules = result.stdout.splitlines()
    assert "up to date" in said[-1]
    heavy = {"pandas", "matplotlib", "papermill", "nbconvert", "numpy", "nbformat", "IPython"}
    heavy |= {"jinja2", "cvi_analysis.batch.index"}
    assert heavy.isdisjoint(json.loads(modules))


def test_a_broken_manifest_costs_a_rebuild_and_nothing_else(shared):
    """That each kind of broken one is none, test_kept_manifests.py shows."""
    shared.built(*JSON)
    assert shared.built(*JSON) == set()
    (shared.reports / "baseline" / "manifest.json").write_text('{"format": 1}')
    assert shared.built(*JSON) == {"norfolk-va"}


EDITS = (
    ("params/assumptions.yaml", "value: 0.25", "value: 0.26"),
    ("params/roles.yaml", "plural: ", "plural: New "),
    ("params/cities.csv", "Indianapolis", "Indianopolis"),
    ("params/programs.csv", "Peacemakers", "Peace Makers"),
    ("params/scenarios/baseline.yaml", "title: ", "title: New "),
    ("notebooks/city_profile.ipynb", "At a glance", "In short"),
    ("notebooks/comparison.ipynb", "cities", "towns"),
    ("notebooks/annex.ipynb", "What this is", "What stands here"),
    ("params/assumptions.yaml", "value: 0.26", "value: many"),
)
"""Edits of each kind of input, one after the other; the last one makes it invalid."""

# What the notebook runs: the edit that lies ready, once.
EDITING_CELL = """\
import json
from pathlib import Path
ready = Path('..', 'edit.json').resolve()
if ready.exists():
    name, old, new = json.loads(ready.read_text(encoding='utf-8'))
    ready.unlink()
    file = ready.parent / name
    text = file.read_text(encoding='utf-8')
    assert old in text
    _ = file.write_text(text.replace(old, new, 1), encoding='utf-8')
"""


@pytest.mark.slow
@pytest.mark.reliability
def test_an_edit_saved_during_a_build_is_news_to_the_next_run(checkout):
    notebook = checkout.folder / "notebooks" / "city_profile.ipynb"
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "execution_count": None, "id": "edits", "metadata": {}}
    content["cells"].append({**cell, "outputs": [], "source": EDITING_CELL})
    notebook.write_text(json.dumps(content), encoding="utf-8")
    words = ("reports", "--cities", "norfolk-va", "--jobs", "1", "--formats", "json")
    beside = False
    for name, old, new in EDITS:
        (checkout.folder / "edit.json").write_text(json.dumps([name, old, new]), encoding="utf-8")
        # It is run because of the edit before, or made to where that was of another page.
        result = checkout.invoke(*words, *(["--force"] if beside else []))
        assert result.returncode == 0, result.stderr
        assert f"Changed while the reports were made, and not in them: {name}." in result.stderr
        assert not (checkout.folder / "edit.json").exists()
        beside = name in ("notebooks/comparison.ipynb", "notebooks/annex.ipynb")
        if beside:
            assert "up to date in" not in checkout.invoke(*words).stdout, name
    assert checkout.invoke(*words).returncode == 2
