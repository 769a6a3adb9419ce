"""Many cities through any `concurrent.futures.Executor`, a bounded number at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import TypeAlias

from cvi_analysis.build.executors import MakeExecutor
from cvi_analysis.build.handover import taken
from cvi_analysis.build.spec import CityResult, CitySpec, PageSpec
from cvi_analysis.build.work import build

Order: TypeAlias = CitySpec | PageSpec

ATTEMPTS = 3
"""How often an order is tried when its worker vanishes; a failing cell is never tried again."""


def run_batch(
    specs: Iterable[Order], make_executor: MakeExecutor, *, window: int
) -> Iterator[CityResult]:
    """Results in the order in which they finish.

    Args:
        specs: the orders; taken as needed, so thousands need no more memory than `window`.
        make_executor: gives a fresh executor at the start and after a broken one.
        window: orders in flight at once.

    Yields:
        One result per order. A city whose worker vanished `ATTEMPTS` times gets an error.
    """
    queue: deque[tuple[Order, int]] = deque()
    source = iter(specs)
    executor = make_executor()
    flying: dict[Future[CityResult], tuple[Order, int]] = {}
    finished = False
    try:
        while True:
            while len(flying) < window and not finished:
                order = queue.popleft() if queue else _next(source)
                if order is None:
                    break
                flying[_submit(executor, order[0])] = order
            if not flying:
                finished = True
                return
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            broken = False
            for future in done:
                spec, attempt = flying.pop(future)
                try:
                    result = taken(future.result())
                except Exception as error:
                    broken = broken or isinstance(error, BrokenExecutor)
                    if attempt < ATTEMPTS:
                        queue.append((spec, attempt + 1))
                        continue
                    result = CityResult(
                        spec.slug,
                        error=f"{spec.slug}: its worker process ended {ATTEMPTS} times "
                        f"({type(error).__name__}: {error}). Is the machine out of memory?",
                    )
                yield result
            if broken:
                queue.extend((spec, attempt + 1) for spec, attempt in flying.values())
                flying.clear()
                executor.shutdown(wait=False)
                executor = make_executor()
    finally:
        # Not every executor's shutdown can cancel, Dask's for one.
        for future in flying:
            future.cancel()
        executor.shutdown(wait=finished)


def _next(source: Iterator[Order]) -> tuple[Order, int] | None:
    spec = next(source, None)
    return None if spec is None else (spec, 1)


def _submit(executor: Executor, spec: Order) -> Future[CityResult]:
    try:
        return executor.submit(build, spec)
    except (BrokenExecutor, EOFError, ConnectionError) as error:
        # A pool that broke between two submissions, or whose fork server was killed while it
        # started a worker, answers like one that broke during the work.
        failed: Future[CityResult] = Future()
        failed.set_exception(
            error if isinstance(error, BrokenExecutor) else BrokenExecutor(repr(error))
        )
        return failed
