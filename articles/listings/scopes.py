"""Reading listings: the ids of a page, the months with articles, and the total.

A page's first article is found by adding up months, then by an offset within one of them; both use ranges of an index.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Sum, Value
from django.utils import timezone

from articles.db.prepared import Prepared
from articles.models import Article, ArticleTopic, ListingMonth, Provider, Topic
from articles.models.visibility import listed_later


@dataclass(frozen=True, slots=True)
class Scope:
    """The listing of a topic, of a provider, or of all articles if neither is set."""

    topic: Topic | None = None
    provider: Provider | None = None
    # For topics only: each story counts as one article.
    is_folded: bool = False

    def months(self) -> QuerySet[ListingMonth]:
        if self.topic:
            return ListingMonth.objects.filter(topic=self.topic)
        if self.provider:
            return ListingMonth.objects.filter(provider=self.provider)
        return ListingMonth.objects.filter(topic=None, provider=None)

    def entries(self) -> QuerySet[Any]:
        """Return the rows of the listing with ``listed_from``, newest first, including future ones."""
        if self.topic:
            links = ArticleTopic.objects.filter(topic=self.topic)
            return links.order_by(f"-{self.time_field}", "-tie", "-article_id")
        articles = Article.objects.filter(provider=self.provider) if self.provider else Article.objects.all()
        return articles.newest_first()

    @property
    def time_field(self) -> str:
        return "folded_from" if self.is_folded else "listed_from"

    @property
    def count_field(self) -> str:
        return "folded" if self.is_folded else "count"

    @property
    def id_field(self) -> str:
        return "article_id" if self.topic else "id"


class Listing:
    """One listing as it is now; costs one small query."""

    def __init__(self, scope: Scope, now: dt.datetime | None = None) -> None:
        self.scope = scope
        self.now = now or timezone.now()
        rows = _query(_months, scope).rows(**_subject(scope), time=self.now)
        self.months: list[tuple[dt.date, int]] = [(month, count) for month, count, _ in rows]
        self.future: int = (rows[0][2] or 0) if rows else 0
        self.count = max(sum(count for _, count in self.months) - self.future, 0)

    def ids(self, start: int, size: int) -> list[int]:
        """Return the ids of ``size`` articles from index ``start`` (0 is the newest)."""
        skip = self.future + start
        for month, count in self.months:
            if skip < count:
                return self._ids_before(next_month(month), skip, size)
            skip -= count
        return []

    def listed_months(self) -> list[tuple[dt.date, int]]:
        """Return the months that have listed articles with their counts, newest first."""
        future, months = self.future, []
        for month, count in self.months:
            hidden = min(future, count)
            future -= hidden
            if count > hidden:
                months.append((month, count - hidden))
        return months

    def _ids_before(self, end: dt.date, skip: int, size: int) -> list[int]:
        return _query(_entries_before, self.scope).rows(skip, size, **_subject(self.scope), time=month_start(end))


Build = Callable[[Scope, dt.datetime], QuerySet[Any, Any]]


def _months(scope: Scope, now: dt.datetime) -> QuerySet[Any, Any]:
    """Return months and counts of a listing, newest first, each with the number of its articles that are to come."""
    later = scope.entries().filter(listed_later(now, scope.time_field)).order_by().annotate(one=Value(1)).values("one")
    future = Subquery(later.annotate(count=Count("pk")).values("count"))
    months = scope.months().order_by("-month").annotate(future=future)
    return months.values_list("month", scope.count_field, "future")


def _entries_before(scope: Scope, end: dt.datetime) -> QuerySet[Any, Any]:
    return scope.entries().filter(**{f"{scope.time_field}__lt": end}).values_list(scope.id_field, flat=True)


def _query(build: Build, scope: Scope) -> Prepared:
    return _prepared(build, bool(scope.topic), bool(scope.provider), scope.is_folded)


@cache
def _prepared(build: Build, is_of_topic: bool, is_of_provider: bool, is_folded: bool) -> Prepared:
    """Return the query for the listings of all topics or of all providers, or for that of all articles."""

    def query(time: dt.datetime, subject: int = 0) -> QuerySet[Any, Any]:
        topic, provider = Topic(pk=subject), Provider(pk=subject)
        scope = Scope(topic if is_of_topic else None, provider if is_of_provider else None, is_folded)
        return build(scope, time)

    return Prepared(query)


def _subject(scope: Scope) -> dict[str, int]:
    subject = scope.topic or scope.provider
    return {"subject": subject.pk} if subject else {}


def month_start(month: dt.date) -> dt.datetime:
    return dt.datetime(month.year, month.month, 1, tzinfo=dt.UTC)


def next_month(month: dt.date) -> dt.date:
    return dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)


def listed_counts(scope: str) -> dict[int, int]:
    """Return the number of listed articles by id of ``scope`` ("topic" or "provider"), in one query.

    Topics or providers without listed articles are left out.
    """
    field = f"{scope}_id"
    months = ListingMonth.objects.filter(**{f"{scope}__isnull": False}).order_by()
    sums = months.values_list(field).annotate(number=Sum("count"))
    entries: QuerySet[Any] = ArticleTopic.objects.all() if scope == "topic" else Article.objects.all()
    future = entries.filter(listed_later()).order_by().values_list(field)
    counts: Counter[int] = Counter()
    for key, number in sums.union(future.annotate(number=-Count("id")), all=True):
        counts[key] += number
    return {key: count for key, count in counts.items() if count > 0}
