"""Pages of long listings at the same cost wherever they are, and the counts that make it so.

``ListingMonth`` holds how many articles each listing has in each month.
"""

from articles.listings.counting import ListingChanges, rebuild_listings, recount, stale_links, update_listings
from articles.listings.scopes import Listing, Scope, listed_counts, month_start, next_month
from articles.listings.wrong_counts import wrong_counts

__all__ = [
    "Listing",
    "ListingChanges",
    "Scope",
    "listed_counts",
    "month_start",
    "next_month",
    "rebuild_listings",
    "recount",
    "stale_links",
    "update_listings",
    "wrong_counts",
]
