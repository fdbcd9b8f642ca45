"""Saving and renaming topics and providers as an editor: recorded, and still found by their old names.

``articles/sync/old_names.py`` has the rule, which the import follows, too.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from articles.editorial.edits import note_edited_fields
from articles.editorial.recording import Recorder
from articles.models import Action, Article, ImportRun, Provider, ProviderAlias, Topic, TopicAlias
from articles.sync.old_names import NAMED_BY, save_renamed, store_old_names


def save_edited(
    row: Topic | Provider, fields: Collection[str], record: Recorder | None = None, is_file: bool = False
) -> None:
    """Save a topic or provider of which an editor changed ``fields``, as part of the action that ``record`` records.

    Without a ``record`` the caller has to watch what a new name changes; see ``watch_names``. If the values are those
    of its file (``is_file``), imports change the fields again.
    """
    note_edited_fields(row, fields)
    if is_file:
        row.edited = [name for name in row.edited if name not in fields]
    if record and row.pk and not set(fields).isdisjoint(NAMED_BY[type(row)]):
        watch_names(record, type(row), [row.pk])
    save_renamed(row)


def watch_names(record: Recorder, model: type[Model], ids: Collection[int]) -> None:
    """Watch the other rows that change when topics or providers get other names or domains."""
    if model is Topic:
        record.watch(TopicAlias, topic__among=set(ids))
    elif model is Provider:
        record.watch(ProviderAlias, provider__among=set(ids))
        record.watch(Article, ("provider_said",), provider__among=set(ids))


# -- Undo ----------------------------------------------------------------------------------
# Only files imported since an action can use the names it gave: otherwise undoing it leaves no alias behind.


def watch_renamed(record: Recorder, action: Action) -> None:
    """Watch what ``keeping_old_names`` changes in addition to the rows when ``action`` is undone."""
    if not _may_be_in_files(action.time):
        return
    for model, columns in NAMED_BY.items():
        rows = action.changed.get(model._meta.label_lower, {})
        if ids := [int(pk) for pk, row in rows.items() if not row.keys().isdisjoint(columns)]:
            watch_names(record, model, ids)


@contextmanager
def keeping_old_names(
    model: type[Model], columns: Collection[str], ids: Collection[int], since: datetime
) -> Iterator[None]:
    """Add the old names of rows whose ``columns`` are written inside, if files may have used them ``since`` then."""
    names = NAMED_BY.get(model, ())
    if set(names).isdisjoint(columns) or not _may_be_in_files(since):
        yield
        return
    rows: QuerySet[Any] = model._base_manager.filter(pk__among=set(ids))
    before = {values["pk"]: values for values in rows.values("pk", *names)}
    yield
    for row in rows:
        store_old_names(row, before[row.pk])


def _may_be_in_files(since: datetime) -> bool:
    return ImportRun.objects.filter(Q(finished__isnull=True) | Q(finished__gte=since)).exists()
