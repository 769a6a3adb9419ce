"""What is kept of a report that could not be made: the traceback, and the notebook as it ran."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.orders import CityResult
from cvi_analysis.files import write_file


def kept_files(scenario: str, slug: str) -> dict[str, Path]:
    """Where the `traceback` and the `notebook` of a failed report lie, of those that are there."""
    folder = paths.cache() / "failures" / scenario
    named = {"traceback": folder / f"{slug}.txt", "notebook": folder / f"{slug}.ipynb"}
    return {what: path for what, path in named.items() if path.is_file()}


def keep(scenario: str, result: CityResult) -> CityResult:
    """Write what is left of a failed report into the cache; the result names the files."""
    forget(scenario, [result.slug])
    folder = paths.cache() / "failures" / scenario
    # A read-only checkout keeps nothing and is no worse for it.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        text = f"{result.error}\n\n{result.detail}".rstrip()
        write_file(folder / f"{result.slug}.txt", f"{text}\n".encode())
        if result.executed:
            write_file(folder / f"{result.slug}.ipynb", result.executed.encode())
    found = kept_files(scenario, result.slug)
    if not found:
        return result
    told = f"The traceback is in {shown(found['traceback'])}"
    if "notebook" in found:
        told += f", the notebook as far as it ran in {shown(found['notebook'])}"
    return replace(result, notes=(*result.notes, f"{told}."))


def described(scenario: str, result: CityResult) -> dict[str, str]:
    """A failed report for a program: the city, the error, and the files that were kept."""
    files = {what: str(shown(path)) for what, path in kept_files(scenario, result.slug).items()}
    return {"city": result.slug, "error": result.error or "", **files}


def forget(scenario: str, slugs: Iterable[str]) -> None:
    """Remove what was kept of reports that have been made since."""
    for slug in slugs:
        for path in kept_files(scenario, slug).values():
            with suppress(OSError):
                path.unlink()
