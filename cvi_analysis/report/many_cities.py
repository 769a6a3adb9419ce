"""What the notebooks on many cities import, and the sections on two scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cvi_analysis.display.blocks import Headline, HeadlineFigure, Stack
from cvi_analysis.display.formats import (
    MINUS,
    assumption_values,
    at_the_head,
    counted,
    dollars,
    joined,
    number,
    percent,
    short_dollars,
    told_apart,
)
from cvi_analysis.display.place_charts import Mark, Reference, ranked
from cvi_analysis.display.prose import Paragraph, Prose, code, line, shown, strong
from cvi_analysis.display.tables import Column, Row, Sortable, Table
from cvi_analysis.report.annex import Annex
from cvi_analysis.report.cities_overview import Cities
from cvi_analysis.report.city_report import Overrides
from cvi_analysis.report.handover import open_annex_inputs, open_panels
from cvi_analysis.report.scenario_change import Comparison, compare
from cvi_analysis.report.wording import city_by_city

COLUMNS = 4
"""Up to this many assumptions have a column of their own in the table of cities."""


class Difference:
    """What changes from one scenario to another.

    Attributes:
        comparison: every city's figures under both, and the change by assumption.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def __repr__(self) -> str:
        return f"<Difference: {self.comparison.name}>"

    def at_a_glance(self) -> Stack:
        """All cities together, and what the two scenarios are."""
        found = self.comparison
        before, after = found.before, found.after
        names = [city.before.city.city for city in found.changed[:3]]
        figures = (
            ("People at the highest risk", before.people, after.people, (number,)),
            ("Full-time staff", before.staff, after.staff, (number,)),
            ("Budget a year", before.total, after.total, (short_dollars, dollars)),
        )
        if not found.changed:
            effect = line("Every figure of every city is the same under both.")
        else:
            effect = line(
                f"Of {counted(len(found.cities), 'city', 'cities')}, {len(found.changed)} change. "
                f"The largest change of the budget is in {joined(names)}."
            )
        return Stack.of(
            Prose.of(
                *(
                    line(
                        strong(f"{_named(found, which)}. "),
                        note.reason,
                        f" {city_by_city(note)}" if note.by_city else "",
                    )
                    for which, note in enumerate((found.first, found.second))
                ),
            ),
            Headline(
                tuple(
                    HeadlineFigure(
                        question,
                        line(shown(_signed(new - old, ways[0]), "", new - old)),
                        "{1} instead of {0}".format(*told_apart(old, new, *ways))
                        if new != old
                        else f"{ways[0](new)} under both",
                        line(_part(old, new)),
                    )
                    for question, old, new, ways in figures
                )
            ),
            Prose.of(effect),
        )

    def assumptions(self) -> Stack:
        """What differs, and what each of it does to all cities together."""
        found = self.comparison
        if not found.differs and not found.keys:
            return Stack.of(Prose.of("No assumption differs."))
        differs = Table(
            caption="The assumptions that differ",
            columns=(
                Column("Assumption", "left", 3),
                Column(found.first.title),
                Column(found.second.title),
            ),
            rows=tuple(
                Row.of(
                    line(item.title, " ", code(item.name)),
                    *assumption_values(item.baseline, item.value, item.unit),
                )
                for item in found.differs
            ),
        )
        return Stack.of(differs if found.differs else None, self._parts())

    def _parts(self) -> Table | None:
        found = self.comparison
        if not found.keys:
            return None
        order = sorted(found.keys, key=lambda key: -abs(found.together(key).total))
        rows = []
        for key in order:
            part = found.together(key)
            rows.append(
                Row.of(
                    found.keys[key],
                    _signed(part.people, number),
                    _signed(part.staff, number),
                    _signed(part.total, dollars),
                )
            )
        whole = found.after - found.before
        rows.append(
            Row.of(
                "All together",
                _signed(whole.people, number),
                _signed(whole.staff, number),
                _signed(whole.total, dollars),
                kind="total",
            )
        )
        return Table(
            caption="What each of them changes, all cities together",
            columns=(
                Column("Assumptions" if found.grouped else "Assumption", "left", 3),
                Column("People"),
                Column("Staff"),
                Column("Dollars a year"),
            ),
            rows=tuple(rows),
            notes=(
                line(
                    "The parts add up to the whole, in every city. Where assumptions work on each "
                    "other, each gets its effect averaged over all orders in which they could "
                    "change (Shapley values)."
                ),
            ),
        )

    def cities(self) -> Stack:
        """Every city, the most affected first."""
        found = self.comparison
        if not found.changed:
            return Stack.of(Prose.of("No city changes."))
        split = self._split()
        return Stack.of(
            self._chart(),
            Sortable(self._table()),
            Sortable(split) if isinstance(split, Table) else split,
        )

    def _chart(self) -> Any:
        found = self.comparison
        order = sorted(found.cities, key=lambda city: (-abs(city.relative), city.name))
        largest = order[0]
        return ranked(
            [Mark(city.name, city.relative) for city in order],
            lambda x: _signed(x, lambda size: percent(size, 1)),
            f"In relation to its budget {largest.before.city.city} changes most: "
            f"{_signed(largest.relative, lambda size: percent(size, 1))}",
            "change",
            reference=Reference(0.0, f"as under “{found.first.title}”"),
        )

    def _table(self) -> Table:
        return Table(
            caption="Every city under the second scenario, and the change from the first",
            columns=(
                Column("City", "left"),
                Column("Budget a year"),
                Column("Change"),
                Column("Percent"),
                Column("Staff"),
                Column("Change"),
                Column("People"),
                Column("Change"),
            ),
            rows=tuple(
                Row.of(
                    city.name,
                    dollars(city.result.after.total),
                    _signed(city.result.change.total, dollars),
                    _signed(city.relative, lambda size: percent(size, 1)),
                    number(city.result.after.staff),
                    _signed(city.result.change.staff, number),
                    number(city.result.after.people),
                    _signed(city.result.change.people, number),
                )
                for city in self.comparison.cities
            ),
            notes=(line("People: at the highest risk. The largest change of the budget first."),),
            small=True,
        )

    def _split(self) -> Table | Prose | None:
        """The change of every city's budget by assumption, where there are several."""
        found = self.comparison
        if len(found.keys) < 2:
            return None
        if len(found.keys) > COLUMNS:
            return Prose.of(
                "The CSV file beside this page splits every city’s change by assumption."
            )
        return Table(
            caption="The change of the budget by assumption, dollars a year",
            columns=(
                Column("City", "left"),
                Column("Change"),
                *(Column(_short(title)) for title in found.keys.values()),
            ),
            rows=tuple(
                Row.of(
                    city.name,
                    _signed(city.result.change.total, dollars),
                    *(_signed(found.part(city, key).total, dollars) for key in found.keys),
                )
                for city in found.cities
            ),
            small=True,
        )

    def about(self) -> Stack:
        """How to read it."""
        return Stack.of(
            Prose.of(
                "Each city’s figures are those of its own report under the scenario; “change” is "
                "the second scenario less the first. The CSV file beside this page holds them all, "
                "with every city’s change by assumption.",
                Paragraph(
                    line(
                        "Independent work: the public method of the CVI Ecosystem profiles by the "
                        "Coalition to Advance Public Safety (CAPS), not affiliated with it. "
                        "Population figures are those of the U.S. Census Bureau, which has not "
                        "endorsed or certified this product."
                    ),
                    note=True,
                ),
            )
        )


