"""What moved between two editions: each city's change, split by the kind of input behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cvi_analysis.display.formats import change, dollars, number
from cvi_analysis.model.decomposition import Worth, group_of, split
from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.profile import profile
from cvi_analysis.model.sizing_case import Case, HeadlineFigures

INPUTS = {
    "census": "Census",
    "shootings": "Shootings",
    "pay": "Pay",
    "assumptions": "Assumptions",
}
"""The kinds of inputs: residents; homicides; wages and benefits; all else in `params/`."""

KINDS = {**INPUTS, "model": "Model"}
"""Every part of a change, in the order in which it is shown."""

_PAY = ("wages", "benefits")


@dataclass(frozen=True, slots=True)
class EditionCity:
    """A city in an edition.

    Attributes:
        name: as a reader sees it.
        figures: what the edition says of it.
        case: what the model was given.
    """

    name: str
    figures: HeadlineFigures
    case: Case


@dataclass(frozen=True, slots=True)
class EditionChange:
    """What moved of a city, or of several together.

    Attributes:
        name: as a reader sees it.
        before: figures of the first edition.
        after: figures of the second.
        parts: the contributions by the keys of `KINDS`; they add up to `change` exactly.
    """

    name: str
    before: HeadlineFigures
    after: HeadlineFigures
    parts: Mapping[str, HeadlineFigures]

    @property
    def change(self) -> HeadlineFigures:
        """Second edition less first."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class EditionComparison:
    """Two editions.

    Attributes:
        first: name of the one compared with.
        second: name of the one compared.
        moved: the cities with another figure, the largest change of the budget first.
        together: all cities that are in both.
        same: how many of them have the same figures.
        new: names of the cities in the second alone.
        gone: names of those in the first alone.
    """

    first: str
    second: str
    moved: tuple[EditionChange, ...]
    together: EditionChange
    same: int
    new: tuple[str, ...]
    gone: tuple[str, ...]


def compare_editions(
    first: str,
    second: str,
    before: Mapping[str, EditionCity],
    after: Mapping[str, EditionCity],
    today: Mapping[str, Any],
) -> EditionComparison:
    """Every city that is in both, its change split.

    Args:
        first: name of the edition compared with.
        second: name of the edition compared.
        before: the cities of the first by slug.
        after: those of the second.
        today: values of all assumptions that today's model reads, for those that neither has.
    """
    changes = {
        slug: city_change(city, after[slug], today)
        for slug, city in before.items()
        if slug in after
    }
    moved = [one for one in changes.values() if one.before != one.after]
    return EditionComparison(
        first=first,
        second=second,
        moved=tuple(sorted(moved, key=lambda one: (-abs(one.change.total), one.name))),
        together=EditionChange(
            "All cities",
            HeadlineFigures.together(one.before for one in changes.values()),
            HeadlineFigures.together(one.after for one in changes.values()),
            {
                kind: HeadlineFigures.together(one.parts[kind] for one in changes.values())
                for kind in KINDS
            },
        ),
        same=len(changes) - len(moved),
        new=tuple(city.name for slug, city in after.items() if slug not in before),
        gone=tuple(city.name for slug, city in before.items() if slug not in after),
    )


def city_change(before: EditionCity, after: EditionCity, today: Mapping[str, Any]) -> EditionChange:
    """One city's change, split.

    The four kinds of inputs get their Shapley values, computed with the model as it is now: the
    effect of each, averaged over all orders in which the four could change. What the editions say
    beyond that is the model's: an edition was made by the code of its time, and where that gave
    from the same inputs another figure than today's code, the code has changed.

    An assumption that one edition does not have takes the other's value, or today's if both lack
    it, so that what it brought counts as the model's.
    """
    worth = _worth(before.case, after.case, today)
    shares = dict(zip(INPUTS, split(len(INPUTS), worth), strict=True))
    total = after.figures - before.figures
    return EditionChange(
        after.name,
        before.figures,
        after.figures,
        {**shares, "model": total - HeadlineFigures.together(shares.values())},
    )


def kind_of(name: str) -> str:
    """The kind of input that an assumption is, a key of `INPUTS`."""
    return "pay" if group_of(name) in _PAY else "assumptions"


def _worth(before: Case, after: Case, today: Mapping[str, Any]) -> Worth:
    """The figures when these kinds of inputs, by their place in `INPUTS`, have changed."""
    first = {**today, **after.values, **before.values}
    second = {**today, **before.values, **after.values}
    kinds = list(INPUTS)

    @cache
    def worth(changed: frozenset[int]) -> tuple[int, int, int]:
        new = {kinds[i] for i in changed}
        values = {name: (second if kind_of(name) in new else first)[name] for name in first}
        result = HeadlineFigures.of(
            profile(
                values,
                (after if "census" in new else before).population,
                known=_known(before.known, after.known, new),
            )
        )
        return result.people, result.staff, result.total

    return worth


def _known(before: KnownCounts, after: KnownCounts, new: set[str]) -> KnownCounts:
    """What is known of a city: its own count goes with the assumptions, homicides by themselves.

    Where one edition holds no homicides, the other's stand for both: there is no figure that
    could have moved, and the method that asks for them is an assumption.
    """
    held = [known.homicides for known in (before, after)]
    if None in held:
        homicides = held[0] if held[1] is None else held[1]
    else:
        homicides = held["shootings" in new]
    return replace(after if "assumptions" in new else before, homicides=homicides)


FIGURES = {"total": ("Annual budget", dollars), "people": ("People at the highest risk", number)}
"""The figures whose changes are shown, in words, and how each is written."""


def shown_rows(comparison: EditionComparison, figure: str) -> list[list[str]]:
    """A table of one figure's changes, as text: names of columns, a row a city, all together.

    Only cities that moved in this figure; no row but the first where none did.

    Args:
        comparison: the two editions.
        figure: a key of `FIGURES`.
    """
    write = FIGURES[figure][1]
    head = ["City", comparison.first, comparison.second, "Change", *KINDS.values()]
    moved = [one for one in comparison.moved if getattr(one.change, figure)]
    rows = [*moved, comparison.together] if moved else []
    return [head] + [
        [
            one.name,
            write(getattr(one.before, figure)),
            write(getattr(one.after, figure)),
            *(
                _signed(getattr(part, figure), write)
                for part in (one.change, *(one.parts[kind] for kind in KINDS))
            ),
        ]
        for one in rows
    ]


def _signed(amount: int, write: Callable[[float], str]) -> str:
    return change(amount, write(abs(amount))) if amount else "0"


def told(comparison: EditionComparison) -> list[str]:
    """Sentences on what moved, and on cities that are in one edition alone."""
    moved, count = len(comparison.moved), len(comparison.moved) + comparison.same
    lines = [f"{moved} of {count} cities have another figure." if moved else "No figure moved."]
    for names, verb in ((comparison.new, "New"), (comparison.gone, "Gone")):
        if names:
            lines.append(f"{verb}: {', '.join(names)}.")
    return lines


def markdown_text(comparison: EditionComparison) -> str:
    """The tables as Markdown, for the CHANGELOG."""
    blocks = [" ".join(told(comparison))]
    for figure, (title, _) in FIGURES.items():
        head, *rows = shown_rows(comparison, figure)
        if rows:
            rule = ["---", *["--:"] * (len(head) - 1)]
            lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in (head, rule, *rows)]
            blocks += [f"{title}:", "\n".join(lines)]
    return "\n\n".join(blocks) + "\n"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
