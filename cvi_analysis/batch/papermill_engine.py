"""The papermill engine `cvi`. Import it from `cvi_analysis.batch`, which says why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papermill.engines import NBClientEngine

from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.forked_notebook import ForkedNotebookClient
from cvi_analysis.batch.notebook_environment import private_environment
from cvi_analysis.batch.ordinary_kernel import kernel_options


class CviEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Executes a notebook in a process forked from the server, or in an ordinary kernel.

    Use it as `papermill.execute_notebook(..., engine_name="cvi")`. The result is the same.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        forked: bool | None = None,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        memory: float | None = None,
        **options: Any,
    ) -> Any:
        """Execute the notebook that `nb_man` holds.

        Args:
            nb_man: papermill's state of the execution.
            kernel_name: any name; it is always this interpreter that runs the cells.
            forked: whether to use the server; None starts one if there is none and may be one.
            environment: variables in addition to those of every notebook.
            cwd: its working directory; by default this process's.
            memory: gigabytes that it may allocate (on Linux); None for no limit.
            options: as for papermill's engine; of nbclient's those on what may fail, `allow_errors`
                and `skip_cells_with_tag`.
        """
        requests = None if forked is False else notebook_server.server_in_use()
        if forked is None and requests is None and (server := notebook_server.start_server()):
            requests = server.requests
        with private_environment(environment or {}) as (folder, variables):
            order = {"environment": variables, "cwd": str(cwd or Path.cwd()), "memory": memory}
            order["folder"] = str(folder)
            if requests is None:
                options |= kernel_options(order)
                return super().execute_managed_notebook(nb_man, "python3", **options)
            limits = {"timeout": options.get("execution_timeout") or options.get("timeout")}
            limits["startup_timeout"] = options.get("start_timeout", 60)
            known = ForkedNotebookClient.class_trait_names()
            options = {name: value for name, value in options.items() if name in known}
            return ForkedNotebookClient(nb_man, **options | limits).execute(requests, order)
