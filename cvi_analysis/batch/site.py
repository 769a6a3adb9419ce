"""`cvi site`: the reports of all scenarios as a folder that any static host can serve.

Only what a scenario's manifest lists is taken, so neither locks nor anybody's own files get in, and
the executed notebooks, to which no page leads, stay at home. The folder is made beside the one that
it replaces and takes its place when it is whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from cvi_analysis import __edition__, __version__, paths
from cvi_analysis.batch import commands, manifest
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.data_package import tables
from cvi_analysis.batch.fingerprint import sha256
from cvi_analysis.batch.index import environment, scenarios_html
from cvi_analysis.batch.manifest import ReportEntry
from cvi_analysis.batch.plan import readable_scenarios
from cvi_analysis.batch.published_head import (
    INDEX,
    PublicPage,
    address,
    checked_address,
    city_page,
    dataset_page,
    with_head,
)
from cvi_analysis.batch.share_card import cards
from cvi_analysis.batch.staleness import PAGE, marked
from cvi_analysis.errors import BuildError, InputError
from cvi_analysis.export.page_head import stated
from cvi_analysis.files import advice, exclusive
from cvi_analysis.params.scenarios import BASELINE, Scenario
from cvi_analysis.report.library import Library

MISSING, ROBOTS, SITEMAP = "404.html", "robots.txt", "sitemap.xml"
_OWN = {INDEX, MISSING, ROBOTS, SITEMAP}
_PRIVATE = ".ipynb"


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What a site is made of.

    Attributes:
        base_url: the address that it will have; empty where that is not known.
        scenarios: names of scenarios; None for all.
        cities: slugs of the cities whose reports are brought up to date first; None for all.
        out: its folder; None for `site/` beside `reports/`.
        jobs: workers that build reports; 0 for one a processor.
    """

    base_url: str = ""
    scenarios: tuple[str, ...] | None = None
    cities: tuple[str, ...] | None = None
    out: Path | None = None
    jobs: int = 0


def make_site(options: SiteOptions) -> int:
    """Bring the reports up to date and publish them into a folder. Exit status 0.

    Raises:
        InputError: an unknown scenario or city, an address that is none, or a folder that holds
            something else than a site; nothing has been written.
        BuildError: a report could not be made, or the folder cannot be written. A site that was
            there before is as it was.
    """
    base = checked_address(options.base_url) if options.base_url else ""
    out = (options.out or paths.reports().parent / "site").absolute()
    _refuse_others(out)
    params = Library.load().params
    for name in options.scenarios or params.scenario_names:
        params.resolve(name)
    names = [
        name
        for name in params.scenario_names
        if options.scenarios is None or name in options.scenarios
    ]
    for name in names:
        order = commands.CommandOptions(scenario=name, cities=options.cities, jobs=options.jobs)
        if commands.reports(order):
            raise BuildError(
                f"{shown(out)}: is as it was, because reports of {name} could not be made."
            )
    library = Library.load()  # what the reports stand on: the command above may have renewed it
    scenarios, _ = readable_scenarios(library.params)
    with ExitStack() as stack:
        stack.enter_context(commands.ended_by_signals())
        stack.enter_context(exclusive(paths.cache() / "site"))
        folder = stack.enter_context(_replacing(out))
        pages: list[str] = []
        tabled: dict[str, str] = {}
        for name in names:
            with exclusive(paths.reports() / name):
                files = scenario_files(library, scenarios[name], base)
            tabled |= _titles(files)
            pages += [f"{name}/{file}" for file in files if file.endswith(".html")]
            _write(folder / name, files)
        front = scenarios_html(tuple(names), scenarios, tabled).decode()
        top = {INDEX: with_head(front, PublicPage(INDEX), base).encode()}
        _write(folder, top | _around([INDEX, *pages], base))
        sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    count = "1 scenario" if len(names) == 1 else f"{len(names)} scenarios"
    print(
        f"{len(sizes):,} files, {sum(sizes) / 1e6:,.1f} MB, of {count}: open {shown(out / INDEX)}"
    )
    return 0


def scenario_files(library: Library, scenario: Scenario, base: str = "") -> dict[str, bytes]:
    """The public files of a scenario by name, from its folder of reports.

    Raises:
        BuildError: a file is missing, or is not what was built.
    """
    name, folder = scenario.name, paths.reports() / scenario.name
    title = "" if name == BASELINE else scenario.title
    known = manifest.load(folder, name)
    files = dict(_public(folder, known))
    package = tables(library, name)
    documents = {slug: json.loads(files[f"{slug}.json"]) for slug in known.cities}
    about = {
        f"{slug}.html": city_page(name, title, document, known.cities[slug].files, base)
        for slug, document in documents.items()
    }
    about[INDEX] = dataset_page(name, title, json.loads(package["datapackage.json"]), base)
    # The way up is the front page of the site.
    index = files[INDEX].decode().replace(f'"../{PAGE}#', f'"../{INDEX}#')
    files |= {INDEX: index.encode(), **package}
    for file in [file for file in files if file.endswith(".html")]:
        page = about.get(file) or PublicPage(f"{name}/{file}", title)
        files[file] = with_head(files[file].decode(), page, base).encode()
    if base:
        pictures = cards(documents.values(), title)
        files |= {f"{slug}.png": card for slug, card in zip(documents, pictures, strict=True)}
    files[manifest.NAME] = _relisted(known, files).to_bytes()
    return dict(sorted(files.items()))


