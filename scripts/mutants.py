"""Change the code in a seeded sample of places and see whether a test notices: `make mutants`.

cosmic-ray makes the changes, one at a time, in a copy of the project. coverage.py says which tests
reach the changed line; they are run, the quickest first, until one fails. What none of them notices
is named, unless docs/reliability.md lists it as changing no behaviour. Exit status 0: at least 90%
of the others were noticed; 1: fewer; 2: the tools are missing.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from importlib import import_module
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".cache" / "mutants"
TOOLS = STATE / "tools"
PLACES = {
    ("model/*.py", "params/*.py"): (("tests/model", "tests/params", "tests/report"), ()),
    ("census/*.py",): (("tests/census",), ()),
    ("batch/manifest.py", "batch/execution.py", "batch/papermill_engine.py"): (
        ("tests/batch",),
        ("tests/batch/test_incremental.py", "tests/batch/test_shard.py"),
    ),
}
"""What is changed, below cvi_analysis/; the tests that are to notice it; of them, those that do so
from another process, where coverage.py does not see what they reach."""
MARKS = ("-q", "-p", "no:cacheprovider", "-m", "not slow and not reliability")
TESTS, SECONDS, ENOUGH = 400, 600, 0.9  # at most, for one change; at least, of all changes
WARM = ("pytest", "pandas", "pydantic", "yaml", "hypothesis", "nbformat", "matplotlib", "requests")
SAME = ("Eq_Is", "NotEq_IsNot", "Is_Eq", "IsNot_NotEq")  # nearly always equal
NO_TOOLS = f"""make mutants needs cosmic-ray and coverage.py: nothing was changed. Get them with
.venv/bin/python -m pip install --target {TOOLS.relative_to(ROOT)} cosmic-ray coverage"""


class Recorder:
    """A plugin of pytest's: tells coverage.py which test runs, and keeps how long each takes."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.failed: set[str] = {""}

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        import_module("coverage").Coverage.current().switch_context(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A test was set up, run or cleaned up after."""
        self.seconds[report.nodeid] += report.duration
        if report.failed:  # It would fail whatever is changed.
            self.failed.add(report.nodeid)


def reached(copy: Path, folders: tuple[str, ...], answer: Path) -> int:
    """Run all tests of these folders; write which of them reach each line, the quickest first."""
    recorder = Recorder()
    cover = import_module("coverage").Coverage(None, source=[str(copy / "cvi_analysis")])
    cover.start()
    status = int(import_module("pytest").main([*MARKS, *folders], plugins=[recorder]))
    cover.stop()
    data, lines = cover.get_data(), defaultdict[str, list[str]](list)
    for path in data.measured_files():
        for line, names in data.contexts_by_lineno(path).items():
            ordered = sorted({*names} - recorder.failed, key=lambda name: recorder.seconds[name])
            lines[f"{Path(path).relative_to(copy)}:{line}"] = ordered[:TESTS]
    answer.write_text(json.dumps(lines))
    return status


def forked(copy: Path, seconds: float, work: Any, *words: Any) -> int | None:
    """Do work in a fork of this process, in the copy, and in silence; None if out of time."""
    if not (child := os.fork()):
        os.setsid()
        os.chdir(copy)
        sys.path[0] = os.environ["PYTHONPATH"] = str(copy)
        log = os.open(copy / ".log", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(log, stream)
        try:
            os._exit(work(copy, *words))
        finally:
            os._exit(99)
    end, done = time.monotonic() + seconds, (0, 0)
    while not done[0] and time.monotonic() < end:
        time.sleep(0.02)
        done = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # and what a test has left behind
    if not done[0]:
        os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(done[1]) if done[0] else None


def copied(folder: Path) -> Path:
    """A copy of what tests read, made at the same times, so that its bytecode fits."""
    skipped = shutil.ignore_patterns(".git", ".venv", ".cache", "reports", "site", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=skipped)
    (folder / "reports").mkdir()
    return folder


def statements(source: str) -> tuple[dict[int, tuple[int, int]], set[int]]:
    """First and last line of the statement on each line; the lines on which no change is one.

    Of the head of a function, which runs before any test, it is the function. No change is one in
    the decorator of a dataclass, which guards the code from itself.
    """
    tree, spans, idle = ast.parse(source), dict[int, tuple[int, int]](), set[int]()
    for node in ast.walk(tree):  # from the outside in
        if isinstance(node, ast.stmt):
            last, body = node.end_lineno or 0, getattr(node, "body", None)
            if body and isinstance(body[0], ast.stmt):
                last = max(node.lineno, body[0].lineno - 1)
            spans |= dict.fromkeys(range(node.lineno, last + 1), (node.lineno, last))
        if isinstance(node, ast.FunctionDef):
            first, last = node.lineno, node.end_lineno or 0
            first = min([first, *(one.lineno for one in node.decorator_list)])
            spans |= dict.fromkeys(range(first, node.body[0].lineno), (first, last))
        if isinstance(node, ast.ClassDef):
            idle |= {one.lineno for one in node.decorator_list if "dataclass" in ast.unparse(one)}
    return spans, idle


def changes(path: Path) -> list[list[dict[str, Any]]]:
    """Every change that cosmic-ray can make to a module, by place."""
    plugins, trees = import_module("cosmic_ray.plugins"), import_module("cosmic_ray.ast")
    source = path.read_text("utf-8")
    spans, idle = statements(source)
    nodes = list(trees.ast_nodes(trees.get_ast(source)))
    found = defaultdict[tuple[int, int], list[dict[str, Any]]](list)
    for name in plugins.operator_names():
        kind = plugins.get_operator(name)
        if kind.arguments() or name.endswith(SAME) or "BitOr" in name:  # unions of types, mostly
            continue
        operator = kind()
        places = (place for node in nodes for place in operator.mutation_positions(node))
        for number, (start, _) in enumerate(places):
            if start[0] not in idle:
                one = {"path": str(path.relative_to(ROOT)), "operator": name, "number": number}
                found[start].append({**one, "lines": spans.get(start[0], (start[0],) * 2)})
    return list(found.values())


def labelled(change: dict[str, Any]) -> tuple[str, str]:
    """The changed source, and the change's name: the file and what the line was and became."""
    operator = import_module("cosmic_ray.plugins").get_operator(change["operator"])()
    source = (ROOT / change["path"]).read_text("utf-8")
    mutate = import_module("cosmic_ray.mutating").mutate_code
    after = str(mutate(source, operator, change["number"]))
    old, new = source.splitlines(), after.splitlines()
    first = next(i for i, line in enumerate(old) if line.strip() and new[i : i + 1] != [line])
    name = "/".join(Path(change["path"]).parts[1:])
    if len(old) == len(new):
        return (
            after,
            f"{name}: `{' '.join(old[first].split())}` is `{' '.join(new[first].split())}`",
        )
    return after, f"{name}: `{old[first].strip()}` of `{old[first + 1].strip()}` is gone"


def judged(copy: Path, change: dict[str, Any], reach: dict[str, list[str]]) -> str:
    """Make one change in the copy, run its tests, and undo it: who noticed, or `survived`."""
    first, last = change["lines"]
    places = [f"{change['path']}:{line}" for line in range(first, last + 1)]
    names = {test: None for place in places for test in reach.get(place, ())}
    if not names:  # It runs when the module is imported: those that reach most of the module.
        every = (tests for place, tests in reach.items() if place.startswith(change["path"] + ":"))
        names = {test: None for test, _ in Counter(chain.from_iterable(every)).most_common()}
    tests = [*change["first"], *[*names][:TESTS], *change["last"]]
    if not tests:
        return "survived"
    path = copy / change["path"]
    status = path.stat()
    path.write_text(change["after"], "utf-8")
    os.utime(path, (change["moment"], change["moment"]))  # so that no bytecode seems to fit
    code = forked(copy, SECONDS, noticed, tests)
    path.write_bytes((ROOT / change["path"]).read_bytes())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    if code == 0:
        return "survived"
    if code is None:
        return "out of time"
    log = (copy / ".log").read_text(errors="replace")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)|^ImportError while loading conftest", log, re.M)
    return str(failed[1] or "every import") if failed else f"status {code}"


