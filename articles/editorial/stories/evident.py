"""What is said for and against the articles of some stories, read at a cost that does not depend on the site."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from django.db.models import Q, QuerySet

from articles.content.web_addresses import piece_number
from articles.models import Story, StoryDecision, StoryMember
from articles.stories.evidence import stored_evidence
from articles.stories.grouping import counting
from articles.stories.likeness import Evidence
from articles.stories.neighbourhood import Region, decisions_of
from articles.text.rendering import plain_text

MAX_STORIES = 4000
MAX_MEMBERS = 5000


class Account(NamedTuple):
    """An article of a story, as far as doubts about it matter."""

    id: int
    story: int
    title: str
    is_head: bool  # its file says that it may lead
    piece: int | None  # the number of its address


@dataclass(frozen=True, slots=True)
class Headline:
    """A story with the title, provider and time of its lead."""

    story: int
    title: str
    provider: str
    time: dt.datetime
    size: int
    lead: int


@dataclass(frozen=True, slots=True)
class Evident:
    """Some stories with their accounts and those that evidence connects with them.

    What only an editor's decision joins to others has no evidence any more: it is decided.
    """

    stories: Collection[int]
    accounts: Mapping[int, Account]
    found: Collection[Evidence]
    decided: Collection[tuple[int, int]]

    @classmethod
    def of(cls, stories: Collection[int]) -> "Evident":
        accounts = _accounts(StoryMember.objects.filter(story__among=set(stories)))
        found = stored_evidence(accounts.keys()).values() if accounts else []
        others = {pk for each in found for pk in (each.one, each.other)} - accounts.keys()
        accounts |= _accounts(StoryMember.objects.filter(article__among=others)) if others else {}
        ids = set(accounts)
        rows = StoryDecision.objects.filter(Q(article__among=ids) | Q(joins__among=ids))
        region = Region({}, found, [], decisions_of(rows), {}, set())
        return cls(stories, accounts, counting(region), list(region.joins()))

    def within(self) -> dict[int, tuple[list[Evidence], list[tuple[int, int]]]]:
        """Return what joins the accounts of each story: evidence, and pairs that belong together whatever they say."""
        parts: dict[int, tuple[list[Evidence], list[tuple[int, int]]]] = {pk: ([], []) for pk in self.stories}
        for one, other, each in self._pairs():
            if one.story == other.story and one.story in parts:
                parts[one.story][0].append(each)
        for first, second in [*self.decided, *self._same_addresses()]:
            ends = self.accounts.get(first), self.accounts.get(second)
            if ends[0] and ends[1] and ends[0].story == ends[1].story and ends[0].story in parts:
                parts[ends[0].story][1].append((first, second))
        return parts

    def between(self) -> Iterator[tuple[Account, Account, Evidence]]:
        """Yield the evidence about accounts of two stories."""
        decided = {pk for pair in self.decided for pk in pair}
        for one, other, each in self._pairs():
            if one.story != other.story and not (one.id in decided and other.id in decided):
                yield one, other, each

    def _pairs(self) -> Iterator[tuple[Account, Account, Evidence]]:
        for each in self.found:
            one, other = self.accounts.get(each.one), self.accounts.get(each.other)
            if one and other:
                yield one, other, each

    def _same_addresses(self) -> Iterator[tuple[int, int]]:
        first: dict[tuple[int, int], int] = {}
        for each in self.accounts.values():
            if each.piece is not None and (known := first.setdefault((each.story, each.piece), each.id)) != each.id:
                yield known, each.id


def recent_stories(since: dt.datetime, until: dt.datetime) -> tuple[list[int], bool]:
    """Return the stories whose latest article is from this time, newest first, and whether these are all.

    They are as many as can be looked at within a request.
    """
    rows = Story.objects.filter(last__gt=since, last__lte=until, size__gt=0).order_by("-last", "-id")
    sizes = list(rows.values_list("id", "size")[: MAX_STORIES + 1])
    totals = accumulate(size for _, size in sizes)
    found = [pk for (pk, _), total in zip(sizes, totals, strict=True) if total <= MAX_MEMBERS][:MAX_STORIES]
    return found, len(found) == len(sizes)


def headlines(stories: Collection[int]) -> dict[int, Headline]:
    """Return those of these stories that have a lead, by id."""
    rows = Story.objects.filter(pk__among=set(stories), lead__isnull=False).order_by()
    columns = ("id", "lead__title", "lead__provider__name", "lead__published_date_time", "size", "lead_id")
    return {
        pk: Headline(pk, plain_text(title), plain_text(provider), time, size, lead)
        for pk, title, provider, time, size, lead in rows.values_list(*columns)
    }


def _accounts(members: QuerySet[StoryMember]) -> dict[int, Account]:
    columns = ("title", "heat", "is_reference", "web_url", "original_url")
    rows = members.order_by().values_list("article_id", "story_id", *(f"article__{name}" for name in columns))
    return {
        pk: Account(
            pk,
            story,
            plain_text(title),
            heat != -1 and not is_reference,
            None if is_reference else piece_number(web_url or original_url),
        )
        for pk, story, title, heat, is_reference, web_url, original_url in rows
    }
