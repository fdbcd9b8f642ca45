"""``rebuild_search``: index all articles anew, after an upgrade, a change of LANGUAGE_CODE or by hand in the database."""

from typing import Any

from articles.changes import rebuilding, settle_stories
from articles.management.base import DatabaseCommand
from articles.search.index import rebuild_index


class Command(DatabaseCommand):
    help = "Index all articles for search anew."

    def handle(self, **options: Any) -> None:
        with rebuilding():
            count = rebuild_index()
            # What was marked, as everything is after an upgrade, is settled now and not at the next edit.
            settle_stories()
        self.stdout.write(f"{count} articles can be searched for")
