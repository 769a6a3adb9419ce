"""Ask whether a pinned dependency has a known vulnerability: `make audit`.

Runs pip-audit on `requirements.lock`, against the package index's own advisories and, where those
do not answer, the OSV database. Both need a network. Nothing is installed or changed.

pip-audit calls a lock without findings clean even if no single pin could be looked up. Here that
is no success: exit status 0 means that every pin was looked up and none is known to be vulnerable,
1 that some are, 2 that it could not be found out. `--if-possible` makes 0 of 2, and still says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
SERVICES = {"pypi": "the package index", "osv": "the OSV database"}
SECONDS = 300
NONE, SOME, UNKNOWN = 0, 1, 2

NO_TOOL = """make audit needs pip-audit, which is not on the PATH: nothing was looked up.
Get it with `python3 -m pip install --user pip-audit` or `pipx install pip-audit`."""


def main(arguments: list[str]) -> int:
    """Look every pin up and say what was found; the exit status."""
    status = audited()
    return NONE if status == UNKNOWN and "--if-possible" in arguments else status


def audited() -> int:
    """The outcome of the first service that answers for every pin."""
    tool = shutil.which("pip-audit")
    if tool is None:
        print(NO_TOOL, file=sys.stderr)
        return UNKNOWN
    for service, name in SERVICES.items():
        pins = looked_up(tool, service)
        known = [pin for pin in pins if "skip_reason" not in pin]
        bad = [pin for pin in known if pin.get("vulns")]
        for pin in bad:
            for advisory in pin["vulns"]:
                fixed = ", ".join(advisory.get("fix_versions", [])) or "none yet"
                print(f"{pin['name']} {pin['version']}: {advisory['id']}; fixed in: {fixed}")
        if bad:
            print(f"{len(bad)} of {len(pins)} pins are known to be vulnerable, by {name}.")
            return SOME
        if pins and len(known) == len(pins):
            print(f"None of {len(pins)} pins is known to be vulnerable, by {name}.")
            return NONE
        print(f"{name} answered for {len(known)} of {len(pins) or 'all'} pins.", file=sys.stderr)
    print(
        "Whether the dependencies have known vulnerabilities could not be found out: their data "
        "cannot be had from here. Run `make audit` again where it can.",
        file=sys.stderr,
    )
    return UNKNOWN


def looked_up(tool: str, service: str) -> list[dict[str, Any]]:
    """What pip-audit found on each pin; nothing if the service could not be reached."""
    command = [tool, "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]
    command += ["--vulnerability-service", service, "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "15"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        found = json.loads(run.stdout)
        return list(found["dependencies"])
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
