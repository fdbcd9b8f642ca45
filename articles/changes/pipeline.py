"""Updates listings and stories when articles change, and announces the changes for the event.

All code that writes articles, their topics or their links goes through ``changing_articles``, or through
the signals of a single row's save, which call this module, too.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from articles.changes.event import announce
from articles.content.processes import Workers
from articles.db.locks import writing
from articles.listings import ListingChanges, update_listings
from articles.models import RelatedLink, StoryMember
from articles.stories import clear_story, mark_changed, update_marked_stories
from articles.stories.threads.update import update_threads

_is_deferring: ContextVar[bool] = ContextVar("stories are updated later", default=False)


@contextmanager
def changing_articles(ids: Iterable[int] = ()) -> Iterator[ListingChanges]:
    """Update listings and stories after writes to the articles ``ids``, and to those added, in one transaction."""
    with writing():
        changes = ListingChanges()
        changes.add(ids)
        yield changes
        finish_changes(changes)


def finish_changes(changes: ListingChanges) -> None:
    """Update listings and stories after the articles of ``changes`` were written."""
    with writing():
        update_listings(changes)
        announce(
            topics=changes.all_topics,
            providers=changes.all_providers,
            months=changes.all_months,
            listings=changes.is_moved,
        )
        touch_stories(changes.ids | changes.new)


def touch_stories(ids: Iterable[int]) -> None:
    """Update the stories of articles that have changed, or whose links have: now, or later in ``stories_later``."""
    ids = set(ids)
    with writing():
        mark_changed(ids)
        # Pages of articles that link to these may show them now for the first time.
        linking = RelatedLink.objects.filter(target__among=ids).order_by().values_list("article_id", flat=True)
        announce(articles=ids.union(linking))
        if not _is_deferring.get():
            _update_stories()


def update_stories(workers: Workers | None = None, stories: Collection[int] = ()) -> None:
    """Update the stories of changed articles, those that time has changed, and ``stories``."""
    with writing():
        _update_stories(workers, stories)


def _update_stories(workers: Workers | None = None, stories: Collection[int] = ()) -> None:
    changes = update_marked_stories(workers, stories)
    announce(
        articles=changes.articles,
        stories=changes.stories,
        threads=changes.threads,
        topics=changes.topics,
        listings=bool(changes.topics),
    )


def update_every_thread() -> None:
    """Join all stories to threads again."""
    with writing():
        changes = update_threads(None)
        members = StoryMember.objects.filter(story__among=changes.stories)
        articles = members.values_list("article_id", flat=True) if changes.stories else []
        announce(articles=articles, stories=changes.stories, threads=changes.threads)


def update_story_of_deleted(story_id: int, members: Iterable[int]) -> None:
    """Update a story after one of its articles was deleted; delete it if there are no other ``members``."""
    with writing():
        announce(stories=[story_id])
        if members := set(members):
            with stories_later():
                touch_stories(members)
        else:
            clear_story(story_id)


@contextmanager
def stories_later() -> Iterator[None]:
    """Only mark changed articles in the block: one update for many changes is faster. The caller updates stories."""
    token = _is_deferring.set(True)
    try:
        yield
    finally:
        _is_deferring.reset(token)


@contextmanager
def stories_at_the_end() -> Iterator[None]:
    """Update stories once, at the end of the block, in one transaction."""
    with writing():
        with stories_later():
            yield
        if not _is_deferring.get():
            _update_stories()


@contextmanager
def rebuilding() -> Iterator[None]:
    """Rebuild derived data in the block, in one transaction; anything may have changed for readers afterwards."""
    with writing():
        yield
        announce(everything=True)
