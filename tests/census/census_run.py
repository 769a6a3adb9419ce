"""`cvi ingest` run in a project folder against the loopback API, as a user would."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from cvi_analysis.census.api_wire import Limits
from cvi_analysis.census.ingestion import IngestOptions, run_ingestion
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.errors import CviError
from tests.census.census_loopback import KEY, Loopback
from tests.census.census_world import QUICK


@dataclass
class Outcome:
    """How a run ended: what a user sees, and everything it may have leaked into."""

    status: int
    output: str
    error: CviError | None
    leaks: str

    @property
    def text(self) -> str:
        return f"{self.output}\n{self.error or ''}"


@dataclass
class Ingest:
    api: Loopback
    folder: Path
    key: str | None = KEY
    limits: Limits = QUICK
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> Path:
        return self.folder / "data" / "raw"

    def __call__(self, **options: object) -> Outcome:
        environ = {"CENSUS_API_URL": self.api.url, **self.environ}
        if self.key is not None:
            environ["CENSUS_API_KEY"] = self.key
        lines: list[str] = []
        records: list[str] = []
        handler = Recorder(records)
        logger = logging.getLogger()
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        error: CviError | None = None
        trace = ""
        try:
            status = run_ingestion(
                IngestOptions(**options),  # type: ignore[arg-type]
                root=self.folder,
                environ=environ,
                say=lines.append,
                limits=self.limits,
            )
        except CviError as raised:
            error, status = raised, raised.exit_status
            trace = "".join(traceback.format_exception(raised)) + "".join(chain(raised))
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)
        return Outcome(status, "\n".join(lines), error, "\n".join([*records, trace]))

    def data(self) -> dict[str, bytes]:
        """Every file of the data folder."""
        return data_of(self.folder)

    def table(self) -> PopulationTable:
        return PopulationTable.load(self.folder / "data" / "processed" / "populations.csv")

    def pulled(self) -> list[str]:
        return sorted(path.name for path in self.raw.glob("*-*.json*"))


def data_of(folder: Path) -> dict[str, bytes]:
    """Every file of a project's data, by its path there."""
    top = folder / "data"
    return {
        str(path.relative_to(top)): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }


class Recorder(logging.Handler):
    """Keeps every log record as a handler would write it."""

    def __init__(self, records: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(f"{record.name} {self.format(record)} {record.args!r}")


def chain(error: BaseException | None) -> list[str]:
    """Texts, representations and arguments of an exception and of all behind it, shown or not."""
    texts: list[str] = []
    waiting = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        texts += [str(each), repr(each), repr(each.args), repr(vars(each))]
        waiting += [each.__cause__, each.__context__]
    return texts
