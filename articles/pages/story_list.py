"""Lists of the stories that several articles tell: those with most weight now, the biggest of a week, the longest."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import FloatField, Func, QuerySet
from django.utils.translation import ngettext

from articles.models import ArticleTopic, Story, StoryMember, Topic
from articles.models.visibility import listed, to_be_listed
from articles.pages.cards import Card
from articles.pages.front import Clock, with_reason
from articles.text.sentences import enumerated

NOW, WEEK, LONGEST = "now", "week", "longest"
ORDERS = (NOW, WEEK, LONGEST)
DAYS = 7  # of a week
LEAST_LONG = 3  # articles of a story that was covered long: two have nothing between them


class ListedStory(NamedTuple):
    """A story on a list: the id of its lead, its articles, and the times of its first and last one."""

    lead: int
    size: int
    first: dt.datetime
    last: dt.datetime


class Days(Func):
    """The time between two columns in days, as the database itself counts them: it looks at all stories for a list."""

    output_field = FloatField()
    template = "(EXTRACT(EPOCH FROM %(expressions)s) / 86400)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        end, start = (compiler.compile(each) for each in self.get_source_expressions())
        return f"(julianday({end[0]}) - julianday({start[0]}))", [*end[1], *start[1]]


@dataclass(frozen=True, slots=True)
class StoryList:
    """The stories of a list as a sequence for a paginator, which fetches a page of them.

    A week ends at ``until``; other lists have all stories with a page, or those with an article in ``topic``.
    """

    order: str
    until: dt.datetime
    topic: Topic | None = None

    @property
    def since(self) -> dt.datetime:
        return self.until - dt.timedelta(days=DAYS)

    def __len__(self) -> int:
        return self._rows().count()

    def __getitem__(self, part: slice) -> list[ListedStory]:
        rows = self._rows().filter(first__isnull=False, last__isnull=False)
        # Those that are alike in what counts come in the order of their weight.
        alike = ("-rank", "-tie", "-id")
        if self.order == WEEK:
            rows = rows.order_by("-size", "-independent", *alike)
        elif self.order == LONGEST:
            rows = rows.order_by(Days("last", "first").desc(), *alike)
        else:
            rows = rows.order_by(*alike)
        return [ListedStory._make(row) for row in rows.values_list("lead_id", "size", "first", "last")[part]]

    def _rows(self) -> QuerySet[Story]:
        rows = Story.objects.with_page().filter(rank__isnull=False)
        if self.topic:
            # A topic shows one article of each of its stories where it folds them.
            shown = ArticleTopic.objects.filter(to_be_listed("folded_from"), topic=self.topic)
            members = StoryMember.objects.filter(article__in=shown.values("article"))
            rows = rows.filter(pk__in=members.values("story"))
        if self.order == LONGEST:
            return rows.filter(size__gte=LEAST_LONG)
        return rows.filter(last__gt=self.since) if self.order == WEEK else rows


def newest_lead() -> dt.datetime | None:
    """Return when the newest story was listed; None if there is none."""
    shown = Story.objects.filter(listed(), lead__isnull=False).order_by("-listed_from", "-tie", "-id")
    return shown.values_list("listed_from", flat=True).first()


def with_place(card: Card, story: ListedStory, order: str, clock: Clock) -> Card:
    """Return a card with the reason for its place on a list."""
    return with_reason(card, clock) if order == NOW else replace(card, reason=_reason(card, story, order, clock))


def _reason(card: Card, story: ListedStory, order: str, clock: Clock) -> str:
    providers = card.story.providers if card.story else 1
    parts = [
        ngettext("%(n)d article", "%(n)d articles", story.size) % {"n": story.size},
        ngettext("%(n)d source", "%(n)d sources", providers) % {"n": providers},
    ]
    if order == LONGEST:
        parts.insert(0, covered_for(story.last - story.first))
    elif not clock.rests:
        parts.append(clock.age(card.published_date_time))
    return enumerated(parts)


def covered_for(time: dt.timedelta) -> str:
    """Return how long a story has been covered, in words."""
    hours = round(time.total_seconds() / 3600)
    if hours < 48:
        return ngettext("covered for %(n)d hour", "covered for %(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("covered for %(n)d day", "covered for %(n)d days", days) % {"n": days}
