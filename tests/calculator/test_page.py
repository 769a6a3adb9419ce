"""The calculator in a real report page, from disk, in Chromium."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from cvi_analysis.calculator.case_file import CaseFile
from cvi_analysis.calculator.case_link import checksum, decode, encode
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.calculator.widget import Calculator
from cvi_analysis.model.find_out_first import find_out_first
from cvi_analysis.model.hiring_plan import plan
from cvi_analysis.model.intervals import interval
from cvi_analysis.model.inverse import affordable
from cvi_analysis.model.sensitivity import tornado
from cvi_analysis.report.library import Library
from tests.calculator import cases as random_cases
from tests.calculator.test_ranges import python_case
from tests.checkout import Checkout
from tests.conftest import tool

pytestmark = [pytest.mark.chromium, pytest.mark.slow]
CITIES = ("norfolk-va", "washington-dc")
MORE = ("oakland-ca",)
ROOT = ".cvi"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest.fixture(scope="module")
def reports(root, tmp_path_factory) -> Path:
    """Real reports, in a folder whose name has a space and a `#`."""
    out = tmp_path_factory.mktemp("page") / "my #1 reports"
    words = ("reports", "--cities", " ".join(CITIES + MORE), "--formats", "html")
    result = Checkout(root).invoke(*words, "--out", os.fspath(out))
    assert result.returncode == 0, result.stderr
    return out / "baseline"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    executable = tool("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


WINDOW = {"width": 1280, "height": 900}


class Page:
    """A report page and what a user does with its calculator."""

    def __init__(self, page: Any, address: str = "") -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append("dialog"), dialog.dismiss()))
        page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("file:", "blob:", "data:")):
            self.faults.append(f"request: {request.url}")

    def open(self, hash_: str = "") -> Page:
        self.page.goto("about:blank")
        self.page.goto(self.address + hash_)
        self.page.evaluate(
            f"document.querySelectorAll('{ROOT} details').forEach((one) => {{ one.open = true; }})"
        )
        return self

    def field(self, name: str) -> Any:
        return self.page.locator(f'{ROOT} [data-input="{name}"]').first

    def type(self, name: str, value: Any) -> None:
        field = self.field(name)
        if isinstance(value, bool):
            field.set_checked(value)
        elif isinstance(value, str) and field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        elif value is None or isinstance(value, str):
            field.fill(value or "")
        elif field.input_value().endswith("%"):
            field.fill(f"{Decimal(repr(value)).scaleb(2):f}")
        else:
            # Three decimals would be asked about: they could be thousands.
            text = repr(value)
            field.fill(text + "0" if re.fullmatch(r"\d+\.\d{3}", text) else text)

    def value(self, name: str) -> float:
        text = self.page.locator(f'{ROOT} [data-output="{name}"]').first.get_attribute("data-value")
        assert text is not None, name
        return float(text)

    def results(self) -> dict[str, str]:
        """Every figure shown, once those that take a moment are there."""
        expect(self.page.locator(f'{ROOT} [aria-busy="true"]')).to_have_count(0, timeout=20_000)
        found: dict[str, str] = self.page.evaluate(
            f"""Object.fromEntries([...document.querySelectorAll('{ROOT} [data-output]')]
            .map((one) => [one.dataset.output, one.dataset.value]))"""
        )
        return found

    @property
    def hash(self) -> str:
        return str(self.page.evaluate("location.hash"))

    @property
    def changes(self) -> dict[str, Any]:
        """What the address holds, as Python reads it."""
        dossier = Library.load().dossier(Path(self.address).stem)
        linked = decode(dossier, self.hash)
        assert linked.refused == ()
        return linked.changes

    def notice(self) -> str:
        return str(self.page.locator(f'{ROOT} [data-part="notice"]').inner_text())

    def button(self, name: str) -> Any:
        return self.page.locator(ROOT).get_by_role("button", name=name, exact=True)


@pytest.fixture(scope="module")
def kept(chromium) -> Page:
    """A tab that test after test opens its page in: a new one takes longer than most of them."""
    return Page(chromium.new_page(viewport=WINDOW))


@pytest.fixture
def open_page(chromium, reports, kept):
    free, others, opened = [kept], [], []

    def make(slug: str = "norfolk-va", **options: Any) -> Page:
        if free and not options:
            page = free.pop()
            page.page.set_viewport_size(WINDOW)
        else:
            others.append(chromium.new_context(viewport=WINDOW, **options))
            page = Page(others[-1].new_page())
        page.address = (reports / f"{slug}.html").as_uri()
        opened.append(page)
        return page

    yield make
    kept.page.goto("about:blank")
    for context in others:
        context.close()
    found = [page.faults.copy() for page in opened]
    kept.faults.clear()
    assert not any(found), found


@pytest.fixture
def norfolk(open_page) -> Page:
    return open_page().open()


def flat(result: dict[str, Any]) -> dict[str, float]:
    found = {
        "population.value": result["population"],
        "people_at_risk.rounded": result["people_at_risk"]["rounded"],
        "people_at_risk.served": result["people_at_risk"]["served"],
        "per_resident": result["per_resident"],
        "per_person": result["per_person"],
        "staffing.total": result["staff"],
        **{f"wraparound.{kind}": amount for kind, amount in result["wraparound"].items()},
        **{f"staffing.{post['role']}.count": post["count"] for post in result["staffing"]},
    }
    for line in ("frontline", "supervision_ovp", "training", "evaluation", "wraparound", "total"):
        found[f"budget.{line}"] = result["budget"][line]
    if result["existing"]["gap"] is not None:
        found |= {f"existing.{key}": value for key, value in result["existing"].items()}
    return found


COVERED = """() => {
  const live = document.querySelector('.cvi-live');
  const found = [];
  const seen = [...live.querySelectorAll('input, button, summary, a')].filter(
    (one) => one.checkVisibility());
  const look = (one, how) => {
    const box = one.getClientRects()[0];
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!hit || !(one.contains(hit) || hit.closest('label')?.control === one)) {
      found.push([how, one.ariaLabel || one.dataset.input || one.textContent, hit?.outerHTML]);
    }
  };
  for (const one of seen) {
    for (const block of ['start', 'center', 'end']) {
      one.scrollIntoView({ block });
      look(one, block);
    }
    if (one.disabled) continue;
    scrollTo(0, document.documentElement.scrollHeight);  // as one comes who tabs backwards
    one.focus();
    look(one, 'focus');
  }
  return [seen.length, found];
}"""
OVERLAPS = """() => {
  const box = (name) => document.querySelector(`.cvi ${name}`).getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 1
    && b.top < a.bottom - 1;
  const wide = getComputedStyle(document.querySelector('.cvi .side')).display === 'block';
  const whole = document.querySelector('.cvi').getBoundingClientRect();
  const [top, bottom] = [whole.top + scrollY, whole.bottom + scrollY];
  const found = [];
  let steps = 0;
  for (let place = Math.trunc(top) - 800; place < bottom; place += 100) {
    steps += 1;
    scrollTo(0, place);
    const results = box(wide ? '.side' : '.sum');
    // Where there is one column, the total lies over the form that is scrolled under it.
    for (const name of [...(wide ? ['form'] : []), '.more']) {
      if (meet(results, box(name))) found.push([place, name]);
    }
  }
  return [steps, found];
}"""


def test_nothing_covers_a_control_or_the_lower_half(norfolk):
    for width in (360, 480, 768, 960, 1024, 1280, 1920):
        norfolk.page.set_viewport_size({"width": width, "height": 800})
        steps, overlaps = norfolk.page.evaluate(OVERLAPS)
        assert steps > 20
        assert overlaps == [], width
        count, covered = norfolk.page.evaluate(COVERED)
        assert count > 50
        assert covered == [], width


@pytest.mark.parametrize("slug", CITIES)
def test_typing_gives_the_models_numbers(open_page, library, python, slug):
    dossier = library.dossier(slug)
    drawn = [
        changes
        for changes in random_cases.drawn(dossier, 60)
        if len(changes) > 1
        and (result := python(dossier, changes))["people_at_risk"]["estimate"]
        <= result["population"]
    ][:12]
    assert len(drawn) == 12
    page = open_page(slug).open()
    for changes in drawn:
        # Residents come first, so that no case on the way has more people at risk than residents.
        for name in sorted(changes, key=lambda name: name != "population"):
            page.type(name, changes[name])
        shown = page.results()
        for name, value in flat(python(dossier, changes)).items():
            assert float(shown[name]) == value, (name, changes)
        page.button("Reset all").click()
        assert page.hash == ""


def test_every_input_and_every_figure_is_there(norfolk, library):
    names = norfolk.page.evaluate(
        f"[...document.querySelectorAll('{ROOT} [data-input]')].map((one) => one.dataset.input)"
    )
    assert names == [
        *(item.name for item in inputs(library.dossier("norfolk-va"))),
        "phasing.money_at_hand",
    ]
    shown = norfolk.results()
    assert float(shown["budget.total"]) == library.dossier("norfolk-va").profile.budget.total
    assert all(value not in (None, "", "NaN") for value in shown.values())


def test_impossible_input_is_explained_beside_the_field(norfolk):
    before = norfolk.results()
    for typed, words in (("0", "from 1 to 200"), ("abc", "not a number"), ("", "Enter a number")):
        norfolk.type("roles.mediator.caseload", typed)
        field = norfolk.field("roles.mediator.caseload")
        assert field.get_attribute("aria-invalid") == "true"
        ids = field.get_attribute("aria-describedby").split()
        texts = [norfolk.page.locator(f"[id='{one}']").inner_text() for one in ids]
        assert words in texts[-1]
        assert "keep the value before" in texts[-1]
        assert norfolk.results() == before
        assert norfolk.page.locator(f'{ROOT} [data-part="invalid"]').is_visible()
    # Key by key: 3, 30 and 30.0 are numbers, and none of them is meant.
    field = norfolk.field("budget.wraparound_per_person")
    field.focus()
    field.press("Control+a")
    field.press_sequentially("30.000")
    assert field.get_attribute("aria-invalid") == "true"
    assert norfolk.results() == before
    assert "=" not in norfolk.page.evaluate("location.hash")
    field.fill("45000")
    assert norfolk.results() == before
    assert "NaN" not in norfolk.page.locator(ROOT).inner_text()
    norfolk.type("roles.mediator.caseload", "12")
    assert norfolk.field("roles.mediator.caseload").get_attribute("aria-invalid") is None
    assert norfolk.value("staffing.mediator.count") == 20
    norfolk.type("people_at_risk", "900000")
    assert norfolk.field("people_at_risk").get_attribute("aria-invalid") == "true"
    norfolk.type("roles.mediator.count", "2.5")
    assert norfolk.value("staffing.mediator.count") == 20


def test_bars_are_as_long_as_their_amounts(norfolk):
    lines = ("frontline", "supervision_ovp", "training", "evaluation", "indirect", "wraparound")
    report = [norfolk.value(f"budget.{line}") for line in lines]
    norfolk.type("people_at_risk", "400")
    norfolk.type("budget.training_share", "0.02")
    here = [norfolk.value(f"budget.{line}") for line in lines]
    assert here[4] == report[4] == 0  # Indirect costs: no bar.
    assert min(here[:4]) < max(here) / 25
    amounts = here + report
    for width in (360, 1280):
        norfolk.page.set_viewport_size({"width": width, "height": 800})
        drawn = norfolk.page.evaluate(
            """() => ['here', 'there'].flatMap((name) =>
            [...document.querySelectorAll(`.cvi [data-part=${name}] rect`)].map(
              (one) => one.getBoundingClientRect().width))"""
        )
        assert len(drawn) == len(amounts)
        longest = drawn[amounts.index(max(amounts))]
        assert longest > 50
        for pixels, amount in zip(drawn, amounts, strict=True):
            assert pixels == pytest.approx(longest * amount / max(amounts), rel=0.01)


def test_what_the_city_spends_today_leaves_a_gap(norfolk, library):
    words = norfolk.page.locator(f'{ROOT} [data-part="today"]')
    field, total = norfolk.field("existing.spending"), norfolk.value("budget.total")
    assert field.input_value() == ""
    assert "Enter what the city spends" in words.inner_text()
    help_ = norfolk.page.locator(f"[id='{field.get_attribute('aria-describedby').split()[0]}']")
    assert "In the report: not known." in help_.inner_text()
    assert "Empty: not known." in help_.inner_text()
    norfolk.type("existing.spending", "$5,000,000")
    own = library.dossier("norfolk-va", overrides={"existing.spending": 5_000_000.0})
    assert norfolk.value("existing.gap") == own.spending_gap == total - 5_000_000
    assert norfolk.value("existing.spending") == 5_000_000
    assert norfolk.value("budget.total") == total
    assert norfolk.changes == {"existing.spending": 5_000_000}
    norfolk.type("existing.spending", "30000000")
    assert "less that is \N{MINUS SIGN}$" in words.inner_text()
    norfolk.type("existing.spending", "")
    assert "Enter what the city spends" in words.inner_text()
    assert norfolk.hash == ""


def test_a_published_sum_stands_in_the_field_with_its_source(open_page, library):
    page, dossier = open_page("oakland-ca").open(), library.dossier("oakland-ca")
    assert dossier.facts.yearly is not None
    assert page.field("existing.spending").input_value() == "25,000,000"
    assert page.value("existing.gap") == dossier.spending_gap
    source = page.page.locator(f'{ROOT} a[href="{dossier.facts.yearly.source_url}"]')
    assert source.inner_text() == dossier.facts.yearly.source
    page.type("existing.spending", "")
    assert page.field("existing.spending").get_attribute("aria-invalid") == "true"
    assert page.value("existing.gap") == dossier.spending_gap


def test_the_plan_by_year_is_the_models(norfolk, library):
    changes = {"phasing.years": 5, "phasing.fill_rate": 0.9, "phasing.price_growth": 0.03}
    changes |= {"phasing.one_off_share": 0.5, "roles.mediator.existing": 6}
    norfolk.type("roles.mediator.existing", "6")
    norfolk.type("phasing.one_off_share", "50%")
    norfolk.type("phasing.years", 5)
    norfolk.type("phasing.fill_rate", "90%")
    norfolk.type("phasing.price_growth", "3")
    dossier = library.dossier("norfolk-va", overrides=changes)
    rows = norfolk.page.locator(f'{ROOT} [data-part="years"] tr')
    assert rows.count() == 5
    shown = norfolk.results()
    for year in plan(dossier.case).years:
        assert float(shown[f"years.{year.number}.budget"]) == year.budget.total
        assert float(shown[f"years.{year.number}.expected"]) == year.expected.total
        assert float(shown[f"years.{year.number}.new_money"]) == year.new_money
        assert float(shown[f"years.{year.number}.reached"]) == year.reached
        assert float(shown[f"years.{year.number}.recurring_needed"]) == year.recurring_needed
        assert f"${year.budget.total:,}" in rows.nth(year.number - 1).inner_text()


def test_what_medicaid_could_pay_stands_beside_the_total(norfolk, library):
    total = norfolk.value("budget.total")
    note = norfolk.page.locator(f'{ROOT} [data-part="offset"]')
    expect(note).to_contain_text("No hourly rate of Medicaid is known here")
    norfolk.type("medicaid.offset_enabled", True)
    norfolk.type("medicaid.rate", "40")
    changes = {"medicaid.offset_enabled": True, "medicaid.rate": 40.0}
    offset = library.dossier("norfolk-va", overrides=changes).offset
    assert offset is not None
    assert norfolk.value("medicaid.offset") == offset.dollars
    expect(note).to_contain_text(f"${offset.dollars:,}")
    assert norfolk.value("budget.total") == total


def test_reset_one_and_reset_all(norfolk):
    before = norfolk.results()
    norfolk.type("budget.training_share", "30%")
    norfolk.type("economies_of_scale.enabled", False)
    norfolk.type("people_at_risk", "1200")
    assert norfolk.results() != before
    norfolk.button("Reset People at the highest risk, entered by hand").click()
    assert norfolk.field("people_at_risk").input_value() == ""
    assert norfolk.changes == {"budget.training_share": 0.3, "economies_of_scale.enabled": False}
    norfolk.button("Reset all").click()
    assert norfolk.results() == before
    assert norfolk.field("budget.training_share").input_value() == "25%"
    assert norfolk.hash == ""


def test_a_link_reopens_the_same_case(open_page, library):
    page = open_page(permissions=["clipboard-read", "clipboard-write"]).open()
    page.type("roles.mediator.caseload", "12")
    page.type("people_at_risk", "321.5")
    page.type("phasing.money_at_hand", "15000000")
    shown = page.results()
    page.button("Copy link to this case").click()
    link = page.page.locator(f'{ROOT} [data-part="link"]').input_value()
    dossier = library.dossier("norfolk-va")
    case = {"roles.mediator.caseload": 12, "people_at_risk": 321.5, "phasing.money_at_hand": 15e6}
    assert link == f"{page.address}#{encode(dossier, case)}"
    page.page.reload()
    assert page.results() == shown
    other = open_page()
    other.page.goto(link)
    assert other.results() == shown
    assert other.field("roles.mediator.caseload").input_value() == "12"
    assert other.field("roles.mediator.caseload").is_visible()
    # The page opens at its top, which says that there is a case and leads to it.
    told = other.page.locator("main > [role=status]")
    expect(told).to_be_in_viewport()
    total = f"${other.value('budget.total'):,.0f} a year"
    assert f"This link opens a case of {total}. +$" in told.inner_text()
    assert "against the report." in told.inner_text()
    told.get_by_role("button", name="Go to the case").click()
    assert other.page.evaluate("document.activeElement.dataset.input") == "people_at_risk"
    expect(other.field("people_at_risk")).to_be_in_viewport()
    other.button("Reset all").click()
    expect(told).to_be_hidden()
    other.page.goto("about:blank")
    other.page.goto(link)
    # Another link opened in the same window.
    other.page.evaluate("location.hash = '#people_at_risk=100'")
    people = other.page.locator(f'{ROOT} [data-output="people_at_risk.served"]')
    expect(people).to_have_text("100")
    assert other.field("roles.mediator.caseload").input_value() == "14"


BAD_LINKS = (
    "#roles.mediator.caseload=abc",
    "#roles.mediator.caseload=1e999&people_at_risk=-4",
    "#=",
    "#<img src=x onerror=alert(1)>=1",
    "#x=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&%E0%A4%A=1",
    "#__proto__=1&constructor=2&toString=3",
    "#people_at_risk=900000",
    "#roles.mediator.caseload=12%00",
    "#" + "a=1&" * 5000,
    "#425t=12&" * 12_000,
    "#c=" + "%F0%9F%98%80" * 81,
    "#c=%E2%80%AE&e=2026-11&t=-1",
)


def test_a_bad_link_is_ignored_with_a_notice(norfolk):
    before = norfolk.results()
    for link in BAD_LINKS:
        norfolk.open(link)
        assert norfolk.results() == before, link[:40]
        assert "left out" in norfolk.notice(), link[:40]
        assert norfolk.page.locator(f"{ROOT} img").count() == 0, link[:40]


def test_a_good_part_of_a_bad_link_is_kept(open_page):
    page = open_page().open("#roles.mediator.caseload=12&bogus=1")
    assert "bogus" in page.notice()
    assert page.value("staffing.mediator.count") == 20


def test_what_is_typed_needs_no_notice_at_the_top(norfolk):
    norfolk.type("roles.mediator.caseload", "12")
    expect(norfolk.page.locator("main > [role=status]")).to_be_hidden()


def test_links_within_the_page_are_no_cases(norfolk):
    norfolk.type("roles.mediator.caseload", "12")
    shown = norfolk.results()
    norfolk.page.evaluate("location.hash = '#main'")
    norfolk.page.wait_for_timeout(100)
    assert norfolk.results() == shown
    assert norfolk.notice() == ""


def test_what_a_budget_buys(norfolk, library):
    case = library.dossier("norfolk-va").case
    for money in (0, 1_000_000, 5_000_000, 12_345_678, 19_790_232, 50_000_000):
        norfolk.type("phasing.money_at_hand", str(money))
        expected = affordable(case, money)
        if expected.profile is None:
            assert norfolk.value("affordable.smallest") == expected.smallest
        else:
            assert norfolk.value("affordable.people") == expected.people
            assert norfolk.value("affordable.left") == expected.left
            assert norfolk.value("affordable.staff") == expected.profile.staff
    norfolk.type("phasing.money_at_hand", "a lot")
    assert norfolk.field("phasing.money_at_hand").get_attribute("aria-invalid") == "true"


def test_the_keyboard_alone_is_enough(open_page, library):
    page = open_page()
    page.page.goto(page.address)
    items = inputs(library.dossier("norfolk-va"))
    first = [item.name for item in items if item.group in ("people", "lines")]
    page.field(first[0]).focus()
    seen = []
    for _ in range(80):
        name = page.page.evaluate("document.activeElement.dataset.input || ''")
        if name:
            seen.append(name)
        page.page.keyboard.press("Tab")
        if page.page.evaluate("document.activeElement.tagName") == "SUMMARY" and len(seen) == len(
            first
        ):
            break
    assert seen == first
    # The next group opens with a key, and its first field takes a figure.
    assert "Caseloads" in page.page.evaluate("document.activeElement.textContent")
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Control+A")
    page.page.keyboard.type("10")
    page.page.keyboard.press("Enter")
    assert page.value("staffing.outreach_worker.count") == 24
    assert page.changes == {"roles.outreach_worker.caseload": 10}
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.ariaLabel") == "Reset Street outreach workers"
    page.page.keyboard.press("Space")
    assert page.value("staffing.outreach_worker.count") == 16
    assert page.page.evaluate("document.activeElement.dataset.input") == (
        "roles.outreach_worker.caseload"
    )


def test_totals_are_said_aloud_once_typing_pauses(norfolk):
    status = norfolk.page.locator(f'{ROOT} [role="status"]')
    assert status.get_attribute("aria-live") == "polite"
    norfolk.field("people_at_risk").press_sequentially("300", delay=20)
    expect(status).to_contain_text("more than")
    assert "96 posts" in status.inner_text()


def test_every_field_has_a_name_and_a_range(norfolk, library):
    for item in inputs(library.dossier("norfolk-va")):
        field = norfolk.field(item.name)
        label = norfolk.page.locator(f"label[for='{field.get_attribute('id')}']")
        assert item.label in label.inner_text()
        described = field.get_attribute("aria-describedby").split()[0]
        text = norfolk.page.locator(f"[id='{described}']").inner_text()
        assert "In the report:" in text
        assert item.kind != "number" or "Allowed:" in text


def test_downloads_lead_back_to_the_same_numbers(norfolk, library, python, tmp_path):
    changes = {"roles.mediator.caseload": 12, "people_at_risk": 300, "roles.mediator.wage": 60000.5}
    for name, value in changes.items():
        norfolk.type(name, value)
    norfolk.type("phasing.money_at_hand", "9,000,000")
    with norfolk.page.expect_download() as download:
        norfolk.button("Download case (JSON)").click()
    assert download.value.suggested_filename == "norfolk-va-case.json"
    path = tmp_path / "case.json"
    download.value.save_as(path)
    case = CaseFile.read(path)
    assert case.changes == {**changes, "phasing.money_at_hand": 9_000_000}
    dossier = library.dossier(case.city, case.scenario, case.checked(library.params.register))
    assert dossier.profile.budget.total == norfolk.value("budget.total")
    with norfolk.page.expect_download() as download:
        norfolk.button("Download CSV").click()
    download.value.save_as(tmp_path / "case.csv")
    text = (tmp_path / "case.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")))}
    assert float(rows["budget.total"]["case"]) == norfolk.value("budget.total")
    report = library.dossier("norfolk-va").profile.budget.total
    assert float(rows["budget.total"]["report"]) == report
    assert rows["roles.mediator.wage"]["case"] == "60000.5"
    assert rows["roles.mediator.count"]["case"] == ""


def printed(page: Page) -> str:
    """The text of the worksheet, which is one page; the button prints it alone."""
    # Chromium without a window has no print dialog.
    page.page.evaluate("window.print = () => { window.printed = document.body.className; }")
    page.button("Print worksheet").click()
    assert page.page.evaluate("window.printed") == "cvi-print"
    reader = PdfReader(io.BytesIO(page.page.pdf(format="Letter")))
    assert len(reader.pages) == 1
    page.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.page.evaluate("document.body.className") == ""
    # The mark comes from another font, beside which a PDF's text has a space more.
    return " ".join(reader.pages[0].extract_text().split())


def test_print_gives_one_page_with_changes_marked(norfolk):
    norfolk.type("roles.mediator.caseload", "12")
    norfolk.page.get_by_label("Name of this case").fill("Council draft 2")
    text = printed(norfolk)
    assert "\N{BLACK CIRCLE} Caseloads: Mediators 12 (report: 14)" in text
    assert text.count("\N{BLACK CIRCLE}") == 2  # It, and what the head says of the mark.
    assert "Council draft 2. Norfolk" in text
    assert "1 input changed" in text
    assert f"${norfolk.value('budget.total'):,.0f}" in text
    assert "Benefits of city government posts 45%" in text
    assert "Copy link" not in text
    assert "Six strategies" not in text


@pytest.mark.parametrize("slug", CITIES)
def test_print_is_one_page_with_every_input_changed(open_page, library, slug):
    dossier = library.dossier(slug)
    changes: dict[str, Any] = {}
    for item in inputs(dossier):
        low, high = item.allowed
        others = [key for key, _ in item.choices if key != item.baseline]
        middle = (2 * low + high) / 3
        changes[item.name] = (
            (not item.baseline)
            if item.kind == "switch"
            else (others[0] if others else int(middle) if item.whole else middle)
        )
    page = open_page(slug).open("#" + encode(dossier, changes, "W" * 80))
    assert page.notice() == ""
    assert page.changes == changes
    text = printed(page)
    assert text.count("\N{BLACK CIRCLE}") == len(changes) + 1
    assert f"{len(changes)} inputs changed" in text


@pytest.mark.parametrize("slug", CITIES)
def test_methods_of_counting_give_what_the_first_page_says(open_page, library, slug):
    page = open_page(slug)
    page.page.goto(page.address)
    method = page.field("people_at_risk.method")
    # The second field of the first group, which stands open.
    assert method.is_visible()
    glance = page.page.locator("table").filter(has_text="People counted by").first
    keys = method.evaluate("one => [...one.options].map((option) => option.value)")
    assert len(keys) >= 2
    rows = glance.locator("tbody tr")
    assert rows.count() == len(keys)
    for key in keys:
        method.select_option(key)
        dossier = library.dossier(slug, overrides={"people_at_risk.method": key})
        budget, people = dossier.profile.budget.total, dossier.profile.people.rounded
        assert page.value("budget.total") == budget
        words = [text for text in rows.all_inner_texts() if f"${budget / 1e6:.1f} million" in text]
        assert any(f"{people:,}" in text for text in words), (key, words)


def test_shares_are_typed_and_shown_in_percent(norfolk):
    field = norfolk.field("budget.training_share")
    label = norfolk.page.locator(f"label[for='{field.get_attribute('id')}']")
    assert field.input_value() == "25%"
    assert "% of staffing" in label.inner_text()
    field.fill("40")
    assert norfolk.changes == {"budget.training_share": 0.4}
    field.press("Enter")
    expect(field).to_have_value("40%")
    # A fraction is not taken for a percentage without a word.
    field.fill("0.4")
    ids = field.get_attribute("aria-describedby").split()
    echo = norfolk.page.locator(f"[id='{ids[1]}']")
    assert echo.inner_text() == "= 0.4%, not 40%"
    assert "Typed in percent." in norfolk.page.locator(f"[id='{ids[0]}']").inner_text()
    field.blur()
    expect(field).to_have_value("0.4%")
    norfolk.open("#budget.training_share=0.4")
    assert norfolk.field("budget.training_share").input_value() == "40%"


def test_money_is_typed_as_people_write_it(norfolk):
    field = norfolk.field("budget.wraparound_per_person")
    field.fill("30k")
    assert norfolk.changes == {"budget.wraparound_per_person": 30_000}
    field.blur()
    expect(field).to_have_value("30,000")
    field.fill("30.000,00")
    error = norfolk.page.locator(f"[id='{field.get_attribute('aria-describedby').split()[-1]}']")
    assert "Write 30,000.00." in error.inner_text()
    assert norfolk.changes == {"budget.wraparound_per_person": 30_000}
    money = norfolk.field("phasing.money_at_hand")
    money.fill("$5 million")
    assert norfolk.changes["phasing.money_at_hand"] == 5_000_000
    money.fill("5.000.000")
    described = norfolk.page.locator(f"[id='{money.get_attribute('aria-describedby')}']")
    assert described.inner_text() == "Write 5,000,000."


def test_a_case_keeps_its_name(open_page, tmp_path):
    name = "Council \u201cdraft\u201d #2 & =more+ (\N{LATIN SMALL LETTER E WITH ACUTE})"
    page = open_page().open()
    page.type("people_at_risk", "300")
    field = page.page.get_by_label("Name of this case")
    field.fill(name)
    other = open_page()
    other.page.goto(page.address + page.hash)
    assert other.page.get_by_label("Name of this case").input_value() == name
    told = other.page.locator("main > [role=status]")
    assert f"This link opens the case \u201c{name}\u201d of $" in told.inner_text()
    for button, file in (("Download case (JSON)", "case.json"), ("Download CSV", "case.csv")):
        with other.page.expect_download() as download:
            other.button(button).click()
        download.value.save_as(tmp_path / file)
    assert json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))["title"] == name
    assert CaseFile.read(tmp_path / "case.json").changes == {"people_at_risk": 300}
    rows = list(csv.reader(io.StringIO((tmp_path / "case.csv").read_text("utf-8-sig"))))
    assert ["case", "title", "Name of this case", "", "", name] in rows
    other.button("Reset all").click()
    assert other.page.get_by_label("Name of this case").input_value() == ""
    assert other.hash == ""


def test_a_link_of_another_edition_says_so_until_the_case_is_changed(open_page, library):
    dossier = library.dossier("norfolk-va")
    link = encode(dossier, {"people_at_risk": 300, "roles.mediator.caseload": 12}, "Draft")
    page = open_page().open("#" + link)
    told = page.page.locator("main > [role=status]")
    total = f"${page.value('budget.total'):,.0f}"
    assert "made with" not in told.inner_text()
    head = f"e=2026-11.{checksum(dossier)}&t="
    assert head in link
    before = re.sub(r"e=2026-11\.\w+&t=\w+", "e=2025-11.abcdef&t=ftedr", link)
    assert before != link
    page.open("#" + before)
    for _ in range(2):
        assert (
            "This link was made with the assumptions of 2025-11, when this case came to "
            "$26,565,903. With this page\N{RIGHT SINGLE QUOTATION MARK}s assumptions it comes to "
            f"{total}."
        ) in told.inner_text()
        assert page.hash == "#" + before
        page.page.reload()
    page.open("#" + re.sub(r"e=[\w.-]+", "e=2026-11.abcdef", link))
    assert "made with other assumptions, when" in told.inner_text()
    assert "it comes to the same." in told.inner_text()
    page.type("roles.mediator.caseload", "14")
    assert head in page.hash
    page.open("#" + before.replace("=2025-11.", "=20x5-11."))
    assert "left out: e." in page.notice()
    assert page.value("budget.total") == float(total[1:].replace(",", ""))


def test_it_fits_every_width(norfolk):
    norfolk.type("population", "50000000")
    for width in (320, 360, 768, 1280):
        norfolk.page.set_viewport_size({"width": width, "height": 800})
        fits(norfolk, width)


def fits(norfolk: Page, width: int) -> None:
    assert norfolk.page.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("population", "roles.ovp_services_liaison.wage", "phasing.money_at_hand"):
        box = norfolk.field(name).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 24
    total = norfolk.page.locator(f'{ROOT} [data-output="budget.total"]').first
    norfolk.field("budget.evaluation_share").scroll_into_view_if_needed()
    box = total.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 800, "the total stays in sight while figures are typed"


def test_without_javascript_the_table_stands(open_page):
    page = open_page(java_script_enabled=False)
    page.page.goto(page.address)
    table = page.page.locator(f"{ROOT} .cvi-static table")
    assert table.is_visible()
    assert "Mediators, people per worker" in table.inner_text()
    assert page.page.locator(f"{ROOT} .cvi-live").is_hidden()
    assert open_page().open().page.locator(f"{ROOT} .cvi-static").is_hidden()


def test_several_calculators_on_one_page(chromium, library, tmp_path):
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    from cvi_analysis.batch import rendering

    cells = [
        new_code_cell(
            outputs=[
                new_output(
                    "display_data", data=Calculator(library.dossier(slug))._repr_mimebundle_()
                )
            ]
        )
        for slug in CITIES
    ]
    path = tmp_path / "two.html"
    path.write_bytes(rendering.render_html(new_notebook(cells=cells)))
    context = chromium.new_context()
    page = Page(context.new_page(), path.as_uri())
    page.page.goto(page.address)
    second = page.page.locator(ROOT).nth(1)
    before = page.value("budget.total")
    second.locator('[data-input="people_at_risk"]').fill("100")
    total = second.locator('[data-output="budget.total"]').first.get_attribute("data-value")
    assert page.value("budget.total") == before
    page.type("people_at_risk", "50")
    assert re.fullmatch(r"#e=[\w.-]+&t=\w+&8ti4=50&2:e=[\w.-]+&2:t=\w+&2:8ti4=100", page.hash), (
        page.hash
    )
    page.page.reload()
    assert page.field("people_at_risk").input_value() == "50"
    assert second.locator('[data-output="budget.total"]').first.get_attribute("data-value") == total
    ids = page.page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    context.close()
    assert page.faults == []


def test_a_link_of_an_edition_that_is_known_is_shown_as_it_was_too(chromium, library, tmp_path):
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    from cvi_analysis.batch import rendering

    was = {"roles.mediator.wage": 50_000.0, "budget.training_share": 0.2, "population": 230_000}
    then = library.dossier("norfolk-va", overrides=was)
    now = library.dossier("norfolk-va").model_copy(update={"earlier": {"2025-11": was}})
    # The case enters what is the report's own share today, and was not then.
    case = {"people_at_risk": 300, "budget.training_share": 0.25}
    link = encode(then, case, "Draft").replace("e=2026-11", "e=2025-11")
    assert "a7ag=.25" in link
    told_total = then.profile.budget.total
    output = new_output("display_data", data=Calculator(now)._repr_mimebundle_())
    path = tmp_path / "norfolk-va.html"
    path.write_bytes(rendering.render_html(new_notebook(cells=[new_code_cell(outputs=[output])])))
    context = chromium.new_context()
    page = Page(context.new_page(), path.as_uri()).open("#" + link)
    told = page.page.locator("main > [role=status]")
    today = page.value("budget.total")
    linked = decode(now, link)
    assert linked.total not in (None, told_total, today)
    assert f"came to ${linked.total:,}. With" in told.inner_text()
    assert "A report of that time" not in told.inner_text()
    told.get_by_role("button", name="Show it as it was then").press("Enter")
    assert page.value("budget.total") == linked.total
    assert page.field("roles.mediator.wage").input_value() == "50,000"
    assert page.field("budget.training_share").input_value() == "25%"
    assert page.changes == {
        "people_at_risk": 300,
        "roles.mediator.wage": 50_000,
        "population": 230_000,
    }
    back = told.get_by_role("button", name="Show it with today\N{RIGHT SINGLE QUOTATION MARK}s")
    expect(back).to_be_focused()
    back.click()
    assert page.value("budget.total") == today
    assert page.hash == "#" + link.replace("&a7ag=.25", "")
    # Where the old values give another total than the link tells of, they are not offered.
    page.open("#" + re.sub("t=[0-9a-z]+", "t=ftedr", link))
    assert told.get_by_role("button").count() == 1
    assert "A report of that time shows it as it was." in told.inner_text()
    context.close()
    assert page.faults == []


def test_in_jupyterlab_it_runs_and_leaves_the_address_alone(chromium, library, tmp_path):
    """As JupyterLab does it: the output's HTML is set, then its scripts are run one by one."""
    html = Calculator(library.dossier("norfolk-va")).html()
    shell = tmp_path / "lab.html"
    shell.write_text(
        "<!doctype html><body data-jp-theme-light='true' data-jp-theme-name='JupyterLab Light'>"
        "<div id='host'></div></body>"
    )
    context = chromium.new_context()
    page = Page(context.new_page(), shell.as_uri() + "#people_at_risk=5")
    page.page.goto(page.address)
    page.page.evaluate(
        """(html) => {
          const host = document.getElementById('host');
          host.innerHTML = html;
          for (const script of host.querySelectorAll('script')) {
            const copy = document.createElement('script');
            for (const one of script.attributes) copy.setAttribute(one.name, one.value);
            copy.textContent = script.textContent;
            script.parentNode.replaceChild(copy, script);
          }
        }""",
        html,
    )
    assert page.value("people_at_risk.served") == pytest.approx(235.037)
    page.type("people_at_risk", "300")
    assert page.value("people_at_risk.served") == 300
    assert page.hash == "#people_at_risk=5"
    assert page.button("Copy link to this case").count() == 0
    context.close()
    assert page.faults == []


