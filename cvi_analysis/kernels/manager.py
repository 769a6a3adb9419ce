"""Kernel manager and client for reports: short local sockets, no waiting for silence."""

from __future__ import annotations

import inspect
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from queue import Empty
from typing import Any

import zmq.asyncio
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import Bool, Dict, Unicode, default
from traitlets.config import Config

from cvi_analysis.kernels.folder import RuntimeFolder
from cvi_analysis.kernels.quota import BoundedClient, context, limit_memory
from cvi_analysis.kernels.stream import CLASS as STREAM
from cvi_analysis.kernels.warm import address as find_server

_numbers = count(1)

# jupyter_client wraps both in 10 ms of sleep, in which others may see the manager's state change.
_start = inspect.unwrap(AsyncKernelManager.start_kernel)
_shut_down = inspect.unwrap(AsyncKernelManager.shutdown_kernel)


class OwnSpecManager(KernelSpecManager):
    """Knows one kernel: this interpreter's, whatever the user's Jupyter folders hold.

    Nothing is installed anywhere, and every name means that kernel, so that a notebook saved
    under the name of someone's environment still runs here.
    """

    warm = Bool(False, help="Fork kernels from the warm server.").tag(config=True)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The specification of this interpreter's kernel."""
        spec = KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())
        # The pause before each reply is for clients that take it for the end of the outputs.
        options = [f"--IPKernelApp.outstream_class={STREAM}", "--IPythonKernel._execute_sleep=0"]
        spec.argv = [*spec.argv, *options]
        if self.warm:
            spec.metadata = {
                **spec.metadata,
                "kernel_provisioner": {"provisioner_name": "cvi-fork-provisioner", "config": {}},
            }
        return spec


class QuickClient(BoundedClient):
    """A client with the two channels that execution needs, ready as soon as both have spoken."""

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = False,
        hb: bool = False,
        control: bool = False,
    ) -> None:
        """Open the shell and output channels; a report's kernel asks for no input."""
        super().start_channels(shell, iopub, stdin, hb, control)

    def stop_channels(self) -> None:
        """Close both channels. The context is shared and stays."""
        self.shell_channel.stop()
        self.iopub_channel.stop()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for a reply and for one message on the output channel, which proves it connected.

        The stock client then waits for 0.2 s of silence. There is no need: whoever executes a
        cell ignores messages that belong to another request.

        Raises:
            RuntimeError: the kernel has ended, or did not answer in time.
        """
        end = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while True:
            self.kernel_info()
            try:
                await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=1)
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("The kernel ended before it answered.") from None
                if time.monotonic() > end:
                    raise RuntimeError(f"The kernel did not answer in {timeout:g} s.") from None
            else:
                return


class ReportKernelManager(AsyncKernelManager):
    """Starts kernels with a given environment and folder, over Unix sockets where there are any.

    TCP ports are picked before they are used, so kernels that start together can pick the same.
    """

    warm = Bool(False, help="Fork kernels from the warm server.").tag(config=True)
    kernel_env = Dict(help="All environment variables of the kernel.").tag(config=True)
    kernel_cwd = Unicode(help="Working directory of the kernel.").tag(config=True)
    folder = Unicode(help="Folder for the connection file and the sockets.").tag(config=True)

    @default("transport")
    def _default_transport(self) -> str:
        return "tcp" if sys.platform == "win32" else "ipc"

    @default("connection_file")
    def _default_connection_file(self) -> str:
        return str(Path(self.folder) / f"{os.getpid()}-{next(_numbers)}.json")

    @default("ip")
    def _default_ip(self) -> str:
        # For Unix sockets this is what their names begin with.
        return str(Path(self.connection_file).with_suffix("")) if self.transport == "ipc" else ""

    @default("kernel_spec_manager")
    def _default_kernel_spec_manager(self) -> KernelSpecManager:
        return OwnSpecManager(parent=self, warm=self.warm)

    @default("client_factory")
    def _default_client_factory(self) -> type[AsyncKernelClient]:
        return QuickClient if self.warm else BoundedClient

    @default("context")
    def _default_context(self) -> zmq.asyncio.Context:
        return context()

    async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Start the kernel with this manager's environment, folder and share of memory."""
        if self.kernel_env:
            kwargs.setdefault("env", dict(self.kernel_env))
        if self.kernel_cwd:
            kwargs.setdefault("cwd", self.kernel_cwd)
        await _start(self, **kwargs)
        limit_memory(getattr(self.provisioner, "pid", None))

    async def shutdown_kernel(  # type: ignore[override]
        self, now: bool = False, restart: bool = False
    ) -> None:
        """End the kernel; `now` kills it.

        The stock manager interrupts it first, of which the dying kernel complains on the terminal.
        """
        if now and self.provisioner is not None and self.has_kernel:
            await self.provisioner.kill(restart=restart)
            await self.provisioner.wait()
        await _shut_down(self, now=now, restart=restart)

    def client(self, **kwargs: Any) -> AsyncKernelClient:  # type: ignore[override]
        """A client that shares this manager's context."""
        return super().client(context=self.context, **kwargs)


@contextmanager
def kernel_options(*, warm: bool, env: Mapping[str, str], cwd: Path) -> Iterator[dict[str, Any]]:
    """Options of nbclient's `NotebookClient`, in papermill those of an engine, for one kernel.

    Args:
        warm: whether to fork the kernel from the warm server, if there is one.
        env: all environment variables of the kernel.
        cwd: its working directory.

    Yields:
        The options; the files behind them are removed afterwards.
    """
    address = find_server() if warm else None
    with nullcontext(Path(address).parent) if address else RuntimeFolder() as folder:
        config = {
            "warm": address is not None,
            "folder": str(folder),
            "kernel_env": dict(env),
            "kernel_cwd": str(cwd),
        }
        yield {
            "kernel_manager_class": ReportKernelManager,
            "config": Config(ReportKernelManager=config),
            "shutdown_kernel": "immediate",
            "record_timing": False,
            "store_widget_state": False,
        }
