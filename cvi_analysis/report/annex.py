"""What `notebooks/annex.ipynb` imports: all that is the same for every city under a scenario.

Like a dossier it is self-contained: its canonical JSON is what the build hashes and what travels
to a worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cvi_analysis import __version__
from cvi_analysis.model.staffing import ROLES
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.params.frozen import Frozen
from cvi_analysis.params.measures import LogicModel
from cvi_analysis.params.people_per_shooting import CountedPeople
from cvi_analysis.params.published_figures import Program
from cvi_analysis.params.roles import STRATEGIES, Role, Strategy
from cvi_analysis.params.studies import Study
from cvi_analysis.report.dossier import ExternalCheck, ScenarioNote, canonical
from cvi_analysis.report.library import Library
from cvi_analysis.report.published_check import published_check
from cvi_analysis.report.reality_frames import in_words
from cvi_analysis.report.register_frame import register_frame
from cvi_analysis.report.wording import city_by_city

# start-up time: pandas takes half a second, and only a cell shows the table.
if TYPE_CHECKING:
    import pandas as pd


class AnnexInputs(Frozen):
    """The texts and the assumptions that every city's report under a scenario shares."""

    scenario: ScenarioNote
    assumptions: dict[str, Assumption]
    roles: dict[str, Role]
    strategies: dict[str, Strategy]
    logic_model: LogicModel
    studies: tuple[Study, ...]
    counted: tuple[CountedPeople, ...]
    programs: tuple[Program, ...]
    check: ExternalCheck
    version: str

    @classmethod
    def of(
        cls,
        library: Library,
        scenario: str = "baseline",
        overrides: Mapping[str, Any] | None = None,
    ) -> AnnexInputs:
        """Those of a scenario, with ad hoc overrides if there are any.

        Raises:
            InputError: an unknown scenario or name, or a refused value.
        """
        given = dict(overrides or {})
        params = library.params
        return cls(
            scenario=library.scenario_note(scenario, given),
            assumptions=dict(params.resolve(scenario, None, given).assumptions),
            roles=dict(params.roles),
            strategies=dict(params.strategies),
            logic_model=params.measures.logic_model,
            studies=params.studies,
            counted=params.people_per_shooting.rows,
            programs=library.evidence.programs,
            check=library.check(),
            version=__version__,
        )

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, the same text on every machine."""
        return canonical(self.model_dump(mode="json")).decode()


class Annex:
    """What the cells of the annex show.

    Attributes:
        roles: every role by its key, frontline staff first.
        strategies: the strategies by their keys, in the order of the published page.
        logic_model: from what goes in to what should change.
        studies: what studies found.
        counted: counts of people beside the homicides of their time.
        scenario: the scenario in words, with all that it changes.
    """

    def __init__(self, inputs: AnnexInputs) -> None:
        self.inputs = inputs
        self.roles = {key: inputs.roles[key] for key in ROLES if key in inputs.roles}
        self.strategies = {key: inputs.strategies[key] for key in STRATEGIES}
        self.logic_model = inputs.logic_model
        self.studies, self.scenario = inputs.studies, inputs.scenario
        self.counted = inputs.counted

    def __repr__(self) -> str:
        return f"<Annex: scenario {self.scenario.name}>"

    def register(self) -> pd.DataFrame:
        """Every assumption, one row each by its dotted name, in the order of themes.

        Columns: theme, title, unit, value, range, grade, fit, source, url, note, changed.
        """
        changed = {item.name for item in self.scenario.changes}
        return register_frame(self.inputs.assumptions, changed)

    def programs(self) -> pd.DataFrame:
        """What programs did, by their own figures, and why the model differs; one row each.

        Columns: place, people, staff, money, per_person, differs, doubt, url.
        """
        import pandas as pd  # start-up time: as above

        rows = {program.program: in_words(program) for program in self.inputs.programs}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("program")

    def published_check(self) -> pd.DataFrame:
        """The published Norfolk profile beside this model's, one row a line."""
        return published_check(self.inputs.check, self.inputs.roles)

    @property
    def grades(self) -> dict[str, int]:
        """How many assumptions are of each grade of quality."""
        items = self.inputs.assumptions.values()
        return {grade: sum(item.quality == grade for item in items) for grade in "ABC"}

    @property
    def city_by_city(self) -> str:
        """That the scenario sets some assumptions city by city; empty where it sets none."""
        return city_by_city(self.scenario)
