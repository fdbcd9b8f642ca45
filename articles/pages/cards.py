"""Records for templates: small and frozen, made from the columns that ``querysets`` select.

A template that loops over records runs no query.
"""

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from zlib import crc32

from django.conf import settings

from articles.models import Article
from articles.models.article import article_url
from articles.models.page_queries import card_rows
from articles.models.story import story_url
from articles.pages.images import Image, pick_image, pick_logo
from articles.pages.links import is_external, link_to, source_url
from articles.pages.reuse import reused_each
from articles.pages.shown import CATALOGUE, article_tag, shows_articles, story_tag
from articles.pages.story_lines import StoryLine, has_story_page, story_line
from articles.text.addresses import address
from articles.text.rendering import initials, plain_text

HUES = 8  # as many as tokens.css has
NO_TOPICS: Mapping[int, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TopicLink:
    """A link to a topic, or to a month of the archive, which has no slug."""

    name: str
    url: str
    count: int | None = None
    slug: str = ""
    new: int = 0  # articles since the reader's last visit


@dataclass(frozen=True, slots=True)
class ProviderCard:
    name: str
    domain: str
    url: str
    logo_url: str
    initials: str
    count: int | None = None
    description: str = ""
    kind: str = ""
    is_muted: bool = False

    @property
    def hue(self) -> int:
        """The number of the colour of its mark, from 0 to HUES - 1, which stays the same wherever it stands."""
        return crc32(self.domain.encode()) % HUES


@dataclass(frozen=True, slots=True)
class TopicNode:
    """A topic with the topics below it."""

    id: int
    name: str
    slug: str
    url: str
    count: int
    description: str
    children: list["TopicNode"] = field(default_factory=list)
    new: int = 0  # articles since the reader's last visit
    is_muted: bool = False


def provider_card(
    domain: str,
    name: str,
    logo_url: str,
    kind: str,
    count: int | None = None,
    description: str = "",
) -> ProviderCard:
    name = plain_text(name)
    return ProviderCard(
        name,
        domain,
        address("provider", domain),
        logo_url,
        initials(name),
        count,
        plain_text(description),
        kind,
    )


def topic_link(name: str, slug: str, count: int | None = None) -> TopicLink:
    return TopicLink(plain_text(name), address("topic", slug), count, slug)


def topics_from(text: str | None) -> tuple[TopicLink, ...]:
    """Return an article's topics in order from its ``topics_json``."""
    rows = sorted(json.loads(text)) if text else []
    return tuple(topic_link(name, slug) for _position, _pk, name, slug, _id in rows)


@dataclass(frozen=True, slots=True)
class Facts:
    """What readers' choices filter an article by: its provider's domain and kind, its quality, its topics' slugs."""

    domain: str
    kind: str
    quality: int
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Card:
    """A listed article, for lists and its own page."""

    title: str
    url: str
    source_url: str
    excerpt: str
    published_date_time: dt.datetime
    is_video: bool
    provider: ProviderCard
    image: Image | None
    topics: tuple[TopicLink, ...]
    heat: int
    quality: int
    story: StoryLine | None = None
    reason: str = ""

    @property
    def facts(self) -> Facts:
        slugs = frozenset(topic.slug for topic in self.topics)
        return Facts(self.provider.domain, self.provider.kind, self.quality, slugs)


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A link to an article's page here, or to its provider's if it has none (``is_external``).

    ``source_url`` is the address at the provider of an article that has a page here.
    """

    title: str
    url: str
    is_external: bool
    provider_name: str
    published_date_time: dt.datetime
    facts: Facts
    source_url: str = ""
    story_url: str = ""
    story_size: int = 0


def cards_for(ids: list[int]) -> list[Card]:
    """Return the cards of articles in the order of ``ids``, in one query for those that are not kept."""
    cards = cards_by_id(ids)
    return [cards[pk] for pk in ids if pk in cards]


def cards_by_id(ids: list[int]) -> dict[int, Card]:
    """Return the same by id."""
    shows_articles(ids)
    return reused_each("card", ids, _make_cards)


def _make_cards(ids: list[int]) -> Iterator[tuple[int, Card, list[str]]]:
    for row in card_rows(ids):
        yield row["id"], card_from(row), [article_tag(row["id"]), story_tag(row["member__story_id"]), CATALOGUE]


def card_from(row: dict[str, Any]) -> Card:
    shows_articles([row["id"]])
    return Card(
        title=plain_text(row["title"]),
        url=article_url(row["date"], row["slug"]),
        source_url=source_url(row),
        excerpt=plain_text(row["excerpt"]),
        published_date_time=row["published_date_time"],
        is_video=row["type"] == Article.Type.VIDEO,
        provider=provider_card(
            row["provider__domain"],
            row["provider__name"],
            pick_logo(row["provider__images"], row["provider__own_images"]),
            row["provider__kind"],
        ),
        image=pick_image(row["images"], row["own_images"]),
        topics=topics_from(row["topics_json"]),
        heat=row["heat"],
        quality=row["quality"],
        story=story_line(row),
    )


@dataclass(frozen=True, slots=True)
class MoreLink:
    """How many more articles a provider has on a page, and which."""

    name: str
    url: str
    count: int
    cards: list[Card]


def limit_providers(cards: list[Card]) -> tuple[list[Card], list[MoreLink]]:
    """Return at most RANKING_PER_PROVIDER cards of each provider, and links with the others by provider."""
    shown: list[Card] = []
    others: dict[str, list[Card]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for card in cards:
        seen[card.provider.domain] += 1
        (shown if seen[card.provider.domain] <= settings.RANKING_PER_PROVIDER else others[card.provider.domain]).append(
            card
        )
    links = [MoreLink(rest[0].provider.name, rest[0].provider.url, len(rest), rest) for rest in others.values()]
    return shown, sorted(links, key=lambda link: -link.count)


def related_items(
    rows: Iterable[dict[str, Any]], story_id: int | None = None, topics: Mapping[int, frozenset[str]] = NO_TOPICS
) -> list[RelatedItem]:
    """Return links to articles from rows of ``linkable``, with their stories, except for the story of the page itself.

    ``topics`` has the topics' slugs by article id that a reader's choices filter by.
    """
    rows = list(rows)
    shows_articles(row["id"] for row in rows)
    return [
        RelatedItem(
            title=plain_text(row["title"]),
            url=link_to(row),
            is_external=external,
            provider_name=plain_text(row["provider__name"]),
            published_date_time=row["published_date_time"],
            facts=Facts(
                row["provider__domain"], row["provider__kind"], row["quality"], topics.get(row["id"], frozenset())
            ),
            source_url="" if external else source_url(row),
            story_url=story_url(row["member__story_id"], row["member__story__slug"]) if shows_story else "",
            story_size=row["member__story__size"] if shows_story else 0,
        )
        for row in rows
        for external in [is_external(row)]
        for shows_story in [has_story_page(row) and row["member__story_id"] != story_id]
    ]
