"""What is written about the assumptions elsewhere, made from the register itself.

The table in `params/README.md` and the JSON Schema in `docs/` say nothing that
`params/assumptions.yaml` does not; `cvi register --write` renews both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cvi_analysis import paths
from cvi_analysis.display.formats import assumption_value
from cvi_analysis.errors import BuildError
from cvi_analysis.files import write_file
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import load_params
from cvi_analysis.params.assumptions import Assumption, OwnSource, OwnValue
from cvi_analysis.params.register import Register
from cvi_analysis.params.scenarios import FROM
from cvi_analysis.params.text_files import Where

README = "params/README.md"
SCHEMA = "docs/scenario.schema.json"
BEGIN, END = "<!-- assumptions:begin", "<!-- assumptions:end -->"


def run(*, write: bool) -> int:
    """`cvi register`: compare these files with what they should be, or write them.

    Returns:
        Exit status 0 if all is in step or was written, 1 if a file is out of step.

    Raises:
        InputError: a file in `params/` is wrong.
        BuildError: a file cannot be written.
    """
    root = paths.root()
    params = load_params(root, EXPECTED)
    params.check_scenarios()
    stale = []
    for name, text in documents(params.register, root).items():
        path = root / name
        now = path.read_text(encoding="utf-8") if path.is_file() else None
        if now == text:
            continue
        stale.append(name)
        if write:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_file(path, text.encode())
            except OSError as error:
                raise BuildError(f"{path}: cannot be written ({error.strerror}).") from error
    if not stale:
        print(f"{len(params.register.assumptions)} assumptions; their documentation is in step.")
        return 0
    print(f"{'Written' if write else 'Out of step'}: {', '.join(stale)}")
    if not write:
        print("`cvi register --write` renews them.")
    return 0 if write else 1


def documents(register: Register, root: Path) -> dict[str, str]:
    """The files as they should be, by path within the project.

    Raises:
        InputError: `params/README.md` cannot be read or has lost its markers.
    """
    return {README: readme(_read(root / README), register), SCHEMA: schema(register)}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Where(str(path)).error(f"this file cannot be read ({error})") from None


def readme(text: str, register: Register) -> str:
    """`text` with the table between its two markers made anew.

    Raises:
        InputError: a marker is missing.
    """
    start, end = text.find(BEGIN), text.find(END)
    if start < 0 or end < start:
        raise Where(README).error(
            "the place for the table is missing",
            allowed=f"a line that begins with `{BEGIN}` and, below it, `{END}`",
        )
    head = f"{BEGIN}: made from assumptions.yaml by `cvi register --write`; do not edit -->"
    return f"{text[:start]}{head}\n\n{table(register)}\n{text[end:]}"


def table(register: Register) -> str:
    """All assumptions as a Markdown table: name, title, value, range, limits, grades, source."""
    lines = [
        "| Name | What it is | Value | Plausible | Accepted | Grade | Fit | Source |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for item in register.assumptions.values():
        cells = (
            f"`{item.name}`",
            f"{item.title} ({item.unit})",
            assumption_value(item.value, item.unit),
            _range(item),
            item.allowed_text(),
            item.quality,
            item.fit or "",
            f"[{item.source.rstrip('.')}]({item.source_url})" if item.source_url else item.source,
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _range(item: Assumption) -> str:
    if item.low is None or item.high is None:
        return ""
    low, high = (assumption_value(end, item.unit) for end in (item.low, item.high))
    return f"{low} to {high}"


def _own_schema(name: str) -> dict[str, Any]:
    """What stands under a city: a value as under `changes`, or one with its source."""
    value = {"$ref": f"#/properties/changes/properties/{name}"}
    with_source = [{"$ref": "#/$defs/with_source"}, {"properties": {"value": value}}]
    return {"anyOf": [value, {"allOf": with_source}]}


def _fields(model: type[OwnSource], required: list[str], about: str) -> dict[str, Any]:
    form: dict[str, Any] = {"source": {"minLength": 1}, "year": {"type": ["integer", "null"]}}
    return {
        "type": "object",
        "description": about,
        "required": required,
        "additionalProperties": False,
        "properties": {
            name: {"description": field.description, **form.get(name, {})}
            for name, field in model.model_fields.items()
        },
    }


def schema(register: Register) -> str:
    """The JSON Schema of a scenario file; editors offer names and refuse values by it."""
    changes = {item.name: item.value_schema() for item in register.assumptions.values()}
    own = {name: _own_schema(name) for name in changes}
    text = {"type": "string", "minLength": 1}
    whole: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario",
        "description": "A file of params/scenarios/: named changes to the assumptions.",
        "type": "object",
        "required": ["title", "reason"],
        "additionalProperties": False,
        "properties": {
            "title": {**text, "description": "what a reader sees, a few words"},
            "reason": {**text, "description": "why anyone would run it; printed in the report"},
            "extends": {
                "type": "string",
                "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
                "description": "the scenario to start from",
            },
            "changes": {
                "type": ["object", "null"],
                "description": "dotted names of params/assumptions.yaml with their values here",
                "additionalProperties": False,
                "properties": changes,
            },
            "by_city": {
                "type": ["object", "null"],
                "description": "what holds for one city only, by its slug in params/cities.csv",
                "propertyNames": {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
                "additionalProperties": {
                    "type": ["object", "null"],
                    "additionalProperties": False,
                    "properties": {FROM: {"$ref": "#/$defs/from"}, **own},
                },
            },
        },
        "$defs": {
            "from": _fields(OwnSource, ["source"], "the source of the city's values without one"),
            "with_source": _fields(OwnValue, ["value"], "a value with its source"),
        },
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
