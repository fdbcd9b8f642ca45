"""Pages of long listings at the same cost for any page, and the counts that make this possible.

``ListingMonth`` has the number of articles of each listing in each month.
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
