"""All cities side by side: the sections that answer one question each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import (
    counted,
    dollars,
    joined,
    number,
    percent,
    plain,
    short_dollars,
    within,
)
from cvi_analysis.display.place_charts import (
    Axis,
    Mark,
    MeasureSpread,
    Points,
    Reference,
    ranked,
    round_ticks,
    scatter,
    strips,
)
from cvi_analysis.display.prose import Paragraph, Prose, line
from cvi_analysis.model.reality_checks import PER_HOMICIDE

# A circle: those pages are made of these sections.
if TYPE_CHECKING:
    from cvi_analysis.report.cities_overview import Cities

STRIPS = 7
"""Assumptions shown; the rest moves less."""

ROUND = tuple(base * 10**power for power in range(6) for base in (1, 2, 5))


def per_resident(cities: Cities) -> Stack:
    """What a resident would pay, which says little of who needs more."""
    order = sorted(cities.lines, key=lambda item: -item.result.per_resident)
    first, last = order[0], order[-1]
    show = partial(dollars, digits=2)
    chart = ranked(
        [Mark(item.name, item.result.per_resident, item.counted) for item in order],
        show,
        f"A year costs from {show(last.result.per_resident)} to "
        f"{show(first.result.per_resident)} for each resident",
        "per-resident",
    )
    by_rule = [item.result.per_resident for item in order if not item.counted]
    text = []
    if by_rule:
        text.append(
            f"Among the {counted(len(by_rule), 'city', 'cities')} whose people are a share "
            f"of residents it goes from {show(min(by_rule))} to {show(max(by_rule))}. They "
            "differ little because the rule follows the number of residents, not the amount "
            "of violence. What is left comes from the size of the program: the city’s own "
            "office weighs more in a small city, and in a large program one worker reaches "
            "more people."
        )
    others = [item.place.city.city for item in order if item.counted]
    if others and by_rule:
        text.append(f"In orange: {joined(others)}, whose people were counted another way.")
    return Stack.of(chart, Prose.of(*text))


def scale(cities: Cities) -> Stack:
    """How economies of scale act."""
    order = sorted(cities.lines, key=lambda item: item.result.people.served)
    small, large = order[0], order[-1]
    off = {
        item.name: item.case.profile({"economies_of_scale.enabled": False}) for item in cities.lines
    }
    real = [(i.name, float(i.result.people.served), float(i.result.per_person)) for i in order]
    without = [
        (i.name, float(i.result.people.served), float(off[i.name].per_person)) for i in order
    ]
    enabled = cities.panel.values["economies_of_scale.enabled"]
    series = [Points("With economies of scale" if enabled else "As planned", real)]
    if enabled:
        series.append(Points("Without them", without))
    cost = [value for points in series for _, _, value in points.places]
    people = [value for _, value, _ in real]
    title = (
        f"One person served costs {dollars(small.result.per_person)} a year in "
        f"{small.place.city.city} and {dollars(large.result.per_person)} in "
        f"{large.place.city.city}"
    )
    chart = scatter(
        series,
        Axis("People served a year (equal steps are equal ratios)", _enclosing(people), number,
             log=True),
        Axis("Dollars a year for one person served", round_ticks(min(cost), max(cost)),
             dollars),
        title,
        f"{title}. One dot a city.",
        "scale",
        named=(small.name, large.name),
    )  # fmt: skip
    saved = sum(off[i.name].budget.total - i.result.budget.total for i in cities.lines)
    touched = [i for i in cities.lines if off[i.name].budget.total != i.result.budget.total]
    text = (
        "Economies of scale are turned off here."
        if not enabled
        else f"They lower the budget of {counted(len(touched), 'city', 'cities')} by "
        f"{short_dollars(saved)} a year together, "
        f"{percent(saved / sum(i.result.budget.total + 0.0 for i in cities.lines), 1)} of all "
        "budgets. Smaller programs are not touched; what falls there is the weight of the "
        "office of violence prevention and of posts that no program can do without. How "
        "large the effect is is our assumption: the published method names it without a rule."
    )
    return Stack.of(chart, Prose.of(text))


def assumptions(cities: Cities) -> Stack:
    """Which assumption matters where."""
    swings = _swings(cities)
    most: dict[str, int] = {}
    for found in cities.effects:
        if found and found[0].swing > 0:
            most[found[0].title] = most.get(found[0].title, 0) + 1
    if not swings or not most:
        return Stack.of(Prose.of("No assumption with a range changes any budget here."))
    leader = max(most, key=lambda title: most[title])
    chart = strips(
        [MeasureSpread(title, values) for title, values in swings],
        percent,
        f"{leader} moves the budget most in {most[leader]} of {len(cities.lines)} cities",
        "assumptions",
    )
    rest = [f"{within(title)} (in {count})" for title, count in most.items() if title != leader]
    text = (
        "Each assumption alone goes from its low to its high end; the strip shows how far "
        "the city’s budget then moves, as a share of it. "
        + (f"Elsewhere another one moves it most: {joined(rest)}. " if rest else "")
        + "Where a city has a count of its own, the share of residents no longer matters and "
        "the count’s own uncertainty does."
    )
    return Stack.of(chart, Prose.of(text))


def _swings(cities: Cities) -> list[tuple[str, list[tuple[str, float]]]]:
    """Assumptions by the middle city's swing: each city's swing as a share of its total."""
    found: dict[str, list[tuple[str, float]]] = {}
    for item, moved in zip(cities.lines, cities.effects, strict=True):
        total = item.result.budget.total
        for effect in moved:
            if total:
                found.setdefault(effect.title, []).append((item.name, effect.swing / total))
    order = sorted(
        found.items(),
        key=lambda entry: (-sum(value for _, value in entry[1]), entry[0]),
    )
    return order[:STRIPS]


def homicides(cities: Cities) -> Stack:
    """How the count of people compares with homicides."""
    known = [
        (item, item.result.people.estimate / item.homicides)
        for item in cities.lines
        if item.homicides
    ]
    if not known:
        return Stack.of(Prose.of("No homicide figures are at hand."))
    known.sort(key=lambda entry: -entry[1])
    rule = cities.panel.assumptions[PER_HOMICIDE]
    low, high = float(rule.low or rule.value), float(rule.high or rule.value)
    show = partial(plain, digits=1)
    (first, most), (last, least) = known[0], known[-1]
    chart = ranked(
        [Mark(item.name, ratio, item.counted) for item, ratio in known],
        show,
        f"For each homicide a year the plan counts {show(most)} people in "
        f"{first.place.city.city} and {show(least)} in {last.place.city.city}",
        "homicides",
        reference=Reference(
            float(rule.value),
            f"local counts: {show(low)} to {show(high)}, about {show(rule.value)}",
            low,
            high,
        ),
        log=True,
    )
    above = [item.place.city.city for item, ratio in known if ratio > high]
    below = [item.place.city.city for item, ratio in known if ratio < low]
    within = len(known) - len(above) - len(below)
    missing = [item.place.city.city for item in cities.lines if not item.homicides]
    text = [
        "A share of residents is blind to violence: a safe city gets as many people for its "
        "size as a violent one. Homicides are a second way to look. Where people were "
        f"counted locally, there were {show(low)} to {show(high)} of them for each homicide "
        f"a year (the band). {_cities(within)} within it. "
        f"{_beyond('above', above[:3], len(above), 'the rule may plan for too many')} "
        f"{_beyond('below', below[:-4:-1], len(below), 'it may plan for too few')}"
        " Neither rule is right by itself; a local count is better than both.",
    ]
    note = (
        "Homicides: mean of 2024 and 2025, Real-Time Crime Index, by police jurisdiction. The "
        "local counts behind the band are older and were defined differently."
    )
    if missing:
        note += f" No figures for {joined(missing)}."
    return Stack.of(chart, Prose.of(*text, Paragraph(line(note), note=True)))


def _beyond(side: str, most: list[str], count: int, effect: str) -> str:
    """How many cities are above or below the band, and what that means where there are any."""
    told = f": there {effect}, most of all in {joined(most)}" if count else ""
    return f"{_cities(count)} {side}{told}."


def _cities(count: int) -> str:
    return "No city is" if count == 0 else "One city is" if count == 1 else f"{count} cities are"


def _enclosing(values: Iterable[float]) -> list[float]:
    """Round values, three a decade, that enclose all of `values` above zero."""
    known = [value for value in values if value > 0] or [1.0]
    low, high = min(known), max(known)
    ticks = [float(tick) for tick in ROUND]
    while ticks[0] > low:
        ticks.insert(0, ticks[0] / 10)
    while ticks[-1] < high:
        ticks.append(ticks[-1] * 10)
    start = max(index for index, tick in enumerate(ticks) if tick <= low)
    end = min(index for index, tick in enumerate(ticks) if tick >= high)
    return ticks[start : max(end, start + 1) + 1]
