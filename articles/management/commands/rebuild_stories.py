"""``rebuild_stories``: join all articles again, after a change of the ranking's settings or manual changes in the database."""

from typing import Any

from articles.changes.rebuilds import join_stories_again
from articles.management.base import DatabaseCommand
from articles.models import Story


class Command(DatabaseCommand):
    help = "Join all articles into stories again; stories keep their addresses."

    def handle(self, **options: Any) -> None:
        join_stories_again()
        several = Story.objects.filter(size__gt=1).count()
        self.stdout.write(f"{Story.objects.filter(size__gt=0).count()} stories, {several} of several articles")
