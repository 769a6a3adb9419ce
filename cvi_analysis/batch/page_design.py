"""The style sheet of every page of ours, for those too that render none and import no nbconvert."""

from __future__ import annotations

from pathlib import Path

from cvi_analysis.export.page_head import design

STYLE_SHEETS = (Path(__file__).parent / "fonts" / "page.css", Path(__file__).parent / "house.css")
"""What our pages add to the style sheet of any exported notebook: the font, and what it sets."""


def house_design() -> str:
    """The style sheet, squeezed."""
    return design(*STYLE_SHEETS)
