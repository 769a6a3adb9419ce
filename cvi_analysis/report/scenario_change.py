"""What changes between two scenarios, city by city, and which assumption changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cvi_analysis.display.formats import assumption_values, csv_file
from cvi_analysis.display.prose import code, line
from cvi_analysis.model.decomposition import (
    EXACT,
    By,
    ChangePart,
    Decomposition,
    decompose,
    players,
)
from cvi_analysis.model.sizing_case import HeadlineFigures
from cvi_analysis.report.dossier import Change, ScenarioNote
from cvi_analysis.report.panel import Panel, PanelPlace

# start-up time: pandas takes half a second, and only a cell shows a table.
if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class CityChange:
    """One city under both scenarios.

    Attributes:
        before: the city and its population under the first.
        after: the same under the second.
        result: figures under both, and the change split by assumption.
    """

    before: PanelPlace
    after: PanelPlace
    result: Decomposition

    @property
    def name(self) -> str:
        """The city as a reader sees it: `Norfolk, VA`."""
        return self.before.city.name

    @property
    def relative(self) -> float:
        """Change of the total as a fraction of the first total; 0 where that is 0."""
        total = self.result.before.total
        return self.result.change.total / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two scenarios over all cities.

    Attributes:
        first: the scenario compared with.
        second: the scenario compared.
        differs: assumptions with another value, under `baseline` that of the first.
        cities: every city, the largest change of the total first.
        keys: assumptions (or groups) that moved some city, with their titles, in the order of
            the register.
        grouped: the change is split by groups of assumptions, because very many differ.
    """

    first: ScenarioNote
    second: ScenarioNote
    differs: tuple[Change, ...]
    cities: tuple[CityChange, ...]
    keys: dict[str, str]
    grouped: bool

    @property
    def name(self) -> str:
        """Stem of the files: `baseline-vs-field-pay`."""
        return f"{self.first.name}-vs-{self.second.name}"

    @property
    def before(self) -> HeadlineFigures:
        """All cities together under the first scenario."""
        return HeadlineFigures.together(city.result.before for city in self.cities)

    @property
    def after(self) -> HeadlineFigures:
        """All cities together under the second."""
        return HeadlineFigures.together(city.result.after for city in self.cities)

    @property
    def changed(self) -> tuple[CityChange, ...]:
        """The cities with any other figure."""
        return tuple(c for c in self.cities if c.result.change != HeadlineFigures(0, 0, 0))

    def part(self, city: CityChange, key: str) -> HeadlineFigures:
        """What one assumption contributes to a city's change; zeros where it does not differ."""
        found = next((part.change for part in city.result.parts if part.key == key), None)
        return found or HeadlineFigures(0, 0, 0)

    def together(self, key: str) -> HeadlineFigures:
        """What one assumption contributes to the change of all cities together."""
        return HeadlineFigures.together(self.part(city, key) for city in self.cities)

    def row(self, city: CityChange) -> dict[str, Any]:
        """The figures of a city by the names that the CSV file's columns have."""
        place, result = city.before.city, city.result
        row: dict[str, Any] = {
            "slug": place.slug,
            "name": place.city,
            "state": place.state,
            "residents_before": city.before.population.population,
            "residents_after": city.after.population.population,
        }
        for figure in FIGURES:
            row[f"{figure}_before"] = getattr(result.before, figure)
            row[f"{figure}_after"] = getattr(result.after, figure)
            row[f"{figure}_change"] = getattr(result.change, figure)
            for key in self.keys:
                row[f"{figure} by {key}"] = getattr(self.part(city, key), figure)
        return row

    def table(self) -> pd.DataFrame:
        """What the CSV file has, one row a city by its slug, the largest change first.

        And its name as `city` and, with its state, as `place`; `relative` is the change of the
        budget as a share of it.
        """
        import pandas as pd  # start-up time: as above

        rows = [
            {
                "city": city.before.city.city,
                "place": city.name,
                "relative": city.relative,
                **self.row(city),
            }
            for city in self.cities
        ]
        return pd.DataFrame(rows).set_index("slug")

    def parts(self) -> pd.DataFrame:
        """What each assumption changes in all cities together, the largest part of money first.

        One row an assumption by its dotted name: its `title`, `people`, `staff`, `total`.
        """
        import pandas as pd  # start-up time: as above

        rows = [
            {"key": key, "title": title, **{f: getattr(self.together(key), f) for f in FIGURES}}
            for key, title in self.keys.items()
        ]
        found = pd.DataFrame(rows, columns=["key", "title", *FIGURES]).set_index("key")
        return found.sort_values("total", key=abs, ascending=False, kind="stable")

    def changes(self) -> pd.DataFrame:
        """The assumptions that differ for every city."""
        return changes_frame(self.differs)


def compare(first: Panel, second: Panel) -> Comparison:
    """Every city's figures under both scenarios, and the change split exactly by assumption.

    The split is that of `model.decomposition`: the parts of a city add up to its change. All
    cities are split alike: by assumption while at most `EXACT` of them differ anywhere, else by
    groups of related ones.
    """
    pairs = [
        (before, after, first.cases[before.city.slug], second.cases[after.city.slug])
        for before, after in zip(first.places, second.places, strict=True)
    ]
    most = max((len(players(old, new, grouped=False)) for *_, old, new in pairs), default=0)
    by: By = "group" if most > EXACT else "assumption"
    cities = [
        CityChange(before, after, decompose(old, new, by=by)) for before, after, old, new in pairs
    ]
    parts: dict[str, ChangePart] = {part.key: part for city in cities for part in city.result.parts}
    return Comparison(
        first=first.scenario,
        second=second.scenario,
        differs=first.differences(second),
        cities=tuple(
            sorted(cities, key=lambda c: (-abs(c.result.change.total), c.before.city.slug))
        ),
        keys={key: part.title for key, part in parts.items()},
        grouped=by == "group",
    )


def changes_frame(changes: Sequence[Change]) -> pd.DataFrame:
    """Assumptions that differ: `assumption`, and its values `before` and `after` in words."""
    import pandas as pd  # start-up time: as above

    rows = [
        (line(item.title, " ", code(item.name)),
         *assumption_values(item.baseline, item.value, item.unit))
        for item in changes
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["assumption", "before", "after"])


FIGURES = ("people", "staff", "total")


def columns(comparison: Comparison) -> list[str]:
    """Column names: the city, both scenarios, the change, then three columns an assumption.

    `total by roles.mediator.wage` is what that assumption adds to the city's total, dollars a
    year; the columns of one figure add up to its `change` column.
    """
    head = ["slug", "name", "state", "residents_before", "residents_after"]
    for figure in FIGURES:
        head += [f"{figure}_before", f"{figure}_after", f"{figure}_change"]
    return head + [f"{figure} by {key}" for figure in FIGURES for key in comparison.keys]


def comparison_csv(comparison: Comparison) -> bytes:
    """The table as UTF-8, comma-separated, LF; the most affected city first."""
    return csv_file(columns(comparison), map(comparison.row, comparison.cities))
