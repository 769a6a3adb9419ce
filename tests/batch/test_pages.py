"""The pages on many cities, from the command line: built, kept, compared, refused."""

from __future__ import annotations

import csv
import json
import re

import nbformat
import pytest
import yaml

from cvi_analysis.batch.rendering import render_html

from ..links import Links, dead, links
from ..reliability.hostile import keep_rows_of

KEPT = ("norfolk-va", "washington-dc", "los-angeles-ca", "dayton-oh")


def few_cities(checkout):
    """Leave four cities in the list, so that all of them are quick to build."""
    path = checkout.folder / "params" / "cities.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if row.startswith(KEPT)]
    path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    keep_rows_of(path.parent, KEPT)
    # Its values are those of cities that are no more in the list.
    (path.parent / "scenarios" / "local-wages.yaml").unlink()


@pytest.fixture(scope="module")
def built(shared):
    few_cities(shared)
    result = shared.invoke("reports", "--jobs", "2")
    assert result.returncode == 0, result.stderr
    return shared


def test_all_cities_stand_side_by_side_and_the_index_leads_there(built):
    folder = built.reports / "baseline"
    page = (folder / "comparison.html").read_text(encoding="utf-8")
    for name in ("Norfolk, VA", "Washington, DC", "Los Angeles, CA", "Dayton, OH"):
        assert f"{name}</a>" in page
    assert (folder / "comparison.pdf").read_bytes().startswith(b"%PDF")
    assert 'href="comparison.html"' in (folder / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "script-src &#39;sha256-" in policy or "script-src 'sha256-" in policy
    assert page.count("<script>") == 2  # the comparison's own, and what copies code


def test_pages_lead_to_each_other_and_to_their_files(built):
    folder = built.reports / "baseline"
    for slug in KEPT:
        beside = links(folder / f"{slug}.html").beside
        others = {to for _, to in beside if "?" in to}
        assert others == {f"index.html?city={other}" for other in KEPT if other != slug}
        head = [found for found in beside if "?" not in found[1]]
        assert set(head[6:]) == {("annex", "annex.html")}
        assert head[:6] == [
            ("All cities", "index.html"),
            ("Comparison", "index.html#all"),
            ("Annex", "annex.html"),
            ("PDF", f"{slug}.pdf"),
            ("Excel workbook", f"{slug}.xlsx"),
            ("Data (JSON)", f"{slug}.json"),
        ]
    top, cities = links(folder / "comparison.html").beside[:4], {}
    assert [to for _, to in top] == ["index.html", "annex.html", "comparison.pdf", "profiles.csv"]
    for words, to in links(folder / "comparison.html").beside[4:]:
        cities[words] = to
    names = {
        f"{slug}.html": json.loads((folder / f"{slug}.json").read_bytes())["city"] for slug in KEPT
    }
    assert cities == {f"{city['name']}, {city['state']}": to for to, city in names.items()}
    assert links(folder / "annex.html").beside == [
        ("All cities", "index.html"),
        ("Comparison", "index.html#all"),
        ("PDF", "annex.pdf"),
    ]
    assert {"annex.html", "annex.pdf"} <= {to for _, to in links(folder / "index.html").beside}
    assert dead(built.reports) == []


def test_a_notebook_that_lies_elsewhere_has_no_links_but_its_own(built):
    notebook = nbformat.read(built.reports / "baseline" / "norfolk-va.ipynb", as_version=4)
    assert set(Links(render_html(notebook).decode()).beside) == {("annex", "annex.html")}


def test_it_is_kept_while_nothing_changes_and_renewed_when_something_does(built):
    page = built.reports / "baseline" / "comparison.html"
    before = page.read_bytes(), page.stat().st_mtime_ns
    assert "up to date" in built.invoke("reports").stdout
    assert (page.read_bytes(), page.stat().st_mtime_ns) == before
    page.unlink()
    assert built.built() == set()
    assert page.read_bytes() == before[0]
    manifest = json.loads((page.parent / "manifest.json").read_bytes())
    assert set(manifest["pages"]["comparison"]["files"]) == {"comparison.html", "comparison.pdf"}
    assert set(manifest["pages"]["annex"]["files"]) == {"annex.html", "annex.pdf"}


def test_pages_without_code_are_made_where_asked_for_and_replaced_again(checkout):
    def page():
        return (checkout.reports / "baseline" / "norfolk-va.html").read_text(encoding="utf-8")

    assert checkout.invoke("reports", "--cities", "norfolk-va", "--formats", "json").returncode == 0
    assert "How this was computed" in page()
    words = ("reports", "--cities", "norfolk-va", "--formats", "json", "--no-code")
    result = checkout.invoke(*words)
    assert "1 built" in result.stderr + result.stdout
    assert "How this was computed" not in page()
    assert "calculator" in page()
    annex = (checkout.reports / "baseline" / "annex.html").read_text(encoding="utf-8")
    assert "How this was computed" not in annex
    assert "up to date in" in checkout.invoke(*words).stdout
    assert "to have its code" in checkout.invoke("why", "norfolk-va").stdout
    # A city that is not asked for stays in the index with the page that it has.
    checkout.invoke("reports", "--cities", "dayton-oh", "--formats", "json")
    assert "norfolk-va.html" in (checkout.reports / "baseline" / "index.html").read_text("utf-8")
    assert "1 built" in checkout.invoke(*words[:-1]).stderr
    assert "How this was computed" in page()


def test_one_city_alone_leaves_the_page_as_it_is(built):
    page = built.reports / "baseline" / "comparison.html"
    before = page.stat().st_mtime_ns
    result = built.invoke("reports", "--cities", "dayton-oh", "--force")
    assert result.returncode == 0, result.stderr
    assert page.stat().st_mtime_ns == before
    assert "comparison.html" in (page.parent / "index.html").read_text(encoding="utf-8")


def test_the_annex_has_what_every_city_shares(built):
    folder = built.reports / "baseline"
    page = (folder / "annex.html").read_text(encoding="utf-8")
    for words in ("Job descriptions", "Street outreach worker", "Crisis management system"):
        assert words in page
    register = yaml.safe_load((built.folder / "params" / "assumptions.yaml").read_bytes())
    assert len(register) > 50
    named = [name for name in register if not name.endswith((".count", ".existing"))]
    shown = re.sub(r"<[^>]+>", "", page)
    assert [name for name in named if name not in shown] == []
    assert "Norfolk has" not in page
    assert (folder / "annex.pdf").read_bytes().startswith(b"%PDF")


def test_the_annex_is_renewed_with_what_it_is_made_of_and_kept_otherwise(checkout):
    dayton = ("--cities", "dayton-oh", "--formats", "json")
    assert checkout.built("--cities", "norfolk-va", "--formats", "json") == {"norfolk-va"}
    page = checkout.reports / "baseline" / "annex.html"
    before = page.stat().st_mtime_ns
    assert checkout.built(*dayton) == {"dayton-oh"}
    assert page.stat().st_mtime_ns == before
    checkout.edit("notebooks/annex.ipynb", "## What this is", "## What stands here")
    assert checkout.built(*dayton) == set()
    assert "What stands here" in page.read_text(encoding="utf-8")
    page.unlink()
    assert checkout.built(*dayton) == set()
    assert page.is_file()


def test_two_scenarios_are_compared_the_same_way_every_time(built, tmp_path):
    stem = "baseline-vs-field-pay"
    for out in ("one", "another folder"):
        result = built.invoke("compare", "baseline", "field-pay", "--out", str(tmp_path / out))
        assert result.returncode == 0, result.stderr
    first, second = (tmp_path / out / "compare" for out in ("one", "another folder"))
    for suffix in ("html", "pdf", "csv"):
        assert (first / f"{stem}.{suffix}").read_bytes() == (
            second / f"{stem}.{suffix}"
        ).read_bytes()
    with (first / f"{stem}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["slug"] for row in rows} == set(KEPT)
    for row in rows:
        parts = [int(value) for name, value in row.items() if name.startswith("total by ")]
        assert sum(parts) == int(row["total_change"]) < 0
    assert "Pay as programs report it" in (first / f"{stem}.html").read_text(encoding="utf-8")


def test_a_change_of_ones_own_gets_a_name_of_its_own(built, tmp_path):
    result = built.invoke(
        "compare", "baseline", "baseline", "-P", "roles.mediator.caseload=12", "--no-code",
        "--out", str(tmp_path),
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    (page,) = (tmp_path / "compare").glob("baseline-vs-baseline-with-*.html")
    assert "How this was computed" not in page.read_text(encoding="utf-8")
    assert "roles.mediator.caseload" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["compare", "baseline", "field-pai"], "Did you mean field-pay?"),
        (["compare", "nothing", "baseline"], "nothing"),
        (["compare", "baseline", "baseline", "-P", "roles.mediator.caseload=0"], "from 1 to 200"),
        (["explain", "norfolk-va", "budget.totl"], "Did you mean budget.total"),
        (["explain", "norfolk-vx", "budget.total"], "norfolk"),
    ],
)
def test_wrong_requests_are_refused_and_nothing_is_written(built, tmp_path, words, told):
    more = ["--out", str(tmp_path / "out")] if words[0] == "compare" else []
    result = built.invoke(*words, *more)
    assert result.returncode == 2, result.stderr
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_explaining_ends_with_the_number_of_the_report(built):
    result = built.invoke("explain", "norfolk-va", "budget.total")
    assert result.returncode == 0, result.stderr
    data = json.loads((built.reports / "baseline" / "norfolk-va.json").read_bytes())
    assert result.stdout.splitlines()[-1].strip() == f"budget.total = {data['budget']['total']}"


