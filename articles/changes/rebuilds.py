"""Derived data made anew from articles: after upgrades, changed settings, or changes by hand in the database."""

from articles.changes.pipeline import rebuilding, touch_stories, update_stories
from articles.listings import rebuild_listings
from articles.search.index import rebuild_index
from articles.stories import rebuild_stories


def count_listings_again() -> None:
    """Count the articles of all listings again."""
    with rebuilding():
        touch_stories(rebuild_listings())


def index_search_again() -> int:
    """Index all articles for search again; return their number."""
    with rebuilding():
        count = rebuild_index()
        # After an upgrade all articles are marked: update them now, not with the next edit.
        update_stories()
    return count


def join_stories_again() -> None:
    """Join all articles into stories again; stories keep their addresses."""
    with rebuilding():
        rebuild_stories()
