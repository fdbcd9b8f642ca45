"""Finds the links between stories: those of their articles, as editors' decisions leave them, and editors' joins."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from articles.db.bulk import delete_rows, insert_tuples
from articles.models import RelatedLink, StoryMember, ThreadDecision, ThreadLink

Pair = tuple[int, int]  # of stories, the lower number first
Links = dict[Pair, bool]  # whether an editor joined them


@dataclass(frozen=True, slots=True)
class Decided:
    """Editors' decisions about threads, by the stories that their articles are in now."""

    joins: tuple[Pair, ...] = ()
    apart: frozenset[int] = frozenset()
    begins: frozenset[int] = frozenset()


def decided() -> Decided:
    """Return all decisions; there are few."""
    joins, apart, begins = [], set(), set()
    rows = ThreadDecision.objects.filter(article__member__isnull=False).order_by()
    for story, other, is_apart, is_begin in rows.values_list(
        "article__member__story_id", "joins__member__story_id", "apart", "begins"
    ):
        if other and other != story:
            joins.append((min(story, other), max(story, other)))
        if is_apart:
            apart.add(story)
        if is_begin:
            begins.add(story)
    return Decided(tuple(joins), frozenset(apart), frozenset(begins))


@dataclass(slots=True)
class LinkChanges:
    """The links of some stories as they should be, those to store and those stored ones to delete, by id."""

    now: Links = field(default_factory=dict)
    new: Links = field(default_factory=dict)
    gone: dict[int, Pair] = field(default_factory=dict)

    def stories(self) -> set[int]:
        return {pk for pair in (*self.new, *self.gone.values()) for pk in pair}

    def write(self) -> None:
        delete_rows(ThreadLink, "id", list(self.gone))
        rows = [(one, other, is_join) for (one, other), is_join in sorted(self.new.items())]
        insert_tuples(ThreadLink, ["one", "other", "is_join"], rows)


def link_changes(stories: Collection[int] | None, choices: Decided) -> LinkChanges:
    """Compare the stored links of ``stories``, or of all (None), with those that articles have now."""
    now = _links_of(stories, choices)
    stored = {pk: ((one, other), is_join) for pk, one, other, is_join in stored_rows(stories)}
    known = {pair for pair, is_join in stored.values() if now.get(pair) == is_join}
    return LinkChanges(
        now,
        {pair: is_join for pair, is_join in now.items() if pair not in known},
        {pk: pair for pk, (pair, is_join) in stored.items() if now.get(pair) != is_join},
    )


def stored_rows(stories: Collection[int] | None) -> Iterable[tuple[int, int, int, bool]]:
    """Return id, both stories and whether an editor joined them, of the stored links of ``stories`` or of all (None)."""
    rows = ThreadLink.objects.order_by().values_list("id", "one", "other", "is_join")
    if stories is None:
        return rows.iterator(10_000)
    wanted = set(stories)
    return {row for name in ("one", "other") for row in rows.filter(**{f"{name}__among": wanted})} if wanted else ()


def _links_of(stories: Collection[int] | None, choices: Decided) -> Links:
    wanted = None if stories is None else set(stories)
    links = {
        (min(pair), max(pair)): False
        for pair in (_every_pair() if wanted is None else _pairs_of(wanted))
        if pair[0] != pair[1] and choices.apart.isdisjoint(pair)
    }
    return links | {pair: True for pair in choices.joins if wanted is None or not wanted.isdisjoint(pair)}


def _every_pair() -> Iterable[Pair]:
    member = dict(StoryMember.objects.order_by().values_list("article_id", "story_id").iterator(10_000))
    rows = RelatedLink.objects.order_by().values_list("article_id", "target_id").iterator(10_000)
    return ((member[one], member[other]) for one, other in rows if one in member and other in member)


def _pairs_of(stories: set[int]) -> Iterable[Pair]:
    """Yield the pairs of stories of which one is in ``stories``, and those of articles within one."""
    if not stories:
        return
    member = dict(StoryMember.objects.filter(story__among=stories).values_list("article_id", "story_id"))
    ids, links = set(member), set[Pair]()
    # Two queries, each of one index: a condition on either end would make PostgreSQL read all links. Joins with the
    # members of both ends would make it read all members, of thousands of links that mostly stay within a story.
    for end in ("article", "target"):
        rows = RelatedLink.objects.filter(**{f"{end}__among": ids}).order_by()
        links.update(rows.values_list("article_id", "target_id"))
    if others := {pk for link in links for pk in link} - ids:
        member |= dict(StoryMember.objects.filter(article__among=others).values_list("article_id", "story_id"))
    yield from {(member[one], member[other]) for one, other in links if one in member and other in member}
