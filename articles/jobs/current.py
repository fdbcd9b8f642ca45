"""How far the running task is, which is also where it can stop."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from articles.models import TaskRecord

# Seconds between two notes of progress in the database.
NOTED_EVERY = 0.5


class TaskCancelledError(Exception):
    """Somebody has cancelled the running task."""


class TaskFailedError(Exception):
    """A task failed for a reason that people understand: its text is shown to them as it is."""


class WorkerStopsError(Exception):
    """The worker stops; the task waits for another one."""


@dataclass(slots=True)
class RunningTask:
    """The task that this process runs; ``stops`` tells whether the worker is to stop."""

    pk: UUID
    stops: Callable[[], bool]
    noted: float = field(default=float("-inf"))


_running: ContextVar[RunningTask | None] = ContextVar("the running task", default=None)


@contextmanager
def running_task(task: RunningTask) -> Iterator[None]:
    """Make ``progress`` speak of a task in the block."""
    token = _running.set(task)
    try:
        yield
    finally:
        _running.reset(token)


def current_task() -> QuerySet[TaskRecord] | None:
    """Return the record of the running task as a queryset of one, None outside of the worker."""
    running = _running.get()
    return TaskRecord.objects.filter(pk=running.pk) if running else None


def progress(done: int, total: int) -> None:
    """Note how much of the running task is done; call it where the task may stop, outside of transactions.

    Raises TaskCancelledError or WorkerStopsError if it is to stop. Does nothing outside of the worker.
    """
    running = _running.get()
    if running is None:
        return
    if running.stops():
        raise WorkerStopsError
    now = time.monotonic()
    if now - running.noted < NOTED_EVERY or connection.in_atomic_block:
        return
    running.noted = now
    record = TaskRecord.objects.filter(pk=running.pk)
    if record.filter(is_cancelled=True).exists():
        raise TaskCancelledError
    record.update(done=done, total=total)
