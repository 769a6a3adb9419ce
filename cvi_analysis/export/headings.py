"""A report's title block, and its headings: levels that never skip, ids that never repeat."""

from __future__ import annotations

import datetime as dt
import logging
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cvi_analysis.export.notebook_parts import plain

log = logging.getLogger(__name__)

NO_DATE = dt.date(2000, 1, 1)
"""Of a notebook that names no day: every file has to have one, and nobody takes this for real."""


@dataclass(frozen=True)
class ShownHeading:
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
        self.entries: list[ShownHeading] = []
        self._deepest = deepest
        self._above: list[tuple[int, int]] = []  # (the author's level, the level shown)
        self._ids: set[str] = {"main", "contents", "title"}

    def add(self, level: int, text: str, wanted: str = "") -> ShownHeading:
        """The heading with its shown level and id; `wanted` is the id its author gave, if any."""
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        shown = (self._above[-1][1] if self._above else 1) + 1
        self._above.append((level, shown))
        if shown != level and shown == 2 and level > 2 and not self.entries:
            log.warning("The first heading is of level %d; shown as a section: %s", level, text)
        entry = ShownHeading(min(shown, self._deepest), text, self._unique(wanted or slug(text)))
        self.entries.append(entry)
        return entry

    def find(self, target: str) -> ShownHeading | None:
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
    """An id made of the letters and digits of `text`: "What it costs" is "what-it-costs"."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    return found if found and not found[0].isdigit() else f"section-{found}".rstrip("-")


@dataclass(frozen=True)
class TitleBlock:
    """Title block and metadata of a report, from a notebook's metadata or sensible values.

    `title` is "" when the metadata has none; the exporter then takes the first heading. `scenario`
    names the set of assumptions that the notebook ran with. `date` is the day that the report
    stands for, never that of the clock; `NO_DATE` where the metadata names none.
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
    date: dt.date

    @classmethod
    def of(
        cls, notebook: Mapping[str, Any], name: str = "Notebook", key: str = "", author: str = ""
    ) -> TitleBlock:
        """The title block of `notebook`.

        Args:
            notebook: a notebook node.
            name: the notebook's file name without its ending, the last resort for a title.
            key: the entry of the notebook's metadata that holds the fields above.
            author: of notebooks that have this entry and name no author.
        """
        metadata = notebook.get("metadata", {})
        own = metadata.get(key) or {}
        authors = metadata.get("authors") or []
        names = [str(a.get("name", "")) if isinstance(a, Mapping) else str(a) for a in authors]
        keywords = own.get("keywords") or metadata.get("keywords") or ()
        if isinstance(keywords, str):
            keywords = [word.strip() for word in keywords.split(",")]
        subtitle = str(own.get("subtitle") or "")
        scenario = str(own.get("scenario_title") or own.get("scenario") or "")
        by = own.get("author") or ", ".join(name for name in names if name) or (own and author)
        return cls(
            title=plain(str(own.get("title") or metadata.get("title") or "")),
            subtitle=plain(subtitle),
            language=_language(str(own.get("language") or metadata.get("language") or "en-US")),
            author=plain(str(by or "")),
            description=plain(str(own.get("description") or subtitle)),
            keywords=tuple(plain(str(word)) for word in keywords if str(word).strip()),
            running_head=plain(str(own.get("running_head") or scenario)),
            scenario=plain(scenario),
            version=plain(str(own.get("version") or "")),
            name=plain(name),
            date=_date(str(own.get("date") or metadata.get("date") or "")),
        )

    def kicker(self, title: str, first_title: str) -> str:
        """The line above the title: the notebook's own heading, unless the title says the same."""
        words = set(first_title.lower().replace(":", "").split())
        said = set(f"{title} {self.subtitle}".lower().replace(":", "").split())
        return first_title if len(words & said) < 0.75 * len(words) else ""

    def lead(self, title: str) -> tuple[str, str]:
        """`title` in what is set large, such as a place's name, and the rest, which may be ""."""
        lead, _, rest = title.partition(": ")
        return (lead, rest) if rest and len(lead) <= 40 else (title, "")


def _date(text: str) -> dt.date:
    """A day, or the first of a month such as `2026-11`; `NO_DATE` for any other text."""
    try:
        return dt.date.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text)
    except ValueError:
        return NO_DATE


def _language(tag: str) -> str:
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) else "en-US"
