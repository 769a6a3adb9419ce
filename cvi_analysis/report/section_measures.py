"""What to measure: a logic model, who records what and from when, and where a city starts."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import joined, number, within
from cvi_analysis.display.prose import Inline, Line, Prose, line, link, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.hiring_plan import plan
from cvi_analysis.params.measures import STAGES, OutcomeMeasure
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_violence import homicides, shot

_STAGES = {
    "inputs": "What goes in",
    "activities": "What is done",
    "outputs": "What can be counted at once",
    "outcomes": "What should change",
}


def measures(dossier: Dossier) -> Stack:
    """How the work is meant to lead to fewer people shot, how to tell, and from where."""
    return Stack.of(_logic(dossier), _table(dossier), Prose.of(_enrolled(dossier), _start(dossier)))


def _logic(dossier: Dossier) -> Table:
    model = dossier.measures.logic_model
    return Table(
        caption="From money to fewer people shot: a logic model",
        columns=(Column("Stage", "left", 1), Column("What it holds", "left", 4)),
        rows=tuple(Row.of(_STAGES[stage], getattr(model, stage)) for stage in STAGES),
        notes=(line("After: ", _source(model.source, model.source_url), "."),),
        small=True,
    )


def _table(dossier: Dossier) -> Table:
    return Table(
        caption="What to measure, who records it, and from which year",
        columns=(
            Column("Measure", "left", 2),
            Column("How it is counted", "left", 4),
            Column("Recorded by", "left", 3),
            Column("From"),
        ),
        rows=tuple(_row(dossier, measure) for measure in dossier.measures.measures),
        notes=(line(*_sources(dossier)),),
        small=True,
    )


def _row(dossier: Dossier, measure: OutcomeMeasure) -> Row:
    roles = [dossier.roles[role].plural for role in measure.roles]
    words = [roles[0], *(within(name) for name in roles[1:])]
    return Row.of(measure.title, measure.how, joined(words), f"year {measure.from_year}")


def _sources(dossier: Dossier) -> list[Inline | Line]:
    """Where measures come from that are not our choice alone."""
    found: list[Inline | Line] = []
    for measure in dossier.measures.measures:
        if measure.source_url:
            found += [f"{measure.title}: ", _source(measure.source, measure.source_url), ". "]
    return [*found, "All else is our choice."]


def _source(text: str, url: str) -> Inline:
    return link(text, url) if url else text


def _enrolled(dossier: Dossier) -> Line:
    """What the hiring plan would reach, year by year, to set enrolled people against."""
    years = [f"{number(year.reached)} in year {year.number}" for year in plan(dossier.case).years]
    years[0] = years[0].replace(" in", " people in", 1)
    return line(
        strong("What to expect. "),
        f"By the hiring plan the filled posts could reach {joined(years)}, at one time. People "
        "enrolled are to be set against that, not against the full program.",
    )


def _start(dossier: Dossier) -> Line:
    """The last counts of the city before the program; the people section says who made them."""
    title = strong("Where the city starts. ")
    rows = [row for row in (*homicides(dossier), *shot(dossier)) if row.confidence != "low"]
    if not rows:
        return line(
            title,
            f"We know of no count of homicides or of people shot in {dossier.city.city}; count "
            "them before the first year.",
        )
    counts = joined([f"{number(row.value)} {_WORDS[row.measure]} in {row.year}" for row in rows])
    return line(
        title,
        f"{counts}. Who counted them, and how, stands under “People at the highest risk”. One year "
        "says little where there are few, so compare several.",
    )


_WORDS = {
    "homicides": "homicides",
    "fatal_shootings": "people killed with a gun",
    "nonfatal_shooting_victims": "people shot who survived",
    "nonfatal_shooting_incidents": "shootings that nobody died of",
    "shooting_victims_total": "people shot",
    "shooting_incidents_total": "shootings with someone hit",
}
"""Counts in words, by measure."""