def noticed(copy: Path, tests: list[str]) -> int:
    """Run these tests until one fails: pytest's status."""
    return int(import_module("pytest").main([*MARKS, "-x", *tests]))


def worker(number: int, jobs: int, sample: list[dict[str, Any]], folder: str) -> None:
    """Judge every so-manieth change, and write down how it went."""
    copy = copied(Path(folder) / str(number))
    for name in WARM:
        import_module(name)
    for change in sample[number::jobs]:
        reach = json.loads((STATE / f"{change['group']}.json").read_text())
        result = judged(copy, change, reach)
        with (STATE / "results.jsonl").open("a", encoding="utf-8") as results:
            results.write(json.dumps({"label": change["label"], "result": result}) + "\n")
        print(f"{change['label']}\n    {result}", flush=True)


def newer(folders: tuple[str, ...], than: Path) -> list[str]:
    """Files of tests that were changed after it was written down which lines they reach."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("test_*.py")))
    moment = than.stat().st_mtime if than.exists() else 0
    return [str(path.relative_to(ROOT)) for path in files if path.stat().st_mtime > moment > 0]


def chosen(options: argparse.Namespace) -> list[dict[str, Any]]:
    """The seeded sample: of each module its share of places, at least one; one change a place."""
    modules = {
        path: (group, changes(path))
        for group, patterns in enumerate(PLACES)
        for pattern in patterns
        for path in sorted((ROOT / "cvi_analysis").glob(pattern))
    }
    total = sum(len(places) for _, places in modules.values())
    sample: list[dict[str, Any]] = []
    for path, (group, places) in modules.items():
        # Its own dice: a larger sample has all of a smaller one, and no module changes another's.
        dice = random.Random(f"{options.seed} {path.name}")  # noqa: S311  # not for secrets
        dice.shuffle(places)
        share = max(1, round(options.sample * len(places) / total))
        for change in [dice.choice(place) for place in places][:share]:
            try:
                change["after"], change["label"] = labelled(change)
                compile(change["after"], change["label"], "exec")
            except (AttributeError, SyntaxError):  # cosmic-ray's own, over `*` and `module.Error`
                continue
            if "strict=False" in change["label"]:  # `zip`: it guards the code from itself, too
                continue
            sample.append({**change, "group": group, "moment": 10**9 + len(sample)})
    random.Random(options.seed).shuffle(sample)  # noqa: S311  # not for secrets
    print(f"{len(sample)} of {total:,} places in {len(modules)} modules", flush=True)
    return [change for change in sample if options.only in change["label"]]


def main(arguments: list[str]) -> int:
    """Judge the sample and print what no test noticed; the exit status."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=400, help="changes, one at least a module")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="those with this text in their printed name")
    parser.add_argument("--again", action="store_true", help="only what survived the last time")
    options = parser.parse_args(arguments)
    sys.path.append(str(TOOLS))
    try:
        import_module("cosmic_ray"), import_module("coverage")
    except ImportError:
        print(NO_TOOLS, file=sys.stderr)
        return 2
    STATE.mkdir(parents=True, exist_ok=True)
    sample = chosen(options)
    log = STATE / "results.jsonl"
    before = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if options.again:
        last = {one["label"]: one["result"] for one in before}
        sample = [one for one in sample if last.get(one["label"], "survived") == "survived"]
    with tempfile.TemporaryDirectory() as folder:
        for group, (folders, others) in enumerate(PLACES.values()):
            answer, ours = STATE / f"{group}.json", [x for x in sample if x["group"] == group]
            if ours and not (options.again and answer.exists()):
                forked(copied(Path(folder) / f"reach{group}"), 3600, reached, folders, answer)
            for one in ours:
                one["first"], one["last"] = newer(folders, answer), others
        work = get_context("fork").Process
        running = [
            work(target=worker, args=(number, options.jobs, sample, folder))
            for number in range(options.jobs)
        ]
        for process in running:
            process.start()
        for process in running:
            process.join()
    return told({one["label"] for one in sample})


def told(labels: set[str]) -> int:
    """Print killed, equivalent and survived by room; the exit status."""
    lines = (STATE / "results.jsonl").read_text().splitlines()
    results = {one["label"]: one["result"] for one in map(json.loads, lines)}
    known = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    table = defaultdict[str, Counter[str]](Counter)
    for label in sorted(labels & results.keys()):
        kind = "killed"
        if results[label] == "survived":
            kind = "equivalent" if label in known else "survived"
        if kind == "survived":
            print(label)
        table[label.partition(":")[0]][kind] += 1
        table["together"][kind] += 1
    for name, row in table.items():
        print(f"{name:34} " + ", ".join(f"{row[kind]} {kind}" for kind in sorted(row)))
    together = table["together"]
    return int(together["killed"] < ENOUGH * (together["killed"] + together["survived"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
