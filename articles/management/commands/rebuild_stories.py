"""``rebuild_stories``: join all articles again, after a change of the ranking's settings or manual changes in the database."""

from typing import Any

from articles.changes import rebuilding
from articles.management.base import DatabaseCommand
from articles.models import Story
from articles.stories import rebuild_stories


class Command(DatabaseCommand):
    help = "Join all articles into stories again; stories keep their addresses."

    def handle(self, **options: Any) -> None:
        with rebuilding():
            rebuild_stories()
        several = Story.objects.filter(size__gt=1).count()
        self.stdout.write(f"{Story.objects.filter(size__gt=0).count()} stories, {several} of several articles")
