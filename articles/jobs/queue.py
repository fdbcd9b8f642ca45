"""Adding tasks, and what editors do with them: trying again, cancelling."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.backend import TaskResult
from django_tasks_db.models import DBTaskResult, get_date_max

from articles.db.locks import writing
from articles.models import TaskRecord, TaskState, Worker
from articles.models.tasks import STATUSES


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """How a task is to run.

    ``title`` is its name for people. It is tried ``tries`` times at most, later each time. While a task with the same
    ``key`` waits, no other is added. ``after`` is the earliest time, ``user`` who asked for it.
    """

    title: str = ""
    tries: int = 5
    key: str | None = None
    after: dt.datetime | None = None
    user: Any = None


def enqueue(
    task: Task[..., Any], *arguments: Any, options: TaskOptions | None = None, **named: Any
) -> TaskRecord | None:
    """Add a task for the worker; in a transaction, it is there when that is committed. Arguments are plain JSON values.

    Return its record, that of the waiting task with the same key, or None if TASKS has another backend than the
    database's, which does with it what it is for.
    """
    options = options or TaskOptions()
    while True:
        if options.key and (waiting := _waiting(options.key)):
            return waiting
        try:
            with transaction.atomic():
                return _add(task, options, arguments, named)
        except IntegrityError:
            # Another process has just added one with this key; anything else is an error.
            if not options.key or not TaskRecord.objects.filter(key=options.key).exists():
                raise


def _waiting(key: str) -> TaskRecord | None:
    """Return the waiting task with a key; it does not start before this transaction ends, so that it sees its changes."""
    with transaction.atomic():
        found = DBTaskResult.objects.select_for_update(of=("self",)).filter(record__key=key).first()
        return TaskRecord.objects.filter(key=key, task=found).first() if found else None


def _add(task: Task[..., Any], options: TaskOptions, arguments: Any, named: Any) -> TaskRecord | None:
    added = task.using(run_after=options.after).enqueue(*arguments, **named)
    if not isinstance(added, TaskResult):
        return None
    user = options.user if getattr(options.user, "pk", None) else None
    return TaskRecord.objects.create(
        task=added.db_result, title=options.title or task.name, key=options.key, max_tries=options.tries, user=user
    )


def has_worker() -> bool:
    """Return whether a worker is there to run tasks."""
    return Worker.objects.alive().exists()


def worker_last_seen() -> dt.datetime | None:
    """Return when a worker was last seen, None if never."""
    return Worker.objects.order_by("-seen").values_list("seen", flat=True).first()


def try_again(record: TaskRecord) -> bool:
    """Make a failed or cancelled task wait again, with all its tries; return whether it had failed."""
    with writing():
        now = {"status": STATUSES[TaskState.WAITING], "run_after": get_date_max(), "finished_at": None}
        if not DBTaskResult.objects.filter(pk=record.pk, status=STATUSES[TaskState.FAILED]).update(**now):
            return False
        TaskRecord.objects.filter(pk=record.pk).update(tries=0, is_cancelled=False)
    return True


def cancel(record: TaskRecord) -> bool:
    """Cancel a task: at once if it waits, or else as soon as it can stop. Return whether it had not ended yet."""
    with writing():
        waiting = DBTaskResult.objects.filter(pk=record.pk, status=STATUSES[TaskState.WAITING])
        ended = {"status": STATUSES[TaskState.CANCELLED], "finished_at": timezone.now()}
        running = DBTaskResult.objects.filter(pk=record.pk, status=STATUSES[TaskState.RUNNING])
        if waiting.update(**ended) or running.exists():
            TaskRecord.objects.filter(pk=record.pk).update(is_cancelled=True, key=None)
            return True
    return False