def _named(found: Comparison, which: int) -> str:
    note = (found.first, found.second)[which]
    return f"{'From' if which == 0 else 'To'} {note.title} ({note.name})"


def _signed(x: float, show: Any) -> str:
    text: str = show(abs(x))
    if not any(digit in "123456789" for digit in text):
        return text
    return f"{'+' if x > 0 else MINUS}{text}"


def _part(old: float, new: float) -> str:
    if not old or new == old:
        return ""
    text = _signed((new - old) / old, lambda size: percent(size, 1))
    return "under 0.1%" if text == "0.0%" else text


def _short(title: str) -> str:
    return at_the_head(title.removeprefix("Wage of "))


def open_cities(
    scenario: str = "baseline",
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Cities:
    """All listed cities under a scenario.

    Args:
        scenario: name of a file in `params/scenarios/`.
        overrides: an `Overrides`, or a mapping by dotted name.
        more: further mappings; a later one wins.

    Raises:
        InputError: a name or a value is wrong.
    """
    given = _merged(overrides, *more)
    return Cities(open_panels([(scenario, given)])[0])


def open_annex(
    scenario: str = "baseline",
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Annex:
    """What is the same for every city under a scenario.

    Args:
        scenario: name of a file in `params/scenarios/`.
        overrides: an `Overrides`, or a mapping by dotted name.
        more: further mappings; a later one wins.

    Raises:
        InputError: a name or a value is wrong.
    """
    return Annex(open_annex_inputs(scenario, _merged(overrides, *more)))


def open_difference(
    first: str,
    second: str,
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Difference:
    """What changes from the scenario `first` to `second`; overrides change the second only.

    Raises:
        InputError: a name or a value is wrong.
    """
    given = _merged(overrides, *more)
    return Difference(compare(*open_panels([(first, {}), (second, given)])))


def _merged(*sources: Overrides | Mapping[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, Overrides):
            found.update(source.collected())
        elif source:
            found.update(source)
    return found
