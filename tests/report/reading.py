"""Ways to read what the sections write."""

from __future__ import annotations

import html
import re

from cvi_analysis.report import sections

ALL = list(sections.__all__)
FIGURE = re.compile(r'data-output="([^"]+)" data-value="([^"]+)">([^<]*)<')


def outputs(blocks):
    """The blocks a section displays."""
    return blocks.outputs() if hasattr(blocks, "outputs") else [blocks]


def written(dossier) -> dict[str, str]:
    """All text of each section: HTML and plain text of every block, with the charts' text."""
    found = {}
    for name in ALL:
        texts = []
        for block in outputs(getattr(sections, name)(dossier)):
            data = block._repr_mimebundle_()
            data, metadata = data if isinstance(data, tuple) else (data, {})
            texts += [text for text in data.values() if isinstance(text, str)]
            texts += [str(value) for entry in metadata.values() for value in entry.values()]
        found[name] = "\n".join(texts)
    return found


def words(text: str) -> str:
    """Markup removed."""
    return html.unescape(re.sub(r"<[^>]+>", " ", text))
