"""The head of a page as a site has it: what search engines and those who share a link read.

Pages of `reports/` know no address. A copy of one in a site says what it is about in its title and
description; where the site's address is known, also its own address, what to show of it elsewhere,
and its data in the words of schema.org.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cvi_analysis import __edition__, __project__, __version__
from cvi_analysis.batch.report_formats import MEDIA_TYPES
from cvi_analysis.batch.share_card import HEIGHT, WIDTH, answers, place_of
from cvi_analysis.display import formats
from cvi_analysis.errors import InputError
from cvi_analysis.export.page_head import also_allowing

INDEX = "index.html"
LICENSE = "https://spdx.org/licenses/MIT.html"

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~%-]+)*/?")
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">\n?')


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What the head of a page says of it.

    Attributes:
        file: its path in the site, such as `baseline/norfolk-va.html`.
        scenario: the scenario's title, added to what does not name it; empty for the baseline.
        description: in place of the page's own; empty keeps that.
        picture: path in the site of the picture that stands for it, or empty.
        picture_words: what the picture shows.
        data: the page in the words of schema.org, without what every page has.
    """

    file: str
    scenario: str = ""
    description: str = ""
    picture: str = ""
    picture_words: str = ""
    data: Mapping[str, Any] | None = None


def checked_address(typed: str) -> str:
    """The address of a site as it stands before every path, without a slash at its end.

    Raises:
        InputError: it is no plain http or https address.
    """
    if not _ADDRESS.fullmatch(typed):
        raise InputError(
            "this is not the address of a site",
            parameter="--base-url",
            found=typed,
            allowed="https://, a host and perhaps a path, such as https://example.org/cvi",
        )
    return typed.rstrip("/")


def address(base: str, file: str) -> str:
    """The one address of a page or file: that of its folder for an index.

    >>> address("https://example.org/cvi", "baseline/index.html")
    'https://example.org/cvi/baseline/'
    """
    folder, _, name = file.rpartition("/")
    path = file if name != INDEX else f"{folder}/" if folder else ""
    return f"{base}/{quote(path)}"


def with_head(page: str, about: PublicPage, base: str = "") -> str:
    """`page` with the title and description that a site needs, and with `base` all else.

    Args:
        page: the HTML of a page of ours.
        about: what to say of it.
        base: the site's address, as `checked_address` gives it; empty where it is not known.
    """
    head, end, body = page.partition("</head>")
    found = _TITLE.search(head)
    told = _DESCRIPTION.search(head)
    # All as they stand between tags: escaped.
    title = found[1] if found else ""
    description = formats.html(about.description) or (told[1] if told else "")
    scenario = formats.html(about.scenario)
    if scenario not in title:
        title += f" · {scenario}"
    if scenario not in description:
        description = f"{formats.sentence(description)} Scenario: {scenario}."
    lines = [f"<title>{title}</title>", f'<meta name="description" content="{description}">']
    if not base:
        return _placed(head, lines) + end + body
    lines += _shared(about, title, description, base)
    if about.data is None:
        return _placed(head, lines) + end + body
    script = _script(about, base)
    lines.append(f'<script type="application/ld+json">{script}</script>')
    return also_allowing(_placed(head, lines), script) + end + body


def _placed(head: str, lines: list[str]) -> str:
    """The head with `lines` in place of its title, and without its description."""
    head = _DESCRIPTION.sub("", head, count=1)
    return _TITLE.sub(lambda _: "\n".join(lines), head, count=1)


def _shared(about: PublicPage, title: str, description: str, base: str) -> list[str]:
    """Address and Open Graph properties; title and description come escaped."""
    own = formats.html(address(base, about.file))
    properties = {
        "og:type": "article" if about.picture else "website",
        "og:site_name": __project__,
        "og:locale": "en_US",
        "og:url": own,
        "og:title": title,
        "og:description": description,
    }
    if about.picture:
        properties |= {
            "og:image": formats.html(address(base, about.picture)),
            "og:image:type": "image/png",
            "og:image:width": str(WIDTH),
            "og:image:height": str(HEIGHT),
            "og:image:alt": formats.html(about.picture_words),
        }
    card = "summary_large_image" if about.picture else "summary"
    return [
        f'<link rel="canonical" href="{own}">',
        *(f'<meta property="{name}" content="{value}">' for name, value in properties.items()),
        f'<meta name="twitter:card" content="{card}">',
    ]


