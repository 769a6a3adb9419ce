"""Write `requirements.lock`: every dependency of `pyproject.toml`, pinned and hashed, in layers.

A package stands in the first layer that needs it: `run` (what reports need, and what installs this
package), `notebook` (JupyterLab) or `test` (all else). `bootstrap.py` installs as far as is asked.
One lock serves Python 3.11 to 3.14 on Linux, macOS and Windows. It names no index, so whoever
installs from it keeps their own (a company mirror, say); the hashes make sure that they get the
same files. Needs uv; nothing else in the project does.

Run `make lock` after a change of the dependencies (pins that still fit stay as they are), and
`make lock ARGS=--upgrade` to move every pin to the newest release.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
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

LAYERS = {"run": [], "notebook": ["--extra", "notebook"]}
"""What uv is asked for each layer but the last, which has all the rest."""

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
    print("Sorting the packages into layers, and weighing what each fetches …", flush=True)
    path = ROOT / LOCK
    first = {layer: _needed(uv, extras) for layer, extras in LAYERS.items()}
    path.write_text(_weighed(_layered(path.read_text("utf-8"), first)), "utf-8")
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


def _needed(uv: str, extras: list[str]) -> set[str]:
    """Names of what the project needs with these extras, and its build backend, in these pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    command = [uv, "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--python-version", PYTHONS[0], "--constraints", LOCK]
    told = subprocess.run(
        [*command, *extras, "pyproject.toml", "-"],
        cwd=ROOT,
        input="\n".join(project["build-system"]["requires"]),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout
    return set(re.findall(r"^([\w.-]+)==", told, re.MULTILINE))


def _layered(lock: str, first: dict[str, set[str]]) -> str:
    """The lock with each package under the heading of the first layer that has its name."""
    head, *packages = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)
    head = re.sub(r"^# Layer .*\n", "", head, flags=re.MULTILINE)
    text, seen = head, set[str]()
    for layer in (*first, "test"):
        text += f"# Layer {layer}: \n"
        for package in packages:
            package = re.sub(r"^# Layer .*\n", "", package, flags=re.MULTILINE)
            name = package.partition("==")[0]
            if name not in seen and name in first.get(layer, {name}):
                text += package
        seen |= first.get(layer, set())
    return text


def _weighed(lock: str) -> str:
    """The lock with the megabytes that each layer's wheels have for this Python and system."""
    head, *layers = re.split(r"^(?=# Layer )", lock, flags=re.MULTILINE)
    for number, layer in enumerate(layers):
        with tempfile.TemporaryDirectory() as folder:
            pins = Path(folder) / "layer.txt"
            pins.write_text(layer, "utf-8")
            wheels = Path(folder) / "wheels"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            command += ["--require-hashes", "--only-binary", ":all:", "--dest", str(wheels)]
            subprocess.run([*command, "-r", str(pins)], check=True)
            size = sum(wheel.stat().st_size for wheel in wheels.iterdir()) / 1e6
        layers[number] = re.sub(r"(?<=: )$", f"about {size:.0f} MB", layer, count=1, flags=re.M)
    return head + "".join(layers)


def _compile(uv: str, *arguments: str) -> int:
    command = [uv, "pip", "compile", "--quiet", "--no-emit-index-url", "--no-emit-find-links"]
    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": MACOS}
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
