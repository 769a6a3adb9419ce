"""The files around the reports: index, table, schema, workbooks in one file, manifest."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cvi_analysis.batch import manifest
from cvi_analysis.batch.fingerprint import differing, file_sha256, fingerprint, sha256
from cvi_analysis.batch.index import index_html, write_scenarios
from cvi_analysis.batch.plan import RunPlan
from cvi_analysis.batch.report_formats import ANNEX, CITIES
from cvi_analysis.display.formats import csv_file
from cvi_analysis.files import write_file, writing_to
from cvi_analysis.model.staffing import ROLES
from cvi_analysis.report.document import Document


def columns() -> list[str]:
    """Column names, in order."""
    head = ["slug", "name", "state", "geoid", "scenario", "population", "dataset", "year"]
    people = ["people_at_risk", "people_at_risk_rounded", "share", "method", "counts"]
    people += ["target", "served"]
    money = ["frontline", "supervision_ovp", "staffing", "training", "evaluation"]
    money += ["indirect", "wraparound"]
    ends = [f"{name}_{end}" for name in ("people_at_risk", "staff", "total") for end in _ENDS]
    return [*head, *people, *ROLES, "staff", *money, "total", "per_resident", "per_person", *ends]


_ENDS = ("low", "high")


def profiles_csv(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """The table of these documents (parsed `<slug>.json`): UTF-8, comma-separated, LF."""
    return csv_file(columns(), map(_row, documents))


def _row(document: Mapping[str, Any]) -> dict[str, Any]:
    people, population = document["people_at_risk"], document["population"]
    counts = {post["role"]: post["count"] for post in document["staffing"]}
    return {
        **document["city"],
        "scenario": document["scenario"],
        "population": population["value"],
        "dataset": population["dataset"],
        "year": population["year"],
        "people_at_risk": people["estimate"],
        "people_at_risk_rounded": people["rounded"],
        "share": people["share"],
        "method": people["method"],
        "counts": people["counts"],
        "target": people["target"],
        "served": people["served"],
        **counts,
        "staff": sum(counts.values()),
        **document["budget"],
        "per_resident": document["per_resident"],
        "per_person": document["per_person"],
        **{
            f"{name}_{end}": document["ranges"][name][end]
            for name in ("people_at_risk", "staff", "total")
            for end in _ENDS
        },
    }


NAME = "workbooks.zip"
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that the format knows: the same content, the same bytes


def zipped(files: Mapping[str, bytes], folder: str, method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file of these files, with the same bytes for the same content.

    Args:
        files: their content by file name.
        folder: the folder that they unpack into.
        method: of packing. Stored has the same bytes on every machine; deflated, on every machine
            with the same zlib.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _DATE)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            entry.compress_type = method
            archive.writestr(entry, files[name])
    return target.getvalue()


def finish(
    plan: RunPlan,
    entries: Mapping[str, manifest.ReportEntry],
    pages: Mapping[str, manifest.ReportEntry],
    before: manifest.Manifest,
    *,
    note: str = "",
) -> manifest.Manifest:
    """Write the files around the reports, the manifest last, and return it.

    Args:
        plan: what was asked for.
        entries: the reports that are up to date, by slug.
        pages: the pages beside them that are, by name.
        before: what was known of the folder.
        note: what a reader of the index must know first, such as that it is partial.

    Raises:
        BuildError: the folder cannot be written.
    """
    request, folder = plan.request, plan.request.folder
    listed = request.cities if request.listed else plan.library.params.cities.values()
    order = {city.slug: place for place, city in enumerate(listed or ())}
    ranked = sorted(entries, key=lambda slug: (order.get(slug, len(order)), slug))
    cities = {slug: entries[slug] for slug in ranked}
    files = {} if request.shard else _around(plan, cities, pages, cities.keys() - order, note)
    result = manifest.Manifest(
        scenario=request.name,
        overrides=dict(request.overrides),
        # What was read is what is recorded: an edit saved since then is news to the next run.
        inputs=dict(plan.inputs),
        listed=_expected(plan),
        cities=cities,
        pages=dict(pages),
        files={name: sha256(content) for name, content in files.items()},
    )
    with writing_to(folder):
        if request.shard is not None:
            write_file(folder / request.shard.manifest_name, result.to_bytes())
            return result
        for name, content in files.items():
            if file_sha256(folder / name) != result.files[name]:
                write_file(folder / name, content)
        if NAME not in files and before.files.get(NAME) == file_sha256(folder / NAME):
            (folder / NAME).unlink(missing_ok=True)  # Not one that somebody else has put there.
        result.save(folder)
        write_scenarios(folder.parent, plan.scenarios)
    return result


def _around(
    plan: RunPlan,
    entries: Mapping[str, manifest.ReportEntry],
    pages: Mapping[str, manifest.ReportEntry],
    unlisted: Collection[str],
    note: str,
) -> dict[str, bytes]:
    """The index, the table and its schema; the workbooks in one file where there are several."""
    request = plan.request
    documents = list(documents_of(request.folder, entries))
    archive = _workbooks(request.folder, entries, request.name)
    index = index_html(
        documents,
        request.name,
        plan.scenarios[request.scenario],
        request.overrides,
        plan.library.params,
        scenarios=plan.scenarios.values(),
        compared=CITIES in pages,
        annexed=ANNEX in pages,
        files={slug: entry.files for slug, entry in entries.items()},
        zipped=len(archive),
        warning=note,
        unlisted=unlisted,
    )
    files = {"index.html": index, "profiles.csv": profiles_csv(documents)}
    files["profile.schema.json"] = schema()
    return {NAME: archive, **files} if archive else files


def _expected(plan: RunPlan) -> tuple[str, ...]:
    """The listed cities; of a shard all that it was to make, so that what failed is missed."""
    if plan.request.shard is None:
        return tuple(plan.library.params.cities)
    return (*(city.slug for city in plan.cities), *plan.without, *plan.request.pages)


def changed_meanwhile(plan: RunPlan) -> list[str]:
    """The inputs that are not what they were when the run read them, by their paths."""
    return differing(plan.inputs, fingerprint(notebook=plan.request.notebook))


def _workbooks(folder: Path, entries: Mapping[str, manifest.ReportEntry], scenario: str) -> bytes:
    """The workbooks of these reports in one file; b"" where there are not two of them."""
    names = [name for slug in entries for name in entries[slug].files if name.endswith(".xlsx")]
    if len(names) < 2:
        return b""
    found = {name: (folder / name).read_bytes() for name in names}
    # A workbook is a compressed file itself: packing it again saves nothing.
    return zipped(found, f"cvi-workbooks-{scenario}")


def documents_of(folder: Path, slugs: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The parsed `<slug>.json` of each city."""
    for slug in slugs:
        yield json.loads((folder / f"{slug}.json").read_bytes())


def schema() -> bytes:
    """The JSON Schema of `<slug>.json`."""
    text = json.dumps(Document.model_json_schema(mode="serialization"), indent=2, sort_keys=True)
    return f"{text}\n".encode()
