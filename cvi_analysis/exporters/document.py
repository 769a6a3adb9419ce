"""What a notebook shows, in order: the parts that an exporter lays out, and who the report is for.

Both exporters walk the same parts, so a cell that a researcher adds appears in both files. Which
form of an output is used (Typst markup, HTML, SVG, …) is the only thing that differs.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Target = Literal["html", "pdf"]
Kind = Literal[
    "markdown", "html", "typst", "svg", "image", "latex", "plain", "code", "stream", "error"
]

# Best form first. A PDF takes HTML, through pandoc, only where there is nothing better.
PREFERENCE: dict[Target, tuple[str, ...]] = {
    "html": (
        "text/html", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
        "text/markdown", "text/latex", "text/plain",
    ),
    "pdf": (
        "text/x-typst", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
        "text/markdown", "text/html", "text/latex", "text/plain",
    ),
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "text/x-typst": "typst", "text/typst": "typst", "text/html": "html",
    "text/markdown": "markdown", "text/latex": "latex", "text/plain": "plain",
    "image/svg+xml": "svg",
}  # fmt: skip

HIDDEN_TAGS = frozenset({"remove-cell", "remove_cell", "hide", "hide-cell", "hide_cell"})
NO_INPUT_TAGS = frozenset({"remove-input", "remove_input", "hide-input", "hide_input"})
NO_OUTPUT_TAGS = frozenset({"remove-output", "remove_output", "hide-output", "hide_output"})
SHOW_INPUT_TAGS = frozenset({"show-input", "show_input"})

_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


@dataclass(frozen=True)
class Show:
    """What to leave out, with nbconvert's own names for it."""

    inputs: bool = False
    outputs: bool = True
    markdown: bool = True
    code_cells: bool = True
    raw: bool = True

    @classmethod
    def of(cls, exporter: Any) -> Show:
        """What an exporter was told with nbconvert's options `exclude_...`."""
        return cls(
            inputs=not exporter.exclude_input,
            outputs=not exporter.exclude_output,
            markdown=not exporter.exclude_markdown,
            code_cells=not exporter.exclude_code_cell,
            raw=not exporter.exclude_raw,
        )


@dataclass(frozen=True)
class Part:
    """One thing to lay out.

    `text` is markup or text; for an image, `data` holds its bytes and `text` its media type.
    `others` are the next best forms of the same output, for when the first turns out to be empty.
    """

    kind: Kind
    text: str
    cell: int
    label: str
    data: bytes = b""
    alt: str = ""
    caption: str = ""
    language: str = ""
    width: int | None = None
    attachments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    others: tuple[Part, ...] = ()


@dataclass(frozen=True)
class About:
    """Title block and metadata of a report, from the notebook's `cvi` metadata or sensible values.

    `title` is "" when the metadata has none; the exporter then takes the first heading.
    """

    title: str
    subtitle: str
    language: str
    author: str
    description: str
    keywords: tuple[str, ...]
    running_head: str
    scenario: str
    version: str
    name: str

    def kicker(self, title: str, first_title: str) -> str:
        """The line above the title: the notebook's own heading, unless the title says the same."""
        words = set(first_title.lower().replace(":", "").split())
        said = set(f"{title} {self.subtitle}".lower().replace(":", "").split())
        return first_title if len(words & said) < 0.75 * len(words) else ""

    def lead(self, title: str) -> tuple[str, str]:
        """`title` in what is set large, such as a place's name, and the rest, which may be ""."""
        lead, _, rest = title.partition(": ")
        return (lead, rest) if rest and len(lead) <= 40 else (title, "")


def about(notebook: Mapping[str, Any], name: str = "Notebook") -> About:
    """Who and what `notebook` is about.

    Args:
        notebook: a notebook node or its JSON.
        name: the notebook's file name without its ending, the last resort for a title.
    """
    metadata = notebook.get("metadata", {})
    cvi = metadata.get("cvi") or {}
    authors = metadata.get("authors") or []
    names = [str(a.get("name", "")) if isinstance(a, Mapping) else str(a) for a in authors]
    keywords = cvi.get("keywords") or metadata.get("keywords") or ()
    if isinstance(keywords, str):
        keywords = [word.strip() for word in keywords.split(",")]
    title = str(cvi.get("title") or metadata.get("title") or "")
    subtitle = str(cvi.get("subtitle") or "")
    scenario = str(cvi.get("scenario_title") or cvi.get("scenario") or "")
    place = ", ".join(str(cvi[key]) for key in ("city", "state") if cvi.get(key))
    author = cvi.get("author") or ", ".join(name for name in names if name)
    if not author and cvi:
        author = "CVI city profiles"
    head = str(cvi.get("running_head") or " · ".join(part for part in (place, scenario) if part))
    return About(
        title=plain(title),
        subtitle=plain(subtitle),
        language=_language(str(cvi.get("language") or metadata.get("language") or "en-US")),
        author=plain(str(author)),
        description=plain(str(cvi.get("description") or subtitle)),
        keywords=tuple(plain(str(word)) for word in keywords if str(word).strip()),
        running_head=plain(head),
        scenario=plain(scenario),
        version=plain(str(cvi.get("version") or "")),
        name=plain(name),
    )