def _script(about: PublicPage, base: str) -> str:
    own = address(base, about.file)
    publisher = {"@type": "Organization", "name": __project__, "url": f"{base}/"}
    data = {
        "@context": "https://schema.org",
        "@id": own,
        "url": own,
        "inLanguage": "en-US",
        "version": __version__,
        "datePublished": __edition__,
        "license": LICENSE,
        "isAccessibleForFree": True,
        "creator": publisher,
        "publisher": publisher,
        **(about.data or {}),
    }
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return re.sub(r"[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text)


def city_page(
    folder: str, title: str, document: Mapping[str, Any], files: Collection[str], base: str
) -> PublicPage:
    """What the head of a city's report says.

    Args:
        folder: the scenario's name.
        title: the scenario's title; empty for the baseline.
        document: the city's parsed JSON.
        files: names of the files beside its page.
        base: the site's address; empty where it is not known.
    """
    slug, place = document["city"]["slug"], place_of(document)
    people, staff, total = answers(document)
    figures = f"{people} people at the highest risk of violence, {staff} full-time staff, {total}"
    under = f" Scenario: {title}." if title else ""
    description = f"{place}: {figures} a year. How each figure was made.{under}"
    page = PublicPage(f"{folder}/{slug}.html", title, description)
    if not base:
        return page
    picture = f"{folder}/{slug}.png"
    data = {
        "@type": "Report",
        "name": f"{place}: community violence intervention profile",
        "description": description,
        "about": _city(document),
        "image": address(base, picture),
        "isPartOf": {"@type": "WebPage", "url": address(base, f"{folder}/{INDEX}")},
        "isBasedOn": {"@id": dataset_id(folder, base)},
        "encoding": [
            _download("MediaObject", folder, name, base)
            for name in sorted(files)
            if name.rpartition(".")[2] in MEDIA_TYPES
        ],
    }
    return PublicPage(page.file, title, description, picture, f"{place}: {figures} a year.", data)


def _city(document: Mapping[str, Any]) -> dict[str, Any]:
    city = document["city"]
    parts = {"addressLocality": city["name"], "addressRegion": city["state"]}
    return {
        "@type": "City",
        "name": city["name"],
        "address": {
            "@type": "PostalAddress",
            **{name: part for name, part in parts.items() if part},
            "addressCountry": "US",
        },
    }


def dataset_id(folder: str, base: str) -> str:
    """The name of a scenario's tables among all things: the address of their description."""
    return address(base, f"{folder}/datapackage.json")


def dataset_page(folder: str, title: str, package: Mapping[str, Any], base: str) -> PublicPage:
    """What the head of a scenario's index says; its tables are a data set.

    Args:
        folder: the scenario's name.
        title: the scenario's title; empty for the baseline.
        package: the parsed `datapackage.json`.
        base: the site's address; empty where it is not known.
    """
    page = PublicPage(f"{folder}/{INDEX}", title)
    if not base:
        return page
    names = [one["path"] for one in package["resources"]]
    what = "; ".join(f"{one['path']}: {one['title'].lower()}" for one in package["resources"])
    data = {
        "@type": "Dataset",
        "@id": dataset_id(folder, base),
        "name": f"Community violence intervention in U.S. cities: {title or folder}",
        "description": f"{package['description']} Tables: {what}.",
        "keywords": ["community violence intervention", "public safety", "budget", "staffing"],
        "spatialCoverage": {"@type": "Country", "name": "United States"},
        "variableMeasured": [
            "People at the highest risk of violence",
            "Full-time staff",
            "Annual budget in U.S. dollars",
        ],
        "distribution": [
            _download("DataDownload", folder, name, base) for name in (*names, "datapackage.json")
        ],
    }
    return PublicPage(page.file, title, data=data)


def _download(kind: str, folder: str, name: str, base: str) -> dict[str, str]:
    return {
        "@type": kind,
        "name": name,
        "contentUrl": address(base, f"{folder}/{name}"),
        "encodingFormat": MEDIA_TYPES[name.rpartition(".")[2]],
    }
