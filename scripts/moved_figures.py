"""By how much the published figures moved, city by city, since a commit.

    python -m scripts.moved_figures COMMIT [--write]

Checks the commit out beside the project, computes every listed city's baseline with both, and
prints a Markdown table, or writes it into docs/moved-figures.md. No report is made and no network
is used.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "moved-figures.md"
# Only names that both editions have.
FIGURES = """
import csv, sys
from cvi_analysis.report.library import Library
library = Library.load()
write = csv.writer(sys.stdout).writerow
for slug, city in library.params.cities.items():
    dossier = library.dossier(slug)
    result, total = dossier.profile, dossier.ranges.total
    write([f"{city.city}, {city.state}", int(result.people.rounded), int(result.staff),
           int(result.budget.total), int(total.low), int(total.high)])
"""


def figures(project: Path) -> dict[str, list[int]]:
    """People, staff, total and the ends of its range of each city, by its name."""
    done = subprocess.run(
        [sys.executable, "-c", FIGURES],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), "CVI_ROOT": str(project)},
        check=True,
        capture_output=True,
        text=True,
    )
    return {name: list(map(int, row)) for name, *row in csv.reader(io.StringIO(done.stdout))}


def table(before: dict[str, list[int]], after: dict[str, list[int]], commit: str) -> str:
    """The page: both editions of each city side by side, and how far its total moved."""
    lines = [
        "# By how much the published figures moved",
        "",
        f"The baseline of every city at commit `{commit}` and now, dollars a year, from",
        f"`python -m scripts.moved_figures {commit} --write`. The range is the 90% range of the "
        "budget.",
        "",
        "| City | People before | People now | Staff before | Staff now "
        "| Budget before | Budget now | Moved by | Range before | Range now |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|---|",
    ]
    for name, (people, staff, total, low, high) in after.items():
        was = before[name]
        lines.append(
            f"| {name} | {was[0]:,} | {people:,} | {was[1]:,} | {staff:,} "
            f"| ${was[2]:,} | ${total:,} | {(total - was[2]) / was[2]:+.1%} "
            f"| ${was[3] / 1e6:,.1f} to {was[4] / 1e6:,.1f} million "
            f"| ${low / 1e6:,.1f} to {high / 1e6:,.1f} million |"
        )
    return "\n".join(lines) + "\n"


def main(commit: str, *options: str) -> None:
    """Print or write the table."""
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "before"
        run = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*run, "add", "--quiet", "--detach", str(other), commit], check=True)
        try:
            page = table(figures(other), figures(ROOT), commit)
        finally:
            subprocess.run([*run, "remove", "--force", str(other)], check=True)
    if "--write" in options:
        PAGE.write_text(page, encoding="utf-8")
        print(f"Written: {PAGE.relative_to(ROOT)}")
    else:
        print(page, end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
