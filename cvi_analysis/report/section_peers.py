"""The city beside the other listed cities, all by one rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import dollars, number, plain, share, short_dollars
from cvi_analysis.display.place_charts import Strip, peers
from cvi_analysis.display.prose import Line, Prose, line, strong
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.report.dossier import Dossier, Peer
from cvi_analysis.report.wording import listed

NEIGHBORS = 3
"""Cities of similar size shown on each side."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of all peers and of this city.

    Attributes:
        name: what is measured.
        values: of the peers, in their order.
        own: of this city.
        show: how a value is written.
        log: whether its chart has a logarithmic scale.
    """

    name: str
    values: Sequence[float]
    own: float
    show: Callable[[float], str]
    log: bool = False


def comparison(dossier: Dossier) -> Stack:
    """Strips and tables, with the rule that makes the figures comparable."""
    measures = _measures(dossier)
    return Stack.of(
        _rule(dossier),
        _chart(dossier, measures),
        _ranks(dossier, measures),
        _similar(dossier),
    )


def _measures(dossier: Dossier) -> list[Measure]:
    every = dossier.peer_profiles
    size = len(dossier.peers)
    own = _own(dossier)

    def column(values: object) -> list[float]:
        return [float(x) for x in np.broadcast_to(np.asarray(values, dtype=float), size)]

    staff = column(every.staff)
    population = column(every.population)
    return [
        Measure(
            "People at the highest risk",
            column(every.people.estimate),
            own.people,
            number,
            log=True,
        ),
        Measure("Full-time staff", staff, own.staff, number, log=True),
        Measure("Budget a year", column(every.budget.total), own.total, short_dollars, log=True),
        Measure(
            "Staff per 10,000 residents",
            [s / p * 1e4 for s, p in zip(staff, population, strict=True)],
            own.staff / own.population * 1e4,
            partial(number, digits=2),
        ),
        Measure(
            "Budget per resident",
            column(every.per_resident),
            own.total / own.population,
            partial(dollars, digits=2),
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Figures:
    population: float
    people: float
    staff: float
    total: float


def _own(dossier: Dossier) -> _Figures:
    """This city's figures by the rule of the comparison, whether or not it is in the list."""
    index = listed(dossier)
    if index is None:
        # The peers' rule for a place outside the list: the same dossier with it as only peer.
        city = dossier.city
        alone = Peer(
            slug=city.slug,
            name=city.city,
            state=city.state,
            geoid=city.geoid,
            population=dossier.population.population,
            murder_rate=None,
        )
        fields = {name: getattr(dossier, name) for name in Dossier.model_fields}
        every = Dossier.model_construct(**{**fields, "peers": (alone,)}).peer_profiles
        index, size = 0, 1
    else:
        every, size = dossier.peer_profiles, len(dossier.peers)

    def at(values: object) -> float:
        return float(np.broadcast_to(np.asarray(values, dtype=float), size)[index])

    return _Figures(
        at(every.population), at(every.people.estimate), at(every.staff), at(every.budget.total)
    )


def _rule(dossier: Dossier) -> Prose:
    count = len(dossier.peers)
    rule = share(dossier.values["people_at_risk.share"])
    inside = listed(dossier) is not None
    text: list[str] = [
        f"All {count} cities are compared by one rule: {rule} of residents at the highest risk, "
        "the same pay, no local counts and no numbers entered by hand, and the same population "
        "dataset. So like is compared with like."
    ]
    if not inside:
        text.append(f" {dossier.city.city} is not one of the {count} and is placed beside them.")
    if dossier.profile.people.method != "residents":
        text.append(
            f" The figures for {dossier.city.city} here therefore differ from those above, which "
            "rest on another count."
        )
    parts = [line("".join(text))]
    parts.append(
        line(
            strong("What the comparison cannot say. "),
            "The rule follows the number of residents, not the amount of violence. A city with a "
            "high murder rate and one with a low rate get the same number of people per resident.",
        )
    )
    return Prose.of(*parts)


