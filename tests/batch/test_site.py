"""`cvi site`: a real site of two cities and two scenarios, from disk and over a loopback server."""

from __future__ import annotations

import base64
import csv
import filecmp
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import jsonschema
import numpy as np
import pytest
from lxml.html import document_fromstring
from PIL import Image

from cvi_analysis.batch.manifest import Manifest
from cvi_analysis.batch.published_head import checked_address
from cvi_analysis.batch.share_card import answers, cards
from cvi_analysis.batch.site import SiteOptions, _replacing, make_site
from cvi_analysis.batch.staleness import mark
from cvi_analysis.errors import BuildError, InputError

from ..accessibility.browser import chromium, watched
from ..accessibility.checks import LOOKS, barriers, invalid
from ..checkout import ROOT

pytestmark = pytest.mark.slow
CITIES, SCENARIOS = ("chicago-il", "norfolk-va"), ("baseline", "field-pay")
BASE = "https://example.org/cvi"
CHOICE = ("--cities", " ".join(CITIES), "--scenarios", " ".join(reversed(SCENARIOS)))


@pytest.fixture(scope="module")
def built(shared):
    """The checkout with a site that knows no address (`site`) and one that does (`web/cvi`)."""
    result = shared.invoke("site", *CHOICE)
    assert result.returncode == 0, result.stderr
    assert "open site/index.html" in result.stdout
    result = shared.invoke("site", *CHOICE, "--base-url", f"{BASE}/", "--out", "web/cvi")
    assert result.returncode == 0, result.stderr
    assert "2 reports up to date" in result.stdout
    return shared


@pytest.fixture(scope="module")
def plain(built) -> Path:
    return built.folder / "site"


@pytest.fixture(scope="module")
def public(built) -> Path:
    return built.folder / "web" / "cvi"


def pages(folder: Path) -> dict[str, object]:
    """Every page, parsed, by its path in the site."""
    found = sorted(folder.rglob("*.html"))
    parsed = {
        path.relative_to(folder).as_posix(): document_fromstring(path.read_bytes())
        for path in found
    }
    assert len(parsed) == 2 + 2 * 4
    return parsed


def document(folder: Path, scenario: str, slug: str) -> dict:
    return json.loads((folder / scenario / f"{slug}.json").read_bytes())


def data_of(tree) -> list[dict]:
    return [json.loads(one.text) for one in tree.xpath("//script[@type='application/ld+json']")]


def test_what_is_in_it_is_public_and_nothing_else(plain, public):
    tables = {"profiles.csv", "staffing.csv", "methods.csv", "places.csv", "datapackage.json"}
    shared_files = {"index.html", "annex.html", "annex.pdf", "workbooks.zip", "manifest.json"}
    endings = ("html", "pdf", "xlsx", "json")
    one = tables | shared_files | {"profile.schema.json"}
    one |= {f"{slug}.{ending}" for slug in CITIES for ending in endings}
    wanted = {f"{scenario}/{name}" for scenario in SCENARIOS for name in one}
    wanted |= {"index.html", "404.html", "robots.txt"}

    def held(folder):
        found = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix() for path in found}

    assert held(plain) == wanted
    pictures = {f"{scenario}/{slug}.png" for scenario in SCENARIOS for slug in CITIES}
    assert held(public) == wanted | pictures | {"sitemap.xml"}


def test_nothing_of_this_machine_is_in_it(built, public):
    private = {os.fspath(built.folder), os.fspath(ROOT), tempfile.gettempdir() + "/cvi"}
    private |= {os.fspath(Path.home()) + "/"} - {"//"}
    for path in public.rglob("*.*"):
        content = path.read_bytes()
        assert not [one for one in private if one.encode() in content], path


