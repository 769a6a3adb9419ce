"""`cvi edition diff`: what changed from one edition to another, as Markdown and as a page."""

from __future__ import annotations

import sys

from cvi_analysis import __edition__, __version__, paths
from cvi_analysis.batch import edition
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.batch.index import environment
from cvi_analysis.batch.opening import opened
from cvi_analysis.export.page_head import stated
from cvi_analysis.files import exclusive, write_file, writing_to
from cvi_analysis.report.edition_change import (
    FIGURES,
    EditionCity,
    EditionComparison,
    compare_editions,
    markdown_text,
    shown_rows,
    told,
)

NOW = "now"
"""What names the project in use in place of an edition."""

FOLDER = "editions"


def diff(first: str, second: str) -> int:
    """Print the CHANGELOG's table as Markdown and write a page. Exit status 0.

    Args:
        first: an edition, by its name or folder, or `now`.
        second: another, compared with it.

    Raises:
        InputError: there is no such edition, a file of it is not what was frozen, or today's code
            cannot read its inputs.
        BuildError: the page cannot be written.
    """
    library, _, inputs = opened(CommandOptions())
    now = edition.Edition(NOW, __edition__, __version__, inputs, {})

    def side(named: str) -> tuple[edition.Edition, dict[str, EditionCity]]:
        if named == NOW:
            return now, edition.cities_now(library)
        folder = edition.require_folder_of(named)
        record = edition.read(folder)
        return record, edition.cities(folder, record)

    (old, before), (new, after) = side(first), side(second)
    today = library.params.resolve().values()
    comparison = compare_editions(old.edition, new.edition, before, after, today)
    folder = paths.reports() / FOLDER
    path = folder / f"{old.edition}-to-{new.edition}.html"
    with exclusive(folder), writing_to(folder):
        write_file(path, page(comparison, old, new))
    print(markdown_text(comparison), end="")
    # Not among the Markdown, which may go into a file.
    print(f"Written: {shown(path)}", file=sys.stderr)
    return 0


def page(comparison: EditionComparison, old: edition.Edition, new: edition.Edition) -> bytes:
    """The page "What changed": self-contained, without JavaScript."""
    text = (
        environment()
        .get_template("edition.html.j2")
        .render(
            first=old,
            second=new,
            told=told(comparison),
            tables=[
                (title, rows[0], rows[1:])
                for figure, (title, _) in FIGURES.items()
                for rows in [shown_rows(comparison, figure)]
                if rows[1:]
            ],
            version=__version__,
        )
    )
    return stated(text).encode()
