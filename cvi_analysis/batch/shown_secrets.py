"""Secrets in an executed notebook: the Census key, and tokens of well-known shapes.

No variable with a secret is passed on to a notebook, but with the rights of its user it can read
what that user can, such as `.env`. So all that a notebook has and shows is searched before any of
it is written or told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cvi_analysis import paths
from cvi_analysis.census.api_key import ApiKey, held_keys

SHAPES = {
    "a GitHub token": r"gh[pousr]_(?<![A-Za-z0-9].{4})[A-Za-z0-9]{36}",
    "a GitHub token, fine-grained": r"github_pat_[A-Za-z0-9_]{22}",
    "an AWS access key": r"A[KS]IA(?<![A-Za-z0-9].{4})[A-Z2-7]{16}(?![A-Za-z0-9])",
    "a Slack token": r"xox[abeoprs]-(?<![A-Za-z0-9].{5})[A-Za-z0-9-]{10}",
    "a key of OpenAI or Anthropic": r"sk-(?<![\w-]sk-)(?=[A-Za-z_-]*\d)[\w-]{20}",
    "a Google API key": r"AIza(?<![\w-].{4})[\w-]{35}(?![\w-])",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a JSON Web Token": r"eyJ(?<![\w-].{3})[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8}",
    "an address with a password": r"://[^\s/:@\"'<>]{1,99}:[^\s/:@\"'<>]{3,99}@[A-Za-z0-9\[]",
}
"""What tokens look like. Each begins with letters of its own, which are quick to find."""

_SHAPES = {what: re.compile(shape, re.ASCII | re.DOTALL) for what, shape in SHAPES.items()}
_told: tuple[ApiKey, ...] | None = None


def look_for(keys: tuple[ApiKey, ...]) -> None:
    """Have this process look for these keys; its own variables, if it has any, are others.

    Meant for workers, whose environment has no secret.
    """
    global _told
    _told = keys


def secret_in(text: str, keys: tuple[ApiKey, ...] | None = None) -> str | None:
    """What secret is in a text, in words; None if there is none.

    Args:
        text: any.
        keys: to look for besides tokens; None for those that this process knows.
    """
    for what, shape in _SHAPES.items():
        if shape.search(text):
            return what
    keys = _known() if keys is None else keys
    body = text.encode(errors="surrogatepass") if keys else b""
    return "the Census API key" if any(key.occurs_in(body) for key in keys) else None


def _known() -> tuple[ApiKey, ...]:
    return held_keys(paths.root()) if _told is None else _told


def secret_cell(notebook: Mapping[str, Any]) -> tuple[int | None, str] | None:
    """The first cell of a notebook that has or shows a secret, and what it is.

    Args:
        notebook: its JSON, or a node of nbformat.

    Returns:
        The cell's place among all, None for what is said of the whole notebook; and the secret's
        kind in words, never the secret.
    """
    keys = _known()
    for place, part in (*enumerate(notebook["cells"]), (None, notebook["metadata"])):
        if what := secret_in("\n".join(_texts(part)), keys):
            return place, what
    return None


def _texts(part: object) -> Iterator[str]:
    """Every text in what JSON can hold, names of entries among them."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for name, value in part.items():
            yield name
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)
