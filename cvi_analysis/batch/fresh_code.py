"""How a process that has imported the package runs an edited version of it, without starting anew.

What an edit touches is imported again, with all that imports it; nothing else, as nothing else
can hold a name of it. It serves the preview: a build starts new processes.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cvi_analysis import paths

DROPPED = "CVI_DROPPED"
"""The variable that tells a notebook's process which modules its server has from before an edit.

It is there after every edit, also of files that are no modules.
"""

_PACKAGE = paths.PACKAGE.name
_READ_AGAIN = {".css", ".html", ".j2", ".js", ".json", ".mplstyle", ".py", ".svg", ".typ"}
"""Files of the package that are read when they are needed, or that `drop` brings in anew."""


def needs_restart(files: Iterable[Path], held: Collection[str]) -> bool:
    """Whether only a new process will do: a library holds the file, or the process's own parts do.

    Args:
        files: the edited files of the package.
        held: modules that the process cannot import again, because it is made of them.
    """
    edited = list(files)
    if any(path.suffix not in _READ_AGAIN for path in edited):
        return True
    return not dependents(edited).isdisjoint(held)


def dependents(files: Iterable[Path]) -> frozenset[str]:
    """The modules in these files, and every module of the package that imports one of them.

    An import within a function counts for nothing: it looks the module up each time. A file that
    is no Python has no dependents: what is read from it is forgotten by `forget_files`.
    """
    names = {_name(path) for path in files if path.suffix == ".py"}
    if not names:
        return frozenset()
    imports = module_imports()
    while more := {name for name, used in imports.items() if used & names} - names:
        names |= more
    return frozenset(names)


def module_imports() -> dict[str, frozenset[str]]:
    """What each module of the package imports of it as it is itself imported, packages included."""
    found = {}
    for path in paths.PACKAGE.rglob("*.py"):
        with suppress(OSError):
            told = path.stat()
            found[_name(path)] = _imports(path, told.st_mtime_ns, told.st_size)
    return found


def drop(names: Iterable[str]) -> None:
    """Have these modules imported again by whoever needs them next."""
    for name in names:
        sys.modules.pop(name, None)
        package, _, last = name.rpartition(".")
        # `from package import module` would find the old one there.
        vars(sys.modules.get(package, sys)).pop(last, None)


def forget_files() -> None:
    """Forget all that the package's functions keep for good, such as style sheets they have read.

    These are the functions under `functools.cache`. Those under `lru_cache` follow from their
    arguments alone, and keep their results.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == _PACKAGE:
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear") and value.cache_parameters()["maxsize"] is None:
                    value.cache_clear()


def drop_told() -> None:
    """In a notebook's process: forget and drop what the preview has told; nothing in a build."""
    if (told := os.environ.pop(DROPPED, None)) is not None:
        forget_files()
        drop(told.split())


def _name(path: Path) -> str:
    parts = path.relative_to(paths.PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=1024)  # Reading the whole package takes as long as a third of a report.
def _imports(path: Path, changed: int, size: int) -> frozenset[str]:
    """The imports of a file in the state that `changed` and `size` tell."""
    used: set[str] = set()
    with suppress(OSError, SyntaxError, ValueError):  # Its import will say what is wrong.
        for node in _at_import(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            else:
                found = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in found:
                parts = name.split(".")
                if parts[0] == _PACKAGE:
                    used.update(".".join(parts[:end]) for end in range(2, len(parts) + 1))
    return frozenset(used)


def _at_import(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _at_import(child)
