"""Editions: what was published, frozen in `editions/<name>/` to be checked and compared later.

An edition is three files. `edition.json` names it and has the hash of every input (code and lock
file included) and of every file of the reports; `inputs.zip` has the inputs that the model reads;
`profiles.csv` is that of the reports, with every city's figures.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cvi_analysis import __edition__, __version__, paths
from cvi_analysis.batch import manifest
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.fingerprint import differing, file_sha256, sha256
from cvi_analysis.batch.folder import zipped
from cvi_analysis.batch.report_formats import ALWAYS
from cvi_analysis.batch.staleness import up_to_date
from cvi_analysis.census.registry import read_registry
from cvi_analysis.errors import InputError
from cvi_analysis.files import UNFINISHED, read_file, writing_to
from cvi_analysis.model.sizing_case import HeadlineFigures
from cvi_analysis.params import BASELINE
from cvi_analysis.report.edition_change import EditionCity
from cvi_analysis.report.library import Library
from cvi_analysis.report.panel import Panel

FORMAT = 1
RECORD, INPUTS, FIGURES = "edition.json", "inputs.zip", "profiles.csv"

_NAME = re.compile(r"(20\d\d)\.[1-9]\d?", re.ASCII)
_NO_RECORD = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
_FROZEN = re.compile(r"(params|data)(/\w[\w.-]*)+", re.ASCII)
_LARGEST = 50_000_000  # bytes of one input: a hundred times what the largest has


@dataclass(frozen=True, slots=True)
class Edition:
    """What `edition.json` says.

    Attributes:
        edition: its name, such as `2026.1`.
        month: year and month that its reports print.
        version: of the package.
        inputs: hash of every input by its path, as `fingerprint.fingerprint` gives them.
        outputs: hash of every file of the baseline's reports, by its name.
    """

    edition: str
    month: str
    version: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]

    @property
    def frozen(self) -> list[str]:
        """The inputs that the edition holds itself: parameters and data."""
        return sorted(name for name in self.inputs if _FROZEN.fullmatch(name))

    def to_bytes(self) -> bytes:
        """Canonical JSON, as a manifest's."""
        data = {"format": FORMAT, **asdict(self)}
        return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def make(name: str) -> int:
    """Freeze the project and its baseline reports as an edition. Exit status 0.

    Raises:
        InputError: a name of another form or year, reports that are out of date or of places
            outside the list, or an edition of that name with other content.
        BuildError: the folder cannot be written.
    """
    _require_name(name)
    reports = paths.reports() / BASELINE
    made = _of_reports(name, reports)
    target = paths.editions() / name
    if target.exists():
        _require_same(target, read(target), made)
        print(f"{shown(target)} is there already, and holds the same.")
        return 0
    held = {path: (paths.root() / path).read_bytes() for path in made.frozen}
    files = {
        RECORD: made.to_bytes(),
        INPUTS: zipped(held, name, zipfile.ZIP_DEFLATED),
        FIGURES: (reports / FIGURES).read_bytes(),
    }
    with writing_to(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=UNFINISHED) as folder:
            whole = Path(folder) / name
            whole.mkdir()
            for file, content in files.items():
                (whole / file).write_bytes(content)
            # An input edited since it was looked at is found here, and one that is not enough.
            cities(whole, read(whole))
            whole.rename(target)
    print(
        f"{shown(target)}: {len(held)} inputs, the figures of {len(figures(target))} cities and "
        f"the hashes of {len(made.outputs)} files of reports that print {made.month}; "
        f"{sum(map(len, files.values())):,} bytes.\n"
        f"SHA-256 of its {RECORD}: {sha256(files[RECORD])}"
    )
    return 0


def _require_name(name: str) -> None:
    """Check that a name has the form of one, and the year that reports print."""
    form = _NAME.fullmatch(name)
    if form is None or form[1] != __edition__[:4]:
        raise InputError(
            "is no name of an edition of these reports",
            parameter="NAME",
            found=name,
            allowed=f"{__edition__[:4]}.1, {__edition__[:4]}.2, …",
            hint=f"The year is that of the month that the reports print, which is {__edition__}.",
        )


def _of_reports(name: str, reports: Path) -> Edition:
    """The edition that a folder of reports is, if they are up to date and of the listed cities."""
    if up_to_date(reports, BASELINE, None, ALWAYS) is None:
        raise InputError(
            "the reports of all listed cities are not there or not up to date",
            file=shown(reports),
            hint="An edition has the hash of each of their files: run `make reports` first.",
        )
    known = manifest.load(reports, BASELINE)
    others = sorted(set(known.cities) - set(known.listed))
    if others:
        raise InputError(
            "there are reports of places that the list of cities does not have",
            file=shown(reports),
            found=", ".join(others),
            hint="Run `make clean` and `make reports`, so that anybody can build the same again.",
        )
    outputs = known.hashes()
    outputs[manifest.NAME] = file_sha256(reports / manifest.NAME) or ""
    return Edition(name, __edition__, __version__, {**known.inputs, **_raw()}, outputs)


def _raw() -> dict[str, str]:
    """The files of `data/raw/`, where a listed city has its residents from there alone."""
    library = Library.load()
    if all(library.populations.has(city.geoid) for city in library.params.cities.values()):
        return {}
    folder = paths.raw().relative_to(paths.root()).as_posix()
    return {f"{folder}/{file.path.name}": file.sha256 for file in read_registry(paths.raw())}


