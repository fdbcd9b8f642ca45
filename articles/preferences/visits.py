"""Articles since a reader's last visit, for readers who chose to have the time of their visits stored."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.http import HttpRequest

from articles.models import Article, ArticleTopic
from articles.pages.cards import Card, TopicLink
from articles.preferences.choices import Choices, choices_of
from articles.preferences.filtering import Filter
from articles.preferences.personalise import reader_of

MOST = 2000  # articles that are counted, the newest ones first


@dataclass(frozen=True, slots=True)
class Since:
    """The time of a reader's last visit, and the index of the first card in a list that is older."""

    time: dt.datetime
    index: int


def last_visit(choices: Choices) -> dt.datetime | None:
    """Return when the reader's last visit ended, if that is stored."""
    return dt.datetime.fromtimestamp(choices.last_visit, dt.UTC) if choices.last_visit else None


def since_last_visit(cards: Sequence[Card], choices: Choices) -> Since | None:
    """Return where the new ones of ``cards``, newest first, end; None if all or none of them are new."""
    time = last_visit(choices)
    if time is None:
        return None
    index = next((index for index, card in enumerate(cards) if card.published_date_time <= time), 0)
    return Since(time, index) if index else None


def new_by_topic(request: HttpRequest) -> dict[str, int]:
    """Return the number of listed articles since the last visit by topic slug, without hidden ones.

    One query a page, cached on the request; none for readers who do not want new articles marked.
    """
    known = getattr(request, "_new_by_topic", None)
    if not isinstance(known, dict):
        known = _count_new(last_visit(choices_of(request)), reader_of(request).filter)
        request._new_by_topic = known  # type: ignore[attr-defined]
    return known


def _count_new(time: dt.datetime | None, chosen: Filter) -> dict[str, int]:
    if time is None:
        return {}
    listed = Article.objects.listed().filter(listed_from__gt=time)
    if chosen.hides_anything:
        listed = listed.exclude(chosen.hidden_articles())
    links = ArticleTopic.objects.filter(article__in=listed.newest_first().values("id")[:MOST]).order_by()
    return dict(links.values_list("topic__slug").annotate(number=Count("id")))


def with_new(links: Iterable[TopicLink], request: HttpRequest) -> tuple[TopicLink, ...]:
    """Return links to topics with the number of new articles."""
    new = new_by_topic(request)
    return tuple(replace(link, new=new.get(link.slug, 0)) for link in links) if new else tuple(links)
