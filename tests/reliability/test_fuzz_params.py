"""Whatever is typed into `params/`, a case or a command is understood rightly or refused."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from cvi_analysis.calculator.case_file import CaseFile
from cvi_analysis.errors import CviError, InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.profile import Profile, profile
from cvi_analysis.params import load_params, published_figures
from cvi_analysis.params.cities import COLUMNS, read_cities
from cvi_analysis.params.measures import load_measures
from cvi_analysis.params.medicaid import load_medicaid
from cvi_analysis.params.people_per_shooting import load_people_per_shooting
from cvi_analysis.params.register import load_register, parse_overrides, read_assumption
from cvi_analysis.params.roles import load_roles, load_strategies
from cvi_analysis.params.shootings import load_shootings
from cvi_analysis.params.spending import load_spending
from cvi_analysis.params.studies import load_studies
from cvi_analysis.params.text_files import Where
from cvi_analysis.params.wages import load_wages
from cvi_analysis.params.yaml_files import parse_yaml

from .fuzzing import PLAIN, SCALAR, TEXT, fuzz, sizes

PIECES = st.sampled_from(
    [
        *"\n:-{}[],&*!|>'\"%@`#? \t\0",
        "\n  ",
        ": ",
        "- ",
        "---\n",
        "...\n",
        "<<: *a",
        "a: 1\n",
        "é",
        "\r\n",
    ]
)
YAML_TEXT = st.lists(PIECES | SCALAR, max_size=25).map("".join)


@pytest.fixture(scope="module")
def params(root):
    return load_params(root, EXPECTED)


LINES = ("frontline", "supervision_ovp", "training", "evaluation", "indirect")


def told(error: CviError, place: str = "", name: str = r"[a-z_.]+") -> None:
    """A refusal names its place and shows on a terminal: a line, and one for each of many.

    Each of those begins with the name of a value, which is like `name`.
    """
    message = str(error)
    assert message.startswith(place)
    first, *values = message.split("\n")
    assert all(re.match(f"  {name}: ", line) for line in values), ascii(message)
    assert "".join([first, *values]).replace("\xa0", " ").isprintable(), ascii(message)
    assert len(message) < 6000


def right(values: dict[str, Any], population: float, city: Any = None) -> Profile:
    """The profile, after looking at it from all sides."""
    facts = {
        "known": KnownCounts(local=getattr(city, "local_estimate", None), homicides=31.5),
    }
    result = profile(values, population, **facts)
    budget = asdict(result.budget)
    kinds = budget.pop("wraparound_kinds")
    for amount in (*budget.values(), *kinds.values()):
        assert math.isfinite(amount)
        assert amount == int(amount)
    assert min(budget.values()) >= 0
    assert budget["total"] == sum(budget[name] for name in (*LINES, "wraparound"))
    assert budget["staffing"] == budget["frontline"] + budget["supervision_ovp"]
    assert sum(kinds.values()) == budget["wraparound"]
    assert result.people.estimate >= 0
    assert 0 <= result.people.target <= result.people.estimate
    assert 0 < result.effective <= result.people.target or result.people.target == 0
    assert all(post.count >= 0 and post.cost >= 0 for post in result.posts)
    assert result.staff == sum(post.count for post in result.posts)
    more = profile(
        {**values, "people_at_risk": result.people.estimate * 1.5 + 1}, population, **facts
    )
    assert more.budget.total >= result.budget.total
    assert more.staff >= result.staff
    return result


@sizes(300, 6000)
def test_any_text_as_yaml(record_property, examples):
    def check(text: str) -> None:
        try:
            file = parse_yaml(text, Where("any.yaml"))
        except InputError as error:
            told(error, "any.yaml")
        else:
            json.dumps(file.data)

    fuzz(record_property, examples, YAML_TEXT, check)


@sizes(300, 4000)
def test_any_entry_of_the_register(record_property, examples, params):
    names = list(EXPECTED.assumptions)
    fields = [
        *("value", "low", "high", "allowed", "kind", "choices", "unit", "title", "source"),
        *("source_url", "year", "quality", "fit", "note", "name", "whole", "length", "valeu"),
    ]
    strategy = st.tuples(
        st.sampled_from(names),
        st.dictionaries(
            st.sampled_from(fields), SCALAR | PLAIN.map(json.dumps), min_size=1, max_size=4
        ),
        st.sets(st.sampled_from(fields), max_size=1),
    )

    def check(drawn: tuple[str, dict[str, str], set[str]]) -> None:
        name, changes, missing = drawn
        item = params.register[name].model_dump(exclude={"name", "whole", "length"})
        lines = {field: json.dumps(value) for field, value in item.items()} | changes
        text = "".join(f"  {k}: {v}\n" for k, v in lines.items() if k not in missing)
        try:
            file = parse_yaml(f"{name}:\n{text}", Where("any.yaml"))
            found = read_assumption(name, file, EXPECTED.assumptions[name])
        except InputError as error:
            told(error)
            return
        except KeyError:
            assert name not in file.data
            return
        assert found.check(found.value, Where("again")) == found.value
        if found.ranged and isinstance(found.value, float | int):
            assert found.low <= found.value <= found.high

    fuzz(record_property, examples, strategy, check)


@sizes(20, 300)
@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("assumptions.yaml", lambda path: load_register(path, EXPECTED)),
        ("roles.yaml", lambda path: load_roles(path, EXPECTED.roles)),
        ("strategies.yaml", load_strategies),
        ("measures.yaml", lambda path: load_measures(path, EXPECTED.roles)),
        ("studies.yaml", load_studies),
    ],
)
def test_any_damage_to_a_file_of_words(record_property, examples, root, tmp_path, name, load):
    lines = (root / "params" / name).read_text(encoding="utf-8").split("\n")
    path = tmp_path / name
    damage = st.lists(
        st.tuples(
            st.integers(0, len(lines) - 1),
            st.sampled_from(["delete", "double", "swap", "value", "insert", "indent"]),
            SCALAR,
        ),
        min_size=1,
        max_size=3,
    )

    def check(damages: list[tuple[int, str, str]]) -> None:
        changed = list(lines)
        for at, what, text in damages:
            at = min(at, len(changed) - 1)
            if what == "delete":
                del changed[at]
            elif what == "double":
                changed.insert(at, changed[at])
            elif what == "swap":
                changed[at], changed[at - 1] = changed[at - 1], changed[at]
            elif what == "value":
                changed[at] = f"{changed[at].partition(':')[0]}: {text}"
            elif what == "insert":
                changed.insert(at, text)
            else:
                changed[at] = f"  {changed[at]}"
        path.write_text("\n".join(changed), encoding="utf-8", newline="")
        try:
            load(path)
        except InputError as error:
            told(error)

    fuzz(record_property, examples, damage, check)


@sizes(200, 4000)
def test_any_scenario(record_property, examples, root, tmp_path_factory, params):
    folder = tmp_path_factory.mktemp("fuzz") / "params"
    shutil.copytree(root / "params", folder)
    library = load_params(folder.parent, EXPECTED)
    name = st.sampled_from([*EXPECTED.assumptions, "roles.mediator", "no.such.name", "", "x"])
    fields = st.fixed_dictionaries(
        {
            "changes": st.dictionaries(name, SCALAR | PLAIN.map(json.dumps), max_size=4),
            "own": st.dictionaries(name, SCALAR | PLAIN.map(json.dumps), max_size=2),
            "slug": st.sampled_from(["washington-dc", "dayton-oh", "dayton", "[]"]),
        },
        optional={
            "title": SCALAR,
            "reason": SCALAR,
            "extends": st.sampled_from(["baseline", "field-pay", "any", "none", "[]", "../x"]),
            "other": SCALAR,
        },
    )

    def check(drawn: dict[str, Any]) -> None:
        lines = {"title": "Any", "reason": "Any", **drawn}
        changes = "".join(f"  {k}: {v}\n" for k, v in lines.pop("changes").items())
        own = "".join(f"    {k}: {v}\n" for k, v in lines.pop("own").items())
        by_city = f"by_city:\n  {lines.pop('slug')}:\n{own}"
        text = "".join(f"{k}: {v}\n" for k, v in lines.items()) + f"changes:\n{changes}{by_city}"
        path = folder / "scenarios" / "any.yaml"
        path.write_text(text, encoding="utf-8", newline="")
        library._scenarios.clear()
        try:
            register = library.resolve("any", "washington-dc")
        except InputError as error:
            told(error)
            return
        city = params.city("washington-dc")
        values = register.values()
        right(values, values["population"] or 672_079, city)

    fuzz(record_property, examples, fields, check)


@sizes(300, 6000)
def test_any_change_on_the_command_line(record_property, examples, params):
    name = st.sampled_from([*EXPECTED.assumptions, "roles.mediator", "caseload", "Population", ""])
    text = st.tuples(name, st.sampled_from(["=", " = ", "", "=="]), SCALAR).map("".join)

    def check(texts: list[str]) -> None:
        try:
            changes = parse_overrides(texts, params.register)
            register = params.resolve("baseline", "dayton-oh", changes)
        except InputError as error:
            told(error)
            return
        values = register.values()
        right(values, values["population"] or 136_741)

    fuzz(record_property, examples, st.lists(text | SCALAR, min_size=1, max_size=3), check)


@sizes(300, 4000)
def test_any_values_that_are_allowed(record_property, examples, params):
    """Values of the right kind, at and between their limits: the result is right every time."""

    def values_of(name: str) -> st.SearchStrategy[Any]:
        item = params.register[name]
        if item.kind == "switch":
            return st.booleans()
        low, high = item.allowed
        whole = st.integers(math.ceil(low), math.floor(high))
        if item.kind == "list":
            return (
                st.lists(whole, min_size=item.length, max_size=item.length).map(sorted).map(tuple)
            )
        return whole if item.kind == "integer" or item.whole else st.floats(low, high)

    names = [name for name in EXPECTED.assumptions if params.register[name].kind != "choice"]
    drawn = st.fixed_dictionaries({}, optional={name: values_of(name) for name in names})
    cities = st.sampled_from(list(params.cities.values()))

    def check(case: tuple[dict[str, Any], Any, int]) -> None:
        changes, city, population = case
        try:
            register = params.resolve("baseline", city, changes)
        except InputError as error:
            told(error)
            return
        values = register.values()
        right(values, values["population"] or population, city)

    fuzz(record_property, examples, st.tuples(drawn, cities, st.integers(100, 50_000_000)), check)


def write_row(
    path: Path, columns: Sequence[str], drawn: tuple[dict[str, str], dict[str, str], str]
) -> None:
    """A table of one row with some cells changed, and whatever follows it."""
    row, changes, rest = drawn
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerow({**row, **changes})
    path.write_text(text.getvalue() + rest, encoding="utf-8", newline="")


@sizes(200, 4000)
def test_any_row_of_a_city(record_property, examples, root, tmp_path, params):
    with (root / "params" / "cities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    path = tmp_path / "cities.csv"
    cells = st.dictionaries(st.sampled_from(COLUMNS), SCALAR, min_size=1, max_size=3)

    def check(drawn: tuple[dict[str, str], dict[str, str], str]) -> None:
        write_row(path, COLUMNS, drawn)
        try:
            cities = {city.slug: city for city, _ in read_cities(path)}
            registers = [params.resolve("baseline", city) for city in cities.values()]
        except InputError as error:
            told(error)
            return
        for city, register in zip(cities.values(), registers, strict=True):
            assert city.slug.replace("-", "").isalnum()
            right(register.values(), 250_000, city)

    strategy = st.tuples(st.sampled_from(rows), cells, st.just("") | TEXT | st.just('"'))
    fuzz(record_property, examples, strategy, check)


TABLES = {
    "benchmarks.csv": published_figures.load_benchmarks,
    "high_risk_estimates.csv": published_figures.load_high_risk_estimates,
    "cost_of_gun_violence.csv": published_figures.load_shooting_costs,
    "programs.csv": published_figures.load_programs,
    "caps_published.csv": published_figures.load_published,
    "shootings.csv": lambda path: load_shootings(path, ["norfolk-va", "chicago-il"]),
    "people_per_shooting.csv": load_people_per_shooting,
    "spending.csv": lambda path: load_spending(path, ["oakland-ca"]),
    "medicaid.csv": load_medicaid,
    "wages.csv": load_wages,
}


@sizes(50, 500)
@pytest.mark.parametrize("name", TABLES)
def test_any_row_of_a_table(record_property, examples, root, tmp_path, name):
    with (root / "params" / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    path = tmp_path / name

    def check(drawn: tuple[dict[str, str], dict[str, str], str]) -> None:
        write_row(path, columns, drawn)
        try:
            TABLES[name](Path(path))
        except InputError as error:
            told(error)

    changes = st.dictionaries(st.sampled_from(columns), SCALAR, max_size=3)
    fuzz(record_property, examples, st.tuples(st.sampled_from(rows), changes, TEXT), check)


@sizes(100, 2000)
def test_any_case_of_the_calculator(record_property, examples, tmp_path, params):
    path = tmp_path / "case.json"
    whole = st.fixed_dictionaries(
        {},
        optional={
            "city": st.just("norfolk-va") | PLAIN,
            "scenario": st.just("baseline") | PLAIN,
            "changes": st.dictionaries(st.sampled_from(list(EXPECTED.assumptions)) | TEXT, PLAIN)
            | PLAIN,
            "format": PLAIN,
            "title": PLAIN,
            "note": PLAIN,
            "extra": PLAIN,
        },
    )

    def check(text: str) -> None:
        path.write_text(text, encoding="utf-8", newline="")
        try:
            case = CaseFile.read(path)
            changes = case.checked(params.register)
            register = params.resolve("baseline", "norfolk-va", changes)
        except InputError as error:
            told(error, name=r"(?!: ).+")  # as the case has it
            return
        values = register.values()
        right(values, values["population"] or 238_005)

    fuzz(record_property, examples, (whole | PLAIN).map(json.dumps) | TEXT, check)
