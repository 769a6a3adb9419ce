"""Files in `params/` that explode, run code, nest, or are no text: one message, or right."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checkout import Checkout

SCENARIO = "params/scenarios/field-pay.yaml"
CITIES = "params/cities.csv"
ROLE = "roles.mediator.caseload"

# What a good file becomes, and what must be said of it; None if it must work as before.
YAML: dict[str, tuple[Callable[[bytes], bytes], str | None]] = {
    "10,000 comments": (lambda good: b"# x\n" * 10_000 + good, None),
    "10,000 changes": (
        lambda good: (
            b"title: x\nreason: y\nchanges:\n"
            + b"".join(b"  roles.r%d.caseload: 5\n" % i for i in range(10_000))
        ),
        ":4: roles.r0.caseload: there is no such assumption",
    ),
    "60,000 fields": (lambda good: b"".join(b"k%d: 1\n" % i for i in range(60_000)), ":1: "),
    "a billion laughs": (
        lambda good: (
            b"a: &a [x, x]\n"
            + b"".join(
                b"%c: &%c [*%c, *%c, *%c, *%c]\n" % (c, c, c - 1, c - 1, c - 1, c - 1)
                for c in range(ord("b"), ord("z"))
            )
        ),
        ":1: YAML anchors are not accepted",
    ),
    "a tag that runs code": (
        lambda good: b'title: !!python/object/apply:os.system ["touch owned"]\n' + good,
        ":1: YAML tags are not accepted",
    ),
    "a tag of an object": (
        lambda good: b"title: !!python/object:os.path {}\n",
        ":1: YAML tags are not accepted",
    ),
    "10,000 lists deep": (lambda good: b"a: " + b"[" * 10_000 + b"]" * 10_000, "nested too deeply"),
    "10,000 mappings deep": (
        lambda good: b"{a: " * 10_000 + b"1" + b"}" * 10_000,
        "nested too deeply",
    ),
    "1,000 lines deep": (
        lambda good: b"\n".join(b" " * depth + b"a:" for depth in range(1_000)),
        ":13: values are nested too deeply",
    ),
    "UTF-16": (lambda good: good.decode().encode("utf-16"), ":1: the file is not UTF-8"),
    "Latin-1": (lambda good: "title: Zoë\n".encode("latin-1"), ":1: the file is not UTF-8"),
    "line ends of Windows": (lambda good: good.replace(b"\n", b"\r\n"), None),
    "line ends of old Macs": (lambda good: good.replace(b"\n", b"\r"), None),
    "a byte order mark": (lambda good: b"\xef\xbb\xbf" + good, None),
    "tabs": (lambda good: good.replace(b"\n  ", b"\n\t"), "indented with a tab"),
    "NUL": (lambda good: good + b"\0", "the file is not text"),
    "nothing": (lambda good: b"", "the file is empty"),
    "spaces": (lambda good: b"   \n \n", "the file is empty"),
    "100 MB": (lambda good: b"#" * 100_000_000, "the file is too large"),
    "a line of 900,000": (lambda good: b"title: " + b"x" * 900_000, ":1: "),
    "an endless number": (
        lambda good: b"title: x\nreason: y\nchanges:\n  %s: %s\n" % (ROLE.encode(), b"9" * 5_000),
        f":4: {ROLE}: must be a finite number",
    ),
    "half a character": (
        lambda good: b'title: "\\ud800"\nreason: x\nchanges: {}\n',
        ":1: ",
    ),
}

CSV: dict[str, tuple[Callable[[bytes], bytes], str | None]] = {
    "UTF-16": (lambda good: good.decode().encode("utf-16"), ":1: the file is not UTF-8"),
    "Latin-1": (
        lambda good: good.replace(b"Norfolk", "Nörfolk".encode("latin-1"), 1),
        "the file is not UTF-8",
    ),
    "line ends of Windows": (lambda good: good.replace(b"\n", b"\r\n"), None),
    "line ends of old Macs": (lambda good: good.replace(b"\n", b"\r"), None),
    "a byte order mark": (lambda good: b"\xef\xbb\xbf" + good, None),
    "100,000 empty lines": (lambda good: good + b"\n" * 100_000, None),
    "tabs": (lambda good: good.replace(b",", b"\t"), ":1: the file is not separated by commas"),
    "NUL": (lambda good: good + b"\0", ":52: the file is not text"),
    "nothing": (lambda good: b"", "the file is empty"),
    "only a header": (lambda good: good.split(b"\n")[0] + b"\n", "holds no city"),
    "100 MB": (lambda good: good + b"#" * 100_000_000, ":52: this is not valid CSV"),
    "three million cells": (lambda good: good + b"x," * 3_000_000, ":52: the row does not fit"),
    "a city 10,000 times": (
        lambda good: good + (good.split(b"\n")[1] + b"\n") * 10_000,
        ":52: slug: the city is given twice",
    ),
    "an open quote": (lambda good: good + b'"abc\n', ":52: this is not valid CSV"),
}


@pytest.fixture(autouse=True)
def _pythons_own_limit() -> Iterator[None]:
    """That of a command's process: frictionless, which another test uses, lifts it for this one."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


