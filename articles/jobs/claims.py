"""Who runs which task: taken by one worker at a time, given back, taken up again, ended.

Each of these is one short transaction. A task that a worker has lost, as it was not seen for too long, may have been
taken by another one: the first one's result does not count then.
"""

import datetime as dt
from traceback import format_exception
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult, get_date_max

from articles.jobs.current import TaskFailedError
from articles.models import TaskRecord, TaskState, Worker
from articles.models.tasks import STATUSES

FIRST_WAIT = dt.timedelta(seconds=10)
LONGEST_WAIT = dt.timedelta(hours=1)
KEPT_TRACEBACK = 20_000  # characters


def backoff(tries: int) -> dt.timedelta:
    """Return how long to wait after so many tries: 10 s, 20 s, 40 s, and so on up to an hour."""
    return min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)


def claim(worker: Worker) -> TaskRecord | None:
    """Take the next task that may run; None if there is none."""
    ready = DBTaskResult.objects.ready().filter(backend_name="default")
    if not ready.exists():  # without the lock that a transaction takes on SQLite
        return None
    with transaction.atomic():
        row = ready.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.claim(worker.name)
        # Tasks may have been added by django-tasks alone, without a record.
        record = TaskRecord.objects.get_or_create(task=row, defaults={"title": row.task_name})[0]
        record.worker, record.key, record.tries = worker, None, record.tries + 1
        record.save(update_fields=["worker", "key", "tries"])
        return record


def _held(record: TaskRecord) -> QuerySet[Any]:
    """Return the task if the record's worker still has it."""
    own = DBTaskResult.objects.filter(record__worker=record.worker_id, status=STATUSES[TaskState.RUNNING])
    return own.filter(pk=record.pk).select_for_update(of=("self",)).select_related("record")


def finish(record: TaskRecord) -> None:
    """Note that a task is done."""
    with transaction.atomic():
        if row := _held(record).first():
            TaskRecord.objects.filter(pk=record.pk).update(worker=None, last_error="", done=F("total"))
            row.set_successful(None)


def fail(record: TaskRecord, error: Exception) -> None:
    """Note an error; the task waits for its next try, if it has one."""
    with transaction.atomic():
        if row := _held(record).first():
            text = str(error) if isinstance(error, TaskFailedError) else f"{type(error).__name__}: {error}"
            _end_try(row, text, "".join(format_exception(error))[-KEPT_TRACEBACK:])


def give_back(record: TaskRecord) -> None:
    """Make a task wait again that has been interrupted; that was no try."""
    with transaction.atomic():
        if row := _held(record).first():
            TaskRecord.objects.filter(pk=record.pk).update(worker=None, tries=F("tries") - 1)
            _wait(row, get_date_max())


def end_cancelled(record: TaskRecord) -> None:
    """Note that a task has stopped, as somebody cancelled it."""
    with transaction.atomic():
        if row := _held(record).first():
            TaskRecord.objects.filter(pk=record.pk).update(worker=None, is_cancelled=True)
            _set_failed(row, "")


def take_back_lost() -> int:
    """Make the tasks of killed workers wait again, which counts as a try; return their number."""
    lost = Worker.objects.lost()
    if not lost.exists():
        return 0
    with transaction.atomic():
        workers = list(lost.select_for_update(skip_locked=True))
        taken = _take_back(workers, _("Its worker was killed."))
        Worker.objects.filter(pk__among=[each.pk for each in workers]).update(stopped=F("seen"))
    return taken


def take_back_own(worker: Worker) -> int:
    """Make the tasks wait again that a worker could not end, as the database failed; return their number."""
    with transaction.atomic():
        return _take_back([worker], _("The database failed."))


def _take_back(workers: list[Worker], why: str) -> int:
    ids = [each.pk for each in workers]
    rows = DBTaskResult.objects.filter(record__worker__among=ids, status=STATUSES[TaskState.RUNNING])
    taken: list[Any] = list(rows.select_for_update(of=("self",)).select_related("record"))
    for row in taken:
        _end_try(row, why, "", get_date_max())
    return len(taken)


def shorten_waits() -> None:
    """Make tasks run that wait longer for their next try than any does, as the clock was set back meanwhile."""
    now = timezone.now()
    waiting = DBTaskResult.objects.filter(status=STATUSES[TaskState.WAITING], record__tries__gt=0)
    too_long = waiting.filter(run_after__gt=now + LONGEST_WAIT, run_after__lt=get_date_max())
    DBTaskResult.objects.filter(pk__in=too_long.values("pk")).update(run_after=now)


def _end_try(row: Any, text: str, trace: str, until: dt.datetime | None = None) -> None:
    record: TaskRecord = row.record
    TaskRecord.objects.filter(pk=record.pk).update(worker=None, last_error=text)
    if record.tries < record.max_tries and not record.is_cancelled:
        _wait(row, until or timezone.now() + backoff(record.tries))
    else:
        _set_failed(row, trace)


def _wait(row: Any, until: dt.datetime) -> None:
    """Make a task wait until a time; django-tasks' last one stands for none, which does not depend on the clock."""
    row.status, row.run_after = STATUSES[TaskState.WAITING], until
    row.save(update_fields=["status", "run_after"])


def _set_failed(row: Any, trace: str) -> None:
    row.status, row.finished_at, row.traceback = STATUSES[TaskState.FAILED], timezone.now(), trace
    row.save(update_fields=["status", "finished_at", "traceback"])
