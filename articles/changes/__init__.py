"""What follows when something changes that readers see, in one transaction, and the event that says so afterwards.

Writers call ``changing_articles`` and ``changing_rows``; signals.py does it for single rows. What is kept beside the
articles (counts of listings, stories, search) is brought up to date within the transaction; what is outside of the
database follows ``content_changed``.
"""

from articles.changes.content import ContentChange
from articles.changes.event import announce, content_changed
from articles.changes.pipeline import (
    changing_articles,
    finish_changes,
    leave_story,
    rebuilding,
    settle_stories,
    stories_at_the_end,
    stories_later,
    touch_stories,
)
from articles.changes.rows import changing_rows, rows_changed, shown_of, shown_rows

__all__ = [
    "ContentChange",
    "announce",
    "changing_articles",
    "changing_rows",
    "content_changed",
    "finish_changes",
    "leave_story",
    "rebuilding",
    "rows_changed",
    "settle_stories",
    "shown_of",
    "shown_rows",
    "stories_at_the_end",
    "stories_later",
    "touch_stories",
]
