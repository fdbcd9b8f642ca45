"""Scheduled publishing and unlisting, without a background job.

At its time, a schedule does what an editor would do: it sets or unsets ``published``. So listings, counts and stories
follow as from any edit, an import sees it as an editor's change, and the article's date does not change. Stories also
change when the time of one of their articles comes.

Before it answers a reader, each process checks three small indexes now and then (``SCHEDULE_LOOK_SECONDS``), and at once
when a known time has come. Readers do not wait for other writers; then due changes are made later.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError
from django.db.models import Manager, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.changes import stories_at_the_end
from articles.db.locks import LockTakenError, writing_if_free
from articles.editorial.edits import edit_articles
from articles.editorial.recording import recording
from articles.models import Article, Story

logger = logging.getLogger(__name__)
COLUMNS = ("published", "is_draft", "publish_at", "unlist_at", "edited", "conflicts")
# How soon to try again if something else was writing.
RETRY = dt.timedelta(seconds=1)
# An editor has set times in this process: check them with the next request.
_has_news = True


def look_again() -> None:
    """Make this process check scheduled times before its next response, as they may have changed."""
    global _has_news  # noqa: PLW0603 - one flag of the process
    _has_news = True


def next_due() -> dt.datetime | None:
    """Return the next time at which an article or a story is to change."""
    columns = {
        "first": _earliest(Article.objects, "publish_at"),
        "last": _earliest(Article.objects, "unlist_at"),
        "story": _earliest(Story.objects, "changes_at"),
    }
    # Subqueries of any one article: a single query, which reads the first entry of each index.
    rows = Article.objects.order_by().annotate(**columns).values_list(*columns)[:1]
    return min((time for row in rows for time in row if time), default=None)


def _earliest(manager: Manager[Any], column: str) -> Subquery:
    return Subquery(manager.filter(**{f"{column}__isnull": False}).order_by(column).values(column)[:1])


def run_due(now: dt.datetime | None = None) -> int:
    """Publish and unlist what is due, and update stories; return the number of changed articles."""
    now = now or timezone.now()
    with stories_at_the_end():
        return _run(now, publish=True) + _run(now, publish=False)


def _run(now: dt.datetime, publish: bool) -> int:
    column = "publish_at" if publish else "unlist_at"
    with recording(None, "schedule", "") as record:
        ids = set(Article.objects.filter(**{f"{column}__lte": now}).values_list("pk", flat=True))
        if not ids:
            return 0
        record.watch_articles(ids, COLUMNS)
        number = edit_articles(ids, published=publish, **{column: None})
        if publish:
            text = ngettext("Published %d article at its time", "Published %d articles at their times", number)
        else:
            text = ngettext("Unlisted %d article at its time", "Unlisted %d articles at their times", number)
        record.summary = text % number
    return number


class ScheduleMiddleware:
    """Makes due changes before a page is rendered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.SCHEDULE_LOOK_SECONDS:
            raise MiddlewareNotUsed("`manage.py run_schedule` does what is due")
        self.get_response = get_response
        self.wait = dt.timedelta(seconds=settings.SCHEDULE_LOOK_SECONDS)
        self.look_at: dt.datetime | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        if _has_news or self.look_at is None or self.look_at <= now:
            self.look(now)
        return self.get_response(request)

    def look(self, now: dt.datetime) -> None:
        """Make due changes, and set when to look again; errors are logged, so that the page is served anyway."""
        global _has_news  # noqa: PLW0603
        _has_news = False
        self.look_at = now + self.wait
        try:
            due = next_due()
            if due and due <= now:
                with writing_if_free():
                    run_due(now)
            elif due:
                self.look_at = min(self.look_at, due)
        except LockTakenError:
            self.look_at = now + min(self.wait, RETRY)
        except DatabaseError as error:
            logger.warning(_("Scheduled changes could not be made, and are tried again: %s"), error)
