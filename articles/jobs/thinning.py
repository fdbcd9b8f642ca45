"""Deletes what histories and lists of tasks say of times long past."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from articles.db.locks import writing
from articles.models import Action, ImportRun, PreviewLink
from articles.models.snapshots import VERSIONED

AT_ONCE = 500  # rows, while others wait


@task()
def thin_histories() -> None:
    """Delete histories older than HISTORY_DAYS."""
    thin(timezone.now() - dt.timedelta(days=settings.HISTORY_DAYS))


def thin(before: dt.datetime, dry_run: bool = False) -> dict[str, int]:
    """Delete what is older than a time, in steps; return the numbers by what it is.

    Actions go, and can no longer be undone; of each row, its latest version stays; the last import that finished does, too;
    of tasks, those that have ended go, and of preview links those that have expired.
    """
    finished = ImportRun.objects.filter(state=ImportRun.State.FINISHED).order_by("-pk")
    found: dict[str, Any] = {
        "actions": Action.objects.filter(time__lt=before, part_of=None),
        "imports": ImportRun.objects.filter(started__lt=before).exclude(pk__in=finished.values("pk")[:1]),
        "preview links": PreviewLink.objects.filter(expires_at__lt=before),
        "tasks": DBTaskResult.objects.finished().filter(finished_at__lt=before),
    }
    numbers = {name: rows.count() if dry_run else _delete(rows) for name, rows in found.items()}
    numbers["versions"] = sum(_thin_versions(model, before, dry_run) for model in VERSIONED)
    return numbers


def _thin_versions(model: Any, before: dt.datetime, dry_run: bool) -> int:
    versions = model.history.model.objects
    latest = versions.order_by().values("id").annotate(last=Max("history_id"))
    old = versions.filter(history_date__lt=before).exclude(history_id__in=latest.values("last"))
    return old.count() if dry_run else _delete(old)


def _delete(rows: Any) -> int:
    """Delete rows, a few in each transaction; return their number, without those that go with them."""
    number: int = rows.count()
    while rows.exists():
        with writing():
            rows.model._base_manager.filter(pk__in=rows.order_by("pk").values("pk")[:AT_ONCE]).delete()
    return number
