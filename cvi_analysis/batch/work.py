"""The unit of work that executors are given, light enough for the parent to name it.

It is imported before the servers start, so it imports nothing itself that takes a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

# start-up time: the servers begin before the rest is imported.
if TYPE_CHECKING:
    from cvi_analysis.batch.orders import CityResult, CitySpec, PageSpec


def build(spec: CitySpec | PageSpec) -> CityResult:
    """The report of one city, or a page on many; only workers pay for the imports.

    See `city.build_city` and `city.build_page`.
    """
    # start-up time: as above.
    from cvi_analysis.batch import city
    from cvi_analysis.batch.orders import PageSpec

    return city.build_page(spec) if isinstance(spec, PageSpec) else city.build_city(spec)
