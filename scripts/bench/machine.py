"""The machine that figures are from, in words; nothing that names it or its owner."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil  # type: ignore[import-untyped,unused-ignore]

from cvi_analysis.batch.pool import default_jobs
from scripts.bench.reading import Frozen

PACKAGES = ("papermill", "nbconvert", "ipykernel", "matplotlib", "typst")


class Machine(Frozen):
    """What a figure depends on besides the code.

    Attributes:
        processor: its model.
        cores: processors that this process may use.
        memory_bytes: of the machine.
        system: operating system and kernel.
        python: implementation and version.
        packages: versions of the libraries that matter most.
    """

    processor: str
    cores: int
    memory_bytes: int
    system: str
    python: str
    packages: dict[str, str]

    @classmethod
    def this(cls) -> Machine:
        """The one that this runs on."""
        return cls(
            processor=_processor(),
            cores=default_jobs(),
            memory_bytes=int(psutil.virtual_memory().total),
            system=_system(),
            python=f"{platform.python_implementation()} {platform.python_version()}",
            packages={name: _version(name) for name in PACKAGES},
        )

    def words(self) -> str:
        """One sentence part: `Xeon, 2 cores, 24 GB, Ubuntu 24.04 (Linux 6.8), CPython 3.11.7`."""
        memory = f"{self.memory_bytes / 2**30:.0f} GB of memory"
        cores = f"{self.cores} core{'s' if self.cores != 1 else ''}"
        return ", ".join((self.processor, cores, memory, self.system, self.python))


def chromium() -> str | None:
    """Path of the browser in which pages are measured, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def busy() -> float:
    """Processors' worth of work that others are doing, over two seconds."""
    return float(psutil.cpu_percent(2.0)) / 100 * (os.cpu_count() or 1)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    found = [line.partition(":")[2] for line in lines if line.startswith("model name")]
    return " ".join((found or [platform.processor() or platform.machine()])[0].split())


def _system() -> str:
    kernel = f"{platform.system()} {platform.release().split('-')[0]}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({kernel})"
    except (OSError, KeyError):
        return kernel


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
