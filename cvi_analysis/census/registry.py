"""What lies in `data/raw/`: `registry.csv`, each file with origin and checksum, and `places.csv`.

One request to the API brings all places of the country, about 32,000; the answer to one is carried
here. The tidy table is in git and is read at every build, so it takes those of answers that
`places.csv` lists, because they were asked for; the others stay in the answer and are found there
when somebody asks for one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cvi_analysis.files import write_file
from cvi_analysis.params.cities import check_geoid
from cvi_analysis.params.csv_files import CsvRow, read_csv
from cvi_analysis.params.text_files import Where

REGISTRY = "registry.csv"
COLUMNS = (
    "file",
    "sha256",
    "dataset",
    "vintage",
    "variable",
    "period",
    "bureau_file",
    "bureau_sha256",
    "retrieved",
    "query",
    "status",
    "client",
    "note",
)
CARRIED = "carried"
"""The `status` of a file whose figures were taken from a copy, not fetched from the API."""

RESTORE = "Put the original back, such as with `git checkout -- data/raw`, or fetch it again."
"""What to do about a raw file that is not what it was."""

PLACES = "places.csv"
PLACE_COLUMNS = ("geoid", "census_name")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DATASET = re.compile(r"[a-z][a-z0-9]*")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LARGEST = 100_000_000
_PULLED = re.compile(r"-(\d{8}T\d{6}Z)-[0-9a-f]{8}(?:-from-(.+?))?(?:-\d+)?\.json(?:\.gz)?$")


@dataclass(frozen=True, slots=True)
class RawFile:
    """One registered file, checked against its SHA-256.

    Attributes:
        path: where it lies.
        sha256: checksum of the file as it lies there.
        dataset: `acs5`, `acs1`, `dec`, `pep2019` or `pep2024`.
        vintage: the Bureau's name of the release, such as `2023` or `V2024`.
        variable: the Bureau's name of the figure.
        period: one date, or start/end.
        status: `carried`, or how it was fetched.
        query: what the API was asked, without the key; empty for a file that is no answer of it.
        bureau_sha256: checksum of the Bureau's own file or, of an answer, of its body unpacked;
            empty if unknown.
        where: its row in the registry.
    """

    path: Path
    sha256: str
    dataset: str
    vintage: str
    variable: str
    period: str
    status: str
    query: str
    bureau_sha256: str
    where: Where

    @property
    def is_answer(self) -> bool:
        """Whether this is an answer of the API as received, and not a table of our own."""
        return self.path.name.endswith((".json", ".json.gz"))


def read_registry(raw: Path) -> list[RawFile]:
    """Return every registered file of a raw folder, each present and unchanged.

    Raises:
        InputError: the registry is missing or wrong, a registered file is missing, or one is not
            the file that was registered; the file is named.
    """
    files: list[RawFile] = []
    seen: dict[str, Where] = {}
    for row in read_csv(raw / REGISTRY, COLUMNS):
        file = _raw_file(raw, row)
        if file.path.name in seen:
            raise row.where.error(
                "the file is registered twice",
                parameter="file",
                found=file.path.name,
                allowed="each file once",
                hint=f"It is also on line {seen[file.path.name].line}.",
            )
        seen[file.path.name] = row.where
        files.append(file)
    if not files:
        raise Where(str(raw / REGISTRY)).error(
            "no file is registered", allowed="one row a file in data/raw/"
        )
    return files


def content(file: RawFile) -> bytes:
    """Return a registered file's bytes; raises `InputError` if they are not the registered ones."""
    if not file.path.is_file() and file.path.exists():
        raise file.where.error(
            "this is no file", parameter="file", found=file.path.name, hint=RESTORE
        )
    try:
        with file.path.open("rb") as stream:
            data = stream.read(_LARGEST)  # What is longer has another checksum.
    except OSError as error:
        raise file.where.error(
            f"the registered file cannot be read ({error.strerror})",
            parameter="file",
            found=file.path.name,
            hint=RESTORE,
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != file.sha256:
        raise Where(str(file.path)).error(
            "this is not the file that was registered: its SHA-256 differs",
            parameter=file.path.name,
            found=digest,
            allowed=f"{file.sha256} (registry.csv, line {file.where.line})",
            hint=f"Files in data/raw/ are not edited. {RESTORE}",
        )
    return data


def _raw_file(raw: Path, row: CsvRow) -> RawFile:
    def cell(column: str, form: re.Pattern[str] | None, allowed: str) -> str:
        text = row.required(column, allowed)
        if form is not None and not form.fullmatch(text):
            raise row.where.error(
                "does not have the right form", parameter=column, found=text, allowed=allowed
            )
        return text

    return RawFile(
        path=raw / cell("file", _FILE, "the name of a file in data/raw/, without a folder"),
        sha256=cell("sha256", _SHA256, "64 lower-case hexadecimal digits"),
        dataset=cell("dataset", _DATASET, "acs5, acs1, dec, pep2019 or pep2024"),
        vintage=cell("vintage", None, "a year, or V and a year"),
        variable=cell("variable", None, "the Bureau's name of the figure"),
        period=cell("period", None, "one date, or start/end"),
        status=cell("status", None, "carried, or how it was fetched"),
        query=row.text("query"),
        bureau_sha256=row.text("bureau_sha256"),
        where=row.where,
    )


def origin(raw_file: str) -> str:
    """What the name of a raw file tells of its origin.

    >>> origin("acs5-2023-us-places-20261123T045050Z-437dbe11.json.gz")
    'fetched from the Census API on November 23, 2026'
    >>> origin("acs5_2023.csv")
    "carried from a public copy of the Bureau's file"
    """
    pulled = _PULLED.search(raw_file)
    if pulled is None:
        return "carried from a public copy of the Bureau's file"
    day = datetime.strptime(pulled.group(1), "%Y%m%dT%H%M%SZ")
    text = f"{day:%B} {day.day}, {day.year}"
    if pulled.group(2) is None:
        return f"fetched from the Census API on {text}"
    return f"fetched on {text} from {pulled.group(2)}, which is not the Bureau's own server"


def kept(raw: Path) -> dict[str, str] | None:
    """The Bureau's name of each place to take, by GEOID; None if no list says so: all of them.

    Raises:
        InputError: the list is damaged.
    """
    path = raw / PLACES
    if not path.is_file():
        return None
    return {geoid_of(row): row.text("census_name") for row in read_csv(path, PLACE_COLUMNS)}


def geoid_of(row: CsvRow) -> str:
    """Return the cell `geoid` of a row; raises `InputError` if it is none."""
    allowed = "7 digits for a place, 5 for a county"
    geoid = row.required("geoid", allowed)
    try:
        return check_geoid(geoid)
    except ValueError as error:
        raise row.where.error(str(error), parameter="geoid", found=geoid, allowed=allowed) from None


def keep(raw: Path, places: Mapping[str, str]) -> None:
    """Add places (name by GEOID) to the list; none is ever taken off. The file changes in one step.

    Raises:
        OSError: the folder cannot be written; the list is as it was.
        InputError: the list is damaged.
    """
    before = kept(raw)
    after = {**places, **(before or {})}
    if before is not None and len(before) == len(after):
        return
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PLACE_COLUMNS)
    writer.writerows(sorted(after.items()))
    raw.mkdir(parents=True, exist_ok=True)
    write_file(raw / PLACES, out.getvalue().encode("utf-8"), durable=True)
