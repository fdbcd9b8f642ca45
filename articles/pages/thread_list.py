"""The list of threads, those with the newest article first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from articles.models import Thread
from articles.pages.cards import Facts
from articles.pages.story_coverage import span_days
from articles.pages.threads import Topics, name_of, no_topics, stories_of


@dataclass(frozen=True, slots=True)
class ListedThread:
    """A thread on the list. ``facts`` are those of its most covered story, by which readers may hide it."""

    name: str
    url: str
    stories: int
    articles: int
    providers: int
    first: dt.datetime
    last: dt.datetime
    facts: Facts

    @property
    def days(self) -> int:
        return span_days(self.first, self.last)


def threads_by_time() -> QuerySet[Thread]:
    """Return the threads that have a page, those with the newest article first."""
    return Thread.objects.with_page().select_related("head__lead").order_by("-last", "-id")


def listed_threads(threads: Iterable[Thread], topics: Topics = no_topics) -> list[ListedThread]:
    """Return what the list shows of threads, in their order, in one query."""
    threads = list(threads)
    heads = {story.id: story for story in stories_of([thread.head_id or 0 for thread in threads], topics)}
    return [
        ListedThread(
            name_of(thread), thread.get_absolute_url(), thread.stories, thread.articles, thread.providers,
            thread.first, thread.last, heads[thread.head_id].facts,
        )
        for thread in threads
        if thread.head_id in heads and thread.first and thread.last
    ]  # fmt: skip