def _require_same(target: Path, old: Edition, new: Edition) -> None:
    if old == new:
        return
    pairs = [(old.inputs, new.inputs), (old.outputs, new.outputs)]
    moved = [name for was, now in pairs for name in differing(was, now)]
    raise InputError(
        "there is an edition of this name with other content",
        file=shown(target),
        found=", ".join(moved[:5]) + (", …" if len(moved) > 5 else ""),
        allowed="the same inputs and reports",
        hint="What is published stays as it is: take the next number.",
    )


def folder_of(named: str) -> Path | None:
    """The folder of an edition: its name in `editions/`, or a path; None if it is neither."""
    found = (paths.editions() / named, Path(named))
    return next((folder for folder in found if (folder / RECORD).is_file()), None)


def require_folder_of(named: str) -> Path:
    """As `folder_of`; raises `InputError` with the editions that there are."""
    folder = folder_of(named)
    if folder is None:
        there = sorted(path.parent.name for path in paths.editions().glob(f"*/{RECORD}"))
        raise InputError(
            "there is no such edition",
            found=named,
            allowed=", ".join(there) or "one made with `cvi edition make`",
        )
    return folder


def read(folder: Path) -> Edition:
    """The edition in a folder, every file of it checked against its hash.

    Raises:
        InputError: a file is missing, damaged or not what was frozen; it is named.
    """
    try:
        data = json.loads(read_file(folder / RECORD))
        if data.pop("format") != FORMAT:
            raise ValueError
        edition = Edition(**data)
        hashes = [*edition.inputs.values(), *edition.outputs.values()]
        texts = [edition.month, edition.version, *hashes]
        if not (_NAME.fullmatch(edition.edition) and all(isinstance(one, str) for one in texts)):
            raise ValueError
        if not edition.frozen or FIGURES not in edition.outputs:
            raise ValueError
    except _NO_RECORD as error:
        raise InputError("this is no record of an edition", file=shown(folder / RECORD)) from error
    inputs(folder, edition)
    if file_sha256(folder / FIGURES) != edition.outputs[FIGURES]:
        raise _tampered(folder / FIGURES)
    return edition


def inputs(folder: Path, edition: Edition) -> dict[str, bytes]:
    """The frozen inputs by their paths within a project; as `read`."""
    path = folder / INPUTS
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for name in edition.frozen:
                entry = archive.getinfo(f"{edition.edition}/{name}")
                if entry.file_size > _LARGEST:
                    raise _tampered(path, name)
                found[name] = archive.read(entry)
                if sha256(found[name]) != edition.inputs[name]:
                    raise _tampered(path, name)
            extra = {*archive.namelist()} - {f"{edition.edition}/{name}" for name in found}
    except KeyError as error:
        raise _tampered(path, str(error.args[0])) from error
    except (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise _tampered(path) from error
    if extra:
        raise _tampered(path, min(extra))
    return found


def _tampered(path: Path, found: object = ...) -> InputError:
    return InputError(
        "is missing, or not what was frozen in this edition",
        file=shown(path),
        found=found,
        hint="Restore the edition from version control or from where it was published.",
    )


def figures(folder: Path) -> dict[str, HeadlineFigures]:
    """The figures of each city by slug, as an edition that has been read says them."""
    rows = csv.DictReader(io.StringIO((folder / FIGURES).read_text(encoding="utf-8")))
    return {
        row["slug"]: HeadlineFigures(
            int(row["people_at_risk_rounded"]), int(row["staff"]), int(row["total"])
        )
        for row in rows
    }


def cities(folder: Path, edition: Edition) -> dict[str, EditionCity]:
    """The cities of an edition: its figures, and what today's code reads in its inputs.

    Raises:
        InputError: today's code cannot read them, or has no figure for a city.
    """
    with tempfile.TemporaryDirectory(prefix="cvi-edition-") as made:
        for name, content in inputs(folder, edition).items():
            (Path(made) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(made) / name).write_bytes(content)
        try:
            panel = Panel.of(Library.load(Path(made), expected=None))
        except InputError as error:
            raise InputError(
                f"today's code cannot read these inputs ({str(error).replace(f'{made}/', '')})",
                file=shown(folder / INPUTS),
                hint=f"Compare with the code of version {edition.version}.",
            ) from error
    frozen = figures(folder)
    if frozen.keys() != panel.cases.keys():
        raise InputError(
            "today's code has figures for other cities than these",
            file=shown(folder / FIGURES),
            found=", ".join(sorted(frozen.keys() ^ panel.cases.keys())),
        )
    return _cities(panel, frozen)


def cities_now(library: Library) -> dict[str, EditionCity]:
    """The listed cities of a project, with the figures that the model gives now."""
    panel = Panel.of(library)
    return _cities(
        panel, {slug: HeadlineFigures.of(case.profile()) for slug, case in panel.cases.items()}
    )


def _cities(panel: Panel, told: Mapping[str, HeadlineFigures]) -> dict[str, EditionCity]:
    return {
        place.city.slug: EditionCity(
            place.city.name, told[place.city.slug], panel.cases[place.city.slug]
        )
        for place in panel.places
    }
