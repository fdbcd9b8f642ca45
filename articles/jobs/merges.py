"""Merges of topics and providers with many articles, and undoing what was done in parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from articles.db.locks import writing
from articles.editorial import merging
from articles.editorial.parts import undo_parts, undo_summary, undo_whole
from articles.jobs.current import TaskCancelledError, TaskFailedError
from articles.jobs.parts import PART, Parts
from articles.models import Action, Article, ArticleTopic, Provider, Topic

MAX_NOTES = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What is merged: its model, how many articles it has, and the functions that merge it in parts."""

    model: type[Topic] | type[Provider]
    articles: Callable[[int], int]
    move: Callable[[Action, Any, Any, int], int]
    merge: Callable[..., Action | None]
    summary: Callable[[Any, Any], str]


TOPICS = Kind(
    Topic,
    lambda pk: ArticleTopic.objects.filter(topic=pk).count(),
    merging.move_some_of_topic,
    merging.merge_topics,
    merging.summary_of_topics,
)
PROVIDERS = Kind(
    Provider,
    lambda pk: Article.objects.filter(provider=pk).count(),
    merging.move_some_of_provider,
    merging.merge_providers,
    merging.summary_of_providers,
)


@task()
def merge_topics(pk: int, into: int, reason: str) -> None:
    """Merge one topic into another, in parts."""
    _merge(TOPICS, pk, into, reason)


@task()
def merge_providers(pk: int, into: int, reason: str) -> None:
    """Merge one provider into another, in parts."""
    _merge(PROVIDERS, pk, into, reason)


def _merge(kind: Kind, pk: int, into: int, reason: str) -> None:
    rows: dict[int, Any] = kind.model._default_manager.in_bulk([pk, into])
    if len(rows) < 2:
        if (done := Parts(0)).done and pk not in rows and _is_merged(done.whole):
            return  # by a worker that was killed right after it
        raise TaskFailedError(_("One of the two has been deleted."))
    parts = Parts(0)
    parts.total = parts.done + kind.articles(pk) + 1
    whole = parts.begin("merge", kind.summary(rows[pk], rows[into]), reason, [rows[into]])
    try:
        _move_most(kind, parts, whole, rows[pk], rows[into])
    except TaskCancelledError:
        # Files still name what is merged: half of a merge would not last.
        undo_whole(whole, parts.user)
        raise
    with writing():
        kind.merge(parts.user, rows[pk], rows[into], reason, whole)
        parts.note(parts.total)


def _move_most(kind: Kind, parts: Parts, whole: Action, row: Any, into: Any) -> None:
    """Move articles in parts until the rest is small enough to be moved with the row itself."""
    while kind.articles(row.pk) > PART:
        with transaction.atomic():
            parts.note(parts.done + kind.move(whole, row, into, PART))
        parts.rest()


def _is_merged(whole: Action | None) -> bool:
    last = whole.parts.order_by("-pk").first() if whole else None
    return last is not None and bool(last.deleted)


@task()
def undo_in_parts(pk: int) -> None:
    """Undo an action that was done in parts; what stays as it is is listed with the task."""
    action = Action.objects.filter(pk=pk, undone_at=None).first()
    if action is None:
        return
    parts = Parts(0)
    parts.total = parts.done + action.parts.filter(undone_at=None).count()
    undoing = parts.begin("undo", undo_summary(action), "")
    left: list[str] = []
    for result in undo_parts(action, parts.user, undoing):
        left += result.left
        parts.note(parts.done + 1)
        if parts.task:
            parts.task.update(notes="\n".join(left[:MAX_NOTES]))
        parts.rest()
