"""Deleting what nobody needs any more."""

import datetime as dt

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from articles.models import Worker

STORED_FOR = dt.timedelta(days=14)


@task()
def delete_old_tasks() -> None:
    """Delete tasks that ended two weeks ago, and workers not seen since, but the one that was seen last."""
    old = timezone.now() - STORED_FOR
    DBTaskResult.objects.finished().filter(finished_at__lt=old).delete()
    Worker.objects.filter(seen__lt=old).exclude(pk__in=Worker.objects.order_by("-seen").values("pk")[:1]).delete()


@task()
def delete_old_sessions() -> None:
    """Delete the sessions of editors that have ended."""
    SessionStore.clear_expired()
