"""What a command works on: the project's files, read, and its options as a checked request.

It draws in the whole model; `commands` imports it when there is something to do.
"""

from __future__ import annotations

from cvi_analysis import paths
from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.batch.fingerprint import fingerprint
from cvi_analysis.batch.place_list import read_place_list
from cvi_analysis.batch.plan import RunRequest, Shard
from cvi_analysis.batch.requested_places import place
from cvi_analysis.census.tidy_table import has_fetched, rebuild, take_in
from cvi_analysis.files import exclusive
from cvi_analysis.params.register import parse_overrides
from cvi_analysis.report.library import Library


def opened(options: CommandOptions) -> tuple[Library, RunRequest, dict[str, str]]:
    """The library, with `data/processed/` in step with `data/raw/`, and the checked request.

    Returns:
        Library, request, and the fingerprint of the inputs from just before they were read: what
        is edited later is not in the reports and must not be recorded as if it were.

    Raises:
        InputError: a file in `params/` or `data/` is wrong; an unknown city, scenario or
            parameter, or a refused value.
        CviError: a place had to be fetched and could not be.
    """
    if paths.raw().is_dir() and paths.is_own():
        rebuild(paths.raw(), paths.processed())
    inputs, library = _read(options)
    if _listed_taken_in(library):
        inputs, library = _read(options)
    request = request_of(options, library)
    if any(city.slug not in library.params.cities for city in request.cities or ()):
        inputs, library = _read(options)  # A place may have been fetched meanwhile.
    return library, request, inputs


def _read(options: CommandOptions) -> tuple[dict[str, str], Library]:
    """The fingerprint of all inputs, and then what they hold."""
    return fingerprint(notebook=options.notebook), Library.load()


def _listed_taken_in(library: Library) -> bool:
    """Take a city that was added to the list from fetched answers of the API; whether any was."""
    listed = {city.geoid for city in library.params.cities.values()}
    missing = listed - library.populations.places.keys()
    if not missing or not has_fetched(paths.raw()):
        return False
    with exclusive(paths.root() / ".cache" / "ingest"):
        return take_in(paths.raw(), paths.processed(), missing)


def request_of(options: CommandOptions, library: Library) -> RunRequest:
    """The request behind the options, checked.

    Raises:
        InputError: an unknown city, scenario or parameter, or a refused value.
    """
    overrides = parse_overrides(options.sets, library.params.register)
    if options.case is not None:
        overrides = {**options.case.checked(library.params.register), **overrides}
    shard = Shard.parse(options.shard) if options.shard else None
    register = library.params.resolve(options.scenario, None, overrides)
    cities, listed = None, None
    if options.cities is not None:
        cities = tuple(
            place(text, library, register, offline=options.offline) for text in options.cities
        )
    if options.cities_file is not None:
        listed = read_place_list(options.cities_file, library, options.scenario, overrides)
        cities = (*(cities or ()), *listed.cities)
    if cities is not None:
        cities = tuple({city.slug: city for city in cities}.values())
    return RunRequest(
        scenario=options.scenario,
        overrides=overrides,
        cities=cities,
        listed="" if listed is None else listed.name,
        facts={} if listed is None else listed.facts,
        run=options.run,
        out=options.out,
        shard=shard,
        force=options.force,
        formats=options.formats,
        notebook=options.notebook,
        with_code=options.with_code,
    )
