"""The kernel provisioner `cvi-fork-provisioner`: kernels forked from the warm server."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from cvi_analysis.kernels import warm

_LAUNCHER = "ipykernel_launcher"
# The server's answer when it ends before the kernel does.
_LOST = 255


class ForkedKernel:
    """A kernel of the warm server, with those methods of `subprocess.Popen` that Jupyter calls.

    Args:
        address: the server's socket.
        request: what the kernel is to be; see `server`.

    Raises:
        OSError: the server cannot be reached.
    """

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: dict[str, Any]) -> None:
        self.pid: int | None = None
        self.ready = False
        self.returncode: int | None = None
        self._received = b""
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        self._send(request)
        self._connection.setblocking(False)

    def poll(self) -> int | None:
        """The exit status, or None while the kernel runs."""
        while self.returncode is None:
            try:
                self._take(self._connection.recv(4096))
            except BlockingIOError:
                break
            except OSError:
                self._take(b"")
        return self.returncode

    def wait(self) -> int | None:
        """Wait until the kernel has ended; its exit status."""
        self._connection.setblocking(True)
        return self.poll()

    async def started(self) -> None:
        """Wait until the kernel's sockets are open, or it has ended."""
        while not self.ready and self.returncode is None:
            await self._next()

    async def ended(self) -> None:
        """Wait until the kernel has ended."""
        while self.returncode is None:
            await self._next()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and the processes it has started."""
        if self.poll() is None:
            self._connection.setblocking(True)
            self._send({"signal": int(number)})
            self._connection.setblocking(False)

    def close(self) -> None:
        """Let go of the kernel, which ends it if it still runs."""
        self._connection.close()
        if self.returncode is None:
            self.returncode = _LOST

    async def _next(self) -> None:
        self._take(await asyncio.get_running_loop().sock_recv(self._connection, 4096))

    def _take(self, received: bytes) -> None:
        if not received:
            self.close()
            return
        *lines, self._received = (self._received + received).split(b"\n")
        for line in lines:
            message = json.loads(line)
            self.pid = message.get("pid", self.pid)
            self.ready = self.ready or "ready" in message
            if "exit" in message:
                self.returncode = message["exit"]
                self._connection.close()

    def _send(self, message: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps(message).encode() + b"\n")


class ForkProvisioner(LocalProvisioner):
    """Starts kernels through the warm server that `warm.use_server` has named.

    Everything but starting and waiting is as for an ordinary local kernel.
    """

    process: Any = None  # a `ForkedKernel`, where the base class has a `Popen`

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have the server fork a kernel; returns once its sockets are open.

        Raises:
            RuntimeError: there is no server, or the kernel ended while it started.
        """
        address = warm.address()
        if address is None:
            raise RuntimeError("There is no warm server to start a kernel.")
        manager: Any = self.parent
        stem = Path(manager.connection_file).with_suffix("")
        request = {
            "args": cmd[cmd.index(_LAUNCHER) + 1 :],
            "cwd": str(kwargs.get("cwd") or Path.cwd()),
            "env": dict(kwargs["env"]),
            "stem": str(stem),
        }
        self.process = ForkedKernel(address, request)
        await self.process.started()
        if not self.process.ready:
            raise RuntimeError("The kernel ended while it started.")
        self.pid = self.process.pid
        self.cwd = request["cwd"]
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait until the kernel has ended; its exit status."""
        if self.process is None:
            return 0
        await self.process.ended()
        status: int | None = self.process.returncode
        self.process = None
        return status

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end, so that nobody has to poll for it."""
        if self.process is not None:
            await super().kill(restart)
            await self.process.ended()

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel; one that still runs is killed by the server."""
        if self.process is not None:
            self.process.close()
            self.process = None
        await super().cleanup(restart)
