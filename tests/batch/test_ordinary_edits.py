"""What a researcher is likely to change takes the lines that it ought to, in the notebook alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from lxml import html
from pypdf import PdfReader

from tests.checkout import Checkout, copy_checkout

NOTEBOOK = "notebooks/city_profile.ipynb"
SENTENCE = "Written for the council of a city that wants to know."
PINK = re.compile(rb"\b1 0 1 (scn|sc|rg)\b")

BARS = """\
fig, ax = plt.subplots()
ax.barh(staff["title"], staff["count"], color="#0d655d")
ax.set_title("Mediators are the largest role")
show(fig, alt="Mediators are the largest role: 17 of 77 posts.")
"""
FUNDING = """\
funding = pd.DataFrame({"Payer": ["State", "City"], "Dollars": [5_000_000, 14_916_579]})
table(
    funding,
    caption="Who would pay how much",
    dollars=["Dollars"],
    **{"total": "Together", "sums": ["Dollars"]},
)
"""

pytestmark = pytest.mark.slow


class Edits:
    """The notebook, whose lines are changed one by one."""

    def __init__(self, path: Path) -> None:
        self.book = json.loads(path.read_text(encoding="utf-8"))
        self.lines = 0

    def cell(self, name: str) -> dict:
        return next(cell for cell in self.book["cells"] if cell["id"] == name)

    def line(self, name: str, old: str, *new: str) -> None:
        """One line of a cell in place of another, and more below it."""
        (place,) = [n for n, line in enumerate(self.cell(name)["source"]) if old in line]
        source = self.cell(name)["source"]
        indent = re.match(" *", source[place])[0]
        changed = source[place].rstrip("\n").replace(old, new[0])
        source[place : place + 1] = [changed + "\n", *(f"{indent}{line}\n" for line in new[1:])]
        self.lines += len(new)

    def after(self, name: str, kind: str, source: str) -> None:
        """A new cell below another."""
        cell = {"cell_type": kind, "id": f"{name}-more", "metadata": {}}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        place = self.book["cells"].index(self.cell(name))
        lines = source.splitlines(keepends=True)
        self.book["cells"].insert(place + 1, {**cell, "source": lines})
        self.lines += len(lines)


@pytest.fixture(scope="module")
def edited(tmp_path_factory) -> Checkout:
    """A checkout with four of the edits, built."""
    checkout = copy_checkout(tmp_path_factory.mktemp("edited") / "a project")
    edits = Edits(checkout.folder / NOTEBOOK)

    edits.line("glance-text", "## At a glance", "## At a glance", "", SENTENCE)
    edits.lines -= 2  # the heading stays, and a blank line says nothing
    assert edits.lines == 1

    old = "charts.tornado(effects, ax=ax)"
    edits.line("drivers", old, 'charts.tornado(effects, ax=ax, high_color="#ff00ff")',
               "ax.set_xlim(0, 60_000_000)")  # fmt: skip
    assert edits.lines == 1 + 2

    edits.after("staff-table", "code", BARS)
    assert edits.lines == 1 + 2 + 4

    edits.after("payers-no-offset", "code", FUNDING)
    edits.after("payers-no-offset", "markdown", "## Funding sources")
    edits.cell("payers-no-offset-more")["id"] = "payers-funding"
    assert edits.lines == 1 + 2 + 4 + 8

    (checkout.folder / NOTEBOOK).write_text(json.dumps(edits.book), encoding="utf-8")
    done = checkout.invoke("report", "norfolk-va", "--formats", "pdf")
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture(scope="module")
def page(edited):
    return html.fromstring((edited.reports / "baseline" / "norfolk-va.html").read_bytes())


@pytest.fixture(scope="module")
def pdf(edited) -> str:
    reader = PdfReader(edited.reports / "baseline" / "norfolk-va.pdf")
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_sentence(page, pdf):
    assert f"At a glance {SENTENCE}" in pdf
    (found,) = page.xpath(f"//p[normalize-space() = '{SENTENCE}']")
    assert "At a glance" in found.xpath("preceding::h2[1]")[0].text_content()


def drawing(page, alt: str):
    (found,) = page.xpath(f"//figure//*[@role='img'][starts-with(@aria-label, '{alt}')]")
    return found


def test_the_color_and_the_axis_of_a_chart(edited, page):
    chart = drawing(page, "Share of residents at the highest risk moves the budget most")
    (bar, *_) = chart.xpath(".//*[@fill='#ff00ff']")
    left, width = map(float, re.findall(r"M([\d.]+)[^h]*h([\d.]+)", bar.get("d"))[0])
    (line,) = chart.xpath(".//*[@stroke='#1c2430']")
    assert line.get("d").startswith(f"M{left:g} ")
    report = json.loads((edited.reports / "baseline" / "norfolk-va.json").read_text("utf-8"))
    # From 204 to 454 points for 60 million dollars.
    wanted = 204 + 249.96 * report["budget"]["total"] / 60e6
    assert left == pytest.approx(wanted, abs=0.1)
    assert width < 249.96 * 20e6 / 60e6
    with pikepdf.open(edited.reports / "baseline" / "norfolk-va.pdf") as document:
        drawn = [
            item.read_bytes()
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") in (None, "/Form")
        ]
    assert any(PINK.search(operations) for operations in drawn)


def test_a_new_chart_of_the_staff(page, pdf):
    chart = drawing(page, "Mediators are the largest role: 17 of 77 posts.")
    assert len(chart.xpath(".//*[@fill='#0d655d']")) >= 11
    assert "Hospital violence intervention specialist" in chart.text_content()
    assert "Mediators are the largest role" in pdf


def test_a_new_section_with_a_table(page, pdf):
    (heading,) = page.xpath("//h2[contains(., 'Funding sources')]")
    table = heading.xpath("following::table")[0]
    assert table.xpath("caption")[0].text_content() == "Who would pay how much"
    assert [th.get("scope") for th in table.xpath(".//th")] == ["col"] * 2 + ["row"] * 3
    assert table.xpath("(.//tr)[last()]")[0].text_content() == "Together$19,916,579"
    contents = page.xpath("//nav//a[contains(., 'Funding sources')]")
    assert contents
    assert "Funding sources Who would pay how much" in pdf
    assert "Together $19,916,579" in pdf


RULE = {"people_at_risk.method": "homicides", "people_at_risk.people_per_homicide": 12}


TOLD = re.compile(r"([\d.]+) a year × 12 people for each = <strong>([\d.]+)</strong> people")


def test_people_by_another_rule_in_the_batch(edited):
    options = [word for name, value in RULE.items() for word in ("-P", f"{name}={value}")]
    done = edited.invoke("report", "norfolk-va", *options, "--formats", "json")
    assert done.returncode == 0, done.stderr
    (found,) = set(edited.reports.rglob("norfolk-va.json")) - set(
        (edited.reports / "baseline").iterdir()
    )
    people = json.loads(found.read_text(encoding="utf-8"))["people_at_risk"]
    homicides, told = TOLD.search(found.with_suffix(".html").read_text(encoding="utf-8")).groups()
    assert float(told) == 12 * float(homicides) == people["estimate"]


def test_people_by_another_rule_by_hand(tmp_path):
    checkout = copy_checkout(tmp_path / "by hand")
    edits = Edits(checkout.folder / NOTEBOOK)
    edits.line("parameters", "assumptions = {}", f"assumptions = {RULE}")
    assert edits.lines == 1
    (checkout.folder / NOTEBOOK).write_text(json.dumps(edits.book), encoding="utf-8")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "cvi-html"]
    done = subprocess.run(
        [*command, NOTEBOOK], cwd=checkout.folder, env=checkout.environment(),
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = (checkout.folder / "notebooks" / "city_profile.html").read_text(encoding="utf-8")
    homicides, told = TOLD.search(text).groups()
    assert float(told) == 12 * float(homicides)