def test_every_link_leads_somewhere(plain, public):
    named = "".join(path.read_text("utf-8") for path in (ROOT / "params").glob("*.csv"))
    for folder, own in ((plain, ""), (public, f"{BASE}/")):
        trees = pages(folder)
        ids = {name: {*tree.xpath("//@id")} for name, tree in trees.items()}
        slugs = {name: {*tree.xpath("//tr/@data-slug")} for name, tree in trees.items()}
        found, reached = 0, {"index.html", "404.html"}
        for page, tree in trees.items():
            for link in tree.xpath("//@href | //@src | //@*[name()='xlink:href']"):
                if link.startswith(("data:", "mailto:")):
                    continue
                found += 1
                address, anchor = urldefrag(urljoin(f"{BASE}/{page}", link))
                if urlsplit(link).scheme and not (own and link.startswith(own)):
                    # A source that is on the web without encryption alone is one of params/.
                    assert link.startswith("https://") or link in named, (page, link)
                    continue
                assert address.startswith(f"{BASE}/"), (page, link)
                parts = urlsplit(address.removeprefix(BASE))
                name = unquote(parts.path).lstrip("/")
                name += "index.html" if name == "" or name.endswith("/") else ""
                assert (folder / name).is_file(), (page, link)
                assert not anchor or anchor in ids[name], (page, link)
                # A city of which the site has no report leads to the index, which says so.
                assert parse_qs(parts.query).keys() <= {"city"}, (page, link)
                assert not parts.query or slugs[name], (page, link)
                reached.add(name)
        assert found > 300
        assert set(trees) <= reached


def test_the_front_page_leads_to_every_scenario_and_its_tables(plain):
    front = pages(plain)["index.html"]
    links = front.xpath("//main//a/@href")
    for scenario in SCENARIOS:
        assert f"{scenario}/index.html" in links
        assert f"{scenario}/places.csv" in links
    (other,) = front.xpath("//section[@id='local-wages']")
    assert not other.xpath(".//a")
    assert "Not published here" in other.text_content()
    assert "make reports" not in front.text_content()
    for scenario in SCENARIOS:
        assert "../index.html#local-wages" in pages(plain)[f"{scenario}/index.html"].xpath(
            "//@href"
        )


def test_pages_are_valid_html(plain, public):
    assert invalid(sorted(public.rglob("*.html"))) == []
    assert (
        invalid([plain / "404.html", plain / "index.html", *plain.glob("baseline/n*.html")]) == []
    )


