"""Checks of many files on all cores."""

import contextlib
import itertools
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing.context import BaseContext

from articles.content.check.report import Checked, Files
from articles.content.files import SourceFile

PARALLEL_FROM = 500  # files; fewer are checked before other processes have started


CHUNK_SIZE = 50  # files that a process takes at a time


Check = Callable[[Files], list[Checked]]


Run = Callable[[Check, Iterable[SourceFile]], Iterator[Checked]]


@contextlib.contextmanager
def run_in_processes(files: int) -> Iterator[Run]:
    """Give what runs a check over files, in their order: here, or for many files on all cores."""
    if files < PARALLEL_FROM or _cores() < 2:
        yield lambda check, files: itertools.chain.from_iterable(map(check, _chunks(files)))
        return
    with ProcessPoolExecutor(_cores(), _starting_method()) as pool:
        yield partial(_run_on, pool)


def _starting_method() -> BaseContext:
    """Return how processes start: never as copies of this one, whose caller may have threads or connections."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # They are copies of one that has imported what takes long, which otherwise each would do for itself.
    context.set_forkserver_preload(["articles.content.identity"])
    return context


def _run_on(pool: ProcessPoolExecutor, check: Check, files: Iterable[SourceFile]) -> Iterator[Checked]:
    """Check with few chunks on their way at a time, so that results do not pile up."""
    chunks = _chunks(files)
    with _interrupts_held():
        waiting = deque(pool.submit(check, chunk) for chunk in itertools.islice(chunks, 2 * _cores()))
    while waiting:
        yield from waiting.popleft().result()
        waiting.extend(pool.submit(check, chunk) for chunk in itertools.islice(chunks, 1))


def _chunks(files: Iterable[SourceFile]) -> Iterator[Files]:
    remaining = iter(files)
    while chunk := tuple(itertools.islice(remaining, CHUNK_SIZE)):
        yield chunk


def _cores() -> int:
    """Return the number of cores that this process may use, which a container limits."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: what starts meanwhile never gets it, so that one process alone answers to it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
