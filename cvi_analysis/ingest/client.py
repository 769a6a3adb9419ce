"""Pulling populations through the `census` package: one table, or the newest year there is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from census import Census, CensusException

from cvi_analysis.ingest.answer import Answer
from cvi_analysis.ingest.datasets import Dataset
from cvi_analysis.ingest.faults import TRY_LATER, BadAnswerError, IngestError, NotPublishedError
from cvi_analysis.ingest.geography import Geography
from cvi_analysis.ingest.key import STAND_IN, ApiKey
from cvi_analysis.ingest.limits import Limits
from cvi_analysis.ingest.session import PACKAGE_URL, CensusSession
from cvi_analysis.ingest.table import MalformedTableError, Table

#: How many years are tried for the newest: a release is at most two years behind its data.
_YEARS_BACK = 5


@dataclass(frozen=True)
class Pull:
    """One table as it came back.

    Attributes:
        dataset: which dataset was asked.
        year: of which year.
        geography: for which places.
        answer: the bytes, the address without the key, the time.
        table: those bytes, read.
    """

    dataset: Dataset
    year: int
    geography: Geography
    answer: Answer
    table: Table


class CensusClient:
    """The Census API for total populations. Use it in a `with` statement.

    Args:
        key: the API key; the package and every log see a stand-in for it.
        base_url: address of the API.
        limits: bounds on time and size of each pull.
        note: called with remarks that do not stop anything.
    """

    def __init__(
        self,
        key: ApiKey,
        base_url: str = PACKAGE_URL,
        limits: Limits | None = None,
        note: Callable[[str], None] | None = None,
    ) -> None:
        self._key = key
        self._session = CensusSession(key, base_url, limits, note)
        self._census = Census(STAND_IN, session=self._session)

    def __enter__(self) -> CensusClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    @property
    def requests_sent(self) -> int:
        """Requests sent so far, metadata and failed attempts included."""
        return self._session.sent

    def pull(self, dataset: Dataset, year: int, geography: Geography) -> Pull:
        """The table of one dataset, year and geography.

        Raises:
            NotPublishedError: the API has no such dataset and year.
            IngestError: anything else that kept a sound table from arriving.
        """
        self._session.begin()
        rows = self._ask(dataset, year, geography)
        answer = self._session.answer
        if answer is None or not rows:
            raise BadAnswerError(
                f"{self._session.host} has no rows for {_what(dataset, year, geography)}.",
                next_step="Check the dataset and year with --dry-run.",
            )
        reason: str
        try:
            table = Table.read(
                answer.body,
                variable=dataset.variable,
                moe_variable=dataset.moe_variable,
                level=geography.level,
            )
        except MalformedTableError as error:
            reason = str(error)
        else:
            # The package and this program read the same bytes; they must see the same rows.
            if len(rows) == len(table.figures):
                return Pull(dataset, year, geography, answer, table)
            reason = f"the census package read {len(rows)} of its {len(table.figures)} rows"
        raise BadAnswerError(
            f"The answer of {self._session.host} for {_what(dataset, year, geography)}"
            f" cannot be used: {reason}.",
            next_step=TRY_LATER,
        )

    def newest(self, dataset: Dataset, geography: Geography, start: int) -> Pull:
        """The table of the newest year that answers, asking `start` first and then downward.

        Raises:
            IngestError: no year answered, or something else went wrong on the way.
        """
        if dataset.last_year is not None:
            return self.pull(dataset, dataset.last_year, geography)
        for year in candidate_years(dataset, start):
            try:
                return self.pull(dataset, year, geography)
            except NotPublishedError:
                continue
        raise BadAnswerError(
            f"{self._session.host} has no {dataset.title} from {start - _YEARS_BACK} to {start}.",
            next_step="Check CENSUS_API_URL, or name a year with --year.",
        )

    def _ask(self, dataset: Dataset, year: int, geography: Geography) -> list[dict[str, Any]]:
        """What the package makes of the answer. No exception from below leaves unredacted."""
        client = getattr(self._census, dataset.key)
        failure: IngestError
        try:
            rows: list[dict[str, Any]] = client.get(dataset.fields, geo=geography.query, year=year)
        except IngestError as error:
            failure = error
        except CensusException as error:
            failure = self._refusal(dataset, year, geography, str(error))
        except Exception as error:  # the package raises KeyError, IndexError and others
            failure = BadAnswerError(
                f"The census package could not read the answer of {self._session.host}"
                f" ({type(error).__name__}).",
                next_step=TRY_LATER,
            )
        else:
            return rows
        raise failure

    def _refusal(self, dataset: Dataset, year: int, geography: Geography, said: str) -> IngestError:
        answer = self._session.answer
        words = answer.words() if answer is not None else said
        quoted = f' It said: "{self._key.redact(words)}"' if words else ""
        if answer is not None and answer.status == 404:
            return NotPublishedError(
                f"{self._session.host} has no {_what(dataset, year, geography)} (HTTP 404).",
                next_step="Leave --year out to find the newest year there is.",
            )
        return BadAnswerError(
            f"{self._session.host} refused the request for"
            f" {_what(dataset, year, geography)} (HTTP 400).{quoted}",
            next_step="The Bureau may have renamed a variable; see docs/ingestion.md.",
        )


def candidate_years(dataset: Dataset, start: int) -> list[int]:
    """Years to ask for the newest release, newest first, leaving out those never published."""
    oldest = max(dataset.first_year, start - _YEARS_BACK)
    return [year for year in range(start, oldest - 1, -1) if year not in dataset.never]


def newest_imaginable(held: int | None = None) -> int:
    """The first year to ask: last year, or what is held if this machine's clock is behind."""
    package: int = Census(STAND_IN).acs5.default_year
    return max(time.gmtime().tm_year - 1, held or 0, package)


def _what(dataset: Dataset, year: int, geography: Geography) -> str:
    noun = "places" if geography.level == "place" else "counties"
    where = "" if geography.state is None else f" of state {geography.state}"
    return f"{dataset.title} {year}, {noun}{where}"
