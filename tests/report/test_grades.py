"""Both grades of an assumption, wherever it is shown."""

from __future__ import annotations

import io

import openpyxl

from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.report.document import document
from cvi_analysis.report.explanation import Chain
from cvi_analysis.report.many_cities import open_annex

from .reading import plain

WAGE = "roles.mediator.wage"


def test_the_register_shows_both_and_says_what_they_mean(library):
    dossier = library.dossier("norfolk-va")
    told = plain(dossier, "register")
    assert "Fit says how well the figure stands here" in told
    items = dossier.assumptions.values()
    for grade, words in (("A", "entries left empty included"), ("B", ""), ("C", "")):
        count = sum(item.fit == grade for item in items)
        assert f"({count}{', ' if words else ''}{words})" in told
    row = next(line for line in told.splitlines() if line.startswith("Wage of mediators"))
    number = row.split("\tA C\t")[1]
    assert f"\n{number}\tU.S. Bureau of Labor Statistics, OEWS" in plain(dossier, "sources")
    assert "Fit: no occupation settles conflicts" not in row
    shared = open_annex().register().loc[WAGE]
    assert (shared["grade"], shared["fit"]) == ("A", "C")
    assert "Fit: no occupation settles conflicts" in shared["note"]


def test_explain_and_the_workbook_show_both(library):
    dossier = library.dossier("norfolk-va")
    assert "assumption, grade A, fit C: U.S. Bureau of Labor" in Chain(dossier).text(
        "staffing.mediator.wage"
    )
    content = workbook(dossier, document(dossier))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Sources"]
    row = next(row for row in sheet.iter_rows(values_only=True) if WAGE in row)
    assert (row[3], row[4]) == ("A published", "C far")


def test_every_wage_says_how_its_occupation_fits(library):
    for name, item in library.params.register.assumptions.items():
        if name.endswith(".wage"):
            assert "Fit: " in item.note, name
