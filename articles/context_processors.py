"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.cards import TopicLink, topic_link
from articles.choices import choices_of
from articles.models import Topic

NAV_TOPICS = 8


def site(request: HttpRequest) -> dict[str, Any]:
    """Add the site's name and the topics of the masthead, which are fetched only by templates that show them."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "choices": choices_of(request),
        "nav_topics": SimpleLazyObject(_nav_topics),
    }


def _nav_topics() -> list[TopicLink]:
    """Return the first topics by position, those at the top of the tree before those below."""
    topics = Topic.objects.alias(below=Q(parent__isnull=False)).order_by("below", "position", "name")[:NAV_TOPICS]
    return [topic_link(topic.shortname or topic.name, topic.slug) for topic in topics]
