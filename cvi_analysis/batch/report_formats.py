"""The files of a city's report, which of them a run makes, and the pages beside them.

It is imported by a run with nothing to do, so it imports nothing that takes a while.
"""

from __future__ import annotations

from collections.abc import Collection

from cvi_analysis.errors import InputError

FORMATS = ("html", "pdf", "docx", "xlsx", "json", "ipynb")
"""Every ending that a report can have."""

ALWAYS = ("html", "json")
"""The index leads to the page, and everything else reads the data."""

USUAL = tuple(name for name in FORMATS if name != "docx")
"""What a batch makes: a Word document takes longer than the page and the PDF together."""

OF_A_PAGE = ("html", "pdf")
"""The files of a page that is not one city's."""

MEDIA_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The media types of the files beside a page, by ending."""

CITIES = "comparison"
"""Stem of the page with all cities side by side."""

ANNEX = "annex"
"""Stem of the page with what is the same for every city."""

PAGES = (ANNEX, CITIES)
"""The pages that a scenario has once."""


def chosen(typed: str, usual: tuple[str, ...] = USUAL) -> tuple[str, ...]:
    """The formats of `--formats`, separated by spaces or commas; the usual ones for "".

    Raises:
        InputError: there is no such format.
    """
    names = typed.lower().replace(",", " ").split()
    for name in names:
        if name not in FORMATS:
            raise InputError(
                "no report is made in this format",
                parameter="--formats",
                found=name,
                allowed=" ".join(FORMATS),
                hint="The page and the data (html, json) are always made.",
            )
    return tuple(name for name in FORMATS if name in {*names, *ALWAYS}) if names else usual


def complete(slug: str, files: Collection[str], formats: Collection[str]) -> bool:
    """Whether a report's files are all that is asked for; it may have more."""
    return all(f"{slug}.{ending}" in files for ending in formats)
