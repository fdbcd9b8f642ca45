"""Sections of a page, one for each topic: its newest stories that the page does not show yet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.models import ArticleTopic
from articles.models.querysets import TopicRow
from articles.pages.cards import Card, TopicNode
from articles.pages.front import HiddenAmong, hide_nothing

LEAST = 3  # cards; a topic with fewer left has no section
SPARE = 4  # times as many articles are fetched for readers who hide some


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
    """A section before its cards are made: ``ids`` of articles, newest first, and their stories."""

    topic: TopicNode
    ids: list[int]
    stories: list[int]
    hidden: list[int]  # articles that would be shown if the reader had not hidden them


def plan_sections(
    topics: Sequence[TopicNode],
    exclude_ids: Collection[int],
    size: int,
    least: int = LEAST,
    hidden_among: HiddenAmong = hide_nothing,
) -> list[SectionPlan]:
    """Choose the articles of sections, in one query, for pages that make all their cards at once.

    ``hidden_among`` returns which of some articles the reader has hidden; others take their places, if there are any.
    """
    # A topic needs so many newest stories to fill its section after those of the page and of earlier sections.
    spare = 1 if hidden_among is hide_nothing else SPARE
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
    """Return planned sections with their cards; ``cards`` has them by article id."""
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
    """Return the cards, the first one with a wide picture moved to the front, as a section opens with it."""
    first = next((card for card in cards if card.image and card.image.is_wide), None)
    return cards if first is None else [first, *(card for card in cards if card is not first)]
