"""``run_schedule``: publish and unlist what is due, for sites that have a timer instead of a worker."""

from typing import Any

from articles.editorial.schedule import run_due
from articles.management.base import DatabaseCommand


class Command(DatabaseCommand):
    help = "Publish and unlist articles that are due; a worker does so by itself."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"changed {run_due()}")
