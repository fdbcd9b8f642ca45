"""Compares the stored counts of listings with a recount, without writing anything."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, DateField, QuerySet

from articles.listings.counting import Month
from articles.models import Article, ArticleTopic, ListingMonth
from articles.models.visibility import to_be_listed


class Key(NamedTuple):
    """A month of the listing of a topic, of a provider, or of all articles."""

    topic: int | None
    provider: int | None
    month: dt.date


# The number of articles, and the number with each story counted once.
Counts = dict[Key, tuple[int, int]]
NONE = (0, 0)


def wrong_counts(hidden: Collection[int]) -> dict[Key, tuple[tuple[int, int], tuple[int, int]]]:
    """Return the stored and the right counts where they differ; ``hidden`` are topic links that should be folded away."""
    stored, right = _stored(), _counted(hidden)
    return {
        key: (stored.get(key, NONE), right.get(key, NONE))
        for key in sorted(stored.keys() | right.keys(), key=str)
        if stored.get(key) != right.get(key)
    }


def _stored() -> Counts:
    rows = ListingMonth.objects.order_by().values_list("topic_id", "provider_id", "month", "count", "folded")
    return {Key(topic, provider, month): (count, folded) for topic, provider, month, count, folded in rows}


def _counted(hidden: Collection[int]) -> Counts:
    articles = Article.objects.to_be_listed()
    links = ArticleTopic.objects.filter(to_be_listed("article__listed_from"))
    folded = _by_month(links.filter(pk__among=set(hidden)), "article__listed_from", "topic_id")
    counts = {Key(None, None, month): (count, 0) for (month,), count in _by_month(articles, "listed_from").items()}
    for (month, provider), count in _by_month(articles, "listed_from", "provider_id").items():
        counts[Key(None, provider, month)] = (count, 0)
    for (month, topic), count in _by_month(links, "article__listed_from", "topic_id").items():
        counts[Key(topic, None, month)] = (count, count - folded.get((month, topic), 0))
    return counts


def _by_month(rows: QuerySet[Any], time: str, *keys: str) -> dict[tuple[Any, ...], int]:
    months = rows.order_by().annotate(in_month=Month(time, tzinfo=dt.UTC, output_field=DateField()))
    counted = months.values("in_month", *keys).annotate(number=Count("pk"))
    return {tuple(row[:-1]): row[-1] for row in counted.values_list("in_month", *keys, "number")}
