"""The six strategies of a CVI ecosystem and the roles that carry each."""

from __future__ import annotations

from cvi_analysis.blocks import Bullets, Column, Prose, Row, Stack, Table, line, link, strong
from cvi_analysis.blocks.format import joined, number
from cvi_analysis.blocks.inline import Inline
from cvi_analysis.dossier import Dossier
from cvi_analysis.model import OVP, ROLES
from cvi_analysis.place import kind


def strategies(dossier: Dossier) -> Stack:
    """What each strategy does, with example programs, and a table of roles by strategy."""
    items = []
    for strategy in dossier.strategies.values():
        examples: list[Inline] = []
        for example in strategy.examples:
            if examples:
                examples.append("; ")
            examples.append(link(example.name, example.url))
            if example.place:
                examples.append(f" ({example.place})")
        items.append(
            line(
                strong(f"{strategy.title}. "),
                strategy.summary.strip(),
                " Examples: " if len(strategy.examples) > 1 else " Example: ",
                *examples,
                ".",
            )
        )
    return Stack.of(Prose.of(Bullets(tuple(items), ordered=True)), _who(dossier))


def _who(dossier: Dossier) -> Table:
    counts = {post.role: int(post.count) for post in dossier.profile.posts}
    frontline = [role for role in ROLES if role not in OVP]
    rows = []
    for strategy in dossier.strategies.values():
        carried = [
            f"{dossier.roles[role].plural if counts[role] != 1 else dossier.roles[role].title}"
            f" ({number(counts[role])})"
            for role in frontline
            if role in strategy.roles
        ]
        office = [role for role in OVP if role in strategy.roles and counts[role] > 0]
        rows.append(
            Row.of(
                strategy.title,
                _sentence_case(carried),
                number(sum(counts[role] for role in office)),
            )
        )
    return Table(
        caption=f"Who carries each strategy in {dossier.city.city}",
        columns=(
            Column("Strategy", "left", 2),
            Column("Community staff", "left", 5),
            Column(f"{kind(dossier).capitalize()} office staff"),
        ),
        rows=tuple(rows),
        notes=(
            line(
                "Most roles carry several strategies, so the numbers of one row do not add to "
                "those of another."
            ),
        ),
    )


def _sentence_case(names: list[str]) -> str:
    """The names as one list: the first keeps its capital, an abbreviation keeps it everywhere."""
    words = [
        name if index == 0 or name[:2].isupper() else name[0].lower() + name[1:]
        for index, name in enumerate(names)
    ]
    return joined(words)
