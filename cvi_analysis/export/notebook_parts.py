"""What a notebook shows, in order: the parts that an exporter lays out.

All exporters walk the same parts, so a cell that a researcher adds appears in every file. Which
form of an output is used (Typst markup, HTML, SVG, …) is the only thing that differs.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from nbconvert.filters import strip_ansi
from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat import NotebookNode
from traitlets import Bool, Instance, Set, Unicode, default
from traitlets.config import Configurable

from cvi_analysis.export.code_names import SETUP_PLACE, HiddenCode, code_folds

Target = Literal["html", "docx", "pdf"]
Kind = Literal[
    "markdown", "html", "typst", "svg", "image", "latex", "plain", "code", "folded", "stream",
    "error",
]  # fmt: skip

# Best form first. A PDF takes HTML, through pandoc, only where there is nothing better.
_MARKUP = (
    "text/html", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp",
    "text/markdown", "text/latex", "text/plain",
)  # fmt: skip
PREFERENCE: dict[Target, tuple[str, ...]] = {
    "html": _MARKUP,
    "docx": _MARKUP,
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

ONE_KIND = {"web-only": ("html",), "print-only": ("pdf", "docx")}
"""Tags of cells that only a page, or only what is printed or edited, shows."""

HOW = "How this was computed"
SETUP = "Setup: what the code above begins with"
_EXHIBIT = re.compile(r"<(table|svg|img|canvas|input|button|object|script)\b", re.I)
"""What HTML has that is more than words."""
_SHOW_INPUT = frozenset({"show-input", "show_input"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


class CellTags(TagRemovePreprocessor):
    """nbconvert's own rule of tags, with the tags that notebooks use as its defaults."""

    remove_cell_tags = Set(
        Unicode(), {"remove-cell", "remove_cell", "hide", "hide-cell", "hide_cell"}
    ).tag(config=True)
    remove_input_tags = Set(
        Unicode(), {"remove-input", "remove_input", "hide-input", "hide_input"}
    ).tag(config=True)
    remove_all_outputs_tags = Set(
        Unicode(), {"remove-output", "remove_output", "hide-output", "hide_output"}
    ).tag(config=True)

    def applied(self, cell: Mapping[str, Any], number: int) -> Any:
        """The cell without what its tags leave out; None where they leave out the whole."""
        if not self.check_cell_conditions(cell, {}, number):  # type: ignore[no-untyped-call]
            return None
        # The rule writes into the cell, so it gets one of its own.
        metadata = NotebookNode(cell.get("metadata", {}))  # type: ignore[no-untyped-call]
        own = NotebookNode(cell, metadata=metadata)  # type: ignore[no-untyped-call]
        return self.preprocess_cell(own, {}, number)[0]  # type: ignore[no-untyped-call]


