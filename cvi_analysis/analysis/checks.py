"""Reality checks: what published programs did, beside the model for as many people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cvi_analysis.model import ROLES, Profile
from cvi_analysis.params.evidence import Program
from cvi_analysis.uncertainty.case import Case


@dataclass(frozen=True, slots=True)
class ProgramCheck:
    """A published program beside the model.

    Attributes:
        program: what was published, with the reasons why it differs.
        same_city: the program is in the city of the report.
        model: the model's profile for as many people in a place of that size; None where the
            program's number of people is unknown.
        own: the report's own figure of dollars for one person served.
    """

    program: Program
    same_city: bool
    model: Profile | None
    own: float

    @property
    def community_staff(self) -> int | None:
        """The model's frontline workers and supervisors: posts like those programs report."""
        return None if self.model is None else int(self.model.count("frontline", "supervision"))

    @property
    def times_dollars(self) -> float | None:
        """The model's total over the program's budget (the middle of its range)."""
        low, high = self.program.dollars_low, self.program.dollars_high
        if self.model is None or low is None or high is None or low + high == 0:
            return None
        return float(2.0 * self.model.budget.total / (low + high))

    @property
    def times_staff(self) -> float | None:
        """The model's community staff over the program's staff."""
        if self.community_staff is None or not self.program.staff:
            return None
        return self.community_staff / self.program.staff

    @property
    def people_per_staff(self) -> float | None:
        """People for one of the program's staff."""
        if self.program.people is None or not self.program.staff:
            return None
        return self.program.people / self.program.staff


def program_checks(case: Case, slug: str, programs: Sequence[Program]) -> tuple[ProgramCheck, ...]:
    """Every program beside the model, those in the report's city first.

    The model runs under the report's assumptions for the program's number of people, with the
    residents of the program's place (for the size of the city's office) and national pay, unless
    the program is in the same city. Staff counts entered by hand for the city are set aside.
    """
    own = float(case.profile().per_person)
    checks = [
        ProgramCheck(
            program=program,
            same_city=program.slug == slug,
            model=None if program.people is None else _model(case, program, program.slug == slug),
            own=own,
        )
        for program in programs
    ]
    return tuple(sorted(checks, key=lambda check: not check.same_city))


def _model(case: Case, program: Program, same_city: bool) -> Profile:
    residents = case.population if same_city else program.residents or case.population
    there = replace(
        case, population=residents, price_parity=case.price_parity if same_city else None
    )
    return there.profile(
        {
            **{f"roles.{role}.count": None for role in ROLES},
            "people_at_risk": program.people,
            "people_at_risk.target_share": 1.0,
        }
    )
