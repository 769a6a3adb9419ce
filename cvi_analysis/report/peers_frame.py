"""The listed cities and the report's own, as a DataFrame to compare them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvi_analysis.display.prose import line, strong
from cvi_analysis.report.dossier import Dossier, Peer
from cvi_analysis.report.wording import listed

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd


def peers(dossier: Dossier) -> pd.DataFrame:
    """One row a city, the report's own last where it is none of the listed ones.

    The index is its slug. `place` is its name as a table has it, `homicides` are those of a year
    and `murder_rate` those for each 100,000 people, where they are known; `divided` says that the
    rate is the city's own count over its residents, `here` that the report is about it.
    """
    import pandas as pd  # start-up time: as above

    index, city = listed(dossier), dossier.city
    every = list(dossier.peers)
    if index is None:
        index = len(every)
        every.append(
            Peer(
                slug=city.slug,
                name=city.city,
                state=city.state,
                geoid=city.geoid,
                population=dossier.population.population,
                murder_rate=None,
                homicides=None if dossier.homicides is None else dossier.homicides.value,
            )
        )
    rows = [
        {
            "slug": peer.slug,
            "name": peer.name,
            "place": line(strong(city.city)) if number == index else f"{peer.name}, {peer.state}",
            "residents": peer.population,
            "homicides": peer.homicides or None,
            "murder_rate": peer.murder_rate,
            "divided": peer.divided,
            "here": number == index,
        }
        for number, peer in enumerate(every)
    ]
    counts = {"homicides": float, "murder_rate": float}
    return pd.DataFrame(rows).set_index("slug").astype(counts)
