"""What one reader's pages show of what everyone's have: less, where the reader hid something, and how much less.

Counts of listings stay everyone's. A page says how many of what it would show are hidden, and shows them when its
address says ``show=hidden``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from django.http import HttpRequest

from articles.pages.cards import Card, Facts, ProviderCard, TopicLink, TopicNode
from articles.preferences.choices import Choices, choices_of
from articles.preferences.filtering import Judge


class Judged(Protocol):
    """A card, a related link or an account."""

    @property
    def facts(self) -> Facts: ...


AnyJudged = TypeVar("AnyJudged", bound=Judged)


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many of a list a reader has hidden, whether they are shown all the same, and the address that turns that round."""

    count: int
    is_shown: bool
    url: str


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader's choices, as they hold on one page."""

    judge: Judge
    shows_hidden: bool
    url: str  # of the page that shows what is hidden, or hides it again

    @property
    def choices(self) -> Choices:
        return self.judge.choices

    @property
    def filter(self) -> Judge:
        """The judge of what to leave out: one without choices where everything is to be shown."""
        return Judge(Choices()) if self.shows_hidden else self.judge

    def hidden(self, count: int) -> Hidden:
        return Hidden(count, self.shows_hidden, self.url)


def reader_of(request: HttpRequest, domain: str = "", topic: str = "") -> Reader:
    """Return the reader of a page, which may be about a provider or a topic: that is never hidden there."""
    query = request.GET.copy()
    shows_hidden = query.get("show") == "hidden"
    if shows_hidden:
        del query["show"]
    else:
        query["show"] = "hidden"
    url = f"{request.path}?{query.urlencode()}" if query else request.path
    return Reader(Judge(choices_of(request), domain, topic), shows_hidden, url)


def for_reader(items: Iterable[AnyJudged], reader: Reader) -> tuple[list[AnyJudged], Hidden]:
    """Return what a reader sees of ``items``, in their order, and how many of them the reader has hidden."""
    items = list(items)
    seen = [item for item in items if not reader.judge.hides(item.facts)] if reader.judge.hides_anything else items
    shown = items if reader.shows_hidden else seen
    return [_dressed(item, reader) for item in shown], reader.hidden(len(items) - len(seen))


def _dressed(item: AnyJudged, reader: Reader) -> AnyJudged:
    return dressed(item, reader) if isinstance(item, Card) else item  # type: ignore[return-value]


def dressed(card: Card, reader: Reader) -> Card:
    """Return a card without images where the reader wants none, and without the names of hidden providers."""
    if not reader.choices.images:
        card = replace(card, image=None, provider=provider_for(card.provider, reader))
    if card.story and reader.filter.hides_anything:
        others = [each for each in card.story.others if not reader.filter.hides_provider(each.domain, each.kind)]
        card = replace(card, story=replace(card.story, others=others))
    return card


def provider_for(provider: ProviderCard, reader: Reader) -> ProviderCard:
    """Return a provider with its mark drawn where the reader wants no images, and said to be muted where it is."""
    logo = provider.logo_url if reader.choices.images else ""
    return replace(provider, logo_url=logo, is_muted=provider.domain in reader.choices.muted_providers)


def topics_for(links: Iterable[TopicLink], reader: Reader) -> list[TopicLink]:
    """Return the links to topics that the reader has not muted."""
    return [link for link in links if link.slug not in reader.filter.muted_topics]


def tree_for(nodes: Iterable[TopicNode], reader: Reader, new: Mapping[str, int]) -> list[TopicNode]:
    """Return a tree of topics that says which ones the reader has muted, and how much is new in each."""
    muted = reader.judge.muted_topics
    return [
        replace(
            node,
            new=new.get(node.slug, 0),
            is_muted=node.slug in muted,
            children=tree_for(node.children, reader, new),
        )
        for node in nodes
    ]
