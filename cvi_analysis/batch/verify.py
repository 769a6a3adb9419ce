"""`make verify`: build again, differently or against what was published, and compare every byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.batch import edition, manifest
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.fingerprint import differing, file_sha256, fingerprint
from cvi_analysis.batch.report_formats import CITIES, FORMATS, PAGES
from cvi_analysis.errors import InputError
from cvi_analysis.files import read_file
from cvi_analysis.params import BASELINE

STANDARD_SAMPLE = 3
"""Cities built with Jupyter's own kernels too; each takes some seconds."""


def verify(scenario: str, cities: tuple[str, ...] | None, jobs: int) -> int:
    """Build twice from nothing (one worker, several workers) and a sample with the stock engine.

    The builds go to two temporary folders of different depth. Prints what differs. Exit status 0
    if every file is the same byte for byte, 1 if not, and a build's own status if one fails.
    """
    with tempfile.TemporaryDirectory(prefix="cvi-verify-") as temporary:
        first = Path(temporary) / "first"
        second = Path(temporary) / "another folder" / "second"
        third = Path(temporary) / "standard"
        some = ["--cities", " ".join(cities)] if cities else []
        for folder, options in (
            (first, [*some, "--jobs", "1"]),
            (second, [*some, "--jobs", str(jobs or 2)]),
        ):
            if status := _run(scenario, folder, options):
                return status
        built = sorted(json.loads((first / scenario / "manifest.json").read_bytes())["cities"])
        sample = built[:: max(1, len(built) // STANDARD_SAMPLE)][:STANDARD_SAMPLE]
        some = ["--cities", " ".join(sample), "--engine", "standard"]
        if status := _run(scenario, third, some):
            return status
        wrong = differences(first / scenario, second / scenario)
        wrong += differences(first / scenario, third / scenario, sample)
        for line in wrong:
            print(line)
        count = len(_files(first / scenario))
        print(
            f"{count} files of {len(built)} cities built twice, {len(sample)} cities with the "
            f"standard engine: {'all the same bytes' if not wrong else f'{len(wrong)} differ'}."
        )
        return 1 if wrong else 0


def _run(scenario: str, folder: Path, options: Sequence[str]) -> int:
    print("Building:", " ".join(options), flush=True)
    return _cvi("reports", "--scenario", scenario, "--out", folder, "--quiet", *options)


def _cvi(*words: str | Path) -> int:
    command = [sys.executable, "-m", "cvi_analysis", *map(str, words)]
    root = {"CVI_ROOT": os.fspath(paths.root())}
    return subprocess.run(command, check=False, env={**os.environ, **root}).returncode


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def differences(first: Path, second: Path, slugs: Sequence[str] | None = None) -> list[str]:
    """Sentences on files that are missing on one side or not the same bytes.

    Args:
        first: a folder of reports.
        second: another one.
        slugs: compare only these cities' files; None for every file.
    """
    names = sorted({*_files(first), *_files(second)})
    if slugs is not None:
        names = [name for name in names if name.split(".")[0] in slugs]
    found = []
    for name in names:
        sides = [folder / name for folder in (first, second)]
        if not all(side.is_file() for side in sides):
            found.append(f"{name}: is in only one of the builds")
        elif sides[0].read_bytes() != sides[1].read_bytes():
            found.append(f"{name}: differs")
    return found


@dataclass(frozen=True, slots=True)
class Published:
    """Reports that somebody published.

    Attributes:
        name: of the folder or edition, for messages.
        scenario: whose reports they are.
        hashes: SHA-256 of each file by its name.
        inputs: hash of each input that they were made from; empty where nothing tells.
        cities: the slugs of their cities; empty where nothing tells.
    """

    name: str
    scenario: str
    hashes: Mapping[str, str]
    inputs: Mapping[str, str]
    cities: frozenset[str] = frozenset()

    @classmethod
    def of(cls, named: str, scenario: str) -> Published:
        """What lies in a folder, or what an edition says of its reports.

        Args:
            named: a scenario's folder of reports, or an edition by its name or folder.
            scenario: whose reports they are, unless they tell it themselves.

        Raises:
            InputError: there is neither, or they were made with changes of their own.
        """
        frozen = edition.folder_of(named)
        if frozen is not None:
            record = edition.read(frozen)
            return cls(f"edition {record.edition}", BASELINE, record.outputs, record.inputs)
        folder = Path(named)
        hashes = {
            name: file_sha256(folder / name) or ""
            for name in (_files(folder) if folder.is_dir() else ())
            if (folder / name).is_file()
        }
        if not hashes:
            raise InputError(
                "there are no reports to compare with",
                parameter="--against",
                found=named,
                allowed="a scenario's folder, such as reports/baseline, or an edition",
            )
        try:
            told = json.loads(read_file(folder / manifest.NAME))
            scenario, overrides, inputs, cities = (
                str(told["scenario"]),
                dict(told["overrides"]),
                dict(told["inputs"]),
                frozenset(told["cities"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            overrides, inputs, cities = {}, {}, frozenset()
        if overrides:
            raise InputError(
                "these reports were made with changes of their own (`-P`)",
                file=shown(folder),
                found=", ".join(overrides),
                allowed="reports of a scenario as its file has it",
            )
        return cls(str(shown(folder)), scenario, hashes, inputs, cities)

    def only(self, slugs: Sequence[str]) -> Published:
        """The files of these cities alone."""
        kept = {n: digest for n, digest in self.hashes.items() if n.split(".")[0] in slugs}
        return replace(self, hashes=kept)

    @property
    def endings(self) -> dict[str, set[str]]:
        """The formats that there are of each city, by slug."""
        found: dict[str, set[str]] = {}
        for name in self.hashes:
            stem, _, ending = name.partition(".")
            known = not self.cities or stem in self.cities
            if ending in FORMATS and known and stem not in (*PAGES, *_AROUND):
                found.setdefault(stem, set()).add(ending)
        return found


_AROUND = ("index", "manifest", "datapackage")
_TABLES = "datapackage.json"


def against(named: str, scenario: str, slugs: tuple[str, ...] | None, jobs: int) -> int:
    """Build what somebody published, and compare every byte.

    Prints a line a file: whether it is the same, differs or is missing on one side. Files that
    only this build has count where the other side has a manifest, which says it is whole. Exit
    status 0 if all is the same, 1 if not, and the build's own if it fails.

    Args:
        named: a scenario's folder of reports, or an edition by its name or folder.
        scenario: whose reports they are, unless they tell it themselves.
        slugs: compare these cities alone; None for every file.
        jobs: workers; 0: one a processor.

    Raises:
        InputError: as `Published.of`.
    """
    published = Published.of(named, scenario)
    if slugs is not None:
        published = published.only(slugs)
    with tempfile.TemporaryDirectory(prefix="cvi-verify-") as temporary:
        out = Path(temporary)
        if status := _build_like(published, out, slugs, jobs):
            return status
        folder = out / published.scenario
        built = {name: file_sha256(folder / name) or "" for name in _files(folder)}
    whole = manifest.NAME in published.hashes
    names = sorted({*published.hashes, *(built if whole else ())})
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_said(published, built, name), []).append(name)
    same = found.pop(_SAME, [])
    for said, those in {_SAME: same, **found}.items():
        for name in those:
            print(f"{name}: {said}")
    now = fingerprint()
    # The files of data/raw/, which an edition may hold, are known by their registry.
    told = {n: digest for n, digest in published.inputs.items() if n in now or "/raw/" not in n}
    other = differing(told, now) if told else []
    if found and other:
        print(f"Made from other inputs than these: {', '.join(other)}.")
    counts = [f"{len(those)} {said}" for said, those in found.items()]
    print(
        f"{len(names)} files of {published.name}: {', '.join([f'{len(same)} {_SAME}', *counts])}."
    )
    return 1 if found or not names else 0


_SAME = "the same bytes"


def _said(published: Published, built: Mapping[str, str], name: str) -> str:
    there, here = published.hashes.get(name), built.get(name)
    if there is None:
        return f"missing from {published.name}"
    if here is None:
        return "missing from this build"
    return _SAME if there == here else "differs"


def _build_like(published: Published, out: Path, slugs: tuple[str, ...] | None, jobs: int) -> int:
    """Build the same cities in the same formats; the status of the first build that fails."""
    endings = published.endings
    cities = slugs if slugs is not None else tuple(endings)
    common = set.intersection(*endings.values()) if endings else set()
    more = {slug: extra - common for slug, extra in endings.items() if extra - common}
    builds = [(cities, common)]
    if f"{CITIES}.html" in published.hashes:
        builds = [((), common)]  # the page of all cities is made together with all of them
    if more:
        builds.append((tuple(more), common.union(*more.values())))
    for chosen, formats in builds:
        options = ["--cities", " ".join(chosen)] if chosen else []
        options += ["--formats", " ".join(sorted(formats)), "--jobs", str(jobs)]
        if status := _run(published.scenario, out, options):
            return status
    if _TABLES in published.hashes:
        return _cvi("table", "--scenario", published.scenario, "--out", out)
    return 0
