"""What the notebooks on many cities import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cvi_analysis.model.intervals import intervals
from cvi_analysis.model.sensitivity import effects
from cvi_analysis.report.annex import Annex
from cvi_analysis.report.city_report import Overrides, merged
from cvi_analysis.report.dossier import ScenarioNote, murder_rate
from cvi_analysis.report.handover import open_annex_inputs, open_panels
from cvi_analysis.report.panel import Panel, PanelPlace
from cvi_analysis.report.scenario_change import Comparison, changes_frame, compare

# start-up time: pandas takes half a second, and only a cell shows a table.
if TYPE_CHECKING:
    import pandas as pd


class Cities:
    """All cities side by side, one row a city in the order of `params/cities.csv`.

    Attributes:
        panel: every city's resolved inputs.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def __repr__(self) -> str:
        return f"<Cities: {len(self.panel.places)}; scenario {self.scenario.name}>"

    @property
    def scenario(self) -> ScenarioNote:
        """The scenario in words, with all that it changes."""
        return self.panel.scenario

    @property
    def values(self) -> dict[str, Any]:
        """The assumptions that hold for every city, by dotted name."""
        return self.panel.values

    def figures(self, changes: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The model's result for every city: people, staff and money.

        Args:
            changes: assumptions by dotted name that are set otherwise for this.
        """
        import pandas as pd  # start-up time: as above

        rows = {}
        for slug, case in self.panel.cases.items():
            result = case.profile(changes or {})
            rows[slug] = {
                "residents": result.population,
                "estimate": result.people.estimate,
                "people": result.people.rounded,
                "served": result.people.served,
                "staff": result.staff,
                "total": result.budget.total,
                "per_resident": result.per_resident,
                "per_person": result.per_person,
                "counted": result.people.method != "residents",
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("slug")

    def table(self) -> pd.DataFrame:
        """What each city's report says: `figures`, with names, ranges and homicides.

        `counted` says that its people do not come from the share of residents, `low` and `high` are
        the ends of the budget's range, and `divided` says that the murder rate is the city's own
        count over its residents.
        """
        import pandas as pd  # start-up time: as above

        facts = pd.DataFrame([_facts(place) for place in self.panel.places]).set_index("slug")
        totals = [found.total for found in intervals(list(self.panel.cases.values()))]
        facts["low"], facts["high"] = [t.low for t in totals], [t.high for t in totals]
        return facts.astype({"homicides": float, "murder_rate": float}).join(self.figures())

    def swings(self) -> pd.DataFrame:
        """How far each assumption alone moves a city's budget, as a share of it.

        One row a city, by its name, and one column an assumption that matters somewhere, the one
        that moves most budgets most first. Empty where it is none of the city's.
        """
        import pandas as pd  # start-up time: as above

        rows = {
            place.city.name: {
                effect.title: effect.swing / effect.at_value.total
                for effect in effects(self.panel.cases[place.city.slug])
                if effect.at_value.total
            }
            for place in self.panel.places
        }
        found = pd.DataFrame.from_dict(rows, orient="index")
        moved = found.sum().sort_values(ascending=False, kind="stable")
        return found[moved.index[moved > 0]]

    def changes(self) -> pd.DataFrame:
        """The assumptions that differ from the baseline for every city."""
        return changes_frame(self.scenario.changes)


def _facts(place: PanelPlace) -> dict[str, Any]:
    city = place.city
    rate, divided = murder_rate(city, place.homicides, place.population.population)
    return {
        "slug": city.slug,
        "city": city.city,
        "place": city.name,
        "homicides": (place.homicides.value or None) if place.homicides else None,
        "murder_rate": rate,
        "divided": divided,
    }


def open_cities(
    scenario: str = "baseline",
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Cities:
    """All listed cities under a scenario.

    Args:
        scenario: name of a file in `params/scenarios/`.
        overrides: an `Overrides`, or a mapping by dotted name.
        more: further mappings; a later one wins.

    Raises:
        InputError: a name or a value is wrong.
    """
    return Cities(open_panels([(scenario, merged(overrides, *more))])[0])


def open_annex(
    scenario: str = "baseline",
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Annex:
    """What is the same for every city under a scenario; arguments and errors as `open_cities`."""
    return Annex(open_annex_inputs(scenario, merged(overrides, *more)))


def open_difference(
    first: str,
    second: str,
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Comparison:
    """What changes from the scenario `first` to `second`; overrides change the second only.

    Raises:
        InputError: a name or a value is wrong.
    """
    return compare(*open_panels([(first, {}), (second, merged(overrides, *more))]))
