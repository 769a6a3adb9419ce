"""A copy of `params/` that a test may damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import Params, load_params

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "params", tmp_path / "params")
    return tmp_path


@pytest.fixture(scope="session")
def shipped() -> Params:
    return load_params(ROOT, EXPECTED)
