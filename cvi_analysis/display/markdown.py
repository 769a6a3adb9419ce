"""Markdown with figures in it: a text in which `{budget.total:dollars}` stands for the number."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from string import Formatter
from typing import Any

import mistune

from cvi_analysis.display import formats
from cvi_analysis.display.prose import (
    Block,
    Bullets,
    Code,
    Data,
    Inline,
    Line,
    Link,
    Paragraph,
    Piece,
    Prose,
    Shown,
    Strong,
)
from cvi_analysis.errors import InputError

NAMED_FORMATS: dict[str, Callable[[float], str]] = {
    "dollars": formats.dollars,
    "short_dollars": formats.short_dollars,
    "percent": formats.percent,
    "share": formats.share,
    "number": formats.number,
    "plain": formats.plain,
    "exact": lambda x: formats.plain(x, 6),
}
"""What may stand after the colon of a figure besides a format of Python's."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_MARKS = re.compile(r"[!-/:-@\[-`{-~]")  # what a backslash takes its meaning from
_TEXT_OR_TAG = re.compile(r"(<[^>]*>)|([^<]+)")


@dataclass(frozen=True, slots=True)
class RichText(Block):
    """Markdown that has more than paragraphs, lists and links: a heading, a table, an image.

    The PDF takes the HTML.

    Attributes:
        markup: HTML, with dollar signs set apart.
        words: the text as it was written, with its figures.
    """

    markup: str
    words: str

    def html(self) -> str:
        """The markup."""
        return self.markup

    def typst(self) -> str:
        """Nothing: pandoc makes it of the HTML."""
        return ""

    def plain(self) -> str:
        """The Markdown."""
        return self.words

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Data:
        """HTML and text."""
        return {"text/html": self.html(), "text/plain": self.plain()}


def written(value: Any, how: str = "") -> str:
    """A value as people read it, rounded half up; None is "not known".

    Args:
        value: a number, a text, a date, None.
        how: a name of `NAMED_FORMATS`, a format of Python's such as `,.1f`, or nothing.

    Raises:
        InputError: there is no such format, or it does not fit the value.

    >>> written(19_916_579, "dollars"), written(0.286, ".1%"), written(235.5, ",.0f")
    ('$19,916,579', '28.6%', '236')
    """
    if value is None:
        return "not known"
    if isinstance(value, str | bool) and not how:
        return formats.assumption_value(value)
    if isinstance(value, date) and not how:
        return value.isoformat()[:10]
    try:
        if how in NAMED_FORMATS:
            return NAMED_FORMATS[how](value)
        if not how:
            return formats.plain(value)
        if isinstance(value, float):
            with localcontext(rounding=ROUND_HALF_UP):
                text = format(Decimal(repr(float(value))), how)
        else:
            text = format(value, how)
    except (ValueError, TypeError):
        raise InputError(
            "can not be written this way",
            parameter="format",
            found=f"{how or 'no format'} for {value!r}",
            allowed=f"{', '.join(NAMED_FORMATS)} or a number format of Python's, such as ,.1f",
        ) from None
    return f"{formats.MINUS}{text[1:]}" if text.startswith("-") else text


def markdown(text: str, figures: Mapping[str, Any], /, **own: Any) -> Block:
    """A text with its figures filled in.

    Args:
        text: Markdown. `{name}` or `{name:format}` stands for a figure, `{{` for a brace. A dollar
            sign is a dollar sign: formulas belong in a Markdown cell.
        figures: what the names stand for; each figure is marked with its name and exact value.
        own: further values by name, such as what a cell has just computed; these are not marked.

    Raises:
        InputError: there is no figure of that name, or it can not be written that way.
    """
    filled, places = _filled(text, figures, own)
    tokens = _parsed(filled)
    if all(map(_is_prose, tokens)):
        return Prose(tuple(_piece(token, places) for token in tokens))
    return RichText(_html(filled, places), _PLACE.sub(lambda m: _words(places, m), filled))


def inline(text: str, figures: Mapping[str, Any] | None = None, /, **own: Any) -> Line:
    """A line of Markdown with its figures filled in as by `markdown`.

    What is more than a line stays as it is typed.

    Raises:
        InputError: there is no figure of that name, or it can not be written that way.
    """
    text, places = _filled(text, figures or {}, own)
    tokens = _parsed(text)
    if len(tokens) == 1 and tokens[0]["type"] == "paragraph" and _is_prose(tokens[0]):
        return Line(tuple(_inline(tokens[0]["children"], places)))
    return Line((text,))


def literal(text: str) -> str:
    r"""Markdown that shows exactly this text, such as a title from a file.

    >>> literal("a *b* [c](d) {e}")
    'a \\*b\\* \\[c\\]\\(d\\) \\{{e\\}}'
    """
    marked = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    return marked.replace("{", "{{").replace("}", "}}")


