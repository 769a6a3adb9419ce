"""Editions by the command a user types: frozen once, refused when tampered with, compared.

And what was published, built again by somebody else.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from cvi_analysis.calculator.case_link import code

from ..checkout import ROOT, Checkout, copy_checkout

KEPT = ("norfolk-va", "washington-dc")
pytestmark = pytest.mark.slow

SCENARIOS = ("baseline", "caps-published")
NAME = "2026.1"
MEDIATOR = ("params/assumptions.yaml", "value: 56180", "value: 57180")


def small_checkout(folder: Path) -> Checkout:
    """A checkout whose list has two cities, one of them with a count of its own."""
    checkout = copy_checkout(folder)
    for name in ("cities", "shootings", "spending"):
        path = checkout.folder / "params" / f"{name}.csv"
        head, *rows = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text(head + "".join(row for row in rows if row.split(",")[0] in KEPT), "utf-8")
    for path in (checkout.folder / "params" / "scenarios").iterdir():
        if path.stem not in SCENARIOS:
            path.unlink()
    return checkout


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Checkout:
    """Two cities' reports, one in a format more, and their edition; for tests that only read."""
    checkout = small_checkout(tmp_path_factory.mktemp("published") / "a project")
    assert checkout.invoke("reports", "--formats", "html").returncode == 0
    assert checkout.invoke("report", "norfolk-va", "--formats", "html ipynb").returncode == 0
    result = checkout.invoke("edition", "make", NAME)
    assert result.returncode == 0, result.stderr
    return checkout


@pytest.fixture
def mine(published: Checkout, tmp_path: Path) -> Checkout:
    """A copy of it, free to be changed."""
    shutil.copytree(published.folder, tmp_path / "mine")
    return Checkout(tmp_path / "mine")


