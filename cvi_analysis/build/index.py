"""`index.html`: the way into a scenario's reports."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cvi_analysis import __version__
from cvi_analysis.batch.rendering import house_design
from cvi_analysis.blocks.format import dollars, number, short_dollars
from cvi_analysis.build import us_map
from cvi_analysis.export.page_head import squeezed, stated
from cvi_analysis.params import Params
from cvi_analysis.params.scenarios import Scenario

SIZES = (
    ("under-250", "Under 250,000", 0, 250_000),
    ("to-500", "250,000 to 500,000", 250_000, 500_000),
    ("to-1000", "500,000 to 1 million", 500_000, 1_000_000),
    ("over-1000", "1 million and more", 1_000_000, 10**12),
)
"""Key, words, and numbers of residents from and below."""

_GROUPS = {"frontline": "frontline", "supervision": "supervisors", "ovp": "city_office"}


@cache
def environment() -> Environment:
    """The templates of pages on many cities, with the reports' design and formats."""
    made = Environment(
        loader=PackageLoader("cvi_analysis.build"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own = (Path(__file__).parent / "templates/index.css").read_text("utf-8")
    # On top of the reports' own style sheet: one design for all pages.
    made.globals["design"] = Markup(house_design() + squeezed(own))  # noqa: S704
    made.filters.update(number=number, dollars=dollars, short=short_dollars)
    return made


def index_html(
    documents: Sequence[Mapping[str, Any]],
    name: str,
    scenario: Scenario,
    overrides: Mapping[str, Any],
    params: Params,
    *,
    scenarios: Iterable[Scenario],
    compared: bool = False,
    files: Mapping[str, Collection[str]] | None = None,
    zipped: int = 0,
) -> bytes:
    """The index page of these documents: self-contained, a sorted table without JavaScript.

    Args:
        documents: parsed `<slug>.json`, in the order of the page.
        name: the scenario folder's name.
        scenario: its file.
        overrides: assumptions given beside it.
        params: the cities' places and the strategies.
        scenarios: those that the page names, in its order.
        compared: `comparison.html` lies beside the page.
        files: names of the files of each slug.
        zipped: bytes of `workbooks.zip`; 0 where there is none.
    """
    people = sum(document["people_at_risk"]["rounded"] for document in documents)
    page = (
        environment()
        .get_template("index.html.j2")
        .render(
            documents=sorted(documents, key=lambda document: document["city"]["name"]),
            staff_of=_staff,
            size_of=_size,
            sizes=SIZES,
            states=sorted({d["city"]["state"] for d in documents if d["city"]["state"]}),
            name=name,
            scenario=scenario,
            overrides=overrides,
            scenarios=list(scenarios),
            compared=compared,
            workbooks=frozenset(
                slug for slug, names in (files or {}).items() if f"{slug}.xlsx" in names
            ),
            zipped=zipped,
            strategies=params.strategies.values(),
            map=us_map.dots(documents, params.cities),
            data=_data(documents),
            version=__version__,
            people=people,
            staff=sum(_staff(document) for document in documents),
            total=sum(document["budget"]["total"] for document in documents),
            population=sum(document["population"]["value"] for document in documents),
        )
    )
    return stated(page).encode()


def _staff(document: Mapping[str, Any]) -> int:
    return sum(post["count"] for post in document["staffing"])


def _size(document: Mapping[str, Any]) -> str:
    residents = document["population"]["value"]
    return next(key for key, _, low, high in SIZES if low <= residents < high)


def _data(documents: Sequence[Mapping[str, Any]]) -> Markup:
    """What the comparison of cities shows, as JSON that can stand in a script element."""
    rows = {}
    for document in documents:
        city, budget, ranges = document["city"], document["budget"], document["ranges"]
        posts = dict.fromkeys(_GROUPS.values(), 0)
        for post in document["staffing"]:
            posts[_GROUPS[post["group"]]] += post["count"]
        rows[city["slug"]] = {
            "name": ", ".join(filter(None, (city["name"], city["state"]))),
            "population": document["population"]["value"],
            "people": document["people_at_risk"]["rounded"],
            "people_range": _ends(ranges["people_at_risk"]),
            "staff": _staff(document),
            "staff_range": _ends(ranges["staff"]),
            **posts,
            "total": budget["total"],
            "total_range": _ends(ranges["total"]),
            "team": budget["frontline"] + budget["supervision_ovp"],
            "support": budget["training"] + budget["evaluation"],
            "wraparound": budget["wraparound"],
            "per_resident": round(document["per_resident"], 2),
            "per_person": round(document["per_person"]),
        }
    text = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
    return Markup(re.sub(r"[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text))  # noqa: S704


def _ends(found: Mapping[str, Any]) -> list[int]:
    return [round(found["low"]), round(found["high"])]
