"""YAML is read as plain data by the core rules of YAML 1.2."""

from __future__ import annotations

import math

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import parse_yaml


def plain(text: str) -> object:
    return parse_yaml(text, Where("x.yaml")).data


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("12", 12),
        ("-3", -3),
        ("012", 12),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("yes", "yes"),
        ("off", "off"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1:30", "1:30"),
        ("2023-01-01", "2023-01-01"),
        ("<<", "<<"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("[1, [2]]", (1, (2,))),
        ("{b: 1}", {"b": 1}),
        ("|\n  two\n  lines", "two\nlines\n"),
        (">-\n  one\n  line", "one line"),
    ],
)
def test_values(written: str, value: object) -> None:
    found = plain(f"a: {written}\n")["a"]  # type: ignore[index]
    assert found == value
    assert type(found) is type(value)


def test_version_line_changes_nothing() -> None:
    assert plain("%YAML 1.1\n---\na: yes\nb: 010\n") == {"a": "yes", "b": 10}


def test_lines() -> None:
    file = parse_yaml("# note\na:\n  b: 1\n  c:\n    - 2\n    - 3\n", Where("x.yaml"))
    assert file.where("a").line == 2
    assert file.where("a", "b").line == 3
    assert file.where("a", "c", 1).line == 6
    assert file.where("a", "x", "y").line == 2, "the nearest there is"


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029"])
def test_a_line_ends_where_an_editor_shows_it(mark: str) -> None:
    """YAML 1.1 took these for line ends, so that a comment could end in the middle of a line."""
    with pytest.raises(InputError, match=r"^x\.yaml:2: the file holds a line separator"):
        parse_yaml(f"a: 1\n# a note{mark}b: 2\n", Where("x.yaml"))


@pytest.mark.parametrize(
    "text",
    ["? [1]\n: 2\n", "a: 1\n b: 2\n", "a: 'x\n", "a: @x\n", "%YAML 3.1\n---\na: 1\n", ": 1\n"],
)
def test_refused_without_traceback(text: str) -> None:
    with pytest.raises(InputError, match=r"^x\.yaml:\d"):
        plain(text)


def test_nearest() -> None:
    assert nearest("mediatr", ["mediator", "wage"]) == "Did you mean mediator?"
    assert nearest("zzz", ["mediator"]) is None
