"""The city beside the other listed cities, all by the same two rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import dollars, number, plain, share, short_dollars
from cvi_analysis.display.place_charts import Strip, peers
from cvi_analysis.display.prose import Line, Prose, line, strong
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.sizing_case import RULES
from cvi_analysis.report.dossier import Dossier, Peer
from cvi_analysis.report.wording import listed, outside_the_index

NEIGHBORS = 3
"""Cities of similar size shown on each side."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the peers and of this city.

    Attributes:
        name: what is measured.
        values: of the peers of which it is known, by name.
        own: of this city; None if it is not known.
        show: how a value is written.
        log: whether its chart has a logarithmic scale.
    """

    name: str
    values: Mapping[str, float]
    own: float | None
    show: Callable[[float], str]
    log: bool = False


def comparison(dossier: Dossier) -> Stack:
    """What differs between cities, as strips and in a table, and the cities of similar size."""
    measures = _measures(dossier)
    return Stack.of(
        _rule(dossier), _chart(dossier, measures), _table(dossier, measures), _similar(dossier)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A city by the rule of the comparison; None where its homicides are not known."""

    residents: float
    people: float
    staff: float
    total: float
    by_homicides: float | None
    total_by_homicides: float | None
    for_each_homicide: float | None
    murder_rate: float | None


def _places(dossier: Dossier, peers: Sequence[Peer]) -> list[_Place]:
    residents = np.array([peer.population for peer in peers], dtype=float)
    result = dossier.by_one_rule(residents)
    # Not known: every figure that stands on it is no number either.
    homicides = np.array([peer.homicides or np.nan for peer in peers], dtype=float)
    known = np.isfinite(homicides)
    other = dossier.by_one_rule(residents[known], homicides[known])

    def column(values: object, at: np.ndarray) -> list[float | None]:
        filled = np.full(len(peers), np.nan)
        filled[at] = values
        return [None if np.isnan(value) else float(value) for value in filled]

    every = np.ones(len(peers), dtype=bool)
    return [
        _Place(*figures)
        for figures in zip(
            column(residents, every),
            column(result.people.estimate, every),
            column(result.staff, every),
            column(result.budget.total, every),
            column(other.people.estimate, known),
            column(other.budget.total, known),
            column(result.budget.total / homicides, every),
            (peer.murder_rate for peer in peers),
            strict=True,
        )
    ]


def _own(dossier: Dossier) -> _Place:
    """This city by the rule of the comparison, whether or not it is in the list."""
    index = listed(dossier)
    if index is not None:
        return _places(dossier, [dossier.peers[index]])[0]
    city = dossier.city
    alone = Peer(
        slug=city.slug,
        name=city.city,
        state=city.state,
        geoid=city.geoid,
        population=dossier.population.population,
        murder_rate=None,
        homicides=None if dossier.homicides is None else dossier.homicides.value,
    )
    return _places(dossier, [alone])[0]


def _measures(dossier: Dossier) -> list[Measure]:
    own = _own(dossier)
    names = [peer.name for peer in dossier.peers]
    places = dict(zip(names, _places(dossier, dossier.peers), strict=True))

    def measure(
        name: str,
        of: Callable[[_Place], float | None],
        show: Callable[[float], str],
        *,
        log: bool = True,
    ) -> Measure:
        known = {city: value for city, item in places.items() if (value := of(item)) is not None}
        return Measure(name, known, of(own), show, log)

    return [
        measure("People, as a share of residents", lambda item: item.people, number),
        measure("People, by homicides", lambda item: item.by_homicides, number),
        measure(
            "Murders a year per 100,000 people, 2024–2025",
            lambda item: item.murder_rate,
            partial(plain, digits=1),
            log=False,
        ),
        measure(
            "Budget by residents for each homicide of a year",
            lambda item: item.for_each_homicide,
            short_dollars,
        ),
        measure("Budget a year, by residents", lambda item: item.total, short_dollars),
        measure("Budget a year, by homicides", lambda item: item.total_by_homicides, short_dollars),
    ]


