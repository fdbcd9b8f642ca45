"""Pages for one reader: without what the reader has hidden, and with the number of what is missing.

Counts of listings are the same for everyone. A page says how many of its items are hidden, and shows them if its
address has ``show=hidden``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from django.http import HttpRequest

from articles.pages.cards import Card, Facts, ProviderCard, TopicLink, TopicNode
from articles.pages.front import HiddenAmong, hide_nothing
from articles.pages.story_lines import Link, Other, best_accounts
from articles.preferences.choices import Choices, choices_of
from articles.preferences.filtering import Filter


class Filterable(Protocol):
    """A card, a related link or an account."""

    @property
    def facts(self) -> Facts: ...


AnyFilterable = TypeVar("AnyFilterable", bound=Filterable)


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many items of a list a reader has hidden, whether they are shown anyway, and the address that toggles it."""

    count: int
    is_shown: bool
    url: str


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader's choices on one page; ``chosen_filter`` is what they hide, whether the page shows it or not."""

    chosen_filter: Filter
    shows_hidden: bool
    url: str  # of the page that shows what is hidden, or hides it again

    @property
    def choices(self) -> Choices:
        return self.chosen_filter.choices

    @property
    def filter(self) -> Filter:
        """What to leave out of the page: nothing if the reader asked to see what is hidden."""
        return Filter(Choices()) if self.shows_hidden else self.chosen_filter

    @property
    def hidden_among(self) -> HiddenAmong:
        """What tells which of some articles to leave out of the page, in a query only if the reader hides anything."""
        return self.filter.hidden_among if self.filter.hides_anything else hide_nothing

    def hidden(self, count: int) -> Hidden:
        return Hidden(count, self.shows_hidden, self.url)


def reader_of(request: HttpRequest, domain: str = "", topic: str = "") -> Reader:
    """Return the reader of a page; the provider or topic that the page is about is not hidden there."""
    query = request.GET.copy()
    shows_hidden = query.get("show") == "hidden"
    if shows_hidden:
        del query["show"]
    else:
        query["show"] = "hidden"
    url = f"{request.path}?{query.urlencode()}" if query else request.path
    return Reader(Filter(choices_of(request), domain, topic), shows_hidden, url)


def for_reader(items: Iterable[AnyFilterable], reader: Reader) -> tuple[list[AnyFilterable], Hidden]:
    """Return what a reader sees of ``items``, personalised and in order, and how many of them the reader has hidden."""
    items = list(items)
    chosen = reader.chosen_filter
    seen = [item for item in items if not chosen.hides(item.facts)] if chosen.hides_anything else items
    shown = items if reader.shows_hidden else seen
    cards = {number: item for number, item in enumerate(shown) if isinstance(item, Card)}
    made = dict(zip(cards, personalised_list(cards.values(), reader), strict=True))
    return [made.get(number, item) for number, item in enumerate(shown)], reader.hidden(len(items) - len(seen))  # type: ignore[misc]


def personalised_list(cards: Iterable[Card], reader: Reader) -> list[Card]:
    """Return the cards of a list, personalised; compact ones link to the other accounts of their stories."""
    made = [personalised(card, reader) for card in cards]
    if reader.choices.density != "compact":
        return made
    accounts = best_accounts([card.story.id for card in made if card.story and card.story.others])
    return [_with_accounts(card, accounts, reader) for card in made]


def _with_accounts(card: Card, accounts: Mapping[int, Mapping[str, Link]], reader: Reader) -> Card:
    if not card.story or not card.story.others:
        return card
    links = accounts[card.story.id]
    found = [other._replace(account=links.get(other.domain)) for other in card.story.others]
    others = tuple(each for each in found if not each.account or not reader.filter.hides(_facts_of(each, each.account)))
    return replace(card, story=replace(card.story, others=others))


def _facts_of(other: Other, account: Link) -> Facts:
    return Facts(other.domain, other.kind, account.quality)


def personalised(card: Card, reader: Reader) -> Card:
    """Return a card without images if the reader wants none, and without the names of hidden providers."""
    if not reader.choices.images:
        card = replace(card, image=None, provider=provider_for(card.provider, reader))
    if card.story and reader.filter.hides_anything:
        others = tuple(each for each in card.story.others if not reader.filter.hides_provider(each.domain, each.kind))
        card = replace(card, story=replace(card.story, others=others))
    return card


def provider_for(provider: ProviderCard, reader: Reader) -> ProviderCard:
    """Return a provider without its logo if the reader wants no images, and marked if it is muted."""
    logo = provider.logo_url if reader.choices.images else ""
    return replace(provider, logo_url=logo, is_muted=provider.domain in reader.choices.muted_providers)


def topics_for(links: Iterable[TopicLink], reader: Reader) -> tuple[TopicLink, ...]:
    """Return the links to topics that the reader has not muted."""
    return tuple(link for link in links if link.slug not in reader.filter.muted_topics)


def tree_for(nodes: Iterable[TopicNode], reader: Reader, new: Mapping[str, int]) -> list[TopicNode]:
    """Return a tree of topics with the muted ones marked, and with the number of new articles in each."""
    muted = reader.chosen_filter.muted_topics
    return [
        replace(
            node,
            new=new.get(node.slug, 0),
            is_muted=node.slug in muted,
            children=tree_for(node.children, reader, new),
        )
        for node in nodes
    ]
