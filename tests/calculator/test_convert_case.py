"""JSON case, link and workbook hold the same case, its name too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cvi_analysis.batch.convert_case import case_of, convert, converted
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.errors import InputError
from tests.calculator import cases

pytestmark = pytest.mark.usefixtures("read_once")
TITLES = ("", "Council draft 2", "Räte & 100% = #1 +", "\N{SNOWMAN}" * 80)


@pytest.mark.parametrize("slug", ["norfolk-va", "washington-dc"])
def test_each_kind_becomes_the_others_without_loss(library, tmp_path, slug):
    dossier = library.dossier(slug)
    baseline = {item.name: item.baseline for item in inputs(dossier)}
    tried = 0
    for number, drawn in enumerate(cases.drawn(dossier, 20)[::10]):
        changes = {n: v for n, v in drawn.items() if v != baseline[n]}
        path = tmp_path / "a.json"
        told = {"city": slug, "title": TITLES[number % 4], "changes": changes}
        path.write_text(json.dumps(told), encoding="utf-8")
        try:
            first = converted(case_of(str(path)), "json")
        except InputError:  # More people at the highest risk than residents.
            continue
        path.write_bytes(first)
        for kinds in (("link", "xlsx", "json"), ("xlsx", "link", "json")):
            case = case_of(str(path))
            for kind in kinds:
                content = converted(case, kind)
                if kind == "link":
                    case = case_of(content.decode().strip())
                else:
                    file = tmp_path / f"b.{kind}"
                    file.write_bytes(content)
                    case = case_of(str(file))
            found, wanted = json.loads(converted(case, "json")), json.loads(first)
            assert found == wanted
            assert case.title == TITLES[number % 4]
        tried += 1
    assert tried


def test_what_cannot_be_held_is_refused(tmp_path):
    path = tmp_path / "a.json"
    told = {"city": "norfolk-va", "changes": {"staffing.minimum_per_role": 2}}
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(InputError, match="a link cannot hold it"):
        converted(case_of(str(path)), "link")
    with pytest.raises(InputError, match="not understood; found 'zzzz'"):
        case_of("https://example.org/baseline/norfolk-va.html#zzzz=1")
    with pytest.raises(InputError, match="--out"):
        convert(str(path), "xlsx")
    with pytest.raises(InputError, match="--to"):
        convert(str(path), "pdf")


def test_a_scenario_goes_with_the_link(tmp_path, capsys):
    out = tmp_path / "c.json"
    assert convert("field-pay/norfolk-va.html#c=A+b&425t=12", "json", out) == 0
    assert json.loads(out.read_text(encoding="utf-8")) == {
        "format": "cvi-case-1",
        "city": "norfolk-va",
        "scenario": "field-pay",
        "title": "A b",
        "changes": {"roles.mediator.caseload": 12.0},
    }
    assert convert(str(out), "link") == 0
    assert capsys.readouterr().out.startswith("field-pay/norfolk-va.html#c=A+b&e=")
    assert Path(out).exists()


def test_a_page_that_was_saved_elsewhere_is_of_the_scenario_of_its_link(tmp_path, capsys):
    assert convert("field-pay/norfolk-va.html#425t=12", "json", tmp_path / "c.json") == 0
    assert convert(str(tmp_path / "c.json"), "link") == 0
    link = capsys.readouterr().out.strip()
    case = case_of(link.replace("field-pay/", "file:///media/stick/Downloads/"))
    assert (case.scenario, dict(case.changes)) == ("field-pay", {"roles.mediator.caseload": 12})
    with pytest.raises(InputError, match=r"does not tell the scenario.*baseline/norfolk-va\.html"):
        case_of("Downloads/norfolk-va.html#425t=12")
