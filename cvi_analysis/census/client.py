"""Asking the API through the `census` package: one table a pull, or the newest year there is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import TracebackType

from census import Census

from cvi_analysis.census.api_answer import (
    TRY_LATER,
    Answer,
    BadAnswerError,
    IngestError,
    NotPublishedError,
)
from cvi_analysis.census.api_key import STAND_IN, ApiKey
from cvi_analysis.census.api_session import PACKAGE_URL, CensusSession
from cvi_analysis.census.api_wire import Limits
from cvi_analysis.census.queries import Dataset, Geography
from cvi_analysis.census.raw_figures import AnswerRow, MalformedTableError, answer_rows, read_table

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
        rows: those bytes, read, by GEOID.
    """

    dataset: Dataset
    year: int
    geography: Geography
    answer: Answer
    rows: dict[str, AnswerRow]


class CensusClient:
    """The Census API for total populations. Use it in a `with` statement.

    Args:
        key: the API key; the package and every log see a stand-in for it.
        base_url: address of the API.
        limits: bounds on time and size of each pull.
    """

    def __init__(
        self, key: ApiKey, base_url: str = PACKAGE_URL, limits: Limits | None = None
    ) -> None:
        self._session = CensusSession(key, base_url, limits)
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
        """Requests sent so far, failed attempts included."""
        return self._session.sent

    def pull(self, dataset: Dataset, year: int, geography: Geography) -> Pull:
        """The table of one dataset, year and geography.

        Raises:
            NotPublishedError: the API has no such dataset and year.
            IngestError: anything else that kept a sound table from arriving.
        """
        host, what = self._session.host, _what(dataset, year, geography)
        client = getattr(self._census, dataset.key)
        try:
            with self._session.pulling(what):
                rows = client.get(dataset.fields, geo=geography.query, year=year)
        except IngestError:
            raise
        except Exception as error:  # the package raises KeyError, IndexError and others
            raise BadAnswerError(
                f"The census package could not read the answer of {host} ({type(error).__name__}).",
                next_step=TRY_LATER,
            ) from None
        answer = self._session.answer
        if answer is None or not rows:
            raise BadAnswerError(
                f"{host} has no rows for {what}.",
                next_step="Check the dataset and year with --dry-run.",
            )
        try:
            read = answer_rows(
                read_table(answer.body),
                variable=dataset.variable,
                moe_variable=dataset.moe_variable,
                level=geography.level,
            )
            # The package and this program read the same bytes; they must see the same rows.
            if len(rows) != len(read):
                raise MalformedTableError(
                    f"the census package read {len(rows)} of its {len(read)} rows"
                )
        except MalformedTableError as error:
            raise BadAnswerError(
                f"The answer of {host} for {what} cannot be used: {error}.", next_step=TRY_LATER
            ) from error
        return Pull(dataset, year, geography, answer, read)

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


def candidate_years(dataset: Dataset, start: int) -> list[int]:
    """Years to ask for the newest release, newest first, leaving out those never published."""
    oldest = max(dataset.first_year, start - _YEARS_BACK)
    return [year for year in range(start, oldest - 1, -1) if year not in dataset.never]


def newest_imaginable() -> int:
    """The first year to ask: last year, or the package's if this machine's clock is behind."""
    package: int = Census(STAND_IN).acs5.default_year
    return max(time.gmtime().tm_year - 1, package)


def _what(dataset: Dataset, year: int, geography: Geography) -> str:
    noun = "places" if geography.level == "place" else "counties"
    where = "" if geography.state is None else f" of state {geography.state}"
    return f"{dataset.title} {year}, {noun}{where}"
