"""What limits a report's figures and depends on the city: its population figure, our choices."""

from __future__ import annotations

from cvi_analysis.display.formats import joined, number, sentence
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import note_in_words

LAGS = {
    "acs5": "A five-year average lags behind a city that grows or shrinks fast.",
    "dec": "A count of 2020 or earlier misses all growth and loss since.",
}
CHOSEN = {
    "economies_of_scale": "the size of economies of scale",
    "ovp": "the posts of the city office by city size",
    "population": "which population figure to use",
    "people_at_risk": "whom the plan serves",
    "budget": "how wraparound is divided by kind",
    "benefits": "benefits of city staff",
    "staffing": "the smallest team",
    "medicaid": "what Medicaid could pay back",
}
"""What is of grade C, by the first part of the dotted names."""


def of_the_population(dossier: Dossier) -> str:
    """How far the population figure may be off; empty where nothing is known of it."""
    row = dossier.population
    told = [LAGS.get(row.dataset, "")]
    if row.moe is not None:
        told.append(
            f"The 90% margin of error of the residents is {number(row.moe)} people, which says "
            "nothing about boundaries or the choice of dataset."
        )
    if row.note:
        told.append(f"Note on the figure: {sentence(note_in_words(row.note))}")
    return " ".join(text for text in told if text)


def our_choices(dossier: Dossier) -> str:
    """What is set by our judgment, in words."""
    roots = dict.fromkeys(
        item.name.split(".")[0]
        for item in dossier.assumptions.values()
        if item.quality == "C" and not item.name.endswith(".count")
    )
    return joined([CHOSEN[root] for root in roots if root in CHOSEN])
