"""How a figure came into the project, in words for a reader."""

from __future__ import annotations

import re
from datetime import datetime

_PULLED = re.compile(r"-(\d{8}T\d{6}Z)-[0-9a-f]{8}(?:-from-(.+?))?(?:-\d+)?\.json(?:\.gz)?$")


def origin(raw_file: str) -> str:
    """What the name of a raw file tells of its origin.

    >>> origin("acs5-2023-us-places-20261123T045050Z-437dbe11.json.gz")
    'fetched from the Census API on November 23, 2026'
    >>> origin("acs5_2023.csv")
    "carried from a public copy of the Bureau's file"
    """
    pulled = _PULLED.search(raw_file)
    if pulled is None:
        return "carried from a public copy of the Bureau's file"
    day = datetime.strptime(pulled.group(1), "%Y%m%dT%H%M%SZ")
    text = f"{day:%B} {day.day}, {day.year}"
    if pulled.group(2) is None:
        return f"fetched from the Census API on {text}"
    return f"fetched on {text} from {pulled.group(2)}, which is not the Bureau's own server"
