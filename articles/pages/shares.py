"""How the articles of a topic split among providers, and those of a provider among topics."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from articles.models.share_queries import NEWEST, Counted, provider_counts, topic_counts
from articles.pages.reuse import reused
from articles.pages.shown import CATALOGUE, order_tag, shows
from articles.text.addresses import address
from articles.text.rendering import plain_text

SHOWN = 5
FEWEST = 3  # articles; of fewer there are no shares to speak of


@dataclass(frozen=True, slots=True)
class Share:
    """A provider's or topic's articles; ``percent`` is rounded, 0 for less than half of one."""

    name: str
    url: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Shares:
    """The largest shares, and what is left: so many other providers, with so many articles.

    Topics have nothing left, as an article may have several. ``newest`` is how many articles count if that is not all.
    """

    shown: tuple[Share, ...]
    others: int
    rest: Share | None
    newest: int | None


def provider_shares(topic: int, total: int, is_hidden: Callable[[str, str], bool]) -> Shares | None:
    """Return providers' shares of a topic with ``total`` articles; None if it has but one provider, or few articles.

    ``is_hidden`` tells by domain and kind whom the reader has hidden: these are among the others.
    """
    rows = _kept("topic", topic, lambda: provider_counts(topic))
    whole = min(total, NEWEST)
    if len(rows) < 2 or whole < FEWEST:
        return None
    seen = [row for row in rows if not is_hidden(row[1], row[2])]
    shown = _shares(seen[:SHOWN], "provider", whole)
    rest = sum(row[3] for row in rows) - sum(share.count for share in shown)
    others = Share("", "", rest, _percent(rest, whole)) if rest else None
    return Shares(shown, len(rows) - len(shown), others, NEWEST if total > NEWEST else None)


def topic_shares(provider: int, total: int, is_hidden: Callable[[str], bool]) -> Shares | None:
    """Return topics' shares of a provider with ``total`` articles; None if there are no several topics, or few articles.

    ``is_hidden`` tells by slug what the reader has muted.
    """
    rows = [row for row in _kept("provider", provider, lambda: topic_counts(provider)) if not is_hidden(row[1])]
    whole = min(total, NEWEST)
    if len(rows) < 2 or whole < FEWEST:
        return None
    return Shares(_shares(rows[:SHOWN], "topic", whole), 0, None, NEWEST if total > NEWEST else None)


def _kept(kind: str, pk: int, count: Callable[[], list[Counted]]) -> list[Counted]:
    def counted() -> list[Counted]:
        shows(order_tag(kind, pk), CATALOGUE)
        return count()

    return reused(("shares", kind, pk), counted)


def _shares(rows: Sequence[Counted], kind: str, whole: int) -> tuple[Share, ...]:
    return tuple(
        Share(plain_text(name), address(kind, key), count, _percent(count, whole)) for name, key, _kind, count in rows
    )


def _percent(count: int, whole: int) -> int:
    return round(100 * count / max(whole, 1))
