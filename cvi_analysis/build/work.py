"""The unit of work that executors are given, light enough for the parent to name it."""

from __future__ import annotations

from cvi_analysis.build.spec import CityResult, CitySpec


def build_city(spec: CitySpec) -> CityResult:
    """The report of one city; see `city.build_city`, whose imports only workers pay for."""
    from cvi_analysis.build import city

    return city.build_city(spec)
