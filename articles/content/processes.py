"""Runs work on all cores, for imports and checks; results are in the order of the work, with few of them ahead.

If a worker is killed, for example because memory runs out, the remaining work is done in the main process.
"""

import contextlib
import gc
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import Any, Generic, ParamSpec, TypeVar, cast

from articles.content.schema import ArticleRecord, EntryRecord

# Below this many files to parse, starting workers takes longer than they save.
WORTHWHILE = 400

logger = logging.getLogger(__name__)

Parameters = ParamSpec("Parameters")
Item = TypeVar("Item")
Returned = TypeVar("Returned")


def cores() -> int:
    """Return the number of cores that this process may use, which a container limits."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """Worker processes, for the duration of a ``with`` block.

    They get few calls in advance. All others wait here, so that this process can make them, too: a broken pool
    fails on calls that were cancelled.
    """

    def __init__(self, pool: Executor, number: int = 1) -> None:
        self.pool = pool
        self.room = 2 * number
        self.given = 0
        self.have_ended = False
        self.waiting: deque[_Work[Any]] = deque()
        # The pool's own thread requests more work. This lock is never taken while the pool holds one of its own.
        self.lock = threading.RLock()

    @staticmethod
    def started() -> "Workers":
        """Start workers that share nothing with this process, so that it may have threads and connections."""
        if "forkserver" not in multiprocessing.get_all_start_methods():
            return _workers(multiprocessing.get_context("spawn"))
        context = multiprocessing.get_context("forkserver")
        # They are copies of a process that has already imported the slow modules.
        context.set_forkserver_preload(["articles.content.processes"])
        return _workers(context)

    @staticmethod
    def forked() -> "Workers | None":
        """Start workers as copies of this process, which is fast, or return None if that is not safe.

        Copies share open connections, but no threads: the caller must not have a connection yet.
        """
        if sys.platform != "linux" or threading.active_count() > 1:
            return None
        return _workers(multiprocessing.get_context("fork"))

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self.lock:
            self.waiting.clear()
        self.pool.shutdown()

    def map(self, function: Callable[[Item], Returned], items: Iterable[Item], ahead: int) -> Iterator[Returned]:
        """Start at once, with ``ahead`` items in progress, and return the function's results in the order of the items.

        While waiting for the next result, this process works, too, on the last item that no worker has started.
        """
        remaining = iter(items)
        underway = deque(self.add(partial(function, item)) for item in islice(remaining, ahead))

        def results() -> Iterator[Returned]:
            while underway:
                while not underway[0].is_done and any(work.do_here() for work in reversed(underway)):
                    pass
                result = underway.popleft().result()
                underway.extend(self.add(partial(function, item)) for item in islice(remaining, 1))
                yield result

        return results()

    def later(
        self, function: Callable[Parameters, Returned], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Callable[[], Returned]:
        """Return a function that returns the result, of a worker or, if none has started the call, of this process."""
        return self.add(partial(function, *args, **kwargs)).result

    def add(self, call: Callable[[], Returned]) -> "_Work[Returned]":
        work = _Work(self, call)
        with self.lock:
            self.waiting.append(work)
            self.give()
        return work

    def give(self) -> None:
        """Give waiting calls to workers, up to their limit."""
        while self.waiting and self.given < self.room and not self.have_ended:
            try:
                future = self.pool.submit(_packed, self.waiting[0].call)
            except BrokenProcessPool:
                self.note_end()
                return
            self.waiting.popleft().future = future
            self.given += 1
            future.add_done_callback(self.give_more)

    def give_more(self, done: "Future[bytes]") -> None:
        if isinstance(done.exception(), BrokenProcessPool):
            self.note_end()
            return
        with self.lock:
            self.given -= 1
            self.give()

    def take_back(self, work: "_Work[Any]") -> bool:
        """Take a call back if no worker has it; return whether that was the case."""
        with self.lock:
            if work not in self.waiting:
                return False
            self.waiting.remove(work)
            return True

    def note_end(self) -> None:
        if not self.have_ended:
            logger.warning("A worker process was ended from outside; all work goes on in the main process.")
        self.have_ended = True


class _Work(Generic[Returned]):
    """A call that is made by a worker, with a ``future``, or by this process."""

    def __init__(self, workers: Workers, call: Callable[[], Returned]) -> None:
        self.workers = workers
        self.call = call
        self.future: Future[bytes] | None = None
        self.is_done_here = False

    @property
    def is_done(self) -> bool:
        return self.is_done_here or (self.future is not None and self.future.done())

    def do_here(self) -> bool:
        """Make the call in this process, unless a worker has it; return whether it was made."""
        if self.is_done_here or not self.workers.take_back(self):
            return False
        self.call = partial(_same, self.call())
        self.is_done_here = True
        return True

    def result(self) -> Returned:
        """Wait for the result of the call and return it."""
        self.do_here()
        if self.future is None:
            return self.call()
        try:
            return cast(Returned, pickle.loads(self.future.result()))  # noqa: S301 - our own worker's
        except BrokenProcessPool:
            self.workers.note_end()
            return self.call()


def _packed(work: Callable[[], Any]) -> bytes:
    """Return a pickled result, which takes a quarter of the memory until it is used."""
    return pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)


def _same(value: Returned) -> Returned:
    return value


def _workers(context: BaseContext) -> Workers:
    # One core is for the main process, which uses the results, and helps while there are none yet.
    number = max(cores() - 1, 1)
    pool = ProcessPoolExecutor(number, context, _prepare_worker)
    with _interrupts_held():
        for _ in range(number):
            pool.submit(int)
    return Workers(pool, number)


def _prepare_worker() -> None:
    # Objects from the parent live as long as the worker: exclude them from garbage collection.
    gc.freeze()
    gc.set_threshold(50_000)
    # Build validators now, not when they are first needed.
    for record in (ArticleRecord, EntryRecord):
        record.model_rebuild()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its main process is killed; otherwise it would wait for tasks forever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Block SIGINT for the block: processes started in it inherit that, so that only this one handles Ctrl-C."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
