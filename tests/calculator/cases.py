"""Random cases within the allowed ranges, with their edges and the model's ties in view."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cvi_analysis.calculator.inputs import Input, inputs
from cvi_analysis.report.dossier import Dossier

DECIMALS = 4


def value_of(item: Input, dossier: Dossier) -> st.SearchStrategy[Any]:
    """A value that the field accepts: an edge, a round number, a decimal or any float."""
    if item.kind == "switch":
        return st.booleans()
    if item.kind == "choice":
        return st.sampled_from([key for key, _ in item.choices])
    low, high = item.allowed
    edges = st.sampled_from([low, high, item.baseline if item.baseline is not None else low])
    if item.whole:
        counts = st.integers(int(low), int(high))
        small = st.integers(int(low), min(int(high), int(low) + 60))
        found = st.one_of(edges.map(int), small, small, counts)
    else:
        decimals = st.floats(low, high).map(lambda x: min(max(round(x, DECIMALS), low), high))
        found = st.one_of(edges.map(float), decimals, decimals, st.floats(low, high))
        if item.name == "people_at_risk":
            found = st.one_of(found, st.floats(1, 3000).map(lambda x: round(x, 1)), bands(dossier))
    return st.one_of(st.none(), found) if item.optional else found


def bands(dossier: Dossier) -> st.SearchStrategy[float]:
    """People at a limit of economies of scale, and the floats next to it."""
    names = ("first_limit", "second_limit", "third_limit")
    limits = [float(dossier.values[f"economies_of_scale.{name}"]) for name in names]
    return st.sampled_from(
        [
            x
            for limit in limits
            for x in (math.nextafter(limit, 0), limit, math.nextafter(limit, 9e9))
        ]
    )


MOST = 16
_fields: dict[str, dict[str, st.SearchStrategy[Any]]] = {}


def changes(dossier: Dossier) -> st.SearchStrategy[dict[str, Any]]:
    """Up to 16 inputs changed, each to a value in its range."""
    slug = dossier.city.slug
    if slug not in _fields:
        _fields[slug] = {item.name: value_of(item, dossier) for item in inputs(dossier)}
    fields = _fields[slug]
    chosen = st.lists(st.sampled_from(list(fields)), max_size=MOST, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({n: fields[n] for n in names}))


def drawn(dossier: Dossier, count: int) -> list[dict[str, Any]]:
    """That many cases as hypothesis draws them, the same in every run."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(changes(dossier))
    def draw(case: dict[str, Any]) -> None:
        found.append(case)

    draw()
    return found[:count]
