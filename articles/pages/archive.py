"""The months of the archive, in the time zone of the page.

``ListingMonth`` counts by months in UTC, which no setting changes. Months of other zones begin some hours earlier or
later: the articles of those hours are counted on demand, in one query for all months.
"""

import datetime as dt
import json
from collections.abc import Sequence

from django.utils import timezone

from articles.db.reading import reading_connection
from articles.listings import Listing, Scope, month_start, next_month
from articles.models import Article

Window = tuple[dt.datetime, dt.datetime]


def archive_months(now: dt.datetime | None = None) -> list[tuple[dt.date, int]]:
    """Return the months that have listed articles with their counts, newest first."""
    listing = Listing(Scope(), now)
    counts = dict(listing.listed_months())
    starts = sorted(counts.keys() | {next_month(month) for month in counts})
    windows = [(min(pair), min(max(pair), listing.now)) for pair in ((month_start(m), local_start(m)) for m in starts)]
    between = _counts_between(windows)
    for month, (first, _end), number in zip(starts, windows, between, strict=True):
        # Articles between the two beginnings belong to the month before if the zone's month begins later.
        moved = number if first == month_start(month) else -number
        before = _month_before(month)
        counts[month] = counts.get(month, 0) - moved
        counts[before] = counts.get(before, 0) + moved
    return sorted(((month, count) for month, count in counts.items() if count > 0), reverse=True)


class MonthListing:
    """The articles of one month, as a listing for ``articles_page``."""

    def __init__(self, month: dt.date, now: dt.datetime | None = None) -> None:
        self.month, self.now = month, now or timezone.now()
        self.everything = archive_months(self.now)
        self.count = dict(self.everything).get(month, 0)

    def ids(self, start: int, size: int) -> list[int]:
        """Return the ids of ``size`` articles from index ``start`` (0 is the newest)."""
        first, end = local_start(self.month), local_start(next_month(self.month))
        # One upper bound: with two, SQLite reads the index from now on, past all newer months.
        until = min(self.now, end - dt.timedelta.resolution)
        listed = Article.objects.listed(until).filter(listed_from__gte=first)
        return list(listed.newest_first().values_list("id", flat=True)[start : start + size])

    def newer_than(self, day: dt.date) -> int:
        """Return how many of its articles are from days after this one, but not more than leave one on a last page."""
        after, end = local_midnight(day + dt.timedelta(days=1)), local_start(next_month(self.month))
        if after >= end:
            return 0
        until = min(self.now, end - dt.timedelta.resolution)
        newer = Article.objects.listed(until).filter(listed_from__gte=after).count()
        return min(newer, max(self.count - 1, 0))

    def neighbours(self) -> tuple[dt.date | None, dt.date | None]:
        """Return the nearest months with listed articles before and after this one."""
        earlier = [month for month, _ in self.everything if month < self.month]
        later = [month for month, _ in self.everything if month > self.month]
        return (earlier[0] if earlier else None, later[-1] if later else None)


def local_start(month: dt.date) -> dt.datetime:
    """Return when a month begins in the current time zone."""
    return dt.datetime(month.year, month.month, 1, tzinfo=timezone.get_current_timezone())


def local_midnight(day: dt.date) -> dt.datetime:
    """Return when a day begins in the current time zone."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _month_before(month: dt.date) -> dt.date:
    return (month - dt.timedelta(days=1)).replace(day=1)


def _counts_between(windows: Sequence[Window]) -> list[int]:
    """Return the number of articles whose ``listed_from`` is in each window, end excluded."""
    if all(first >= end for first, end in windows):
        return [0] * len(windows)
    connection = reading_connection(Article)
    adapt = connection.ops.adapt_datetimefield_value
    times = [[str(adapt(time)) for time in window] for window in windows]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS[connection.vendor], [json.dumps(times)])
        return [count for (count,) in cursor.fetchall()]


_NUMBER = "(SELECT count(*) FROM articles_article WHERE listed_from >= {} AND listed_from < {})"
COUNTS = {
    "sqlite": f"SELECT {_NUMBER.format('value ->> 0', 'value ->> 1')} FROM json_each(%s) ORDER BY key",  # noqa: S608
    "postgresql": (
        f"SELECT {_NUMBER.format('(pair ->> 0)::timestamptz', '(pair ->> 1)::timestamptz')} "  # noqa: S608
        "FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS windows(pair, number) ORDER BY number"
    ),
}
