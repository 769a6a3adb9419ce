"""What a notebook shows, in order: the parts that an exporter lays out.

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
