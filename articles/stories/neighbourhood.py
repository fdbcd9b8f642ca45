"""Loads articles with all that is linked to them, as plain rows, for joining stories."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from articles.models import Article, RelatedLink, Story, StoryDecision, StoryMember
from articles.models.querysets import ArticleQuerySet
from articles.stories.copies import copies

# Times are used as the database formats them, "2023-09-01 15:40:00...", all in UTC: they are compared and
# copied, a hundred thousand at once, and only those of leads are parsed.
Time = str
SECONDS = 19  # characters of a time down to the second


class Node(NamedTuple):
    """The columns of an article that matter for stories."""

    id: int
    title: str
    heat: int
    quality: int
    provider_id: int
    is_reference: bool
    published: Time
    listed_from: Time | None
    tie: int


def as_time(text: Time) -> dt.datetime:
    return dt.datetime.fromisoformat(text[:SECONDS]).replace(tzinfo=dt.UTC)


class Decision(NamedTuple):
    """An editor's decision: the article to join, if any, and whether links join it, too."""

    joins: int | None
    keeps_links: bool = False


@dataclass(slots=True)
class Region:
    """Articles with all that is linked to them: whole stories, with their old members and their new ones."""

    nodes: dict[int, Node]
    links: Iterable[tuple[int, int]]
    decisions: Mapping[int, Decision]  # by article
    members: dict[int, int]  # the old story by article
    stories: set[int]
    is_everything: bool = False

    def of_articles(self, rows: QuerySet[Any], name: str, ids: Collection[int]) -> QuerySet[Any]:
        """Return the rows of the articles ``ids``, without a filter if these are all articles."""
        return rows if self.is_everything else rows.filter(**{f"{name}__among": ids})


def load(ids: set[int], due: set[int]) -> Region:
    links = list(links_of(RelatedLink.objects.filter(article__among=ids)))
    near = ids.union((target for _, target in links), *copies(ids))
    near.update(RelatedLink.objects.filter(target__among=ids).order_by().values_list("article_id", flat=True))
    for pair in StoryDecision.objects.filter(Q(article__among=ids) | Q(joins__among=ids)).values_list(
        "article", "joins"
    ):
        near.update(pk for pk in pair if pk)
    stories = due | set(StoryMember.objects.filter(article__among=near).values_list("story_id", flat=True))
    members = dict(StoryMember.objects.filter(story__among=stories).values_list("article_id", "story_id"))
    whole = near | members.keys()
    nodes = nodes_of(Article.objects.filter(id__among=whole))
    decisions = decisions_of(StoryDecision.objects.filter(article__among=whole))
    if more := whole - ids:
        links += links_of(RelatedLink.objects.filter(article__among=more))
    return Region(nodes, links + copies(whole), decisions, members, stories)


def load_all() -> Region:
    links = chain(links_of(RelatedLink.objects.all()), copies())
    decisions = decisions_of(StoryDecision.objects.all())
    members = dict(StoryMember.objects.values_list("article_id", "story_id"))
    stories = set(members.values()) | set(Story.objects.filter(size__gt=0).values_list("id", flat=True))
    nodes = nodes_of(Article.objects.all())
    return Region(nodes, links, decisions, members, stories, is_everything=True)


def decisions_of(rows: QuerySet[StoryDecision]) -> dict[int, Decision]:
    columns = rows.values_list("article_id", "joins_id", "keeps_links")
    return {pk: Decision(joins, keeps_links) for pk, joins, keeps_links in columns}


def links_of(rows: QuerySet[RelatedLink]) -> Iterator[tuple[int, int]]:
    return rows.order_by().values_list("article_id", "target_id").iterator(10_000)


def nodes_of(articles: ArticleQuerySet) -> dict[int, Node]:
    """Return the possible members of stories: all articles except withdrawn ones."""
    rows = (
        articles.not_withdrawn()
        .order_by()
        .annotate(time=Cast("published_date_time", TextField()), from_time=Cast("listed_from", TextField()))
        .values_list("id", "title", "heat", "quality", "provider_id", "is_reference", "time", "from_time", "tie")
    )
    return {row[0]: Node._make(row) for row in rows.iterator(10_000)}
