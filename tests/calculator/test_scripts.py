"""The calculator's scripts by themselves: linted, minified as they are, and their small parts."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from py_mini_racer import JSEvalException, MiniRacer

from cvi_analysis import paths
from cvi_analysis.calculator import case_file, widget
from cvi_analysis.display import tables

FOLDER = paths.PACKAGE / "calculator"
NO_PAGE = "const document = {querySelectorAll: () => []}; const window = {};"
SHARE = {"unit": "share of wages", "low": 0, "high": 1, "whole": False, "optional": False}
CASELOAD = {"unit": "people per worker", "low": 1, "high": 200, "whole": False, "optional": False}
COUNT = {"unit": "posts", "low": 0, "high": 100000, "whole": True, "optional": True}
SWITCH = {"unit": "yes or no", "low": 0, "high": 1, "switch": True}


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page():
    engine = MiniRacer()
    every = "\n".join(read(name) for name in widget.SCRIPTS)
    engine.eval(f"'use strict';{NO_PAGE}{every}")

    def call(name: str, *arguments):
        text = engine.eval(
            f"JSON.stringify({name}(...JSON.parse({json.dumps(json.dumps(arguments))})))"
        )
        return json.loads(text)

    return call


def test_scripts_have_no_lint(tmp_path):
    linter = shutil.which("oxlint", path=str(Path(sys.executable).parent)) or shutil.which("oxlint")
    assert linter, "oxlint is in the lock: run `make setup`"
    # One script is made of them all, so one file of them is linted.
    joined = tmp_path / "calculator.js"
    joined.write_text("".join(map(read, widget.SCRIPTS)), encoding="utf-8")
    rules = Path(__file__).resolve().parents[2] / ".oxlintrc.json"
    result = subprocess.run(
        [linter, "-c", str(rules), "--deny-warnings", str(joined)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_a_lint_fault_is_found(tmp_path):
    linter = shutil.which("oxlint", path=str(Path(sys.executable).parent)) or shutil.which("oxlint")
    bad = tmp_path / "bad.js"
    bad.write_text("var a = 1; if (a == 2) { eval('3'); }\n")
    rules = Path(__file__).resolve().parents[2] / ".oxlintrc.json"
    command = [str(linter), "-c", str(rules), str(bad)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode != 0
    assert {"no-var", "eqeqeq", "no-eval"} <= set(
        result.stdout.replace("(", " ").replace(")", " ").split()
    )


def test_what_is_shipped_is_strict_code_and_small():
    script = widget._script()
    MiniRacer().eval(f"(() => {{ new Function({json.dumps(script)}); }})()")
    with pytest.raises(JSEvalException):
        MiniRacer().eval(f"new Function({json.dumps(script[:-40])})")
    assert len(script) < 20_000
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "http:",
    ):
        assert word not in script.replace('"http://www.w3.org/2000/svg"', "")


def test_the_minified_script_is_of_the_scripts_as_they_are():
    made_of = read(widget.MINIFIED).partition("\n")[0]
    assert made_of == widget.first_line(widget.joined_scripts()), (
        "run `python scripts/minify_calculator.py`"
    )
    assert len(widget._script()) < 0.75 * len(widget.joined_scripts())


def test_a_script_that_somebody_works_on_is_used_as_it_is(monkeypatch):
    widget._script.cache_clear()
    monkeypatch.setattr(widget, "SCRIPTS", ("model.js",))
    try:
        assert "// The arithmetic of a profile" in widget._script()
    finally:
        widget._script.cache_clear()


@pytest.mark.parametrize(
    ("text", "item", "value"),
    [
        ("12", CASELOAD, 12),
        (" 12.5 ", CASELOAD, 12.5),
        ("1e2", CASELOAD, 100),
        (".25", SHARE, 0.25),
        ("25%", SHARE, 0.25),
        ("28.6 %", SHARE, 0.286),
        ("14.5%", SHARE, 0.145),
        ("$1,234", COUNT, 1234),
        ("", COUNT, None),
        ("-0", SHARE, 0),
        ("true", SWITCH, True),
    ],
)
def test_a_typed_figure_is_read(page, text, item, value):
    assert page("parse", text, item) == {"value": value}


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("", CASELOAD),
        ("0", CASELOAD),
        ("201", CASELOAD),
        ("-3", CASELOAD),
        ("12,5", CASELOAD),
        ("twelve", CASELOAD),
        ("NaN", CASELOAD),
        ("Infinity", CASELOAD),
        ("1e999", CASELOAD),
        ("0x10", CASELOAD),
        ("1 2", CASELOAD),
        ("12%", CASELOAD),
        ("2.5", COUNT),
        ("maybe", SWITCH),
        ("<b>1</b>", SHARE),
    ],
)
def test_what_is_no_possible_figure_is_explained(page, text, item):
    answer = page("parse", text, item)
    assert "value" not in answer
    assert answer["error"].endswith((".", ". "))


@pytest.mark.parametrize("value", [0.1, 1 / 3, 5e-324, 0.286, 123456.789, math.pi])
def test_every_float_survives_typing(page, value):
    item = {"unit": "people", "low": 0, "high": 1e9}
    assert page("parse", repr(value), item)["value"] == value


def test_an_address_is_read_and_its_faults_are_named(page):
    items = {"a.b": CASELOAD, "c": COUNT}
    read = page("readAddress", "a.b=12&c=", "", items)
    assert read == {"values": {"a.b": 12, "c": None}, "bad": []}
    read = page("readAddress", "a.b=0&x=1&__proto__=1&%E0%A4=2&c=3&c=4&=&a.b", "", items)
    assert read["values"] == {"c": 3}
    assert read["bad"] == ["a.b", "x", "__proto__", "%E0%A4=2", "c", "", "a.b"]
    assert page("readAddress", "budget", "", items) == {"values": {}, "bad": []}


def test_each_of_several_calculators_reads_its_own_part(page):
    items = {"a.b": CASELOAD}
    both = "a.b=12&2:a.b=13"
    assert page("readAddress", both, "", items)["values"] == {"a.b": 12}
    assert page("readAddress", both, "2:", items)["values"] == {"a.b": 13}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-x", "'-x"),
        ("@a", "'@a"),
        (-5, "-5"),
        ('a "b", c', '"a ""b"", c"'),
        (None, ""),
    ],
)
def test_a_csv_cell_fires_no_formula(page, value, cell):
    assert page("csvCell", value) == cell


def test_data_ends_no_script_element(library):
    dossier = library.dossier("norfolk-va")
    place = dossier.city.model_copy(update={"city": "</script><b>&\u2028"})
    html = widget.Calculator(dossier.model_copy(update={"city": place})).html()
    data = html.split('<script type="application/json">')[1].split("</script>")[0]
    assert json.loads(data)["place"].startswith("</script><b>&\u2028")
    assert "<b>" not in html


def test_a_case_leads_back_to_the_report(library):
    changes = {"roles.mediator.caseload": 12.0, "population": 250_000}
    dossier = library.dossier("norfolk-va", "field-pay", changes)
    assert case_file.identity(dossier) == {
        "format": "cvi-case-1",
        "city": "norfolk-va",
        "scenario": "field-pay",
        "changes": changes,
    }


def test_a_cell_shows_something_everywhere(library):
    bundle = widget.Calculator(library.dossier("washington-dc"))._repr_mimebundle_()
    assert "Inputs of the budget calculator" in bundle["text/x-typst"]
    assert "<table" in bundle["text/html"]
    assert "Inputs of the budget calculator" in bundle["text/plain"]
    # The page leaves out the inline alignment, which is for viewers without its style sheet.
    assert len(bundle["text/html"].replace(tables.LEFT, "")) < 44_200
