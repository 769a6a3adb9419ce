"""Evidence: the bytes the API answered with, kept in `data/raw/` and entered in its registry."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from cvi_analysis.files import remove_leftovers, write_file
from cvi_analysis.ingest.client import Pull
from cvi_analysis.ingest.faults import IngestError
from cvi_analysis.ingest.session import PACKAGE_URL
from cvi_analysis.populations.kept import keep
from cvi_analysis.populations.registry import COLUMNS, REGISTRY

#: Bodies above this many bytes are stored compressed.
COMPRESS_ABOVE = 64 * 1024


class EvidenceStore:
    """Adds answers to a raw folder; never changes or removes what is there.

    The order is the safety: first the file, complete and on the disk, then the list of places,
    then the registry, each in one step. A run that is killed leaves at worst a file that no
    registry row names, and listed places without a figure.
    """

    def __init__(self, raw: Path) -> None:
        self._raw = raw

    def recover(self) -> None:
        """Remove unfinished files of a killed run."""
        remove_leftovers(self._raw)

    def store(self, pull: Pull, places: Mapping[str, str], note: str = "") -> Path | None:
        """Keep the answer of `pull`; None when the last one to the same query was the same.

        Args:
            pull: a checked answer.
            places: those that the tidy table takes from it, name by GEOID.
            note: what a person accepted, for the registry.

        Raises:
            IngestError: the folder cannot be written. What was there is as it was.
        """
        answer = pull.answer
        digest = hashlib.sha256(answer.body).hexdigest()
        problem: str
        try:
            registry = self._registry()
            last = self._last(registry, pull)
            if last is not None and last["bureau_sha256"] == digest:
                keep(self._raw, places)
                return None
            packed = len(answer.body) > COMPRESS_ABOVE
            content = gzip.compress(answer.body, mtime=0) if packed else answer.body
            path = self._free_name(pull, digest, ".json.gz" if packed else ".json")
            write_file(path, content, durable=True)
            keep(self._raw, places)
            row = self._row(pull, path.name, content, digest, note)
            write_file(self._raw / REGISTRY, registry + row, durable=True)
        except OSError as error:
            problem = f"{error.strerror or type(error).__name__}"
        else:
            return path
        raise IngestError(
            f"The answer could not be stored in data/raw/ ({problem}).",
            next_step="Free some space or change the permissions, and run the command again.",
        )

    def _registry(self) -> bytes:
        """The registry's bytes, ending in a line end; a header alone where there is none yet."""
        try:
            content = (self._raw / REGISTRY).read_bytes()
        except FileNotFoundError:
            self._raw.mkdir(parents=True, exist_ok=True)
            return _line(COLUMNS)
        return content if content.endswith(b"\n") else content + b"\n"

    def _last(self, registry: bytes, pull: Pull) -> dict[str, str] | None:
        wanted = (pull.dataset.stored_as, str(pull.year), pull.answer.query)
        rows = csv.DictReader(io.StringIO(registry.decode("utf-8-sig"), newline=""))
        same = [
            row
            for row in rows
            if (row["dataset"], row["vintage"], row["query"]) == wanted and row["retrieved"]
        ]
        return same[-1] if same else None

    def _free_name(self, pull: Pull, digest: str, suffix: str) -> Path:
        """A name that no file has, such as `acs5-2023-us-places-20261123T045050Z-437dbe11.json`."""
        received = f"{pull.answer.received:%Y%m%dT%H%M%SZ}"
        stem = f"{pull.dataset.key}-{pull.year}-{pull.geography.label}-{received}-{digest[:8]}"
        if (server := other_server(pull)) is not None:
            stem += f"-from-{re.sub(r'[^A-Za-z0-9.]+', '-', server)[:60]}"
        path = self._raw / f"{stem}{suffix}"
        number = 2
        while path.exists():
            path = self._raw / f"{stem}-{number}{suffix}"
            number += 1
        return path

    def _row(self, pull: Pull, name: str, content: bytes, digest: str, note: str) -> bytes:
        server = other_server(pull)
        if server is not None:
            note = f"Asked of {server}, not of the Bureau's own server. {note}".strip()
        cells = {
            "file": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "dataset": pull.dataset.stored_as,
            "vintage": str(pull.year),
            "variable": pull.dataset.variable,
            "period": pull.dataset.period(pull.year),
            "bureau_file": pull.answer.endpoint,
            "bureau_sha256": digest,
            "retrieved": f"{pull.answer.received:%Y-%m-%dT%H:%M:%SZ}",
            "query": pull.answer.query,
            "status": str(pull.answer.status),
            "client": f"census {version('census')}",
            "note": note,
        }
        return _line([cells[column] for column in COLUMNS])


def other_server(pull: Pull) -> str | None:
    """The server that answered, when it is not the Bureau's own."""
    endpoint = pull.answer.endpoint
    return None if endpoint.startswith(f"{PACKAGE_URL}/") else urlsplit(endpoint).netloc


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode("utf-8")