class ReportOptions(Configurable):
    """What exporters can be told, besides what nbconvert tells every one."""

    exclude_input = Bool(True, help="Leave out the code of code cells.").tag(config=True)
    exclude_output = Bool(False, help="Leave out the outputs of code cells.").tag(config=True)
    exclude_markdown = Bool(False, help="Leave out Markdown cells.").tag(config=True)
    exclude_code_cell = Bool(False, help="Leave out code cells.").tag(config=True)
    exclude_raw = Bool(False, help="Leave out raw cells.").tag(config=True)
    metadata_key = Unicode(
        "report", help="The entry of a notebook's metadata with its title, author and the like."
    ).tag(config=True)
    author = Unicode("", help="The author of notebooks that have this entry but name none.").tag(
        config=True
    )
    tags = Instance(CellTags)

    @default("tags")
    def _tags_default(self) -> CellTags:
        return CellTags(parent=self)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class NotebookPart:
    """One thing to lay out.

    `text` is markup or text; for an image, `data` holds its bytes and `text` its media type.
    `others` are the next best forms of the same output, for when the first turns out to be empty.
    `uses` has, for folded code, names from other folds, and the cells that these stand under.
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
    others: tuple[NotebookPart, ...] = ()
    uses: tuple[tuple[str, int], ...] = ()


def parts(
    notebook: Mapping[str, Any], target: Target, options: ReportOptions, *, fold: bool = False
) -> Iterator[NotebookPart]:
    """Everything that `notebook` shows in a `target` file, in order.

    With `fold`, code that is not shown comes as a part of its own after the exhibit that it makes:
    a table, a drawing, whatever is not words alone. See `code_folds` for which code that is.
    """
    language = _code_language(notebook)
    found = list(_shown(notebook, target, options, language))
    code = [cell.code for cell in found]
    begins = _first_section(found)
    folds = code_folds(code, begins=begins, python=language == "python") if fold else {}
    end = len(notebook.get("cells", ())) + 1
    numbers = {SETUP_PLACE: end, **{place: cell.number for place, cell in enumerate(found)}}

    def folded(place: int, title: str, label: str) -> NotebookPart:
        text = plain("\n\n".join(code[inside].source for inside in folds[place].places))
        uses = tuple((name, numbers[there]) for name, there in folds[place].uses.items())
        return NotebookPart(
            "folded", text, numbers[place], label, caption=title, language=language, uses=uses
        )

    for place, cell in enumerate(found):
        yield from cell.parts
        if place in folds:
            yield folded(place, HOW, cell.label)
    if SETUP_PLACE in folds:
        yield folded(SETUP_PLACE, SETUP, "the end")


@dataclass(frozen=True)
class _Shown:
    """A cell, with what it shows and its code where that is not shown."""

    number: int
    label: str
    parts: tuple[NotebookPart, ...]
    code: HiddenCode


def _shown(
    notebook: Mapping[str, Any], target: Target, options: ReportOptions, language: str
) -> Iterator[_Shown]:
    for number, kept in enumerate(notebook.get("cells", ()), start=1):
        cell = options.tags.applied(kept, number)
        if cell is None or not _meant_for(target, kept):
            continue
        label = f"cell {number}" + (f" ({cell['id']})" if cell.get("id") else "")
        source = cell.get("source", "")
        kind = cell.get("cell_type")
        made: list[NotebookPart] = []
        code = HiddenCode()
        if kind == "markdown" and not options.exclude_markdown and source.strip():
            attached = cell.get("attachments") or {}
            made.append(NotebookPart("markdown", source, number, label, attachments=attached))
        elif kind == "raw" and not options.exclude_raw:
            made += _raw(cell, source, number, label, target)
        elif kind == "code" and not options.exclude_code_cell:
            left_out = "transient" in cell.metadata  # so the rule of tags says it
            asked = not _SHOW_INPUT.isdisjoint(cell.metadata.get("tags", ()))
            printed = asked or not (options.exclude_input or left_out)
            source = source.strip("\n") if source.strip() else ""
            if printed and source:
                made.append(NotebookPart("code", source, number, label, language=language))
            outputs = () if options.exclude_output else cell.get("outputs", ())
            made += (part for o in outputs for part in _output(o, number, label, target))
            results = [part for part in made if part.kind != "code"]
            code = HiddenCode(
                "" if left_out else source,
                not all(map(_words_alone, results)), not results, printed,
            )  # fmt: skip
        yield _Shown(number, label, tuple(made), code)


def _first_section(cells: Sequence[_Shown]) -> int:
    """The place of the last heading before the first cell of code that shows something."""
    begins = 0
    for place, cell in enumerate(cells):
        first = cell.parts[0] if cell.parts else None
        if first is not None and first.kind == "markdown" and first.text.lstrip().startswith("#"):
            begins = place
        elif cell.code.source and not cell.code.silent:
            break
    return begins


def _words_alone(part: NotebookPart) -> bool:
    if part.kind == "html":
        return _EXHIBIT.search(part.text) is None
    return part.kind == "markdown"


def plain(text: str) -> str:
    r"""`text` without terminal colors and control characters, ends of line as `\n`."""
    text = strip_ansi(text.replace("\r\n", "\n"))  # type: ignore[no-untyped-call]
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()


def _meant_for(target: Target, cell: Mapping[str, Any]) -> bool:
    tags = cell.get("metadata", {}).get("tags", ())
    return all(target in targets for tag, targets in ONE_KIND.items() if tag in tags)


def _raw(
    cell: Mapping[str, Any], source: str, number: int, label: str, target: Target
) -> Iterator[NotebookPart]:
    """A raw cell: its own format where the target takes it, text where it names none."""
    metadata = cell.get("metadata", {})
    mime = metadata.get("raw_mimetype") or metadata.get("format") or ""
    kind = _KINDS.get(mime) if mime else "plain"
    wanted = {"typst" if target == "pdf" else "html", "markdown", "latex", "plain"}
    if kind is not None and kind in wanted and source.strip():
        yield NotebookPart(kind, source, number, label)


def _output(
    output: Mapping[str, Any], number: int, label: str, target: Target
) -> Iterator[NotebookPart]:
    kind = output.get("output_type")
    if kind == "stream":
        text = plain(output.get("text", "")).strip("\n")
        if text.strip():
            yield NotebookPart(
                "stream", text, number, label, language=str(output.get("name", "stdout"))
            )
    elif kind == "error":
        trace = plain("\n".join(output.get("traceback", ())))
        what = plain(f"{output.get('ename', 'Error')}: {output.get('evalue', '')}".rstrip(": "))
        yield NotebookPart("error", trace, number, label, caption=what)
    elif kind in {"display_data", "execute_result", "update_display_data"}:
        found = list(_forms(output, number, label, target))
        if found:
            first, *others = found
            yield replace(first, others=tuple(others))


def _forms(
    output: Mapping[str, Any], number: int, label: str, target: Target
) -> Iterator[NotebookPart]:
    data, metadata = output.get("data", {}), output.get("metadata", {})
    for mime in PREFERENCE[target]:
        if mime not in data:
            continue
        about_this = metadata.get(mime) if isinstance(metadata.get(mime), Mapping) else {}
        alt = str(about_this.get("alt") or metadata.get("alt") or "")
        caption = str(about_this.get("caption") or metadata.get("caption") or "")
        text = data[mime]
        if mime.startswith("image/") and mime != "image/svg+xml":
            try:
                content = base64.b64decode(text)
            except (binascii.Error, ValueError):
                continue
            width = about_this.get("width")
            yield NotebookPart(
                "image", mime, number, label, data=content, alt=plain(alt),
                caption=plain(caption), width=width if isinstance(width, int) else None,
            )  # fmt: skip
        elif text.strip():
            kind = _KINDS[mime]
            yield NotebookPart(
                kind, plain(text) if kind in {"plain", "svg"} else text, number, label,
                alt=plain(alt), caption=plain(caption),
            )  # fmt: skip


def _code_language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata", {})
    info = metadata.get("language_info") or metadata.get("kernelspec") or {}
    name = str(info.get("language") or info.get("name") or "python").lower()
    return "python" if name.startswith("python") else name