def parts(notebook: Mapping[str, Any], target: Target, show: Show) -> Iterator[Part]:
    """Everything that `notebook` shows in a `target` file, in order."""
    language = _code_language(notebook)
    for number, cell in enumerate(notebook.get("cells", ()), start=1):
        tags = frozenset(cell.get("metadata", {}).get("tags", ()))
        if tags & HIDDEN_TAGS:
            continue
        label = f"cell {number}" + (f" ({cell['id']})" if cell.get("id") else "")
        source = _joined(cell.get("source", ""))
        kind = cell.get("cell_type")
        if kind == "markdown" and show.markdown:
            if source.strip():
                attached = cell.get("attachments") or {}
                yield Part("markdown", source, number, label, attachments=attached)
        elif kind == "raw" and show.raw:
            yield from _raw(cell, source, number, label, target)
        elif kind == "code" and show.code_cells:
            visible = (show.inputs and not tags & NO_INPUT_TAGS) or bool(tags & SHOW_INPUT_TAGS)
            if visible and source.strip():
                yield Part("code", source, number, label, language=language)
            if show.outputs and not tags & NO_OUTPUT_TAGS:
                for output in cell.get("outputs", ()):
                    yield from _output(output, number, label, target)


def plain(text: str) -> str:
    r"""`text` without terminal colors and control characters, ends of line as `\n`."""
    text = _ANSI.sub("", text.replace("\r\n", "\n"))
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()


def _raw(
    cell: Mapping[str, Any], source: str, number: int, label: str, target: Target
) -> Iterator[Part]:
    """A raw cell: its own format where the target takes it, text where it names none."""
    metadata = cell.get("metadata", {})
    mime = metadata.get("raw_mimetype") or metadata.get("format") or ""
    kind = _KINDS.get(mime) if mime else "plain"
    wanted: dict[Target, set[str]] = {
        "html": {"html", "markdown", "latex", "plain"},
        "pdf": {"typst", "markdown", "latex", "plain"},
    }
    if kind is not None and kind in wanted[target] and source.strip():
        yield Part(kind, source, number, label)


def _output(output: Mapping[str, Any], number: int, label: str, target: Target) -> Iterator[Part]:
    kind = output.get("output_type")
    if kind == "stream":
        text = plain(_joined(output.get("text", ""))).strip("\n")
        if text.strip():
            yield Part("stream", text, number, label, language=str(output.get("name", "stdout")))
    elif kind == "error":
        trace = plain("\n".join(_joined(line) for line in output.get("traceback", ())))
        what = plain(f"{output.get('ename', 'Error')}: {output.get('evalue', '')}".rstrip(": "))
        yield Part("error", trace, number, label, caption=what)
    elif kind in {"display_data", "execute_result", "update_display_data"}:
        found = list(_forms(output, number, label, target))
        if found:
            first, *others = found
            yield Part(**{**vars(first), "others": tuple(others)})


def _forms(output: Mapping[str, Any], number: int, label: str, target: Target) -> Iterator[Part]:
    data, metadata = output.get("data", {}), output.get("metadata", {})
    for mime in PREFERENCE[target]:
        if mime not in data:
            continue
        about_this = metadata.get(mime) if isinstance(metadata.get(mime), Mapping) else {}
        alt = str(about_this.get("alt") or metadata.get("alt") or "")
        caption = str(about_this.get("caption") or metadata.get("caption") or "")
        text = _joined(data[mime])
        if mime.startswith("image/") and mime != "image/svg+xml":
            try:
                content = base64.b64decode(text)
            except (binascii.Error, ValueError):
                continue
            width = about_this.get("width")
            yield Part(
                "image", mime, number, label, data=content, alt=plain(alt),
                caption=plain(caption), width=width if isinstance(width, int) else None,
            )  # fmt: skip
        elif text.strip():
            kind = _KINDS[mime]
            yield Part(
                kind, plain(text) if kind in {"plain", "svg"} else text, number, label,
                alt=plain(alt), caption=plain(caption),
            )  # fmt: skip


def _joined(value: str | Sequence[str] | object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return "".join(str(line) for line in value)
    return str(value)


def _code_language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata", {})
    info = metadata.get("language_info") or metadata.get("kernelspec") or {}
    name = str(info.get("name") or info.get("language") or "python").lower()
    return "python" if name.startswith("python") or name == "cvi" else name


def _language(tag: str) -> str:
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) else "en-US"
