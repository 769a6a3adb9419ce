"""Every mistake in `params/` is one message: file, line, what was found, what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import Params, load_params

ASSUMPTIONS = "assumptions.yaml"
CITIES = "cities.csv"
ROLES = "roles.yaml"
STRATEGIES = "strategies.yaml"
TABLES = (
    *("shootings.csv", "people_per_shooting.csv", "spending.csv", "medicaid.csv"),
    "wages.csv",
)

MEDIATOR = (
    "  title: Caseload of mediators\n  value: 14\n  low: 10\n  high: 20\n  allowed: [1, 200]\n"
)
SCALE_ON = "  title: Adjust staffing for economies of scale\n  value: true\n"
DATASET = (
    "  title: Population dataset\n  value: acs5\n  choices: [acs5, acs1, dec, pep2019, pep2024]\n"
)
YEAR = "  title: Population year\n  kind: integer\n  value: 2023\n  allowed: [2000, 2100]\n"
ANALYSTS = "  title: OVP data analyst posts by city size\n  value: [1, 1, 1, 2, 2]\n"
HOUSING = "  title: Part of wraparound for housing\n  value: 0.35\n"
TRAINING = "  title: Training and technical assistance\n  value: 0.25\n  low: 0.15\n  high: 0.3\n"
SECOND = "  title: End of the second band\n  value: 1000\n  low: 800\n  high: 1400\n"
GAIN = "  title: Gain in the second band\n  value: 0.1\n  low: 0.0\n  high: 0.2\n"
SHARE = "  title: Share of residents at the highest risk\n  value: 0.001\n"
BY_HAND = "  title: Number of mediators, entered by hand\n  kind: optional\n  value: null\n"
NORFOLK = 'norfolk-va,Norfolk,VA,5157000,"Norfolk city, Virginia",36.923015,-76.244641,53.275,'


@dataclass(frozen=True)
class Case:
    """One edit of one file, and what the refusal must say."""

    name: str
    file: str
    old: str
    new: str
    at: str | None  # the error is on the line of `new` that holds this; None: no line
    says: tuple[str, ...]  # what is wrong, what was found, what is allowed, any hint


def swap(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def value(name: str, block: str, written: str, *says: str) -> Case:
    """Another value in one entry of assumptions.yaml."""
    new = re.sub(r"value: .*", lambda _: f"value: {written}", block)
    return Case(name, ASSUMPTIONS, block, new, f"value: {written}", says)


def field(name: str, block: str, old: str, new: str, *says: str, at: str | None = "") -> Case:
    """Another field in one entry of assumptions.yaml."""
    return Case(name, ASSUMPTIONS, block, swap(block, old, new), new if at == "" else at, says)


def city(name: str, old: str, new: str, *says: str) -> Case:
    """Another cell in Norfolk's row of cities.csv."""
    return Case(name, CITIES, NORFOLK, swap(NORFOLK, old, new), "orfolk", says)


