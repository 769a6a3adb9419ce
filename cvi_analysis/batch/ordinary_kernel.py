"""Jupyter's own kernel, with the environment and the limits of every notebook."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Dict, default
from traitlets.config import Config

from cvi_analysis.batch.notebook_environment import bring_fonts

# A socket's path may have 107 characters.
_LONGEST_FOLDER = 80


class OrdinaryKernelManager(AsyncKernelManager):
    """Starts this interpreter's kernel as an order says, whatever the user's folders hold."""

    order = Dict(help="See `kernel_options`.").tag(config=True)

    @default("kernel_spec_manager")
    def _own_kernel_alone(self) -> KernelSpecManager:
        return KernelSpecManager(parent=self, kernel_dirs=[])

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start the kernel; what it would repeat on the terminal is dropped."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        options |= {"env": dict(self.order["environment"]), "cwd": self.order["cwd"], **quiet}
        await super().start_kernel(**options)
        pid, memory = getattr(self.provisioner, "pid", None), self.order["memory"]
        if sys.platform == "linux" and memory is not None and pid is not None:
            import resource  # Not on Windows.

            with suppress(ProcessLookupError):  # It has ended already, which is told elsewhere.
                resource.prlimit(pid, resource.RLIMIT_DATA, (int(memory * 1e9),) * 2)


def kernel_options(order: Mapping[str, Any]) -> dict[str, Any]:
    """Options of papermill's own engine for a kernel.

    Args:
        order: `environment`, `cwd`, `memory` in gigabytes or None, and the private `folder`.
    """
    bring_fonts(Path(order["folder"]))
    config: dict[str, Any] = {"order": dict(order)}
    if sys.platform != "win32" and len(order["folder"]) < _LONGEST_FOLDER:
        # Ports are picked before they are used: kernels that start together can pick the same.
        config |= {"transport": "ipc", "connection_file": f"{order['folder']}/kernel.json"}
    return {
        "kernel_manager_class": OrdinaryKernelManager,
        "config": Config(OrdinaryKernelManager=config),
        "shutdown_kernel": "immediate",
        "record_timing": False,
        "store_widget_state": False,
    }
