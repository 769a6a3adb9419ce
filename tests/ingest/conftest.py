from __future__ import annotations

from collections.abc import Iterator

import pytest
from census_loopback import Loopback, running
from census_world import fill


@pytest.fixture
def api() -> Iterator[Loopback]:
    server = Loopback()
    fill(server)
    with running(server):
        yield server