CASELOAD = "roles.mediator.caseload"
CASES = [
    value(
        "text for a number",
        MEDIATOR,
        "fourteen",
        CASELOAD,
        "a number",
        "'fourteen'",
        "from 1 to 200",
    ),
    value("quoted number", MEDIATOR, '"14"', "must be a number", "'14'", "Remove the quotes"),
    value("separators", MEDIATOR, "1_4", "must be a number", "'1_4'", "digits only"),
    value("per cent", TRAINING, "25%", "must be a number", "'25%'", "0.25 for 25%"),
    value("nothing for a number", MEDIATOR, "", "must be a number", "found None", "from 1 to 200"),
    value(
        "list for a number", MEDIATOR, "[14]", "list of whole numbers", "(14,)", "allowed: a number"
    ),
    value("mapping for a number", MEDIATOR, "{a: 1}", "must be a number", "{'a': 1}"),
    value(
        "bool for a number", MEDIATOR, "true", "this is true or false", "True", "allowed: a number"
    ),
    value("number for a switch", SCALE_ON, "1", "must be true or false", "found 1"),
    value("yes for a switch", SCALE_ON, "yes", "must be true or false", "'yes'"),
    value("negative", MEDIATOR, "-3", "outside the limits", "found -3", "from 1 to 200"),
    value("not a number", MEDIATOR, ".nan", "finite", "found nan", "from 1 to 200"),
    value("infinite", MEDIATOR, ".inf", "finite", "found inf", "from 1 to 200"),
    value("overflow", MEDIATOR, "1e999", "finite", "found inf", "from 1 to 200"),
    value("caseload zero", MEDIATOR, "0", "outside the limits", "found 0", "from 1 to 200"),
    value("above the limits", MEDIATOR, "201", "outside the limits", "found 201", "from 1 to 200"),
    value("share above 1", TRAINING, "1.5", "outside the limits", "found 1.5", "from 0 to 1"),
    value("share of residents", SHARE, "0.5", "people_at_risk.share", "found 0.5", "from 0.0001"),
    value("below its range", MEDIATOR, "9", "outside its range", "found 9", "low (10.0) to high"),
    value("above its range", MEDIATOR, "21", "outside its range", "found 21", "high (20.0)"),
    value(
        "fraction for whole", YEAR, "2022.5", "must be a whole number", "2022.5", "2,000 to 2,100"
    ),
    value(
        "no such choice",
        DATASET,
        "asc5",
        "not one of the choices",
        "'asc5'",
        "acs5, acs1",
        "mean acs5",
    ),
    value("short list", ANALYSTS, "[1, 1]", "has 2 items", "[1, 1]", "a list of 5 whole numbers"),
    value("fraction in a list", ANALYSTS, "[1, 1, 1.5, 2, 2]", "must be a whole number", "1.5"),
    value("text in a list", ANALYSTS, "[1, 1, x, 2, 2]", "must be a whole number", "'x'"),
    value("number for a list", ANALYSTS, "5", "must be a list of whole numbers", "found 5"),
    value(
        "fewer posts in a larger city",
        ANALYSTS,
        "[1, 2, 1, 2, 2]",
        "fewer posts",
        "[1, 2, 1, 2, 2]",
    ),
    value(
        "fraction for a count", BY_HAND, "2.5", "must be a whole number", "2.5", "null (computed)"
    ),
    value("negative count", BY_HAND, "-1", "outside the limits", "found -1", "null (computed)"),
    field("low above high", MEDIATOR, "low: 10", "low: 30", "low is above high", "[30.0, 20.0]"),
    field(
        "low without high",
        MEDIATOR,
        "  high: 20\n",
        "",
        "high",
        "is missing",
        "both low and high",
        at=None,
    ),
    field("low as text", MEDIATOR, "low: 10", "low: ten", f"{CASELOAD}.low", "'ten'"),
    field(
        "range of a switch",
        SCALE_ON,
        "true",
        "true\n  low: 0",
        "economies_of_scale.enabled.low",
        "no place",
        "found 0",
        "leave the field out",
        at="low: 0",
    ),
    field(
        "choices of a number",
        MEDIATOR,
        "value: 14",
        "value: 14\n  kind: number\n  choices: [few]",
        f"{CASELOAD}.choices",
        "no place",
        "leave the field out",
        at="choices",
    ),
    field("kind that is a list", YEAR, "integer", "[integer]", "accepted words", "('integer',)"),
    field(
        "range of what is computed",
        BY_HAND,
        "null",
        "null\n  low: 0\n  high: 2",
        "no place",
        "found 0",
        "leave the field out",
        at="low",
    ),
    field("limits without end", MEDIATOR, "200]", ".inf]", "limits", "[1.0, inf]", "above 0"),
    field("limits the wrong way", MEDIATOR, "[1, 200]", "[200, 1]", "limits", "[200.0, 1.0]"),
    field("limits that allow zero", MEDIATOR, "[1, 200]", "[0, 200]", "[0.0, 200.0]", "above 0"),
    field("limits of nobody", "allowed: [10000, 50000000]", "10000", "0", "[0.0, ", "above 0"),
    field(
        "limits above a share",
        TRAINING + "  allowed: [0.0, 1.0]\n",
        "[0.0, 1.0]",
        "[0, 1.5]",
        "from 0 to 1",
    ),
    field(
        "limits of one number",
        MEDIATOR,
        "[1, 200]",
        "[1]",
        f"{CASELOAD}.allowed",
        "[lowest, highest]",
    ),
    field("no limits", MEDIATOR, "  allowed: [1, 200]\n", "", "allowed", "is missing", at=None),
    field(
        "misspelt field",
        MEDIATOR,
        "value: 14",
        "valeu: 14",
        "no such field",
        "'valeu'",
        "mean value",
    ),
    field(
        "missing title",
        MEDIATOR,
        "  title: Caseload of mediators\n",
        "",
        "title",
        "is missing",
        at=None,
    ),
    field(
        "field of the program",
        MEDIATOR,
        "value: 14",
        "value: 14\n  whole: true",
        "no such field",
        "'whole'",
        at="whole",
    ),
    field(
        "unknown kind", YEAR, "kind: integer", "kind: int", "accepted words", "'int'", "optional"
    ),
    field(
        "wrong kind",
        YEAR,
        "  kind: integer\n",
        "",
        "must be a whole number (kind",
        "found 2023",
        at="value",
    ),
    field("choices twice", DATASET, "acs1", "acs5", "different words", "'acs5'", at="choices"),
    field(
        "duplicate field",
        MEDIATOR,
        "low: 10",
        "value: 15",
        "occurs twice",
        "value",
        "each name once",
        "also on line",
    ),
    field(
        "shares that do not add up",
        HOUSING,
        "0.35",
        "0.36",
        "must add to 1",
        "0.36",
        "a sum of 1",
        at=None,
    ),
    field(
        "bands out of order",
        SECOND,
        "1000\n  low: 800",
        "400\n  low: 300",
        "must increase",
        "[500.0, 400.0, 2000.0]",
        "numbers that increase in economies",
        at=None,
    ),
    field(
        "gains out of order",
        GAIN,
        "value: 0.1\n  low: 0.0\n  high: 0.2",
        "value: 0.4\n  low: 0.0\n  high: 0.4",
        "below the one before",
        "[0.0, 0.4, 0.2, 0.3]",
        "never decrease",
        at=None,
    ),
    field("anchor", MEDIATOR, "value: 14", "value: &bomb 14", "anchors", "'&bomb'", "plain values"),
    field("alias", MEDIATOR, "value: 14", "value: *bomb", "aliases", "'*bomb'", "plain values"),
    field(
        "python tag",
        MEDIATOR,
        "value: 14",
        "value: !!python/object/apply:os.system [ls]",
        "tags",
        "python/object",
        "plain values",
    ),
    field(
        "tag of one's own",
        MEDIATOR,
        "value: 14",
        "value: !number 14",
        "tags",
        "'!number'",
        "plain values",
    ),
    field("tab", MEDIATOR, "  value: 14", "\tvalue: 14", "a tab", r"'\t'", "spaces", at="value"),
    field("open bracket", MEDIATOR, "[1, 200]", "[1, 200", "not valid YAML", at=None),
    field(
        "deep nesting",
        MEDIATOR,
        "value: 14",
        "value: " + "[" * 400,
        "nested too deeply",
        "12 levels",
    ),
    field(
        "wrong indentation", MEDIATOR, "  low: 10", "   low: 10", "not valid YAML", "indentation"
    ),
    field(
        "control character", MEDIATOR, "value: 14", "value: \x01", "control character", at="value"
    ),
    Case(
        "second document",
        ASSUMPTIONS,
        "people_at_risk:\n",
        "---\npeople_at_risk:\n",
        "---",
        ("several documents", "one document"),
    ),
    Case(
        "misspelt name",
        ASSUMPTIONS,
        f"{CASELOAD}:",
        "roles.mediator.caselod:",
        "caselod",
        ("no such assumption", "caselod", f"mean {CASELOAD}"),
    ),
    Case(
        "no source",
        ASSUMPTIONS,
        "  source: U.S. Census Bureau, American Community Survey 2019-2023\n",
        "",
        None,
        ("population.year.source", "is missing"),
    ),
    Case(
        "empty source",
        ASSUMPTIONS,
        "source: U.S. Census Bureau, American Community Survey 2019-2023",
        'source: ""',
        "source",
        ("is empty", "found ''", "who published it"),
    ),
    Case(
        "quality letter",
        ASSUMPTIONS,
        "  quality: C\n  fit: B\n  note: >-\n    CAPS says only",
        "  quality: D\n  fit: B\n  note: >-\n    CAPS says only",
        "quality: D",
        ("accepted words", "'D'", "C (judgment)"),
    ),
    Case(
        "fit letter",
        ASSUMPTIONS,
        "  fit: B\n  note: >-\n    CAPS says only",
        "  fit: near\n  note: >-\n    CAPS says only",
        "fit: near",
        ("population.dataset.fit", "accepted words", "'near'", "B (near) or C (far)"),
    ),
    Case(
        "no web address",
        ASSUMPTIONS,
        "source_url: https://www.bls.gov/news.release/ecec.nr0.htm\n  year: 2025\n  quality: B",
        "source_url: javascript:alert(1)\n  year: 2025\n  quality: B",
        "source_url",
        ("right form", "javascript", "a web address"),
    ),
    Case(
        "year as text",
        ASSUMPTIONS,
        "  year: 2025\n  quality: B",
        "  year: last\n  quality: B",
        "year",
        ("whole number", "'last'", "a year"),
    ),
    city(
        "lost leading zero",
        "5157000",
        "515700",
        "geoid",
        "6 digits",
        "leading zero",
        "0515700",
        "7 digits",
    ),
    city("geoid too long", "5157000", "51570000", "geoid", "8 digits", "7 digits for a place"),
    city("geoid not digits", "5157000", "51-57000", "geoid", "digits only", "'51-57000'"),
    city("geoid of another state", "5157000", "3757000", "geoid", "begin with 51", "'3757000'"),
    city("bad slug", "norfolk-va", "Norfolk VA", "slug", "right form", "'Norfolk VA'", "hyphens"),
    city("slug without state", "norfolk-va", "norfolk", "slug", "end in the state", "ends in -va"),
    city("unknown state", ",VA,", ",VX,", "state", "abbreviation", "'VX'", "two-letter"),
    city("empty name", ",Norfolk,", ",,", "city", "is empty", "the name in use"),
    city(
        "text for a number",
        "53.275",
        "large",
        "land_sq_mi",
        "must be a number",
        "'large'",
        "from 0",
    ),
    city("negative number", "53.275", "-1", "land_sq_mi", "outside the limits", "'-1'", "from 0"),
    city("nan", "53.275", "nan", "land_sq_mi", "must be a number", "'nan'"),
    city("infinite", "53.275", "1e999", "land_sq_mi", "outside the limits", "'1e999'"),
    city("latitude", "36.923015", "136.9", "latitude", "136.9", "from -90 to 90"),
    city("cell too many", ",53.275,", ",53.275,,", "fit the header", "27 cells", "26 cells"),
    city("cell too few", ",53.275,", ",", "fit the header", "25 cells", "26 cells"),
    city("comma in a number", "53.275", '"53,275"', "must be a number", "'53,275'", "digits only"),
    Case(
        "city twice",
        CITIES,
        NORFOLK,
        f'baltimore-va,X,VA,5114968,"x"{"," * 21}\n'
        f'baltimore-va,Norfolk,VA,5157000,"Norfolk city, Virginia"{"," * 4}',
        "5157000",
        ("given twice", "'baltimore-va'", "each city once", "also on line"),
    ),
    Case(
        "geoid twice",
        CITIES,
        NORFOLK,
        'north-folk-va,Norfolk,VA,5157000,"x",,,,,,,,,,,,,,,,,,,,,\n' + NORFOLK,
        "norfolk-va",
        ("geoid", "given twice", "'5157000'"),
    ),
    Case(
        "missing column",
        CITIES,
        "metro_code,metro,",
        "metro_code,",
        "metro_code",
        ("metro", "column is missing", "slug, city"),
    ),
    Case(
        "unknown column",
        CITIES,
        "metro_code,",
        "metro_cod,",
        "metro_cod",
        ("no such column", "'metro_cod'", "mean metro_code"),
    ),
    Case(
        "column twice",
        CITIES,
        "metro_code,",
        "metro,",
        "metro",
        ("metro", "occurs twice", "once"),
    ),
    Case("semicolons", CITIES, "slug,city,state,", "slug;city;state;", None, ("no such column",)),
    Case(
        "unknown role",
        ROLES,
        "\nmediator:\n",
        "\nmediators:\n",
        "mediators",
        ("no such role", "mediators", "mean mediator"),
    ),
    Case(
        "role field",
        ROLES,
        "  plural: Mediators\n",
        "  plurals: Mediators\n",
        "plurals",
        ("no such field", "'plurals'", "mean plural"),
    ),
    Case(
        "occupation code",
        ROLES,
        'soc: "21-1094"\n  soc_title: Community Health Workers\n\nmediator:',
        "soc: 211094\n  soc_title: Community Health Workers\n\nmediator:",
        "soc: 211094",
        ("outreach_worker.soc", "must be text", "211094", "21-1094"),
    ),
    Case(
        "unknown strategy",
        STRATEGIES,
        "\nhospital_based:\n",
        "\nhospitals_based:\n",
        "hospitals_based",
        ("no such strategy", "mean hospital_based"),
    ),
    Case(
        "role of a strategy",
        STRATEGIES,
        "roles: [outreach_worker, mediator, supervisor, ovp_director,",
        "roles: [outreach_worker, mediater, supervisor, ovp_director,",
        "roles",
        ("no such key", "'mediater'", "mean mediator"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_refusal(copy: Path, case: Case) -> None:
    path = copy / "params" / case.file
    text = path.read_text(encoding="utf-8")
    assert text.count(case.old) >= 1, "the shipped file changed; adjust the case"
    start = text.index(case.old)
    path.write_text(text.replace(case.old, case.new, 1), encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        load_params(copy, EXPECTED)
    message = str(refusal.value)
    assert refusal.value.exit_status == 2
    assert case.file in message
    assert "\n" not in message
    if case.at is not None:
        line = text.count("\n", 0, start) + case.new[: case.new.index(case.at)].count("\n") + 1
        assert f"{case.file}:{line}: " in message, message
    for part in case.says:
        assert part in message, message


def refused(root: Path, file: str, *says: str, line: int | None = None) -> None:
    with pytest.raises(InputError) as refusal:
        load_params(root, EXPECTED)
    message = str(refusal.value)
    assert refusal.value.exit_status == 2
    place = file if line is None else f"{file}:{line}: "
    for part in (place, *says):
        assert part in message, message


def test_missing_assumption(copy: Path) -> None:
    path = copy / "params" / ASSUMPTIONS
    text = path.read_text()
    start, end = text.index("ovp.population_limits:"), text.index("roles.ovp_director.posts:")
    path.write_text(text[:start] + text[end:])
    refused(copy, ASSUMPTIONS, "ovp.population_limits", "is missing", "every name")


@pytest.mark.parametrize(("file", "name"), [(ROLES, "mediator"), (STRATEGIES, "peace_fellowship")])
def test_missing_role_or_strategy(copy: Path, file: str, name: str) -> None:
    path = copy / "params" / file
    head, _, rest = path.read_text().partition(f"\n{name}:\n")
    tail = rest[rest.index("\n\n") :]
    path.write_text(head + tail)
    refused(copy, file, name, "is missing", "all of")


def test_a_role_and_a_strategy_name_each_other(copy: Path) -> None:
    path = copy / "params" / ROLES
    text = path.read_text()
    old = "strategies: [crisis_management, street_outreach, peace_fellowship,"
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, "strategies: [crisis_management, street_outreach,", 1))
    refused(
        copy,
        ROLES,
        "outreach_worker.strategies",
        "does not name peace_fellowship",
        "each other",
        line=line,
    )


@pytest.mark.parametrize("file", [ASSUMPTIONS, CITIES, ROLES, STRATEGIES, *TABLES])
def test_file_problems(copy: Path, file: str) -> None:
    path = copy / "params" / file
    good = path.read_bytes()
    path.write_bytes(b"")
    refused(copy, file, "the file is empty", "allowed")
    path.write_bytes(good.replace(b"\n", b"\n\xe9", 1))
    refused(copy, file, "not UTF-8", "found b'\\xe9'", "allowed: UTF-8", line=2)
    path.write_bytes(good.decode().encode("utf-16"))
    refused(copy, file, "not UTF-8", line=1)
    path.write_bytes(good.replace(b"\n", b"\n\0", 1))
    refused(copy, file, "not text", line=2)
    path.unlink()
    refused(copy, file, "does not exist")
    path.mkdir()
    refused(copy, file, "cannot be read")


@pytest.mark.parametrize("file", [ASSUMPTIONS, CITIES, ROLES, STRATEGIES, *TABLES])
def test_editors_leave_marks_that_mean_nothing(copy: Path, shipped: Params, file: str) -> None:
    path = copy / "params" / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    again = load_params(copy, EXPECTED)
    assert again.register.values() == shipped.register.values()
    assert (again.cities, again.roles, again.strategies) == (
        shipped.cities,
        shipped.roles,
        shipped.strategies,
    )
    assert (again.shootings, again.people_per_shooting) == (
        shipped.shootings,
        shipped.people_per_shooting,
    )
    assert (again.spending, again.medicaid) == (shipped.spending, shipped.medicaid)
    assert again.wages == shipped.wages


def test_oversized_file(copy: Path) -> None:
    path = copy / "params" / ASSUMPTIONS
    path.write_text(path.read_text() + "#" * 1_000_001)
    refused(copy, ASSUMPTIONS, "too large", "at most 1,000,000 bytes")


def test_bomb_ends_at_once(copy: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for name, before in zip("bcdefghi", "abcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    (copy / "params" / ASSUMPTIONS).write_text("\n".join(lines))
    refused(copy, ASSUMPTIONS, "anchors", "'&a'", line=1)


def test_file_that_is_a_list(copy: Path) -> None:
    (copy / "params" / ASSUMPTIONS).write_text("- 1\n- 2\n")
    refused(copy, ASSUMPTIONS, "`key: value` lines", "found (1, 2)", "a mapping", line=1)


def test_cities_with_header_only(copy: Path) -> None:
    path = copy / "params" / CITIES
    path.write_text(path.read_text().splitlines()[0] + "\n")
    refused(copy, CITIES, "no city", "one row a city")


def test_cities_of_a_spreadsheet_in_another_language(copy: Path) -> None:
    path = copy / "params" / CITIES
    path.write_text(path.read_text().splitlines()[0].replace(",", ";") + "\n")
    refused(copy, CITIES, "not separated by commas", "';'", "allowed: ,", line=1)


def test_unclosed_quote_in_cities(copy: Path) -> None:
    path = copy / "params" / CITIES
    path.write_text(path.read_text() + '"open,')
    refused(copy, CITIES, "not valid CSV")


def test_local_estimate_needs_order_and_source(copy: Path) -> None:
    path = copy / "params" / CITIES
    text = path.read_text()
    header = text.splitlines()[0].split(",")
    cells = dict.fromkeys(header, "")
    cells |= {"slug": "x-va", "city": "X", "state": "VA", "geoid": "5100100", "census_name": "X"}
    for estimate, says in (
        (("300", "400", "500", "NICJR"), ("[400.0, 300.0, 500.0]", "low <= estimate")),
        (("", "400", "", "NICJR"), ("[400.0, None, None]", "low <= estimate")),
        (("0", "", "", "NICJR"), ("[None, 0.0, None]", "above 0")),
        (("300", "", "", ""), ("local_estimate_source", "is empty", "who published")),
    ):
        names = ("local_estimate", "local_estimate_low", "local_estimate_high")
        row = cells | dict(zip((*names, "local_estimate_source"), estimate, strict=True))
        path.write_text(f"{text}{','.join(row.values())}\n")
        refused(copy, CITIES, *says, line=text.count("\n") + 1)


def test_what_a_local_estimate_counts(copy: Path) -> None:
    path = copy / "params" / CITIES
    text = path.read_text()
    header = text.splitlines()[0].split(",")
    cells = dict.fromkeys(header, "")
    cells |= {"slug": "x-va", "city": "X", "state": "VA", "geoid": "5100100", "census_name": "X"}
    source = {"local_estimate_source": "NICJR"}
    counts, at_once = "local_estimate_counts", "local_estimate_at_one_time"
    for given, says in (
        (
            {"local_estimate": "300", counts: "over_a_year", at_once: "301"},
            (at_once, "more people at one time", "found 301.0", "at most local_estimate (300)"),
        ),
        ({"local_estimate": "300", counts: "yearly"}, (counts, "'yearly'", "or at_one_time")),
        ({"local_estimate": "300", at_once: "-1"}, (at_once, "'-1'", "a number from 0")),
        ({counts: "over_a_year"}, (counts, "no local estimate beside it", "Fill local_estimate")),
        ({at_once: "200"}, (at_once, "no local estimate beside it", "Fill local_estimate")),
    ):
        path.write_text(f"{text}{','.join((cells | source | given).values())}\n")
        refused(copy, CITIES, *says, line=text.count("\n") + 1)
    for given in (
        {"local_estimate": "300", counts: "over_a_year", at_once: "300"},
        {"local_estimate": "300", counts: "at_one_time", at_once: "301"},
        {"local_estimate": "300", at_once: "301"},
    ):
        path.write_text(f"{text}{','.join((cells | source | given).values())}\n")
        assert load_params(copy, EXPECTED).city("x-va").local_estimate == 300


def test_target_share_of_a_city_is_held_to_the_limits(copy: Path) -> None:
    path = copy / "params" / CITIES
    text = path.read_text()
    header = text.splitlines()[0].split(",")
    cells = dict.fromkeys(header, "")
    cells |= {"slug": "x-va", "city": "X", "state": "VA", "geoid": "5100100", "census_name": "X"}
    for share, says in (("0.001", "found 0.001"), ("1.2", "found 1.2")):
        path.write_text(f"{text}{','.join((cells | {'target_share': share}).values())}\n")
        refused(copy, CITIES, "target_share", says, "allowed", line=text.count("\n") + 1)
