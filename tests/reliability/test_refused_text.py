"""Words that cannot be shown as they are, and names that lead out of a folder, are refused."""

from __future__ import annotations

import os
import sys

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import load_params

from . import hostile

HIDDEN = {
    "NUL": "\0",
    "escape": "\x1b[31m",
    "bell": "\a",
    "next page": "\f",
    "C1": "\x9b",
    "turns right to left": "\u202e",
    "isolate": "\u2067",
    "no character": "\ufffe",
}


def rename(project, name: str) -> int:
    """Call Dayton `name`; the line of its row."""
    path = project / "params" / "cities.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    (line,) = (number for number, text in enumerate(lines, 1) if text.startswith("dayton-oh,"))
    lines[line - 1] = lines[line - 1].replace(",Dayton,", f',"{name}",', 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    return line


def written(project) -> list[str]:
    """Every file but those that only make the next run quicker."""
    names = (path.relative_to(project).as_posix() for path in project.rglob("*"))
    return sorted(name for name in names if not name.startswith(".cache"))


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_hidden_character_in_a_city(project, hidden):
    line = rename(project, f"Day{hidden}ton")
    with pytest.raises(InputError, match=rf"cities\.csv:{line}: .*control character") as refusal:
        load_params(project, EXPECTED)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_hidden_character_in_a_scenario(project, hidden):
    path = project / "params" / "scenarios" / "odd.yaml"
    path.write_text(f"title: Odd\nreason: Be{hidden}cause.\nchanges: {{}}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"odd\.yaml:2: .*control character") as refusal:
        load_params(project, EXPECTED).scenario("odd")
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("escape", ["\\0", "\\e", "\\u202e", "\\x07", "\\uD800", "\\uFFFE"])
def test_a_hidden_character_written_as_an_escape(project, escape):
    path = project / "params" / "scenarios" / "odd.yaml"
    path.write_text(f'title: Odd\nreason: "Be{escape}cause."\nchanges: {{}}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"odd\.yaml:2: "):
        load_params(project, EXPECTED).scenario("odd")


def test_ten_thousand_characters(project):
    path = hostile.write_scenario(project / "params", "long", "Long", "Because. " * 1200)
    with pytest.raises(InputError, match=r"long\.yaml:3: reason: .*at most 10,000 characters"):
        load_params(project, EXPECTED).scenario(path.stem)
    line = rename(project, "D" * 10_000)
    with pytest.raises(InputError, match=rf"cities\.csv:{line}: city: .*10,000.*at most 200"):
        load_params(project, EXPECTED)


@pytest.mark.parametrize(
    "slug",
    ["../../etc/passwd", "a/b-oh", "dayton oh", "Dayton-oh", "dayton-oh\n", "con.csv", "-oh"],
)
def test_a_slug_that_is_no_file_name(project, slug):
    path = project / "params" / "cities.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\ndayton-oh,", f'\n"{slug}x",', 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"cities\.csv:\d+: slug: "):
        load_params(project, EXPECTED)


NAMES = [
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    "con",
    "nul",
    "com1",
    "<script>",
    "=1+1",
    "a b",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_that_is_no_file_name(project, name):
    if name and "/" not in name and name != "..":
        hostile.write_scenario(project / "params", name, "Title", "Reason")
    with pytest.raises(InputError, match="there is no such scenario"):
        load_params(project, EXPECTED).scenario(name)


@pytest.mark.parametrize(
    "words",
    [
        ("report", "../../etc/passwd"),
        ("report", "<script>alert(1)</script>"),
        ("report", '=HYPERLINK("http://evil.invalid")'),
        ("report", "D" * 10_000),
        ("report", "norfolk-va", "--scenario", "../../etc/passwd"),
        ("reports", "--cities", "norfolk-va,../../etc/passwd"),
        ("compare", "baseline", "../baseline"),
        ("explain", "norfolk-va", "../../etc/passwd"),
        ("report", "norfolk-va", "-P", "population.dataset=<script>"),
        ("report", "norfolk-va", "-P", "=1+1"),
    ],
)
def test_a_command_that_names_no_city(project, monkeypatch, capsys, words):
    from cvi_analysis.__main__ import main

    monkeypatch.setenv("CVI_ROOT", os.fspath(project))
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    before = written(project)
    monkeypatch.setattr(sys, "argv", ["cvi", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert shown.err.strip()
    assert written(project) == before


@pytest.mark.parametrize("line", ["%YAML 1.10", "%YAML 2.0", "%YAML x", "%TAG ! tag:x,2000:", "%"])
def test_a_directive_that_is_none(project, line):
    path = project / "params" / "scenarios" / "odd.yaml"
    path.write_text(f"{line}\n---\ntitle: Odd\nreason: !odd Why\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"odd\.yaml"):
        load_params(project, EXPECTED).scenario("odd")
