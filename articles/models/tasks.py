"""What is known of tasks beside django-tasks' own rows, the processes that run them, and when periodic ones are next."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.action import Action


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> Self:
        """Return the workers that have been seen lately and have not stopped."""
        return self.filter(stopped=None, seen__gt=lease_start(), seen__lte=lease_end())

    def lost(self) -> Self:
        """Return the workers that have not said that they stop, and have not been seen for too long."""
        return self.filter(~Q(seen__gt=lease_start(), seen__lte=lease_end()), stopped=None)


def lease_start() -> dt.datetime:
    """Return the time since when a worker must have been seen to count as alive."""
    return timezone.now() - dt.timedelta(seconds=settings.WORKER_LEASE_SECONDS)


def lease_end() -> dt.datetime:
    """Return the time until which a worker can have been seen: later, it was before the clock was set back."""
    return timezone.now() + dt.timedelta(seconds=settings.WORKER_LEASE_SECONDS)


class Worker(models.Model):
    """A process that runs tasks; it notes now and then that it is there."""

    name = models.CharField(max_length=100)
    started = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(default=timezone.now, db_index=True)
    stopped = models.DateTimeField(null=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class TaskState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    DONE = "done", _("done")


# The statuses that django-tasks has in its own row, by state; what was cancelled has failed there.
STATUSES = {
    TaskState.WAITING: "READY",
    TaskState.RUNNING: "RUNNING",
    TaskState.FAILED: "FAILED",
    TaskState.CANCELLED: "FAILED",
    TaskState.DONE: "SUCCESSFUL",
}


class TaskQuerySet(models.QuerySet["TaskRecord"]):
    def in_state(self, state: str) -> Self:
        """Return the tasks in a state of TaskState."""
        found = self.filter(task__status=STATUSES[TaskState(state)])
        if state in (TaskState.FAILED, TaskState.CANCELLED):
            return found.filter(is_cancelled=state == TaskState.CANCELLED)
        return found

    def of_action(self, action: Action) -> Self:
        """Return the tasks that still do an action."""
        return self.filter(action=action, task__status__in=[STATUSES[TaskState.WAITING], STATUSES[TaskState.RUNNING]])


class TaskRecord(models.Model):
    """What the worker knows of a task: its name for people, tries, progress, and who runs it.

    While a task waits, no second one with its ``key`` is added; ``key`` is null from its start on.
    """

    task = models.OneToOneField(
        "django_tasks_database.DBTaskResult", on_delete=models.CASCADE, primary_key=True, related_name="record"
    )
    title = models.CharField(_("name"), max_length=300)
    key = models.CharField(max_length=200, null=True, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    max_tries = models.PositiveSmallIntegerField(default=1)
    last_error = models.TextField(_("last error"), blank=True)
    notes = models.TextField(_("notes"), null=True)
    worker = models.ForeignKey(Worker, on_delete=models.SET_NULL, null=True, related_name="tasks")
    is_cancelled = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    action = models.ForeignKey("Action", on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey("ImportRun", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [models.CheckConstraint(condition=Q(max_tries__gte=1), name="task_is_tried")]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> TaskState:
        """Return the state of the task, read from django-tasks' row."""
        if self.task.status == "FAILED":
            return TaskState.CANCELLED if self.is_cancelled else TaskState.FAILED
        return next(state for state, status in STATUSES.items() if status == self.task.status)

    @property
    def percent(self) -> int | None:
        """Return how much is done, or None if that is unknown."""
        return min(100, 100 * self.done // self.total) if self.total else None


class PeriodicTime(models.Model):
    """When an entry of the table of periodic tasks is to run next."""

    name = models.CharField(max_length=100, unique=True)
    next_run = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.next_run:%Y-%m-%d %H:%M:%S}"
