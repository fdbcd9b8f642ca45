"""Related links -> stories: which articles belong together, which one leads, and what cards say of them.

Who changes articles or links marks them (``mark``); ``settle`` joins the marked articles, those linked with
them and the members of their stories anew, and touches nothing else. A rebuild is the same over everything.
What search keeps of the marked articles follows in the same transaction.
"""

import datetime as dt
import html
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from articles.content.bulk import delete_rows, insert_missing, insert_tuples, take_ids, update_columns
from articles.content.files import slug_from
from articles.listings import ListingChanges, lock, recount
from articles.models import Article, ArticleTopic, Provider, RelatedLink, Story, StoryDecision, StoryMark, StoryMember
from articles.querysets import ArticleQuerySet
from articles.ranking import rank_of
from articles.search.index import prepare as prepare_index
from articles.search.index import update as update_index

# Times come and go as the database writes them in text, "2023-09-01 15:40:00...", all in UTC: they are compared and
# copied, a hundred thousand at once, and only a lead's is looked at more closely.
Time = str
SECONDS = 19  # characters of a time that tell it to the second


class Node(NamedTuple):
    """An article as far as stories are concerned."""

    id: int
    title: str
    heat: int
    quality: int
    provider_id: int
    is_reference: bool
    published: Time
    listed_from: Time | None


COLUMNS = (
    "slug",
    "lead_id",
    "size",
    "listed",
    "heads",
    "providers",
    "independent",
    "first",
    "last",
    "other_1_id",
    "other_2_id",
    "other_3_id",
    "rank",
    "listed_from",
    "changes_at",
)
TIMES = ("first", "last", "listed_from", "changes_at")
EMPTY = {"size": 0, "listed": 0, "heads": 0, "providers": 0, "independent": 0, "rank": None, "listed_from": None,
         "changes_at": None}  # fmt: skip


def mark(ids: Iterable[int]) -> None:
    """Say that these articles, or links of theirs, have changed; ``settle`` looks at them."""
    insert_missing(StoryMark, ["article_id"], [(pk,) for pk in ids])


def settle(executor: Executor | None = None) -> None:
    """Bring the stories of all marked articles up to date, and those that time has changed.

    What is to be found is worked out by the ``executor`` of processes, if there is one, while stories are joined.
    """
    with transaction.atomic():
        lock()
        ids = set(StoryMark.objects.values_list("article_id", flat=True))
        due = set(Story.objects.filter(changes_at__lte=timezone.now()).values_list("id", flat=True))
        if not (ids or due):
            return
        # Beyond a half, everything is read sooner than what belongs to it is looked for.
        everything = len(ids) * 2 > Article.objects.count()
        write_index = prepare_index(ids, executor)
        _update(_load_all() if everything else _load(ids, due))
        write_index()
        StoryMark.objects.filter(article_id__among=ids).delete()


def rebuild_stories() -> None:
    """Join everything anew; stories keep their addresses."""
    with transaction.atomic():
        lock()
        _update(_load_all())
        update_index(StoryMark.objects.values_list("article_id", flat=True))
        StoryMark.objects.all().delete()


def leave_empty(story_id: int) -> None:
    """Forget a story whose last member is deleted, but for an address that others lead to."""
    stories = Story.objects.filter(pk=story_id)
    stories.update(**EMPTY, lead=None)
    stories.filter(merged=None).delete()


# -- What is looked at ----------------------------------------------------------


@dataclass(slots=True)
class Region:
    """Articles with all that is linked with them: whole stories, as they were and as they are."""

    nodes: dict[int, Node]
    links: Iterable[tuple[int, int]]
    decisions: Mapping[int, int | None]  # by article; what it goes with
    members: dict[int, int]  # story by article, as it was
    stories: set[int]
    is_everything: bool = False

    def of_articles(self, rows: QuerySet[Any], name: str, ids: Collection[int]) -> QuerySet[Any]:
        """Return the rows that belong to articles ``ids``, which are all there are when everything is looked at."""
        return rows if self.is_everything else rows.filter(**{f"{name}__among": ids})


def _load(ids: set[int], due: set[int]) -> Region:
    near = set(ids)
    near.update(RelatedLink.objects.filter(article__among=ids).values_list("target_id", flat=True))
    near.update(RelatedLink.objects.filter(target__among=ids).values_list("article_id", flat=True))
    for pair in StoryDecision.objects.filter(Q(article__among=ids) | Q(joins__among=ids)).values_list(
        "article", "joins"
    ):
        near.update(pk for pk in pair if pk)
    stories = due | set(StoryMember.objects.filter(article__among=near).values_list("story_id", flat=True))
    members = dict(StoryMember.objects.filter(story__among=stories).values_list("article_id", "story_id"))
    whole = near | members.keys()
    nodes = _nodes(Article.objects.filter(id__among=whole))
    decisions = dict(StoryDecision.objects.filter(article__among=whole).values_list("article", "joins"))
    links = RelatedLink.objects.filter(article__among=whole).values_list("article_id", "target_id")
    return Region(nodes, links.iterator(10_000), decisions, members, stories)


