"""The records of threads: a thread's page, and what pages of its stories say about it."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, F, Q, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Thread, ThreadLink, ThreadMember
from articles.models.querysets import RELATED_FIELDS
from articles.pages.cards import NO_TOPICS, Facts, RelatedItem, TopicLink, related_items
from articles.pages.paging import LinkedPage
from articles.pages.shown import shows_thread
from articles.text.dates import written
from articles.text.rendering import plain_text

PER_PAGE = 50  # stories
MAIN_PROVIDERS = 12
RELATED = 8  # articles beside an article
NEAR = 24  # stories on each side of which the related ones are chosen

Topics = Callable[[Collection[int]], Mapping[int, frozenset[str]]]


def no_topics(ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    return NO_TOPICS


@dataclass(frozen=True, slots=True)
class ThreadStory:
    """A story in a thread, as its lead or its best account; ``size`` is the number of its articles."""

    id: int
    item: RelatedItem
    url: str
    size: int
    providers: int

    @property
    def facts(self) -> Facts:
        return self.item.facts


@dataclass(frozen=True, slots=True)
class ThreadMonth:
    """The stories of a thread that began in a month, newest first."""

    name: str
    key: str
    stories: list[ThreadStory]


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """What the page of a story says about its thread: how large it is, and the stories before and after."""

    name: str
    url: str
    stories: int
    first: dt.datetime
    before: ThreadStory | None
    after: ThreadStory | None

    @property
    def since(self) -> str:
        return written(self.first, "F Y")


def name_of(thread: Thread) -> str:
    """Return the name that editors gave a thread, or else the title of its most covered story."""
    lead = thread.head.lead if thread.head else None
    return plain_text(thread.name or (lead.title if lead else ""))


@dataclass(frozen=True, slots=True)
class MainProvider:
    """A provider and its number of articles in a thread."""

    name: str
    url: str
    articles: int


Times = list[tuple[int, dt.datetime]]  # the stories that readers see, newest first


def times_of(thread: int) -> Times:
    rows = ThreadMember.objects.filter(thread=thread).seen().newest_first().values_list("story_id", "time")
    return [(story, time) for story, time in rows if time]


def month_of(time: dt.datetime) -> dt.date:
    return timezone.localtime(time).date().replace(day=1)


def month_links(times: Times, page: LinkedPage[Any]) -> list[TopicLink]:
    """Return links to the months in which stories began, newest first, on whichever page each month begins."""
    links, start = [], 0
    for month, number in Counter(month_of(time) for _, time in times).items():
        at = start // PER_PAGE + 1
        url = "" if at == page.number else page.paginator.url_of(at)
        links.append(TopicLink(written(month, "F Y"), f"{url}#{month:%Y-%m}", number))
        start += number
    return links


def months_on(page: Iterable[tuple[int, dt.datetime]], stories: Iterable[ThreadStory]) -> list[ThreadMonth]:
    """Return the ``stories`` of a page by month."""
    shown = {story.id: story for story in stories}
    months = []
    for month, each in groupby(page, key=lambda row: month_of(row[1])):
        if its := [shown[pk] for pk, _ in each if pk in shown]:
            months.append(ThreadMonth(written(month, "F Y"), f"{month:%Y-%m}", its))
    return months


def stories_of(ids: Sequence[int], topics: Topics = no_topics) -> list[ThreadStory]:
    """Return stories by their leads, or else by their best accounts, in the order of ``ids``, in one query.

    ``topics`` returns the topics of articles that a reader's choices filter by.
    """
    is_other = Case(When(member__story__lead=F("id"), then=0), default=1)
    place = Window(
        RowNumber(), partition_by="member__story", order_by=[is_other, "-quality", "published_date_time", "tie", "id"]
    )
    articles = Article.objects.linkable().filter(member__story__among=set(ids)).annotate(place=place).filter(place=1)
    rows = {row["member__story_id"]: row for row in articles.values(*RELATED_FIELDS, "member__story__providers")}
    ordered = [rows[pk] for pk in ids if pk in rows]
    items = related_items(ordered, topics=topics([row["id"] for row in ordered]))
    return [
        ThreadStory(row["member__story_id"], item, item.story_url or item.url, row["member__story__size"], row["member__story__providers"])
        for row, item in zip(ordered, items, strict=True)
    ]  # fmt: skip


def main_providers(thread: int) -> list[MainProvider]:
    """Return the providers with the most articles in a thread."""
    articles = Article.objects.linkable().filter(member__story__thread_member__thread=thread).order_by()
    counted = articles.values("provider__name", "provider__domain").annotate(number=Count("id"))
    rows = counted.order_by("-number", "provider__name")[:MAIN_PROVIDERS]
    return [
        MainProvider(
            plain_text(row["provider__name"]), reverse("provider", args=[row["provider__domain"]]), row["number"]
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The thread of a story, the stories before and after it, nearest first, and those that it is linked with."""

    thread: Thread
    earlier: list[ThreadStory]
    later: list[ThreadStory]
    linked: dict[int, ThreadStory]

    def line(self) -> ThreadLine | None:
        """Return what the story's page says about the thread, if that has a page."""
        shows_thread(self.thread.pk)
        thread = self.thread
        if not thread.has_page or thread.first is None:
            return None
        before, after = next(iter(self.earlier), None), next(iter(self.later), None)
        return ThreadLine(name_of(thread), thread.get_absolute_url(), thread.stories, thread.first, before, after)

    def related(self, time: dt.datetime) -> list[RelatedItem]:
        """Return the nearest articles, at most RELATED, one of each provider: by links first, then in time."""

        def apart(story: ThreadStory) -> tuple[bool, dt.timedelta]:
            return story.id not in self.linked, abs(story.item.published_date_time - time)

        nearest: dict[str, RelatedItem] = {}
        for story in sorted([*self.earlier, *self.later, *self.linked.values()], key=apart):
            nearest.setdefault(story.facts.domain, story.item)
        return list(nearest.values())[:RELATED]


def surroundings(story: int | None, number: int, topics: Topics = no_topics) -> Surroundings | None:
    """Return the thread of a story with up to ``number`` stories on each side; None without a thread.

    If that is several, also so many of those that it is linked with.
    """
    place = ThreadMember.objects.filter(story=story).select_related("thread__head__lead").first()
    if place is None or place.time is None:
        return None
    others = ThreadMember.objects.filter(thread=place.thread_id).seen()
    sides = (
        others.before(place.time, place.story_id).newest_first(),
        others.after(place.time, place.story_id).oldest_first(),
    )
    earlier, later = (list(side.values_list("story_id", flat=True)[:number]) for side in sides)
    linked = _linked(place, place.time, number) if number > 1 else set()
    stories = {each.id: each for each in stories_of(list({*earlier, *later, *linked}), topics)}
    return Surroundings(
        place.thread,
        [stories[pk] for pk in earlier if pk in stories],
        [stories[pk] for pk in later if pk in stories],
        {pk: stories[pk] for pk in linked if pk in stories},
    )


def _linked(place: ThreadMember, time: dt.datetime, number: int) -> set[int]:
    """Return the stories of the thread that a story is linked with, those nearest in time."""
    pairs = ThreadLink.objects.order_by()
    one, other = pairs.filter(one=place.story_id), pairs.filter(other=place.story_id)
    is_linked = Q(story__in=one.values("other")) | Q(story__in=other.values("one"))
    linked = ThreadMember.objects.filter(is_linked, thread=place.thread_id).seen()
    rows = [(abs(its - time), pk) for pk, its in linked.order_by().values_list("story_id", "time") if its]
    return {pk for _, pk in sorted(rows)[:number]}
