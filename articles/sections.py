"""Sections of a page, one for each topic: its newest stories that the page does not show already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.cards import Card, TopicNode, cards_for
from articles.models import ArticleTopic
from articles.querysets import TopicRow

LEAST = 3  # cards; a topic with fewer left has no section


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
    """A section before its cards are made: ``ids`` of articles, newest first."""

    topic: TopicNode
    ids: list[int]


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
    topics: Sequence[TopicNode], exclude_ids: Collection[int], size: int, least: int = LEAST
) -> list[SectionPlan]:
    """Choose the articles of sections, in one query: for pages that make all their cards at once."""
    # The page and earlier sections can take so many of a topic's newest stories, and no more.
    numbers = {topic.id: size * (index + 1) + len(exclude_ids) for index, topic in enumerate(topics)}
    if not numbers:
        return []
    newest: dict[int | None, list[TopicRow]] = defaultdict(list)
    for row in ArticleTopic.objects.newest_by_topic(numbers, exclude_ids):
        newest[row.topic].append(row)
    shown = {row.story for row in newest[None]} | {-pk for pk in exclude_ids}
    plans = []
    for topic in topics:
        left = [row for row in newest[topic.id] if row.story not in shown][:size]
        if len(left) >= least:
            plans.append(SectionPlan(topic, [row.article for row in left]))
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
