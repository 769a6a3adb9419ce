"""What the page needs to know how sure a case is: each assumption's plausible range, compactly."""

from __future__ import annotations

from typing import Any

from cvi_analysis.calculator import case_file
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.model import find_out_first, intervals
from cvi_analysis.model.decomposition import GROUPS, group_of
from cvi_analysis.model.sizing_case import METHOD, spread_of
from cvi_analysis.model.staffing import ROLES
from cvi_analysis.report.dossier import Dossier

_BESIDE = ("budget.wraparound.", "phasing.", "medicaid.")
"""What moves no figure of the full program."""
_BY_ROLE = ("wage", "caseload", "posts")


def ranges(dossier: Dossier) -> dict[str, Any]:
    """What ranges.js takes as `ranges`.

    An assumption is `[low, high]`, with a 1 behind it where it is whole; a title follows where
    the page has no field with that name. Ranges of roles stand in the order of `ROLES`, 0 where
    there is none.
    """
    case = dossier.case
    fields = {item.name for item in inputs(dossier)}
    names: dict[str, list[Any]] = {}
    by_role: dict[str, list[Any]] = {last: [0] * len(ROLES) for last in _BY_ROLE}
    groups = {group_of(METHOD)}
    read = case_file.values(dossier)
    for name in sorted(read):
        item = dossier.assumptions[name]
        if name.startswith(_BESIDE) or spread_of(item) is None:
            continue
        found = [case_file.short(item.low), case_file.short(item.high)]
        first, _, last = name.rpartition(".")
        groups.add(group_of(name))
        if first.startswith("roles.") and last in _BY_ROLE:
            by_role[last][ROLES.index(first.removeprefix("roles."))] = found
            continue
        titled = [] if name in fields else [item.title]
        whole = item.kind == "integer"
        names[name] = [*found, *([int(whole)] if whole or titled else []), *titled]
    return {
        "names": names,
        **by_role,
        "local": [case_file.short(case.local_low), case_file.short(case.local_high)],
        "groups": {key: GROUPS[key] for key in GROUPS if key in groups},
        "seed": intervals.SEED,
        "draws": intervals.DRAWS,
        "fewer": find_out_first.DRAWS,
        "lattice": intervals.LATTICE,
    }
