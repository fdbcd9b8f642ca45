"""Deleting what nobody needs any more."""

import datetime as dt

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from articles.editorial.unused_uploads import delete_unused_uploads
from articles.models import Worker

STORED_FOR = dt.timedelta(days=14)
UPLOADS_STORED_FOR = dt.timedelta(days=30)  # a form may be open for long before it is saved


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


@task()
def delete_old_uploads() -> None:
    """Delete pictures that editors uploaded a month ago and that nothing names."""
    delete_unused_uploads(timezone.now() - UPLOADS_STORED_FOR)