@pytest.mark.chromium
def test_axe_finds_nothing(public):
    # All looks of what no report has; of a report, whose head alone is new, one.
    looks = dict.fromkeys(("index.html", "404.html"), LOOKS)
    looks |= dict.fromkeys(("field-pay/index.html", "field-pay/norfolk-va.html"), LOOKS[:1])
    found = {}
    with chromium() as browser:
        for name, several in looks.items():
            for width, scheme, rules in several:
                tab, problems = watched(
                    browser,
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                tab.goto((public / name).as_uri())
                wide = tab.evaluate("document.documentElement.scrollWidth") > width
                bad = barriers(tab, rules)
                if bad or problems or wide:
                    found[name, width, scheme] = bad, problems, wide
                tab.close()
    assert found == {}


def test_titles_and_descriptions_name_city_figures_and_scenario(plain, public):
    for folder in (plain, public):
        trees = pages(folder)
        heads: set[str] = set()
        told_of: set[str] = set()
        for name, tree in trees.items():
            assert tree.get("lang") == "en-US"
            (title,) = tree.xpath("/html/head/title/text()")
            heads.add(title)
            if name != "404.html":
                (description,) = tree.xpath("/html/head/meta[@name='description']/@content")
                assert 40 < len(description) < 250, name
                told_of.add(description)
        # No two pages have the same, whatever the scenario.
        assert len(heads) == len(told_of) + 1 == len(trees)
        for scenario in SCENARIOS:
            for slug in CITIES:
                tree, told = trees[f"{scenario}/{slug}.html"], document(folder, scenario, slug)
                (description,) = tree.xpath("/html/head/meta[@name='description']/@content")
                place = f"{told['city']['name']}, {told['city']['state']}"
                people, staff, total = answers(told)
                # The same that the page itself says.
                text = tree.text_content()
                for words in (people, staff, total):
                    assert words in text
                assert description.startswith(
                    f"{place}: {people} people at the highest risk of violence, {staff} full-time "
                    f"staff, {total} a year."
                )
                assert ("Pay as programs report it" in description) == (scenario == "field-pay")


def test_without_an_address_no_page_names_one(plain):
    for name, tree in pages(plain).items():
        assert not tree.xpath("//link | //meta[@property] | //meta[@name='twitter:card']"), name
        assert not data_of(tree), name
    assert b"Sitemap" not in (plain / "robots.txt").read_bytes()


def test_the_sitemap_lists_just_the_pages(public):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring((public / "sitemap.xml").read_bytes())
    listed = [one.findtext(f"{space}loc") for one in root]
    own = {
        name: tree.xpath("//link[@rel='canonical']/@href") for name, tree in pages(public).items()
    }
    assert own.pop("404.html") == []
    assert sorted(listed) == sorted(address for (address,) in own.values())
    assert own["index.html"] == [f"{BASE}/"]
    assert own["field-pay/index.html"] == [f"{BASE}/field-pay/"]
    assert own["baseline/norfolk-va.html"] == [f"{BASE}/baseline/norfolk-va.html"]
    dates = {one.findtext(f"{space}lastmod") for one in root}
    assert dates == {document(public, "baseline", "norfolk-va")["edition"]}
    assert f"Sitemap: {BASE}/sitemap.xml\n" in (public / "robots.txt").read_text("utf-8")
    assert pages(public)["404.html"].xpath("//main//a/@href") == [f"{BASE}/"]


def test_what_is_shown_where_an_address_is_shared(public):
    for name, tree in pages(public).items():
        if name == "404.html":
            continue
        told = dict(
            zip(
                tree.xpath("//meta/@property"),
                tree.xpath("//meta[@property]/@content"),
                strict=True,
            )
        )
        assert told["og:title"] == tree.xpath("string(/html/head/title)")
        assert told["og:url"] == tree.xpath("string(//link[@rel='canonical']/@href)")
        assert told["og:description"] == tree.xpath("string(//meta[@name='description']/@content)")
        stem = Path(name).stem
        assert ("og:image" in told) == (stem in CITIES)
        if stem in CITIES:
            picture = public / told["og:image"].removeprefix(f"{BASE}/")
            assert picture == public / Path(name).with_suffix(".png")
            assert (
                document(public, *Path(name).parts[:1], stem)["city"]["name"]
                in told["og:image:alt"]
            )
            with Image.open(picture) as image:
                assert image.format == "PNG"
                assert image.size == (int(told["og:image:width"]), int(told["og:image:height"]))
                assert image.size == (1200, 630)
            assert picture.stat().st_size < 40_000


TEXT, LINK = {"type": "string", "minLength": 1}, {"type": "string", "pattern": f"^{BASE}/"}
FILES = {
    "type": "array",
    "minItems": 3,
    "items": {
        "properties": {
            "@type": {"enum": ["MediaObject", "DataDownload"]},
            "name": TEXT,
            "contentUrl": LINK,
            "encodingFormat": {"pattern": r"^\w+/[\w.+-]+$"},
        },
        "required": ["@type", "name", "contentUrl", "encodingFormat"],
        "additionalProperties": False,
    },
}
COMMON = {
    "@context": {"const": "https://schema.org"},
    "@id": LINK,
    "url": LINK,
    "name": TEXT,
    "description": {"type": "string", "minLength": 50, "maxLength": 5000},
    "inLanguage": {"const": "en-US"},
    "version": TEXT,
    "datePublished": {"pattern": r"^\d{4}-\d\d$"},
    "license": {"pattern": "^https://"},
    "isAccessibleForFree": {"const": True},
    "creator": {"required": ["@type", "name"]},
    "publisher": {"required": ["@type", "name"]},
}
REPORT = {
    "about": {"properties": {"@type": {"const": "City"}}, "required": ["@type", "name", "address"]},
    "image": LINK,
    "isPartOf": {"properties": {"url": LINK}, "required": ["@type", "url"]},
    "isBasedOn": {"properties": {"@id": LINK}, "required": ["@id"]},
    "encoding": FILES,
}
DATASET = {
    "keywords": {"type": "array", "items": TEXT},
    "spatialCoverage": {"required": ["@type", "name"]},
    "variableMeasured": {"type": "array", "items": TEXT, "minItems": 3},
    "distribution": FILES,
}


def schema(kind: str, own: dict) -> dict:
    fields = {"@type": {"const": kind}, **COMMON, **own}
    return {"properties": fields, "required": [*fields], "additionalProperties": False}


def test_data_for_search_engines_are_of_their_form_and_true(public):
    names = {}
    for name, tree in pages(public).items():
        found, stem = data_of(tree), Path(name).stem
        if stem not in CITIES and (stem != "index" or name == "index.html"):
            assert found == [], name
            continue
        (data,) = found
        city = stem in CITIES
        jsonschema.validate(data, schema(*(("Report", REPORT) if city else ("Dataset", DATASET))))
        assert data["url"] == tree.xpath("string(//link[@rel='canonical']/@href)")
        names.setdefault(data["@type"], set()).add(data["@id"])
        for one in data["encoding"] if city else data["distribution"]:
            assert (public / one["contentUrl"].removeprefix(f"{BASE}/")).is_file()
        if city:
            told = document(public, name.partition("/")[0], stem)
            assert data["about"]["name"] == told["city"]["name"]
            assert data["datePublished"] == told["edition"]
            names.setdefault("based on", set()).add(data["isBasedOn"]["@id"])
    assert len(names["Report"]) == 4
    assert names["based on"] == names["Dataset"]


def test_the_policy_names_the_data(public):
    for name, tree in pages(public).items():
        (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        (allowed,) = re.findall(r"script-src ([^;]*);", policy)
        scripts = tree.xpath("//script[not(@type='application/json')]/text()")
        hashes = {
            f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'"
            for one in scripts
        }
        assert set(allowed.split()) == (hashes or {"'none'"}), name


class _Host(SimpleHTTPRequestHandler):
    """A static host: 404.html of the site where there is no page."""

    def send_error(self, code, message=None, explain=None):
        content = (Path(self.directory) / "cvi" / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words):
        pass


@pytest.mark.chromium
def test_it_works_under_a_path_of_a_server(public):
    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=os.fspath(public.parent)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    own = f"http://127.0.0.1:{host.server_address[1]}/cvi/"
    try:
        with chromium() as browser:
            tab, problems = watched(browser)
            tab.add_init_script(
                "addEventListener('securitypolicyviolation', e => console.error(e.blockedURI))"
            )
            assert tab.goto(own).status == 200
            tab.get_by_role("link", name="Pay as programs report it", exact=True).click()
            assert tab.url == f"{own}field-pay/index.html"
            tab.get_by_role("table").get_by_role("link", name="Norfolk", exact=True).click()
            assert tab.url == f"{own}field-pay/norfolk-va.html"
            # Scripts run under the policy: one of them makes these buttons.
            tab.locator("button", has_text="Copy").nth(5).wait_for(state="attached")
            for name, tree in pages(public).items():
                if name != "404.html":
                    (address,) = tree.xpath("//link[@rel='canonical']/@href")
                    answer = tab.goto(address.replace(f"{BASE}/", own))
                    assert answer.status == 200, name
                    assert answer.body() == (public / name).read_bytes()
            assert problems == []
            lost, _ = watched(browser)
            assert lost.goto(f"{own}no/such/page").status == 404
            assert lost.get_by_role("heading", level=1).inner_text().startswith("There is no page")
    finally:
        host.shutdown()
        host.server_close()


def test_reports_are_as_they_were_and_the_list_of_hashes_is_right(built, public):
    for scenario in SCENARIOS:
        known = json.loads((built.reports / scenario / "manifest.json").read_bytes())
        for entry in (known, *known["cities"].values(), *known["pages"].values()):
            for name, digest in entry["files"].items():
                content = (built.reports / scenario / name).read_bytes()
                assert hashlib.sha256(content).hexdigest() == digest, name
        listed = json.loads((public / scenario / "manifest.json").read_bytes())
        hashes = {}
        for entry in (listed, *listed["cities"].values(), *listed["pages"].values()):
            hashes |= entry["files"]
        held = {path.name for path in (public / scenario).iterdir()} - {"manifest.json"}
        assert hashes.keys() == held
        for name, digest in hashes.items():
            assert hashlib.sha256((public / scenario / name).read_bytes()).hexdigest() == digest
        assert f"{CITIES[0]}.png" in listed["cities"][CITIES[0]]["files"]


def test_only_heads_and_ways_up_differ_from_the_reports(built, public):
    for scenario in SCENARIOS:
        for path in (public / scenario).glob("*.html"):
            ours = path.read_text("utf-8").partition("</head>")[2]
            theirs = (built.reports / scenario / path.name).read_text("utf-8")
            theirs = theirs.partition("</head>")[2].replace("../scenarios.html#", "../index.html#")
            assert ours == theirs


def test_the_tables_have_the_figures_of_the_pages(public):
    for scenario in SCENARIOS:
        text = (public / scenario / "profiles.csv").read_text("utf-8")
        rows = {row["slug"]: row for row in csv.DictReader(io.StringIO(text))}
        for slug in CITIES:
            assert int(rows[slug]["total"]) == document(public, scenario, slug)["budget"]["total"]


def test_the_same_bytes_twice_and_the_old_site_gives_way(built, public):
    again = built.folder / "again"
    (again / "baseline").mkdir(parents=True)
    shutil.copy(public / "index.html", again)
    (again / "baseline" / "left.html").write_text("of the site before", "utf-8")
    Manifest("baseline", files={"left.html": ""}).save(again / "baseline")
    result = built.invoke("site", *CHOICE, "--base-url", BASE, "--out", "again")
    assert result.returncode == 0, result.stderr
    names = [path.relative_to(public) for path in public.rglob("*") if path.is_file()]
    assert {path.relative_to(again) for path in again.rglob("*") if path.is_file()} == set(names)
    same, different, missing = filecmp.cmpfiles(public, again, map(os.fspath, names), shallow=False)
    assert (different, missing) == ([], [])
    assert len(same) == len(names) > 40
    assert not [path.name for path in built.folder.iterdir() if path.name.startswith(".again")]


def test_a_report_that_fails_leaves_the_old_site(built, plain):
    before = {path: path.read_bytes() for path in plain.rglob("*") if path.is_file()}
    notebook = built.folder / "notebooks" / "city_profile.ipynb"
    kept = notebook.read_bytes()
    cells = json.loads(kept)
    code = next(cell for cell in reversed(cells["cells"]) if cell["cell_type"] == "code")
    code["source"] = ["raise ValueError('a cell of ours')"]
    notebook.write_text(json.dumps(cells), "utf-8")
    try:
        result = built.invoke("site", "--cities", "norfolk-va", "--scenarios", "baseline")
    finally:
        notebook.write_bytes(kept)
    assert result.returncode == 1
    assert "site: is as it was, because reports of baseline could not be made" in result.stderr
    assert "Traceback" not in result.stderr.splitlines()[-1]
    assert {path: path.read_bytes() for path in plain.rglob("*") if path.is_file()} == before


def test_a_disk_that_refuses_leaves_the_old_site(tmp_path):
    out = tmp_path / "site"
    out.mkdir()
    old = f"{mark(SCENARIOS)}old"
    (out / "index.html").write_text(old, "utf-8")

    def fill(new: Path) -> None:
        (new / "index.html").write_text("new", "utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(BuildError, match="No space left"), _replacing(out) as new:
        fill(new)
    assert (out / "index.html").read_text("utf-8") == old
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_somebody_saves_into_a_site_while_it_is_made_again_stays(tmp_path):
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text(mark(SCENARIOS), "utf-8")

    def fill(new: Path) -> None:
        (new / "index.html").write_text("new", "utf-8")
        (out / "notes.md").write_text("an hour of work", "utf-8")

    with pytest.raises(InputError, match=r"--out.*found 'notes\.md'"), _replacing(out) as new:
        fill(new)
    assert {path.name for path in out.iterdir()} == {"index.html", "notes.md"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_a_killed_run_left_is_put_right(tmp_path):
    out = tmp_path / "site"
    before, unfinished = tmp_path / ".site.before", tmp_path / ".site.unfinished"
    for folder in (before, unfinished):
        folder.mkdir()
        (folder / "index.html").write_text(f"{mark(SCENARIOS)}{folder.name}", "utf-8")
    with _replacing(out) as new:
        assert list(new.iterdir()) == []
        assert (out / "index.html").read_text("utf-8").endswith(".site.before")
        (new / "index.html").write_text("new", "utf-8")
    assert (out / "index.html").read_text("utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    "typed",
    [
        *("example.org", "ftp://example.org", "https://", "https://example.org/?a=1", "/cvi"),
        *("https://example.org/#top", 'https://example.org/"><script>', "https://user@host"),
    ],
)
def test_an_address_that_is_none_is_refused(typed):
    with pytest.raises(InputError, match="--base-url"):
        checked_address(typed)


def test_what_would_be_lost_is_refused(built, tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", "utf-8")
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "index.html").write_text("<h1>My homepage</h1>", "utf-8")
    again = tmp_path / "again"
    shutil.copytree(built.folder / "site", again)
    (again / "field-pay" / "notes.md").write_text("an hour of work", "utf-8")
    monkeypatch.chdir(built.folder)
    for out, found in (
        (tmp_path / "mine", "thesis.txt"),
        (tmp_path / "home", "index.html"),
        (again, "field-pay/notes.md"),
        (tmp_path / "file", "file"),
        (built.folder, ".cache"),
        (built.reports, "baseline"),
        (built.reports / "baseline", "annex.html"),
    ):
        with pytest.raises(InputError, match=rf"--out.*found '{re.escape(found)}'"):
            make_site(SiteOptions(scenarios=("baseline",), out=out))
    assert (tmp_path / "mine" / "thesis.txt").is_file()
    result = built.invoke(
        "site", "--scenarios", "baseline no-such", "--out", os.fspath(tmp_path / "n")
    )
    assert result.returncode == 2
    assert "no-such" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "n").exists()


def test_a_broken_scenario_stops_only_a_site_that_has_it(built, tmp_path):
    path = built.folder / "params" / "scenarios" / "field-pay.yaml"
    kept = path.read_bytes()
    path.write_text("title: [", "utf-8")
    try:
        for chosen, status in (("baseline", 0), ("baseline field-pay", 2), ("", 2)):
            out = tmp_path / f"site of {chosen}"
            words = ("--cities", CITIES[0], "--scenarios", chosen, "--out", os.fspath(out))
            result = built.invoke("site", *words)
            assert result.returncode == status, result.stderr
            assert "params/scenarios/field-pay.yaml:2: this is not valid YAML" in result.stderr
            assert out.is_dir() == (status == 0)
            assert status == 0 or len(result.stderr.splitlines()) == 1, "before anything is built"
    finally:
        path.write_bytes(kept)


def test_a_card_follows_its_document_and_keeps_its_margins(public):
    told = document(public, "baseline", "norfolk-va")
    long = json.loads(json.dumps(told))
    long["city"]["name"] = "Louisville/Jefferson County metro government (balance)"
    more = json.loads(json.dumps(told))
    more["budget"]["total"] += 1_000_000
    one, two, three, again = cards([told, long, more, told], "A title of a scenario")
    assert one == again
    assert len({one, two, three}) == 3
    for content in (one, two, three):
        pixels = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
        assert pixels[:, :60].min() > 240, "the left margin is empty"
        assert pixels[:, 1140:].min() > 240, "the right margin is empty"
        assert pixels.min() < 60
