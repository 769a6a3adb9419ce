"""`cvi table`: tidy tables of a scenario, described as a Frictionless Data Package.

No report is rendered: the model alone makes them, for all places at once where it can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cvi_analysis import __edition__, __project__, __version__, paths
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.folder import columns, profiles_csv
from cvi_analysis.display.formats import csv_file
from cvi_analysis.files import exclusive, write_files, writing_to
from cvi_analysis.model.number import Values
from cvi_analysis.model.profile import profile
from cvi_analysis.report.document import BudgetPart, document, staff_of
from cvi_analysis.report.library import Library, dataset_and_year

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Field:
    """A column.

    Attributes:
        name: as in the first line of the file.
        type: `string`, `integer` or `number`, as Frictionless calls them.
        told: what it holds, with its unit.
        required: whether every row has it.
    """

    name: str
    type: str
    told: str
    required: bool = True

    def described(self) -> dict[str, Any]:
        """The field as `datapackage.json` has it."""
        told: dict[str, Any] = {"name": self.name, "type": self.type, "description": self.told}
        constraints: dict[str, Any] = {"required": True} if self.required else {}
        if self.type != "string":
            constraints["minimum"] = 0
        return told | ({"constraints": constraints} if constraints else {})


_GEOID = Field("geoid", "string", "the Census Bureau's code of the place, 7 digits")
_SCENARIO = Field("scenario", "string", "the assumptions in force, a file of params/scenarios/")
_PLACE = (
    Field("slug", "string", "city, as it is named in every command and file"),
    Field("name", "string", "city, in words"),
    Field("state", "string", "two letters"),
    _GEOID,
    _SCENARIO,
)
_METHOD = Field("method", "string", "how people are counted: residents, homicides, local, entered")
_SIZE = (
    Field("served", "number", "people in the program at one time"),
    Field("staff", "integer", "full-time posts"),
    Field("total", "integer", "dollars a year"),
)
STAFFING = (
    *_PLACE,
    Field("role", "string", "key of the role in params/roles.yaml"),
    Field("title", "string", "role, in words"),
    Field("group", "string", "frontline, supervision or ovp (the city's office)"),
    Field("count", "integer", "full-time posts"),
    Field("caseload", "number", "people a worker, or workers a supervisor; empty: fixed", False),
    Field("wage", "number", "dollars a year for one post, without benefits"),
    Field("benefits_load", "number", "benefits, as a fraction of the wage"),
    Field("cost", "number", "dollars a year for all posts of the role, with benefits"),
)
METHODS = (
    *_PLACE,
    _METHOD,
    Field("in_force", "integer", "1 for the method that the report stands on, else 0"),
    Field("estimate", "number", "people at the highest risk"),
    *_SIZE,
)
PLACES = (
    _GEOID,
    Field("census_name", "string", "the Census Bureau's name of the place"),
    _SCENARIO,
    Field("residents", "integer", "of the dataset and year that the scenario asks for"),
    Field("margin", "integer", "90% margin of error of the residents, persons", False),
    _METHOD,
    Field("people_at_risk", "number", "people at the highest risk"),
    *_SIZE,
    Field("validity", "string", "what to know before use; empty: nothing in particular", False),
)
_PROFILE_WORDS = {
    **{field.name: (field.type, field.told) for field in (*_PLACE, _METHOD)},
    "population": ("integer", "residents"),
    "dataset": ("string", "the Census Bureau's dataset that the residents are of"),
    "year": ("integer", "of the dataset"),
    "people_at_risk": ("number", "people at the highest risk"),
    "people_at_risk_rounded": ("integer", "the same, as it is shown"),
    "share": ("number", "people at the highest risk, as a fraction of residents"),
    "counts": ("string", "whom the estimate counts: over_a_year or at_one_time"),
    "target": ("number", "people whom the city plans to serve"),
    "served": ("number", "people in the program at one time"),
    "staff": ("integer", "full-time posts of all roles"),
    "per_resident": ("number", "total, dollars a resident a year"),
    "per_person": ("number", "total, dollars a year for each person served at one time"),
}
_MONEY = tuple(BudgetPart.model_fields)


def profile_fields(titles: Mapping[str, str]) -> tuple[Field, ...]:
    """The columns of `profiles.csv`; `titles` are the roles' by their key."""

    def of(name: str) -> Field:
        if name in _PROFILE_WORDS:
            return Field(name, *_PROFILE_WORDS[name])
        if name in titles:
            return Field(name, "integer", f"full-time posts: {titles[name]}")
        if name in _MONEY:
            return Field(name, "integer", f"dollars a year: {name.replace('_', ' and ')}")
        figure, _, end = name.rpartition("_")
        return Field(name, "number", f"{figure}: {end} end of the range of 9 in 10 trials")

    return tuple(map(of, columns()))


def tables(library: Library, scenario: str) -> dict[str, bytes]:
    """The tables of a scenario and their `datapackage.json`, by file name.

    Raises:
        InputError: an unknown scenario, or no listed city that its figures are held for.
    """
    cities = library.with_figures(scenario, {})
    dossiers = [library.dossier(city, scenario) for city in cities]
    documents = [document(one).model_dump(mode="json") for one in dossiers]
    files = {
        "profiles.csv": profiles_csv(documents),
        "staffing.csv": staffing_csv(documents),
        "methods.csv": _csv(METHODS, _methods(documents)),
        "places.csv": _csv(PLACES, _places(library, scenario, documents)),
    }
    titles = {key: role.title for key, role in library.params.roles.items()}
    fields = {
        "profiles.csv": ("One row a city", profile_fields(titles), ["slug"]),
        "staffing.csv": ("One row a city and role", STAFFING, ["slug", "role"]),
        "methods.csv": ("One row a city and way of counting people", METHODS, ["slug", "method"]),
        "places.csv": ("One row a place of 10,000 residents or more", PLACES, ["geoid"]),
    }
    files["datapackage.json"] = _package(scenario, fields)
    return files