def _rule(dossier: Dossier) -> Prose:
    count = len(dossier.peers)
    rule = share(dossier.values["people_at_risk.share"])
    each = plain(dossier.values["people_at_risk.people_per_homicide"], 1)
    text: list[str] = [
        f"All {count} cities are compared by the same two rules: {rule} of residents at the "
        f"highest risk, or {each} people for each homicide of a year; with the same pay, no local "
        "counts and no numbers entered by hand, and the same population dataset."
    ]
    if listed(dossier) is None:
        text.append(f" {dossier.city.city} is not one of the {count} and is placed beside them.")
    if dossier.profile.people.method not in RULES:
        text.append(
            f" The figures for {dossier.city.city} here therefore differ from those above, which "
            "rest on another count."
        )
    return Prose.of(
        line("".join(text)),
        line(
            strong("What the comparison cannot say. "),
            "Counted by residents, a city with many murders and one with few get the same people "
            "and nearly the same dollars for each resident; what is left between them comes from "
            "the size of the program. So no order by those is shown.",
        ),
    )


def _chart(dossier: Dossier, measures: list[Measure]) -> Chart:
    city = dossier.city.city
    inside = listed(dossier) is not None
    strips = [
        Strip(
            item.name,
            [(name, value) for name, value in item.values.items() if not (inside and name == city)],
            item.own,
            item.show,
            item.log,
        )
        for item in measures[:4]
        if item.own is not None
    ]
    people, by_homicides = measures[0], measures[1]
    counts = [f"{item.show(item.own)}" for item in (people, by_homicides) if item.own is not None]
    title = f"{city} beside other cities: {counts[0]} people by residents" + (
        f", {counts[1]} by homicides" if len(counts) > 1 else ""
    )
    return peers(strips, city, title)


def _table(dossier: Dossier, measures: list[Measure]) -> Table:
    def row(item: Measure) -> Row:
        values = {**item.values}
        if item.own is not None:
            values[dossier.city.city] = item.own
        low, high = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
        return Row.of(
            item.name,
            "not known" if item.own is None else item.show(item.own),
            f"{item.show(values[low])} ({low})",
            item.show(median(values.values())),
            f"{item.show(values[high])} ({high})",
        )

    return Table(
        caption=f"{dossier.city.city} among the {len(dossier.peers)} cities, by the same rules",
        columns=(
            Column("Measure", "left", 3),
            Column(dossier.city.city),
            Column("Lowest", "left", 2),
            Column("Middle"),
            Column("Highest", "left", 2),
        ),
        rows=tuple(row(item) for item in measures if item.values),
        notes=(
            line(
                "Murders: Real-Time Crime Index, mean of 2024 and 2025, by police jurisdiction, "
                "which need not have the same boundary."
                f"{outside_the_index(peer.name for peer in dossier.peers if peer.divided)} "
                "Homicides: the mean of the two years, from the sources that each city’s own "
                "report names."
            ),
        ),
    )


def _similar(dossier: Dossier) -> Table | None:
    """The cities next in size on either side."""
    every, own = dossier.peer_profiles, _own(dossier)
    own_index = listed(dossier)
    others = sorted(
        (index for index in range(len(dossier.peers)) if index != own_index),
        key=lambda index: dossier.peers[index].population,
    )
    if not others:
        return None
    smaller = [i for i in others if dossier.peers[i].population <= own.residents][-NEIGHBORS:]
    larger = [i for i in others if dossier.peers[i].population > own.residents][:NEIGHBORS]
    people = np.broadcast_to(np.asarray(every.people.rounded), len(dossier.peers))
    staff = np.broadcast_to(np.asarray(every.staff), len(dossier.peers))
    total = np.broadcast_to(np.asarray(every.budget.total), len(dossier.peers))

    def row(index: int) -> Row:
        peer = dossier.peers[index]
        return Row.of(
            f"{peer.name}, {peer.state}",
            number(peer.population),
            number(float(people[index])),
            number(float(staff[index])),
            short_dollars(float(total[index])),
            dollars(float(total[index]) / peer.population, 2),
        )

    me: tuple[str | Line, ...] = (
        line(strong(dossier.city.city)),
        number(own.residents),
        number(own.people),
        number(own.staff),
        short_dollars(own.total),
        dollars(own.total / own.residents, 2),
    )
    rows = [*(row(i) for i in smaller), Row.of(*me), *(row(i) for i in larger)]
    return Table(
        caption=f"{dossier.city.city} and the listed cities closest in size, by residents",
        columns=(
            Column("City", "left", 2),
            Column("Residents"),
            Column("People"),
            Column("Staff"),
            Column("Budget a year"),
            Column("Per resident"),
        ),
        rows=tuple(rows),
    )
