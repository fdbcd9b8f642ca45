"""``rebuild_search``: index all articles again, after an upgrade, a change of LANGUAGE_CODE or manual changes in the database."""

from typing import Any

from articles.changes.rebuilds import index_search_again
from articles.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Index all articles for search again."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"{index_search_again()} articles can be searched for")
