"""The papermill engine `cvi`."""

from __future__ import annotations


class CviEngine:
    """Placeholder until the engine lands; it only keeps `import papermill` working."""
