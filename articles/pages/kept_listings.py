"""Listings whose counts and ids are reused by later pages, until articles join, leave or change places."""

import datetime as dt
from collections.abc import Hashable

from articles.listings import Listing, Scope
from articles.pages.reuse import reused
from articles.pages.shown import CATALOGUE, LISTINGS, order_tag, shows


class KeptListing:
    """A listing for pages: what ``Listing`` has, with no query for what is kept."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._key: Hashable = (
            scope.topic and scope.topic.pk,
            scope.provider and scope.provider.pk,
            scope.is_folded,
        )
        self._listing = reused(("listing", self._key), self._read)
        self.count = self._listing.count

    @property
    def months(self) -> list[tuple[dt.date, int]]:
        """The months that have listed articles, by first day, with their counts, newest first."""
        return self._listing.listed_months()

    def ids(self, start: int, size: int) -> list[int]:
        """Return the ids of ``size`` articles from index ``start`` (0 is the newest)."""
        return reused(("ids", self._key, start, size), lambda: self._read_ids(start, size))

    def _read(self) -> Listing:
        self._shows_order()
        return Listing(self.scope)

    def _read_ids(self, start: int, size: int) -> list[int]:
        self._shows_order()
        return self._listing.ids(start, size)

    def _shows_order(self) -> None:
        if self.scope.topic:
            shows(order_tag("topic", self.scope.topic.pk), CATALOGUE)
        elif self.scope.provider:
            shows(order_tag("provider", self.scope.provider.pk), CATALOGUE)
        else:
            shows(LISTINGS)
