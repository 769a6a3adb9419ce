"""How long the page takes to say how sure a case is: `python -m scripts.bench.ranges`.

Twenty cases that differ in one wage, in Chromium, with the columns of draws in place as they are
after the first: the 90% ranges alone, and with the effects and what to find out first.
"""

from __future__ import annotations

import json
import sys
from statistics import median
from typing import Any

from cvi_analysis import paths
from cvi_analysis.calculator import case_file, ranges_data
from cvi_analysis.report.library import Library
from scripts.bench.machine import chromium

ROUNDS = 20
_CITY = "norfolk-va"
_RUN = """([values, place, ranges, rounds]) => {
  const end = (steps) => {
    let longest = 0;
    let step;
    do {
      const from = performance.now();
      step = steps.next();
      longest = Math.max(longest, performance.now() - from);
    } while (!step.done);
    return longest;
  };
  const parts = [rangesOf, effectsOf, findOutFirst];
  const took = [];
  for (let round = 0; round <= rounds; round += 1) {
    const mine = { ...values, 'roles.mediator.wage': 60000 + round };
    const from = performance.now();
    let longest = 0;
    const at = parts.map((part) => {
      longest = Math.max(longest, end(part(mine, place, ranges)));
      return performance.now() - from;
    });
    took.push({ ranges: at[0], all: at[2], longest });
  }
  return took;
}"""


def measured(rounds: int = ROUNDS) -> list[dict[str, float]]:
    """Milliseconds of the first case, then of each of `rounds`: ranges, all, longest step."""
    # Not among what making reports needs; whoever measures this has the layer for tests.
    from playwright.sync_api import sync_playwright

    dossier = Library.load().dossier(_CITY)
    given: list[Any] = [case_file.values(dossier), case_file.place(dossier)]
    given += [ranges_data.ranges(dossier), rounds]
    folder = paths.PACKAGE / "calculator"
    script = "\n".join((folder / name).read_text("utf-8") for name in ("model.js", "ranges.js"))
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = opened.new_page()
        page.set_content(f"<!doctype html><title>Ranges</title><script>{script}</script>")
        found: list[dict[str, float]] = page.evaluate(_RUN, json.loads(json.dumps(given)))
        opened.close()
    return found


def main() -> None:
    """Print the medians and the ends."""
    first, *rest = measured()
    sys.stdout.write(f"First case, draws included: ranges {first['ranges']:.0f} ms\n")
    for name in ("ranges", "all", "longest"):
        all_ = [one[name] for one in rest]
        sys.stdout.write(
            f"{name}: {median(all_):.1f} ms ({min(all_):.1f} to {max(all_):.1f}, {len(all_)})\n"
        )


if __name__ == "__main__":
    main()
