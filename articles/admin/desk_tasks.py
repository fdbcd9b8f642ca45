"""What the start page shows of tasks: those that wait, run or have failed lately, and whether there is a worker."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from articles.jobs.queue import has_worker, worker_last_seen
from articles.models import TaskRecord, TaskState
from articles.models.tasks import STATUSES

SHOWN = 8
FAILED_SINCE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeskTasks:
    """The tasks to show, and a sentence if there is no worker to run them; ``is_moving`` if they will change soon."""

    tasks: list[TaskRecord]
    without_worker: str

    @property
    def is_moving(self) -> bool:
        return any(task.state in (TaskState.WAITING, TaskState.RUNNING) for task in self.tasks)

    @property
    def is_urgent(self) -> bool:
        return bool(self.without_worker) or any(task.state == TaskState.FAILED for task in self.tasks)


def desk_tasks(user: Any) -> DeskTasks | None:
    """Return the tasks that a user may see, None if that is none."""
    if not user.has_perm("articles.view_taskrecord"):
        return None
    underway = Q(task__status__in=[STATUSES[TaskState.WAITING], STATUSES[TaskState.RUNNING]])
    failed = Q(task__status=STATUSES[TaskState.FAILED], is_cancelled=False)
    shown = underway | (failed & Q(task__finished_at__gt=timezone.now() - FAILED_SINCE))
    tasks = TaskRecord.objects.filter(shown).select_related("task").order_by("-task__enqueued_at")
    return DeskTasks(list(tasks[:SHOWN]), _without_worker())


def _without_worker() -> str:
    if has_worker():
        return ""
    seen = worker_last_seen()
    if seen is None:
        return _("No worker has been seen yet. What is scheduled, and the tasks below, wait for one.")
    text = _("No worker has been seen for %s. What is scheduled, and the tasks below, wait for one.")
    return text % timesince(seen)
