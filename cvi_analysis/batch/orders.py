"""Orders for reports, which can travel to another machine, doing one, and what comes back."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cvi_analysis import export
from cvi_analysis.batch.fingerprint import sha256
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.batch.report_formats import OF_A_PAGE, USUAL
from cvi_analysis.errors import CviError
from cvi_analysis.report.dossier import Dossier, canonical

WITHOUT_CODE = {"page": "without code"}
"""What a page is made of besides, where the code is left out of it."""


@dataclass(frozen=True, slots=True)
class CitySpec:
    """Self-contained order for one report; it can travel to another machine.

    Attributes:
        slug: name of the files.
        dossier: the dossier's canonical JSON.
        notebook: the notebook's JSON text.
        code: `fingerprint.code_sha256()` of the sender; a worker with other code refuses.
        lock: hash of the lock file and what is installed otherwise, part of the key.
        installed: versions that the sender has; a worker with others refuses.
        run: how its notebook is run.
        formats: endings of the files to make. They are no part of the key: a report that has more
            files than another is the same report.
        source: the file of a notebook of somebody's own, for messages and as the place where it
            runs; None for the project's.
        with_code: whether the page has the code folded under what it shows.
    """

    slug: str
    dossier: str
    notebook: str
    code: str
    lock: str
    installed: Mapping[str, str] = field(default_factory=dict)
    run: RunOptions = field(default_factory=RunOptions)
    formats: tuple[str, ...] = USUAL
    source: Path | None = None
    with_code: bool = True

    def ingredients(self) -> dict[str, str]:
        """What the key is made of, by name, in words short enough to show to a user."""
        dossier = json.loads(self.dossier)
        found = {
            "code": self.code,
            "lock": self.lock,
            "notebook": sha256(self.notebook.encode()),
        }
        for name, item in dossier.pop("assumptions").items():
            digest = sha256(canonical({k: v for k, v in item.items() if k != "line"}))
            found[f"assumption {name}"] = f"{item['value']} ({digest[:12]})"
        for name, part in dossier.items():
            found[name] = sha256(canonical(part))
        return found if self.with_code else {**found, **WITHOUT_CODE}

    @staticmethod
    def key_of(ingredients: Mapping[str, str]) -> str:
        """The key: one hash of all ingredients."""
        return sha256(canonical(dict(ingredients)))


@dataclass(frozen=True, slots=True)
class PageSpec:
    """Self-contained order for a page that is not one city's; it can travel like a `CitySpec`.

    Attributes:
        slug: name of the files, such as `comparison`.
        panels: canonical JSON of each `report.panel.Panel` it stands on.
        notebook: the notebook's JSON text.
        parameters: what is injected into the notebook.
        metadata: what the exporters put into titles, running heads and the PDF's metadata.
        links: words and address of what the page leads to from its top.
        row_links: the address that a table's row leads to, by the words of its heading.
        code: `fingerprint.code_sha256()` of the sender; a worker with other code refuses.
        lock: as of a `CitySpec`.
        installed: as of a `CitySpec`.
        annex: canonical JSON of `report.annex.AnnexInputs`, for the page that stands on those.
        run: how its notebook is run.
        with_code: as of a `CitySpec`.
    """

    slug: str
    panels: tuple[str, ...]
    notebook: str
    parameters: Mapping[str, Any]
    metadata: Mapping[str, Any]
    code: str
    lock: str
    installed: Mapping[str, str] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()
    row_links: Mapping[str, str] = field(default_factory=dict)
    annex: str = ""
    run: RunOptions = field(default_factory=RunOptions)
    with_code: bool = True

    def ingredients(self) -> dict[str, str]:
        """What the key is made of, by name."""
        found = {"code": self.code, "lock": self.lock, "notebook": sha256(self.notebook.encode())}
        found["links"] = sha256(canonical([self.links, dict(self.row_links)]))
        for number, panel in enumerate(self.panels, 1):
            found[f"panel {number}"] = sha256(panel.encode())
        if self.annex:
            found["annex"] = sha256(self.annex.encode())
        return found if self.with_code else {**found, **WITHOUT_CODE}


@dataclass(frozen=True, slots=True)
class CityResult:
    """A built report, or why it could not be built.

    Attributes:
        slug: the city, or the name of a page.
        files: content by file name; empty after a failure.
        digests: SHA-256 of each file as its worker made it.
        error: one message that names the cell and the error, or None.
        detail: longer text, to be kept in a file.
        executed: the notebook of a failed report as far as it ran, as JSON text.
        notes: what could not be shown as it stands in the notebook, one sentence each.
        seconds: wall time by stage.
    """

    slug: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    detail: str = ""
    executed: str = ""
    notes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def build(spec: CitySpec | PageSpec) -> CityResult:
    """The report of one city, or a page on many: the unit of work that executors are given.

    See `city.build_city` and `city.build_page`.
    """
    # start-up time: only workers pay for these imports.
    from cvi_analysis.batch import city

    return city.build_page(spec) if isinstance(spec, PageSpec) else city.build_city(spec)


class SpoiledResultError(CviError):
    """What came back from a worker is not what was ordered of it."""


def checked(spec: CitySpec | PageSpec, result: CityResult) -> CityResult:
    """The result, once it is known to answer this order with whole files of its own names.

    Raises:
        SpoiledResultError: it is another report's, has other files, or they changed on the way.
    """
    if not isinstance(result, CityResult) or result.slug != spec.slug:
        raise SpoiledResultError("another report came back")
    if result.error is not None:
        return replace(result, files={})
    endings = spec.formats if isinstance(spec, CitySpec) else OF_A_PAGE
    wanted = {f"{spec.slug}.{ending}" for ending in endings}
    for name in sorted(wanted ^ set(result.files)):
        raise SpoiledResultError(f"{name!r} is {'missing' if name in wanted else 'not its own'}")
    for name, content in result.files.items():
        if sha256(content) != result.digests.get(name):
            raise SpoiledResultError(f"{name} has other bytes than when it was made")
    return result


def spec_of(
    dossier: Dossier, *, notebook: str, code: str, lock: str, **options: object
) -> CitySpec:
    """The order for a dossier's report."""
    return CitySpec(
        slug=dossier.city.slug,
        dossier=dossier.to_json(),
        notebook=notebook,
        code=code,
        lock=lock,
        **options,  # type: ignore[arg-type]
    )


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message not in self.found:  # The page and the PDF say the same.
            self.found.append(message)


@contextmanager
def noted() -> Iterator[list[str]]:
    """The exporters' warnings during the block, each once, in order."""
    log = logging.getLogger(export.__name__)
    collector, passes_on = _Collector(), log.propagate
    log.addHandler(collector)
    log.propagate = False
    try:
        yield collector.found
    finally:
        log.propagate = passes_on
        log.removeHandler(collector)
