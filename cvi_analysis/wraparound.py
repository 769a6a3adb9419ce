"""The kinds of wraparound services in words."""

from __future__ import annotations

KINDS = {
    "housing": ("Housing", "safe places to stay, moving costs, rent"),
    "employment": ("Employment", "paid training, job placement, transitional work"),
    "health": ("Health", "trauma care, counseling, treatment"),
    "social": ("Social services", "legal help, school, child care, family support"),
}
"""Title and examples by key; the keys are those of `model.budget.WRAPAROUND_KINDS`."""
