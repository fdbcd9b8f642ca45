"""What follows when articles change: listings are counted and stories joined anew, and the event names it all.

Everything that writes articles, their topics or their links goes through ``changing_articles``, or through
the signals of a single row's save, which end here too.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from articles.changes.event import announce
from articles.content.processes import Workers
from articles.db.locks import writing
from articles.listings import ListingChanges, update_listings
from articles.stories import leave_empty, mark, settle

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
        announce(topics=changes.all_topics, providers=changes.all_providers, listings=changes.is_moved)
        touch_stories(changes.ids | changes.new)


def touch_stories(ids: Iterable[int]) -> None:
    """Say that articles or links of theirs have changed; their stories follow now, or when all is done."""
    ids = set(ids)
    with writing():
        mark(ids)
        announce(articles=ids)
        if not _is_deferring.get():
            _settle()


def settle_stories(workers: Workers | None = None, stories: Collection[int] = ()) -> None:
    """Bring up to date the stories of what was touched, those that time has changed, and ``stories``."""
    with writing():
        _settle(workers, stories)


def _settle(workers: Workers | None = None, stories: Collection[int] = ()) -> None:
    settled = settle(workers, stories)
    announce(
        articles=settled.articles,
        stories=settled.stories,
        topics=settled.topics,
        listings=bool(settled.topics),
    )


def leave_story(story_id: int, members: Iterable[int]) -> None:
    """Look again at a story that a deleted article has left to ``members``; without any, it goes, too."""
    with writing():
        announce(stories=[story_id])
        if members := set(members):
            with stories_later():
                touch_stories(members)
        else:
            leave_empty(story_id)


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
            _settle()


@contextmanager
def rebuilding() -> Iterator[None]:
    """Rebuild inside what follows from articles, in one transaction: nobody knows what comes out differently."""
    with writing():
        yield
        announce(everything=True)
