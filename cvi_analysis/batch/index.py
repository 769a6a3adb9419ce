"""`index.html` and `scenarios.html`: the way into the reports."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cvi_analysis import __version__
from cvi_analysis.batch.page_design import house_design
from cvi_analysis.batch.staleness import PAGE, mark, neighbors
from cvi_analysis.display.formats import dollars, number, short_dollars
from cvi_analysis.export.page_head import squeezed, stated
from cvi_analysis.files import exclusive, write_file
from cvi_analysis.params import Params
from cvi_analysis.params.cities import City
from cvi_analysis.params.scenarios import Scenario
from cvi_analysis.report.document import staff_of

WIDTH, HEIGHT = 975, 610
"""Size of the map; `templates/states.svg.j2` is drawn to it."""

_SCALE, _CENTER = 1300.0, (487.5, 305.0)
_SOUTH, _NORTH, _MERIDIAN = math.radians(29.5), math.radians(45.5), -96.0
_ORIGIN = (math.radians(-0.6), math.radians(38.7))
_CONE = (math.sin(_SOUTH) + math.sin(_NORTH)) / 2
_C = math.cos(_SOUTH) ** 2 + 2 * _CONE * math.sin(_SOUTH)
_LETTER, _LINE, _GAP = 8.6, 17.0, 4.0  # of a label: width of a letter, height, distance to its dot

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """A city on the map.

    Attributes:
        document: its figures.
        x: from the left, of 975.
        y: from the top, of 610.
        radius: so that the area goes with the people at the highest risk.
        label: its name, or "" where it would cover another.
        label_x: where the label begins, has its middle, or ends, as `anchor` says.
        label_y: its baseline.
        anchor: `start`, `middle` or `end`.
    """

    document: Mapping[str, Any]
    x: float
    y: float
    radius: float
    label: str = ""
    label_x: float = 0.0
    label_y: float = 0.0
    anchor: str = "start"


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Place on the map of the adjoining states: Albers equal-area, parallels 29.5 and 45.5 north.

    >>> project(38.7, -96.6)
    (487.5, 305.0)
    """
    x, y = _raw(math.radians(longitude - _MERIDIAN), math.radians(latitude))
    middle_x, middle_y = _raw(*_ORIGIN)
    return (
        round(_CENTER[0] + _SCALE * (x - middle_x), 1),
        round(_CENTER[1] - _SCALE * (y - middle_y), 1),
    )


def _raw(angle: float, latitude: float) -> tuple[float, float]:
    distance = math.sqrt(_C - 2 * _CONE * math.sin(latitude)) / _CONE
    start = math.sqrt(_C) / _CONE
    return distance * math.sin(_CONE * angle), start - distance * math.cos(_CONE * angle)


def dots(documents: Iterable[Mapping[str, Any]], cities: Mapping[str, City]) -> list[Dot]:
    """The documents' cities that lie in the adjoining states, largest first."""
    found: list[Dot] = []
    for document in documents:
        city = cities.get(document["city"]["slug"])
        if city is None or city.latitude is None or city.longitude is None:
            continue
        x, y = project(city.latitude, city.longitude)
        if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            people = document["people_at_risk"]["rounded"]
            found.append(Dot(document, x, y, round(max(3.5, 0.36 * math.sqrt(people)), 1)))
    found.sort(key=lambda dot: (-dot.radius, dot.document["city"]["slug"]))
    return _labeled(found)


