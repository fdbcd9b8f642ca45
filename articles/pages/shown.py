"""Records what a page shows while it is rendered, so that caches know which changes affect it.

Tags are names of what the page depends on, such as ``article-7``. Views and the records of pages add them, which costs
nothing unless they are collected. ``tags_of`` returns the tags that a change affects.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from articles.changes import ContentChange

# Pages with counts of listings; and pages with names of other topics or providers.
LISTINGS, CATALOGUE = "listings", "catalogue"
# Pages that any change may affect, such as the front page and searches.
ANYTHING = "anything"
# The minimum time for which words such as "3 minutes ago" remain: scripts update them sooner.
WORDS_STAY = dt.timedelta(minutes=1)


@dataclass(slots=True)
class Shown:
    """What one page shows. ``words_until`` is when the first words for an age will change."""

    tags: set[str] = field(default_factory=set)
    words_until: dt.datetime | None = None


_shown: ContextVar[Shown | None] = ContextVar("what the page shows", default=None)


@contextmanager
def collecting() -> Iterator[Shown]:
    """Collect what a page that is rendered in the block shows."""
    shown = Shown()
    token = _shown.set(shown)
    try:
        yield shown
    finally:
        _shown.reset(token)


def shows(*tags: str) -> None:
    """Record what the page depends on."""
    if shown := _shown.get():
        shown.tags.update(tags)


def article_tag(pk: int) -> str:
    return f"article-{pk}"


def shows_articles(ids: Iterable[int]) -> None:
    if shown := _shown.get():
        shown.tags.update(map(article_tag, ids))


def shows_topic(pk: int) -> None:
    """Record that the page is a listing of a topic, or about it."""
    shows(f"topic-{pk}")


def shows_provider(pk: int) -> None:
    """Record that the page is a listing of a provider, or about it."""
    shows(f"provider-{pk}")


def story_tag(pk: int | None) -> str:
    return f"story-{pk}"


def order_tag(kind: str, pk: int) -> str:
    """Return the tag of which articles a topic or provider lists, in which order, whatever these look like."""
    return f"order-{kind}-{pk}"


def shows_story(pk: int) -> None:
    """Record that the page is about a story."""
    shows(story_tag(pk))


def thread_tag(pk: int) -> str:
    return f"thread-{pk}"


def shows_thread(pk: int) -> None:
    """Record that the page is about a thread, or says that something is part of it."""
    shows(thread_tag(pk))


def shows_age_until(time: dt.datetime) -> None:
    """Record that the page has words for an age, which change at ``time``."""
    if (shown := _shown.get()) and (shown.words_until is None or time < shown.words_until):
        shown.words_until = time


def tags_of(change: ContentChange) -> set[str]:
    """Return the tags that a change affects; a change of ``everything`` affects all pages, even without these tags."""
    tags = {ANYTHING}
    for kind in ("article", "topic", "provider"):
        tags.update(f"{kind}-{pk}" for pk in getattr(change, f"{kind}s"))
    tags.update(map(story_tag, change.stories))
    tags.update(map(thread_tag, change.threads))
    if change.listings:
        tags.add(LISTINGS)
        tags.update(order_tag("topic", pk) for pk in change.topics)
        tags.update(order_tag("provider", pk) for pk in change.providers)
    if change.catalogue:
        tags.add(CATALOGUE)
    return tags
