"""What `notebooks/city_profile.ipynb` imports: overrides by dotted name, and the report.

overrides = Overrides(globals())      # `roles`, `budget` and the other names now exist
roles.mediator.caseload = 12          # typed, or injected by `papermill -p`
report = open_report("norfolk-va", "baseline", overrides)
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cvi_analysis import __edition__
from cvi_analysis.display.blocks import Folded, Headline, HeadlineFigure
from cvi_analysis.display.in_cells import display
from cvi_analysis.display.markdown import inline, markdown
from cvi_analysis.display.prose import Block, Paragraph, Prose
from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.model.find_out_first import Influence, find_out_first
from cvi_analysis.model.hiring_plan import HiringPlan, plan
from cvi_analysis.model.inverse import BreakEven
from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.profile import Profile
from cvi_analysis.model.sensitivity import effects as all_effects
from cvi_analysis.params.measures import Measures
from cvi_analysis.report import reality_frames, section_scenario
from cvi_analysis.report.counts_frame import (
    core_counts,
    counts_before,
    local_counts,
    peers,
    violence,
)
from cvi_analysis.report.document import Document, document
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.explanation import Chain
from cvi_analysis.report.handover import open_dossier, written_formats
from cvi_analysis.report.jobs_frame import jobs, wages_not_released, with_local_wages
from cvi_analysis.report.payers_frame import federal_grants, payers, spending
from cvi_analysis.report.population_frame import (
    about_populations,
    limits_of_population,
    populations,
)
from cvi_analysis.report.published_check import published_check
from cvi_analysis.report.register_frame import effects, our_choices, register_frame
from cvi_analysis.report.sources_frame import numbers, provenance, sources
from cvi_analysis.report.wording import day, kind, own_part, place_name

# start-up time: pandas takes half a second, and no report shows the table.
if TYPE_CHECKING:
    import pandas as pd


class Namespace:
    """Part of a dotted name; assigning to an attribute records an override.

    >>> roles = Namespace("roles")
    >>> roles.mediator.caseload = 12
    >>> dict(roles.assigned())
    {'roles.mediator.caseload': 12}
    """

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_parts", {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        parts: dict[str, Any] = self._parts
        if name not in parts:
            parts[name] = Namespace(f"{self._name}.{name}")
        return parts[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self._parts[name] = value

    def __repr__(self) -> str:
        told = ", ".join(f"{name} = {value!r}" for name, value in self.assigned())
        return f"<{self._name}: {told or 'nothing changed'}>"

    def assigned(self) -> Iterator[tuple[str, Any]]:
        """The dotted names that were given a value, with it."""
        for name, value in self._parts.items():
            if isinstance(value, Namespace):
                yield from value.assigned()
            else:
                yield f"{self._name}.{name}", value


class Overrides:
    """Overrides by dotted name, written as plain assignments in a notebook.

    Args:
        variables: the notebook's `globals()`; the roots of all dotted names are put into it.
    """

    def __init__(self, variables: MutableMapping[str, Any]) -> None:
        self._variables = variables
        self._roots = {name: Namespace(name) for name in EXPECTED.roots}
        variables.update(self._roots)

    def collected(self) -> dict[str, Any]:
        """All assigned values by dotted name.

        A name such as `people_at_risk` that was assigned as a whole is an override too.
        """
        found: dict[str, Any] = {}
        for name, namespace in self._roots.items():
            found.update(namespace.assigned())
            now = self._variables.get(name, namespace)
            if now is not namespace and not isinstance(now, Namespace | types.ModuleType):
                found[name] = now
        return found


def open_report(
    city: str,
    scenario: str = "baseline",
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> CityReport:
    """The report of a city.

    Args:
        city: slug, such as `norfolk-va`.
        scenario: name of a file in `params/scenarios/`.
        overrides: an `Overrides`, or a mapping by dotted name.
        more: further mappings; a later one wins.

    Raises:
        InputError: a name or a value is wrong. In a notebook it shows as one message, and the
            cell fails.
    """
    return CityReport(open_dossier(city, scenario, merged(overrides, *more) or None))


def merged(*sources: Overrides | Mapping[str, Any] | None) -> dict[str, Any]:
    """Overrides from several sources by dotted name; a later one wins.

    Raises:
        InputError: a source maps no names.
    """
    found: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, Overrides):
            found.update(source.collected())
        elif source:
            found.update(_mapping(source))
    return found


def _mapping(source: object) -> dict[str, Any]:
    if not isinstance(source, Mapping):
        raise InputError(
            "must map dotted names to values",
            parameter="assumptions",
            found=source,
            allowed='for example {"roles.mediator.caseload": 12}',
        )
    return {str(name): value for name, value in source.items()}


class CityReport:
    """One city's report: its numbers to play with, and its sections to display.

    Attributes:
        dossier: all resolved inputs.
    """

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier

    def __repr__(self) -> str:
        city, scenario = self.dossier.city, self.dossier.scenario
        return f"<Report: {city.city}, {city.state}; scenario {scenario.name}>"

    @cached_property
    def formats(self) -> tuple[str, ...]:
        """Endings of the files that are written of this report; none by hand."""
        return written_formats()

    @property
    def profile(self) -> Profile:
        """The model's result: people, posts and budget."""
        return self.dossier.profile

    @property
    def city(self) -> str:
        """The place's name, without its state."""
        return self.dossier.city.city

    @property
    def place(self) -> str:
        """The place's name with its state, where one is known."""
        return place_name(self.dossier)

    @property
    def kind(self) -> str:
        """What the place calls itself in a sentence: `city`, `county`, `town`."""
        return kind(self.dossier)

    @property
    def values(self) -> dict[str, Any]:
        """Every assumption in force by its dotted name."""
        return self.dossier.values

    @property
    def known(self) -> KnownCounts:
        """What is published of the place besides its residents: counts of people, homicides."""
        return self.dossier.case.known

    @property
    def titles(self) -> dict[str, str]:
        """What each role is called, by its key."""
        return {key: role.title for key, role in self.dossier.roles.items()}

    @cached_property
    def document(self) -> Document:
        """The report's figures as in `<slug>.json`."""
        return document(self.dossier)

    @cached_property
    def _chain(self) -> Chain:
        return Chain(self.dossier)

    @property
    def figures(self) -> dict[str, Any]:
        """Every value of `<slug>.json` by its dotted name, such as `staffing.mediator.count`."""
        return self._chain.outputs

    def say(self, text: str, /, **own: Any) -> None:
        """Show Markdown in which `{budget.total:dollars}` stands for a figure of the report.

        Args:
            text: Markdown. After the colon `dollars`, `short_dollars`, `percent`, `share`,
                `number`, `plain` or a format of Python's such as `,.1f`.
            own: further values by name, such as what a cell has just computed.

        Raises:
            InputError: there is no figure of that name, with the nearest right one.
        """
        display(markdown(text, self.figures, **own))

    def fold(self, title: str, text: str, /, **own: Any) -> None:
        """Show what `say` would, folded under a heading that opens it; in print it is open.

        Raises:
            InputError: there is no figure of that name, with the nearest right one.
        """
        display(Folded(title, markdown(text, self.figures, **own)))

    def remark(self, text: str, /, **own: Any) -> None:
        """Show Markdown as `say` does, in the small type of notes.

        Raises:
            InputError: there is no figure of that name, with the nearest right one.
        """
        lines = text.split("\n\n")
        notes = [Paragraph(inline(line, self.figures, **own), note=True) for line in lines]
        display(Prose(tuple(notes)))

    def headline(self, *answers: tuple[str, str, str, str]) -> None:
        """Show big figures side by side.

        Args:
            answers: for each the question, the figure, what it counts, and its range; the figure
                and the range in Markdown as `say` takes it.

        Raises:
            InputError: there is no figure of that name, with the nearest right one.
        """
        display(
            Headline(
                tuple(
                    HeadlineFigure(
                        question, inline(figure, self.figures), unit, inline(reach, self.figures)
                    )
                    for question, figure, unit, reach in answers
                )
            )
        )

    def explain(self, name: str) -> None:
        """Print the chain of steps to a figure, from its sources on, as `cvi explain` does.

        Args:
            name: its dotted name in `<slug>.json`, such as `budget.total`.

        Raises:
            InputError: there is no figure of that name, with the nearest right one.
        """
        print(self._chain.text(name))

    def table(self) -> pd.DataFrame:
        """Staff by role as a pandas DataFrame, one row a role."""
        import pandas as pd  # start-up time: as above

        rows = [
            {
                "role": post.role,
                "title": self.dossier.roles[post.role].title,
                "group": post.group,
                "count": post.count,
                "caseload": post.caseload,
                "wage": post.wage,
                "benefits_load": post.benefits_load,
                "cost": post.cost,
            }
            for post in self.profile.posts
        ]
        return pd.DataFrame(rows).set_index("role")

    def scenario_box(self) -> Block | None:
        """What sets this report apart from the baseline; None in the baseline itself."""
        return section_scenario.scenario_box(self.dossier)

    def differences(self) -> Block | None:
        """Every assumption that differs from the baseline's; None where none does."""
        return section_scenario.differences(self.dossier)

    def violence(self) -> pd.DataFrame:
        """Homicides and people shot as others count them, with what is computed with each."""
        return violence(self.dossier)

    def local_counts(self) -> pd.DataFrame:
        """People at the highest risk as others counted them here, the city's own count first."""
        return local_counts(self.dossier)

    def core_counts(self) -> pd.DataFrame:
        """The counts beside homicides that the rule by homicides rests on."""
        return core_counts(self.dossier)

    def own_part(self) -> str:
        """That the rule by homicides rests on this city's own count in part; empty elsewhere."""
        return own_part(self.dossier)

    def populations(self) -> pd.DataFrame:
        """The population figures held for the place, one row a figure, by dataset and year."""
        return populations(self.dossier)

    def about_populations(self) -> str:
        """Why those are not one series, and which is used here, in Markdown."""
        return about_populations(self.dossier)

    def wages_not_released(self) -> list[str]:
        """Sentences on wages that are national because BLS released none for the area."""
        return wages_not_released(self.dossier)

    def with_local_wages(self) -> list[str]:
        """The budget with the wages of the city's own area, in a sentence, where it is known."""
        return with_local_wages(self.dossier)

    def jobs(self) -> pd.DataFrame:
        """The job descriptions, one row a role, in the words of this place."""
        return jobs(self.dossier)

    def spending(self) -> pd.DataFrame:
        """What is spent and employed today, one row a published figure."""
        return spending(self.dossier)

    def effects(self) -> pd.DataFrame:
        """What moves the budget most: each assumption alone at both ends of its range."""
        return effects(self.dossier)

    def find_out_first(self) -> Influence | None:
        """The group of assumptions that makes the budget most uncertain, and by how much."""
        return next(iter(find_out_first(self.dossier.case)), None)

    def peers(self) -> pd.DataFrame:
        """The listed cities and this one: residents, homicides, murder rate; one row a city."""
        return peers(self.dossier)

    def by_one_rule(self, residents: Sequence[float], *homicides: Sequence[float]) -> Profile:
        """The model on many places by one rule, with nothing that is known of one of them alone.

        Args:
            residents: of each place.
            homicides: of a year; with them people are counted by homicides, else by residents.
        """
        counts = [np.asarray(numbers, dtype=float) for numbers in (residents, *homicides)]
        return self.dossier.by_one_rule(*counts)

    def programs(self) -> pd.DataFrame:
        """Published programs beside this model for as many people, one row each."""
        return reality_frames.programs(self.dossier)

    def other_counts(self) -> pd.DataFrame:
        """People at the highest risk here by the definitions of others, one row a count."""
        return reality_frames.other_counts(self.dossier)

    def claims(self) -> pd.DataFrame:
        """What others say that the city needs, one row a claim."""
        return reality_frames.claims(self.dossier)

    def cost_of_shootings(self) -> BreakEven | None:
        """What a shooting costs government here, and how many cost as much as the program."""
        return reality_frames.cost_of_shootings(self.dossier)

    def payers(self) -> pd.DataFrame:
        """Whose money could pay, for how long, and what is known of it, one row a source."""
        return payers(self.dossier)

    def federal_grants(self) -> pd.DataFrame:
        """What is published on federal grants, one row a fact."""
        return federal_grants(self.dossier, self._sources)

    @property
    def measures(self) -> Measures:
        """What to measure, and the logic model of the work: what `params/measures.yaml` holds."""
        return self.dossier.measures

    def hiring_plan(self) -> HiringPlan:
        """The program built up over the years, as the model has it."""
        return plan(self.dossier.case)

    def counts_before(self) -> list[str]:
        """The last reliable counts of people killed and shot, such as `26 homicides in 2025`."""
        return counts_before(self.dossier)

    def published_check(self) -> pd.DataFrame:
        """The published Norfolk profile beside this model's, one row a line."""
        return published_check(self.dossier.check, self.dossier.roles)

    def limits_of_population(self) -> str:
        """How far the population figure may be off."""
        return limits_of_population(self.dossier)

    def our_choices(self) -> str:
        """What is set by our judgment, in words."""
        return our_choices(self.dossier)

    def register(self) -> pd.DataFrame:
        """Every assumption, one row each by its dotted name, in the order of themes.

        Columns: theme, title, unit, value, range, grade, fit, source, url, note, whether the
        scenario has `changed` it, and for this city alone (`own`), the dollars that it `moves` the
        budget by, the `number` of its source in `sources`.
        """
        changes = self.dossier.scenario.changes
        found = register_frame(self.dossier.assumptions, {change.name for change in changes})
        found["own"] = found.index.isin([change.name for change in changes if change.own])
        swings = {effect.name: effect.swing for effect in all_effects(self.dossier.case)}
        found["moves"] = found.index.map(swings).astype(float)
        cited = numbers(self.dossier.assumptions.values(), self._sources)
        found["number"] = found.index.map(cited).fillna("own")
        return found

    def sources(self) -> pd.DataFrame:
        """All sources by their numbers, each once."""
        return self._sources.copy()

    @cached_property
    def _sources(self) -> pd.DataFrame:
        return sources(self.dossier)

    @property
    def edition(self) -> str:
        """The month of this edition of the reports, such as `November 2026`."""
        return day(__edition__)

    def provenance(self) -> dict[str, str]:
        """What the report stands on: place, dataset, files and their hashes, scenario, version."""
        return provenance(self.dossier)
