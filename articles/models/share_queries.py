"""How many of the newest articles of a topic each provider has, and of a provider each topic."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from articles.db.prepared import Prepared
from articles.models.article import Article, ArticleTopic
from articles.models.visibility import listed

# All articles of most listings; those of the largest would take longer to count than the rest of their page to make.
NEWEST = 1000

# Name, what it is identified by, kind, number of articles.
Counted = tuple[str, str, str, int]


def _providers(topic: int, now: dt.datetime) -> QuerySet[Article, Any]:
    links = ArticleTopic.objects.filter(listed(now), topic=topic).order_by("-listed_from", "-tie", "-article_id")
    articles = Article.objects.filter(id__in=links.values("article_id")[:NEWEST]).order_by()
    counted = articles.values("provider").annotate(number=Count("id"))
    return counted.values_list("provider__name", "provider__domain", "provider__kind", "number")


def _topics(provider: int, now: dt.datetime) -> QuerySet[ArticleTopic, Any]:
    newest = Article.objects.filter(listed(now), provider=provider).newest_first()[:NEWEST]
    counted = (
        ArticleTopic.objects.filter(article__in=newest.values("id"))
        .order_by()
        .values("topic")
        .annotate(number=Count("id"))
    )
    return counted.values_list("topic__name", "topic__slug", F("topic__slug"), "number")


_PROVIDERS, _TOPICS = Prepared(_providers), Prepared(_topics)


def provider_counts(topic: int) -> list[Counted]:
    """Return the providers of the NEWEST articles of a topic, those with most first, in one query."""
    return _largest_first(_PROVIDERS.rows(topic=topic, now=timezone.now()))


def topic_counts(provider: int) -> list[Counted]:
    """Return the topics of the NEWEST articles of a provider, those with most first, in one query."""
    return _largest_first(_TOPICS.rows(provider=provider, now=timezone.now()))


def _largest_first(rows: list[Counted]) -> list[Counted]:
    return sorted(rows, key=lambda row: (-row[3], row[0].casefold(), row[1]))
