"""What has changed, removed from the shared caches in front of the site.

Changes are read from the log of changes, so that one purge is sent for all that happened since the last one.
"""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from articles.changes import ContentChange
from articles.changes.log import changes_after
from articles.models import Article, Provider, Story, Topic
from articles.pages.shown import tags_of
from newsreader.cdn.headers import EVERY_PAGE
from newsreader.cdn.services import Purge, PurgeError, services

ROWS = 500  # of the log to read at once
MAX_TAGS = 2_000  # with more, caches are emptied
OVERVIEWS = ("front", "topic_list", "story_list", "thread_list", "catch_up", "provider_list", "archive")
# What is older, shared caches have left behind themselves.
REMEMBERED = dt.timedelta(hours=1)


def purge_changes_after(number: int, since: dt.datetime) -> None:
    """Purge the pages that changes after ``number`` affect, from all caches.

    ``since`` is when the first of them happened. Raise PurgeError, after all caches were asked, if any refused.
    """
    _send(_purge_after(number, is_forgotten=timezone.now() - since > REMEMBERED))


def purge_everything() -> None:
    """Empty all caches: of a cache that knows addresses alone, only the overviews are purged."""
    _send(Purge((EVERY_PAGE,), tuple(map(reverse, OVERVIEWS))))


def _send(purge: Purge) -> None:
    errors = []
    for service in services(settings.CDN_PURGE_URLS):
        try:
            service.send(purge)
        except PurgeError as error:
            errors.append(str(error))
    if errors:
        raise PurgeError("; ".join(errors))


def _purge_after(number: int, is_forgotten: bool) -> Purge:
    tags: set[str] = set()
    paths: set[str] = set(map(reverse, OVERVIEWS))
    is_everything = is_forgotten
    for change in _changes_after(number):
        is_everything |= change.everything or len(tags) > MAX_TAGS
        if not is_everything:
            tags |= tags_of(change)
            paths.update(_paths(change))
    return Purge((EVERY_PAGE,) if is_everything else tuple(sorted(tags)), tuple(sorted(paths)))


def _changes_after(number: int) -> Iterator[ContentChange]:
    while rows := changes_after(number, ROWS):
        yield from (row.change for row in rows)
        number = rows[-1].number


def _paths(change: ContentChange) -> Iterator[str]:
    """Yield the addresses of what has changed, but not those of further pages of listings."""
    columns = {Article: "articles", Topic: "topics", Provider: "providers", Story: "stories"}
    for model, name in columns.items():
        for row in model._default_manager.filter(pk__in=list(getattr(change, name))[:MAX_TAGS]).iterator(ROWS):
            url = row.get_absolute_url()  # type: ignore[attr-defined]
            if url.startswith("/"):
                yield url
