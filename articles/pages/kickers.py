"""The topics above cards, which tell one card from another."""

from collections import Counter
from collections.abc import Collection

from articles.pages.cards import Card

MOST = 0.5  # share of a page's cards from which a topic tells none of them from the others
FEW = 4  # cards; with fewer, no topic is common


def common_topics(cards: Collection[Card]) -> tuple[str, ...]:
    """Return the slugs of topics that most of a page's cards have, and that therefore say nothing above each of them."""
    if len(cards) < FEW:
        return ()
    counts = Counter(topic.slug for card in cards for topic in card.topics)
    return tuple(sorted(slug for slug, number in counts.items() if number > MOST * len(cards)))
