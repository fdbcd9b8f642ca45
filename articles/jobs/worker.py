"""The worker: one process that runs tasks, one at a time, and beside them what is due by the clock.

Three threads: the main one runs tasks; one notes that the worker is there, and takes up the tasks of killed ones; one
looks at the clock, so that what is due waits for no task. Each has its own connection to the database.
"""

import logging
import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from articles.jobs.claims import claim, shorten_waits, take_back_lost, take_back_own
from articles.jobs.clock import tick
from articles.jobs.outages import LeaseWatch, Outage
from articles.jobs.running import outcome_of
from articles.models import Worker

logger = logging.getLogger(__name__)
# Seconds: how often to look for tasks, and to try again when the database fails.
LOOK_EVERY = 1.0
# Times that a worker notes that it is there before it counts as killed.
BEATS = 6


class WorkerProcess:
    """Runs tasks until it is told to stop by a signal."""

    def __init__(self) -> None:
        self.row = Worker.objects.create(name=f"{socket.gethostname()}:{os.getpid()}"[:100])
        self.is_stopping = False
        self.has_failed = False
        self.unnoted: Callable[[], None] | None = None  # how a task ended, until the database has it
        self.outage, self.watch = Outage(), LeaseWatch()
        self.ended = threading.Event()

    def run(self) -> None:
        """Run tasks and the clock until SIGTERM or SIGINT comes.

        A task that notes its progress stops there and waits for another worker; others are finished first. At a second
        signal, the task is broken off.
        """
        threads = [
            threading.Thread(target=self._repeat, args=(work,), name=name)
            for name, work in (("heartbeat", self.beat), ("clock", tick))
        ]
        with self._signals() as wait:
            for thread in threads:
                thread.start()
            try:
                while not self.is_stopping:
                    if not self._safely(self.run_next):
                        wait(LOOK_EVERY)
            finally:
                self.ended.set()
                for thread in threads:
                    thread.join()
                with suppress(Error):  # without it, the worker counts as killed after a while
                    self._note()
                    Worker.objects.filter(pk=self.row.pk).update(stopped=timezone.now(), seen=timezone.now())

    def run_next(self) -> float:
        """Run the next task; return 0 if there is none."""
        if self.unnoted:
            self._note()
        elif self.has_failed:
            take_back_own(self.row)
        self.has_failed = True  # until this has come to its end
        record = claim(self.row)
        if record is not None:
            self.unnoted = outcome_of(record, lambda: self.is_stopping)
            self._note()
        self.has_failed = False
        return 0 if record is None else 1

    def _note(self) -> None:
        """Note how the last task ended, later if the database is away: a task that is done is not to run again."""
        note, self.unnoted = self.unnoted, None
        if note is None:
            return
        try:
            note()
        except (InterfaceError, OperationalError):
            self.unnoted = note
            raise

    def beat(self) -> float:
        """Note that this worker is there, and take up what killed ones have left; return when to do so again."""
        # One that was not seen for long counts as killed; now it is back.
        try:
            Worker.objects.filter(pk=self.row.pk).update(seen=timezone.now(), stopped=None)
        except Error:
            self.watch.doubt()
            raise
        if self.watch.is_clear():
            take_back_lost()
        else:
            shorten_waits()
        return float(settings.WORKER_LEASE_SECONDS) / BEATS

    def _repeat(self, work: Callable[[], float]) -> None:
        """Do something again and again, after as many seconds as it returns, in a thread of its own."""
        while not self.ended.wait(self._safely(work)):
            pass
        connection.close()

    def _safely(self, work: Callable[[], float]) -> float:
        """Return what ``work`` returns; if it fails, log that, and wait: the worker goes on with whatever it can do."""
        close_old_connections()
        try:
            found = work()
            self.outage.succeeded(work.__name__)
            return found
        except Error as error:
            self.outage.failed(work.__name__, error)
        except Exception:
            logger.exception("The worker could not do what is due, and tries again.")
        finally:
            close_old_connections()
        self.ended.wait(LOOK_EVERY)
        return 0

    @contextmanager
    def _signals(self) -> Iterator[Callable[[float], object]]:
        """Handle signals in the block; yield a function that waits for so many seconds, or until one comes."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

        def stop(number: int, frame: FrameType | None) -> None:
            if self.is_stopping:
                raise KeyboardInterrupt
            self.is_stopping = True

        before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
        fd_before = signal.set_wakeup_fd(writer)
        try:
            yield lambda seconds: select.select([reader], [], [], 0 if self.is_stopping else seconds)
        finally:
            signal.set_wakeup_fd(fd_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reader)
            os.close(writer)
