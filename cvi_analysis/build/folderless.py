"""Importing this keeps a worker quiet that is started as the command's working folder goes.

Every worker first changes into that folder. The command says in one message that it is gone; the
worker's traceback beside it would only hide that.
"""

from __future__ import annotations

import sys
from types import TracebackType

from cvi_analysis.system import folder_is_gone


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not (isinstance(error, FileNotFoundError) and folder_is_gone()):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say
