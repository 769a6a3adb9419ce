"""`cvi case`: a case as a file (JSON), as a link or as a workbook, and each into the others."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from cvi_analysis import paths
from cvi_analysis.batch.case_at import case_at, planned
from cvi_analysis.calculator import case_link
from cvi_analysis.calculator.case_file import FORMAT, CaseFile, short
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.errors import InputError, require_choice
from cvi_analysis.files import write_files, writing_to
from cvi_analysis.params.scenarios import BASELINE
from cvi_analysis.report.document import document
from cvi_analysis.report.dossier import Dossier

KINDS = ("json", "link", "xlsx")


def convert(told: str, kind: str, out: Path | None = None) -> int:
    """Write a case as another kind, or print it. Exit status 0.

    Raises:
        InputError: what was told is no case, or the other kind cannot hold it.
    """
    require_choice("--to", kind, KINDS)
    if kind == "xlsx" and out is None:
        raise InputError("a workbook needs a file", parameter="--out", allowed="a name, as x.xlsx")
    content = converted(case_of(told), kind)
    if out is None:
        print(content.decode(), end="")
        return 0
    with writing_to(out.parent):
        write_files(out.parent, {out.name: content})
    print(f"Written to {out}.", file=sys.stderr)
    return 0


def case_of(told: str) -> CaseFile:
    """The case in a file, or in a link such as `baseline/norfolk-va.html#425t=12`.

    Raises:
        InputError: it is neither, or a part of the link is not understood.
    """
    try:
        address = urlsplit(told)
    except ValueError as error:
        raise InputError("this is no link", found=told, hint=f"{error}.") from error
    page = PurePosixPath(unquote(address.path))
    if page.suffix.lower() != ".html":
        return case_at(Path(told))
    base, dossier = _told_by(page, address.fragment)
    found = case_link.decode(dossier, address.fragment)
    if found.refused:
        raise InputError(
            "this link has parts that are not understood",
            found=", ".join(found.refused),
            hint="Copy the whole link once more.",
        )
    return replace(base, changes=found.changes, title=found.title)


def _told_by(page: PurePosixPath, fragment: str) -> tuple[CaseFile, Dossier]:
    """The page's case without a change, and its dossier.

    The scenario of a page that was saved elsewhere is known by the link's checksum.

    Raises:
        InputError: the page lies in no scenario's folder, and the checksum is of none.
    """
    known = sorted(path.stem for path in (paths.params() / "scenarios").glob("*.yaml"))
    folder = page.parent.name or BASELINE
    if folder in known:
        base = CaseFile(page.stem, folder, {}, Path(page.name))
        return base, planned(base)[2]
    for name in known:
        base = CaseFile(page.stem, name, {}, Path(page.name))
        dossier = planned(base)[2]
        if case_link.decode(dossier, fragment).check == case_link.checksum(dossier):
            return base, dossier
    raise InputError(
        "this link does not tell the scenario of its page",
        found=f"the folder {folder}",
        allowed=", ".join(known),
        hint=f"Write it before the page's name: {BASELINE}/{page.name}#…",
    )


def converted(case: CaseFile, kind: str) -> bytes:
    """The case as another kind.

    Raises:
        InputError: a value is refused, or a link cannot hold a change.
    """
    dossier = planned(case)[2]
    if kind == "xlsx":
        return workbook(dossier, document(dossier), case.title)
    changes = dict(dossier.scenario.overrides)
    if kind == "link":
        base = planned(replace(case, changes={}))[2]
        fragment = case_link.encode(base, changes, case.title)
        mark = "#" if fragment else ""
        return f"{case.scenario}/{dossier.city.slug}.html{mark}{fragment}\n".encode()
    told = {"format": FORMAT, "city": case.city, "scenario": case.scenario}
    named = {"title": case.title} if case.title else {}
    text = json.dumps({**told, **named, "changes": short(changes)}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()
