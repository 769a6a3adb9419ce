"""The unit of work that executors are given, light enough for the parent to name it.

It is imported before the servers start, so it imports nothing itself that takes a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cvi_analysis.build.spec import CityResult, CitySpec, PageSpec


def build(spec: CitySpec | PageSpec) -> CityResult:
    """The report of one city, or a page on many; only workers pay for the imports.

    See `city.build_city` and `page.build_page`.
    """
    from cvi_analysis.build.spec import PageSpec

    if isinstance(spec, PageSpec):
        from cvi_analysis.build import page

        return page.build_page(spec)
    from cvi_analysis.build import city

    return city.build_city(spec)


def rehearse() -> None:
    """Make this worker ready while there is nothing to build yet; see `rehearsal.rehearse`."""
    from cvi_analysis.build import rehearsal

    rehearsal.rehearse()
