"""What the figures cannot say, and what is our own choice."""

from __future__ import annotations

from cvi_analysis.blocks import Bullets, Line, Prose, Stack, line, strong
from cvi_analysis.blocks.format import joined, number, sentence
from cvi_analysis.datasets import citation, note_in_words
from cvi_analysis.dossier import Dossier
from cvi_analysis.populations.origin import origin

LAGS = {
    "acs5": "A five-year average lags behind a city that grows or shrinks fast.",
    "dec": "A count of 2020 or earlier misses all growth and loss since.",
}


def limits(dossier: Dossier) -> Stack:
    """Data vintage and limits, then what is a choice of this project."""
    return Stack.of(
        Prose.of(
            line(strong("The data.")),
            Bullets(tuple(_data(dossier))),
            line(strong("The model.")),
            Bullets(tuple(_model(dossier))),
            line(strong("What is our choice.")),
            Bullets(tuple(_choices(dossier))),
        )
    )


def _data(dossier: Dossier) -> list[Line]:
    row = dossier.population
    margin = (
        f" with a 90% margin of error of {number(row.moe)} people, which says nothing about "
        "boundaries or the choice of dataset"
        if row.moe is not None
        else ""
    )
    came = f" The figure was {origin(row.raw_file)}." if row.raw_file else ""
    found = [
        line(f"Residents: {number(row.population)}, {citation(row)}{margin}.{came}"),
        line(
            f"{LAGS.get(row.dataset, '')} The section on residents shows the result on each other "
            "figure held.".strip()
        ),
        line(
            "Wages are national means of the nearest federal occupation. No federal occupation is "
            "“outreach worker” or “mediator”, and local pay differs."
        ),
    ]
    if row.note:
        found.append(line(f"Note on this figure: {sentence(note_in_words(row.note))}"))
    return found


def _model(dossier: Dossier) -> list[Line]:
    return [
        line(
            "The number of people at the highest risk drives almost everything. A rule of thumb "
            "cannot replace a local problem analysis, a review of who has been shot and who may be "
            "next; a city that has one should enter its count."
        ),
        line(
            "The rule follows residents, not shootings. It gives a city with much violence no more "
            "per resident than one with little."
        ),
        line(
            "The budget is for a full program in a full year. Hiring takes time, and posts stay "
            "empty: programs report about a quarter vacant. It leaves out start-up cost, office "
            "space and inflation."
        ),
        line(
            "It is a plan for capacity. It does not predict how much violence will fall. Studies "
            "of such programs are promising and uneven."
        ),
    ]


def _choices(dossier: Dossier) -> list[Line]:
    judged = [
        item
        for item in dossier.assumptions.values()
        if item.quality == "C" and not item.name.endswith(".count")
    ]
    themes: dict[str, int] = {}
    for item in judged:
        themes[item.name.split(".")[0]] = themes.get(item.name.split(".")[0], 0) + 1
    words = {
        "economies_of_scale": "the size of economies of scale",
        "ovp": "the posts of the city office by city size",
        "roles": "posts of the city office and some ranges",
        "population": "which population figure to use",
        "people_at_risk": "whom the plan serves",
        "budget": "how wraparound is divided by kind",
        "benefits": "benefits of city staff",
        "staffing": "the smallest team",
        "pay": "whether pay follows local prices",
    }
    named = [words[key] for key in themes if key in words and key != "roles"]
    return [
        line(f"By our judgment (grade C in the register): {joined(named)}."),
        line(
            "Inferred by us from the published Norfolk profile (grade B): the caseloads and the "
            "amount of wraparound for a person."
        ),
        line(
            "Where several sources disagree, the register gives the range and the reason for the "
            "central value."
        ),
    ]
