"""Which scenarios lie beside each other in a folder of reports: read fast, nothing heavy imported.

A scenario's own files must not depend on its neighbors, or the same inputs would not give the same
bytes. What depends on them stands in one page above them, `scenarios.html`, in no manifest.
"""

from __future__ import annotations

from pathlib import Path

PAGE = "scenarios.html"
_MARK = '<meta name="cvi-scenarios" content="{}">'


def neighbors(out: Path) -> tuple[str, ...]:
    """The names of the scenarios whose reports lie in `out`, the baseline first."""
    found = (path.parent.name for path in out.glob("*/index.html"))
    names = (name for name in found if (out / name / "manifest.json").is_file())
    return tuple(sorted(names, key=lambda name: (name != "baseline", name)))


def mark(names: tuple[str, ...]) -> str:
    """What stands in the page's head, for `told` to read again; folder names are plain."""
    return _MARK.format(" ".join(names))


def told(out: Path) -> bool:
    """Whether the page above the scenarios leads to just those that are there."""
    try:
        return mark(neighbors(out)) in (out / PAGE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
