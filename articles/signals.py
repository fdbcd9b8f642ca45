"""Updates what depends on a row when it is saved or deleted; bulk writers do that themselves."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from articles.changes import (
    announce,
    finish_changes,
    rows_changed,
    shown_of,
    shown_rows,
    stories_later,
    touch_stories,
    update_story_of_deleted,
)
from articles.changes.rows import SHOWN
from articles.db.locks import lock
from articles.listings import ListingChanges
from articles.models import (
    Article,
    ArticleTopic,
    RelatedLink,
    StoryDecision,
    StoryLead,
    StoryMember,
    ThreadDecision,
    ThreadName,
    Topic,
)

_WATCHED = (Article, ArticleTopic)
# Models whose rows are also saved, or deleted, one by one.
_SAVED: tuple[type[Model], ...] = (RelatedLink, StoryDecision, StoryLead, ThreadDecision, ThreadName)
_DELETED: tuple[type[Model], ...] = (
    RelatedLink, StoryMember, StoryDecision, StoryLead, ThreadDecision, ThreadName,
)  # fmt: skip


def connect() -> None:
    for model in _WATCHED:
        for before in (pre_save, pre_delete):
            before.connect(_remember_listings, sender=model, dispatch_uid=f"listings {model.__name__}")
        for after in (post_save, post_delete):
            after.connect(_update_listings, sender=model, dispatch_uid=f"listings {model.__name__}")
    for shown in SHOWN:
        pre_save.connect(_remember_row, sender=shown, dispatch_uid=f"rows {shown.__name__}")
        post_save.connect(_announce_row, sender=shown, dispatch_uid=f"rows {shown.__name__}")
        pre_delete.connect(_announce_children, sender=shown, dispatch_uid=f"rows {shown.__name__}")
        post_delete.connect(_announce_deleted, sender=shown, dispatch_uid=f"rows {shown.__name__}")
    for saved in _SAVED:
        pre_save.connect(_lock, sender=saved, dispatch_uid=f"lock {saved.__name__}")
    for deleted in _DELETED:
        pre_delete.connect(_lock, sender=deleted, dispatch_uid=f"lock {deleted.__name__}")
    # Articles, actions and versions refer to users.
    pre_delete.connect(_lock, sender=settings.AUTH_USER_MODEL, dispatch_uid="lock users")
    post_delete.connect(_update_story_left, sender=StoryMember, dispatch_uid="stories StoryMember")
    touched: dict[type[Model], Callable[..., None]] = {RelatedLink: _touch_linked, StoryDecision: _touch_decided, ThreadDecision: _touch_decided,
               StoryLead: _touch_article, ThreadName: _touch_article}  # fmt: skip
    for sender, handler in touched.items():
        for signal in (post_save, post_delete):
            signal.connect(handler, sender=sender, dispatch_uid=f"stories {sender.__name__}")


def _lock(**kwargs: Any) -> None:
    """Take the write lock before the row's own lock, as every writer does."""
    lock()


def _remember_listings(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Remember the listings that the row's article is in before the change."""
    lock()
    instance._listing_changes = changes = ListingChanges()  # type: ignore[attr-defined]
    article_id = instance.article_id if isinstance(instance, ArticleTopic) else instance.pk
    if article_id and not raw:
        changes.add([article_id])


def _update_listings(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Count the listings again that the article was in and is in now."""
    changes: ListingChanges = instance._listing_changes  # type: ignore[attr-defined]
    if isinstance(instance, Article) and instance.pk and not raw:
        changes.add_saved(instance.pk)
    finish_changes(changes)


def _remember_row(sender: type[Model], instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Remember what readers see of a row before it is saved."""
    lock()
    instance._shown_before = shown_rows(sender, [instance.pk] if instance.pk and not raw else [])  # type: ignore[attr-defined]


def _announce_row(sender: type[Model], instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Announce the changes of a saved row that readers see."""
    if not raw:
        rows_changed(sender, instance._shown_before, shown_of(instance))  # type: ignore[attr-defined]


def _announce_children(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Announce the topics below a deleted topic: the database sets their parents to null without a signal."""
    lock()
    if sender is Topic:
        announce(topics=Topic.objects.filter(parent=instance.pk).values_list("pk", flat=True))


def _announce_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    rows_changed(sender, shown_of(instance), {})


def _update_story_left(instance: StoryMember, **kwargs: Any) -> None:
    """Update the story of a deleted article, or delete it with its last article."""
    left = StoryMember.objects.filter(story=instance.story_id)
    update_story_of_deleted(instance.story_id, left.values_list("article_id", flat=True))


def _touch_linked(instance: RelatedLink, raw: bool = False, origin: Any = None, **kwargs: Any) -> None:
    if not raw:
        _touch([instance.article_id, instance.target_id], origin)


def _touch_decided(
    instance: StoryDecision | ThreadDecision, raw: bool = False, origin: Any = None, **kwargs: Any
) -> None:
    if not raw:
        _touch([instance.article_id, *filter(None, [instance.joins_id])], origin)


def _touch_article(instance: StoryLead | ThreadName, raw: bool = False, origin: Any = None, **kwargs: Any) -> None:
    if not raw:
        _touch([instance.article_id], origin)


def _touch(ids: Iterable[int], origin: Any) -> None:
    """Update the stories of articles; while an article is being deleted (``origin``), wait until its row has gone.

    Until then it would be joined again, and its story would be left without it.
    """
    is_going = isinstance(origin, Article) or getattr(origin, "model", None) is Article
    with stories_later() if is_going else nullcontext():
        touch_stories(ids)
