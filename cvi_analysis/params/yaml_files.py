"""YAML as this project accepts it: plain data, one document, every value with its line.

The YAML 1.2 core schema for plain scalars (null, true/false, decimal numbers, text) and nothing
more: no anchors or aliases, no tags, no merge keys. So a small file can never expand into a huge
one, run code or mean something else than it seems to.

ruamel composes the document and knows each value's line. What a value means is decided here,
because its own rules also make dates, octal numbers and numbers with underscores; and a name given
twice is refused here, because its own error does not say where the first one stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from cvi_analysis.errors import CviError
from cvi_analysis.params.text_files import Where, read_text, refuse_hidden

MAX_DEPTH = 12
"""How many levels a value may lie below the whole document."""

Plain: TypeAlias = Any  # None, bool, int, float, str, tuple[Plain, ...] or dict[str, Plain]
FieldPath: TypeAlias = tuple[int | str, ...]

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The mapping in a file, and the line of each of its values.

    Attributes:
        data: plain values; sequences are tuples.
        start: the file, for messages about all of it.
        lines: 1-based line by path (for an entry of a mapping, that of its name).
    """

    data: dict[str, Plain]
    start: Where
    lines: dict[FieldPath, int]

    def where(self, *path: int | str) -> Where:
        """Return the place of the value at `path`, or of the nearest one above it that exists."""
        while path not in self.lines:
            path = path[:-1]
        return self.start.at(self.lines[path])

    def entry(self, *path: str) -> dict[str, Plain]:
        """Return the mapping at `path`; raises `InputError` if there is something else."""
        found: Plain = self.data
        for name in path:
            found = found[name]
        return _mapping(found, self.where(*path), ".".join(path))


def read_yaml(path: Path) -> YamlFile:
    """Return what a YAML file holds.

    Raises:
        InputError: the file is missing, too large, not UTF-8, empty, no mapping, or uses what is
            not accepted here (duplicate keys, anchors, aliases, tags, tabs, several documents).
    """
    return parse_yaml(read_text(path), Where(str(path)))


def parse_yaml(text: str, where: Where) -> YamlFile:
    """Return the mapping in `text`; `where` names the file in messages. Raises `InputError`."""
    tab = _TAB_INDENT.search(text)
    if tab:
        raise where.at(text.count("\n", 0, tab.start()) + 1).error(
            "a line is indented with a tab", found="\t", allowed="spaces"
        )
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer, yaml.max_depth = _PlainComposer, MAX_DEPTH + 1  # the document is the first
    try:
        root = yaml.compose(text)
    except ReaderError as error:
        raise where.at(text.count("\n", 0, error.position) + 1).error(
            "the file holds a control character", found=_character(error.character), allowed="text"
        ) from None
    except MarkedYAMLError as error:
        raise _refusal(error, where) from None
    except (YAMLError, ValueError, AssertionError) as error:  # ruamel asserts what `%YAML` says
        words = (str(error).splitlines() or ["it cannot be read"])[0]
        raise where.error(f"this is not valid YAML: {words}") from None
    lines: dict[FieldPath, int] = {}
    data = None if root is None else _value(root, _line(root), (), where, lines)
    if data is None:
        raise where.error("the file is empty", allowed="`key: value` lines")
    return YamlFile(_mapping(data, where.at(lines[()])), where, lines)


def plain_scalar(text: str) -> bool | int | float | str | None:
    """Return an unquoted scalar's value by the YAML 1.2 core schema, decimal numbers only."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


class _NotAcceptedError(CviError, MarkedYAMLError):
    """A part of YAML that is not accepted here: `context` names it, `problem` is what stands."""


class _PlainComposer(Composer):
    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent):
            raise _NotAcceptedError("aliases", None, f"*{event.anchor}", event.start_mark)
        if event.anchor:
            raise _NotAcceptedError("anchors", None, f"&{event.anchor}", event.start_mark)
        if event.tag:
            raise _NotAcceptedError("tags", None, str(event.tag), event.start_mark)
        return super().compose_node(parent, index)


def _refusal(error: MarkedYAMLError, where: Where) -> Exception:
    mark = error.problem_mark or error.context_mark
    here = where.at(mark.line + 1 if mark else None)
    if isinstance(error, _NotAcceptedError):
        return here.error(
            f"YAML {error.context} are not accepted", found=error.problem, allowed="plain values"
        )
    if isinstance(error, MaxDepthExceededError):
        return here.error("values are nested too deeply", allowed=f"{MAX_DEPTH} levels")
    if error.problem == "but found another document":
        return here.error("the file holds several documents", found="---", allowed="one document")
    return here.error(
        f"this is not valid YAML: {error.problem or error.context}",
        hint="Check the indentation, the colon after each name and the quotes.",
    )


def _value(
    node: Any, line: int, path: FieldPath, where: Where, lines: dict[FieldPath, int]
) -> Plain:
    """Return a node's plain value and note the lines of all that is in it."""
    lines[path] = line
    if isinstance(node, ScalarNode):
        return _scalar(node, where)
    if isinstance(node, SequenceNode):
        return tuple(
            _value(item, _line(item), (*path, place), where, lines)
            for place, item in enumerate(node.value)
        )
    assert isinstance(node, MappingNode), "ruamel composes no other nodes"
    entries: dict[str, Plain] = {}
    for name, value in node.value:
        here = where.at(_line(name))
        if not isinstance(name, ScalarNode) or not name.value:
            raise here.error("a name before the colon must be plain text", allowed="`name: value`")
        key = str(name.value)
        refuse_hidden(key, here)  # from an escape
        if key in entries:
            raise here.error(
                "the name occurs twice",
                parameter=key,
                allowed="each name once",
                hint=f"It is also on line {lines[(*path, key)]}.",
            )
        entries[key] = _value(value, _line(name), (*path, key), where, lines)
    return entries


def _scalar(node: ScalarNode, where: Where) -> Plain:
    text = str(node.value)
    refuse_hidden(text, where.at(_line(node)))
    return text if node.style else plain_scalar(text)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _mapping(data: Plain, where: Where, name: str | None = None) -> dict[str, Plain]:
    if isinstance(data, dict):
        return data
    raise where.error(
        "must hold `key: value` lines", parameter=name, found=data, allowed="a mapping"
    )


def _character(code: int | str | bytes) -> str:
    return chr(code) if isinstance(code, int) else str(code)
