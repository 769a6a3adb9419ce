"""What docs/use-your-own-chart.md shows runs as it stands there."""

from __future__ import annotations

import re

from cvi_analysis.display import in_cells
from cvi_analysis.report import city_report


def test_the_guide_runs(root, monkeypatch):
    blocks = []
    for module in (in_cells, city_report):
        monkeypatch.setattr(module, "display", lambda *shown: blocks.extend(shown))
    guide = (root / "docs" / "use-your-own-chart.md").read_text(encoding="utf-8")
    names = {"report": city_report.open_report("norfolk-va")}
    cells = re.findall(r"^```python\n(.*?)^```", guide, re.M | re.S)
    assert len(cells) == 5
    for cell in cells:
        exec(cell, names)
    total = names["report"].profile.budget.total
    assert f'data-output="budget.total" data-value="{total}"' in blocks[0].html()
    assert blocks[1].html().count("<tr") > 15
    assert "Shootings fell by 28% in two years" in blocks[2].svg()
    assert "#b3470c" in blocks[3].svg()
