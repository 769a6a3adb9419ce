"""`cvi report --params case.json`: what the calculator saves becomes a full report."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cvi_analysis.batch.compare_cases import compare_cases
from cvi_analysis.batch.convert_case import convert
from cvi_analysis.calculator.case_file import CaseFile
from cvi_analysis.errors import InputError
from cvi_analysis.params.register import Register
from tests.checkout import Checkout


def written(folder: Path, content) -> Path:
    path = folder / "case.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def case(**changes) -> dict:
    return {"city": "norfolk-va", "scenario": "baseline", "changes": changes}


@pytest.fixture(scope="session")
def register(library) -> Register:
    return library.params.register


def test_changes_get_the_registers_types(tmp_path, register):
    content = case(
        **{"roles.mediator.count": 3.0, "people_at_risk": 300, "economies_of_scale.enabled": False}
    )
    found = CaseFile.read(written(tmp_path, content)).checked(register)
    assert found == {
        "roles.mediator.count": 3,
        "people_at_risk": 300.0,
        "economies_of_scale.enabled": False,
    }
    assert isinstance(found["roles.mediator.count"], int)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[1", "no JSON"),
        ("[1]", "no case"),
        ('{"city": "a", "city": "b"}', "twice"),
        ('{"city": "norfolk-va", "changes": {"people_at_risk": NaN}}', "no number"),
        ('{"city": "norfolk-va", "changes": {"people_at_risk": 1e999}}', "finite"),
        ({"changes": {}}, "names its city"),
        ({"city": "norfolk-va", "changes": [1]}, "by dotted name"),
        ({"city": "norfolk-va", "values": {}}, "no such part"),
        ({"city": "norfolk-va", "scenario": 3}, "scenario"),
        ({**case(), "format": "cvi-case-99"}, "found 'cvi-case-99'; allowed: cvi-case-1"),
        ({**case(), "format": 1}, "another format"),
        (case(**{"roles.mediator.caselod": 3}), "Did you mean roles.mediator.caseload"),
        (case(**{"roles.mediator.caseload": "12"}), "Remove the quotes"),
        (case(**{"roles.mediator.caseload": 0}), "from 1 to 200"),
        (case(**{"roles.mediator.caseload": {"a": 1}}), "one value"),
        ("[" * 100_000, "no case"),
    ],
)
def test_a_faulty_case_is_refused_with_one_clear_message(tmp_path, register, content, words):
    path = written(tmp_path, content)
    with pytest.raises(InputError) as caught:
        CaseFile.read(path).checked(register)
    assert words in str(caught.value)
    assert "case.json" in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices as on Unix")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("device", "this is not a file"),
        ("pipe", "this is not a file"),
        ("large", "at most 1,000,000 bytes"),
        ("folder", "cannot be read"),
        ("none", "does not exist"),
        ("latin-1", "cannot be read"),
    ],
)
def test_what_is_no_readable_file_is_refused_at_once(tmp_path, kind, words):
    path = tmp_path / "case.json"
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "large":
        path.write_text(json.dumps(case()) + " " * 1_000_000, encoding="utf-8")
    elif kind == "folder":
        path.mkdir()
    elif kind == "latin-1":
        path.write_bytes(b'{"city": "\xe9"}')
    with pytest.raises(InputError, match=f"case\\.json: .*{words}"):
        CaseFile.read(path)


def test_another_city_or_scenario_beside_the_case_is_refused(tmp_path):
    found = CaseFile.read(written(tmp_path, case()))
    found.fits(None, "baseline")
    found.fits("norfolk-va", "baseline")
    with pytest.raises(InputError, match="another city"):
        found.fits("chicago-il", "baseline")
    with pytest.raises(InputError, match="another scenario"):
        found.fits(None, "field-pay")


def test_more_people_at_risk_than_residents_are_refused(library):
    with pytest.raises(InputError, match="more people at the highest risk than residents"):
        library.dossier("norfolk-va", overrides={"people_at_risk": 900_000.0})
    with pytest.raises(InputError, match="more people at the highest risk than residents"):
        library.dossier("washington-dc", overrides={"population": 10_000, "people_at_risk": 10_001})


@pytest.mark.slow
def test_a_case_becomes_a_full_report(root, tmp_path):
    content = case(**{"roles.mediator.caseload": 12, "population": 250_000})
    path, out = written(tmp_path, content), tmp_path / "out"
    result = Checkout(root).invoke("report", "--params", os.fspath(path), "--out", os.fspath(out))
    assert result.returncode == 0, result.stderr
    (folder,) = (path for path in (tmp_path / "out").iterdir() if path.is_dir())
    document = json.loads((folder / "norfolk-va.json").read_text())
    assert document["population"]["value"] == 250_000
    assert document["population"]["dataset"] == "entered"
    assert document["changes"] == {"population": 250_000, "roles.mediator.caseload": 12.0}
    counts = {post["role"]: post["count"] for post in document["staffing"]}
    assert counts["mediator"] == 21


def test_cases_are_compared_and_converted_in_the_figures_that_were_typed(tmp_path, capsys):
    few, many = tmp_path / "few.json", tmp_path / "many.json"
    few.write_text(json.dumps(case(people_at_risk=200)), encoding="utf-8")
    more = {"people_at_risk": 300, "roles.mediator.wage": 50000, "budget.indirect_share": 0.125}
    many.write_text(json.dumps(case(**more)), encoding="utf-8")
    compare_cases(few, many)
    told = capsys.readouterr().out
    for shown in ("(200 -> 300)", "-> $50,000)", "(0% -> 12.5%)"):
        assert shown in told
    convert(str(many), "json", None)
    changes = capsys.readouterr().out
    assert '"people_at_risk": 300,' in changes
    assert '"roles.mediator.wage": 50000\n' in changes
