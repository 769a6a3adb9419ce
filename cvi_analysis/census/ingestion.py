"""`cvi ingest`: pull populations, check them, keep the evidence, rebuild the tidy table.

Also a place outside the listed cities, fetched when a report asks for it and a key is there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.census.api_answer import (
    NOTHING_STORED,
    IngestError,
    NotPublishedError,
    without_key,
)
from cvi_analysis.census.api_key import ApiKey, find_key
from cvi_analysis.census.api_session import checked_base_url, is_unencrypted
from cvi_analysis.census.api_wire import Limits
from cvi_analysis.census.client import CensusClient, Pull, newest_imaginable
from cvi_analysis.census.evidence import Held, check, store, year_of_the_same
from cvi_analysis.census.ingestion_report import IngestionReport, without_a_key
from cvi_analysis.census.places import UnknownPlaceError, known_places
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.census.queries import (
    DATASETS,
    Dataset,
    Geography,
    Target,
    dataset_named,
    requests_for,
)
from cvi_analysis.census.registry import REGISTRY
from cvi_analysis.census.tidy_table import FILE, fetched_places, merged, rebuild, take_in
from cvi_analysis.errors import InputError
from cvi_analysis.files import exclusive, remove_leftovers
from cvi_analysis.params import load_params
from cvi_analysis.params.cities import City
from cvi_analysis.params.text_files import Where

URL_VARIABLE = "CENSUS_API_URL"


@dataclass(frozen=True)
class IngestOptions:
    """What `cvi ingest` is asked to do; the defaults are a plain `make ingest`.

    Attributes:
        datasets: `acs5`, `acs1`, `pl`; none means `acs5`.
        year: one year; None means the newest that answers and the one reports use now.
        since: every year from this one to the newest instead.
        cities: slugs, GEOIDs or names; none means all listed cities.
        all_cities: say so explicitly.
        accept: store surprising answers (large changes, new names, missing places).
        dry_run: say what would be asked, and ask nothing.
        deadline: seconds one pull may take; None for the usual.
    """

    datasets: tuple[str, ...] = ()
    year: int | None = None
    since: int | None = None
    cities: tuple[str, ...] = ()
    all_cities: bool = False
    accept: bool = False
    dry_run: bool = False
    deadline: float | None = None

    @property
    def asks(self) -> bool:
        """Whether the user named anything to pull, which cannot be had without a key."""
        return bool(self.datasets or self.cities or self.all_cities or self.accept) or not (
            self.year is None and self.since is None
        )

    def checked(self) -> list[Dataset]:
        """The datasets, after refusing what does not fit together.

        Raises:
            InputError: contradicting options, an unknown dataset, or a year it does not have.
        """
        if self.year is not None and self.since is not None:
            raise InputError("--year and --since exclude each other", allowed="one of them")
        if self.cities and self.all_cities:
            raise InputError("--city and --all exclude each other", allowed="one of them")
        datasets = [dataset_named(name) for name in dict.fromkeys(self.datasets or ("acs5",))]
        for dataset in datasets:
            if self.year is not None:
                dataset.check_year(self.year)
            elif self.since is not None and dataset.last_year is None:
                dataset.check_year(max(self.since, dataset.first_year))
        return datasets


def run_ingestion(
    options: IngestOptions | None = None,
    *,
    root: Path | None = None,
    environ: Mapping[str, str] | None = None,
    say: Callable[[str], None] = print,
    limits: Limits | None = None,
) -> int:
    """Run `cvi ingest` and return its exit status; 0 when all that was asked for is held.

    Without a key it says what is held: status 0 for a plain run, 2 if something was asked for.

    Args:
        options: what to do.
        root: the project; `paths.root()` if None.
        environ: where `CENSUS_API_KEY` and `CENSUS_API_URL` are looked up; `os.environ` if None.
        say: takes each line of output.
        limits: bounds on time and size.

    Raises:
        InputError: the user asked for what there is not, a file in `data/raw/` is damaged, or
            there is no project to keep the answers in.
        IngestError: the API or the network failed, or the answer may not be stored.
    """
    asked = options or IngestOptions()
    folder = root or paths.root()
    if folder == paths.CARRIED:
        raise InputError(
            "answers of the Census API are kept in a project, and there is none here",
            hint="Make one with `cvi init FOLDER`, and run the same command in it.",
        )
    environment = os.environ if environ is None else environ
    datasets = asked.checked()
    base_url = checked_base_url(environment.get(URL_VARIABLE))
    key = None if asked.dry_run else find_key(folder, environment)
    bounds = limits or Limits()
    if asked.deadline is not None:
        bounds = replace(bounds, total=asked.deadline)
    with exclusive(folder / ".cache" / "ingest", say):
        run = _Run(asked, folder, base_url, say)
        if asked.dry_run:
            run.describe(datasets)
            return 0
        if key is None:
            say(without_a_key(run.table, run.cities, asked=asked.asks))
            return 2 if asked.asks else 0
        run.pull_all(datasets, key, bounds)
    return 0


class _Run:
    """One run, with the lock held."""

    def __init__(
        self, options: IngestOptions, folder: Path, base_url: str, say: Callable[[str], None]
    ) -> None:
        self._options = options
        self._raw, self._processed = folder / "data" / "raw", folder / "data" / "processed"
        self._base_url = base_url
        self._say = say
        remove_leftovers(self._raw)  # of a killed run
        self.table = self._tidy()
        params = load_params(folder)
        self.cities = params.cities
        register = params.resolve()
        self._in_use = (
            str(register["population.dataset"].value),
            int(str(register["population.year"].value)),
        )
        self._held = Held(self.table)
        targets = [Target.of_city(city) for city in self.cities.values()]
        if options.cities:
            places = known_places(self._raw, self._processed, self.cities.values())
            targets = [Target.of_text(text, places) for text in options.cities]
            self._remember({target.geoid for target in targets if target.geoid is not None})
        self._requests = requests_for(dict.fromkeys(targets))
        self._report = IngestionReport(say, self._in_use)

    def _remember(self, geoids: set[str]) -> None:
        """Compare with earlier answers too that hold a place which the table does not take yet."""
        if not (geoids - self.table.places.keys()) or not (self._raw / REGISTRY).exists():
            return
        for (geoid, dataset, year), (_, figure) in merged(self._raw, geoids).items():
            if geoid in geoids:
                self._held.add(geoid, dataset, year, figure.population)

    def _tidy(self) -> PopulationTable:
        """The table, rebuilt: a run killed after the registry left it one step behind."""
        if not (self._raw / REGISTRY).exists():
            return PopulationTable(Where("data/processed"), {})
        return PopulationTable.load(rebuild(self._raw, self._processed), self._raw)

    def describe(self, datasets: list[Dataset]) -> None:
        """Say which requests would be sent; send none."""
        for dataset in datasets:
            for geography in self._requests:
                query = "&".join(f"{name}={value}" for name, value in geography.query.items())
                get = ",".join(dataset.fields)
                years = self._years_in_words(dataset)
                self._say(f"Would ask {without_key(self._base_url)} for {dataset.title}, {years}:")
                self._say(f"  get={get}&{query}")
        self._say("Nothing was asked and nothing was written (--dry-run).")

    def pull_all(self, datasets: list[Dataset], key: ApiKey, limits: Limits) -> None:
        """Pull, check and store everything, then rebuild the tidy table.

        Raises:
            IngestError: something failed; what was stored before stays and is named.
        """
        if is_unencrypted(self._base_url):
            address = without_key(self._base_url)
            self._report.remark(f"{address} is not encrypted, and the key travels with it.")
        stopped: IngestError | InputError | None = None
        with CensusClient(key, self._base_url, limits) as client:
            try:
                for dataset in datasets:
                    for geography, targets in self._requests.items():
                        self._pull_years(client, dataset, geography, targets)
            except (IngestError, InputError) as error:
                stopped = error
            sent = client.requests_sent
        try:
            self._tidy()
        except OSError as error:
            raise IngestError(
                f"{FILE} could not be written ({error.strerror or type(error).__name__}).",
                kept=self._report.kept() if self._report.stored else NOTHING_STORED,
                next_step="Free some space or change the permissions, and run the same command"
                " again: it makes the table of what is in data/raw/.",
            ) from error
        if stopped is None:
            self._report.close(sent)
            return
        if isinstance(stopped, IngestError) and self._report.stored:
            stopped = type(stopped)(
                stopped.happened, next_step=stopped.next_step, kept=self._report.kept()
            )
        raise stopped

    def _pull_years(
        self, client: CensusClient, dataset: Dataset, geography: Geography, targets: list[Target]
    ) -> None:
        options = self._options
        if options.year is not None:
            self._keep(client.pull(dataset, options.year, geography), targets)
            return
        newest = client.newest(dataset, geography, newest_imaginable())
        others: list[int] = []
        if options.since is not None:
            others = [
                year
                for year in range(max(options.since, dataset.first_year), newest.year)
                if year not in dataset.never
            ]
        elif self._in_use[0] == dataset.stored_as and self._in_use[1] < newest.year:
            others = [self._in_use[1]]
        # Oldest first, so that each year is compared with the one before it.
        for year in others:
            try:
                pull = client.pull(dataset, year, geography)
            except NotPublishedError as error:
                self._report.remark(error.happened)
                continue
            self._keep(pull, targets)
        self._keep(newest, targets)

    def _keep(self, pull: Pull, targets: list[Target]) -> None:
        found = [target.found_in(pull.rows) for target in targets]
        expected = {
            city.geoid: city.census_name for city in self.cities.values() if city.geoid in pull.rows
        }
        # Places of the table outside the list are checked too, but for their names: each dataset
        # may have its own.
        for geoid in self.table.places.keys() & pull.rows.keys():
            expected.setdefault(geoid, "")
        expected.update({target.geoid or "": target.census_name for target in found})
        findings = check(pull, expected, self._held)
        what = f"The answer for {pull.dataset.title} {pull.year}"
        findings.settle(what, accept=self._options.accept)
        accepted = "; ".join(findings.surprising)
        note = f"Accepted by the user: {accepted}." if accepted else ""
        if (twin := year_of_the_same(self._raw, pull)) is not None:
            same = f"The answer is byte for byte that for {twin}, as if the year had been ignored."
            findings.remarks.append(same)
            note = f"{note} {same}".strip()
        places = {geoid: pull.rows[geoid].name for geoid in findings.populations}
        path = store(self._raw, pull, places, note)
        for geoid, population in findings.populations.items():
            self._held.add(geoid, pull.dataset.stored_as, pull.year, population)
        self._report.pulled(pull, path, findings, [target.geoid or "" for target in found])

    def _years_in_words(self, dataset: Dataset) -> str:
        options = self._options
        if options.year is not None:
            return str(options.year)
        if dataset.last_year is not None:
            return str(dataset.last_year)
        newest = f"the newest year that answers, from {newest_imaginable()} down"
        if options.since is not None:
            return f"every year from {max(options.since, dataset.first_year)} to {newest}"
        used, year = self._in_use
        return f"{newest}, and {year}, which reports use" if used == dataset.stored_as else newest


def city_for(
    text: str,
    cities: Mapping[str, City],
    root: Path,
    *,
    dataset: str = "acs5",
    year: int = 2023,
    environ: Mapping[str, str] | None = None,
    say: Callable[[str], None] = print,
    limits: Limits | None = None,
) -> City:
    """The city that `text` means, with its population in `data/`.

    Held places need no network; one that only a fetched answer holds is taken into the table, and
    one that only a carried answer holds stays there. Any other is fetched, for the dataset and year
    that the report uses, when a key is set and the dataset comes from the API; the answer is kept
    as evidence.
    Load the population table again afterwards: it may have been rebuilt.

    Args:
        text: slug, GEOID or name; see `Places.resolve`.
        cities: the listed cities by slug.
        root: the project.
        dataset: `population.dataset` of the report.
        year: `population.year` of the report.
        environ: where the key is looked up; `os.environ` if None.
        say: takes each line of output.
        limits: bounds on time and size.

    Raises:
        InputError: no such place, several, or it is not held and there is no key.
        IngestError: fetching it failed.
    """
    raw, processed = root / "data" / "raw", root / "data" / "processed"
    environment = os.environ if environ is None else environ
    listed = cities.values()
    fetchable = next((one for one in DATASETS.values() if one.stored_as == dataset), None)
    try:
        city = known_places(raw, processed, listed).city(text)
    except UnknownPlaceError:
        # What a package carries is not added to.
        carried = root == paths.CARRIED
        if carried or fetchable is None or find_key(root, environment) is None:
            raise
    else:
        table = PopulationTable.load(processed / FILE, raw)
        if not table.has(city.geoid) and city.geoid in fetched_places(raw):
            with exclusive(root / ".cache" / "ingest", say):
                take_in(raw, processed, {city.geoid})
            table = PopulationTable.load(processed / FILE, raw)
        rows = table.series(city.geoid)
        # A gap in a listed city is for its user to settle; a city of one's own can be filled in.
        has_it = any((row.dataset, row.year) == (dataset, year) for row in rows)
        mine = city.slug not in cities
        if has_it or not mine or fetchable is None or find_key(root, environment) is None:
            return city
    say(f"Fetching {text} ({fetchable.title} {year}) from the Census API.")
    options = IngestOptions(datasets=(fetchable.key,), year=year, cities=(text,))
    run_ingestion(options, root=root, environ=environment, say=say, limits=limits)
    return known_places(raw, processed, listed).city(text)
