"""Say how many tests ran, and whether that is all there are.

`python scripts/count_tests.py test.xml reliability.xml`: the JUnit files that pytest wrote for
`make test` and `make reliability`, each named after its command. Prints one line; exits with 1 if
it is another number than pytest collects without any selection. Run by `.ci/run`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str]) -> int:
    """Compare and print; the exit status."""
    return report(ROOT, [Path(name) for name in arguments])


def report(folder: Path, files: Sequence[Path]) -> int:
    """Print how many tests ran and how many there are.

    Args:
        folder: the project whose tests are counted.
        files: JUnit files, each named after the make command that wrote it.

    Returns:
        0 if the numbers are the same, else 1.
    """
    counts = {file.stem: ran(file) for file in files}
    total = sum(tests for tests, _ in counts.values())
    skipped = sum(left_out for _, left_out in counts.values())
    there = collected(folder)
    parts = " and ".join(f"{tests:,} by make {name}" for name, (tests, _) in counts.items())
    print(f"Tests: {total:,} ran ({parts}), {skipped:,} of them skipped; {there:,} are on disk.")
    if total != there:
        print("These numbers differ: some tests ran twice or not at all.", file=sys.stderr)
        return 1
    return 0


def ran(file: Path) -> tuple[int, int]:
    """How many tests a JUnit file tells of, and how many of them were skipped."""
    suites = ElementTree.parse(file).getroot().iter("testsuite")  # noqa: S314 - pytest wrote it
    found = [(int(suite.attrib["tests"]), int(suite.attrib["skipped"])) for suite in suites]
    return sum(tests for tests, _ in found), sum(skipped for _, skipped in found)


def collected(folder: Path) -> int:
    """How many tests pytest finds in a project, whatever their marks.

    Raises:
        SystemExit: pytest could not collect them; the message is pytest's.
    """
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", ""],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
    )
    found = re.search(r"^(\d+) tests? collected", run.stdout, re.MULTILINE)
    if run.returncode or not found:
        sys.exit(f"pytest could not collect the tests:\n{run.stdout}{run.stderr}")
    return int(found[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
