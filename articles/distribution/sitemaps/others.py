"""Pages that are not articles: front page, topics, providers, months of the archive, stories, threads."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from articles.distribution.sitemaps.months import PER_FILE, lastmod_of, months
from articles.distribution.sitemaps.xml import Entry
from articles.listings import listed_counts
from articles.models import Article, ArticleTopic, Provider, Story, Thread, Topic
from articles.models.story import story_url
from articles.models.thread import thread_url
from articles.models.visibility import listed

FIXED = ("topic_list", "story_list", "thread_list", "catch_up", "provider_list", "archive", "ranking")


def pages() -> list[Entry]:
    """Return the front page, the fixed pages, the topics and the months of the archive."""
    everything = months()
    newest = max((change for _month, _count, change in everything if change), default=None)
    fixed = [Entry(reverse("front"), newest), *(Entry(reverse(name)) for name in FIXED)]
    return [*fixed, *_topics(), *(_month(month, change) for month, _count, change in everything)]


def _month(month: dt.date, change: dt.datetime | None) -> Entry:
    return Entry(reverse("archive_month", args=[f"{month.year:04d}", f"{month:%m}"]), change)


def _topics() -> Iterator[Entry]:
    """Yield topics with listed articles; they change when they list another one."""
    counts = listed_counts("topic")
    links = ArticleTopic.objects.filter(listed(), topic=OuterRef("pk")).order_by("-listed_from")
    newest = Subquery(links.values("listed_from")[:1])
    for pk, slug, time in Topic.objects.order_by("pk").annotate(newest=newest).values_list("pk", "slug", "newest"):
        if pk in counts:
            yield Entry(reverse("topic", args=[slug]), time)


def provider_ids() -> list[int]:
    """Return the ids of providers with listed articles, in the order in which they were added."""
    return sorted(listed_counts("provider"))


def providers(part: int) -> list[Entry]:
    """Return the providers of one file, ``part`` beginning at 1."""
    ids = provider_ids()[(part - 1) * PER_FILE : part * PER_FILE]
    articles = Article.objects.filter(listed(), provider=OuterRef("pk")).newest_first()
    newest = Subquery(articles.values("listed_from")[:1])
    rows = Provider.objects.filter(pk__among=ids).order_by("pk").annotate(newest=newest)
    return [Entry(reverse("provider", args=[domain]), time) for domain, time in rows.values_list("domain", "newest")]


def story_parts() -> list[int]:
    """Return the numbers of the files with stories: each has a range of ids, so that no story ever changes its file."""
    return _parts(Story.objects.with_page())


def _parts(rows: QuerySet[Any]) -> list[int]:
    """Return the numbers of the files that rows are in, from one to the next: ranges without rows cost nothing."""
    parts: list[int] = []
    ids = rows.order_by("pk").values_list("pk", flat=True)
    while pk := ids.filter(pk__gt=parts[-1] * PER_FILE if parts else 0).first():
        parts.append((pk - 1) // PER_FILE + 1)
    return parts


def _ids(part: int) -> QuerySet[Story]:
    return Story.objects.with_page().filter(pk__gt=(part - 1) * PER_FILE, pk__lte=part * PER_FILE)


def thread_parts() -> list[int]:
    """Return the numbers of the files with threads, each of a range of ids."""
    return _parts(Thread.objects.with_page())


def _threads(part: int) -> QuerySet[Thread]:
    ids = Thread.objects.with_page().filter(pk__gt=(part - 1) * PER_FILE, pk__lte=part * PER_FILE)
    return ids.order_by("pk")


def threads(part: int) -> list[Entry]:
    """Return the threads of one file; they change with their latest article."""
    return [Entry(thread_url(pk, slug), last) for pk, slug, last in _threads(part).values_list("pk", "slug", "last")]


def stories(part: int) -> list[Entry]:
    """Return the stories of one file; they change with their lead, and when an article joins."""
    columns = ("pk", "slug", "listed_from", "last", "lead__updated_at")
    rows: Iterable[tuple[int, str, dt.datetime, dt.datetime | None, dt.datetime | None]]
    rows = _ids(part).order_by("pk").values_list(*columns)
    now = timezone.now()
    return [
        Entry(story_url(pk, slug), lastmod_of(max(listed_from, min(last or listed_from, now)), updated_at))
        for pk, slug, listed_from, last, updated_at in rows
    ]
