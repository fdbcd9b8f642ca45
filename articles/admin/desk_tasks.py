"""What the start page shows of tasks: those that wait, run or have just ended, and whether there is a worker."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from articles.jobs.queue import has_worker, worker_last_seen
from articles.models import ImportProblem, TaskRecord, TaskState
from articles.models.tasks import STATUSES

SHOWN = 8
FAILED_SINCE = dt.timedelta(days=1)
DONE_SINCE = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DeskTasks:
    """The tasks to show, and a sentence if there is no worker to run them; ``is_moving`` if they will change soon.

    ``problems`` are the latest that the import that runs has found; ``may_start`` tells whether the user may start
    imports and rebuilds.
    """

    tasks: list[TaskRecord]
    without_worker: str
    problems: list[ImportProblem]
    may_start: bool

    @property
    def is_moving(self) -> bool:
        return any(task.state in (TaskState.WAITING, TaskState.RUNNING) for task in self.tasks)

    @property
    def is_urgent(self) -> bool:
        return bool(self.without_worker) or any(task.state == TaskState.FAILED for task in self.tasks)

    @property
    def needs_somebody(self) -> bool:
        """Whether somebody should look at tasks before anything else."""
        return self.is_urgent or self.is_moving


def desk_tasks(user: Any) -> DeskTasks | None:
    """Return the tasks that a user may see, None if that is none."""
    if not user.has_perm("articles.view_taskrecord"):
        return None
    underway = Q(task__status__in=[STATUSES[TaskState.WAITING], STATUSES[TaskState.RUNNING]])
    failed = Q(task__status=STATUSES[TaskState.FAILED], is_cancelled=False)
    # Those that somebody may want to look at, or to undo.
    done = Q(task__status=STATUSES[TaskState.DONE]) & (Q(action__isnull=False) | Q(run__isnull=False))
    now = timezone.now()
    shown = underway | (failed & Q(task__finished_at__gt=now - FAILED_SINCE))
    shown |= done & Q(task__finished_at__gt=now - DONE_SINCE)
    found = TaskRecord.objects.filter(shown).select_related("task", "run").order_by("-task__enqueued_at")
    tasks = list(found[:SHOWN])
    may_start = user.has_perm("articles.add_taskrecord")
    return DeskTasks(tasks, _without_worker(), _problems(tasks), may_start)


def _problems(tasks: list[TaskRecord]) -> list[ImportProblem]:
    """Return the latest errors and warnings of the import that runs."""
    runs = [task.run_id for task in tasks if task.run_id and task.state == TaskState.RUNNING]
    if not runs:
        return []
    return list(ImportProblem.objects.filter(run__among=runs).exclude(code__startswith="N").order_by("-pk")[:SHOWN])


def _without_worker() -> str:
    if has_worker():
        return ""
    seen = worker_last_seen()
    if seen is None:
        return _("No worker has been seen yet. What is scheduled, and the tasks below, wait for one.")
    text = _("No worker has been seen for %s. What is scheduled, and the tasks below, wait for one.")
    return text % timesince(seen)
