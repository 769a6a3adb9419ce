"""README and docs followed from nothing: every command shown is run, in order, in a fresh copy.

What stands in for what, and why:

- the copy's `.venv` is made of the packages that run this test, not downloaded again;
- `make reports` makes two cities instead of 50, which is the same command with `CITIES`, and `cvi
  reports` with `--cities`;
- `make site` makes one scenario, and brings one city of it up to date;
- `make test` and `make reliability` run one file, because they would run this test again;
- `make notebook` and `jupyter lab` say their version: opening one needs a browser that stays;
- the Census Bureau is the loopback server of tests/census, with a key that it accepts;
- an ellipsis is a place to fill in, so such a command is left out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.census.census_loopback import KEY, Loopback, running
from tests.census.census_world import fill
from tests.checkout import ROOT

pytestmark = [
    pytest.mark.reliability,
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the Makefile is for POSIX systems"),
]
DOCUMENTS = ("README.md", "docs/assumptions.md", "docs/add-a-city.md", "docs/ingestion.md")
DOCUMENTS += ("docs/calculator.md", "docs/use-your-own-chart.md", "docs/read-a-report.md")
DOCUMENTS += ("docs/methodology.md", "docs/code.md", "docs/publish.md", "SECURITY.md")
DOCUMENTS += ("CONTRIBUTING.md",)
CITIES = "norfolk-va dayton-oh"
ONE_FILE = "-n0 -q tests/model/test_people.py"
ONE_ATTACK = "-n0 -q tests/census/test_ingest_fuzz.py -k 'any_body and not wire'"
INSTEAD = {
    r"make reports(?=$| SCENARIO=\S+$)": rf'\g<0> CITIES="{CITIES}"',
    r"\.venv/bin/cvi reports$": rf'\g<0> --cities "{CITIES}"',
    r"make site(?=$| BASE_URL=\S+$)": r'\g<0> ARGS="--scenarios baseline --cities norfolk-va"',
    r"\.venv/bin/cvi site .*$": "true # tests/batch/test_site.py",
    r"make test$": f'make test ARGS="{ONE_FILE}"',
    r"make reliability$": f'make reliability ARGS="{ONE_ATTACK}"',
    r"make check$": "true # runs on the checkout itself in CI, before this",
    r"make audit$": "make audit ARGS=--if-possible",
    r"make notebook$": "make notebook ARGS=--version",
    r"make lock$": "true # needs uv and the package index; tests/repository/test_lock.py",
    r"make setup PYTHON=\S+$": "make setup",
    r"make clean$": "true # would undo the commands before",
    r"make bench$": "true # minutes; tests/bench",
    r"make verify$": 'make verify ARGS="--cities norfolk-va"',
    r"py scripts/bootstrap\.py$": "true # on Windows",
}
NAMES = ("cvi report", "cvi ingest --city", "make compare")
"""Words of running text that name a command without being one."""

REFUSED = re.compile(r"caseload=0$")
"""The one command that is shown because it is refused."""


@dataclass(frozen=True)
class Command:
    """A command as the documents show it, with the output shown under it."""

    document: str
    line: int
    text: str
    output: list[str] = field(default_factory=list)

    @property
    def here(self) -> str:
        """What is run: the command itself, or what stands in for it."""
        text = re.sub(r"\s+#.*$", "", self.text)
        text = re.sub(r"^cvi ", ".venv/bin/cvi ", text)  # as docs/assumptions.md and ingestion say
        for shown, instead in INSTEAD.items():
            text = re.sub(f"^{shown}", instead, text)
        return text


def commands(document: str) -> Iterator[Command]:
    """In order: blocks marked console, indented commands, table cells and words in running text."""
    text = (ROOT / document).read_text("utf-8")
    start = r"(?:make|cvi|cp|\.venv/bin/\w+|py scripts/\w+\.py)\b(?! stands)"
    inside = ""
    found: list[Command] = []
    for number, line in enumerate(text.split("\n"), 1):
        fence = re.match(r" *```(\w*)", line)
        if fence:
            inside = "" if inside else fence[1] or "plain"
        elif inside == "console":
            if re.match(start, line):
                found.append(Command(document, number, line.strip()))
            elif line.strip() and found:
                found[-1].output.append(line.strip())
        elif not inside and re.match(rf"    {start}[ \w]", line):
            found.append(Command(document, number, line.strip()))
        elif not inside and re.match(r"    (?! )cvi: ", line) and found:
            found[-1].output.append(line.strip())
        elif not inside:
            spans = re.findall(rf"`({start} ?[^`]*)`", line)
            found += [
                Command(document, number, span)
                for span in spans
                if " " in span and span not in NAMES
            ]
    yield from (one for one in found if "…" not in one.text)


def every_command() -> list[Command]:
    return [command for document in DOCUMENTS for command in commands(document)]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory) -> Path:
    """A fresh copy of what git holds, in a folder with spaces, and a `.venv` in it."""
    folder = tmp_path_factory.mktemp("newcomer") / "cvi profiles"
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    for name in filter(None, listing.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    borrow_packages(folder)
    return folder


def borrow_packages(folder: Path) -> None:
    """Make `.venv` of the packages at hand, and the record by which it counts as set up."""
    made = folder / ".venv"
    venv.EnvBuilder(symlinks=True, with_pip=False).create(made)
    paths = {"base": str(made), "platbase": str(made)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    ours = sysconfig.get_path("purelib")
    # The copy first, so that the package is its own, wherever ours was installed from.
    (site / "borrowed.pth").write_text(f"{folder}\n{ours}\n", encoding="utf-8")
    own = f"#!/bin/sh\nexec '{made}/bin/python' -c"
    scripts = {
        "cvi": "from cvi_analysis.__main__ import main; main()",
        "papermill": "from papermill.__main__ import papermill; papermill()",
        "jupyter": "from jupyter_core.command import main; main()",
        "jupyter-nbconvert": "from nbconvert.nbconvertapp import main; main()",
        "pre-commit": "from pre_commit.main import main; raise SystemExit(main())",
    }
    for name, code in scripts.items():
        script = made / "bin" / name
        script.write_text(f'{own} "import sys; sys.argv[0] = \'{name}\'; {code}" "$@"\n')
        script.chmod(0o755)
    shared = Path(sys.prefix) / "share"  # templates of nbconvert
    if shared.is_dir() and not (made / "share").exists():
        (made / "share").symlink_to(shared)
    record = [f"{folder.resolve()}\n", (folder / "requirements.lock").read_text("utf-8")]
    record += ["pyproject.toml\n", (folder / "pyproject.toml").read_text("utf-8")]
    for layer in ("run", "notebook", "test"):
        (made / f".set-up-{layer}").write_text("".join(record), encoding="utf-8")


@pytest.fixture(scope="module")
def census() -> Iterator[Loopback]:
    server = Loopback()
    fill(server)
    with running(server):
        yield server


def prepare(folder: Path, document: str) -> None:
    """What a reader does between the commands: save the file that is shown, or was sent."""
    text = (ROOT / document).read_text("utf-8")
    for name, block in re.findall(r"Save this as `([^`]+)`:\n\n((?:    .*\n|\n)+)", text):
        (folder / name).write_text(re.sub(r"(?m)^    ", "", block), encoding="utf-8")
    for block in re.findall(r"```json\n(.*?)```", text, re.S):
        for name in ("norfolk-va-case.json", "council.json"):
            (folder / name).write_text(block, encoding="utf-8")
    workbook = folder / "reports" / "baseline" / "norfolk-va.xlsx"
    for name in ("norfolk-va.xlsx", "budget-office.xlsx") if workbook.exists() else ():
        shutil.copy(workbook, folder / name)


def test_the_documents_show_commands():
    found = every_command()
    texts = [command.text for command in found]
    assert len(found) >= 35, texts
    assert any(text.startswith("make reports") for text in texts)
    assert any(text.startswith("cvi ingest") for text in texts)
    assert {command.document for command in found} >= {"README.md", "CONTRIBUTING.md"}


def test_every_command_works_as_shown(newcomer, census, record_property):
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("CVI_", "CENSUS_", "PYTEST_"))},
        "CENSUS_API_URL": census.url,
        "CENSUS_API_KEY": KEY,
        "PIP_NO_INDEX": "1",  # nothing may be installed behind this test's back
        "COLUMNS": "100",
    }
    failed = []
    done: dict[str, int] = {}
    document = ""
    for command in every_command():
        if command.document != document:
            document = command.document
            prepare(newcomer, document)
        if command.here in done:
            continue
        result = subprocess.run(
            ["sh", "-c", command.here],
            cwd=newcomer,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        done[command.here] = result.returncode
        told = " ".join((result.stdout + result.stderr).split())
        wanted = 2 if REFUSED.search(command.text) else 0
        shown = " ".join(command.output)
        if result.returncode != wanted or "Traceback" in told or shown not in told:
            failed.append(
                f"{command.document}:{command.line}: {command.here}\n"
                f"status {result.returncode}: {told[-1500:]}"
            )
    record_property("commands", len(done))
    assert not failed, "\n\n".join(failed)
