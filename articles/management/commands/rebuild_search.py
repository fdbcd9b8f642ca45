"""``rebuild_search``: index all articles again, after an upgrade, a change of LANGUAGE_CODE or manual changes in the database."""

from typing import Any

from articles.changes import rebuilding, update_stories
from articles.management.base import DatabaseCommand
from articles.search.index import rebuild_index


class Command(DatabaseCommand):
    help = "Index all articles for search again."

    def handle(self, **options: Any) -> None:
        with rebuilding():
            count = rebuild_index()
            # After an upgrade all articles are marked: update them now, not with the next edit.
            update_stories()
        self.stdout.write(f"{count} articles can be searched for")
