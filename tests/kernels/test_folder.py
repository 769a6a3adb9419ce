"""The private folder for sockets."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from cvi_analysis.kernels.folder import RuntimeFolder

from .conftest import linux


def use(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(base))


def test_folder_is_private_and_removed(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(short_folder, monkeypatch)
    with RuntimeFolder() as folder:
        assert folder.parent == short_folder
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "socket").touch()
    assert not list(short_folder.iterdir())


@linux
def test_sockets_fit_although_tmpdir_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 150)
    long.mkdir()
    use(long, monkeypatch)
    with RuntimeFolder() as folder:
        assert len(str(folder / "4194304-99999-5")) < 100


@linux
def test_only_abandoned_folders_are_removed(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(short_folder, monkeypatch)
    long_ago = time.time() - 3600
    kept = RuntimeFolder()
    (kept.path / "socket").touch()
    abandoned, young, foreign = (short_folder / f"cvi-kernels-{name}" for name in ("a", "b", "c"))
    for folder in (abandoned, young, foreign):
        folder.mkdir()
    (abandoned / "lock").touch()
    (young / "lock").touch()
    (foreign / "something").touch()
    for folder in (abandoned, foreign, kept.path):
        os.utime(folder, (long_ago, long_ago))
    with RuntimeFolder():
        assert not abandoned.exists()
        assert young.exists()
        assert foreign.exists()
        assert (kept.path / "socket").exists()
    kept.remove()
