"""The three API datasets that hold the total population of places, and where each is found."""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.errors import InputError


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
