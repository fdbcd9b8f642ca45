"""Updates stories: all of them, or those affected by changes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from articles.content.processes import Workers
from articles.db.bulk import delete_rows, insert_missing, insert_tuples, take_ids, update_columns
from articles.db.locks import writing
from articles.listings import ListingChanges, recount
from articles.models import Article, ArticleTopic, Story, StoryMark, StoryMember
from articles.models.visibility import to_be_listed
from articles.search.index import prepare_addresses, prepare_coverage, prepare_documents
from articles.search.index import update as update_index
from articles.stories.facts import COLUMNS, StoryRules, facts
from articles.stories.grouping import groups_of
from articles.stories.identity import Identities, Owners, assign
from articles.stories.neighbourhood import Region, load, load_all
from articles.stories.threads.update import due_threads, update_threads
from articles.stories.vocabulary import learn_if_due

TIMES = ("first", "last", "listed_from", "changes_at")
EMPTY = {"size": 0, "listed": 0, "heads": 0, "providers": 0, "independent": 0, "rank": None, "weight": None,
         "listed_from": None, "changes_at": None}  # fmt: skip


def mark_changed(ids: Iterable[int]) -> None:
    """Mark articles that have changed, or whose links have, for ``update_marked_stories``."""
    insert_missing(StoryMark, ["article_id"], [(pk,) for pk in ids])


@dataclass(slots=True)
class StoryChanges:
    """The changes of an update: marked articles and those that moved to another story or thread, stories, topics that
    fold their articles differently now, and threads.
    """

    articles: set[int] = field(default_factory=set)
    stories: set[int] = field(default_factory=set)
    topics: set[int] = field(default_factory=set)
    threads: set[int] = field(default_factory=set)


def update_marked_stories(workers: Workers | None = None, stories: Collection[int] = ()) -> StoryChanges:
    """Update the stories of all marked articles, and those that time has changed.

    The ``workers``, if any, prepare the search documents while stories are joined.
    ``stories`` are updated in any case.
    """
    with writing():
        ids = set(StoryMark.objects.values_list("article_id", flat=True))
        due = due_stories().union(stories)
        if not (ids or due or due_threads()):
            return StoryChanges()
        # Beyond a half, reading everything is faster than looking for what belongs to the marked articles.
        total = Article.objects.count()
        everything = len(ids) * 2 > total
        write_addresses = prepare_addresses(ids, workers)
        write_documents = prepare_documents(ids, workers)
        # Before stories are joined: copies are recognised by their addresses.
        write_addresses()
        everything |= learn_if_due(total)
        changes = _update(load_all() if everything else load(ids, due), ids)
        write_documents()
        prepare_coverage(_told_by(changes), workers)()
        _follow_in_threads(changes, everything)
        StoryMark.objects.filter(article_id__among=ids).delete()
        return changes


def _told_by(changes: StoryChanges) -> set[int]:
    """Return the articles that search may find, or find no more, as accounts of a story."""
    members = StoryMember.objects.filter(story__among=changes.stories)
    return changes.articles.union(members.values_list("article_id", flat=True))


def due_stories() -> set[int]:
    """Return the stories that time has changed since they were written."""
    return set(Story.objects.filter(changes_at__lte=timezone.now()).values_list("id", flat=True))


def rebuild_stories() -> None:
    """Join all articles again; stories keep their addresses."""
    with writing():
        update_index(StoryMark.objects.values_list("article_id", flat=True))
        learn_if_due(Article.objects.count())
        prepare_coverage(_told_by(_update(load_all())))()
        update_threads(None)
        StoryMark.objects.all().delete()


def _follow_in_threads(changes: StoryChanges, everything: bool) -> None:
    """Update the threads of changed stories, and add to the changes what that changes."""
    found = update_threads(None if everything else changes.stories)
    changes.threads |= found.threads
    if found.stories:
        changes.stories |= found.stories
        members = StoryMember.objects.filter(story__among=found.stories)
        changes.articles.update(members.values_list("article_id", flat=True))


def clear_story(story_id: int) -> None:
    """Delete a story whose last member was deleted, or empty it if other stories were merged into it."""
    stories = Story.objects.filter(pk=story_id)
    stories.update(**EMPTY, lead=None)
    stories.filter(merged=None).delete()


def identify(groups: list[list[int]], region: Region, take: Callable[[int], Iterable[int]] | None = None) -> Identities:
    """Assign each group the oldest of the stories whose leads went there, or a new one.

    ``take`` returns ids for a number of new stories; by default, they are taken from the table.
    """
    owners = Owners(region.members, region.stories, _leads(region), partial(_returning, region))
    return assign(groups, owners, take or partial(take_ids, Story))


def _leads(region: Region) -> dict[int, int]:
    """Return the leads of stories that may be parted: of those with several members."""
    sizes = Counter(region.members.values())
    several = {story for story, size in sizes.items() if size > 1}
    rows = (
        region.of_articles(Story.objects.filter(lead__isnull=False), "id", several) if several else Story.objects.none()
    )
    return dict(rows.order_by().values_list("id", "lead_id"))


def _returning(region: Region, groups: list[list[int]]) -> dict[int, int]:
    """Return the empty stories whose leads are listed again, by lead."""
    ids = {pk for group in groups for pk in group}
    rows = (
        region.of_articles(Story.objects.filter(size=0, merged_into=None), "lead", ids) if ids else Story.objects.none()
    )
    return {lead: pk for lead, pk in rows.order_by("-pk").values_list("lead_id", "pk") if lead in ids}


def _update(region: Region, marked: Collection[int] = ()) -> StoryChanges:
    """Join a region's articles and write what has changed; return the changes, including ``marked`` articles."""
    rules = StoryRules.current()
    region.evidence.write()
    groups = groups_of(region)
    found = identify(groups, region)
    stories = _write_stories(region, groups, found, rules)
    now = {article: story for story, group in zip(found.ids, groups, strict=True) for article in group}
    articles = _write_members(region, now).union(marked)
    left_or_joined = [members[pk] for members in (region.members, now) for pk in articles if pk in members]
    return StoryChanges(articles, stories.union(left_or_joined), _fold(region, groups, rules))


