"""Text that would run, break a format or leave its folder, put into every field of `params/`.

YAML is written as JSON, which it includes, so that the text stands there to the letter.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

SCRIPT = "<script>window.owned=1</script><img src=x onerror=window.owned=2>"
MARKUP = (
    "</title></style></script>--><svg onload=window.owned=3> ]]> &amp; &#60;b&#62; \"q\" 'a' & <b>B"
)
TYPST = '#import "/etc/passwd": * #sys.version #eval("1") $x^2$ _u_ *s* @cite <lab> = H \\ ~ -- /'
LATEX = r"\input{/etc/passwd} $\href{javascript:window.owned=4}{x}$ \write18{i} $$\int_0$$ {} %"
MARKDOWN = (
    "`code` [x](javascript:window.owned=5) ![i](http://evil.invalid/i) **b** ~~s~~ | a | [^1]"
)
JINJA = "{{ 7*7 }} {% raw %} ${x} %(y)s {0} <%= 1 %>"
PATHS = "../../etc/passwd con.csv C:\\aux NUL: file:///etc/passwd"
RIGHT_TO_LEFT = "\u05e9\u05dc\u05d5\u05dd \u0645\u062f\u064a\u0646\u0629 \u200f"
COMBINED = (
    "Z\u0335\u0321\u0322a\u0300\u0301\u0302\u0303\u0304lgo e\u0301 \u200d\ufeff "
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308"
)
FORMULA = '=HYPERLINK("http://evil.invalid/","owned")'
COMMAND = "-1+cmd|' /C calc'!A0"
AT = "@SUM(1+1)*cmd|' /C calc'!A0"
PLUS = "+1+2\ttab"

PAYLOADS = (
    *(SCRIPT, MARKUP, TYPST, LATEX, MARKDOWN, JINJA, PATHS),
    *(RIGHT_TO_LEFT, COMBINED, FORMULA, COMMAND, AT, PLUS),
)

CITIES = {
    "norfolk-va": FORMULA,
    "dayton-oh": SCRIPT,
    "oakland-ca": TYPST,
    "washington-dc": COMMAND,
    "st-louis-mo": f"{RIGHT_TO_LEFT}{COMBINED}",
    "stockton-ca": MARKUP,
    "detroit-mi": LATEX,
    "memphis-tn": AT,
    "chicago-il": f"{MARKDOWN}{PATHS}{JINJA}",
}
"""What each city is called, by slug."""

_CSV_TEXT = {
    "cities.csv": ("basis", "local_estimate_source", "local_estimate_note"),
    "benchmarks.csv": ("measure", "unit", "note"),
    "caps_published.csv": ("note",),
    "cost_of_gun_violence.csv": ("source", "note"),
    "people_per_shooting.csv": ("source", "place", "homicide_source", "quote", "note"),
    "shootings.csv": ("definition", "source", "edition", "note"),
    "spending.csv": ("item", "unit", "source", "note"),
    "medicaid.csv": ("authorizing_law", "rate_unit", "billing_code", "training", "status", "note"),
    "wages.csv": ("source",),
    "high_risk_estimates.csv": ("share_basis", "estimated_by", "definition", "source"),
    "programs.csv": ("program", "people_note", "staff_note", "dollars_note", "differs"),
}
_YAML_TEXT = {
    "assumptions.yaml": ("title", "unit", "source", "note"),
    "roles.yaml": (
        *("title", "plural", "function", "duties", "suits", "qualifications", "soc_title"),
    ),
    "strategies.yaml": ("title", "summary", "name", "place"),
    "measures.yaml": ("title", "how", "source", "inputs", "activities", "outputs", "outcomes"),
    "studies.yaml": ("title", "place", "counted", "result", "uncertainty", "source"),
}


def poison(params: Path) -> list[str]:
    """Put hostile text into all words of `params/`; the cities that are left, by slug."""
    payloads = cycle(PAYLOADS)
    for name, columns in _CSV_TEXT.items():
        _poison_csv(params / name, columns, payloads)
    for name, fields in _YAML_TEXT.items():
        path = params / name
        found = _changed(yaml.safe_load(path.read_text("utf-8")), fields, payloads)
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    for number, payload in enumerate(PAYLOADS):
        write_scenario(params, f"hostile-{number}", payload, payload)
    write_scenario(params, "hostile", f"{FORMULA}{SCRIPT}", " ".join(PAYLOADS))
    return _only_hostile_cities(params / "cities.csv")


def write_scenario(params: Path, name: str, title: str, reason: str) -> Path:
    path = params / "scenarios" / f"{name}.yaml"
    content = {"title": title, "reason": reason, "changes": {"roles.mediator.caseload": 12}}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def edit_csv(path: Path, change: Any) -> None:
    """Rewrite a CSV with `change(row)` for each row; rows for which it is None are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in map(change, rows) if row is not None]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def _poison_csv(path: Path, columns: tuple[str, ...], payloads: Iterator[str]) -> None:
    def change(row: dict[str, str]) -> dict[str, str]:
        return {k: f"{next(payloads)} {v}" if k in columns and v else v for k, v in row.items()}

    edit_csv(path, change)


def _changed(value: Any, fields: tuple[str, ...], payloads: Iterator[str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {k: _changed(v, fields, payloads, str(k)) for k, v in value.items()}
    if isinstance(value, list):
        return [_changed(v, fields, payloads, key) for v in value]
    return f"{next(payloads)} {value}" if key in fields and isinstance(value, str) else value


def _only_hostile_cities(path: Path) -> list[str]:
    left: list[str] = []

    def change(row: dict[str, str]) -> dict[str, str] | None:
        if row["slug"] not in CITIES:
            return None
        left.append(row["slug"])
        return {**row, "city": CITIES[row["slug"]]}

    edit_csv(path, change)
    keep_rows_of(path.parent, left)
    return left


def keep_rows_of(params: Path, slugs: Collection[str]) -> None:
    """Leave out what the other tables say of cities that are not among `slugs`."""
    for name in ("shootings.csv", "spending.csv"):
        edit_csv(params / name, lambda row: row if row["slug"] in {*slugs, ""} else None)
