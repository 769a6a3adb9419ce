"""docs/moved-figures.md says what the model gives now."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.moved_figures import figures, table

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_holds_todays_figures_of_every_city() -> None:
    page = (ROOT / "docs" / "moved-figures.md").read_text(encoding="utf-8")
    commit = re.search(r"at commit `(\w+)`", page)
    assert commit
    now = figures(ROOT)
    assert len(now) == 50
    # What stood before, as the page has it: that edition need not be here.
    before = {
        cells[0]: [*(int(cells[n].replace(",", "").strip("$")) for n in (1, 3, 5)), 0, 0]
        for line in page.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 10
        and cells[1][:1].isdigit()
    }
    assert set(before) == set(now)
    written = [line.rsplit("|", 3)[0] for line in page.splitlines()]
    made = [line.rsplit("|", 3)[0] for line in table(before, now, commit[1]).splitlines()]
    assert made == written