def asked(checkout: Checkout, file: str) -> subprocess.CompletedProcess:
    words = ("params", "-s", "field-pay") if file == SCENARIO else ("params", "norfolk-va")
    return checkout.invoke(*words, timeout=60)


def must(checkout: Checkout, file: str, told: str | None) -> None:
    result = asked(checkout, file)
    assert "Traceback" not in result.stderr
    assert not (checkout.folder / "owned").exists()
    if told is None:
        assert result.returncode == 0, result.stderr
        return
    assert result.returncode == 2
    assert result.stderr.startswith(f"cvi: {file}"), result.stderr
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert len(result.stderr) < 1_500


@pytest.mark.parametrize("attack", YAML)
def test_a_scenario(checkout: Checkout, attack: str) -> None:
    change, told = YAML[attack]
    path = checkout.folder / SCENARIO
    path.write_bytes(change(path.read_bytes()))
    must(checkout, SCENARIO, told)


@pytest.mark.parametrize("attack", CSV)
def test_the_list_of_cities(checkout: Checkout, attack: str) -> None:
    change, told = CSV[attack]
    path = checkout.folder / CITIES
    path.write_bytes(change(path.read_bytes()))
    must(checkout, CITIES, told)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes as on Unix")
@pytest.mark.parametrize("file", [SCENARIO, CITIES, "params/assumptions.yaml"])
@pytest.mark.parametrize("kind", ["folder", "loop", "pipe", "device"])
def test_what_is_no_file(checkout: Checkout, file: str, kind: str) -> None:
    path = checkout.folder / file
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    must(checkout, file, "this is not a file" if kind in ("pipe", "device") else "cannot be read")
    result = checkout.invoke("reports", "--cities", "norfolk-va", "-s", "field-pay", timeout=120)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert not checkout.reports.exists()


def test_folders_that_lead_to_themselves(checkout: Checkout) -> None:
    for name in ("params", "params/scenarios", "notebooks"):
        (checkout.folder / name / "again").symlink_to(checkout.folder / name)
    assert asked(checkout, SCENARIO).returncode == 0
    result = checkout.invoke("why", "norfolk-va", timeout=120)
    assert result.returncode == 0, result.stderr


def test_a_list_of_places_that_is_no_list(checkout: Checkout, tmp_path: Path) -> None:
    cases = ((b"\xff\xfe", "UTF-8"), (b"norfolk-va\0\n", "not text"), (b"", "no place"))
    for content, told in cases:
        path = tmp_path / "places.txt"
        path.write_bytes(content)
        result = checkout.invoke("reports", "--cities-file", str(path), timeout=120)
        assert result.returncode == 2
        assert "Traceback" not in result.stderr
        assert told in result.stderr, result.stderr
    assert not checkout.reports.exists()
