"""The articles of each month, oldest first, so that what is added later goes to the end and files keep their entries.

Months are those of UTC, as ``ListingMonth`` counts them: no setting moves an article to another file.
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from articles.db.reading import reading_connection
from articles.distribution.sitemaps.xml import Entry
from articles.listings import Listing, Scope, month_start, next_month
from articles.models import Article
from articles.models.article import article_url
from articles.pages.images import pick_image

PER_FILE = 5_000  # entries, of the 50,000 that a sitemap may have: any file is there in less than half a second


def months(now: dt.datetime | None = None) -> list[tuple[dt.date, int, dt.datetime | None]]:
    """Return each month with listed articles, newest first, their number, and when something of it last changed."""
    listing = Listing(Scope(), now)
    counts = listing.listed_months()
    changes = _last_changes([month for month, _ in counts], listing.now)
    return [(month, count, change) for (month, count), change in zip(counts, changes, strict=True)]


def articles_of(month: dt.date, part: int) -> list[Entry]:
    """Return the entries of one file of a month, ``part`` beginning at 1; none if there is no such file."""
    now = timezone.now()
    if month_start(month) > now:
        return []
    # One upper bound: with two, SQLite reads the index from now on, past all newer months.
    until = min(now, month_start(next_month(month)) - dt.timedelta.resolution)
    listed = Article.objects.listed(until).filter(listed_from__gte=month_start(month))
    first = (part - 1) * PER_FILE
    those = listed.order_by("listed_from", "tie", "id")[first : first + PER_FILE]
    columns = ("date", "slug", "listed_from", "updated_at", "images", "own_images")
    rows = Article.objects.filter(id__in=those.values("id")).order_by("listed_from", "tie", "id").values_list(*columns)
    return list(_entries(rows.iterator()))


def lastmod_of(listed_from: dt.datetime, updated_at: dt.datetime | None) -> dt.datetime:
    """Return when what readers see of an article last changed."""
    return max(listed_from, updated_at) if updated_at else listed_from


def _entries(rows: Iterator[tuple[Any, ...]]) -> Iterator[Entry]:
    for date, slug, listed_from, updated_at, images, own in rows:
        image = pick_image(images, own) if images else None
        yield Entry(article_url(date, slug), lastmod_of(listed_from, updated_at), image.url if image else "")


def _last_changes(found: list[dt.date], now: dt.datetime) -> list[dt.datetime | None]:
    """Return the last change of each month, in one query: of an article that is there, or that has left."""
    if not found:
        return []
    connection = reading_connection(Article)
    adapt = connection.ops.adapt_datetimefield_value
    windows = [[str(adapt(each)) for each in (month_start(m), min(month_start(next_month(m)), now))] for m in found]
    with connection.cursor() as cursor:
        cursor.execute(LAST_CHANGES[connection.vendor], [json.dumps(windows)])
        return [max((_time(each) for each in row if each), default=None) for row in cursor.fetchall()]


def _time(value: Any) -> dt.datetime:
    time = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


_LISTED = "(SELECT max(listed_from) FROM articles_article WHERE listed_from >= {0} AND listed_from < {1})"
_UPDATED = (
    "(SELECT max(updated_at) FROM articles_article WHERE updated_at IS NOT NULL "
    "AND published_date_time >= {0} AND published_date_time < {1})"
)
_VALUES = f"SELECT {_LISTED}, {_UPDATED} "
LAST_CHANGES = {
    "sqlite": f"{_VALUES.format('value ->> 0', 'value ->> 1')} FROM json_each(%s) ORDER BY key",
    "postgresql": (
        f"{_VALUES.format('(pair ->> 0)::timestamptz', '(pair ->> 1)::timestamptz')} "
        "FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS windows(pair, number) ORDER BY number"
    ),
}
