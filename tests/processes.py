"""Watching the processes of a build."""

from __future__ import annotations

import time

import psutil


def family(process) -> list[psutil.Process]:
    """All below a process; none once it has ended and its parent has noticed."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def wait_until(condition, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def alive(processes) -> list[psutil.Process]:
    return [process for process in processes if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs still; one that ends between two questions does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def words_of(process: psutil.Process) -> str:
    """The words of its command line; none of a process that has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
