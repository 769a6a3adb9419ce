"""Every source of a city's report, numbered, as a DataFrame, and what the whole stands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import ADDRESSES, census_place, dataset_name, period

# start-up time: pandas takes half a second, and only a cell shows the table.
if TYPE_CHECKING:
    import pandas as pd

NORFOLK = "https://cviecosystem.org/cities/norfolk-virginia"
"""The one published profile whose figures could be read."""
OWN = "This project's judgment"
"""How the source of an assumption begins that nobody has published."""


PUBLISHED = {
    "realtimecrimeindex.com": "AH Datalytics, Real-Time Crime Index, edition of April 2026",
    "github.com/AH-Datalytics/rtci": "AH Datalytics, data of the Real-Time Crime Index, 2026",
    "cbpscollective.org/caps": "Community Based Public Safety Collective, Coalition to Advance "
    "Public Safety (CAPS), undated",
    "cviecosystem.org/cities/baltimore-maryland": "CAPS, CVI profile of Baltimore, Maryland, "
    "undated",
    "thehavi.org/caps-announces-2-million-for-organizations-in-four-cities-to-reduce-gun-"
    "violence": "The Health Alliance for Violence Intervention, CAPS announces $2 million for "
    "organizations in four cities to reduce gun violence, undated",
    "wlbt.com/2023/01/07/analysis-second-straight-year-jacksons-homicide-rate-ranks-highest-us-"
    "among-major-cities": "WLBT, Analysis: second straight year Jackson’s homicide rate ranks "
    "highest in U.S. among major cities, 2023",
}
"""Publisher, title and year of what `params/cities.csv` names by its address alone."""


TITLES = {
    "https://nlc.org/article/2024/04/10/community-violence-intervention-funding-opportunities-"
    "for-local-leaders": "Community Violence Intervention Funding Opportunities for Local Leaders",
    "https://mcbath.house.gov/press-releases?ID=D67524C0-A692-4AB3-84A9-349C2088D577": (
        "press release"
    ),
    "https://econotimes.com/Trump-Administration-Cuts-158M-in-Federal-Gun-Violence-Prevention-"
    "Funding-1717499": "Trump Administration Cuts 158M in Federal Gun Violence Prevention Funding",
    "https://www.gunviolencelegal.org/news/cvi-grant-termination-faq": "CVI Grant Termination FAQ",
    "https://www.urbanpeaceinstitute.org/concerns-regarding-recent-changes-to-doj-cvipi-funding": (
        "Concerns Regarding Recent Changes to DOJ CVIPI Funding"
    ),
}
"""What a page on federal grants is called, as its address has it, by that address."""


def published(url: str) -> str:
    """Publisher, title and year of an address; of one that is not known here, the address."""
    parts = urlsplit(url)
    address = f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/")
    return PUBLISHED.get(address, f"{address}, undated")


def sources(dossier: Dossier) -> pd.DataFrame:
    """Sources by what they support, each once; the index is its number.

    An address occurs once, with what its references share; a source without one goes by its words.
    Columns: source, url, site, supports.
    """
    import pandas as pd  # start-up time: as above

    rows: dict[str, dict[str, str]] = {}
    for supports, text, url in _references(dossier):
        row = rows.setdefault(_key(text, url), {"source": text, "url": url, "supports": supports})
        if row["supports"] == supports:
            row["source"] = _common(row["source"], text)
    found = pd.DataFrame(rows.values(), columns=["source", "url", "supports"])
    found["site"] = found["url"].map(lambda url: urlsplit(url).netloc.removeprefix("www."))
    found.index = pd.RangeIndex(1, len(found) + 1, name="number")
    return found


def numbers(assumptions: Iterable[Assumption], listed: pd.DataFrame) -> dict[str, str]:
    """By dotted name where an assumption comes from: `own`, the number of a source, or both."""
    by_key = {
        _key(text, url): number
        for number, text, url in zip(listed.index, listed["source"], listed["url"], strict=True)
    }
    found = {}
    for item in assumptions:
        number = by_key.get(_key(_text(item), item.source_url))
        parts = ["own"] if item.source.startswith(OWN) else []
        found[item.name] = ", ".join([*parts, *([] if number is None else [str(number)])])
    return found


def _references(dossier: Dossier) -> Iterator[tuple[str, str, str]]:
    """What a source supports, its words and its address."""
    city = dossier.city
    for key in dict.fromkeys(row.dataset for row in dossier.series):
        if key in ADDRESSES:
            yield "Population", f"U.S. Census Bureau, {dataset_name(key)}", ADDRESSES[key]
    if city.local_estimate_source:
        text, url = city.local_estimate_source, city.local_estimate_url or ""
        yield "People at the highest risk", text, url
    yield "Method and check", "CAPS, CVI profile of Norfolk, Virginia", NORFOLK
    for _, item in sorted(dossier.assumptions.items()):
        if item.source_url or not item.source.startswith(OWN):
            yield "Method, pay and assumptions", _text(item), item.source_url
    for row in dossier.facts.federal:
        words = [row.source, TITLES.get(row.source_url, ""), str(row.year)]
        yield "Federal grants", ", ".join(filter(None, words)), row.source_url
    for url in _urls(city.source_urls):
        yield "The choice of the city and its local figures", published(url), url


def _text(item: Assumption) -> str:
    return item.source.strip().rstrip(".")


def _key(text: str, url: str) -> str:
    return url.rstrip("/") or text


def _urls(found: object) -> list[str]:
    if isinstance(found, str):
        return found.split()
    return [str(item) for item in found] if isinstance(found, tuple | list) else []


def _common(first: str, second: str) -> str:
    """What two references to one address share, up to a comma; else the first of them."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    shared = "".join(letter for letter, _ in alike)
    return first if shared == first else shared.rpartition(",")[0].strip() or first


def provenance(dossier: Dossier) -> dict[str, str]:
    """Place, population, data file, hashes, scenario and version; what is unknown is left out."""
    found = dossier.provenance
    population = [
        f"{dataset_name(found['dataset'])} ({found['dataset']})",
        period(found["period"]),
        f"vintage {found['vintage']}" if found["vintage"] else "",
        f"variable {found['variable']}" if found["variable"] else "",
    ]
    rows = {
        "Census place (GEOID)": census_place(dossier),
        "Population": _together(population),
        "Data file": _together([found["raw_file"], found["origin"]]),
        "SHA-256 of the data file": found["raw_sha256"],
        "SHA-256 of the parameters": found["params_sha256"],
        "Scenario": f"{dossier.scenario.title} ({found['scenario']}); software {found['version']}",
    }
    return {label: text for label, text in rows.items() if text}


def _together(parts: list[str]) -> str:
    return ", ".join(part for part in parts if part)
