"""The context that every page needs."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.models import Topic
from articles.pages.cards import TopicLink
from articles.pages.topic_tree import first_topics
from articles.preferences.choices import choices_of
from articles.preferences.visits import with_new
from articles.text.addresses import address

LINKED = ("front", "story_list", "provider_list", "archive", "saved", "settings")


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the reader's choices and the masthead's topics, which are fetched only if shown."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "remote_images": settings.REMOTE_IMAGES,
        "choices": choices_of(request),
        # Called by the template.
        "nav_topics": partial(masthead_topics, request),
        "current": _linked_page(request.path),
    }


def _linked_page(path: str) -> str:
    """Return the address of a page that the masthead may link to; empty for others, so that they share a masthead."""
    topics = address("topic_list")
    return path if path.startswith(topics) or path in map(address, LINKED) else ""


def masthead_topics(request: HttpRequest, topics: Iterable[Topic] | None = None) -> tuple[TopicLink, ...]:
    """Return the topics of the masthead for a reader; ``topics`` has all, if the page has fetched them."""
    return with_new(first_topics(choices_of(request).muted_topics, topics), request)
