"""`scenarios.html`: the scenarios of a folder of reports, and how to build those not there yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from cvi_analysis import __version__
from cvi_analysis.build.index import environment
from cvi_analysis.build.neighbors import PAGE, mark, neighbors
from cvi_analysis.export.page_head import stated
from cvi_analysis.files import exclusive, write_file
from cvi_analysis.params.scenarios import Scenario


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


def scenarios_html(built: tuple[str, ...], scenarios: Mapping[str, Scenario]) -> bytes:
    """The page: those of `params/scenarios/`, then runs with changes of their own.

    Args:
        built: names of the folders with reports beside each other.
        scenarios: every one that can be read, by name, the baseline first.
    """
    listed = []
    for name, scenario in scenarios.items():
        listed.append(Listed(name, scenario.title, scenario.reason, name in built))
    for name in built:
        if name not in scenarios:
            base = name.partition("-with-")[0]
            known = base in scenarios
            title = scenarios[base].title if known else name
            reason = "With changes of its own, which its page lists." if known else ""
            listed.append(Listed(name, f"{title}, changed" if known else title, reason, True))
    page = (
        environment()
        .get_template("scenarios.html.j2")
        .render(scenarios=listed, version=__version__, mark=Markup(mark(built)))  # noqa: S704
    )
    return stated(page).encode()
