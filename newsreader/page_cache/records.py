"""The records that one process keeps for pages that are made anew."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from articles.pages.reuse import reusing
from newsreader.page_cache import store as stores
from newsreader.page_cache.store import PageStore
from newsreader.replicas.routing import CHANGE

MOST = 10_000  # records; most are cards of a kilobyte or two


@dataclass(slots=True)
class Record:
    """A value, and what ``PageStore`` decides by whether it is current, as for a page."""

    value: Any
    page_tags: frozenset[str]
    tags: frozenset[str]
    change: int
    rendered: float
    expires: float
    checked: int


class KeptRecords:
    """The records that were used last, at most ``most`` of them; safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._records: LRUCache[Hashable, Record] = LRUCache(most)
        self._lock = Lock()

    def get(self, key: Hashable) -> Record | None:
        with self._lock:
            return self._records.get(key)

    def put(self, key: Hashable, record: Record) -> None:
        with self._lock:
            self._records[key] = record


@dataclass(frozen=True, slots=True)
class RecordsOfRequest:
    """The kept records as one request uses them: what it makes surely has the changes up to ``change``."""

    kept: KeptRecords
    pages: PageStore
    change: int

    def get(self, key: Hashable) -> tuple[Any, Collection[str]] | None:
        record = self.kept.get(key)
        if record is None or not self.pages.is_current(record) or not self.pages.is_fresh(record):
            return None
        return record.value, record.page_tags

    def put(self, key: Hashable, value: Any, tags: Collection[str], also: Collection[str] = ()) -> None:
        now = self.pages.clock()
        expires = min(now + settings.PAGE_CACHE_SECONDS, max(self.pages.next_by_time, now))
        shown = frozenset(tags)
        self.kept.put(key, Record(value, shown, shown.union(also), self.change, now, expires, self.change))


class KeptRecordsMiddleware:
    """Make the pages of readers from records that other pages were made of before.

    Editors, who have a session, and all that is posted have everything as it is in the database at that moment. This
    comes after what chooses the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PAGE_CACHE_BYTES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        # Not one of the module: records are as old as the store that knows what has changed.
        self.kept, self.pages = KeptRecords(), stores.store
        self.admin = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_readers(request):
            return self.get_response(request)
        self.pages.follow()
        change = min(self.pages.last_change, request.META.get(CHANGE, self.pages.last_change))
        if change < 0:  # nothing is known of changes yet
            return self.get_response(request)
        with reusing(RecordsOfRequest(self.kept, self.pages, change)):
            return self.get_response(request)

    def is_readers(self, request: HttpRequest) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not request.path_info.startswith(self.admin)
        )