def _public(folder: Path, known: manifest.Manifest) -> Iterator[tuple[str, bytes]]:
    listed = known.hashes()
    if INDEX not in listed:
        raise BuildError(f"{shown(folder)}: there are no reports.")
    for name, digest in listed.items():
        if name.endswith(_PRIVATE):
            continue
        try:
            content = (folder / name).read_bytes()
        except FileNotFoundError:
            content = b""
        if sha256(content) != digest:
            raise BuildError(
                f"{shown(folder / name)}: was changed while the site was made. Run the "
                "command again."
            )
        yield name, content


def _relisted(known: manifest.Manifest, files: Mapping[str, bytes]) -> manifest.Manifest:
    """The manifest with the hashes of what the site has; a picture belongs to its city."""

    def of(entry: ReportEntry, *more: str) -> ReportEntry:
        kept = [name for name in (*entry.files, *more) if name in files]
        return replace(entry, files={name: sha256(files[name]) for name in kept})

    cities = {slug: of(entry, f"{slug}.png") for slug, entry in known.cities.items()}
    pages = {name: of(entry) for name, entry in known.pages.items()}
    taken = {name for entry in (*cities.values(), *pages.values()) for name in entry.files}
    rest = {name: sha256(content) for name, content in files.items() if name not in taken}
    return replace(known, cities=cities, pages=pages, files=rest)


def _titles(files: Mapping[str, bytes]) -> dict[str, str]:
    """What the front page calls the tables of a scenario, by file name."""
    package: Mapping[str, Any] = json.loads(files["datapackage.json"])
    found = {one["path"]: str(one["title"]) for one in package["resources"]}
    return {**found, "datapackage.json": "What the columns of the tables hold"}


def _around(pages: Sequence[str], base: str) -> dict[str, bytes]:
    """The files for visitors that lost their way, and for machines."""
    template = environment().get_template("missing.html.j2")
    # A server shows this page at any address, so that only a whole one leads to the front page.
    missing = template.render(version=__version__, front=address(base, INDEX) if base else INDEX)
    robots = "User-agent: *\nDisallow:\n"
    files = {MISSING: stated(missing).encode()}
    if base:
        robots += f"Sitemap: {address(base, SITEMAP)}\n"
        files[SITEMAP] = _sitemap([address(base, page) for page in pages]).encode()
    return {**files, ROBOTS: robots.encode()}


def _sitemap(addresses: Sequence[str]) -> str:
    entries = "".join(
        f"<url><loc>{escape(one)}</loc><lastmod>{__edition__}</lastmod></url>\n"
        for one in addresses
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _refuse_others(out: Path) -> None:
    """Refuse to replace a folder that holds anything but a site of ours.

    Raises:
        InputError: it does.
    """
    others = [out.name] if out.exists() else []
    if out.is_dir():
        scenarios = marked(out / INDEX)  # none of a page that is not ours
        known = _OWN.union(scenarios) if scenarios else set()
        others = sorted(path.name for path in out.iterdir() if path.name not in known)
        for name in scenarios:
            published = {manifest.NAME, *manifest.load(out / name, name).named()}
            others += sorted(
                f"{name}/{path.name}"
                for path in (out / name).glob("*")
                if path.name not in published
            )
    if others:
        raise InputError(
            "there is something there that is no part of a site, and would be lost",
            parameter="--out",
            found=others[0],
            allowed="a folder that is not there yet, is empty, or holds a site",
        )


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    """An empty folder beside `out` that takes its place once the block has ended well.

    Raises:
        InputError: somebody has put something into `out` meanwhile; it is as it was.
        BuildError: the disk refuses; `out` is as it was.
    """
    new, old = (out.parent / f".{out.name}.{word}" for word in ("unfinished", "before"))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(new, ignore_errors=True)  # of a run that was killed
        if old.is_dir() and not out.exists():
            old.rename(out)  # it was killed between two steps below
        shutil.rmtree(old, ignore_errors=True)
        new.mkdir()
        yield new
        if out.exists():
            _refuse_others(out)
            out.rename(old)
        new.rename(out)
    except OSError as error:
        raise BuildError(
            f"{shown(out)}: could not be made ({error.filename or out}: "
            f"{error.strerror}). What was there before is unchanged. {advice(error)}"
        ) from error
    finally:
        if old.is_dir() and not out.exists():
            old.rename(out)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
