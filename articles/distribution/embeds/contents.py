"""What an embedded page shows: an article, the accounts of a story, or the newest articles of a topic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from articles.listings import Scope
from articles.models import Article, Story, Topic
from articles.pages.cards import Card, RelatedItem, card_from, cards_for, related_items
from articles.pages.kept_listings import KeptListing
from articles.pages.shown import shows_articles, shows_story, shows_topic
from articles.text.rendering import plain_text

ACCOUNTS, ARTICLES = 5, 6


@dataclass(frozen=True, slots=True)
class Contents:
    """What is embedded: ``cards`` has an article, the lead of a story or the articles of a topic; ``accounts`` a
    story's others, best first, of which ``more`` are left out.
    """

    title: str
    url: str
    cards: Sequence[Card]
    accounts: Sequence[RelatedItem] = ()
    more: int = 0
    providers: int = 0


def contents_of(kind: str, pk: int) -> Contents | None:
    """Return what is embedded of an article, story or topic, None if readers may not see it."""
    return KINDS[kind](pk)


def _article(pk: int) -> Contents | None:
    shows_articles([pk])
    row = Article.objects.listed().filter(pk=pk, is_reference=False).card_columns().first()
    if row is None:
        return None
    card = card_from(row)
    return Contents(card.title, card.url, [card])


def _story(pk: int) -> Contents | None:
    """Return a story; one that became a part of another is that."""
    shows_story(pk)
    into = Story.objects.filter(pk=pk).values_list("merged_into_id", flat=True).first() or pk
    shows_story(into)
    found = Story.objects.with_page().filter(pk=into).first()
    if found is None or found.lead_id is None:
        return None
    lead = card_from(Article.objects.lead_row(found.lead_id))
    others = [row for row in Article.objects.accounts_of(into) if row["id"] != found.lead_id]
    shown = related_items(others[:ACCOUNTS], into)
    return Contents(
        lead.title, found.get_absolute_url(), [lead], shown, more=len(others) - len(shown), providers=found.providers
    )


def _topic(pk: int) -> Contents | None:
    shows_topic(pk)
    topic = Topic.objects.filter(pk=pk).first()
    if topic is None:
        return None
    cards = cards_for(KeptListing(Scope(topic=topic)).ids(0, ARTICLES))
    return Contents(plain_text(topic.name), topic.get_absolute_url(), cards)


KINDS: Mapping[str, Callable[[int], Contents | None]] = {"article": _article, "story": _story, "topic": _topic}
