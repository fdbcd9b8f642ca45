"""The feeds that hubs are told of: those of what a change names.

Searches and combinations are not among them, as there is no end of them: their feeds name no hub.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from articles.changes import ContentChange
from articles.changes.log import changes_after
from articles.listings import next_month
from articles.models import Article, ArticleTopic, Provider, Story, Thread, ThreadMember, Topic
from articles.pages.archive import archive_months, local_start

FORMATS = ("rss", "atom", "json")
OVERVIEWS = ("front_feed", "latest_feed")
ANNOUNCED = {*OVERVIEWS, "topic_feed", "provider_feed", "month_feed", "story_feed", "thread_feed"}
DEEP = "?deep=1"  # of a topic's feed, with its subtopics
ROWS = 500  # of the log to read at once
MOST = 2_000  # pages of a kind, after an import of a whole site
Stem = tuple[str, str]  # the path of a feed without its format, and its query


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
    name = request.resolver_match.view_name if request.resolver_match else ""
    is_told = name in ANNOUNCED and query in ("", DEEP if name == "topic_feed" else "")
    return tuple(settings.WEBSUB_HUBS) if is_told else ()


@dataclass(slots=True)
class Affected:
    """The ids of what has changed, and months as a change names them; ``is_everything``: all topics, providers, months."""

    topics: set[int] = field(default_factory=set)
    providers: set[int] = field(default_factory=set)
    stories: set[int] = field(default_factory=set)
    threads: set[int] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    is_everything: bool = False
    is_latest: bool = False

    def add(self, change: ContentChange) -> None:
        self.topics |= change.topics
        self.providers |= change.providers
        self.stories |= change.stories
        self.threads |= change.threads
        self.months |= change.months
        self.is_everything |= change.everything
        self.is_latest |= bool(change.articles) or change.listings or change.everything


def changed_feeds(number: int) -> list[str]:
    """Return the paths of the feeds that changes from ``number`` on affect, in all formats."""
    affected = Affected()
    for change in _changes_from(number):
        affected.add(change)
    return list(_feeds_of(affected))


def feeds_listed_since(time: dt.datetime) -> list[str]:
    """Return the paths of the feeds of articles whose time to be listed has come since, and of the front page."""
    now = timezone.now()
    rows = Article.objects.listed(now).filter(listed_from__gte=time)
    times = dict(rows.values_list("pk", "listed_from")[:MOST])
    if not times:  # a pin has begun or ended
        return list(_feeds_of(Affected()))
    stories = set(Story.objects.filter(members__article__among=times.keys()).values_list("pk", flat=True))
    affected = Affected(
        topics=set(ArticleTopic.objects.filter(article__among=times.keys()).values_list("topic", flat=True)),
        providers=set(Article.objects.filter(pk__among=times.keys()).values_list("provider", flat=True)),
        stories=stories,
        threads=set(ThreadMember.objects.filter(story__among=stories).values_list("thread_id", flat=True)),
        months={each.year * 100 + each.month for each in times.values()},
        is_latest=True,
    )
    return list(_feeds_of(affected))


def _changes_from(number: int) -> Iterator[ContentChange]:
    number -= 1
    while rows := changes_after(number, ROWS):
        yield from (row.change for row in rows)
        number = rows[-1].number


def _feeds_of(affected: Affected) -> Iterator[str]:
    for page, query in (*_overviews(affected), *_topics(affected), *_months(affected), *_pages(affected)):
        yield from (f"{page}.{form}{query}" for form in FORMATS)


def _overviews(affected: Affected) -> Iterator[Stem]:
    for name in OVERVIEWS if affected.is_latest else OVERVIEWS[:1]:
        yield reverse(name, args=["rss"]).removesuffix(".rss"), ""


def _topics(affected: Affected) -> Iterator[Stem]:
    """Yield the feeds of topics, and those with their subtopics of all topics above them."""
    if not affected.topics and not affected.is_everything:
        return
    known = {topic.pk: topic for topic in Topic.objects.all()}
    changed = known.keys() if affected.is_everything else known.keys() & affected.topics
    deep = set(changed)
    ahead = set(changed)
    while ahead:
        ahead = {parent for pk in ahead if (parent := known[pk].parent_id) in known} - deep
        deep |= ahead
    for pk in sorted(deep, reverse=True)[:MOST]:
        page = f"{known[pk].get_absolute_url()}feed"
        yield from ((page, query) for query in ("", DEEP) if query or pk in changed)


def _months(affected: Affected) -> Iterator[Stem]:
    """Yield the feeds of months: those of the site's time zone that begin or end in the months of a change."""
    if not affected.months and not affected.is_everything:
        return
    with timezone.override(None):
        for month, _count in archive_months()[:MOST]:
            ends = (local_start(month), local_start(next_month(month)) - dt.timedelta.resolution)
            if affected.is_everything or affected.months & {_number(each) for each in ends}:
                yield f"{reverse('archive_month', args=[f'{month.year:04d}', f'{month:%m}'])}feed", ""


def _number(time: dt.datetime) -> int:
    time = time.astimezone(dt.UTC)
    return time.year * 100 + time.month


def _pages(affected: Affected) -> Iterator[Stem]:
    providers = Q() if affected.is_everything else Q(pk__among=affected.providers)
    kinds: tuple[QuerySet[Model], ...] = (
        Provider.objects.filter(providers),
        Story.objects.with_page().filter(pk__among=affected.stories),
        Thread.objects.with_page().filter(pk__among=affected.threads).select_related("head__lead"),
    )
    for rows in kinds:
        for row in rows.order_by("-pk")[:MOST]:
            yield f"{row.get_absolute_url()}feed", ""  # type: ignore[attr-defined]
