"""What came since a reader's last visit, for readers who let this site keep its time."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.http import HttpRequest

from articles.models import Article, ArticleTopic
from articles.pages.cards import Card, TopicLink
from articles.preferences.choices import Choices, choices_of
from articles.preferences.filtering import Judge
from articles.preferences.personalise import reader_of

MOST = 2000  # articles that are counted; after a long pause the newest of what came


@dataclass(frozen=True, slots=True)
class Since:
    """The time of a reader's last visit, and the index of the first card of a list that was there then."""

    time: dt.datetime
    index: int


def last_visit(choices: Choices) -> dt.datetime | None:
    """Return when the reader's last visit ended, if that is to be kept and is known."""
    return dt.datetime.fromtimestamp(choices.last_visit, dt.UTC) if choices.last_visit else None


def since_last_visit(cards: Sequence[Card], choices: Choices) -> Since | None:
    """Return where in cards, newest first, what is new ends; None where all or nothing of it is new."""
    time = last_visit(choices)
    if time is None:
        return None
    index = next((index for index, card in enumerate(cards) if card.published_date_time <= time), 0)
    return Since(time, index) if index else None


def new_by_topic(request: HttpRequest) -> dict[str, int]:
    """Return how many listed articles came since the last visit, by topic slug, without those that the reader has hidden.

    It takes one query a page, and none for others.
    """
    known = getattr(request, "_new_by_topic", None)
    if not isinstance(known, dict):
        known = _count_new(last_visit(choices_of(request)), reader_of(request).filter)
        request._new_by_topic = known  # type: ignore[attr-defined]
    return known


def _count_new(time: dt.datetime | None, judge: Judge) -> dict[str, int]:
    if time is None:
        return {}
    listed = Article.objects.listed().filter(listed_from__gt=time)
    if judge.hides_anything:
        listed = listed.exclude(judge.hidden_articles())
    links = ArticleTopic.objects.filter(article__in=listed.newest_first().values("id")[:MOST]).order_by()
    return dict(links.values_list("topic__slug").annotate(number=Count("id")))


def with_new(links: Iterable[TopicLink], request: HttpRequest) -> list[TopicLink]:
    """Return links to topics that say how much is new."""
    new = new_by_topic(request)
    return [replace(link, new=new.get(link.slug, 0)) for link in links] if new else list(links)
