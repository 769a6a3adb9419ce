"""Take out of an executed notebook what differs from run to run, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from cvi_analysis.batch.saved_outputs import NOTEBOOK_NOISE

# Written by whoever executed the notebook, not by the notebook.
_CELL_NOISE = ("papermill", "execution")


def normalize(nb: NotebookNode) -> NotebookNode:
    """A copy of the notebook that is the same after every run with the same results.

    Removed: papermill's and nbclient's times, paths and states; the interpreter's version; the
    state of widgets; empty lists of tags. Streams are joined, since a kernel cuts them at
    arbitrary moments. Cell ids follow from the cells' contents. Of papermill's metadata the
    parameters stay.
    """
    metadata = _without(nb.metadata, NOTEBOOK_NOISE)
    if parameters := nb.metadata.get("papermill", {}).get("parameters"):
        metadata["papermill"] = {"parameters": parameters}
    if language := metadata.get("language_info"):
        metadata["language_info"] = _without(language, ("version",))
    seen: Counter[str] = Counter()
    result: NotebookNode = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {
            "nbformat": 4,
            "nbformat_minor": max(5, nb.get("nbformat_minor", 5)),
            "metadata": metadata,
            "cells": [_cell(cell, seen) for cell in nb.cells],
        }
    )
    return result


def to_bytes(nb: NotebookNode) -> bytes:
    """The notebook's file: sorted keys, one line a line of text, and a final newline."""
    text: str = nbformat.v4.writes(nb)  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode()


def _cell(cell: NotebookNode, seen: Counter[str]) -> dict[str, Any]:
    metadata = _without(cell.metadata, _CELL_NOISE)
    if not metadata.get("tags", True):
        del metadata["tags"]
    result = {**cell, "metadata": metadata, "id": _stable_id(cell, seen)}
    if cell.cell_type == "code":
        result["outputs"] = _outputs(cell.outputs)
    return result


def _stable_id(cell: NotebookNode, seen: Counter[str]) -> str:
    """Eight hexadecimal digits from the cell's type and source; a repeated cell is numbered."""
    content = json.dumps([cell.cell_type, cell.source]).encode()
    name = hashlib.sha256(content).hexdigest()[:8]
    seen[name] += 1
    return name if seen[name] == 1 else f"{name}-{seen[name]}"


def _outputs(outputs: list[NotebookNode]) -> list[dict[str, Any]]:
    """The outputs with each run of streams as one standard output and one standard error."""
    results: list[dict[str, Any]] = []
    streams: dict[str, str] = {}
    for output in outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
            continue
        results += _take(streams)
        results.append(_without(output, ("transient",)))
    return results + _take(streams)


def _take(streams: dict[str, str]) -> list[dict[str, Any]]:
    """The collected streams as outputs, in a fixed order: a kernel sends the two separately."""
    names = sorted(streams, reverse=True)  # standard output first
    taken = [{"output_type": "stream", "name": name, "text": streams[name]} for name in names]
    streams.clear()
    return taken


def _without(mapping: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in names}
