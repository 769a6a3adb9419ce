"""Write `requirements.lock`: every dependency of `pyproject.toml`, pinned and hashed.

One lock serves Python 3.11 to 3.14 on Linux, macOS and Windows. It names no index, so whoever
installs from it keeps their own (a company mirror, say); the hashes make sure that they get the
same files. Needs uv; nothing else in the project does.

Run `make lock` after a change of the dependencies (pins that still fit stay as they are), and
`make lock ARGS=--upgrade` to move every pin to the newest release.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"
PYTHONS = ("3.11", "3.14")  # the oldest and the newest; those between have wheels if both do
PLATFORMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
MACOS = "14.0"  # the oldest macOS that the wheels must run on

NO_UV = """make lock needs uv, which is not on the PATH.
Get it with `python3 -m pip install --user uv` or `pipx install uv`, or from your package manager,
then run `make lock` again."""


def main(arguments: list[str]) -> int:
    """Write the lock and check it; the exit status."""
    uv = shutil.which("uv")
    if uv is None:
        print(NO_UV, file=sys.stderr)
        return 1
    print(f"Locking the dependencies of pyproject.toml in {LOCK} …", flush=True)
    status = _compile(
        uv,
        "pyproject.toml",
        *("--universal", "--generate-hashes", "--all-extras", "--python-version", PYTHONS[0]),
        *("--constraints", "scripts/constraints.txt", "--custom-compile-command", "make lock"),
        *("--output-file", LOCK, *arguments),
    )
    if status:
        return status
    print("Checking that every pin has a wheel, so that nobody needs a compiler …", flush=True)
    for python in PYTHONS:
        for platform in PLATFORMS:
            if _compile(
                uv,
                LOCK,
                *("--no-deps", "--only-binary", ":all:", "--output-file", os.devnull),
                *("--python-version", python, "--python-platform", platform),
            ):
                print(f"No wheel for Python {python} on {platform}: see above.", file=sys.stderr)
                print("Hold the package back in scripts/constraints.txt.", file=sys.stderr)
                return 1
    print(f"{LOCK} holds for Python {' to '.join(PYTHONS)} on {len(PLATFORMS)} platforms.")
    return 0


def _compile(uv: str, *arguments: str) -> int:
    command = [uv, "pip", "compile", "--quiet", "--no-emit-index-url", "--no-emit-find-links"]
    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": MACOS}
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
