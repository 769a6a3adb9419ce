"""Where the pages of a folder lead, and whether there is anything."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag


class Links(HTMLParser):
    """A page's links with their words, in order, and the ids one can link to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self._address: str | None = None
        self._words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.add(str(named["id"]))
        if tag == "a" and named.get("href") is not None:
            self._address, self._words = named["href"], ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address is not None:
            self.found.append((" ".join(self._words.split()), self._address))
            self._address = None

    @property
    def beside(self) -> list[tuple[str, str]]:
        """The links to other files of the same site."""
        outside = ("#", "http:", "https:", "mailto:")
        return [(words, to) for words, to in self.found if not to.startswith(outside)]


def links(page: Path) -> Links:
    """The links of a page on disk."""
    return Links(page.read_text(encoding="utf-8"))


def dead(folder: Path) -> list[tuple[str, str]]:
    """Each page below `folder` with a link of it that leads nowhere."""
    pages = {page: links(page) for page in sorted(folder.rglob("*.html"))}
    assert pages
    found = []
    for page, held in pages.items():
        for _, address in held.found:
            if address.startswith(("http:", "https:", "mailto:")):
                continue
            name, fragment = urldefrag(address)
            name = name.partition("?")[0]
            target = page.parent / unquote(name) if name else page
            there = pages.get(target.resolve()) or pages.get(target)
            whole = target.is_file() and (not fragment or (there and fragment in there.ids))
            if not whole:
                found.append((page.relative_to(folder).as_posix(), address))
    return found