def edition_of(checkout: Checkout) -> Path:
    return checkout.folder / "editions" / NAME


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def table(text: str, title: str = "Annual budget") -> dict[str, list[str]]:
    """The rows of a table of the Markdown by city: before, after, change, five parts."""
    block = text.partition(f"{title}:\n\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in block.splitlines()]
    return {row[0]: row[1:] for row in rows[2:]}


def amount(text: str) -> int:
    return int(re.sub(r"[$,+]", "", text.replace("\N{MINUS SIGN}", "-")))


def test_an_edition_holds_inputs_figures_and_the_hash_of_every_report(published):
    folder = edition_of(published)
    record = json.loads((folder / "edition.json").read_bytes())
    reports = published.reports / "baseline"
    assert record["outputs"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in reports.iterdir()
        if not path.name.startswith(".")
    }
    assert (folder / "profiles.csv").read_bytes() == (reports / "profiles.csv").read_bytes()
    with zipfile.ZipFile(folder / "inputs.zip") as archive:
        held = {name.removeprefix(f"{NAME}/"): archive.read(name) for name in archive.namelist()}
    params = {path for path in (published.folder / "params").rglob("*") if path.suffix != ".md"}
    names = {path.relative_to(published.folder).as_posix() for path in params if path.is_file()}
    assert set(held) == {*names, "data/processed/populations.csv"}
    for name, content in held.items():
        assert content == (published.folder / name).read_bytes()
        assert record["inputs"][name] == hashlib.sha256(content).hexdigest()
    page = (reports / "norfolk-va.html").read_text("utf-8")
    assert record["month"] == "2026-11"
    assert "November 2026" in page  # what a reader finds on a report leads to the edition


def test_made_twice_it_has_the_same_bytes(published, mine):
    again = mine.invoke("edition", "make", NAME)
    assert again.returncode == 0
    assert "is there already, and holds the same" in again.stdout
    shutil.rmtree(mine.folder / "editions")
    assert mine.run("edition", "make", NAME, TZ="Asia/Kathmandu", LC_ALL="C").returncode == 0
    assert contents(edition_of(mine)) == contents(edition_of(published))
    assert [path.name for path in (mine.folder / "editions").iterdir()] == [NAME]


@pytest.mark.parametrize("name", ["2026", "2026.0", "2025.1", "2026.1/..", "../2026.1", "now", ""])
def test_a_name_of_another_form_or_year_is_refused(published, name):
    result = published.invoke("edition", "make", name)
    assert result.returncode == 2
    assert "2026-11" in result.stderr
    assert "Traceback" not in result.stderr


def test_reports_that_are_out_of_date_are_no_edition(mine):
    mine.edit(*MEDIATOR)
    before = contents(edition_of(mine))
    result = mine.invoke("edition", "make", "2026.2")
    assert result.returncode == 2
    assert "run `make reports` first" in result.stderr
    assert not (mine.folder / "editions" / "2026.2").exists()
    assert mine.invoke("reports", "--formats", "html").returncode == 0
    result = mine.invoke("edition", "make", NAME)
    assert result.returncode == 2
    assert "with other content" in result.stderr
    assert "params/assumptions.yaml" in result.stderr
    assert contents(edition_of(mine)) == before
    assert mine.invoke("edition", "make", "2026.2").returncode == 0
    # The new edition against the one before is what the project is against it.
    between = mine.invoke("edition", "diff", NAME, "2026.2").stdout
    assert table(between) == table(mine.invoke("edition", "diff", NAME, "now").stdout)
    assert table(between)["Norfolk, VA"][2].startswith("+$")


def test_a_place_that_only_the_whole_country_s_answer_has(mine):
    """Not listed it is no part of an edition; listed, the edition holds what it takes."""
    shutil.copytree(ROOT / "data" / "raw", mine.folder / "data" / "raw")
    made = mine.invoke("report", "Wilmington, NC", "--formats", "html")
    assert made.returncode == 0, made.stderr
    assert mine.invoke("reports", "--formats", "html").returncode == 0
    result = mine.invoke("edition", "make", "2026.2")
    assert result.returncode == 2
    assert "wilmington-nc" in result.stderr
    cities = mine.folder / "params" / "cities.csv"
    text = cities.read_text("utf-8")
    row = 'wilmington-nc,Wilmington,NC,3774440,"Wilmington city, North Carolina"'
    more = text.partition("\n")[0].count(",") - 4
    cities.write_text(f"{text}{row}{',' * more}\n", "utf-8")
    assert mine.invoke("reports", "--formats", "html").returncode == 0
    result = mine.invoke("edition", "make", "2026.2")
    assert result.returncode == 0, result.stderr
    assert mine.invoke("edition", "diff", "2026.2", "now").stdout == "No figure moved.\n"
    between = mine.invoke("edition", "diff", NAME, "2026.2").stdout
    assert between == "No figure moved. New: Wilmington, NC.\n"


def replaced(path: Path, name: str, change) -> None:
    """Change one file in a zip."""
    with zipfile.ZipFile(path) as archive:
        held = {entry: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in held.items():
            archive.writestr(entry, change(content) if entry.filename == name else content)


def test_a_tampered_input_is_refused_by_its_name(mine):
    path = edition_of(mine) / "inputs.zip"
    replaced(path, f"{NAME}/params/wages.csv", lambda content: content.replace(b"1", b"2", 1))
    for words in (("diff", NAME, "now"), ("make", NAME)):
        result = mine.invoke("edition", *words)
        assert result.returncode == 2
        assert "inputs.zip" in result.stderr
        assert "params/wages.csv" in result.stderr
        assert result.stdout == ""


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("profiles.csv", lambda content: content.replace(b"19916579", b"19916578")),
        ("inputs.zip", lambda content: content[:-40]),
        ("inputs.zip", lambda content: b""),
        ("edition.json", lambda content: content.replace(b"params/wages.csv", b"params/../x.csv")),
        ("edition.json", lambda content: content.replace(b'"2026.1"', b'"../../x"')),
        ("edition.json", lambda content: b"[]"),
    ],
)
def test_any_other_damage_is_refused_by_the_files_name(mine, name, change):
    path = edition_of(mine) / name
    assert change(path.read_bytes()) != path.read_bytes()
    path.write_bytes(change(path.read_bytes()))
    result = mine.invoke("edition", "diff", NAME, "now")
    assert result.returncode == 2
    assert f"editions/{NAME}/" in result.stderr
    assert name in result.stderr or name == "edition.json"
    assert "Traceback" not in result.stderr


