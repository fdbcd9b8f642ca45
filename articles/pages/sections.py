"""Sections of a page, one for each topic: its newest stories that the page does not show already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.models import ArticleTopic
from articles.models.querysets import TopicRow
from articles.pages.cards import Card, TopicNode, cards_for
from articles.pages.front import HiddenAmong, hides_nothing

LEAST = 3  # cards; a topic with fewer left has no section
SPARE = 4  # times as many articles are looked at for readers who hide some


@dataclass(frozen=True, slots=True)
class Section:
    """A topic's newest stories; ``more`` is how many more listed articles the topic has."""

    title: str
    url: str
    slug: str
    cards: list[Card]
    more: int


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section before its cards are made: ``ids`` of articles, newest first, and the stories they stand for."""

    topic: TopicNode
    ids: list[int]
    stories: list[int]
    hidden: list[int]  # articles that would stand here, had the reader not hidden them


def topic_sections(
    topics: Sequence[TopicNode], exclude_ids: Collection[int], size: int, least: int = LEAST
) -> list[Section]:
    """Return the sections of ``topics`` in their order, in three queries.

    Each has ``size`` cards at most; topics with fewer than ``least`` are left out. Nothing of a story that
    has an article among ``exclude_ids``, or stands in an earlier section, is shown.
    """
    plans = plan_sections(topics, exclude_ids, size, least)
    ids = section_ids(plans)
    return fill_sections(plans, dict(zip(ids, cards_for(ids), strict=True)))


def plan_sections(
    topics: Sequence[TopicNode],
    exclude_ids: Collection[int],
    size: int,
    least: int = LEAST,
    hidden_among: HiddenAmong = hides_nothing,
) -> list[SectionPlan]:
    """Choose the articles of sections, in one query: for pages that make all their cards at once.

    ``hidden_among`` says which of some articles the reader has hidden: others take their places, as far as there are.
    """
    # The page and earlier sections can take so many of a topic's newest stories, and no more.
    spare = 1 if hidden_among is hides_nothing else SPARE
    numbers = {topic.id: size * (index + spare) + len(exclude_ids) for index, topic in enumerate(topics)}
    if not numbers:
        return []
    newest: dict[int | None, list[TopicRow]] = defaultdict(list)
    for row in ArticleTopic.objects.newest_by_topic(numbers, exclude_ids):
        newest[row.topic].append(row)
    shown = {row.story for row in newest.pop(None, [])} | {-pk for pk in exclude_ids}
    hidden = hidden_among({row.article for rows in newest.values() for row in rows})
    plans = []
    for topic in topics:
        others = [row for row in newest[topic.id] if row.story not in shown]
        left = [row for row in others if row.article not in hidden][:size]
        if len(left) >= least:
            met = others[: others.index(left[-1])] if len(left) == size else others
            passed = [row.article for row in met if row.article in hidden]
            plans.append(SectionPlan(topic, [row.article for row in left], [row.story for row in left], passed))
            shown |= {row.story for row in left}
    return plans


def section_ids(plans: Iterable[SectionPlan]) -> list[int]:
    """Return the ids of all sections' articles."""
    return [pk for plan in plans for pk in plan.ids]


def fill_sections(plans: Iterable[SectionPlan], cards: Mapping[int, Card]) -> list[Section]:
    """Return planned sections with their cards, which ``cards`` has by article id."""
    return [
        Section(
            title=plan.topic.name,
            url=plan.topic.url,
            slug=plan.topic.slug,
            cards=pictured_first([cards[pk] for pk in plan.ids]),
            more=max(plan.topic.count - len(plan.ids), 0),
        )
        for plan in plans
    ]


def pictured_first(cards: list[Card]) -> list[Card]:
    """Return the cards with the first that has a wide picture put first: a section opens with it."""
    first = next((card for card in cards if card.image and card.image.is_wide), None)
    return cards if first is None else [first, *(card for card in cards if card is not first)]
