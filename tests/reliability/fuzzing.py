"""Running a check on very many made-up inputs, and counting how many it really was.

Examples are drawn the same way every time, so what fails in CI fails on anybody's machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

Record = Callable[[str, object], None]
PROPERTY = "fuzzed"


def sizes(few: int, many: int) -> pytest.MarkDecorator:
    """`few` examples in `make test`, `many` in `make reliability`."""
    return pytest.mark.parametrize(
        "examples", [few, pytest.param(many, marks=pytest.mark.reliability)]
    )


def fuzz(
    record: Record, examples: int, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]
) -> None:
    """Run `check` on `examples` drawn values; how many it was goes into the test's report."""
    count = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(value: Any) -> None:
        nonlocal count
        count += 1
        check(value)

    run()
    record(PROPERTY, count)
    assert count >= examples, f"only {count} different examples"


NUMBERS = (
    *(
        "0",
        "1",
        "-1",
        "12",
        "0.5",
        "1e3",
        "1e999",
        "-1e999",
        ".inf",
        "-.inf",
        ".nan",
        "NaN",
        "1_000",
    ),
    *("1,000", "$5", "5%", "007", "0x1F", "0o17", "1e-999", "-0", "-0.0", "9" * 30, "9" * 400),
    *("1" + "0" * 5000, "1.5.2", "١٢", "１２", "½", "²", "1e", "--1", "+5", "00", "1 2", "1\n2"),
)
WORDS = (
    *("", " ", "null", "~", "true", "True", "yes", "on", "False", "[]", "{}", "[1, 2]", "{a: 1}"),
    *(
        "[1, 1, 2, 2, 3]",
        "1,1,2,2,3",
        "'quoted'",
        '"quoted"',
        "a: b",
        "- a",
        "# x",
        "&a",
        "*a",
        "!!x",
    ),
    *("!!python/object/apply:os.system [id]", "? a", "| x", "> x", "%YAML 1.1", "---", "...", "@x"),
    *(
        "norfolk-va",
        "acs5",
        "dec",
        "\0",
        "\x1b",
        "\u202e",
        "\ufeff",
        "\ud7ff",
        "\uffff",
        "🏳️‍🌈",
        "<b>",
    ),
    *("=1+1", "../../etc/passwd", "A" * 300, "A" * 10_001, "http://example.org", "javascript:1"),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SCALAR = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(WORDS),
    st.integers(-10, 500).map(str),
    st.integers().map(str),
    st.floats().map(repr),
    TEXT,
)
"""A value as somebody may type it, wrong in every way one can think of, or right."""

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.sampled_from(NUMBERS + WORDS),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
"""Anything that JSON can hold."""