def test_what_changed_since_is_printed_as_markdown_and_written_as_a_page(mine):
    nothing = mine.invoke("edition", "diff", NAME, "now")
    assert (nothing.returncode, nothing.stdout) == (0, "No figure moved.\n")
    mine.edit(*MEDIATOR)
    mine.edit("params/assumptions.yaml", "value: 0.001\n", "value: 0.0011\n")
    mine.edit("data/processed/populations.csv", ",235037,,", ",245037,,")  # Norfolk
    result = mine.invoke("edition", "diff", NAME, "now")
    assert result.returncode == 0, result.stderr
    rows = table(result.stdout)
    people = table(result.stdout, "People at the highest risk")
    for found in (rows, people):
        for city, (before, after, change, *parts) in found.items():
            assert amount(after) - amount(before) == amount(change), city
            assert sum(map(amount, parts)) == amount(change), city
    assert set(rows) == {"Norfolk, VA", "Washington, DC", "All cities"}
    # Washington has a count of its own, which neither residents nor their share move.
    assert set(people) == {"Norfolk, VA", "All cities"}
    census, shootings, pay, assumptions, model = (amount(x) for x in rows["Norfolk, VA"][3:])
    assert census > 0 < pay
    assert assumptions > 0 == shootings == model
    page = (mine.reports / "editions" / f"{NAME}-to-now.html").read_text("utf-8")
    for cells in rows.values():
        for cell in cells:
            assert f">{cell}</td>" in page
    assert "http://" not in page
    assert "<script" not in page


def test_figures_that_older_code_gave_otherwise_are_the_models(mine):
    """An edition as it would be if the code of its time had given Norfolk 1,000 dollars less."""
    folder = edition_of(mine)
    csv = folder / "profiles.csv"
    csv.write_bytes(csv.read_bytes().replace(b"19916579", b"19915579"))
    record = json.loads((folder / "edition.json").read_bytes())
    record["outputs"]["profiles.csv"] = hashlib.sha256(csv.read_bytes()).hexdigest()
    (folder / "edition.json").write_text(json.dumps(record), "utf-8")
    rows = table(mine.invoke("edition", "diff", NAME, "now").stdout)
    change = ["+$1,000", "0", "0", "0", "0", "+$1,000"]
    assert rows["Norfolk, VA"] == ["$19,915,579", "$19,916,579", *change]
    assert set(rows) == {"Norfolk, VA", "All cities"}


def test_an_assumption_that_came_later_is_the_models(mine):
    """A later version has an assumption that the edition's files do not have."""
    model = "cvi_analysis/model"
    share = '"budget.training_share": _SHARE,'
    mine.edit(f"{model}/assumptions_read.py", share, f'{share} "budget.new": _SHARE,')
    old = 'values["budget.indirect_share"]'
    mine.edit(f"{model}/budget.py", old, f'({old} + values["budget.new"])')
    path = mine.folder / "params" / "assumptions.yaml"
    text = path.read_text("utf-8")
    entry = text.partition("\nbudget.training_share:")[2].partition("\n\n")[0]
    path.write_text(f"{text}\nbudget.new:{entry}\n", "utf-8")
    result = mine.run("edition", "diff", NAME, "now")
    assert result.returncode == 0, result.stderr
    for before, _, change, *parts in table(result.stdout).values():
        assert amount(change) > amount(before) / 100
        assert parts == ["0", "0", "0", "0", change]


