"""Evidence: an answer is checked, then kept byte for byte in `data/raw/` and registered."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from cvi_analysis.census.api_answer import BadAnswerError, IngestError
from cvi_analysis.census.api_session import PACKAGE_URL
from cvi_analysis.census.client import Pull
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.census.raw_figures import AnswerRow
from cvi_analysis.census.registry import COLUMNS, REGISTRY, keep
from cvi_analysis.census.tidy_table import SPLIT
from cvi_analysis.files import write_file

#: Bodies above this many bytes are stored compressed.
COMPRESS_ABOVE = 64 * 1024
#: A change of more than this share against the previous vintage needs a person's consent.
LARGEST_CHANGE = 0.15
#: A smaller change than that, but still worth a line.
NOTEWORTHY_CHANGE = 0.05
#: No place or county of the country has as many residents; more is no answer to this question.
MOST_RESIDENTS = 50_000_000
#: In a place of at least this size a margin above the estimate needs a look; below, it is common.
_SURVEYED = 1_000
_SHOWN = 6


class Held:
    """What is held already, and what this run has added: the other side of each comparison."""

    def __init__(self, table: PopulationTable) -> None:
        self._table = table
        self._new: dict[tuple[str, str], dict[int, int]] = {}

    def add(self, geoid: str, dataset: str, year: int, population: int) -> None:
        """Remember a figure that was stored a moment ago."""
        self._new.setdefault((geoid, dataset), {})[year] = population

    def previous(self, geoid: str, dataset: str, year: int) -> tuple[int, int] | None:
        """(year, population) to compare with: the same year if held, else the last before it."""
        known = {row.year: row.population for row in self._table.series(geoid, dataset)}
        known.update(self._new.get((geoid, dataset), {}))
        earlier = [held for held in known if held <= year]
        return (max(earlier), known[max(earlier)]) if earlier else None


@dataclass
class Findings:
    """What the checks found.

    Attributes:
        wrong: makes the whole answer unusable.
        surprising: sound, but stored only with `--accept`.
        remarks: worth a line, nothing more.
        populations: the checked figure of each expected place.
    """

    wrong: list[str] = field(default_factory=list)
    surprising: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    populations: dict[str, int] = field(default_factory=dict)

    def settle(self, host_and_table: str, *, accept: bool) -> None:
        """Raise when the answer may not be stored.

        Raises:
            BadAnswerError: something is wrong with it; `--accept` does not help.
            IngestError: it is surprising and was not accepted.
        """
        if self.wrong:
            raise BadAnswerError(
                f"{host_and_table} is not what was asked for: {_listed(self.wrong)}.",
                next_step="Run the same command again later. If it stays so, compare with"
                " https://data.census.gov and report it to the Bureau.",
            )
        if self.surprising and not accept:
            raise IngestError(
                f"{host_and_table} needs a look before it is stored: {_listed(self.surprising)}.",
                next_step="Compare with https://data.census.gov; an annexation or a merger is a"
                " common reason. If it is right, run the same command again with --accept.",
            )


def check(pull: Pull, expected: Mapping[str, str], held: Held) -> Findings:
    """Check the figures of the places that matter to this project.

    Args:
        pull: the answer.
        expected: registered name by GEOID of each place that must be in it; an empty name is
            unknown and not compared.
        held: figures to compare with.
    """
    findings = Findings()
    geography, dataset = pull.geography, pull.dataset
    figures = pull.rows
    stray = next((geoid for geoid in figures if not geography.covers(geoid)), None)
    if stray is not None:
        findings.wrong.append(f"GEOID {stray} ({figures[stray].name}) was not asked for")
    by_name = {_same(name): geoid for geoid, name in expected.items() if name}
    for geoid, figure in figures.items():
        owner = by_name.get(_same(figure.name))
        if owner is not None and owner != geoid and owner not in figures:
            findings.wrong.append(f"{figure.name} came with GEOID {geoid} instead of {owner}")
    for geoid, name in expected.items():
        found = figures.get(geoid)
        if found is None:
            least = f", which leaves out places under {dataset.minimum:,}" * bool(dataset.minimum)
            findings.surprising.append(
                f"{name or geoid} ({geoid}) is not in the {dataset.title} {pull.year}{least}"
            )
            continue
        if name and _same(found.name) != _same(name):
            findings.surprising.append(f"{geoid} is now called {found.name!r}, not {name!r}")
        population = _population(pull, found, findings)
        if population is not None:
            findings.populations[geoid] = population
            _compare(pull, found, population, held, findings)
    return findings


def _population(pull: Pull, figure: AnswerRow, findings: Findings) -> int | None:
    """The figure of a place, its other parts added where the dataset splits it."""
    if figure.population is None:
        findings.surprising.append(f"{figure.name} ({figure.geoid}) has no figure ({figure.note})")
        return None
    total = 0
    for part in SPLIT.get((pull.dataset.stored_as, pull.year), {}).get(
        figure.geoid, (figure.geoid,)
    ):
        other = pull.rows.get(part)
        if other is None or other.population is None:
            findings.wrong.append(
                f"{figure.name} is split in this dataset and its part {part} is missing"
            )
            return None
        total += other.population
    if total > MOST_RESIDENTS:
        findings.wrong.append(
            f"{figure.name} has {total:,} residents, more than any place can have"
        )
        return None
    if figure.moe is not None and figure.moe > total >= _SURVEYED:
        findings.surprising.append(
            f"{figure.name}: the margin of error, {figure.moe:,}, is above the estimate, {total:,}"
        )
    return total


def _compare(
    pull: Pull, figure: AnswerRow, population: int, held: Held, findings: Findings
) -> None:
    before = held.previous(figure.geoid, pull.dataset.stored_as, pull.year)
    if before is None:
        return
    year, earlier = before
    change = population / earlier - 1 if earlier else 1.0
    if abs(change) <= NOTEWORTHY_CHANGE:
        return
    text = f"{figure.name}: {earlier:,} ({year}) -> {population:,} ({pull.year}), {change:+.1%}"
    if abs(change) > LARGEST_CHANGE:
        findings.surprising.append(f"{text}, a change of more than {LARGEST_CHANGE:.0%}")
    else:
        findings.remarks.append(text)


def _same(name: str) -> str:
    """Two spellings of the same characters are the same name; nothing else is smoothed over."""
    return unicodedata.normalize("NFC", name.strip())


def _listed(texts: list[str]) -> str:
    more = len(texts) - _SHOWN
    return "; ".join(texts[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def store(raw: Path, pull: Pull, places: Mapping[str, str], note: str = "") -> Path | None:
    """Add the answer of `pull` to a raw folder; never change or remove what is there.

    The order is the safety: first the file, complete and on the disk, then the list of places,
    then the registry, each in one step. A run that is killed leaves at worst a file that no
    registry row names, and listed places without a figure.

    Args:
        raw: the folder.
        pull: a checked answer.
        places: those that the tidy table takes from it, name by GEOID.
        note: what a person accepted, for the registry.

    Returns:
        Where it is kept; None when the last answer to the same query was the same.

    Raises:
        IngestError: the folder cannot be written. What was there is as it was.
    """
    answer = pull.answer
    digest = hashlib.sha256(answer.body).hexdigest()
    try:
        registry = _registry(raw)
        last = _last(registry, pull)
        if last is not None and last["bureau_sha256"] == digest:
            keep(raw, places)
            return None
        packed = len(answer.body) > COMPRESS_ABOVE
        content = gzip.compress(answer.body, mtime=0) if packed else answer.body
        path = _free_name(raw, pull, digest, ".json.gz" if packed else ".json")
        write_file(path, content, durable=True)
        keep(raw, places)
        row = _row(pull, path.name, content, digest, note)
        write_file(raw / REGISTRY, registry + row, durable=True)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise IngestError(
            f"The answer could not be stored in data/raw/ ({problem}).",
            next_step="Free some space or change the permissions, and run the command again.",
        ) from error
    return path


def year_of_the_same(raw: Path, pull: Pull) -> str | None:
    """Another year of the dataset for which the API once gave this very answer, if any."""
    path = raw / REGISTRY
    digest = hashlib.sha256(pull.answer.body).hexdigest()
    twins = [
        row["vintage"]
        for row in (_rows(path.read_bytes()) if path.is_file() else ())
        if (row["dataset"], row["bureau_sha256"]) == (pull.dataset.stored_as, digest)
    ]
    return next((year for year in twins if year != str(pull.year)), None)


def _registry(raw: Path) -> bytes:
    """The registry's bytes, ending in a line end; a header alone where there is none yet."""
    try:
        content = (raw / REGISTRY).read_bytes()
    except FileNotFoundError:
        raw.mkdir(parents=True, exist_ok=True)
        return _line(COLUMNS)
    return content if content.endswith(b"\n") else content + b"\n"


def _last(registry: bytes, pull: Pull) -> dict[str, str] | None:
    wanted = (pull.dataset.stored_as, str(pull.year), pull.answer.query)
    same = [
        row
        for row in _rows(registry)
        if (row["dataset"], row["vintage"], row["query"]) == wanted and row["retrieved"]
    ]
    return same[-1] if same else None


def _free_name(raw: Path, pull: Pull, digest: str, suffix: str) -> Path:
    """A name that no file has, such as `acs5-2023-us-places-20261123T045050Z-437dbe11.json`."""
    received = f"{pull.answer.received:%Y%m%dT%H%M%SZ}"
    stem = f"{pull.dataset.key}-{pull.year}-{pull.geography.label}-{received}-{digest[:8]}"
    if (server := other_server(pull)) is not None:
        stem += f"-from-{re.sub(r'[^A-Za-z0-9.]+', '-', server)[:60]}"
    path = raw / f"{stem}{suffix}"
    number = 2
    while path.exists():
        path = raw / f"{stem}-{number}{suffix}"
        number += 1
    return path


def _row(pull: Pull, name: str, content: bytes, digest: str, note: str) -> bytes:
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


def _rows(registry: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(registry.decode("utf-8-sig"), newline=""))


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode("utf-8")