def staffing_csv(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """`staffing.csv` of these documents (parsed `<slug>.json`)."""
    return _csv(STAFFING, _staffing(documents))


def _placed(document: Mapping[str, Any]) -> dict[str, Any]:
    return {**document["city"], "scenario": document["scenario"]}


def _staffing(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [_placed(one) | post for one in documents for post in one["staffing"]]


def _methods(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        _placed(one) | {**by, "in_force": int(by["method"] == one["people_at_risk"]["method"])}
        for one in documents
        for by in one["methods"]
    ]


def _places(library: Library, scenario: str, documents: Rows) -> list[dict[str, Any]]:
    """Every place held, largest first; those with a report have its figures."""
    register = library.params.resolve(scenario, None, {})
    values = register.values()
    dataset, year = dataset_and_year(values)
    least, _ = register["population"].allowed or (0.0, 0.0)
    table = library.populations
    held = {
        geoid: row
        for geoid in table.geoids
        for row in table.series(geoid, dataset)
        if row.year == year and row.population >= least
    }
    reported = {one["city"]["geoid"]: one for one in documents}
    figures = {geoid: _figures(one) for geoid, one in reported.items() if geoid in held}
    # Homicides are held of listed cities alone; people or residents entered by hand are one city's.
    entered = values["people_at_risk"] is not None or register["population"].value is not None
    if values["people_at_risk.method"] != "homicides" and not entered:
        figures |= _unlisted(values, {key: held[key].population for key in held.keys() - reported})
    small: Any = values["population.small_place"]
    rows = []
    for geoid, found in figures.items():
        residents = found["residents"]
        margin = held[geoid].moe if residents == held[geoid].population else None
        known = {"geoid": geoid, "census_name": held[geoid].census_name, "scenario": scenario}
        told = {"margin": margin, "validity": _validity(residents, margin, small)}
        rows.append(known | found | told)
    return sorted(rows, key=lambda row: (-row["residents"], row["geoid"]))


def _figures(document: Mapping[str, Any]) -> dict[str, Any]:
    """A report's figures, as a row of `places.csv` has them."""
    people = document["people_at_risk"]
    return {
        "residents": document["population"]["value"],
        "people_at_risk": people["estimate"],
        "served": people["served"],
        "method": people["method"],
        "staff": staff_of(document),
        "total": document["budget"]["total"],
    }


def _unlisted(values: Values, residents: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """The same figures of places without a report, from the model for all of them at once."""
    result = profile(values, np.array(list(residents.values()), dtype=float))
    people, posts = result.people, [post.count for post in result.posts]
    staff = np.sum([np.broadcast_to(count, len(residents)) for count in posts], axis=0)
    return {
        geoid: {
            "residents": residents[geoid],
            "people_at_risk": float(people.estimate[index]),
            "served": float(people.served[index]),
            "method": people.method,
            "staff": int(staff[index]),
            "total": int(result.budget.total[index]),
        }
        for index, geoid in enumerate(residents)
    }


def _validity(residents: int, margin: int | None, small: int) -> str:
    """What the report's first page would warn of, in a line."""
    told = []
    if residents < small:
        told.append(
            f"Fewer than {small:,} residents: roles of one post make up much of the budget; plan "
            "together with the county or neighbors."
        )
    if margin is not None and margin > residents / 10:
        told.append("The margin of error of the residents is more than a tenth of them.")
    return " ".join(told)


def _csv(fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> bytes:
    names = [field.name for field in fields]
    return csv_file(names, ({name: row[name] for name in names} for row in rows))


def _package(
    scenario: str, tables: Mapping[str, tuple[str, Sequence[Field], Sequence[str]]]
) -> bytes:
    package = {
        "profile": "tabular-data-package",
        "name": f"cvi-city-profiles-{scenario}",
        "title": f"CVI city profiles: {scenario}",
        "description": "People at the highest risk of violence, staff and budgets of community "
        "violence intervention. Not affiliated with or endorsed by CAPS.",
        "version": __version__,
        "edition": __edition__,
        "contributors": [{"title": __project__, "role": "publisher"}],
        "licenses": [{"name": "MIT", "title": "MIT License"}],
        "sources": [
            {"title": "U.S. Census Bureau: residents"},
            {"title": "Bureau of Labor Statistics, Occupational Employment and Wage Statistics"},
            {"title": "All others, with their quality: params/assumptions.yaml of this version"},
        ],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": Path(name).stem,
                "path": name,
                "title": title,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"lineTerminator": "\n"},
                "schema": {
                    "fields": [field.described() for field in fields],
                    "primaryKey": list(key),
                    "missingValues": [""],
                },
            }
            for name, (title, fields, key) in tables.items()
        ],
    }
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()


def write_tables(scenario: str, out: Path | None) -> int:
    """Write a scenario's tables beside its reports, or those of `all`. Exit status 0.

    Raises:
        InputError: an unknown or broken scenario; nothing has been written.
        BuildError: the folder cannot be written.
    """
    library = Library.load()
    names = library.params.scenario_names if scenario == "all" else [scenario]
    for name in names:
        library.params.resolve(name)
    for name in names:
        files = tables(library, name)
        folder = (out or paths.reports()) / name
        with exclusive(folder), writing_to(folder):
            write_files(folder, files)
        print(f"{shown(folder)}: {', '.join(files)}")
    return 0
