"""All cities side by side: the sections of `notebooks/comparison.ipynb`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import median

from cvi_analysis.analysis.estimates import PER_HOMICIDE, homicides_a_year
from cvi_analysis.blocks import (
    Callout,
    Column,
    Figure,
    Headline,
    Paragraph,
    Prose,
    Row,
    Stack,
    Table,
    code,
    line,
    shown,
)
from cvi_analysis.blocks.format import (
    assumption_value,
    counted,
    dollars,
    joined,
    number,
    percent,
    plain,
    share,
    short_dollars,
    span,
)
from cvi_analysis.charts.ranked import Mark, Reference, ranked
from cvi_analysis.charts.scatter import Axis, Points, round_ticks, scatter
from cvi_analysis.charts.strips import Spread, strips
from cvi_analysis.compare.panel import Panel, Place
from cvi_analysis.compare.sortable import Sortable
from cvi_analysis.model import Profile
from cvi_analysis.sections.datasets import dataset_name
from cvi_analysis.uncertainty import Case, Effect, Intervals, effects, intervals

STRIPS = 7
"""Assumptions shown; the rest moves less."""

ROUND = tuple(base * 10**power for power in range(6) for base in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Line:
    """One city with its figures."""

    place: Place
    case: Case
    result: Profile
    range: Intervals

    @property
    def name(self) -> str:
        """`Norfolk, VA`."""
        return self.place.city.name

    @property
    def counted(self) -> bool:
        """Its people come from another source than the share of residents."""
        return self.result.people.method != "population_share"

    @property
    def homicides(self) -> float | None:
        """Homicides a year; None where unknown."""
        city = self.place.city
        return homicides_a_year(city.murders_2024, city.murders_2025)


class Cities:
    """All cities side by side.

    Attributes:
        panel: every city's resolved inputs.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def __repr__(self) -> str:
        return f"<Cities: {len(self.lines)}; scenario {self.panel.scenario.name}>"

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every city's figures, in the order of `params/cities.csv`."""
        cases = list(self.panel.cases.values())
        return tuple(
            Line(place, case, case.profile(), found)
            for place, case, found in zip(self.panel.places, cases, intervals(cases), strict=True)
        )

    @cached_property
    def effects(self) -> tuple[tuple[Effect, ...], ...]:
        """What each assumption alone does to each city's total."""
        return tuple(effects(line.case) for line in self.lines)

    def at_a_glance(self) -> Stack:
        """The scenario, and all cities together."""
        people = sum(item.result.people.rounded for item in self.lines)
        staff = sum(item.result.staff for item in self.lines)
        total = sum(item.result.budget.total for item in self.lines)
        figures = (
            ("People at the highest risk", number(people), "people", people),
            ("Staff in all cities", number(staff), "full-time posts", staff),
            ("Money in all cities", short_dollars(total), "a year", total),
        )
        population = self.lines[0].place.population
        return Stack.of(
            self._box(),
            Headline(
                tuple(
                    Figure(question, shown(text, "", value), unit, line())
                    for question, text, unit, value in figures
                )
            ),
            Prose.of(
                line(
                    f"{counted(len(self.lines), 'city', 'cities')}, residents from the "
                    f"{dataset_name(population.dataset)}. Each city is shown as in its own "
                    f"report: {self._by_count()}."
                )
            ),
        )

    def _by_count(self) -> str:
        rule = f"{share(self.panel.values['people_at_risk.share'])} of residents"
        others = [item.place.city.city for item in self.lines if item.counted]
        if not others:
            return f"everywhere {rule} are taken to be at the highest risk"
        if len(others) == len(self.lines):
            return "everywhere by a count of its own"
        return f"{rule} are taken to be at the highest risk, in {joined(others)} another count"

    def _box(self) -> Callout | None:
        note = self.panel.scenario
        if note.name == "baseline" and not note.changes:
            return None
        changes = [
            f"{item.title}: {assumption_value(item.value, item.unit)} instead of "
            f"{assumption_value(item.baseline, item.unit)}"
            for item in note.changes
        ]
        told = f"{'; '.join(changes)}." if changes else "No assumption differs from the baseline."
        return Callout(f"Scenario: {note.title}", (Prose.of(note.reason, told),), "scenario")

    def table(self) -> Stack:
        """Every city's figures in a table that can be sorted."""
        rows = [
            Row.of(
                item.name,
                number(item.result.population),
                f"{number(item.result.people.rounded)}{'*' if item.counted else ''}",
                number(item.result.staff),
                dollars(item.result.budget.total),
                dollars(item.result.per_resident, 2),
                dollars(item.result.per_person),
                _rate(item),
            )
            for item in self.lines
        ]
        note = (
            "People: at the highest risk. Per person: of those served. Murder rate: a year, per "
            "100,000 people, mean of 2024 and 2025, Real-Time Crime Index, by police jurisdiction, "
            "which need not be the city’s boundary."
        )
        if any(item.counted for item in self.lines):
            note = f"* A count, not the share of residents. {note}"
        table = Table(
            caption="All cities",
            columns=(
                Column("City", "left"),
                Column("Residents"),
                Column("People"),
                Column("Staff"),
                Column("Budget a year"),
                Column("Per resident"),
                Column("Per person"),
                Column("Murder rate"),
            ),
            rows=tuple(rows),
            notes=(line(note),),
            small=True,
        )
        return Stack.of(Sortable(table))

    def per_resident(self) -> Stack:
        """Who needs most per resident."""
        order = sorted(self.lines, key=lambda item: -item.result.per_resident)
        first, last = order[0], order[-1]
        show = partial(dollars, digits=2)
        chart = ranked(
            [Mark(item.name, item.result.per_resident, item.counted) for item in order],
            show,
            f"{first.place.city.city} needs most per resident, {show(first.result.per_resident)} "
            f"a year; {last.place.city.city} least, {show(last.result.per_resident)}",
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

    def scale(self) -> Stack:
        """How economies of scale act."""
        order = sorted(self.lines, key=lambda item: item.result.people.target)
        small, large = order[0], order[-1]
        off = {
            item.name: item.case.profile({"economies_of_scale.enabled": False})
            for item in self.lines
        }
        real = [(i.name, float(i.result.people.target), float(i.result.per_person)) for i in order]
        without = [
            (i.name, float(i.result.people.target), float(off[i.name].per_person)) for i in order
        ]
        enabled = self.panel.values["economies_of_scale.enabled"]
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
        saved = sum(off[i.name].budget.total - i.result.budget.total for i in self.lines)
        touched = [i for i in self.lines if off[i.name].budget.total != i.result.budget.total]
        text = (
            "Economies of scale are turned off here."
            if not enabled
            else f"They lower the budget of {counted(len(touched), 'city', 'cities')} by "
            f"{short_dollars(saved)} a year together, "
            f"{percent(saved / sum(i.result.budget.total + 0.0 for i in self.lines), 1)} of all "
            "budgets. Smaller programs are not touched; what falls there is the weight of the "
            "office of violence prevention and of posts that no program can do without. How "
            "large the effect is is our assumption: the published method names it without a rule."
        )
        return Stack.of(chart, Prose.of(text))

    def assumptions(self) -> Stack:
        """Which assumption matters where."""
        swings = self._swings()
        most: dict[str, int] = {}
        for found in self.effects:
            if found and found[0].swing > 0:
                most[found[0].title] = most.get(found[0].title, 0) + 1
        if not swings or not most:
            return Stack.of(Prose.of("No assumption with a range changes any budget here."))
        leader = max(most, key=lambda title: most[title])
        chart = strips(
            [Spread(title, values) for title, values in swings],
            percent,
            f"{leader} moves the budget most in {most[leader]} of {len(self.lines)} cities",
            "assumptions",
        )
        rest = [
            f"{title[0].lower()}{title[1:]} (in {count})"
            for title, count in most.items()
            if title != leader
        ]
        text = (
            "Each assumption alone goes from its low to its high end; the strip shows how far "
            "the city’s budget then moves, as a share of it. "
            + (f"Elsewhere it is {joined(rest)}. " if rest else "")
            + "Where a city has a count of its own, the share of residents no longer matters and "
            "the count’s own uncertainty does."
        )
        return Stack.of(chart, Prose.of(text))

    def _swings(self) -> list[tuple[str, list[tuple[str, float]]]]:
        """Assumptions by the middle city's swing: each city's swing as a share of its total."""
        found: dict[str, list[tuple[str, float]]] = {}
        for item, moved in zip(self.lines, self.effects, strict=True):
            total = item.result.budget.total
            for effect in moved:
                if total:
                    found.setdefault(effect.title, []).append((item.name, effect.swing / total))
        order = sorted(
            found.items(),
            key=lambda entry: (-sum(value for _, value in entry[1]), entry[0]),
        )
        return order[:STRIPS]

    def homicides(self) -> Stack:
        """How the count of people compares with homicides."""
        known = [
            (item, item.result.people.estimate / item.homicides)
            for item in self.lines
            if item.homicides
        ]
        if not known:
            return Stack.of(Prose.of("No homicide figures are at hand."))
        known.sort(key=lambda entry: -entry[1])
        rule = self.panel.assumptions[PER_HOMICIDE]
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
        missing = [item.place.city.city for item in self.lines if not item.homicides]
        text = [
            "A share of residents is blind to violence: a safe city gets as many people for its "
            "size as a violent one. Homicides are a second way to look. Where people were "
            f"counted locally, there were {show(low)} to {show(high)} of them for each homicide "
            f"a year (the band). {_cities(within)} within it. {_cities(len(above))} above: there "
            "the rule may plan for too many"
            + (f", most of all in {joined(above[:3])}" if above else "")
            + f". {_cities(len(below))} below: there it may plan for too few"
            + (f", most of all in {joined(below[:-4:-1])}" if below else "")
            + ". Neither rule is right by itself; a local count is better than both.",
        ]
        note = (
            "Homicides: mean of 2024 and 2025, Real-Time Crime Index, by police jurisdiction. The "
            "local counts behind the band are older and were defined differently."
        )
        if missing:
            note += f" No figures for {joined(missing)}."
        return Stack.of(chart, Prose.of(*text, Paragraph(line(note), note=True)))

    def ranges(self) -> Stack:
        """How sure the totals are."""
        wide = [
            (item.range.total.low / item.range.total.central,
             item.range.total.high / item.range.total.central)
            for item in self.lines
            if item.range.total.central
        ]  # fmt: skip
        if not wide:
            return Stack(())
        low, high = median(low for low, _ in wide), median(high for _, high in wide)
        return Stack.of(
            Prose.of(
                "No figure here is exact. When all assumptions move within their ranges, nine in "
                f"ten results for a city lie {span(percent(low), percent(high))} of the budget "
                "shown (the middle city; each city’s own report has its range). All cities share "
                "most assumptions, so their order is surer than their height."
            )
        )

    def register(self) -> Stack:
        """The assumptions that differ from the baseline, if any, and where all of them are."""
        note = self.panel.scenario
        blocks: list[Table | Prose] = []
        if note.changes:
            blocks.append(
                Table(
                    caption="What differs from the baseline",
                    columns=(Column("Assumption", "left", 3), Column("Baseline"), Column("Here")),
                    rows=tuple(
                        Row.of(
                            line(item.title, " ", code(item.name)),
                            assumption_value(item.baseline, item.unit),
                            assumption_value(item.value, item.unit),
                        )
                        for item in note.changes
                    ),
                    small=True,
                )
            )
        blocks.append(
            Prose.of(
                f"All {len(self.panel.assumptions)} assumptions, with their ranges and sources, "
                "stand in every city’s report.",
                "Independent work: the public method of the CVI Ecosystem profiles by the "
                "Coalition to Advance Public Safety (CAPS), not affiliated with it. This product "
                "uses the Census Bureau Data API but is not endorsed or certified by the Census "
                "Bureau.",
            )
        )
        return Stack.of(*blocks)


def _rate(item: Line) -> str:
    rate = item.place.city.murder_rate_2024_25
    return "not known" if rate is None else number(rate, 1)


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
