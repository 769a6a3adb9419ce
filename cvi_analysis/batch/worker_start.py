"""What the workers' fork server imports: all that makes reports, ready, lean and quiet.

Exporters, templates and fonts are loaded; what is left behind is shared by all workers. No thread
is started and no other process, which would not survive the fork.
"""

from __future__ import annotations

import gc
import importlib
import sys
from types import TracebackType

from cvi_analysis.files import folder_is_gone


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not (isinstance(error, FileNotFoundError) and folder_is_gone()):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say

# What is imported stays: looking for what does not takes a tenth of the time. Each worker looks
# again from its start, see `pool`.
gc.disable()

# jsonschema, which nbformat draws in, compiles this package's grammar of web addresses while it is
# imported, if it is installed. No schema of a notebook asks for it, and no setting leaves it out.
# It would double the time in which the workers' server starts (3.3 s of processor time instead of
# 1.5) and add 15 MB to 106. A name that is None here counts as not installed.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

importlib.import_module("cvi_analysis.batch.city")
importlib.import_module("cvi_analysis.batch.rendering").prepare()
gc.collect()
gc.freeze()  # What all workers share is neither looked through nor copied by their collectors.
