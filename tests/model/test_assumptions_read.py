"""An assumption stands in the file, in the model's list and in a formula: none is forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import load_params
from cvi_analysis.params.register import load_register
from cvi_analysis.params.yaml_files import read_yaml

LIST = "assumptions_read.py"
PACKAGE = Path(__file__).parents[2] / "cvi_analysis"
ANY = "*"


@cache
def package() -> dict[str, ast.Module]:
    """The code of the package but for the list, by file; read once."""
    return {
        str(path): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != LIST
    }


def name_in(node: ast.AST) -> str | None:
    """The text of a string, with `*` for each part that is computed: `roles.*.wage`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(name_in(part) or ANY for part in node.values)
    return None


def fits(pattern: str, name: str) -> bool:
    return re.fullmatch("[a-z0-9_]+".join(map(re.escape, pattern.split(ANY))), name) is not None


def looked_up(code: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of each look-up in `values`, as a formula writes it: `values["pay.x"]`."""
    for node in ast.walk(code):
        if isinstance(node, ast.Subscript):
            of, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if node.func.attr != "get":
                continue
            of, key = node.func.value, node.args[0]
        else:
            continue
        if getattr(of, "id", getattr(of, "attr", None)) in ("values", "_values"):
            name = name_in(key)
            if name:
                yield node.lineno, name


def unlisted(code: ast.Module, file: str) -> list[str]:
    """The look-ups that no assumption of the list fits."""
    return [
        f"{file}:{line}: {name}"
        for line, name in looked_up(code)
        if "." in name and not any(fits(name, known) for known in EXPECTED.assumptions)
    ]


def test_whatever_a_formula_reads_is_listed() -> None:
    reads = sum(len(list(looked_up(code))) for code in package().values())
    assert reads >= 30, "the formulas are written in another way now"
    wrong = [text for file, code in package().items() for text in unlisted(code, file)]
    assert wrong == [], f"read by a formula and missing in model/{LIST}"


def test_a_misspelt_look_up_is_named() -> None:
    source = 'wage = values[f"roles.{role}.wages"]\nshare = values["budget.training"]\n'
    found = unlisted(ast.parse(source), "pay.py")
    assert found == ["pay.py:1: roles.*.wages", "pay.py:2: budget.training"]


def unread(names: Iterable[str]) -> list[str]:
    """The names that are written nowhere in the package, nor looked up by a pattern."""
    written, patterns = set(), set()
    for code in package().values():
        written.update(name_in(node) for node in ast.walk(code))
        patterns.update(name for _, name in looked_up(code) if ANY in name)
    return [
        name
        for name in names
        if name not in written and not any(fits(pattern, name) for pattern in patterns)
    ]


def test_whatever_is_listed_is_read() -> None:
    misspelt = "budget.training_shares"
    found = unread([*EXPECTED.assumptions, misspelt])
    assert found == [misspelt], f"listed in model/{LIST} and read by no formula, but for the last"


def test_whatever_is_listed_is_in_the_file_and_the_other_way_round(root: Path) -> None:
    assert set(read_yaml(root / "params" / "assumptions.yaml").data) == set(EXPECTED.assumptions)


@pytest.mark.parametrize("name", ["population", "budget.wraparound.social_share", "phasing.years"])
def test_a_name_that_the_file_lacks_is_refused_before_anything_is_made(
    root: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "assumptions.yaml"
    text = (root / "params" / "assumptions.yaml").read_text(encoding="utf-8")
    start = text.index(f"\n{name}:\n")
    end = re.compile(r"\n(?=[a-z#])").search(text, start + 1)
    path.write_text(text[:start] + (text[end.start() :] if end else ""), encoding="utf-8")
    with pytest.raises(InputError, match=rf"assumptions\.yaml: {name}: the assumption is missing"):
        load_register(path, EXPECTED)


def test_without_a_model_the_file_is_taken_as_it_stands(root: Path) -> None:
    alone, asked = load_params(root), load_params(root, EXPECTED)
    assert alone.cities == asked.cities
    assert alone.register.values() == asked.register.values()
