"""``rebuild_listings``: count the articles of all listings again, after manual changes in the database."""

from typing import Any

from articles.changes.rebuilds import count_listings_again
from articles.management.base import DatabaseCommand
from articles.models import ListingMonth


class Command(DatabaseCommand):
    help = "Count the articles of all listings again."

    def handle(self, **options: Any) -> None:
        count_listings_again()
        months = ListingMonth.objects.filter(topic=None, provider=None)
        self.stdout.write(f"{sum(months.values_list('count', flat=True))} articles in {months.count()} months")