def _chart(dossier: Dossier, measures: list[Measure]) -> Chart:
    index = listed(dossier)
    strips = [
        Strip(
            item.name,
            [
                (peer.name, value)
                for position, (peer, value) in enumerate(
                    zip(dossier.peers, item.values, strict=True)
                )
                if position != index
            ],
            item.own,
            item.show,
            item.log,
        )
        for item in (measures[0], measures[1], measures[2], measures[4])
    ]
    per_resident = measures[4]
    spent = per_resident.show(per_resident.own)
    title = f"{dossier.city.city} beside other cities by one rule: {spent} for each resident"
    return peers(strips, dossier.city.city, title)


def _ranks(dossier: Dossier, measures: list[Measure]) -> Table:
    rows = [_rank_row(dossier, item) for item in measures]
    index = listed(dossier)
    rates = [
        (peer.name, peer.murder_rate) for peer in dossier.peers if peer.murder_rate is not None
    ]
    own_rate = dossier.peers[index].murder_rate if index is not None else None
    if rates:
        low = min(rates, key=lambda item: float(item[1] or 0))
        high = max(rates, key=lambda item: float(item[1] or 0))
        ordered = sorted(float(rate or 0) for _, rate in rates)
        rank = (
            f"{1 + sum(rate > own_rate for rate in ordered)} of {len(rates)}"
            if own_rate is not None
            else "not known"
        )
        rows.append(
            Row.of(
                "Murders a year per 100,000 people, 2024–2025",
                plain(own_rate, 1) if own_rate is not None else "not known",
                rank,
                f"{plain(float(low[1] or 0), 1)} ({low[0]})",
                plain(_median(ordered), 1),
                f"{plain(float(high[1] or 0), 1)} ({high[0]})",
            )
        )
    return Table(
        caption=f"{dossier.city.city} among the {len(dossier.peers)} cities, by the same rule",
        columns=(
            Column("Measure", "left", 3),
            Column(dossier.city.city),
            Column("Rank"),
            Column("Lowest", "left", 2),
            Column("Middle"),
            Column("Highest", "left", 2),
        ),
        rows=tuple(rows),
        notes=(
            line(
                "Rank 1 is the highest. Murders: Real-Time Crime Index, mean of 2024 and 2025, by "
                "police jurisdiction, which need not have the same boundary. Shown for context; "
                "it does not enter the model."
            ),
        ),
    )


def _rank_row(dossier: Dossier, item: Measure) -> Row:
    names = [peer.name for peer in dossier.peers]
    inside = listed(dossier) is not None
    values = list(item.values) if inside else [*item.values, item.own]
    everyone = names if inside else [*names, dossier.city.city]
    low, high = int(np.argmin(values)), int(np.argmax(values))
    rank = 1 + sum(value > item.own for value in values)
    return Row.of(
        item.name,
        item.show(item.own),
        f"{rank} of {len(values)}",
        f"{item.show(values[low])} ({everyone[low]})",
        item.show(_median(sorted(values))),
        f"{item.show(values[high])} ({everyone[high]})",
    )


def _median(ordered: list[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


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
    smaller = [i for i in others if dossier.peers[i].population <= own.population][-NEIGHBORS:]
    larger = [i for i in others if dossier.peers[i].population > own.population][:NEIGHBORS]
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
            dollars(float(total[index])),
            dollars(float(total[index]) / peer.population, 2),
        )

    me: tuple[str | Line, ...] = (
        line(strong(dossier.city.city)),
        number(own.population),
        number(own.people),
        number(own.staff),
        dollars(own.total),
        dollars(own.total / own.population, 2),
    )
    rows = [*(row(i) for i in smaller), Row.of(*me), *(row(i) for i in larger)]
    return Table(
        caption=f"{dossier.city.city} and the listed cities closest in size, by the same rule",
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
