"""What one notebook may use at most: memory of its kernel, and output sent to the report."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

from cvi_analysis.kernels.environment import OUTPUT


class TooMuchOutputError(Exception):
    """The notebook has sent more than `OUTPUT` bytes."""


@dataclass(slots=True)
class Quota:
    """The limits of one notebook and how much of its output has been used.

    Attributes:
        memory: gigabytes, or None for no limit.
        output: bytes of output so far.
    """

    memory: float | None = None
    output: int = 0

    @property
    def exceeded(self) -> bool:
        """Whether the notebook has sent more than it may."""
        return self.output > OUTPUT


_current: ContextVar[Quota | None] = ContextVar("quota", default=None)


@contextmanager
def quota(memory: float | None) -> Iterator[Quota]:
    """The limits of the kernel that is started inside."""
    found = Quota(memory)
    token = _current.set(found)
    try:
        yield found
    finally:
        _current.reset(token)


def limit_memory(pid: int | None) -> None:
    """Hold a kernel that has just started to its share; what it asks for beyond is refused.

    Data is counted, not address space, of which libraries reserve much and use little. Only Linux
    can set the limit of another process; elsewhere there is none.
    """
    found = _current.get()
    if sys.platform != "linux" or pid is None or found is None or found.memory is None:
        return
    import resource

    with suppress(ProcessLookupError):  # It has ended already, which is told elsewhere.
        most = int(found.memory * 1e9)
        _, hard = resource.prlimit(pid, resource.RLIMIT_DATA)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))


class BoundedChannel(AsyncZMQSocketChannel):
    """An output channel that ends the kernel when the notebook's quota is used up."""

    kernel: Any = None  # The provisioner's process.

    async def _recv(  # type: ignore[override]  # As the class above it does.
        self, **kwargs: Any
    ) -> dict[str, Any]:
        assert self.socket is not None
        frames = await self.socket.recv_multipart(**kwargs)
        found = _current.get()
        if found is not None:
            found.output += sum(len(frame) for frame in frames)
            if found.exceeded:
                if self.kernel is not None:
                    self.kernel.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
                raise TooMuchOutputError
        _, message = self.session.feed_identities(frames)
        return self.session.deserialize(message)


class BoundedClient(AsyncKernelClient):
    """A client that takes no more output from its kernel than the quota allows."""

    iopub_channel_class = Type(BoundedChannel)

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = True,
        control: bool = True,
    ) -> None:
        """Open the channels and tell the one for output whose kernel it may end."""
        super().start_channels(shell, iopub, stdin, hb, control)
        provisioner = getattr(self.parent, "provisioner", None)
        self.iopub_channel.kernel = getattr(provisioner, "process", None)


def context() -> zmq.asyncio.Context:
    """The context of this process's clients: one, since its thread serves notebook after notebook.

    No message may be larger than all output that is allowed: the connection ends before it is
    taken into memory.
    """
    return _context(os.getpid())


@cache
def _context(pid: int) -> zmq.asyncio.Context:
    made = zmq.asyncio.Context()
    made.setsockopt(zmq.MAXMSGSIZE, OUTPUT)
    return made
