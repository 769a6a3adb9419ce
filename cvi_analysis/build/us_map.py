"""Where cities lie on the map of the index, and which of their names fit on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cvi_analysis.params.cities import City

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
