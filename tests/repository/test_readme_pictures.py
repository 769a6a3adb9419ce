"""The README's pictures show the figures that the reports have now."""

from __future__ import annotations

import pytest
from PIL import Image

from scripts.pictures import IMAGES, SHOWN, figures


@pytest.fixture(scope="module")
def now(library) -> dict[str, str]:
    return figures(library)


def test_pictures_show_todays_figures(now):
    for name, shown in now.items():
        with Image.open(IMAGES / name) as picture:
            assert picture.info[SHOWN] == shown, f"{name}: .venv/bin/python -m scripts.pictures"
