"""A case as a link: the page's script in V8 beside the Python of case_link.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from cvi_analysis import __edition__
from cvi_analysis.calculator import case_link, widget
from cvi_analysis.calculator.case_link import MONEY
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.report.dossier import Dossier
from tests.calculator import cases as random_cases

NO_PAGE = "const document = {querySelectorAll: () => []}; const window = {};"
CITIES = ("norfolk-va", "washington-dc")


@pytest.fixture(scope="module")
def script():
    engine = MiniRacer()
    joined = "\n".join(widget._file(name) for name in widget.SCRIPTS)
    engine.eval(f"'use strict';{NO_PAGE}{joined}")

    def call(name: str, *arguments: Any) -> Any:
        text = json.dumps(json.dumps(arguments))
        return json.loads(engine.eval(f"JSON.stringify({name}(...JSON.parse({text})))"))

    return call


def fields(dossier: Dossier) -> dict[str, Any]:
    """The inputs as the page has them for reading a link."""
    found: dict[str, Any] = {
        item.name: {
            "unit": item.unit,
            "low": item.allowed[0],
            "high": item.allowed[1],
            "whole": item.whole,
            "optional": item.optional,
            "switch": item.kind == "switch",
            "choices": [list(choice) for choice in item.choices] or None,
        }
        for item in inputs(dossier)
    }
    found[MONEY] = {"unit": "dollars", "low": 0, "high": 1e11, "optional": True}
    return found


@pytest.mark.parametrize("slug", CITIES)
def test_both_write_and_read_the_same(library, script, slug):
    dossier = library.dossier(slug)
    items = fields(dossier)
    money = st.one_of(st.none(), st.floats(0, 1e11))

    @settings(max_examples=250, database=None, derandomize=True, deadline=None)
    @given(random_cases.changes(dossier), money, st.text(max_size=60))
    def check(changes, budget, title):
        changes = {**changes, MONEY: budget}
        link = case_link.encode(dossier, changes, title)
        name = case_link.clean_title(title)
        assert script("cleanTitle", title) == name
        baseline = {item.name: item.baseline for item in inputs(dossier)}
        kept = {
            key: changes[key]
            for key in items
            if key in changes and changes[key] != baseline.get(key, dossier.values.get(key))
        }
        if not link:
            assert script("linkParts", kept, name, "", 0) == []
            return
        told = case_link.decode(dossier, link)
        edition = f"{__edition__}.{case_link.checksum(dossier)}"
        assert "&".join(script("linkParts", kept, name, edition, told.total)) == link
        read = script("readAddress", link, "", items)
        assert read["values"] == kept
        assert read["bad"] == []
        assert read["head"] == {
            "e": edition,
            "t": told.total,
            **({"c": name} if name else {}),
        }

    check()


def test_both_read_any_text_the_same(library, script):
    dossier = library.dossier("norfolk-va")
    items = fields(dossier)
    baseline = {item.name: item.baseline for item in inputs(dossier)}
    keys = st.one_of(
        st.sampled_from(
            ["c", "e", "t", "", "2:c", "zzzz", "__proto__", "constructor", "%zz", "%C3%28"]
        ),
        st.sampled_from(sorted(items)),
        st.sampled_from(sorted(items)).map(case_link.code),
    )
    texts = st.one_of(
        st.from_regex(r"[$]?[-+]?[0-9.,]{0,8}(e[0-9]{1,3})?%?", fullmatch=True),
        st.sampled_from(
            [
                ".5",
                "40%25",
                "1,200",
                "0,125",
                "true",
                "homicides",
                "2026-11.abcdef",
                "g0kr5",
                "%00",
                "+",
            ]
        ),
        st.text(max_size=5).filter(lambda text: "&" not in text),
    )
    parts = st.lists(st.tuples(keys, st.sampled_from(["=", "=", "=", ""]), texts), max_size=8)

    @settings(max_examples=400, database=None, derandomize=True, deadline=None)
    @given(parts)
    def check(found):
        text = "&".join("".join(part) for part in found)
        python = case_link.decode(dossier, text)
        page = script("readAddress", text, "", items)
        values = {
            name: value
            for name, value in page["values"].items()
            if value != baseline.get(name, dossier.values.get(name))
        }
        impossible = [name for name in ("people_at_risk", "population") if name in values]
        if len(python.refused) > len(page["bad"]):  # More people at risk than residents.
            page["bad"] += impossible
            values = {name: value for name, value in values.items() if name not in impossible}
        assert python.changes == values
        assert list(python.refused) == page["bad"]
        assert python.title == page["head"].get("c", "")
        assert python.total == page["head"].get("t")

    check()


def test_both_have_the_same_codes(library, script):
    names = [*fields(library.dossier("washington-dc")), "a", "x" * 200]
    assert [script("code", name) for name in names] == [case_link.code(name) for name in names]
