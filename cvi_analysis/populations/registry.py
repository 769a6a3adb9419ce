"""`data/raw/registry.csv`: what each raw file is, where it came from, and its checksum."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

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

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DATASET = re.compile(r"[a-z][a-z0-9]*")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


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
        query: what the API was asked, without the key; empty for a carried file.
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
    where: Where


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
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise file.where.error(
            f"the registered file cannot be read ({error.strerror})",
            parameter="file",
            found=file.path.name,
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != file.sha256:
        raise Where(str(file.path)).error(
            "this is not the file that was registered: its SHA-256 differs",
            parameter=file.path.name,
            found=digest,
            allowed=f"{file.sha256} (registry.csv, line {file.where.line})",
            hint="Files in data/raw/ are not edited. Put the original back, or fetch it again.",
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
        where=row.where,
    )
