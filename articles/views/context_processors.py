"""The context that every page needs."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.models import Topic
from articles.pages.cards import TopicLink, topic_link
from articles.preferences.choices import choices_of
from articles.preferences.visits import with_new

NAV_TOPICS = 8


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the reader's choices and the masthead's topics, which are fetched only if shown."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "remote_images": settings.REMOTE_IMAGES,
        "choices": choices_of(request),
        "nav_topics": SimpleLazyObject(lambda: _nav_topics(request)),
    }


def _nav_topics(request: HttpRequest) -> list[TopicLink]:
    """Return the first topics by position, top-level ones first, without muted ones."""
    muted = choices_of(request).muted_topics
    topics = Topic.objects.exclude(slug__among=muted).alias(below=Q(parent__isnull=False))
    first = topics.order_by("below", "position", "name")[:NAV_TOPICS]
    return with_new([topic_link(topic.shortname or topic.name, topic.slug) for topic in first], request)
