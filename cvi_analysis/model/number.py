"""Numbers that may be one value or an array of draws, and the model's only rounding rule.

One value takes Python's own arithmetic, which gives the same bits as NumPy's in a tenth of the
time: a report asks for a hundred profiles of one city.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

Number: TypeAlias = Any
"""A float, an int or a NumPy array of them; every model function broadcasts over it."""

Values: TypeAlias = Mapping[str, Any]
"""Resolved assumptions by dotted name."""


_PLAIN = (float, int)


def one(x: Number) -> bool:
    """One value, not an array."""
    return isinstance(x, _PLAIN) or np.ndim(x) == 0


def half_up(x: Number) -> Number:
    """`x` rounded half up, `floor(x + 0.5)`: 2.5 gives 3.0. Python's `round` gives 2."""
    return float(math.floor(x + 0.5)) if one(x) else np.floor(x + 0.5)


def larger(a: Number, b: Number) -> Number:
    """The larger of two numbers, item by item in arrays."""
    return (a if a >= b else b) if one(a) and one(b) else np.maximum(a, b)


def smaller(a: Number, b: Number) -> Number:
    """The smaller of two numbers, item by item in arrays."""
    return (a if a <= b else b) if one(a) and one(b) else np.minimum(a, b)


def whole(x: Number) -> Number:
    """A whole-valued float as an int; arrays stay arrays."""
    return int(x) if one(x) else x


def plain(x: Number) -> Number:
    """A NumPy scalar as a Python float; arrays stay arrays."""
    return float(x) if one(x) else x
