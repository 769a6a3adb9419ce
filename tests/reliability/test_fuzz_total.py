"""How much fuzzing there is: the number in docs/reliability.md, and what CI has to reach."""

from __future__ import annotations

import os
import re
import subprocess
import sys

LEAST = 50_000


def test_the_fuzzing_of_make_reliability_is_enough(root):
    """Each fuzzing test asserts that it ran the number of examples in its name."""
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--collect-only", "-m", "reliability"),
            *("-p", "no:cacheprovider", "tests/reliability", "tests/census", "-k", "fuzz"),
        ],
        cwd=root,
        env={**os.environ, "PYTEST_ADDOPTS": ""},  # such as -v, which lists in another form
        capture_output=True,
        text=True,
        check=False,
    )
    sizes = re.findall(r"^tests/\S*fuzz\S*\[(?:\S*-)?(\d+)\]$", result.stdout, re.M)
    assert sum(map(int, sizes)) >= LEAST, result.stdout[-3000:]
