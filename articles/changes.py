"""What follows when articles change: listings are counted and stories joined anew.

Everything that writes articles, their topics or their links goes through ``changing_articles``, or through
the signals of a single row's save, which end here too.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from articles.db.locks import writing
from articles.listings import ListingChanges, update_listings
from articles.stories import mark, settle

_is_deferring: ContextVar[bool] = ContextVar("stories are settled later", default=False)


@contextmanager
def changing_articles(ids: Iterable[int] = ()) -> Iterator[ListingChanges]:
    """Keep listings and stories right around writes to articles ``ids``, and to those added, in one transaction."""
    with writing():
        changes = ListingChanges()
        changes.add(ids)
        yield changes
        finish_changes(changes)


def finish_changes(changes: ListingChanges) -> None:
    """Bring listings and stories up to date after the articles of ``changes`` were written."""
    with writing():
        update_listings(changes)
        touch_stories(changes.ids | changes.new)


def touch_stories(ids: Iterable[int]) -> None:
    """Say that articles or links of theirs have changed; their stories follow now, or when all is done."""
    with writing():
        mark(ids)
        if not _is_deferring.get():
            settle()


@contextmanager
def stories_later() -> Iterator[None]:
    """Only mark what changes meanwhile: many changes are settled sooner together. The caller settles."""
    token = _is_deferring.set(True)
    try:
        yield
    finally:
        _is_deferring.reset(token)


@contextmanager
def stories_at_the_end() -> Iterator[None]:
    """Settle once, at the end, what changes meanwhile, in one transaction."""
    with writing():
        with stories_later():
            yield
        if not _is_deferring.get():
            settle()
