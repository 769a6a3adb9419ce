"""What is written about the assumptions is what the register says."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvi_analysis.errors import InputError
from cvi_analysis.params.text_files import Where
from cvi_analysis.report.assumption_docs import SCHEMA, documents, readme, run, table


def test_files_are_in_step_with_the_register(library, root):
    for name, text in documents(library.params.register, root).items():
        assert (root / name).read_text(encoding="utf-8") == text, (
            f"run `cvi register --write`: {name}"
        )


def test_writing_renews_them_and_checking_finds_them(project, monkeypatch, capsys, root):
    (project / "docs").mkdir()
    monkeypatch.setenv("CVI_ROOT", str(project))
    path = project / "params" / "assumptions.yaml"
    text = path.read_text(encoding="utf-8").replace("value: 14\n", "value: 13\n", 1)
    path.write_text(text, encoding="utf-8")
    assert run(write=False) == 1
    assert "README.md" in capsys.readouterr().out
    assert run(write=True) == 0
    assert run(write=False) == 0
    assert "(people per worker) | 13 |" in (project / "params" / "README.md").read_text("utf-8")


def test_the_table_has_every_assumption_once(library):
    lines = table(library.params.register).splitlines()
    assert len(lines) == len(library.params.register.assumptions) + 2
    for name in library.params.register.assumptions:
        assert sum(line.startswith(f"| `{name}` |") for line in lines) == 1
    assert {line.replace("\\|", "").count("|") for line in lines} == {9}


def test_a_readme_without_its_markers_is_refused(library):
    with pytest.raises(InputError, match="place for the table"):
        readme("# Parameters\n", library.params.register)


def test_every_scenario_file_follows_the_schema(root):
    schema = json.loads((root / SCHEMA).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in sorted((root / "params" / "scenarios").glob("*.yaml")):
        jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), schema)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**7), 10**7),
        st.floats(allow_nan=False, allow_infinity=False, width=32),
        st.text(max_size=5),
        st.lists(st.integers(-5, 10**6), max_size=6),
    )
)
def test_the_schema_accepts_what_the_model_accepts(library, value):
    for item in library.params.register.assumptions.values():
        try:
            item.check(value, Where("test"))
            accepted = True
        except InputError:
            accepted = False
        validator = jsonschema.Draft202012Validator(item.value_schema())
        assert validator.is_valid(value) is accepted, item.name
