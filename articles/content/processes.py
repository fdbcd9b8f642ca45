"""Work on all cores, for imports and checks: results come in the order of the work, few of them ahead of who takes them.

A worker that is killed, as happens where memory runs out, costs time and nothing else: what is left is done here.
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
    """Processes that work for this one, until the ``with`` block that they are used in ends.

    They are given few calls ahead. All others wait here, so that this process can make them, too: a pool that is broken
    trips over calls that were taken back from it.
    """

    def __init__(self, pool: Executor, number: int = 1) -> None:
        self.pool = pool
        self.room = 2 * number
        self.given = 0
        self.have_ended = False
        self.waiting: deque[_Work[Any]] = deque()
        # The pool has a thread of its own that asks for more. The lock is never held where the pool holds one of its own.
        self.lock = threading.RLock()

    @staticmethod
    def started() -> "Workers":
        """Start workers that share nothing with this process, which may have threads and connections."""
        if "forkserver" not in multiprocessing.get_all_start_methods():
            return _workers(multiprocessing.get_context("spawn"))
        context = multiprocessing.get_context("forkserver")
        # They are copies of one that has imported what takes long, which otherwise each would do for itself.
        context.set_forkserver_preload(["articles.content.processes"])
        return _workers(context)

    @staticmethod
    def forked() -> "Workers | None":
        """Start workers as copies of this process, which takes no time, or return None where that is not safe.

        Copies share open connections and none of the threads: the caller has no connection yet.
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
        """Begin at once, and return the function's results in the order of the items, of which ``ahead`` are under way.

        Who waits for the next result works, too, on the last item that no worker has begun.
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
        """Return what gives the function's result: a worker's, or this process's if none has come to it or all have ended."""
        return self.add(partial(function, *args, **kwargs)).result

    def add(self, call: Callable[[], Returned]) -> "_Work[Returned]":
        work = _Work(self, call)
        with self.lock:
            self.waiting.append(work)
            self.give()
        return work

    def give(self) -> None:
        """Give workers what waits, as far as they have room."""
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
        """Return whether no worker has been given something, and none will be."""
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
    """A call that a worker makes, which has a ``future`` then, or this process."""

    def __init__(self, workers: Workers, call: Callable[[], Returned]) -> None:
        self.workers = workers
        self.call = call
        self.future: Future[bytes] | None = None
        self.is_done_here = False

    @property
    def is_done(self) -> bool:
        return self.is_done_here or (self.future is not None and self.future.done())

    def do_here(self) -> bool:
        """Make the call here and now, unless a worker was given it; return whether that was so."""
        if self.is_done_here or not self.workers.take_back(self):
            return False
        self.call = partial(_same, self.call())
        self.is_done_here = True
        return True

    def result(self) -> Returned:
        """Return what the call returns, as soon as that is there."""
        self.do_here()
        if self.future is None:
            return self.call()
        try:
            return cast(Returned, pickle.loads(self.future.result()))  # noqa: S301 - our own worker's
        except BrokenProcessPool:
            self.workers.note_end()
            return self.call()


def _packed(work: Callable[[], Any]) -> bytes:
    """Return a result as it waits until it is taken: in a quarter of its memory."""
    return pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)


def _same(value: Returned) -> Returned:
    return value


def _workers(context: BaseContext) -> Workers:
    # One core is for who does something with the results, and helps where there are none yet.
    number = max(cores() - 1, 1)
    pool = ProcessPoolExecutor(number, context, _prepare_worker)
    with _interrupts_held():
        for _ in range(number):
            pool.submit(int)
    return Workers(pool, number)


def _prepare_worker() -> None:
    # What it got from its parent lives as long as it does: no need to look for garbage there.
    gc.freeze()
    gc.set_threshold(50_000)
    # Validators are built when they are first needed, unless there is time to build them now.
    for record in (ArticleRecord, EntryRecord):
        record.model_rebuild()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when the process that it works for is killed: it would wait for tasks forever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


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
