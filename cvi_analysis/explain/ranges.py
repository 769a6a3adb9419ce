"""How the ends of the 90% intervals come about."""

from __future__ import annotations

from cvi_analysis.blocks.format import number
from cvi_analysis.dossier import Dossier
from cvi_analysis.explain.sources import LOCAL_ESTIMATE as COUNT
from cvi_analysis.explain.step import ASSUMPTION, Step
from cvi_analysis.model import ROLES
from cvi_analysis.uncertainty.case import LOCAL_ESTIMATE, Case
from cvi_analysis.uncertainty.draws import DRAWS, SEED
from cvi_analysis.uncertainty.spread import spreads

CENTRAL = {
    "people_at_risk": ("people_at_risk.estimate",),
    "staff": tuple(f"staffing.{role}.count" for role in ROLES),
    "total": ("budget.total",),
}
WORDS = {
    "people_at_risk": "people at the highest risk",
    "staff": "full-time posts, all roles",
    "total": "the whole program, dollars a year",
}


def explain(dossier: Dossier, name: str) -> Step | None:
    """A number of `ranges`; None for others."""
    first, _, rest = name.partition(".")
    if first != "ranges":
        return None
    figure, _, end = rest.partition(".")
    value = getattr(getattr(dossier.ranges, figure), end)
    if end == "central":
        staff = figure == "staff"
        posts = " + ".join(str(post.count) for post in dossier.profile.posts)
        return Step(
            name,
            value,
            WORDS[figure],
            rule="all posts added up" if staff else "the figure itself",
            numbers=posts if staff else number(value, 6 if figure == "people_at_risk" else 0),
            uses=CENTRAL[figure],
        )
    varied = sorted(spreads(Case.of(dossier)))
    share = "5" if end == "low" else "95"
    return Step(
        name,
        value,
        f"{WORDS[figure]}: {end} end of the 90% interval",
        rule=f"{number(DRAWS)} runs of the model (seed {SEED}), in each of which every uncertain "
        "number is drawn from a triangular distribution over its plausible range, with its value "
        f"as the most likely one; {share} of 100 runs give this or less. The figure itself always "
        "lies inside.",
        numbers=f"the {share}th percentile of {number(DRAWS)} runs, {len(varied)} numbers moving",
        uses=(
            *CENTRAL[figure],
            *(COUNT if n == LOCAL_ESTIMATE else f"{ASSUMPTION}{n}" for n in varied),
        ),
    )
