"""The population figures held for a place, as a DataFrame, and what is to be said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvi_analysis.census.population_table import PopulationRow
from cvi_analysis.display.formats import number, sentence
from cvi_analysis.display.markdown import literal
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import citation, kind, note_in_words, period, short_name

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd

SPLIT_2020 = "2148006"
LAGS = {
    "acs5": "A five-year average lags behind a city that grows or shrinks fast.",
    "dec": "A count of 2020 or earlier misses all growth and loss since.",
}


def populations(dossier: Dossier) -> pd.DataFrame:
    """One row a figure, by dataset and year.

    `series` is what the dataset is called, `figure` the dates that it speaks of, `yearly` whether
    it is one of a line of estimates, `held` whether the Census Bureau published it, and `used`
    whether this report stands on it.
    """
    import pandas as pd  # start-up time: as above

    rows, used = list(dossier.series), dossier.population
    if used not in rows:
        rows.append(used)
    rows.sort(key=lambda row: (row.dataset, row.year))
    datasets = [row.dataset for row in rows]
    found = []
    for row in rows:
        found.append(
            {
                "dataset": row.dataset,
                "series": short_name(row.dataset),
                "year": row.year,
                "figure": period(row.period),
                "residents": row.population,
                "yearly": row.dataset.startswith("pep") and datasets.count(row.dataset) > 1,
                "held": row in dossier.series,
                "used": (row.dataset, row.year) == (used.dataset, used.year),
            }
        )
    return pd.DataFrame(found)


def about_populations(dossier: Dossier) -> str:
    """Why the series are not joined and which figure is used; else that one is held. Markdown."""
    if len(dossier.series) < 2:
        return _only_one(dossier)
    notes = [
        "The lines and marks below are not joined, because they measure different things. "
        f"{_what_they_are(dossier)} A step from one series to another is no change in the "
        f"{kind(dossier)}.",
    ]
    if dossier.city.geoid == SPLIT_2020:
        notes.append(
            "**Louisville in 2020.** The Bureau’s 2020 count for the place that this report means "
            "(Louisville/Jefferson County, balance) is split in two: 386,884 people in place "
            "2148006 and 246,161 in place 2148000. The survey and the yearly estimates cover "
            "both. This report adds them, 633,045, so that the count means the same area."
        )
    notes += [
        f"**{short_name(row.dataset)}, {row.year}.** {literal(note_in_words(row.note))}"
        for row in dossier.series
        if _worth_saying(row) and dossier.city.geoid != SPLIT_2020
    ]
    return "\n\n".join(notes)


def _only_one(dossier: Dossier) -> str:
    """What can be said of the choice where no other figure is held."""
    if dossier.series:
        row, more = dossier.series[0], "more years"
        cited = literal(citation(row))
        held = f"One figure is held for {{city.name}}: {number(row.population)}, {cited}."
    else:
        more = "them"
        held = (
            "No figure of the Census Bureau is held for {city.name}. This report stands on "
            f"{{population.value:number}} residents, {literal(citation(dossier.population))}."
        )
    city = dossier.city
    named = '"{city.name}, {city.state}"' if city.state else '"{city.name}"'
    return (
        f"{held} So neither a trend nor the effect of choosing another figure can be shown. "
        f"“cvi ingest --since 2015 --city {'{city.geoid}' if city.geoid else named}” "
        f"fetches {more}."
    )


def _what_they_are(dossier: Dossier) -> str:
    held = {row.dataset for row in dossier.series}
    survey = ["averages five years"] * ("acs5" in held) + ["gives single years"] * ("acs1" in held)
    said = ["The census counts people on one day."] * ("dec" in held)
    if survey:
        said.append(
            f"The survey (ACS) {' and '.join(survey)}"
            f"{', so that neighboring figures share four years' * ('acs5' in held)}."
        )
    if any(key.startswith("pep") for key in held):
        said.append(
            "The yearly estimates start from a census and are all recomputed each year (a "
            "“vintage”), with the boundaries and methods of that year. Two vintages are not one "
            "series: each starts from its own census."
        )
    return " ".join(said)


def _worth_saying(row: PopulationRow) -> bool:
    return row.dataset == "dec" and bool(row.note)


def limits_of_population(dossier: Dossier) -> str:
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
