"""The entry point of the papermill engine `cvi`.

papermill loads every registered engine while it is itself being imported. The class is therefore
made on first access, after papermill, whichever of the two modules a program imports first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvi_analysis.kernels.forked_engine import CviEngine as CviEngine


def __getattr__(name: str) -> Any:
    """`CviEngine`, from `forked_engine`."""
    if name != "CviEngine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import papermill  # noqa: F401  (must be loaded, or loading, before the class)

    from cvi_analysis.kernels.forked_engine import CviEngine

    return CviEngine