def _labeled(found: list[Dot]) -> list[Dot]:
    """Names right or left of their dots, those of large cities first, none over anything else."""
    taken: list[Box] = [
        (dot.x - dot.radius, dot.y - dot.radius, dot.x + dot.radius, dot.y + dot.radius)
        for dot in found
    ]
    labeled: list[Dot] = []
    for place, dot in enumerate(found):
        name = str(dot.document["city"]["name"])
        width = _LETTER * len(name)
        others = taken[:place] + taken[place + 1 :]
        result = dot
        for anchor, down in (
            ("start", 0.0), ("end", 0.0), ("start", -9.0), ("start", 9.0), ("end", -9.0),
            ("end", 9.0), ("middle", -dot.radius - 9), ("middle", dot.radius + 9),
        ):  # fmt: skip
            reach = dot.radius + _GAP - abs(down) / 4
            left = {"start": dot.x + reach, "end": dot.x - reach - width}.get(
                anchor, dot.x - width / 2
            )
            box = (left, dot.y + down - _LINE / 2, left + width, dot.y + down + _LINE / 2)
            inside = box[0] >= 0 and box[2] <= WIDTH
            if inside and not any(_overlap(box, other) for other in others):
                taken.append(box)
                edge = {"start": left, "end": left + width}.get(anchor, dot.x)
                result = Dot(
                    dot.document, dot.x, dot.y, dot.radius, name,
                    round(edge, 1), round(dot.y + down + 5, 1), anchor,
                )  # fmt: skip
                break
        labeled.append(result)
    return labeled


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


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
        loader=PackageLoader("cvi_analysis.batch"),
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
    annexed: bool = False,
    files: Mapping[str, Collection[str]] | None = None,
    zipped: int = 0,
    warning: str = "",
    unlisted: Collection[str] = (),
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
        annexed: `annex.html` does.
        files: names of the files of each slug.
        zipped: bytes of `workbooks.zip`; 0 where there is none.
        warning: what a reader must know first, such as that the page is partial.
        unlisted: slugs of places whose reports were asked for beside the listed cities.
    """
    people = sum(document["people_at_risk"]["rounded"] for document in documents)
    by_name = sorted(documents, key=lambda document: document["city"]["name"])
    page = (
        environment()
        .get_template("index.html.j2")
        .render(
            documents=by_name,
            staff_of=staff_of,
            size_of=_size,
            sizes=SIZES,
            states=sorted({d["city"]["state"] for d in documents if d["city"]["state"]}),
            name=name,
            title=folder_title(name, [scenario]),
            scenario=scenario,
            overrides=overrides,
            scenarios=list(scenarios),
            compared=compared,
            annexed=annexed,
            held=frozenset(name for names in (files or {}).values() for name in names),
            zipped=zipped,
            warning=warning,
            unlisted=[document for document in by_name if document["city"]["slug"] in unlisted],
            strategies=params.strategies.values(),
            map=dots(documents, params.cities),
            data=_data(documents),
            version=__version__,
            people=people,
            staff=sum(staff_of(document) for document in documents),
            total=sum(document["budget"]["total"] for document in documents),
            population=sum(document["population"]["value"] for document in documents),
        )
    )
    return stated(page).encode()


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
            "staff": staff_of(document),
            "staff_range": _ends(ranges["staff"]),
            **posts,
            "total": budget["total"],
            "total_range": _ends(ranges["total"]),
            "team": budget["frontline"] + budget["supervision_ovp"],
            "support": budget["training"] + budget["evaluation"] + budget["indirect"],
            "wraparound": budget["wraparound"],
            "per_resident": round(document["per_resident"], 2),
            "per_person": round(document["per_person"]),
        }
    text = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
    return Markup(re.sub(r"[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text))  # noqa: S704


def _ends(found: Mapping[str, Any]) -> list[int]:
    return [round(found["low"]), round(found["high"])]


def folder_title(name: str, scenarios: Iterable[Scenario]) -> str:
    """What a folder's reports are called: by its scenario, and what is changed or listed beside.

    Args:
        name: the folder's, such as `baseline-with-0123abcd-of-my-places`.
        scenarios: those that can be read.
    """
    for scenario in scenarios:
        beside = r"(-with-[0-9a-f]{8})?(?:-of-([a-z0-9-]+))?"
        if found := re.fullmatch(re.escape(scenario.name) + beside, name):
            changed, places = ", changed" if found[1] else "", found[2]
            return f"{scenario.title}{changed}" + (f", places of {places}" if places else "")
    return name


@dataclass(frozen=True, slots=True)
class Listed:
    """One scenario on the page."""

    name: str
    title: str
    reason: str
    built: bool


def write_scenarios(out: Path, scenarios: Mapping[str, Scenario]) -> None:
    """Write the page above the scenarios' folders, unless it is right as it is.

    Raises:
        OSError: it cannot be written.
        BuildError: the folder's lock cannot be.
    """
    with exclusive(out):  # two scenarios may end at the same time
        content = scenarios_html(neighbors(out), scenarios)
        if not (out / PAGE).is_file() or (out / PAGE).read_bytes() != content:
            write_file(out / PAGE, content)


def scenarios_html(
    built: tuple[str, ...],
    scenarios: Mapping[str, Scenario],
    tables: Mapping[str, str] | None = None,
) -> bytes:
    """The page: those of `params/scenarios/`, then runs with changes of their own.

    Args:
        built: names of the folders with reports beside each other.
        scenarios: every one that can be read, by name, the baseline first.
        tables: for a site's front page, the tables in each folder: their titles by file name.
    """
    listed = []
    for name, scenario in scenarios.items():
        listed.append(Listed(name, scenario.title, scenario.reason, name in built))
    for name in built:
        if name not in scenarios:
            title = folder_title(name, scenarios.values())
            changed = re.search("-with-[0-9a-f]{8}", name) and title != name
            reason = "With changes of its own, which its page lists." if changed else ""
            listed.append(Listed(name, title, reason, True))
    page = (
        environment()
        .get_template("scenarios.html.j2")
        .render(
            scenarios=listed,
            version=__version__,
            mark=Markup(mark(built)),  # noqa: S704
            tables=tables,
        )
    )
    return stated(page).encode()
