"""A notebook without what running and saving it leaves: outputs, counts, times, versions.

Reports run a notebook anew, so what an editor has saved in it is neither a reason to build again
nor a thing to commit. `python -m cvi_analysis.batch.saved_outputs < in.ipynb > out.ipynb` is the
filter through which git takes notebooks once `make setup` has told it to. It imports nothing that
takes a while, because git starts it for every notebook.
"""

from __future__ import annotations

import json
import sys
from typing import Any

NOTEBOOK_NOISE = ("papermill", "widgets")
"""Entries of a notebook's metadata that whoever runs it writes."""

_OF_RUNS = ("execution", "papermill", "ExecuteTime")


def without_outputs(text: str) -> str:
    """The text of a notebook without them, as Jupyter would save it.

    One that has none, or is no notebook, comes back as it is: whoever reads it says what is wrong.
    """
    try:
        notebook = json.loads(text)
        changed = _clear(notebook)
        return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n" if changed else text
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return text


def _clear(notebook: dict[str, Any]) -> bool:
    """Clear the notebook's JSON in place; whether there was anything to clear."""
    changed = _tidy(notebook["metadata"])
    for cell in notebook["cells"]:
        for name in _OF_RUNS:
            changed |= cell["metadata"].pop(name, None) is not None
        if cell["cell_type"] == "code":
            changed |= bool(cell.get("outputs")) or cell.get("execution_count") is not None
            cell["outputs"], cell["execution_count"] = [], None
    return changed


def _tidy(metadata: dict[str, Any]) -> bool:
    """Clear a notebook's metadata of what depends on who ran it; whether there was any."""
    changed = any(metadata.pop(name, None) is not None for name in NOTEBOOK_NOISE)
    language = metadata.get("language_info")
    if language and language.keys() - {"name"}:
        metadata["language_info"] = {"name": language["name"]}
        changed = True
    kernel = metadata.get("kernelspec")
    if kernel and kernel["name"] == "python3" and kernel.get("display_name") != "Python 3":
        kernel["display_name"] = "Python 3"  # some call it "Python 3 (ipykernel)"
        changed = True
    return changed


def main() -> None:
    """Filter standard input to standard output."""
    content = sys.stdin.buffer.read()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        sys.stdout.buffer.write(content)
    else:
        sys.stdout.buffer.write(without_outputs(text).encode("utf-8"))


if __name__ == "__main__":
    main()