def test_the_policy_lets_no_other_script_run(norfolk):
    policy = norfolk.page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute(
        "content"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split("style-src")[0]


def sure(page: Page) -> dict[str, str]:
    """Every figure of how sure the case is, once all of them are worked out."""
    names = ("ranges.", "effects.", "find_out_first.")
    return {name: one for name, one in page.results().items() if name.startswith(names)}


def sure_in_python(case: Any) -> dict[str, float]:
    found: dict[str, float] = {}
    ranges = interval(case)
    for name in ("people_at_risk", "staff", "total"):
        item = getattr(ranges, name)
        for end in ("low", "middle", "high", "below"):
            found[f"ranges.{name}.{end}"] = getattr(item, end)
    for bar in tornado(case, 8):
        found |= {f"effects.{bar.name}.least": bar.least, f"effects.{bar.name}.most": bar.most}
    for one in find_out_first(case)[:4]:
        if one.narrows >= 0.005:
            found[f"find_out_first.{one.key}"] = pytest.approx(one.narrows, rel=1e-9)
    return found


@pytest.mark.parametrize("slug", CITIES)
def test_how_sure_the_case_is_follows_what_is_typed(open_page, library, slug):
    dossier = library.dossier(slug)
    page = open_page(slug).open()
    changes: dict[str, Any] = {}
    for name, value in (
        ("roles.outreach_worker.wage", 81_000.0),
        ("people_at_risk", 300.0),
        ("roles.mediator.count", 4),
    ):
        found = {key: float(value) for key, value in sure(page).items()}
        assert found == sure_in_python(python_case(dossier, changes))
        changes[name] = value
        page.type(name, value)
    assert {key: float(one) for key, one in sure(page).items()} == sure_in_python(
        python_case(dossier, changes)
    )


TYPED = """(names) => new Promise((done) => {
  const root = document.querySelector('.cvi');
  const line = root.querySelector('[data-part="sure"]');
  const field = root.querySelector('[data-input="roles.mediator.wage"]');
  const low = () => root.querySelector('[data-output="ranges.total.low"]')?.dataset.value;
  const seen = { low: [], at_once: [], turns: 0 };
  new MutationObserver(() => { if (low()) seen.low.push(low()); })
    .observe(line, { childList: true, subtree: true, attributes: true });
  const texts = ['9', '90', '900', '9000', '90000'];
  const next = () => {
    const text = texts.shift();
    if (text) {
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      seen.at_once.push([line.getAttribute('aria-busy'), low() ?? null]);
    } else seen.turns += 1;
    if (text || line.getAttribute('aria-busy') === 'true') setTimeout(next, 0);
    else done({ ...seen, low: [...new Set(seen.low)] });
  };
  next();
})"""


def test_typing_waits_for_no_ranges_and_no_old_ones_are_shown(norfolk, library):
    sure(norfolk)
    found = norfolk.page.evaluate(TYPED)
    # Too low wages are refused and change nothing; the others make the figures busy at once.
    assert found["at_once"][-1] == ["true", None]
    assert found["turns"] > 1, "other work has its turn between the slices"
    case = python_case(library.dossier("norfolk-va"), {"roles.mediator.wage": 90_000.0})
    assert found["low"] == [str(interval(case).total.low)]


def test_paper_has_the_ranges_of_the_case(norfolk, library):
    """Whoever prints at once after typing waits for them."""
    sure(norfolk)
    norfolk.page.evaluate(
        """() => {
          const field = document.querySelector('.cvi [data-input="roles.mediator.wage"]');
          field.value = '90000';
          field.dispatchEvent(new Event('input', { bubbles: true }));
          dispatchEvent(new Event('beforeprint'));
        }"""
    )
    case = python_case(library.dossier("norfolk-va"), {"roles.mediator.wage": 90_000.0})
    assert norfolk.results()["ranges.total.low"] == str(interval(case).total.low)
