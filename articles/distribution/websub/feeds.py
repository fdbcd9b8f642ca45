"""The feeds that hubs are told of: those of what a change names, not searches, months or combinations."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from articles.changes import ContentChange
from articles.changes.log import changes_after
from articles.models import Article, ArticleTopic, Provider, Story, Thread, ThreadMember, Topic

FORMATS = ("rss", "atom", "json")
OVERVIEWS = ("front_feed", "latest_feed")
ANNOUNCED = {*OVERVIEWS, "topic_feed", "provider_feed", "story_feed", "thread_feed"}
ROWS = 500  # of the log to read at once
MOST = 2_000  # pages of a kind, after an import of a whole site


def hubs() -> list[str]:
    """Return the hubs of the site. Raise ImproperlyConfigured without an address at which they find its feeds."""
    if settings.WEBSUB_HUBS and not settings.SITE_URL:
        raise ImproperlyConfigured("WEBSUB_HUBS needs SITE_URL, such as https://news.example.")
    for number, hub in enumerate(settings.WEBSUB_HUBS, start=1):
        if not hub.startswith(("https://", "http://")):
            raise ImproperlyConfigured(f"WEBSUB_HUBS, address {number}: it begins with neither https:// nor http://.")
    return list(settings.WEBSUB_HUBS)


def hubs_of(request: HttpRequest, query: str) -> tuple[str, ...]:
    """Return the hubs of the feed that a request is for; ``query`` are the parameters that it depends on."""
    match = request.resolver_match
    return tuple(settings.WEBSUB_HUBS) if match and match.view_name in ANNOUNCED and not query else ()


def changed_feeds(number: int) -> list[str]:
    """Return the paths of the feeds that changes from ``number`` on affect, in all formats."""
    topics: set[int] = set()
    providers: set[int] = set()
    stories: set[int] = set()
    threads: set[int] = set()
    is_everything = is_latest = False
    for change in _changes_from(number):
        topics |= change.topics
        providers |= change.providers
        stories |= change.stories
        threads |= change.threads
        is_everything |= change.everything
        is_latest |= bool(change.articles) or change.listings
    overviews = OVERVIEWS if is_latest or is_everything else OVERVIEWS[:1]
    its_topics, its_providers = (Q() if is_everything else Q(pk__among=ids) for ids in (topics, providers))
    pages = _pages(its_topics, its_providers, stories, threads)
    return [*_overviews(overviews), *pages]


def feeds_listed_since(time: dt.datetime) -> list[str]:
    """Return the paths of the feeds of articles whose time to be listed has come since, and of the front page."""
    now = timezone.now()
    ids = list(Article.objects.listed(now).filter(listed_from__gte=time).values_list("pk", flat=True)[:MOST])
    if not ids:  # a pin has begun or ended
        return list(_overviews(OVERVIEWS[:1]))
    topics = Q(pk__in=ArticleTopic.objects.filter(article__among=ids).values("topic"))
    stories = set(Story.objects.filter(members__article__among=ids).values_list("pk", flat=True))
    threads = set(ThreadMember.objects.filter(story__among=stories).values_list("thread_id", flat=True))
    providers = Q(pk__in=Article.objects.filter(pk__among=ids).values("provider"))
    return [*_overviews(OVERVIEWS), *_pages(topics, providers, stories, threads)]


def _changes_from(number: int) -> Iterator[ContentChange]:
    number -= 1
    while rows := changes_after(number, ROWS):
        yield from (row.change for row in rows)
        number = rows[-1].number


def _overviews(names: Iterable[str]) -> Iterator[str]:
    return (reverse(name, args=[form]) for name in names for form in FORMATS)


def _pages(topics: Q, providers: Q, stories: set[int], threads: set[int]) -> Iterator[str]:
    kinds: tuple[QuerySet[Model], ...] = (
        Topic.objects.filter(topics),
        Provider.objects.filter(providers),
        Story.objects.with_page().filter(pk__among=stories),
        Thread.objects.with_page().filter(pk__among=threads).select_related("head__lead"),
    )
    for rows in kinds:
        for row in rows.order_by("-pk")[:MOST]:
            path = row.get_absolute_url()  # type: ignore[attr-defined]
            yield from (f"{path}feed.{form}" for form in FORMATS)
