"""What is cut, covered or squeezed: it shows at some widths only, and after scrolling."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.chromium]
WIDTHS = (320, 360, 480, 768, 1024, 1280)
# A page at 1280 pixels and 400% is laid out like one of 320.


def at_every_width(tab: Page) -> Iterator[int]:
    """Lays the page out at each width in turn."""
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        yield width


CHARTS = """() => [...document.querySelectorAll('figure.chart')].map((frame) => {
  const box = frame.getBoundingClientRect();
  const finding = frame.querySelector('.finding')?.getBoundingClientRect();
  const letters = [...frame.querySelectorAll('svg text')].map((text) => {
    const size = parseFloat(getComputedStyle(text).fontSize);
    const { a, b } = text.getScreenCTM();
    return size * Math.hypot(a, b);
  });
  const before = frame.scrollLeft;
  frame.scrollLeft = 1e6;
  const found = {
    name: frame.ariaLabel,
    fits: [box, finding || box].every((one) => one.left >= 0 && one.right <= innerWidth),
    cut: frame.scrollWidth - frame.clientWidth - frame.scrollLeft > 1,
    reached: frame.tabIndex === 0,
    smallest: Math.min(...letters),
  };
  frame.scrollLeft = before;
  return found;
})"""


WITH_CHARTS = ("baseline/norfolk-va", "baseline/los-angeles-ca", "baseline/comparison")


def test_charts_fit_or_scroll_and_their_letters_can_be_read(opened):
    for width in at_every_width(opened.tab):
        charts = opened.tab.evaluate(CHARTS)
        assert charts or opened.name not in WITH_CHARTS
        for chart in charts:
            assert chart["fits"], (width, chart)
            assert not chart["cut"], (width, chart)
            assert chart["reached"], (width, chart)
            assert chart["name"].startswith("Chart "), (width, chart)
            assert chart["smallest"] > 8.5, (width, chart)


REPORTS = ("baseline/norfolk-va", "baseline/los-angeles-ca", "baseline/louisville-ky")
DOLLARS = """() => {
  const frame = [...document.querySelectorAll('.scroll')].find((one) =>
    one.textContent.includes('Recommended annual budget'));
  const edge = frame && frame.getBoundingClientRect().right;
  return [...document.querySelectorAll('.scroll :is(tbody, tfoot) td')]
    .filter((cell) => frame?.contains(cell) && /^\\$[\\d,]+$/.test(cell.textContent.trim()))
    .map((cell) => [cell.textContent, cell.getBoundingClientRect().right <= edge]);
}"""


def test_the_budgets_dollars_are_seen_whole_on_a_telephone(opened):
    """Cut at the edge, $12,038,619 would read as $12."""
    opened.tab.set_viewport_size({"width": 360, "height": 800})
    lines = opened.tab.evaluate(DOLLARS)
    assert len(lines) >= 7 or opened.name not in REPORTS, lines
    assert [line for line, whole in lines if not whole] == []


COVERED = """() => {
  const every = 'a[href], button, input, select, summary, [tabindex="0"]';
  const found = [];
  let count = 0;
  for (const one of document.querySelectorAll(every)) {
    if (one.disabled || !one.checkVisibility() || one.closest('svg')) continue;
    count += 1;
    one.focus();
    const at = [0.05, 0.25, 0.5, 0.75, 0.95];
    const between = (from, to, end) => at.map((part) => Math.max(from, 0)
      + part * (Math.min(to, end) - Math.max(from, 0)));
    const hits = (x, y) => {
      const hit = document.elementFromPoint(x, y);
      return hit && (one.contains(hit) || hit.closest('label')?.control === one);
    };
    const seen = [...one.getClientRects()].some((box) =>
      between(box.left, box.right, innerWidth).some((x) =>
        between(box.top, box.bottom, innerHeight).some((y) => hits(x, y))));
    if (!seen) {
      found.push(one.outerHTML.slice(0, 120));
    }
  }
  document.activeElement.blur();
  scrollTo(0, 0);
  return [count, found];
}"""


def test_focus_is_never_covered(opened):
    for width, height in ((320, 256), (360, 640), (1280, 800)):
        opened.tab.set_viewport_size({"width": width, "height": height})
        count, covered = opened.tab.evaluate(COVERED)
        assert count > 0
        assert covered == [], width


SQUEEZED = """() => [...document.querySelectorAll('tbody th[scope=row]')].filter((head) => {
  const style = getComputedStyle(head);
  const inside = head.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const longest = Math.max(...head.textContent.trim().split(/[\\s._]+/).map((word) => word.length));
  return head.checkVisibility() && inside < longest * parseFloat(style.fontSize) * 0.35;
}).map((head) => head.textContent)"""
BESIDE = """() => [...document.querySelectorAll('.scroll')].map((frame) => {
  const head = frame.querySelector('tbody th[scope=row]');
  return head ? head.getBoundingClientRect().width / frame.clientWidth : 0;
}).filter((share) => share > 0.75)"""

BROKEN = """() => [...document.querySelectorAll("thead th")].flatMap((head) => {
  const walk = document.createTreeWalker(head, NodeFilter.SHOW_TEXT), broken = [];
  for (let text = walk.nextNode(); text; text = walk.nextNode())
    for (const word of text.data.matchAll(/[A-Za-z]{2,}/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(word[0]);
    }
  return broken;
})"""


def test_heads_of_rows_and_columns_are_not_squeezed_or_broken(opened):
    for width in at_every_width(opened.tab):
        assert opened.tab.evaluate(SQUEEZED) == [], width
        assert opened.tab.evaluate(BESIDE) == [], width
        assert opened.tab.evaluate(BROKEN) == [], width


WIDE = """() => [...document.querySelectorAll('.scroll')].filter((frame) =>
  frame.checkVisibility() && frame.scrollWidth > frame.clientWidth
).map((frame) => [frame.ariaLabel, frame.scrollWidth, frame.clientWidth])"""


@pytest.mark.parametrize("opened", ["baseline/norfolk-va"], indirect=True)
def test_every_table_fits_its_frame_on_a_desktop_screen(opened):
    opened.tab.set_viewport_size({"width": 1280, "height": 800})
    assert opened.tab.locator(".scroll").count() > 5
    assert opened.tab.evaluate(WIDE) == []
