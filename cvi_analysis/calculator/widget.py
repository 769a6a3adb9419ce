"""What the calculator's cell displays: live in a page or JupyterLab, elsewhere its inputs."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from cvi_analysis import __edition__, paths
from cvi_analysis.calculator import case_file, case_link
from cvi_analysis.calculator.inputs import GROUPS, UNKNOWN, Input, inputs
from cvi_analysis.calculator.ranges_data import ranges
from cvi_analysis.display.formats import assumption_value, span
from cvi_analysis.display.prose import Block, line
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.budget import WRAPAROUND_KINDS
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import KINDS, local, place_name

LINES = {
    "frontline": "Frontline staff",
    "supervision_ovp": "Supervisors and city office",
    "training": "Training",
    "evaluation": "Data and evaluation",
    "indirect": "Indirect costs",
    "wraparound": "Wraparound services",
}
SCRIPTS = ("model.js", "years.js", "ranges.js", "typed.js", "link.js", "ranges_view.js", "page.js")
"""Files of the page's one script, in their order."""
_WHOLE, _OPTIONAL, _SWITCH, _UNKNOWN = 1, 2, 4, 8
_SHOWN = ("people", "lines", "caseloads")


@dataclass(frozen=True, slots=True)
class Calculator(Block):
    """The budget calculator of one report."""

    dossier: Dossier

    def html(self) -> str:
        """Everything inline: data, style, script, and the worksheet where no script runs."""
        return (
            _template()
            .render(
                slug=self.dossier.city.slug,
                style=_style(),
                worksheet=_worksheet(self.dossier).html(),
                data=_json(_data(self.dossier)),
                script=_script(),
            )
            .strip()
        )

    def typst(self) -> str:
        """The worksheet: nothing on paper can be changed."""
        return _worksheet(self.dossier).typst()

    def plain(self) -> str:
        """The worksheet."""
        return _worksheet(self.dossier).plain()


def _worksheet(dossier: Dossier) -> Table:
    """The main inputs with their ranges."""
    rows: list[Row] = []
    for group in _SHOWN:
        rows.append(Row.of(GROUPS[group][0], kind="group"))
        for item in inputs(dossier):
            if item.group == group and not item.name.endswith(".wage"):
                rows.append(Row.of(_named(item), _shown(item), _range(item)))
    return Table(
        caption="Inputs of the budget calculator",
        columns=(Column("Input", "left", 2.4), Column("In the report"), Column("Allowed")),
        rows=tuple(rows),
        notes=(line("Wages and full sources: see the register of assumptions."),),
        small=True,
    )


def _named(item: Input) -> str:
    if item.kind != "number" or item.unit == item.label.lower() or item.unit.startswith("share"):
        return item.label
    return f"{item.label}, {item.unit}"


def _shown(item: Input) -> str:
    if item.choices:
        return dict(item.choices)[item.baseline]
    return item.empty if item.baseline is None else assumption_value(item.baseline, item.unit)


def _range(item: Input) -> str:
    if item.kind == "switch":
        return "yes or no"
    if item.choices:
        return " or ".join(words for _, words in item.choices)
    low, high = (assumption_value(end, item.unit) for end in item.allowed)
    return span(low, high)


def _data(dossier: Dossier) -> dict[str, Any]:
    """All that the script knows; each text once."""
    units: dict[str, int] = {}
    sources: dict[tuple[str, str], int] = {}
    groups = list(GROUPS)
    found: list[list[Any]] = []
    before: list[Any] = []
    for item in inputs(dossier):
        rest = [
            groups.index(item.group),
            _WHOLE * item.whole
            + _OPTIONAL * item.optional
            + _SWITCH * (item.kind == "switch")
            + _UNKNOWN * (item.empty == UNKNOWN),
            *(case_file.short(end) for end in item.allowed),
            units.setdefault(item.unit, len(units)),
            sources.setdefault((item.source, item.url), len(sources)),
        ]
        role = item.name.split(".")[1] if item.name.startswith("roles.") else ""
        label = "" if role and dossier.roles[role].plural == item.label else item.label
        # What a field shares with the one before is not repeated.
        found.append(
            [item.name, case_file.short(item.baseline), label, *(rest if rest != before else ())]
        )
        before = rest
    fields = {item[0] for item in found}
    return {
        "place": place_name(dossier),
        "slug": dossier.city.slug,
        "scenario": dossier.scenario.title,
        "case": case_file.identity(dossier),
        "edition": f"{__edition__}.{case_link.checksum(dossier)}",
        "earlier": {
            month: {
                case_link.code(name): case_file.short(value)
                for name, value in values.items()
                if name in fields
            }
            for month, values in dossier.earlier.items()
        },
        "values": {
            name: value for name, value in case_file.values(dossier).items() if name not in fields
        },
        "model": case_file.place(dossier),
        "ranges": ranges(dossier),
        "inputs": found,
        "money": dossier.values["phasing.money_at_hand"],
        "units": list(units),
        "sources": list(sources),
        "groups": [title for title, _ in GROUPS.values()],
        "roles": {role: dossier.roles[role].plural for role in dossier.roles},
        "lines": {key: local(title, dossier) for key, title in LINES.items()},
        "choices": {
            item.name: [list(choice) for choice in item.choices]
            for item in inputs(dossier)
            if item.choices
        },
        "kinds": {kind: KINDS[kind][0] for kind in WRAPAROUND_KINDS},
    }


def _json(data: Any) -> str:
    """JSON that ends no script element and opens no comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def _template() -> Template:
    # Only markup and JSON made here goes in; texts were escaped for their place.
    environment = Environment(
        loader=PackageLoader("cvi_analysis", "calculator"),
        autoescape=False,  # noqa: S701 - see above
        undefined=StrictUndefined,
    )
    return environment.get_template("calculator.html.j2")


MINIFIED = "calculator.min.js"
"""What `scripts/minify_calculator.py` made of them; its first line says of which."""


def joined_scripts() -> str:
    """The page's scripts as one, with nothing left in the page's own names."""
    text = "\n".join(_file(name) for name in SCRIPTS)
    return f"(()=>{{'use strict';\n{text}}})();\n"


def first_line(scripts: str) -> str:
    """What the minified file says of the scripts that it was made of."""
    return f"// of {hashlib.sha256(scripts.encode()).hexdigest()}"


@cache
def _script() -> str:
    """The minified script; the scripts themselves while somebody works on them."""
    scripts = joined_scripts()
    made_of, _, minified = _file(MINIFIED).partition("\n")
    return minified if made_of == first_line(scripts) else scripts


@cache
def _style() -> str:
    return re.sub(r"\s*([{};,>])\s*", r"\1", _file("calculator.css")).replace(": ", ":")


def _file(name: str) -> str:
    return (paths.PACKAGE / "calculator" / name).read_text(encoding="utf-8")
