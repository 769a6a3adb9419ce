"""The papermill engine `cvi`: papermill's own engine with kernels of the warm server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from papermill.engines import NBClientEngine

from cvi_analysis.kernels.environment import kernel_environment


class CviEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Executes a notebook in a kernel forked from the warm server, if there is one.

    Without a server the kernel is an ordinary one and the result the same. Use it as
    `papermill.execute_notebook(..., engine_name="cvi")`.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *args: Any,
        kernel_env: dict[str, str] | None = None,
        kernel_cwd: Path | str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Execute the notebook that `nb_man` holds, as papermill's own engine does.

        Args:
            nb_man: papermill's state of the execution.
            kernel_name: any name; the kernel is always this interpreter's.
            args: as for papermill's engine.
            kernel_env: all environment variables of the kernel; by default this process's.
            kernel_cwd: working directory of the kernel; by default this process's.
            kwargs: as for papermill's engine, or options of nbclient.
        """
        # Not at the top: papermill imports this module, and the kernel manager takes a while.
        from cvi_analysis.kernels.manager import kernel_options

        with kernel_options(
            warm=True,
            env=kernel_env or kernel_environment(),
            cwd=Path(kernel_cwd or Path.cwd()),
        ) as options:
            return super().execute_managed_notebook(
                nb_man, kernel_name, *args, **{**options, **kwargs}
            )
