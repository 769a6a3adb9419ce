"""What a shell offers while a command is typed: slugs and scenarios, read without the model.

The command line imports it at its start, so it imports nothing that takes a while.
"""

from __future__ import annotations

from contextlib import suppress

from cvi_analysis import paths


def slugs(incomplete: str) -> list[str]:
    """The slugs of the listed cities that begin like this; none where the list cannot be read."""
    import csv  # start-up time: only a shell that asks needs it

    with (
        suppress(OSError, UnicodeDecodeError, csv.Error),
        (paths.params() / "cities.csv").open(encoding="utf-8", newline="") as file,
    ):
        found = (row[0].strip() for row in list(csv.reader(file))[1:] if row)
        return [slug for slug in found if slug.startswith(incomplete)]
    return []


def several_slugs(incomplete: str) -> list[str]:
    """The same for the last of several slugs between commas or spaces."""
    start = max(incomplete.rfind(","), incomplete.rfind(" ")) + 1
    return [incomplete[:start] + slug for slug in slugs(incomplete[start:])]


def scenario_files(incomplete: str) -> list[str]:
    """The names of the scenarios that begin like this."""
    folder = paths.params() / "scenarios"
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem.startswith(incomplete))
