"""What follows when one row is saved or deleted, wherever that happens; bulk writers see to it themselves."""

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from articles.changes import finish_changes, stories_later, touch_stories
from articles.db.locks import lock
from articles.listings import ListingChanges
from articles.models import (
    Article,
    ArticleTopic,
    Pin,
    Provider,
    ProviderAlias,
    RelatedLink,
    StoryDecision,
    StoryLead,
    StoryMember,
    Topic,
    TopicAlias,
)
from articles.models.provider import JUDGED
from articles.stories import leave_empty

_WATCHED = (Article, ArticleTopic)
# Whose rows are saved one by one, too, and whose deletion something follows from.
_SAVED: tuple[type[Model], ...] = (
    RelatedLink,
    StoryDecision,
    StoryLead,
    Provider,
    ProviderAlias,
    Topic,
    TopicAlias,
    Pin,
)
_DELETED: tuple[type[Model], ...] = (RelatedLink, StoryMember, StoryDecision, StoryLead, Provider, Topic)


def connect() -> None:
    for model in _WATCHED:
        for before in (pre_save, pre_delete):
            before.connect(_note, sender=model, dispatch_uid=f"listings {model.__name__}")
        for after in (post_save, post_delete):
            after.connect(_finish, sender=model, dispatch_uid=f"listings {model.__name__}")
    for saved in _SAVED:
        pre_save.connect(_lock, sender=saved, dispatch_uid=f"lock {saved.__name__}")
    for deleted in _DELETED:
        pre_delete.connect(_lock, sender=deleted, dispatch_uid=f"lock {deleted.__name__}")
    # Articles, deeds and versions say who made them.
    pre_delete.connect(_lock, sender=settings.AUTH_USER_MODEL, dispatch_uid="lock users")
    post_delete.connect(_leave, sender=StoryMember, dispatch_uid="stories StoryMember")
    handlers = (
        (RelatedLink, _join),
        (StoryDecision, _decide),
        (StoryLead, _lead),
        (Provider, _judge),
        (Topic, _rename),
    )
    for sender, handler in handlers:
        for signal in (post_save, post_delete):
            signal.connect(handler, sender=sender, dispatch_uid=f"stories {sender.__name__}")


def _lock(**kwargs: Any) -> None:
    """Take the write lock before the row, as every writer does."""
    lock()


def _note(instance: Model, raw: bool = False, **kwargs: Any) -> None:
    """Take note of the listings that the row's article is in before the change."""
    lock()
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


def _leave(instance: StoryMember, **kwargs: Any) -> None:
    """Look again at the story of an article that is deleted; one that nothing is left of goes with it."""
    left = list(StoryMember.objects.filter(story=instance.story_id).values_list("article_id", flat=True))
    if left:
        with stories_later():
            touch_stories(left)
    else:
        leave_empty(instance.story_id)


def _join(instance: RelatedLink, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        touch_stories([instance.article_id, instance.target_id])


def _decide(instance: StoryDecision, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        touch_stories([instance.article_id, *filter(None, [instance.joins_id])])


def _lead(instance: StoryLead, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        touch_stories([instance.article_id])


def _judge(instance: Provider, raw: bool = False, created: bool = False, **kwargs: Any) -> None:
    """Follow a provider of another kind, whose accounts may count or not, or of a name or domain that is searched for."""
    judged = {name: getattr(instance, name) for name in JUDGED}
    if not (raw or created) and instance.judged != judged:
        touch_stories(Article.objects.filter(provider=instance.pk).values_list("id", flat=True))
    instance.judged = judged


def _rename(instance: Topic, raw: bool = False, created: bool = False, **kwargs: Any) -> None:
    """Let the articles of a topic be found by its new name."""
    if not (raw or created) and instance.old_name not in (None, instance.name):
        touch_stories(ArticleTopic.objects.filter(topic=instance.pk).values_list("article_id", flat=True))
    instance.old_name = instance.name
