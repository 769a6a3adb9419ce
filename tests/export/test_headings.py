"""Levels never skip, ids never repeat."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.export.headings import Outline, slug


def shown(*levels: int) -> list[int]:
    outline = Outline()
    return [outline.add(level, "x").level for level in levels]


def test_proper_levels_are_kept():
    assert shown(2, 3, 3, 4, 2, 3) == [2, 3, 3, 4, 2, 3]


def test_skipped_levels_are_mended_alike():
    assert shown(2, 5, 5, 4, 2) == [2, 3, 3, 3, 2]
    assert shown(4, 6, 4) == [2, 3, 2]


def test_further_first_level_headings_become_sections():
    assert shown(1, 2, 1) == [2, 3, 2]


@settings(deadline=None)
@given(st.lists(st.integers(1, 6), max_size=30))
def test_never_skips(levels):
    found = [1, *shown(*levels)]
    assert all(1 < b <= a + 1 for a, b in itertools.pairwise(found))


def test_ids():
    outline = Outline()
    ids = [outline.add(2, text).id for text in ("People at risk", "People at risk", "2024", "城")]
    assert ids == ["people-at-risk", "people-at-risk-2", "section-2024", "section"]


def test_links_as_jupyter_writes_them():
    outline = Outline()
    outline.add(2, "People at risk")
    assert outline.find("People-at-risk").id == "people-at-risk"
    assert outline.find("nowhere") is None


def test_slug_folds_accents():
    assert slug("Año — Día") == "ano-dia"
