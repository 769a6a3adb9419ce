"""Minify the calculator's scripts into the one that a page carries.

`python scripts/minify_calculator.py`: run it after a change of `cvi_analysis/calculator/*.js`; a
test says so. Until then pages carry the scripts as they are. Needs the package minify-go (`pip
install minify-go`); nothing else in the project does.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cvi_analysis.calculator.widget import MINIFIED, first_line, joined_scripts

TARGET = Path(__file__).resolve().parent.parent / "cvi_analysis/calculator" / MINIFIED


def main() -> int:
    """Write the minified script; the exit status."""
    try:
        import minify
    except ModuleNotFoundError:
        print(
            "This needs the package minify-go: `pip install minify-go`, then again.",
            file=sys.stderr,
        )
        return 1
    scripts = joined_scripts()
    minified = minify.string("application/javascript", scripts)
    TARGET.write_text(f"{first_line(scripts)}\n{minified}\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(scripts):,} characters became {len(minified):,}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
