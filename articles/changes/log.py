"""The log of changes in the database, by which processes learn of each other's changes.

A row is added in the transaction, when it first announces something, and filled in right after the commit: a process
that is killed in between leaves a row without content: then anything may have changed. Transactions that announce hold
the write lock, so that rows are committed in the order of their ids.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

from django.utils import timezone

from articles.changes.content import IDS, ContentChange
from articles.db.prepared import Prepared
from articles.models import RecordedChange

# Clients of the API ask what has changed since they asked last.
STORED_FOR = dt.timedelta(days=30)
PRUNED_EVERY = 100  # rows
# A row without content is filled in at once, unless its process was killed: then later rows pass it by.
FINISHED_WITHIN = dt.timedelta(minutes=1)
FIELDS = {field.name for field in fields(ContentChange)}
ROWS, ARTICLES = 1_000, 5_000  # of a stretch, which may have more articles by those of its last row
_LATER = Prepared(
    lambda number: RecordedChange.objects.filter(pk__gt=number).order_by("pk").values_list("pk", "content")
)


class Recorded(NamedTuple):
    """A change, and the number of its row."""

    number: int
    change: ContentChange


def begin() -> int:
    """Record in the open transaction that it will change something; return the row's number."""
    return RecordedChange.objects.create().pk


def finish(number: int, change: ContentChange) -> int:
    """Record the changes of the transaction that has just been committed; return the number of their row."""
    content = _plain(change)
    # Its row may have been rolled back with a savepoint.
    if not RecordedChange.objects.filter(pk=number).update(content=content):
        number = RecordedChange.objects.create(content=content).pk
    if number % PRUNED_EVERY == 0:
        RecordedChange.objects.filter(time__lt=timezone.now() - STORED_FOR).delete()
    return number


def changes_after(number: int, limit: int) -> list[Recorded]:
    """Return the first ``limit`` changes with higher numbers, in their order."""
    return list(_recorded(_LATER.rows(0, limit, number=number)))


def latest_changes(limit: int) -> list[Recorded]:
    """Return the last ``limit`` changes, in their order."""
    rows = RecordedChange.objects.order_by("-pk").values_list("pk", "content")
    return list(_recorded(reversed(rows[:limit])))


class Stretch(NamedTuple):
    """What changed after one row of the log, up to and with row ``end``. ``is_last``: nothing after it is known yet."""

    end: int
    articles: frozenset[int]
    is_everything: bool
    is_last: bool


def stretch_after(number: int, end: int | None = None) -> Stretch:
    """Return a stretch of the log after row ``number``: up to row ``end``, or as much as is good to read at once."""
    later = RecordedChange.objects.filter(pk__gt=number).order_by("pk")
    rows = later.filter(pk__lte=end) if end is not None else later
    passed = number_at(timezone.now() - FINISHED_WITHIN)
    articles: set[int] = set()
    is_everything = is_waiting = False
    for pk, content in rows.values_list("pk", "content")[:ROWS]:
        is_waiting = content is None and pk >= passed
        if is_waiting or len(articles) >= ARTICLES:
            break
        number = pk
        change = _change(content)
        articles |= change.articles
        is_everything |= change.everything
    is_last = is_waiting or not later.filter(pk__gt=number).exists()
    return Stretch(number, frozenset(articles), is_everything, is_last)


def number_at(time: dt.datetime) -> int:
    """Return the number of the last row that was begun until ``time``, 0 if there is none."""
    return RecordedChange.objects.filter(time__lte=time).order_by("-pk").values_list("pk", flat=True).first() or 0


def latest_number() -> int:
    return RecordedChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _recorded(rows: Any) -> Iterator[Recorded]:
    for number, content in rows:
        yield Recorded(number, _change(content))


def _plain(change: ContentChange) -> dict[str, Any]:
    """Return the non-empty fields of a change as JSON values."""
    values = {name: getattr(change, name) for name in sorted(FIELDS)}
    return {name: sorted(value) if name in IDS else value for name, value in values.items() if value}


def _change(content: dict[str, Any] | None) -> ContentChange:
    if content is None:
        return ContentChange(everything=True)
    if not content.keys() <= FIELDS:  # of a newer release, as while a site is updated
        return ContentChange(everything=True)
    values: dict[str, Any] = {name: frozenset(each) if name in IDS else each for name, each in content.items()}
    return ContentChange(**values)
