"""Loads articles with all that may join them, as plain rows, for joining stories."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from articles.models import Article, Story, StoryDecision, StoryMember
from articles.models.querysets import ArticleQuerySet
from articles.stories.copies import copies
from articles.stories.evidence import (
    EvidenceChanges,
    all_evidence,
    all_stored_evidence,
    changes,
    evidence_of,
    stored_evidence,
)
from articles.stories.likeness import Evidence
from articles.stories.vocabulary import current_vocabulary
from articles.stories.weights import Vocabulary

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
    """An editor's decision: the article to join, if any, and whether what it says joins it to stories, too."""

    joins: int | None
    keeps_links: bool = False


@dataclass(slots=True)
class Region:
    """Articles with all that may join them: whole stories, with their old members and their new ones."""

    nodes: dict[int, Node]
    found: Collection[Evidence]
    copies: Collection[tuple[int, int]]  # articles with the same address
    decisions: Mapping[int, Decision]  # by article
    members: dict[int, int]  # the old story by article
    stories: set[int]
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    evidence: EvidenceChanges = field(default_factory=EvidenceChanges)  # to be written
    is_everything: bool = False

    def of_articles(self, rows: QuerySet[Any], name: str, ids: Collection[int]) -> QuerySet[Any]:
        """Return the rows of the articles ``ids``, without a filter if these are all articles."""
        return rows if self.is_everything else rows.filter(**{f"{name}__among": ids})

    def apart(self) -> set[int]:
        """Return the articles that only an editor's decision joins to others, if anything."""
        return {article for article, decision in self.decisions.items() if not decision.keeps_links}

    def joins(self) -> Iterator[tuple[int, int]]:
        """Yield the pairs that editors joined."""
        yield from ((article, decision.joins) for article, decision in self.decisions.items() if decision.joins)


def load(ids: set[int], due: set[int]) -> Region:
    """Return the region of changed articles and of stories that time has changed, with evidence as it is now."""
    vocabulary = current_vocabulary()
    now, stored = evidence_of(ids, vocabulary), stored_evidence(ids)
    near = ids.union(*((each.one, each.other) for each in [*now, *stored.values()]))
    region = around(near, due, vocabulary)
    region.found = [each for each in region.found if each.one not in ids and each.other not in ids] + now
    region.evidence = changes(stored, now)
    return region


def around(ids: set[int], stories: Collection[int] = (), vocabulary: Vocabulary | None = None) -> Region:
    """Return the region of articles and stories by what is stored: all that evidence, addresses, stories or decisions
    connect with them, over any number of steps.
    """
    whole, members, stories = set[int](), dict[int, int](), set(stories)
    found: dict[int, Evidence] = {}
    same: set[tuple[int, int]] = set()
    decisions: dict[int, Decision] = {}
    step = ids | set(StoryMember.objects.filter(story__among=stories).values_list("article_id", flat=True))
    while step:
        its = StoryMember.objects.filter(article__among=step)
        its = StoryMember.objects.filter(story__in=its.values("story_id"))
        members |= dict(its.values_list("article_id", "story_id"))
        # With all members of its stories, as what they are connected with is looked up at once.
        step |= members.keys() - whole
        whole |= step
        found |= stored_evidence(step)
        same.update(copies(step))
        decisions |= decisions_of(StoryDecision.objects.filter(Q(article__among=step) | Q(joins__among=step)))
        step = _ends(members, found.values(), same, decisions) - whole
    nodes = nodes_of(Article.objects.filter(id__among=whole)) if whole else {}
    stories |= set(members.values())
    return Region(
        nodes, list(found.values()), sorted(same), decisions, members, stories, vocabulary or current_vocabulary()
    )


def _ends(
    members: Mapping[int, int],
    found: Iterable[Evidence],
    same: Iterable[tuple[int, int]],
    decisions: Mapping[int, Decision],
) -> set[int]:
    """Return all articles that occur in these."""
    pairs = chain(((each.one, each.other) for each in found), same)
    joined = (decision.joins for decision in decisions.values() if decision.joins)
    return {*members, *decisions, *joined, *chain.from_iterable(pairs)}


def load_all() -> Region:
    """Return all articles, with evidence as it is now."""
    vocabulary = current_vocabulary()
    now = all_evidence(vocabulary)
    decisions = decisions_of(StoryDecision.objects.all())
    members = dict(StoryMember.objects.values_list("article_id", "story_id"))
    stories = set(members.values()) | set(Story.objects.filter(size__gt=0).values_list("id", flat=True))
    nodes = nodes_of(Article.objects.all())
    evidence = changes(all_stored_evidence(), now)
    return Region(nodes, now, copies(), decisions, members, stories, vocabulary, evidence, is_everything=True)


def decisions_of(rows: QuerySet[StoryDecision]) -> dict[int, Decision]:
    columns = rows.values_list("article_id", "joins_id", "keeps_links")
    return {pk: Decision(joins, keeps_links) for pk, joins, keeps_links in columns}


def nodes_of(articles: ArticleQuerySet) -> dict[int, Node]:
    """Return the possible members of stories: all articles except withdrawn ones."""
    rows = (
        articles.not_withdrawn()
        .order_by()
        .annotate(time=Cast("published_date_time", TextField()), from_time=Cast("listed_from", TextField()))
        .values_list("id", "title", "heat", "quality", "provider_id", "is_reference", "time", "from_time", "tie")
    )
    return {row[0]: Node._make(row) for row in rows.iterator(10_000)}
