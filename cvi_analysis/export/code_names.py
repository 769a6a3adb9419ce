"""Which code an exhibit comes from: that of its own cell, and of those whose names it needs.

Python alone is read, by its syntax. What a name stands for is never looked up; a method that is
called for its effect (`rows.append(…)`) counts as a change of its object.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

SETUP_PLACE = -1
_BUILT_IN = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class HiddenCode:
    """The code of a cell, for `code_folds`.

    `exhibit` says that it shows more than words, `silent` that it shows nothing, `printed` that its
    code is seen without a fold.
    """

    source: str = ""
    exhibit: bool = False
    silent: bool = False
    printed: bool = False


@dataclass(slots=True)
class CodeFold:
    """What one fold holds.

    `places` are those of its cells, in order; `uses` has each name that they need from another
    fold, with the place of the exhibit that this fold is under, or `SETUP_PLACE`.
    """

    places: list[int] = field(default_factory=list)
    uses: dict[str, int] = field(default_factory=dict)


def code_folds(
    cells: Sequence[HiddenCode], *, begins: int = 0, python: bool = True
) -> dict[int, CodeFold]:
    """The folds of a notebook, by the place of the exhibit that each stands under.

    Code stands in the fold of the first exhibit that it leads to, once. What runs before the first
    section is in a fold of its own, `SETUP_PLACE`. Code that only words come from is in none;
    what can not be read as Python goes with the next exhibit.

    Args:
        cells: all cells of a notebook.
        begins: the place of the first section.
        python: whether the code is in Python.
    """
    read = [_names(cell.source) if python else None for cell in cells]
    fold_of = _owners(cells, read, begins)
    folds: dict[int, CodeFold] = {}
    for place, owner in sorted(fold_of.items()):
        if not cells[place].printed:
            folds.setdefault(owner, CodeFold()).places.append(place)
    bound_in: dict[str, int] = {}
    for place, owner in sorted(fold_of.items()):
        found = read[place]
        if found is None:
            continue
        for name in sorted(found.used):
            there = bound_in.get(name, owner)
            if there != owner and owner in folds:
                folds[owner].uses.setdefault(name, there)
        bound_in.update(dict.fromkeys(found.bound - found.imported, owner))
    return folds


def _owners(
    cells: Sequence[HiddenCode], read: Sequence[_CellNames | None], begins: int
) -> dict[int, int]:
    """By place of a cell, the exhibit whose fold has its code; from the end, by what is needed."""
    needed: dict[str, int] = {}
    owners: dict[int, int] = {}
    following = SETUP_PLACE
    for place in reversed(range(len(cells))):
        cell, found = cells[place], read[place]
        if not cell.source:
            continue
        if cell.exhibit:
            owner = following = place
        elif found is None:
            owner = following
        else:
            left = found.bound | (found.called if cell.silent else set())
            wanted = [needed[name] for name in left if name in needed]
            if not wanted and not found.asserts:
                continue
            owner = min(wanted, default=following)
        if found is not None:
            for name in found.bound:
                needed.pop(name, None)
            for name in found.used | found.called:
                needed[name] = min(owner, needed.get(name, owner))
        owners[place] = owner if place >= begins or cell.exhibit else SETUP_PLACE
    return owners


@dataclass(frozen=True, slots=True)
class _CellNames:
    """Names that code leaves behind, needs from before, imports, and calls a method of."""

    bound: frozenset[str]
    used: frozenset[str]
    imported: frozenset[str]
    called: frozenset[str]
    asserts: bool


@lru_cache(maxsize=512)
def _names(source: str) -> _CellNames | None:
    """The names of a cell; None where it is not plain Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    bound: set[str] = set()
    used: set[str] = set()
    imported: set[str] = set()
    for statement in tree.body:
        loaded, stored = _in(statement)
        used |= loaded - bound - _BUILT_IN
        bound |= stored
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imported |= stored
    nodes = list(ast.walk(tree))
    called = {name for node in nodes if (name := _changed_by_call(node))} - bound
    return _CellNames(
        frozenset(bound), frozenset(used), frozenset(imported), frozenset(called),
        any(isinstance(node, ast.Assert) for node in nodes),
    )  # fmt: skip


def _changed_by_call(node: ast.AST) -> str:
    """`rows` of a statement `rows.append(…)`, or no name."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return ""
    of = node.value.func
    if not isinstance(of, ast.Attribute):
        return ""
    while isinstance(of, ast.Attribute | ast.Subscript):
        of = of.value
    return of.id if isinstance(of, ast.Name) else ""


def _in(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Names that one statement loads from outside of it, and those that it leaves behind."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            inside = {node.id for node in _of(statement, ast.Store)} | _parameters(statement)
            return {node.id for node in _of(statement, ast.Load)} - inside, {statement.name}
        case ast.Import() | ast.ImportFrom():
            found = (alias.asname or alias.name.split(".")[0] for alias in statement.names)
            return set(), set(found)
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            stored = {node.id for target in targets for node in _of(target, ast.Store)}
            # `frame["total"] = …` needs the frame, and leaves behind another.
            changed = {node.id for target in targets for node in _of(target, ast.Load)}
            if isinstance(statement, ast.AugAssign):
                changed |= stored
            value = statement.value
            return changed | (set() if value is None else _free(value)), stored | changed
        case _:
            stored = {node.id for node in _of(statement, ast.Store, nested=False)}
            return _free(statement) - stored, stored


def _free(node: ast.AST) -> set[str]:
    """Names that are loaded, but for those that a comprehension or a lambda brings itself."""
    own = {name for inside in ast.walk(node) for name in _brought(inside)}
    return {found.id for found in _of(node, ast.Load)} - own


def _brought(node: ast.AST) -> set[str]:
    if isinstance(node, ast.comprehension):
        return {found.id for found in _of(node.target, ast.Store)}
    return _parameters(node)


def _parameters(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return {found.arg for found in ast.walk(node.args) if isinstance(found, ast.arg)}
    return set()


def _of(
    node: ast.AST, context: type[ast.expr_context], *, nested: bool = True
) -> Iterator[ast.Name]:
    """Names in a context; unless `nested`, not those of a comprehension, which end with it."""
    if not nested and isinstance(
        node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda
    ):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, context):
        yield node
    for inside in ast.iter_child_nodes(node):
        yield from _of(inside, context, nested=nested)
