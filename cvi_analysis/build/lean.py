"""Importing this first spares the workers a module that they never use.

The notebook format's checks can also check internationalized addresses, with a grammar that takes
a second to read at every start. No notebook has a field of that kind. A name whose entry is None
counts as not installed, which those checks allow for.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
