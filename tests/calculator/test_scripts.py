"""The calculator's scripts by themselves: linted, minified as they are, and their small parts."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import JSEvalException, MiniRacer

from cvi_analysis import paths
from cvi_analysis.calculator import case_file, widget
from cvi_analysis.display import tables

FOLDER = paths.PACKAGE / "calculator"
NO_PAGE = "const document = {querySelectorAll: () => []}; const window = {};"
SHARE = {"unit": "share of wages", "low": 0, "high": 1, "whole": False, "optional": False}
CASELOAD = {"unit": "people per worker", "low": 1, "high": 200, "whole": False, "optional": False}
COUNT = {"unit": "posts", "low": 0, "high": 100000, "whole": True, "optional": True}
MONEY = {"unit": "dollars a year", "low": 0, "high": 1e11, "whole": False, "optional": False}
PEOPLE = {"unit": "people", "low": 1, "high": 1e6, "whole": False, "optional": True}
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
    assert len(script) < 37_500
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
        (".25", SHARE, 0.0025),
        ("0.1", SHARE, 0.001),
        ("40", SHARE, 0.4),
        ("12.5", SHARE, 0.125),
        ("12.5%", SHARE, 0.125),
        ("1e1", SHARE, 0.1),
        ("25%", SHARE, 0.25),
        ("28.6 %", SHARE, 0.286),
        ("14.5%", SHARE, 0.145),
        ("$1,234", COUNT, 1234),
        ("", COUNT, None),
        ("-0", SHARE, 0),
        ("30k", MONEY, 30_000),
        ("$30 K", MONEY, 30_000),
        ("$5 million", MONEY, 5_000_000),
        ("5m", MONEY, 5_000_000),
        ("1.2 billion", MONEY, 1_200_000_000),
        ("1.1bn", MONEY, 1_100_000_000),
        ("5,000,000", MONEY, 5_000_000),
        ("$ 1,250.50", MONEY, 1250.5),
        ("12.34", MONEY, 12.34),
        ("0.125", MONEY, 0.125),
        ("1.250 million", MONEY, 1_250_000),
        ("1.2k", PEOPLE, 1200),
        ("321.5", PEOPLE, 321.5),
        ("12.345", CASELOAD, 12.345),
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
        ("101", SHARE),
        ("5k", CASELOAD),
        ("5k", SHARE),
        ("5 constructor", MONEY),
        ("30%", MONEY),
        ("5 000 000", MONEY),
        ("k", MONEY),
        ("maybe", SWITCH),
        ("<b>1</b>", SHARE),
    ],
)
def test_what_is_no_possible_figure_is_explained(page, text, item):
    answer = page("parse", text, item)
    assert "value" not in answer
    assert answer["error"].endswith((".", ". "))


@pytest.mark.parametrize(
    ("text", "item", "hint"),
    [
        ("30,5", CASELOAD, "Write 30.5."),
        ("0,125", SHARE, "Write 0.125."),
        ("30.000,00", MONEY, "Write 30,000.00."),
        ("12,50", MONEY, "Write 12.50."),
        ("12,5k", MONEY, "Write 12.5."),
        ("50,00,000", MONEY, "as in 30,000."),
        ("30.000", MONEY, "Write 30,000 or 30.00."),
        ("12.345", MONEY, "Write 12,345 or 12.3450."),
        ("1.200", PEOPLE, "Write 1,200 or 1.20."),
        ("30.000", COUNT, "Write 30,000 or 30.00."),
        ("5.000.000", MONEY, "Write 5,000,000."),
        ("5 000 000", MONEY, "Write 5,000,000."),
        ("5'000'000", MONEY, "Write 5,000,000."),
    ],
)
def test_figures_as_written_elsewhere_are_refused_with_a_hint(page, text, item, hint):
    assert page("parse", text, item)["error"].endswith(hint)


def test_a_share_stands_in_percent_with_every_digit(page):
    for value, text in ((0.001, "0.1%"), (0.4, "40%"), (0.286, "28.6%"), (1, "100%"), (0, "0%")):
        assert page("fieldText", value, SHARE) == text

    @settings(max_examples=500, database=None, derandomize=True, deadline=None)
    @given(st.floats(0, 1))
    def check(value):
        text = page("fieldText", value, SHARE)
        assert page("parse", text, SHARE)["value"] == value
        assert page("parse", text.removesuffix("%"), SHARE)["value"] == value

    check()


def test_money_stands_with_commas_and_every_digit(page):
    assert page("fieldText", 5_000_000, MONEY) == "5,000,000"
    assert page("fieldText", 1234.5, MONEY) == "1,234.5"

    @settings(max_examples=300, database=None, derandomize=True, deadline=None)
    @given(st.floats(0, 1e11))
    def check(value):
        assert (
            page(
                "parse",
                page("fieldText", value, PEOPLE | {"high": 1e11, "low": 0, "unit": "residents"}),
                MONEY | {"unit": "residents"},
            )["value"]
            == value
        )

    check()


def test_what_could_be_read_in_another_way_is_repeated_beside_the_field(page):
    assert page("readAs", "0.1", 0.001, SHARE) == "= 0.1%, not 10%"
    assert page("readAs", "40", 0.4, SHARE) == "= 40%"
    assert page("readAs", "40%", 0.4, SHARE) == ""
    assert page("readAs", "5m", 5_000_000, MONEY) == "= $5,000,000"
    assert page("readAs", "0.1", 0.001, SHARE | {"high": 0.01}) == "= 0.1%"


@pytest.mark.parametrize("value", [0.1, 1 / 3, 5e-324, 0.286, 123456.789, math.pi])
def test_every_float_survives_typing(page, value):
    item = {"unit": "people", "low": 0, "high": 1e9}
    assert page("parse", repr(value), item)["value"] == value


def test_an_address_is_read_and_its_faults_are_named(page):
    items = {"a.b": CASELOAD, "d": COUNT}
    read = page("readAddress", "a.b=12&d=", "", items)
    assert read == {"values": {"a.b": 12, "d": None}, "head": {}, "bad": []}
    read = page("readAddress", "a.b=0&x=1&__proto__=1&%E0%A4=2&d=3&d=4&=&a.b", "", items)
    assert read["values"] == {"d": 3}
    assert read["bad"] == ["a.b", "x", "__proto__", "%E0%A4=2", "d", "", "a.b"]
    assert page("readAddress", "budget", "", items) == {"values": {}, "head": {}, "bad": []}


def test_a_share_in_an_address_is_a_fraction(page):
    items = {"budget.training_share": SHARE}
    for text in ("budget.training_share=0.4", "budget.training_share=40%25", "a7ag=.4"):
        assert page("readAddress", text, "", items)["values"] == {"budget.training_share": 0.4}


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
    assert len(bundle["text/html"].replace(tables.LEFT, "")) < 64_000
