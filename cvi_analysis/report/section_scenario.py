"""What sets a report apart from the baseline: the scenario's box, and what it changes."""

from __future__ import annotations

from typing import Any

from cvi_analysis.display.blocks import Callout
from cvi_analysis.display.formats import (
    assumption_values,
    change,
    counted,
    dollars,
    joined,
    number,
    percent,
    short_dollars,
    told_apart,
    within,
)
from cvi_analysis.display.prose import Line, Prose, code, line, link, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.profile import Profile, profile
from cvi_analysis.model.sizing_case import METHOD, RULES
from cvi_analysis.report.dossier import Change, Dossier
from cvi_analysis.report.wording import METHOD_WORDS

NAMED = 4
"""Up to this many assumptions that a scenario changes are named in the box itself."""
SCALE = "economies_of_scale."
"""How the names of the gains of larger programs and their limits begin."""


def baseline_profile(dossier: Dossier) -> Profile | None:
    """This city's profile with every changed assumption set back.

    None if the baseline's population figure is not in the dossier's series.
    """
    values: dict[str, Any] = {
        **dossier.values,
        **{item.name: item.baseline for item in dossier.scenario.changes},
    }
    wanted = (values["population.dataset"], values["population.year"])
    row = dossier.population
    if (row.dataset, row.year) != wanted:
        held = [item for item in dossier.series if (item.dataset, item.year) == wanted]
        if not held:
            return None
        row = held[0]
    return profile(
        values,
        row.population,
        known=dossier.case.known,
    )


def scenario_box(dossier: Dossier) -> Callout | None:
    """The box at the top of every report but the baseline's; None for the baseline itself."""
    note = dossier.scenario
    if note.name == "baseline" and not note.changes:
        return None
    lines = [line(note.reason), *_differs(dossier)]
    own = sum(item.own for item in note.changes)
    if own:
        lines.append(
            line(
                strong(f"Set for {dossier.city.city} alone: "),
                f"{counted(own, 'value')} of these; the table below says where "
                f"{'it comes' if own == 1 else 'they come'} from.",
            )
        )
    before = baseline_profile(dossier)
    if before is not None and note.changes:
        lines.append(
            line(
                strong(f"What it does to {dossier.city.city}: "),
                _headline(before, dossier.profile),
            )
        )
    return Callout(f"Scenario: {note.title}", (Prose.of(*lines),), "scenario")


def _differs(dossier: Dossier) -> list[Line]:
    """What differs from the baseline: first what the scenario changes, then what the reader did."""
    note = dossier.scenario
    scenarios = [item for item in note.changes if not item.entered]
    entered = [item for item in note.changes if item.entered]
    said = []
    if scenarios:
        told = f"{len(scenarios)} assumptions, listed below"
        if len(scenarios) <= NAMED:
            told = "; ".join(_values(item) for item in scenarios)
        said.append(line(strong("What differs from the baseline: "), f"{told}."))
    elif not entered:
        said.append(line("No assumption differs from the baseline here."))
    if entered:
        each = [part for item in entered for part in ("; ", f"{_values(item)} ", code(item.name))]
        said.append(line(strong("Changes of your own: "), *each[1:], "."))
    return said + [idle for name in note.overrides if (idle := not_in_force(dossier, name))]


def _values(item: Change) -> str:
    """An assumption that differs, with its value in the baseline and here."""
    before, here = assumption_values(item.baseline, item.value, item.unit)
    return f"{within(item.title)} ({before} before, {here} here)"


def not_in_force(dossier: Dossier, name: str) -> Line | None:
    """Which rule is in force where an assumption's own is not, and how to switch; else None.

    Args:
        dossier: the city's resolved inputs.
        name: dotted name of an assumption.
    """
    values, method = dossier.values, dossier.case.method
    role = name.removeprefix("roles.").removesuffix(".caseload")
    of_method = {rule: way for way, rule in RULES.items()}
    by_hand = method == "entered" and name in (METHOD, *of_method)
    instead: str | None = None
    switch: str = ""
    if by_hand:
        instead, switch = "people are a number entered by hand", "people_at_risk=null"
    elif name in of_method and of_method[name] != method:
        instead = f"people are counted by {METHOD_WORDS[method]}"
        switch = f"{METHOD}={of_method[name]}"
    elif name.startswith(SCALE) and name != f"{SCALE}enabled" and not values[f"{SCALE}enabled"]:
        instead, switch = "economies of scale are turned off", f"{SCALE}enabled=true"
    elif name == f"roles.{role}.caseload" and values.get(f"roles.{role}.count") is not None:
        instead, switch = "the number of these staff is entered by hand", f"roles.{role}.count=null"
    if instead is None:
        return None
    title = dossier.assumptions[name].title
    return line(
        strong("Not in force: "),
        f"{within(title)} does not set the people, staff and budget of this report, "
        f"because {instead}. To use it, add ",
        code(f"-P {switch}"),
        ".",
    )


def _headline(before: Profile, after: Profile) -> Line:
    """Money, staff and people: first what differs, then what does not."""
    old, new = int(before.budget.total), int(after.budget.total)
    differ: list[Line] = []
    same: list[str] = []
    if old != new:
        was, now = told_apart(old, new, short_dollars, dollars)
        rough = short_dollars(old) != short_dollars(new)
        effect = _difference(old, new, short_dollars if rough else dollars)
        differ.append(line(f"{now} a year instead of {was} (", effect, ")"))
    else:
        same.append(f"{short_dollars(new)} a year")
    for first, second, what in (
        (before.staff, after.staff, "staff"),
        (before.people.rounded, after.people.rounded, "people at the highest risk"),
    ):
        if first != second:
            differ.append(line(f"{number(second)} {what} instead of {number(first)}"))
        else:
            same.append(f"{number(second)} {what}")
    told = [part for item in differ for part in (", ", item)][1:]
    if same:
        told += ["; "] * bool(differ) + [f"{joined(same)} as in the baseline"]
    return line(*told, ".")


def differences(dossier: Dossier) -> Table | None:
    """Every changed assumption; None where nothing differs from the baseline."""
    if not dossier.scenario.changes:
        return None
    told = bool(dossier.scenario.by_city)
    columns = (Column("Assumption", "left", 2), Column("Baseline"), Column("Here"))
    return Table(
        caption="What differs from the baseline",
        columns=(*columns, Column("Set by", "left", 5)) if told else columns,
        rows=tuple(
            Row.of(
                item.title,
                *assumption_values(item.baseline, item.value, item.unit),
                *((_set_by(item, dossier.city.city),) if told else ()),
            )
            for item in dossier.scenario.changes
        ),
        small=True,
    )


def _set_by(item: Change, city: str) -> Line:
    """Who set a value that differs: the scenario for this city or for all, or the reader."""
    if item.entered:
        return line("you, for this report")
    if not item.own:
        return line("the scenario, for every city")
    head = f"the scenario, for {city} alone"
    if not item.source:
        return line(head)
    return line(f"{head}: ", link(item.source, item.source_url) if item.source_url else item.source)


def _difference(old: float, new: float, show: Any) -> Line:
    """The change with its sign and in percent, of figures that are shown as `show` gives them."""
    if show(new) == show(old):
        return line("no change")
    size = show(abs(new - old))
    text = change(new - old, show(1) if size in ("0", "$0") else size)
    if old:
        part = percent(abs(new - old) / old, 1)
        text += f", {change(new - old, part) if part != '0.0%' else 'under 0.1%'}"
    return line(strong(text))