def linked(text: str, url: str) -> str:
    """Markdown of words that lead to a web address; of the words alone where it is none."""
    address = (formats.web_address(url) or "").replace("{", "%7B").replace("}", "%7D")
    return f"[{literal(text)}](<{address}>)" if address else literal(text)


def _filled(
    text: str, figures: Mapping[str, Any], own: Mapping[str, Any]
) -> tuple[str, list[Inline]]:
    """The text with a place for each figure, and the figures."""
    try:
        fields = list(Formatter().parse(text))
    except ValueError as error:
        raise InputError(
            "has a brace without its other half", parameter="text", found=str(error),
            hint="A brace that is to be seen is written twice: {{.",
        ) from None  # fmt: skip
    pieces: list[str] = []
    places: list[Inline] = []
    for words, name, how, _ in fields:
        pieces.append(words)
        if name is not None:
            pieces.append(f"{_OPEN}{len(places)}{_CLOSE}")
            places.append(_figure(name.strip(), how or "", figures, own))
    return "".join(pieces), places


def _figure(name: str, how: str, figures: Mapping[str, Any], own: Mapping[str, Any]) -> Inline:
    if name in own:
        return written(own[name], how)
    if name not in figures:
        known = [*own, *figures]
        ends_alike = [key for key in known if key.rpartition(".")[2] == name.rpartition(".")[2]]
        found = [*difflib.get_close_matches(name, known, n=1), *ends_alike]
        raise InputError(
            "is no figure of this report",
            parameter=name or "{}",
            hint=f"Did you mean {found[0]}?" if found else None,
        )
    value = figures[name]
    text = written(value, how)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Shown(text, name, value) if number else text


@lru_cache(maxsize=1)
def _readers() -> tuple[mistune.Markdown, mistune.Markdown]:
    """What reads Markdown as a tree, and what makes HTML of it."""
    more = ["table", "strikethrough"]
    return (
        mistune.create_markdown(renderer=None, plugins=more),
        mistune.create_markdown(escape=True, plugins=more),
    )


def _parsed(text: str) -> list[dict[str, Any]]:
    tokens = _readers()[0](text)
    assert isinstance(tokens, list)
    return [token for token in tokens if token["type"] != "blank_line"]


def _is_prose(token: dict[str, Any]) -> bool:
    """Whether prose has a form for all that a token holds."""
    inside = token.get("children", ())
    match token["type"]:
        case "text" | "softbreak" | "codespan":
            return True
        case "strong" | "link":
            return all(part["type"] in ("text", "softbreak") for part in inside)
        case "paragraph" | "block_text":
            return all(map(_is_prose, inside))
        case "list":
            return all(map(_is_prose, inside))
        case "list_item":
            return len(inside) == 1 and inside[0]["type"] != "list" and _is_prose(inside[0])
        case _:
            return False


def _piece(token: dict[str, Any], places: list[Inline]) -> Piece:
    if token["type"] == "paragraph":
        return Paragraph(Line(tuple(_inline(token["children"], places))))
    items = (item["children"][0]["children"] for item in token["children"])
    lines = tuple(Line(tuple(_inline(item, places))) for item in items)
    return Bullets(lines, bool(token["attrs"]["ordered"]))


def _inline(tokens: Iterable[dict[str, Any]], places: list[Inline]) -> Iterator[Inline]:
    for token in tokens:
        match token["type"]:
            case "text":
                yield from _with_figures(token["raw"], places)
            case "softbreak":
                yield " "
            case "codespan":
                yield Code(_PLACE.sub(lambda m: _words(places, m), token["raw"]))
            case "strong":
                for part in _inline(token["children"], places):
                    yield replace(part, strong=True) if isinstance(part, Shown) else _strong(part)
            case _:
                inside = Line(tuple(_inline(token["children"], places)))
                yield Link(inside.plain(), token["attrs"]["url"])


def _strong(part: Inline) -> Inline:
    return Strong(part if isinstance(part, str) else part.text)


def _with_figures(text: str, places: list[Inline]) -> Iterator[Inline]:
    for index, piece in enumerate(_PLACE.split(text)):
        if index % 2:
            yield places[int(piece)]
        elif piece:
            yield piece


def _words(places: list[Inline], match: re.Match[str]) -> str:
    part = places[int(match[1])]
    return part if isinstance(part, str) else part.text


def _html(text: str, places: list[Inline]) -> str:
    """HTML of any Markdown, with dollar signs set apart and the figures in their places."""
    markup = _readers()[1](text)
    assert isinstance(markup, str)
    apart = _TEXT_OR_TAG.sub(lambda m: m[1] or formats.signs_apart(m[2]), markup)
    return _PLACE.sub(lambda m: Line((places[int(m[1])],)).html(), apart).strip()
