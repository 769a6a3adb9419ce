"""Importing this first keeps workers lean and quiet."""

from __future__ import annotations

import sys
from types import TracebackType

from cvi_analysis.files import folder_is_gone

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not (isinstance(error, FileNotFoundError) and folder_is_gone()):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say
