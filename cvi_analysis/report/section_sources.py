"""Sections: every source, and what the report itself stands on."""

from __future__ import annotations

from urllib.parse import urlsplit

from cvi_analysis import __edition__, __project__
from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.prose import Bullets, Line, Paragraph, Prose, code, line, link, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_register import ADDRESS as NORFOLK
from cvi_analysis.report.wording import ADDRESSES, census_place, dataset_name, day, period


def sources(dossier: Dossier) -> Stack:
    """Sources by what they support; an address occurs once, and what has none by its name."""
    seen: set[str] = set()

    def fresh(entries: list[tuple[str, str]]) -> list[Line]:
        by_address: dict[str, list[str]] = {}
        for text, url in entries:
            if url and text and url.rstrip("/") not in seen:
                by_address.setdefault(url, []).append(text)
        seen.update(url.rstrip("/") for url in by_address)
        return [
            *(
                line(link(_common(texts), url), f" ({_domain(url)})")
                for url, texts in by_address.items()
            ),
            *(line(text) for text, url in entries if not url),
        ]

    held = dict.fromkeys(row.dataset for row in dossier.series)
    population = [
        (f"U.S. Census Bureau, {dataset_name(key)}", ADDRESSES[key])
        for key in held
        if key in ADDRESSES
    ]
    city = dossier.city
    local = [(city.local_estimate_source, city.local_estimate_url or "")]
    method = [
        (item.source.strip().rstrip("."), item.source_url)
        for item in dossier.assumptions.values()
        if item.source_url
    ]
    method.append(("CAPS, CVI profile of Norfolk, Virginia", NORFOLK))
    listing = [(_path(url), url) for url in _urls(city.source_urls)]
    studies = [
        (f"{item.source}, {item.year}" if item.year else item.source, item.source_url)
        for item in dossier.studies
    ]
    pieces: list[Line | Bullets] = []
    if city.basis:
        pieces.append(line(strong(f"Why {city.city} is in the list. "), city.basis))
    for title, entries in (
        ("Population", population),
        ("People at the highest risk", local),
        ("Method, pay and assumptions", method),
        (f"The choice of {city.city} and its local figures", listing),
        ("What studies found", studies),
    ):
        lines = fresh([entry for entry in entries if entry[0]])
        if lines:
            pieces += [line(strong(title)), Bullets(tuple(lines))]
    return Stack.of(
        Prose(tuple(piece if isinstance(piece, Bullets) else Paragraph(piece) for piece in pieces))
    )


def _urls(found: object) -> list[str]:
    if isinstance(found, str):
        return found.split()
    return [str(item) for item in found] if isinstance(found, tuple | list) else []


def _domain(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


def _path(url: str) -> str:
    """The address without what every address has."""
    parts = urlsplit(url)
    return f"{_domain(url)}{parts.path}".rstrip("/")


def _common(texts: list[str]) -> str:
    """What several references to one address share, up to a comma; or the first of them."""
    first = texts[0]
    shared = first
    for text in texts[1:]:
        while shared and not text.startswith(shared):
            shared = shared[:-1]
    if shared == first:
        return first
    head = shared.rpartition(",")[0].strip()
    return head or first


CENSUS_NOTICE = (
    "Population figures are those of the U.S. Census Bureau, which has not endorsed or certified "
    "this product."
)
LABELS = {
    "dataset": "Population dataset",
    "vintage": "Vintage",
    "variable": "Variable",
    "period": "Period",
    "origin": "How the figure came here",
    "raw_file": "Data file",
    "raw_sha256": "SHA-256 of the data file",
    "params_sha256": "SHA-256 of the parameters",
    "scenario": "Scenario",
    "version": "Software version",
}


def about(dossier: Dossier) -> Stack:
    """Who publishes it, the notices, then the provenance panel."""
    return Stack.of(
        Prose.of(
            line(
                strong("Publisher. "),
                f"{__project__}, an independent project, in its edition of {day(__edition__)}; "
                "not CAPS.",
            ),
            line(
                strong("Independent work. "),
                "This is an independent implementation of the public method of the CVI Ecosystem "
                "profiles by the Coalition to Advance Public Safety (CAPS). It is not affiliated "
                "with, endorsed by or checked by CAPS, and its figures are not those of CAPS.",
            ),
            line(strong("Census data. "), CENSUS_NOTICE),
        ),
        provenance(dossier),
    )


def provenance(dossier: Dossier) -> Table:
    """Dataset, vintage, hashes, version and scenario."""
    found = dict(dossier.provenance)
    shown = {
        "dataset": f"{dataset_name(found.get('dataset', ''))} ({found.get('dataset', '')})",
        "period": period(found.get("period", "")),
        "scenario": f"{dossier.scenario.title} ({dossier.scenario.name})",
    }
    rows = [Row.of("Census place (GEOID)", census_place(dossier))]
    rows += [
        Row.of(
            LABELS.get(key, key.replace("_", " ").capitalize()),
            line(code(value)) if key.endswith(("sha256", "file")) else shown.get(key, value),
        )
        for key, value in found.items()
        if value
    ]
    return Table(
        caption="What this report stands on",
        columns=(Column("Item", "left", 1), Column("Value", "left", 3)),
        rows=tuple(rows),
        small=True,
    )
