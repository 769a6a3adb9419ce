"""YAML as this project accepts it: plain data, one document, every value with its line.

The YAML 1.2 core schema for plain scalars (null, true/false, decimal numbers, text) and nothing
more: no anchors or aliases, no tags, no merge keys. So a small file can never expand into a huge
one, run code or mean something else than it seems to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from cvi_analysis.params.where import Where

MAX_BYTES = 1_000_000
MAX_DEPTH = 12

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
# What no text of ours needs: control characters, halves of characters, and the marks that turn
# the direction of all that follows, so that a reader sees other figures than a program does.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

Plain: TypeAlias = Any  # None, bool, int, float, str, tuple[Plain, ...] or dict[str, Plain]


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the place it was written at (for an entry of a mapping, that of its key)."""

    content: bool | int | float | str | tuple[Node, ...] | dict[str, Node] | None
    where: Where

    def plain(self) -> Plain:
        """Return the value without places; sequences become tuples."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, tuple):
            return tuple(node.plain() for node in self.content)
        return self.content

    def mapping(self, name: str | None = None) -> dict[str, Node]:
        """Return the entries, or raise `InputError` if this is no mapping."""
        if isinstance(self.content, dict):
            return self.content
        raise self.where.error(
            "must hold `key: value` lines", parameter=name, found=self.plain(), allowed="a mapping"
        )

    def find(self, path: tuple[int | str, ...]) -> Node:
        """Return the node at `path`, or the nearest one above it that exists."""
        node = self
        for step in path:
            if isinstance(node.content, dict) and isinstance(step, str) and step in node.content:
                node = node.content[step]
            elif isinstance(node.content, tuple) and isinstance(step, int):
                if not 0 <= step < len(node.content):
                    break
                node = node.content[step]
            else:
                break
        return node


def read_yaml(path: Path) -> Node:
    """Return the mapping in a YAML file.

    Raises:
        InputError: the file is missing, too large, not UTF-8, empty, no mapping, or uses what is
            not accepted here (duplicate keys, anchors, aliases, tags, tabs, several documents).
    """
    return parse_yaml(read_text(path), Where(str(path)))


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """Return a UTF-8 text file's content without byte order mark, with line ends as on Unix.

    Raises:
        InputError: the file is missing, is a folder or a pipe, is larger than `limit` bytes, is
            not UTF-8 or holds a character that is not shown, such as NUL.
    """
    where = Where(str(path))
    try:
        # A pipe would be waited for and a device read for ever.
        if not (path.is_file() or path.is_dir()) and path.exists():
            raise where.error("this is not a file", allowed="a text file")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise where.error("the file does not exist") from None
    except OSError as error:
        raise where.error(f"the file cannot be read ({error.strerror})") from None
    if len(data) > limit:
        raise where.error("the file is too large", allowed=f"at most {limit:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise where.at(line).error(
            "the file is not UTF-8 text",
            found=data[error.start : error.start + 1],
            allowed="UTF-8",
            hint="Save it again with the encoding UTF-8.",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = _HIDDEN.search(text)
    if hidden:
        raise _hidden(where.at(text.count("\n", 0, hidden.start()) + 1), hidden[0])
    return text


def parse_yaml(text: str, where: Where) -> Node:
    """Return the mapping in `text`; `where` names the file in messages. Raises `InputError`."""
    tab = _TAB_INDENT.search(text)
    if tab:
        raise where.at(text.count("\n", 0, tab.start()) + 1).error(
            "a line is indented with a tab", found="\t", allowed="spaces"
        )
    events = iter(YAML(typ="safe", pure=True).parse(text))
    try:
        root = _document(events, where)
    except ReaderError as error:
        raise where.at(text.count("\n", 0, error.position) + 1).error(
            "the file holds a control character", found=_character(error.character), allowed="text"
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise where.at(line).error(
            f"this is not valid YAML: {error.problem or error.context}",
            hint="Check the indentation, the colon after each name and the quotes.",
        ) from None
    except (YAMLError, ValueError, AssertionError) as error:  # ruamel asserts what `%YAML` says
        words = (str(error).splitlines() or ["it cannot be read"])[0]
        raise where.error(f"this is not valid YAML: {words}") from None
    if root is None or root.content is None:
        raise where.error("the file is empty", allowed="`key: value` lines")
    root.mapping()
    return root


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


def _document(events: Iterator[Any], where: Where) -> Node | None:
    root: Node | None = None
    documents = 0
    for event in events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _at(where, event).error(
                    "the file holds several documents", found="---", allowed="one document"
                )
            root = _value(next(events), events, where, 0)
        elif isinstance(event, DocumentEndEvent | StreamEndEvent):
            continue
    return root


def _value(event: Any, events: Iterator[Any], where: Where, depth: int) -> Node:
    here = _at(where, event)
    _refuse_features(event, here)
    if isinstance(event, ScalarEvent):
        # implicit[0]: written without quotes, so its text decides its type.
        return Node(plain_scalar(event.value) if event.implicit[0] else str(event.value), here)
    if depth >= MAX_DEPTH:
        raise here.error("values are nested too deeply", allowed=f"{MAX_DEPTH} levels")
    if isinstance(event, SequenceStartEvent):
        items: list[Node] = []
        for item in events:
            if isinstance(item, SequenceEndEvent):
                break
            items.append(_value(item, events, where, depth + 1))
        return Node(tuple(items), here)
    if isinstance(event, MappingStartEvent):
        return Node(_entries(events, where, depth + 1), here)
    raise here.error(f"unexpected {type(event).__name__} in YAML")


def _entries(events: Iterator[Any], where: Where, depth: int) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    for event in events:
        if isinstance(event, MappingEndEvent):
            break
        here = _at(where, event)
        _refuse_features(event, here)
        if not isinstance(event, ScalarEvent) or not event.value:
            raise here.error("a name before the colon must be plain text", allowed="`name: value`")
        key = str(event.value)
        if key in entries:
            raise here.error(
                "the name occurs twice",
                parameter=key,
                allowed="each name once",
                hint=f"It is also on line {entries[key].where.line}.",
            )
        entries[key] = Node(_value(next(events), events, where, depth).content, here)
    return entries


def _hidden(where: Where, character: str) -> Exception:
    return where.error(
        "the file is not text, it holds a control character",
        found=character,
        allowed="UTF-8 text",
        hint="Delete the character.",
    )


def _refuse_features(event: Any, here: Where) -> None:
    hidden = isinstance(event, ScalarEvent) and _HIDDEN.search(event.value)  # from an escape
    if hidden:
        raise _hidden(here, hidden[0])
    if isinstance(event, AliasEvent):
        raise here.error(
            "YAML aliases are not accepted", found=f"*{event.anchor}", allowed="plain values"
        )
    if getattr(event, "anchor", None):
        raise here.error(
            "YAML anchors are not accepted", found=f"&{event.anchor}", allowed="plain values"
        )
    tag = getattr(event, "tag", None)
    if tag is not None and not (isinstance(event, ScalarEvent) and str(tag) == "!"):
        raise here.error("YAML tags are not accepted", found=str(tag), allowed="plain values")


def _character(code: int | str | bytes) -> str:
    return chr(code) if isinstance(code, int) else str(code)


def _at(where: Where, event: Any) -> Where:
    return where.at(event.start_mark.line + 1)
