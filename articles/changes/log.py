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
from articles.models import RecordedChange

STORED_FOR = dt.timedelta(hours=1)
PRUNED_EVERY = 100  # rows


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
    rows = RecordedChange.objects.filter(pk__gt=number).order_by("pk").values_list("pk", "content")
    return list(_recorded(rows[:limit]))


def latest_changes(limit: int) -> list[Recorded]:
    """Return the last ``limit`` changes, in their order."""
    rows = RecordedChange.objects.order_by("-pk").values_list("pk", "content")
    return list(_recorded(reversed(rows[:limit])))


def _recorded(rows: Any) -> Iterator[Recorded]:
    for number, content in rows:
        yield Recorded(number, ContentChange(everything=True) if content is None else _change(content))


def _plain(change: ContentChange) -> dict[str, Any]:
    """Return the non-empty fields of a change as JSON values."""
    values = {field.name: getattr(change, field.name) for field in fields(change)}
    return {name: sorted(value) if name in IDS else value for name, value in values.items() if value}


def _change(content: dict[str, Any]) -> ContentChange:
    values: dict[str, Any] = {name: frozenset(each) if name in IDS else each for name, each in content.items()}
    return ContentChange(**values)
