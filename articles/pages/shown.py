"""What a page shows, noted while it is made: for caches, which keep it until something of that changes.

Tags name what the page depends on, such as ``article-7``. Views and the records of pages note them; where nobody
collects them, that costs nothing. ``tags_of`` returns those that a change makes old.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from articles.changes import ContentChange

# Pages with counts of listings, or with those of everything; with names of topics or providers that are not theirs.
LISTINGS, CATALOGUE = "listings", "catalogue"
# What any change may change: which stories are on the front page, what a search finds.
ANYTHING = "anything"
# The least time that words such as "3 minutes ago" stay: scripts update them sooner.
WORDS_STAY = dt.timedelta(minutes=1)


@dataclass(slots=True)
class Shown:
    """What one page shows. ``words_until`` is when the first words for an age will be others."""

    tags: set[str] = field(default_factory=set)
    words_until: dt.datetime | None = None


_shown: ContextVar[Shown | None] = ContextVar("what the page shows", default=None)


@contextmanager
def collecting() -> Iterator[Shown]:
    """Collect what the page that is made inside shows."""
    shown = Shown()
    token = _shown.set(shown)
    try:
        yield shown
    finally:
        _shown.reset(token)


def shows(*tags: str) -> None:
    """Note what the page depends on."""
    if shown := _shown.get():
        shown.tags.update(tags)


def shows_articles(ids: Iterable[int]) -> None:
    if shown := _shown.get():
        shown.tags.update(f"article-{pk}" for pk in ids)


def shows_topic(pk: int) -> None:
    """Note that the page is a listing of a topic, or about it."""
    shows(f"topic-{pk}")


def shows_provider(pk: int) -> None:
    """Note that the page is a listing of a provider, or about it."""
    shows(f"provider-{pk}")


def shows_story(pk: int) -> None:
    """Note that the page is about a story."""
    shows(f"story-{pk}")


def shows_age_until(time: dt.datetime) -> None:
    """Note that the page has words for an age, which are others from ``time`` on."""
    if (shown := _shown.get()) and (shown.words_until is None or time < shown.words_until):
        shown.words_until = time


def tags_of(change: ContentChange) -> set[str]:
    """Return the tags of the pages that a change makes old; not for one of everything, which makes all pages old."""
    tags = {ANYTHING}
    for kind in ("article", "topic", "provider"):
        tags.update(f"{kind}-{pk}" for pk in getattr(change, f"{kind}s"))
    tags.update(f"story-{pk}" for pk in change.stories)
    if change.listings:
        tags.add(LISTINGS)
    if change.catalogue:
        tags.add(CATALOGUE)
    return tags
