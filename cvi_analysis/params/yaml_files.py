"""YAML as this project accepts it: plain data, one document, every value with its line.

The YAML 1.2 core schema for plain scalars (null, true/false, decimal numbers, text) and nothing
more: no anchors or aliases, no tags, no merge keys. So a small file can never expand into a huge
one, run code or mean something else than it seems to.

libyaml reads the document, through PyYAML, as a row of events with the line of each. What they mean
is decided here, because PyYAML's own rules also make dates, octal numbers and `yes`, and take the
last of two values of one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from cvi_analysis.params.text_files import Where, read_text, refuse_hidden

MAX_DEPTH = 12
"""How many levels a value may lie below the whole document."""

# libyaml where PyYAML was built with it, as its wheels are; it is ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Plain: TypeAlias = Any  # None, bool, int, float, str, tuple[Plain, ...] or dict[str, Plain]
FieldPath: TypeAlias = tuple[int | str, ...]

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INTEGER = re.compile(r"[-+]?[0-9]{1,40}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
_OLD_BREAK = re.compile("[\x85\u2028\u2029]")  # ends a line, or a comment, in YAML 1.1 alone


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
    old_break = _OLD_BREAK.search(text)
    if old_break:
        raise where.at(text.count("\n", 0, old_break.start()) + 1).error(
            "the file holds a line separator that no editor shows", found=old_break[0]
        )
    document = _Document(where)
    try:
        data = document.read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise where.at(mark.line + 1 if mark else None).error(
            f"this is not valid YAML: {error.problem or error.context}",
            hint="Check the indentation, the colon after each name and the quotes.",
        ) from None
    except (yaml.YAMLError, UnicodeError) as error:
        words = (str(error).splitlines() or ["it cannot be read"])[0]
        raise where.error(f"this is not valid YAML: {words}") from None
    if data is None:
        raise where.error("the file is empty", allowed="`key: value` lines")
    lines = document.lines
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


@dataclass(slots=True)
class _Document:
    """One document as plain values, and the line of all that is in it.

    Attributes:
        where: the file, for messages.
        lines: 1-based line by path.
    """

    where: Where
    lines: dict[FieldPath, int] = field(default_factory=dict)

    def read(self, events: Iterator[Any]) -> Plain:
        """Return the value of the one document; None if there is none."""
        next(events)  # The stream's start.
        event = next(events)
        if isinstance(event, yaml.StreamEndEvent):
            return None
        first = next(events)
        data = self._value(events, first, _line(first), ())
        next(events)  # The document's end.
        event = next(events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._here(event).error(
                "the file holds several documents", found="---", allowed="one document"
            )
        return data

    def _value(self, events: Iterator[Any], event: Any, line: int, path: FieldPath) -> Plain:
        self._accept(event)
        if len(path) > MAX_DEPTH:
            raise self.where.at(line).error(
                "values are nested too deeply", allowed=f"{MAX_DEPTH} levels"
            )
        self.lines[path] = line
        if isinstance(event, yaml.ScalarEvent):
            refuse_hidden(event.value, self._here(event))
            return event.value if event.style else plain_scalar(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._entries(events, path)

    def _sequence(self, events: Iterator[Any], path: FieldPath) -> tuple[Plain, ...]:
        items: list[Plain] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._value(events, event, _line(event), (*path, len(items))))
        return tuple(items)

    def _entries(self, events: Iterator[Any], path: FieldPath) -> dict[str, Plain]:
        entries: dict[str, Plain] = {}
        while not isinstance(name := next(events), yaml.MappingEndEvent):
            self._accept(name)
            here = self._here(name)
            if not isinstance(name, yaml.ScalarEvent) or not name.value:
                raise here.error(
                    "a name before the colon must be plain text", allowed="`name: value`"
                )
            key = name.value
            refuse_hidden(key, here)  # from an escape
            if key in entries:
                raise here.error(
                    "the name occurs twice",
                    parameter=key,
                    allowed="each name once",
                    hint=f"It is also on line {self.lines[(*path, key)]}.",
                )
            entries[key] = self._value(events, next(events), _line(name), (*path, key))
        return entries

    def _accept(self, event: Any) -> None:
        """Refuse what makes a value more than it seems, before anything below it is read."""
        kind, found = "", event.anchor
        if isinstance(event, yaml.AliasEvent):
            kind, found = "aliases", f"*{event.anchor}"
        elif event.anchor:
            kind, found = "anchors", f"&{event.anchor}"
        elif event.tag:
            kind, found = "tags", event.tag
        if kind:
            raise self._here(event).error(
                f"YAML {kind} are not accepted", found=found, allowed="plain values"
            )

    def _here(self, event: Any) -> Where:
        return self.where.at(_line(event))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _mapping(data: Plain, where: Where, name: str | None = None) -> dict[str, Plain]:
    if isinstance(data, dict):
        return data
    raise where.error(
        "must hold `key: value` lines", parameter=name, found=data, allowed="a mapping"
    )