def _load_all() -> Region:
    links = RelatedLink.objects.order_by().values_list("article_id", "target_id")
    decisions = dict(StoryDecision.objects.values_list("article", "joins"))
    members = dict(StoryMember.objects.values_list("article_id", "story_id"))
    stories = set(members.values()) | set(Story.objects.filter(size__gt=0).values_list("id", flat=True))
    nodes = _nodes(Article.objects.all())
    return Region(nodes, links.iterator(10_000), decisions, members, stories, is_everything=True)


def _nodes(articles: ArticleQuerySet) -> dict[int, Node]:
    """Return what may be a member: all but what is withdrawn."""
    rows = (
        articles.not_withdrawn()
        .order_by()
        .annotate(time=Cast("published_date_time", TextField()), from_time=Cast("listed_from", TextField()))
        .values_list("id", "title", "heat", "quality", "provider_id", "is_reference", "time", "from_time")
    )
    return {row[0]: Node._make(row) for row in rows.iterator(10_000)}


# -- Joining --------------------------------------------------------------------


def components(nodes: Collection[int], links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the sets of nodes that links join, whatever the links' direction; links to elsewhere count for nothing."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for one, other in links:
        # Most links of a story are between articles that others have joined already.
        if one in parent and other in parent and parent[one] != parent[other]:
            parent[root(one)] = root(other)
    groups: dict[int, list[int]] = defaultdict(list)
    for node in parent:
        groups[root(node)].append(node)
    return list(groups.values())


def _joining(region: Region) -> Iterator[tuple[int, int]]:
    """Yield the links that join: those of articles an editor has decided about join nothing."""
    decided = region.decisions
    if decided:
        yield from ((one, other) for one, other in region.links if one not in decided and other not in decided)
        yield from ((article, joins) for article, joins in decided.items() if joins)
    else:
        yield from region.links


# -- Facts ----------------------------------------------------------------------


@dataclass(slots=True)
class Judge:
    """What is needed to judge members: the time, and who is no independent source."""

    now: Time
    wires: set[int]
    vendors: dict[int, set[str]]  # the words of their names

    @classmethod
    def of_today(cls) -> "Judge":
        wires, vendors = set(), {}
        rows = Provider.objects.filter(kind__in=(Provider.Kind.WIRE, Provider.Kind.VENDOR))
        for pk, kind, name, domain in rows.values_list("id", "kind", "name", "domain"):
            if kind == Provider.Kind.WIRE:
                wires.add(pk)
            else:
                vendors[pk] = own_words(name, domain)
        return cls(f"{timezone.now().astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}", wires, vendors)

    def is_shown(self, node: Node) -> bool:
        return node.listed_from is not None and node.listed_from[:SECONDS] <= self.now

    def is_later(self, node: Node) -> bool:
        return node.listed_from is not None and node.listed_from[:SECONDS] > self.now

    def lead(self, nodes: Iterable[Node]) -> Node | None:
        """Return the listed one with the highest heat, then quality, then the earliest; else the next to be listed."""
        shown = [node for node in nodes if self.is_shown(node)]
        if not shown:
            later = [node for node in nodes if self.is_later(node)]
            soonest = min((node.listed_from or "" for node in later), default="")
            shown = [node for node in later if node.listed_from == soonest]
        return min(
            shown, key=lambda node: (-node.heat, -node.quality, node.published, node.title, node.id), default=None
        )

    def is_independent(self, provider_id: int, title: str) -> bool:
        """Return whether an account counts: no press wire's, and no vendor's about itself."""
        if provider_id in self.wires:
            return False
        words = self.vendors.get(provider_id)
        return not words or words.isdisjoint(title.split())


def normal_title(title: str) -> str:
    """Return what verbatim copies have in common: the words, in lower case."""
    return " ".join(re.findall(r"\w+", html.unescape(title).casefold()))


def own_words(name: str, domain: str) -> set[str]:
    """Return the words by which a vendor's title speaks of the vendor."""
    return {word for word in normal_title(f"{name} {domain.split('.')[-2:][0]}").split() if len(word) > 2} - {
        "the",
        "and",
    }


def originals(accounts: Iterable[tuple[Time, int, int, str]], judge: Judge) -> list[int]:
    """Return the ids of the accounts that count: independent ones, and of each title the earliest.

    Accounts are time, id, provider and title.
    """
    first: dict[str, int] = {}
    for _, pk, provider_id, title in sorted(accounts):
        text = normal_title(title)
        if judge.is_independent(provider_id, text):
            first.setdefault(text, pk)
    return list(first.values())


def independent_providers(nodes: Collection[Node], judge: Judge) -> int:
    """Return how many providers have an account of their own."""
    if len(nodes) == 1:
        [node] = nodes
        alone = not judge.wires and not judge.vendors
        return int(alone or judge.is_independent(node.provider_id, normal_title(node.title)))
    providers = {node.id: node.provider_id for node in nodes}
    accounts = ((node.published, node.id, node.provider_id, node.title) for node in nodes)
    return len({providers[pk] for pk in originals(accounts, judge)})


def facts(nodes: list[Node], judge: Judge) -> dict[str, Any]:
    """Return the columns of a story of these members."""
    if len(nodes) == 1:
        return _facts_of_one(nodes[0], judge)
    lead = judge.lead(nodes)
    later = [node.listed_from or "" for node in nodes if judge.is_later(node)]
    until = lead.listed_from if lead and judge.is_later(lead) else None
    seen = [node for node in nodes if not judge.is_later(node) or node.listed_from == until]
    seen = seen or nodes
    lead_provider = lead.provider_id if lead else None
    best = (
        sorted(seen, key=lambda node: (-node.quality, node.published, node.title, node.id)) if len(seen) > 1 else seen
    )
    others = list(dict.fromkeys(node.provider_id for node in best if node.provider_id != lead_provider))
    independent = independent_providers(seen, judge)
    times = [node.published for node in seen]
    return {
        "slug": slug_from(html.unescape(lead.title))[:80].strip("-_") if lead else "",
        "lead_id": lead.id if lead else None,
        "size": len(seen),
        "listed": sum(node.listed_from is not None for node in seen),
        "heads": sum(node.heat != -1 and not node.is_reference for node in seen),
        "providers": len({node.provider_id for node in seen}),
        "independent": independent,
        "first": min(times),
        "last": max(times),
        **{f"other_{place + 1}_id": others[place] if place < len(others) else None for place in range(3)},
        "rank": rank_of(lead.heat, lead.quality, independent, as_time(lead.published)) if lead else None,
        "listed_from": lead.listed_from if lead else None,
        "changes_at": min((time for time in later if until is None or time > until), default=None),
    }


def _facts_of_one(node: Node, judge: Judge) -> dict[str, Any]:
    """Return the columns of an article that stands alone, as most do; its story needs no name before it has a page."""
    is_listed = node.listed_from is not None
    independent = independent_providers([node], judge)
    return {
        "slug": "",
        "lead_id": node.id if is_listed else None,
        "size": 1,
        "listed": int(is_listed),
        "heads": int(node.heat != -1 and not node.is_reference),
        "providers": 1,
        "independent": independent,
        "first": node.published,
        "last": node.published,
        "other_1_id": None if is_listed else node.provider_id,
        "other_2_id": None,
        "other_3_id": None,
        "rank": rank_of(node.heat, node.quality, independent, as_time(node.published)) if is_listed else None,
        "listed_from": node.listed_from,
        "changes_at": None,
    }


def as_time(text: Time) -> dt.datetime:
    return dt.datetime.fromisoformat(text[:SECONDS]).replace(tzinfo=dt.UTC)


# -- Writing --------------------------------------------------------------------


@dataclass(slots=True)
class Identities:
    """Which story each component is: ``ids`` by component, stories that became part of others, and those left empty."""

    ids: list[int] = field(default_factory=list)
    new: set[int] = field(default_factory=set)
    merged: dict[int, int] = field(default_factory=dict)
    emptied: set[int] = field(default_factory=set)


def identify(groups: list[list[int]], region: Region) -> Identities:
    """Give each component the oldest story that most of its articles' old stories' members went to, or a new one."""
    claims: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for index, group in enumerate(groups):
        for story, count in Counter(region.members[pk] for pk in group if pk in region.members).items():
            claims[story].append((-count, min(group), index))
    won: dict[int, list[int]] = defaultdict(list)
    for story, bids in claims.items():
        won[min(bids)[2]].append(story)
    returning = _returning(region, [group for index, group in enumerate(groups) if index not in won])
    free = iter(take_ids(Story, sum(index not in won for index in range(len(groups)))))
    found = Identities(emptied=region.stories - claims.keys())
    for index, group in enumerate(groups):
        if index in won:
            oldest, *younger = sorted(won[index])
            found.merged |= dict.fromkeys(younger, oldest)
        elif (back := next((returning.pop(pk) for pk in group if pk in returning), None)) is not None:
            oldest = back
        else:
            oldest = next(free)
            found.new.add(oldest)
        found.ids.append(oldest)
    return found


def _returning(region: Region, groups: list[list[int]]) -> dict[int, int]:
    """Return the empty stories whose leads have come back, by lead."""
    ids = {pk for group in groups for pk in group}
    rows = (
        region.of_articles(Story.objects.filter(size=0, merged_into=None), "lead", ids) if ids else Story.objects.none()
    )
    return {lead: pk for lead, pk in rows.order_by("-pk").values_list("lead_id", "pk") if lead in ids}


def _update(region: Region) -> None:
    """Join a region's articles, and write what has changed."""
    judge = Judge.of_today()
    groups = sorted(sorted(group) for group in components(region.nodes.keys(), _joining(region)))
    found = identify(groups, region)
    _write_stories(region, groups, found, judge)
    _write_members(region, groups, found)
    _fold(region, groups, judge)


def _write_stories(region: Region, groups: list[list[int]], found: Identities, judge: Judge) -> None:
    columns = {name: Cast(name, TextField()) if name in TIMES else F(name) for name in (*COLUMNS, "merged_into_id")}
    rows = region.of_articles(Story.objects.order_by(), "id", set(found.ids) - found.new)
    aliases = {f"old_{name}": column for name, column in columns.items()}
    before = {row[0]: row[1:] for row in rows.annotate(**aliases).values_list("id", *aliases)}
    new, changed = [], []
    for pk, group in zip(found.ids, groups, strict=True):
        values = facts([region.nodes[article] for article in group], judge)
        if pk in found.new:
            new.append((pk, *values.values()))
            continue
        values["slug"] = before[pk][0] or values["slug"]
        if before[pk] != (*values.values(), None):
            changed.append((*values.values(), None, pk))
    insert_tuples(Story, ["id", *COLUMNS], new)
    update_columns(Story, "id", [*COLUMNS, "merged_into_id"], changed)
    for story, into in found.merged.items():
        Story.objects.filter(Q(pk=story) | Q(merged_into=story)).update(**EMPTY, lead=None, merged_into=into)
    if found.emptied:
        # Its lead is remembered: when that comes back, it has its story and address again.
        Story.objects.filter(pk__among=found.emptied, size__gt=0).update(**EMPTY)
        there = Exists(Article.objects.filter(pk=OuterRef("lead_id")))
        Story.objects.filter(~there, pk__among=found.emptied, lead__isnull=False).update(lead=None)


def _write_members(region: Region, groups: list[list[int]], found: Identities) -> None:
    now = {article: story for story, group in zip(found.ids, groups, strict=True) for article in group}
    gone = region.members.keys() - now.keys()
    delete_rows(StoryMember, "article_id", gone)
    insert_tuples(
        StoryMember, ["article_id", "story_id"], [item for item in now.items() if item[0] not in region.members]
    )
    moved = [(story, article) for article, story in now.items() if region.members.get(article, story) != story]
    update_columns(StoryMember, "article_id", ["story_id"], moved)


def _fold(region: Region, groups: list[list[int]], judge: Judge) -> None:
    """Let each topic show one article of each story where it folds them: the lead, or else the one that would lead."""
    listed = {pk for pk, node in region.nodes.items() if node.listed_from is not None}
    several = [group for group in ([pk for pk in group if pk in listed] for group in groups) if len(group) > 1]
    hidden = _hidden_links(region, several, judge)
    links = region.of_articles(ArticleTopic.objects.order_by(), "article", listed)
    now_hidden = set(links.filter(listed_from__isnull=False, folded_from=None).values_list("id", flat=True))
    hide, show = hidden - now_hidden, now_hidden - hidden
    if not (hide or show):
        return
    ArticleTopic.objects.filter(id__among=hide).update(folded_from=None)
    ArticleTopic.objects.filter(id__among=show).update(folded_from=F("listed_from"))
    changes = ListingChanges()
    for topic, time in ArticleTopic.objects.filter(id__among=hide | show).values_list("topic_id", "listed_from"):
        changes.add_place(topic, time)
    recount(changes)


def _hidden_links(region: Region, groups: list[list[int]], judge: Judge) -> set[int]:
    """Return the ids of the topic links that are folded away."""
    story = {pk: index for index, group in enumerate(groups) for pk in group}
    leads = {lead.id for group in groups if (lead := judge.lead([region.nodes[pk] for pk in group]))}
    shown: Mapping[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    links = ArticleTopic.objects.filter(article__among=set(story)) if story else ArticleTopic.objects.none()
    for link, article, topic in links.order_by().values_list("id", "article_id", "topic_id"):
        shown[story[article], topic].append((article, link))
    hidden: set[int] = set()
    for rows in shown.values():
        if len(rows) < 2:
            continue
        first = next((pk for pk, _ in rows if pk in leads), None)
        if first is None and (lead := judge.lead([region.nodes[pk] for pk, _ in rows])):
            first = lead.id
        hidden.update(link for article, link in rows if article != first)
    return hidden
