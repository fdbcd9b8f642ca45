"""``run_schedule``: publish and unlist what is due, for sites whose pages come from a cache."""

from typing import Any

from articles.editorial.schedule import run_due
from articles.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Publish and unlist articles that are due; the site also does so itself when a reader requests a page."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"changed {run_due()}")
