"""Numbers that may be one value or an array of draws, and the model's only rounding rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

Number: TypeAlias = Any
"""A float, an int or a NumPy array of them; every model function broadcasts over it."""

Values: TypeAlias = Mapping[str, Any]
"""Resolved assumptions by dotted name."""


def half_up(x: Number) -> Number:
    """`x` rounded half up, `floor(x + 0.5)`: 2.5 gives 3.0. Python's `round` gives 2."""
    return np.floor(x + 0.5)


def whole(x: Number) -> Number:
    """A whole-valued float as an int; arrays stay arrays."""
    return int(x) if np.ndim(x) == 0 else x


def plain(x: Number) -> Number:
    """A NumPy scalar as a Python float; arrays stay arrays."""
    return float(x) if np.ndim(x) == 0 else x
