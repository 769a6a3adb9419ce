"""The whole workbook of one report."""

from __future__ import annotations

from cvi_analysis.document import Document
from cvi_analysis.dossier import Dossier
from cvi_analysis.place import place_name
from cvi_analysis.workbook import budget, inputs, sources, staffing, summary, years
from cvi_analysis.workbook.book import Book


def workbook(dossier: Dossier, document: Document) -> bytes:
    """The bytes of `<slug>.xlsx`; the same dossier gives the same bytes.

    Args:
        dossier: the report's inputs and profile.
        document: its JSON, for the ranges.
    """
    place = place_name(dossier)
    book = Book(
        title=f"{place}: community violence intervention budget",
        subject="People at the highest risk, staff and annual budget",
        keywords=f"community violence intervention, {place}, {dossier.scenario.title}",
        footer=f"{place} · {dossier.scenario.title} · version {dossier.version}",
    )
    inputs.write(book, dossier)
    staffing.write(book, dossier)
    budget.write(book, dossier)
    years.write(book, dossier)
    sources.write(book, dossier)
    summary.write(book, dossier, document)
    return book.to_bytes()
