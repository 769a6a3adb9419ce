"""The house: its rooms as the contract and CONTRIBUTING have them, and every name once."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import defaultdict

PACKAGE = "cvi_analysis"
# Being rewritten: an import each that is there for start-up time, and for Windows; an exception.
OF_NBCLIENT = {"TooMuchOutputError"}
"""A dead kernel's error to nbclient, which ends a run on its own errors only."""
BESIDE = {"__main__", "cli", "errors", "files", "paths"}


def contract(root) -> dict:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["importlinter"]


def rooms(root) -> list[str]:
    """The rooms from the first to the last, as the contract has them."""
    layers = contract(root)["contracts"][0]["layers"]
    return [name for layer in reversed(layers) for name in layer.split(" | ") if name not in BESIDE]


def test_the_contract_holds(root):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    found = subprocess.run(
        [*command, "--no-cache"], cwd=root, capture_output=True, text=True, check=False, timeout=120
    )
    assert found.returncode == 0, found.stdout


def test_the_table_of_contributing_is_that_of_the_contract(root):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)/` \|", text, re.M)
    # Two that must not know each other may stand in either order.
    assert sorted(table) == sorted(rooms(root))
    ranks = {
        name: rank
        for rank, layer in enumerate(reversed(contract(root)["contracts"][0]["layers"]))
        for name in layer.split(" | ")
    }
    in_table = [ranks[name] for name in table]
    assert in_table == sorted(in_table)
    # The rows on rooms that may not import what stands above them, or beside them.
    for row in contract(root)["contracts"][1:]:
        (source,) = row["source_modules"]
        told = re.search(
            rf"^\| `{source.removeprefix(f'{PACKAGE}.')}/` \|.*\| (.*) \|$", text, re.M
        )
        assert told is not None
        names = {name.removeprefix(f"{PACKAGE}.") for name in row["forbidden_modules"]}
        assert "all other rooms" in told[1] or names <= set(re.findall(r"`(\w+)`", told[1]))


def test_every_folder_is_a_room_of_the_contract(root):
    folders = {path.parent.name for path in (root / PACKAGE).glob("*/__init__.py")}
    modules = {path.stem for path in (root / PACKAGE).glob("*.py")} - {"__init__"}
    assert folders == set(rooms(root))
    assert modules == BESIDE


def test_no_two_modules_or_public_classes_share_a_name(root):
    places = defaultdict(list)
    for path in sorted((root / PACKAGE).rglob("*.py")):
        if path.stem != "__init__":
            places[path.name].append(path)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice


def imports_inside_functions(tree: ast.Module) -> list[ast.stmt]:
    return [
        found
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for found in ast.walk(function)
        if isinstance(found, ast.Import | ast.ImportFrom)
    ]


def has_its_reason(place: int, lines: list[str], imports: set[int]) -> bool:
    """Whether "start-up time" stands on this line or right above it and the imports before it."""
    said = "start-up time"
    if said in lines[place].partition("#")[2]:
        return True
    place -= 1
    while place in imports or not lines[place].strip():
        place -= 1
    while lines[place].lstrip().startswith("#"):
        if said in lines[place]:
            return True
        place -= 1
    return False


def test_imports_inside_functions_are_there_for_start_up_time(root):
    without = []
    for path in sorted((root / PACKAGE).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        nodes = imports_inside_functions(ast.parse(text))
        spans = {
            line
            for node in nodes
            for line in range(node.lineno - 1, node.end_lineno or node.lineno)
        }
        without += [
            f"{path.relative_to(root)}:{node.lineno}"
            for node in nodes
            if not has_its_reason(node.lineno - 1, text.splitlines(), spans)
        ]
    assert not without, "to the top of the module, or with a comment: # start-up time: ..."


def test_every_exception_derives_from_the_one_in_errors(root):
    bases = {
        node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases]
        for path in sorted((root / PACKAGE).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }

    def ancestors(name: str) -> set[str]:
        return {name}.union(*(ancestors(base) for base in bases.get(name, ())))

    kinds = ("Error", "Exception", "Warning", "KeyboardInterrupt", "SystemExit")
    exceptions = {name for name in bases if any(a.endswith(kinds) for a in ancestors(name))}
    assert exceptions >= {"CviError", "InputError", "NotebookError"}
    assert {name for name in exceptions if "CviError" not in ancestors(name)} == OF_NBCLIENT
