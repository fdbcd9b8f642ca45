"""The context that every page needs."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.models import Topic
from articles.pages.cards import TopicLink
from articles.pages.topic_tree import first_topics
from articles.preferences.choices import choices_of
from articles.preferences.visits import with_new


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the reader's choices and the masthead's topics, which are fetched only if shown."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "remote_images": settings.REMOTE_IMAGES,
        "choices": choices_of(request),
        "nav_topics": SimpleLazyObject(lambda: masthead_topics(request)),
    }


def masthead_topics(request: HttpRequest, topics: Iterable[Topic] | None = None) -> tuple[TopicLink, ...]:
    """Return the topics of the masthead for a reader; ``topics`` has all, if the page has fetched them."""
    return with_new(first_topics(choices_of(request).muted_topics, topics), request)
