"""The stories and threads that a reader follows, with what is new in them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from articles.models import Article, Story, Thread
from articles.models.story import story_url
from articles.models.thread import thread_url
from articles.preferences.choices import Choices
from articles.text.parameters import parse_pks
from articles.text.rendering import plain_text

NOTHING = Q(pk__in=[])  # what a count without a last visit counts


@dataclass(frozen=True, slots=True)
class Followed:
    """A story or thread: its articles or stories, and how many of them are new since the reader's last visit.

    ``number`` is the one that the reader's choices have: that of a story that has become part of this one, perhaps.
    """

    number: str
    title: str
    url: str
    is_thread: bool
    size: int
    new: int
    last: dt.datetime


def followed_by(choices: Choices, visit: dt.datetime | None, hidden: Q = NOTHING) -> list[Followed]:
    """Return what a reader follows and still has a page: what has news first, then the latest; two queries for each kind.

    Articles that the reader hides (``hidden``) are not new.
    """
    news = Article.objects.linkable().exclude(hidden).filter(published_date_time__gt=visit) if visit else None
    found = [*_stories(choices.followed_stories, news), *_threads(choices.followed_threads, news, visit)]
    return sorted(found, key=lambda each: (each.new > 0, each.last), reverse=True)


def titles_of(choices: Choices) -> Mapping[str, str]:
    """Return the titles of what a reader follows, by ``story`` or ``thread`` and number."""
    return {
        f"{'thread' if each.is_thread else 'story'} {each.number}": each.title for each in followed_by(choices, None)
    }


def _stories(numbers: tuple[str, ...], news: QuerySet[Article] | None) -> list[Followed]:
    live = _live(Story.objects.all(), numbers)
    if not live:
        return []
    new = NOTHING if news is None else Q(members__article__in=news.values("pk"))
    shown = Story.objects.with_page().filter(pk__among=list(live))
    rows = shown.annotate(new=Count("members", filter=new, distinct=True))
    return [
        Followed(live[pk], plain_text(title), story_url(pk, slug), False, size, new, last)
        for pk, title, slug, size, new, last in rows.values_list("pk", "lead__title", "slug", "size", "new", "last")
        if last
    ]


def _threads(numbers: tuple[str, ...], news: QuerySet[Article] | None, visit: dt.datetime | None) -> list[Followed]:
    live = _live(Thread.objects.all(), numbers)
    if not live:
        return []
    new = NOTHING
    if news is not None:
        new = Q(members__story__first__gt=visit, members__story__members__article__in=news.values("pk"))
    shown = Thread.objects.with_page().filter(pk__among=list(live))
    rows = shown.annotate(new=Count("members", filter=new, distinct=True))
    return [
        Followed(live[pk], plain_text(name or title or ""), thread_url(pk, slug), True, size, new, last)
        for pk, name, title, slug, size, new, last in rows.values_list(
            "pk", "name", "head__lead__title", "slug", "stories", "new", "last"
        )
        if last
    ]


def _live(rows: QuerySet[Any], numbers: tuple[str, ...]) -> dict[int, str]:
    """Return the numbers that a reader follows by the ids of what is there today: what they have become parts of."""
    if not numbers:
        return {}
    today = dict(rows.filter(pk__among=parse_pks(numbers)).values_list("pk", "merged_into_id"))
    return {today[pk] or pk: str(pk) for pk in sorted(today)}
