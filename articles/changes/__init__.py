"""Updates what depends on content that readers see, in the transaction that changes it, and raises an event afterwards.

Writers call ``changing_articles`` and ``changing_rows``; signals.py does it for single rows. What is derived from
articles (counts of listings, stories, search) is updated in the transaction; what is outside of the
database is updated on ``content_changed``.
"""

from articles.changes.content import ContentChange
from articles.changes.event import announce, content_changed
from articles.changes.pipeline import (
    changing_articles,
    finish_changes,
    rebuilding,
    stories_at_the_end,
    stories_later,
    touch_stories,
    update_stories,
    update_story_of_deleted,
)
from articles.changes.rows import changing_rows, rows_changed, shown_of, shown_rows

__all__ = [
    "ContentChange",
    "announce",
    "changing_articles",
    "changing_rows",
    "content_changed",
    "finish_changes",
    "rebuilding",
    "rows_changed",
    "shown_of",
    "shown_rows",
    "stories_at_the_end",
    "stories_later",
    "touch_stories",
    "update_stories",
    "update_story_of_deleted",
]
