"""Scheduled publishing and unlisting, and stories and threads that change with time; the worker runs this when something is due.

At its time, a schedule does what an editor would do: it sets or unsets ``published``. So listings, counts and stories
follow as from any edit, an import sees it as an editor's change, and the article's date does not change. Stories also
change when the time of one of their articles comes.
"""

import datetime as dt
from typing import Any

from django.db.models import Manager, Subquery
from django.utils import timezone
from django.utils.translation import ngettext

from articles.changes import changing_articles, stories_at_the_end
from articles.content.expiry import expiry_of
from articles.editorial.edits import edit_articles
from articles.editorial.recording import recording
from articles.models import Article, Story, Thread

COLUMNS = ("published", "is_draft", "publish_at", "unlist_at", "edited", "conflicts")


def next_due() -> dt.datetime | None:
    """Return the next time at which an article or a story is to change."""
    columns = {
        "first": _earliest(Article.objects, "publish_at"),
        "last": _earliest(Article.objects, "unlist_at"),
        "story": _earliest(Story.objects, "changes_at"),
        "thread": _earliest(Thread.objects, "changes_at"),
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


def _end(ids: set[int]) -> int:
    """Unlist articles; where that is the time that the file gives, it is no editor's change, and no file gets it."""
    ends = Article.objects.filter(pk__among=ids).values_list("pk", "unlist_at", "extra", "edited")
    by_file = {pk for pk, end, extra, edited in ends if end == expiry_of(extra) and "published" not in edited}
    number = edit_articles(ids - by_file, published=False, unlist_at=None)
    with changing_articles(by_file):
        return number + Article.objects.filter(pk__among=by_file).update(published=False, unlist_at=None)


def _run(now: dt.datetime, publish: bool) -> int:
    column = "publish_at" if publish else "unlist_at"
    with recording(None, "schedule", "") as record:
        ids = set(Article.objects.filter(**{f"{column}__lte": now}).values_list("pk", flat=True))
        if not ids:
            return 0
        record.watch_articles(ids, COLUMNS)
        number = _end(ids) if not publish else edit_articles(ids, published=True, publish_at=None)
        if publish:
            text = ngettext("Published %d article at its time", "Published %d articles at their times", number)
        else:
            text = ngettext("Unlisted %d article at its time", "Unlisted %d articles at their times", number)
        record.summary = text % number
    return number
