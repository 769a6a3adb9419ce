"""Headings of a whole report: one title, levels that never skip, ids that never repeat."""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A heading as it is shown: level 2 is a section, 3 a part of it, and so on to 6."""

    level: int
    text: str
    id: str


class Outline:
    """Hands out levels and ids as headings are met, in reading order.

    The report's title is level 1, so every heading of the notebook is level 2 or deeper. A heading
    is one deeper than the nearest heading above it that its author ranked higher, whatever numbers
    the author used: a skipped level is mended, and headings of one rank stay of one rank.
    """

    def __init__(self, deepest: int = 6) -> None:
        self.entries: list[Entry] = []
        self._deepest = deepest
        self._above: list[tuple[int, int]] = []  # (the author's level, the level shown)
        self._ids: set[str] = {"main", "contents", "title"}

    def add(self, level: int, text: str, wanted: str = "") -> Entry:
        """The heading with its shown level and id; `wanted` is the id its author gave, if any."""
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        shown = (self._above[-1][1] if self._above else 1) + 1
        self._above.append((level, shown))
        if shown != level and shown == 2 and level > 2 and not self.entries:
            log.warning("The first heading is of level %d; shown as a section: %s", level, text)
        entry = Entry(min(shown, self._deepest), text, self._unique(wanted or slug(text)))
        self.entries.append(entry)
        return entry

    def find(self, target: str) -> Entry | None:
        """The heading that `#target` means: an id, or a heading's text as Jupyter writes it."""
        for entry in self.entries:
            if entry.id == target:
                return entry
        wanted = slug(target.replace("-", " "))
        return next((entry for entry in self.entries if slug(entry.text) == wanted), None)

    def _unique(self, wanted: str) -> str:
        found, number = wanted, 2
        while found in self._ids:
            found, number = f"{wanted}-{number}", number + 1
        self._ids.add(found)
        return found


def slug(text: str) -> str:
    """An id made of the letters and digits of `text`: "People at risk" is "people-at-risk"."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    return found if found and not found[0].isdigit() else f"section-{found}".rstrip("-")
