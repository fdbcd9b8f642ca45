"""Topics and providers as editors save and rename them: noted, recorded, and still known by what they were called.

``articles/sync/old_names.py`` has the rule; the import, which stands below this package, follows it, too.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from articles.editorial.edits import note_edited_fields
from articles.editorial.recording import Recorder
from articles.models import Action, Article, ImportRun, Provider, ProviderAlias, Topic, TopicAlias
from articles.sync.old_names import NAMED_BY, remember, save_renamed


def save_edited(row: Topic | Provider, fields: Collection[str], record: Recorder | None = None) -> None:
    """Save a topic or provider of which an editor changed ``fields``, as part of the deed that ``record`` records.

    Without a ``record`` the caller watches what a new name changes; see ``watch_names``.
    """
    note_edited_fields(row, fields)
    if record and row.pk and not set(fields).isdisjoint(NAMED_BY[type(row)]):
        watch_names(record, type(row), [row.pk])
    save_renamed(row)


def watch_names(record: Recorder, model: type[Model], ids: Collection[int]) -> None:
    """Tell a deed what changes beside topics or providers that get other names or domains."""
    if model is Topic:
        record.watch(TopicAlias, topic__among=set(ids))
    elif model is Provider:
        record.watch(ProviderAlias, provider__among=set(ids))
        record.watch(Article, ("provider_said",), provider__among=set(ids))


# -- Undo ----------------------------------------------------------------------------------
# What a deed made of a row's name, only files that were imported since then can say: in others' way it is not left.


def watch_renamed(record: Recorder, action: Action) -> None:
    """Tell an undo of ``action`` what ``remembering`` changes beside the rows."""
    if not _may_be_in_files(action.time):
        return
    for model, columns in NAMED_BY.items():
        rows = action.changed.get(model._meta.label_lower, {})
        if ids := [int(pk) for pk, row in rows.items() if not row.keys().isdisjoint(columns)]:
            watch_names(record, model, ids)


@contextmanager
def remembering(model: type[Model], columns: Collection[str], ids: Collection[int], since: datetime) -> Iterator[None]:
    """Remember what rows whose ``columns`` are written inside were called, if files may say so ``since`` they were."""
    names = NAMED_BY.get(model, ())
    if set(names).isdisjoint(columns) or not _may_be_in_files(since):
        yield
        return
    rows: QuerySet[Any] = model._base_manager.filter(pk__among=set(ids))
    before = {values["pk"]: values for values in rows.values("pk", *names)}
    yield
    for row in rows:
        remember(row, before[row.pk])


def _may_be_in_files(since: datetime) -> bool:
    return ImportRun.objects.filter(Q(finished__isnull=True) | Q(finished__gte=since)).exists()
