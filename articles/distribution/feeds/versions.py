"""When a feed last changed for its readers: also when an item leaves it, of which no item that is left tells.

What a feed held when it was last made is kept in the database, for all processes and hosts.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, router, transaction
from django.utils import timezone

from articles.distribution.feeds.records import Feed
from articles.models import FeedVersion

logger = logging.getLogger(__name__)
SLOTS = 65_536
SECOND = dt.timedelta(seconds=1)
# Readers do not wait for a writer of SQLite, such as an import: the next one to ask for the feed stores it.
WAIT = 50  # milliseconds


def with_last_change(feed: Feed, site: str) -> Feed:
    """Return a feed with the time of its last change as ``updated``; ``site`` is the address it is read at."""
    version, source = _version(feed, site), router.db_for_read(FeedVersion)
    known = _known(version, source)
    if source != DEFAULT_DB_ALIAS and (known is None or known.digest != version.digest):
        # A replica may not have what another process has just stored. The primary may be down, too.
        with suppress(DatabaseError):
            known = _known(version, DEFAULT_DB_ALIAS)
    if known and known.digest == version.digest:
        return replace(feed, updated=known.updated)
    version.updated = _time(feed.newest, known.updated) if known else feed.newest
    _store(version)
    return replace(feed, updated=version.updated)


def _time(newest: dt.datetime, before: dt.datetime) -> dt.datetime:
    """Return when a feed changed that was last changed ``before``: as its newest item says, unless that was known.

    Feed readers are told whole seconds, and two versions of a feed must not have the same.
    """
    return newest if newest >= _next_second(before) else max(timezone.now(), _next_second(before))


def _next_second(time: dt.datetime) -> dt.datetime:
    return time.replace(microsecond=0) + SECOND


def _version(feed: Feed, site: str) -> FeedVersion:
    name = _digest(site, feed.id)
    return FeedVersion(slot=int(name, 16) % SLOTS, feed=name, digest=_digest(feed.contents), updated=feed.newest)


def _known(version: FeedVersion, alias: str) -> FeedVersion | None:
    return FeedVersion.objects.using(alias).filter(pk=version.pk, feed=version.feed).first()


def _store(version: FeedVersion) -> None:
    try:
        with _waiting_shortly(), transaction.atomic():
            FeedVersion.objects.bulk_create(
                [version],
                update_conflicts=True,
                unique_fields=["slot"],
                update_fields=["feed", "digest", "updated"],
            )
    except DatabaseError as error:
        logger.info("When a feed changed could not be stored: %s", error)


@contextmanager
def _waiting_shortly() -> Iterator[None]:
    """Make SQLite wait but shortly for other writers in the block."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {WAIT:d}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before:d}")


def _digest(*values: object) -> str:
    return hashlib.blake2b(repr(values).encode("utf-8", "replace"), digest_size=16).hexdigest()