# Values of WRITTEN, by id.
Rows = dict[int, tuple[Any, ...]]
WRITTEN = (*COLUMNS, "merged_into_id")


def story_rows(region: Region, groups: list[list[int]], found: Identities, rules: StoryRules) -> tuple[Rows, Rows]:
    """Return the stories of groups as they are stored, and as they should be, including new ones."""
    columns = {name: Cast(name, TextField()) if name in TIMES else F(name) for name in WRITTEN}
    rows = region.of_articles(Story.objects.order_by(), "id", set(found.ids) - found.new)
    aliases = {f"old_{name}": column for name, column in columns.items()}
    before = {row[0]: row[1:] for row in rows.annotate(**aliases).values_list("id", *aliases)}
    now: Rows = {}
    for pk, group in zip(found.ids, groups, strict=True):
        values = facts([region.nodes[article] for article in group], rules)
        if pk in before:
            values["slug"] = before[pk][0] or values["slug"]
        now[pk] = (*values.values(), None)
    return before, now


def _write_stories(region: Region, groups: list[list[int]], found: Identities, rules: StoryRules) -> set[int]:
    """Write the stories that have changed; return their ids."""
    before, now = story_rows(region, groups, found, rules)
    new = [(pk, *now[pk]) for pk in found.ids if pk in found.new]
    changed = [(*row, pk) for pk, row in now.items() if pk in before and before[pk] != row]
    insert_tuples(Story, ["id", *WRITTEN], new)
    update_columns(Story, "id", WRITTEN, changed)
    for story, into in found.merged.items():
        Story.objects.filter(Q(pk=story) | Q(merged_into=story)).update(**EMPTY, lead=None, merged_into=into)
    if found.emptied:
        # The lead stays: when it is listed again, it gets its story and address back.
        Story.objects.filter(pk__among=found.emptied, size__gt=0).update(**EMPTY)
        there = Exists(Article.objects.filter(pk=OuterRef("lead_id")))
        Story.objects.filter(~there, pk__among=found.emptied, lead__isnull=False).update(lead=None)
    return found.new | {row[-1] for row in changed} | found.merged.keys() | found.emptied


def _write_members(region: Region, now: Mapping[int, int]) -> set[int]:
    """Write the stories that articles belong to ``now``; return the ids of articles that moved."""
    gone = region.members.keys() - now.keys()
    delete_rows(StoryMember, "article_id", gone)
    new = [item for item in now.items() if item[0] not in region.members]
    insert_tuples(StoryMember, ["article_id", "story_id"], new)
    moved = [(story, article) for article, story in now.items() if region.members.get(article, story) != story]
    update_columns(StoryMember, "article_id", ["story_id"], moved)
    return {*gone, *(article for article, _ in new), *(article for _, article in moved)}


def _fold(region: Region, groups: list[list[int]], rules: StoryRules) -> set[int]:
    """Show one article of each story in each topic that folds them: the lead, or else the best of those in the topic.

    Returns the ids of the topics that show other articles now.
    """
    hidden, now_hidden = folded_links(region, groups, rules)
    hide, show = hidden - now_hidden, now_hidden - hidden
    if not (hide or show):
        return set()
    ArticleTopic.objects.filter(id__among=hide).update(folded_from=None)
    ArticleTopic.objects.filter(id__among=show).update(folded_from=F("listed_from"))
    changes = ListingChanges()
    for topic, time in ArticleTopic.objects.filter(id__among=hide | show).values_list("topic_id", "listed_from"):
        changes.add_topic_entry(topic, time)
    recount(changes)
    return changes.topics


def folded_links(region: Region, groups: list[list[int]], rules: StoryRules) -> tuple[set[int], set[int]]:
    """Return the ids of the topic links that should be folded away, and of those that are."""
    listed = {pk for pk, node in region.nodes.items() if node.listed_from is not None}
    several = [group for group in ([pk for pk in group if pk in listed] for group in groups) if len(group) > 1]
    hidden = _hidden_links(region, several, rules)
    links = region.of_articles(ArticleTopic.objects.order_by(), "article", listed)
    now_hidden = set(links.filter(to_be_listed(), folded_from=None).values_list("id", flat=True))
    return hidden, now_hidden


def _hidden_links(region: Region, groups: list[list[int]], rules: StoryRules) -> set[int]:
    """Return the ids of the topic links that should be folded away."""
    story = {pk: index for index, group in enumerate(groups) for pk in group}
    leads = {lead.id for group in groups if (lead := rules.lead([region.nodes[pk] for pk in group]))}
    shown: Mapping[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    links = ArticleTopic.objects.filter(article__among=set(story)) if story else ArticleTopic.objects.none()
    for link, article, topic in links.order_by().values_list("id", "article_id", "topic_id"):
        shown[story[article], topic].append((article, link))
    hidden: set[int] = set()
    for rows in shown.values():
        if len(rows) < 2:
            continue
        first = next((pk for pk, _ in rows if pk in leads), None)
        if first is None and (lead := rules.lead([region.nodes[pk] for pk, _ in rows])):
            first = lead.id
        hidden.update(link for article, link in rows if article != first)
    return hidden