def test_the_documentation_of_the_register_is_checked(built):
    result = built.invoke("register")
    assert result.returncode in (0, 1)
    assert "in step" in result.stdout or "Out of step" in result.stdout


def test_all_cities_lead_to_none_that_could_not_be_made(checkout):
    few_cities(checkout)
    spoiled = "if city == 'dayton-oh': raise ValueError('spoiled')\\n"
    checkout.edit("notebooks/city_profile.ipynb", '"report.', f'"{spoiled}",\n    "report.')
    assert checkout.invoke("reports", "--formats", "json").returncode == 1
    page = checkout.reports / "baseline" / "comparison.html"
    assert "Dayton, OH<" in page.read_text(encoding="utf-8")
    assert dead(checkout.reports) == []
    checkout.edit("notebooks/city_profile.ipynb", f'"{spoiled}",\n    ', "")
    assert checkout.built("--formats", "json") == set(KEPT)
    assert ("Dayton, OH", "dayton-oh.html") in links(page).found
    assert dead(checkout.reports) == []


def test_one_report_alone_leads_to_nothing_that_is_not_there(checkout):
    result = checkout.invoke("report", "norfolk-va")
    assert result.returncode == 0, result.stderr
    page = checkout.reports / "baseline" / "norfolk-va.html"
    beside = links(page).beside
    others = [to for _, to in beside if to.startswith("index.html?city=")]
    assert len(others) == 6
    alone = {to for _, to in beside} - {*others}
    assert alone == {"index.html", "index.html#all", "annex.html",
                     *(f"norfolk-va.{x}" for x in ("pdf", "docx", "xlsx", "json"))}  # fmt: skip
    assert (page.parent / "annex.html").is_file()
    assert not (page.parent / "comparison.html").exists()
    assert dead(checkout.reports) == []


