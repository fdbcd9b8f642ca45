"""What follows when one row is saved or deleted, wherever that happens; bulk writers see to it themselves."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from articles.listings import ListingChanges, finish_changes
from articles.models import Article, ArticleTopic

_WATCHED = (Article, ArticleTopic)


def connect() -> None:
    for model in _WATCHED:
        for before in (pre_save, pre_delete):
            before.connect(_note, sender=model, dispatch_uid=f"listings {model.__name__}")
        for after in (post_save, post_delete):
            after.connect(_finish, sender=model, dispatch_uid=f"listings {model.__name__}")


def _note(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Take note of the listings that the row's article is in before the change."""
    instance._listing_changes = changes = ListingChanges()  # type: ignore[attr-defined]
    article_id = instance.article_id if isinstance(instance, ArticleTopic) else instance.pk
    if article_id and not raw:
        changes.add([article_id])


def _finish(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Count again where the article was and where it is now."""
    changes: ListingChanges = instance._listing_changes  # type: ignore[attr-defined]
    if isinstance(instance, Article) and instance.pk and not raw:
        changes.add([instance.pk])
    finish_changes(changes)
