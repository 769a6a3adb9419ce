"""What can be asked of the API, and asking it through the `census` package: one table a pull."""

from __future__ import annotations

import time
from collections.abc import Callable
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
from cvi_analysis.census.raw_figures import AnswerRow, MalformedTableError, answer_rows, read_table
from cvi_analysis.errors import InputError

#: How many years are tried for the newest: a release is at most two years behind its data.
_YEARS_BACK = 5


@dataclass(frozen=True)
class Dataset:
    """One dataset of the Census API.

    Attributes:
        key: name on the command line, and of the client in the `census` package.
        stored_as: its name in `data/processed/` and in `population.dataset`.
        title: how it is named to a reader.
        variable: the variable of total population.
        moe_variable: its 90% margin of error, or None for a count.
        first_year: oldest year this program asks for.
        last_year: newest year there can be, or None for a yearly survey.
        never: years that were never published.
        span: years one figure averages over.
        minimum: places with fewer residents are not in the dataset.
    """

    key: str
    stored_as: str
    title: str
    variable: str
    moe_variable: str | None
    first_year: int
    last_year: int | None = None
    never: frozenset[int] = frozenset()
    span: int = 1
    minimum: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """What is asked for. A tuple, because the `census` package cuts a long string."""
        margin = () if self.moe_variable is None else (self.moe_variable,)
        return ("NAME", self.variable, *margin)

    def period(self, year: int) -> str:
        """The dates the figure of `year` speaks of, ISO 8601: one date, or start/end."""
        if self.key == "pl":
            return f"{year}-04-01"
        return f"{year - self.span + 1}-01-01/{year}-12-31"

    def check_year(self, year: int) -> None:
        """Raise InputError when `year` cannot be asked of this dataset."""
        latest = self.last_year if self.last_year is not None else 2100
        if self.first_year <= year <= latest and year not in self.never:
            return
        if self.last_year is not None:
            allowed = str(self.last_year)
        else:
            allowed = f"{self.first_year} or later"
            if self.never:
                allowed += f", but not {', '.join(map(str, sorted(self.never)))}"
        raise InputError(
            f"there is no {self.title} for that year",
            parameter="--year",
            found=year,
            allowed=allowed,
        )


DATASETS: dict[str, Dataset] = {
    dataset.key: dataset
    for dataset in (
        Dataset(
            key="acs5",
            stored_as="acs5",
            title="ACS 5-year estimate",
            variable="B01003_001E",
            moe_variable="B01003_001M",
            first_year=2009,
            span=5,
        ),
        Dataset(
            key="acs1",
            stored_as="acs1",
            title="ACS 1-year estimate",
            variable="B01003_001E",
            moe_variable="B01003_001M",
            first_year=2005,
            # The Bureau released no standard 1-year estimates for 2020.
            never=frozenset({2020}),
            minimum=65_000,
        ),
        Dataset(
            key="pl",
            stored_as="dec",
            title="2020 census count (P.L. 94-171)",
            variable="P1_001N",
            moe_variable=None,
            # 2000 and 2010 name the variable otherwise and are carried from files instead.
            first_year=2020,
            last_year=2020,
        ),
    )
}


def dataset_named(name: str) -> Dataset:
    """The dataset called `name` on the command line; `dec` is another word for `pl`.

    Raises:
        InputError: there is none.
    """
    try:
        return DATASETS["pl" if name == "dec" else name]
    except KeyError:
        raise InputError(
            "this is not a dataset that can be ingested",
            parameter="--dataset",
            found=name,
            allowed=", ".join(DATASETS),
        ) from None


@dataclass(frozen=True)
class Geography:
    """The `for` and `in` of a request.

    One request for many places keeps the number of requests small: 50 cities lie in 27 states,
    so they are asked for together with every other place of the country.

    Attributes:
        level: `place` or `county`.
        state: two-digit FIPS code, or None for the whole country.
    """

    level: str = "place"
    state: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """As the `census` package wants it."""
        asked = {"for": f"{self.level}:*"}
        if self.state is not None:
            asked["in"] = f"state:{self.state}"
        return asked

    @property
    def columns(self) -> tuple[str, str]:
        """The columns of the answer that make up a GEOID."""
        return ("state", self.level)

    @property
    def local_digits(self) -> int:
        """Digits of a GEOID after the state's two."""
        return 5 if self.level == "place" else 3

    @property
    def label(self) -> str:
        """For file names: `us-places`, `37-places`, `53-counties`."""
        noun = "places" if self.level == "place" else "counties"
        return f"{self.state or 'us'}-{noun}"

    def covers(self, geoid: str) -> bool:
        """Whether the answer can hold `geoid`."""
        return len(geoid) == 2 + self.local_digits and (
            self.state is None or geoid.startswith(self.state)
        )


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
        note: called with remarks that do not stop anything.
    """

    def __init__(
        self,
        key: ApiKey,
        base_url: str = PACKAGE_URL,
        limits: Limits | None = None,
        note: Callable[[str], None] | None = None,
    ) -> None:
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


def newest_imaginable(held: int | None = None) -> int:
    """The first year to ask: last year, or what is held if this machine's clock is behind."""
    package: int = Census(STAND_IN).acs5.default_year
    return max(time.gmtime().tm_year - 1, held or 0, package)


def _what(dataset: Dataset, year: int, geography: Geography) -> str:
    noun = "places" if geography.level == "place" else "counties"
    where = "" if geography.state is None else f" of state {geography.state}"
    return f"{dataset.title} {year}, {noun}{where}"