def test_what_is_broken_stops_only_what_uses_it(built):
    """A scenario and a notebook that this build has no use for; then those that do, at once."""
    spoiled = [built.folder / "params/scenarios/field-pay.yaml"]
    spoiled += [built.folder / "notebooks/comparison.ipynb"]
    kept = {path: path.read_bytes() for path in spoiled}
    folder = built.reports / "baseline"
    assert 'href="comparison.html"' in (folder / "index.html").read_text(encoding="utf-8")
    try:
        for path in spoiled:
            path.write_text("title: [", encoding="utf-8")
        one = built.invoke("report", "norfolk-va", "--formats", "json")
        refused = [built.invoke("reports"), built.invoke("reports", "-s", "field-pay")]
        index = (folder / "index.html").read_text(encoding="utf-8")
    finally:
        for path, content in kept.items():
            path.write_bytes(content)
    assert one.returncode == 0, one.stderr
    assert "0 built, 1 up to date, 0 failed" in one.stderr
    assert "Left out of the list of scenarios: params/scenarios/field-pay.yaml:" in one.stderr
    assert 'href="comparison.html"' not in index, "of which nobody can say that it is up to date"
    for result, name in zip(
        refused, ("notebooks/comparison", "params/scenarios/field"), strict=True
    ):
        assert result.returncode == 2
        assert f"cvi: {name}" in result.stderr
        assert "[1/" not in result.stderr, "before anything is built"
    assert not (built.reports / "field-pay").exists()
    assert built.built() == set(), "all is as it was"
