"""The files around the reports: index, table, schema, workbooks in one file, manifest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cvi_analysis.build import manifest, workbooks
from cvi_analysis.build.index import index_html
from cvi_analysis.build.inputs import file_sha256, fingerprint, sha256
from cvi_analysis.build.pages import CITIES
from cvi_analysis.build.plan import Plan
from cvi_analysis.build.scenarios import write_scenarios
from cvi_analysis.build.table import profiles_csv
from cvi_analysis.document import Document
from cvi_analysis.errors import BuildError
from cvi_analysis.files import write_file
from cvi_analysis.system import advice


def finish(
    plan: Plan,
    entries: Mapping[str, manifest.Entry],
    pages: Mapping[str, manifest.Entry],
) -> manifest.Manifest:
    """Write the files around the reports, the manifest last, and return it.

    Args:
        plan: what was asked for.
        entries: the reports that are up to date, by slug.
        pages: the pages on many cities that are, by name.

    Raises:
        BuildError: the folder cannot be written.
    """
    request, folder = plan.request, plan.request.folder
    order = {slug: place for place, slug in enumerate(plan.library.params.cities)}
    ranked = sorted(entries, key=lambda slug: (order.get(slug, len(order)), slug))
    files: dict[str, bytes] = {}
    if request.shard is None:
        documents = list(documents_of(folder, ranked))
        note = plan.scenarios[request.scenario]
        if archive := _workbooks(folder, {slug: entries[slug] for slug in ranked}, request.name):
            files[workbooks.NAME] = archive
        files |= {
            "index.html": index_html(
                documents,
                request.name,
                note,
                request.overrides,
                plan.library.params,
                scenarios=plan.scenarios.values(),
                compared=CITIES in pages,
                files={slug: entries[slug].files for slug in ranked},
                zipped=len(archive),
            ),
            "profiles.csv": profiles_csv(documents),
            "profile.schema.json": schema(),
        }
    try:
        for name, content in files.items():
            if file_sha256(folder / name) != sha256(content):
                write_file(folder / name, content)
        if request.shard is None and workbooks.NAME not in files:
            (folder / workbooks.NAME).unlink(missing_ok=True)
        result = manifest.Manifest(
            scenario=request.name,
            overrides=dict(request.overrides),
            # What was read is what is recorded: an edit saved since then is news to the next run.
            inputs=dict(plan.inputs),
            listed=tuple(plan.library.params.cities),
            cities={slug: entries[slug] for slug in ranked},
            pages=dict(pages),
            files={name: sha256(content) for name, content in files.items()},
        )
        if request.shard is not None:
            write_file(folder / request.shard.manifest_name, result.to_bytes())
        else:
            result.save(folder)
            write_scenarios(folder.parent, plan.scenarios)
    except OSError as error:
        raise BuildError(
            f"{folder}: cannot write there ({error.strerror}). {advice(error)}"
        ) from error
    return result


def changed_meanwhile(plan: Plan) -> list[str]:
    """The inputs that are not what they were when the run read them, by their paths."""
    before, now = plan.inputs, fingerprint()
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def _workbooks(folder: Path, entries: Mapping[str, manifest.Entry], scenario: str) -> bytes:
    """The workbooks of these reports in one file; b"" where there are not two of them."""
    names = [name for slug in entries for name in entries[slug].files if name.endswith(".xlsx")]
    if len(names) < 2:
        return b""
    found = {name: (folder / name).read_bytes() for name in names}
    return workbooks.zipped(found, f"cvi-workbooks-{scenario}")


def documents_of(folder: Path, slugs: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The parsed `<slug>.json` of each city."""
    for slug in slugs:
        yield json.loads((folder / f"{slug}.json").read_bytes())


def schema() -> bytes:
    """The JSON Schema of `<slug>.json`."""
    text = json.dumps(Document.model_json_schema(mode="serialization"), indent=2, sort_keys=True)
    return f"{text}\n".encode()
