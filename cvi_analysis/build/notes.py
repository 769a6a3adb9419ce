"""What the exporters have to say about a notebook, collected instead of printed by each worker."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from cvi_analysis import export


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message not in self.found:  # The page and the PDF say the same.
            self.found.append(message)


@contextmanager
def noted() -> Iterator[list[str]]:
    """The exporters' warnings during the block, each once, in order."""
    log = logging.getLogger(export.__name__)
    collector, passes_on = _Collector(), log.propagate
    log.addHandler(collector)
    log.propagate = False
    try:
        yield collector.found
    finally:
        log.propagate = passes_on
        log.removeHandler(collector)
