"""Feeds that nothing has changed since they were made last: known from the log of changes, without making them again.

The page cache does the same for pages that it keeps. This is for readers whose requests it does not answer, and for
sites without one.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

from articles.changes.log import changes_after, latest_number
from articles.models.page_queries import next_change_by_time
from articles.pages.cached import forget_other_time
from articles.pages.shown import collecting, shows, shows_age_until, tags_of

STORED_FOR = 86_400  # seconds, far less than the log of changes
ROWS = 500  # of the log; after more changes, a feed is made again
KEPT = ("ETag", "Last-Modified", "Cache-Control", "Link", "Access-Control-Allow-Origin")


@dataclass(frozen=True, slots=True)
class Made:
    """What is known of a feed that was made after the change ``number``; ``until`` is when it may change by itself."""

    number: int
    tags: frozenset[str]
    until: float
    headers: dict[str, str]


def unless_unchanged(request: HttpRequest, address: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Return 304 if the reader has the feed at a full address as it is, without making it, and else what ``make`` does."""
    if settings.PAGE_CACHE_BYTES and not request.COOKIES:
        return make()
    key = _key(address)
    made = cache.get(key)
    if isinstance(made, Made) and (answer := conditional(request, made.headers)) and _is_current(made, key):
        shows(*made.tags)
        return answer
    number, started = latest_number(), timezone.now()
    with collecting() as shown:
        response = make()
    shows(*shown.tags)
    if shown.words_until:
        shows_age_until(shown.words_until)
    if response.status_code in (200, 304):
        ends = [each.timestamp() for each in (next_change_by_time(started), shown.words_until) if each]
        headers = {name: response[name] for name in KEPT if response.has_header(name)}
        until = min([*ends, started.timestamp() + STORED_FOR])
        cache.set(key, Made(number, frozenset(shown.tags), until, headers), STORED_FOR)
    return response


def conditional(request: HttpRequest, headers: dict[str, str]) -> HttpResponse | None:
    """Return 304 with the headers of a feed if the reader has it."""
    forget_other_time(request, headers.get("Last-Modified"))
    updated = parse_http_date_safe(headers["Last-Modified"]) if "Last-Modified" in headers else None
    answer = get_conditional_response(request, headers["ETag"], updated)
    if answer is not None:
        for name, value in headers.items():
            answer[name] = value
    return answer


def _is_current(made: Made, key: str) -> bool:
    if time.time() >= made.until:
        return False
    # With the row itself: without it, this is another database, whose numbers say nothing.
    rows = changes_after(made.number - 1, ROWS)
    if not rows or rows[0].number != made.number or len(rows) == ROWS:
        return False
    later = rows[1:]
    if any(row.change.everything or not made.tags.isdisjoint(tags_of(row.change)) for row in later):
        return False
    if later:
        cache.set(key, replace(made, number=later[-1].number), STORED_FOR)
    return True


def _key(address: str) -> str:
    """Return the key of a feed, another one when it is made with other settings."""
    values = (address, settings.SITE_NAME, settings.LANGUAGE_CODE, settings.SITE_URL, settings.WEBSUB_HUBS)
    return f"feed:{hashlib.blake2b(repr(values).encode('utf-8', 'replace'), digest_size=16).hexdigest()}"
