"""Places that one dataset splits and the others do not: Louisville in the 2020 census.

The 2020 count gives the consolidated city as place 2148006, "Louisville/Jefferson County metro
government (balance)", with 386,884 residents and place 2148000, "Louisville city", with 246,161.
The American Community Survey and the yearly estimates mean both by 2148006: 633,045.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from cvi_analysis.populations.raw_rows import Figure

SPLIT: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {
    ("dec", 2020): {"2148006": ("2148006", "2148000")},
}
"""By dataset and year: the parts of each split place, itself first."""


def is_combined(figure: Figure) -> bool:
    """Return whether the figure is already the sum of several places."""
    return " sum of " in figure.variable


def with_parts(geoids: Collection[str]) -> set[str]:
    """Return `geoids` and the parts that any dataset splits one of them into."""
    parts = {
        part
        for split in SPLIT.values()
        for geoid, names in split.items()
        if geoid in geoids
        for part in names
    }
    return {*geoids, *parts}


def whole_places(dataset: str, found: list[Figure]) -> list[Figure]:
    """Return `found` with each split place as one figure, the sum of its parts.

    A split place whose other parts are not there is left out: a part must not pass for the whole.
    """
    kept: list[Figure] = []
    by_year: dict[int, dict[str, Figure]] = {}
    for figure in found:
        parts = SPLIT.get((dataset, figure.year), {})
        if any(figure.geoid in names for names in parts.values()) and not is_combined(figure):
            by_year.setdefault(figure.year, {})[figure.geoid] = figure
            if figure.geoid not in parts:
                kept.append(figure)
        else:
            kept.append(figure)
    for year, figures in by_year.items():
        for geoid, names in SPLIT[dataset, year].items():
            given = any(one.geoid == geoid and one.year == year for one in kept)
            if not given and all(name in figures for name in names):
                kept.append(_sum(geoid, names, figures))
    return kept


def _sum(geoid: str, names: tuple[str, ...], figures: Mapping[str, Figure]) -> Figure:
    parts = [figures[name] for name in names]
    terms = " + ".join(f"{part.population:,} (place {part.geoid})" for part in parts)
    return replace(
        figures[geoid],
        variable=f"{figures[geoid].variable} sum of {' and '.join(names)}",
        population=sum(part.population for part in parts),
        moe=None,
        note=f"combined: {terms}, the area that ACS and PEP mean by {geoid}",
    )