def test_an_unknown_edition_names_those_that_there_are(published):
    result = published.invoke("edition", "diff", "2026.7", "now")
    assert result.returncode == 2
    assert NAME in result.stderr


def against(checkout: Checkout, *words: str) -> tuple[int, dict[str, str], str]:
    """The exit status of `verify --against`, what it says of each file, and all it says."""
    result = checkout.invoke("verify", "--against", *words)
    assert "Traceback" not in result.stderr
    lines = result.stdout.splitlines()
    said = dict(line.split(": ", 1) for line in lines if re.match(r"[\w.-]+\.\w+: ", line))
    return result.returncode, said, result.stdout + result.stderr


def test_a_stranger_builds_the_same_bytes_and_finds_every_other_one(published, mine, tmp_path):
    theirs = tmp_path / "theirs" / "downloaded"
    shutil.copytree(published.reports / "baseline", theirs)
    shutil.rmtree(mine.reports)
    names = set(contents(theirs))
    page = theirs / "norfolk-va.html"
    page.write_bytes(page.read_bytes().replace(b"$19,916,579", b"$19,916,578", 1))
    (theirs / "washington-dc.json").unlink()
    (theirs / "note.html").write_text("read me", "utf-8")
    status, said, told = against(mine, str(theirs))
    assert status == 1, told
    assert {name: words for name, words in said.items() if words != "the same bytes"} == {
        "norfolk-va.html": "differs",
        "washington-dc.json": f"missing from {theirs}",
        "note.html": "missing from this build",
    }
    assert set(said) == names | {"note.html"}
    assert f"{len(said)} files of {theirs}: {len(names) - 2} the same bytes, 1 differs" in told
    assert "Made from other inputs" not in told
    assert list(mine.reports.glob("*")) == []  # nothing of one's own was touched


def test_an_edition_is_enough_to_compare_with(published, mine):
    shutil.rmtree(mine.reports)
    status, said, told = against(mine, NAME)
    assert (status, set(said.values())) == (0, {"the same bytes"}), told
    assert set(said) == set(json.loads((edition_of(mine) / "edition.json").read_bytes())["outputs"])
    mine.edit(*MEDIATOR)
    status, said, told = against(mine, str(edition_of(mine)), "--cities", "norfolk-va")
    assert (status, set(said.values())) == (1, {"differs"})
    assert set(said) == {"norfolk-va.html", "norfolk-va.ipynb", "norfolk-va.json"}
    assert "Made from other inputs than these: params/assumptions.yaml." in told


def test_what_cannot_be_compared_with_is_refused(published, tmp_path):
    for name in ("nowhere", str(tmp_path), "2026.9"):
        result = published.invoke("verify", "--against", name)
        assert result.returncode == 2
        assert "there are no reports to compare with" in result.stderr


def test_what_inputs_were_is_written_for_links_of_then(mine):
    edit = mine.folder / MEDIATOR[0]
    edit.write_text(edit.read_text("utf-8").replace(*MEDIATOR[1:], 1), "utf-8")
    path = mine.folder / "params" / "earlier_values.csv"
    result = mine.invoke("edition", "earlier")
    assert result.returncode == 0, result.stderr
    assert "that differ from today's: 1, from 1 edition." in result.stdout
    month = json.loads((edition_of(mine) / "edition.json").read_bytes())["month"]
    assert path.read_text("utf-8") == (
        f"edition,slug,name,value\n{month},,roles.outreach_worker.wage,56180\n"
    )
    assert mine.invoke("report", "norfolk-va", "--formats", "html").returncode == 0
    page = (mine.reports / "baseline" / "norfolk-va.html").read_text("utf-8")
    assert f'"earlier":{{"{month}":{{"{code("roles.outreach_worker.wage")}":56180}}}}' in page
