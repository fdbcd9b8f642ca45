"""The store of cached pages: in this process, and in Django's cache if that is shared between processes."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from threading import Event, Lock

from cachetools import LRUCache
from django.conf import settings
from django.core.cache import BaseCache, caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError

from articles.changes.log import Recorded, changes_after, latest_changes
from articles.pages.shown import tags_of
from newsreader.page_cache.entries import Entry
from newsreader.page_cache.times import next_change_by_time

LOOK_SECONDS = 1.0  # between two reads of the log
TIMES_SECONDS = 15  # between two reads of the times that editors set, which change no page yet
ROWS = 500  # of the log to read at once
MAX_TAGS = 100_000  # bounds memory; with more, all pages are outdated
STALE_SECONDS = 60  # how long an expired page is still served while it is rendered again
CUT_OFF_SECONDS = 3  # without an answer of the database, after which expired pages are served
WAIT_SECONDS = 10  # for a page that another thread renders


class PageStore:
    """The cached pages of one process, at most ``limit`` bytes, and the changes it knows of; thread-safe."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._pages: LRUCache[str, Entry] = LRUCache(limit, getsizeof=lambda entry: entry.size)
        self._lock = Lock()
        self._rendering: dict[str, Event] = {}
        self.clear()

    def clear(self) -> None:
        """Remove all pages and changes, as at the start of a process."""
        with self._lock:
            self._pages.clear()
            # The last known change by tag; all pages from before the change ``_floor`` are outdated.
            self._changed: dict[str, int] = {}
            self._floor = 0
            self.last_change = -1  # nothing was read yet
            self.looked = self.confirmed = 0.0
            # Pages rendered before ``_time_floor`` are outdated by time; when that changes next, and when that was read.
            self._time_floor = self.next_by_time = self._times_looked = 0.0

    @property
    def size(self) -> int:
        """The size of the pages in this process, in bytes."""
        return int(self._pages.currsize)

    # -- Changes -----------------------------------------------------------------------

    def follow(self) -> None:
        """Read the log of changes, unless it was just read; ignore errors while the database is down."""
        now = self.clock()
        if 0 <= now - self.looked < LOOK_SECONDS:
            return
        self.looked = now
        with suppress(DatabaseError):
            self._read(now)

    def read_log_next(self) -> None:
        """Read the log with the next request, after a change in this process."""
        self.looked = 0.0

    def _read(self, now: float) -> None:
        is_first = self.last_change < 0
        rows = latest_changes(ROWS) if is_first else changes_after(self.last_change, ROWS)
        if now >= self.next_by_time:
            self._time_floor = self.next_by_time
        if is_first or rows or now >= self.next_by_time or now - self._times_looked >= TIMES_SECONDS:
            self.next_by_time, self._times_looked = next_change_by_time(now), now
        with self._lock:
            if is_first and self.last_change < 0:
                # Changes before those rows are not known, unless these are all.
                self._floor = rows[0].number - 1 if len(rows) == ROWS else 0
                self.last_change = 0
            for row in rows:
                self._apply(row)
            if not is_first and len(rows) == ROWS:  # there may be more
                self._floor = self.last_change
                self.looked = 0.0
        self.confirmed = now

    def _apply(self, row: Recorded) -> None:
        if row.number <= self.last_change:  # another thread has read it, too
            return
        self.last_change = row.number
        if row.change.everything or len(self._changed) > MAX_TAGS:
            self._changed.clear()
            self._floor = row.number
        else:
            self._changed.update(dict.fromkeys(tags_of(row.change), row.number))

    def is_current(self, entry: Entry) -> bool:
        """Return whether no known change has affected a page since it was rendered."""
        if entry.checked == self.last_change:
            return True
        if entry.change < self._floor:
            return False
        changed = self._changed
        if any(changed.get(tag, 0) > entry.change for tag in entry.tags):
            return False
        entry.checked = self.last_change
        return True

    def is_fresh(self, entry: Entry) -> bool:
        """Return whether a page has not been outdated by time."""
        return self.clock() < entry.expires and entry.rendered >= self._time_floor

    # -- Pages -------------------------------------------------------------------------

    def get(self, key: str) -> Entry | None:
        """Return the page of a key unless its content has changed; it may have expired."""
        return self.find(key)[0]

    def find(self, key: str) -> tuple[Entry | None, str]:
        """Return the page of a key as ``get`` does, and the level where it was: ``worker`` or ``shared``."""
        with self._lock:
            entry = self._pages.get(key)
        level = "worker"
        if entry is None and self.shared:
            entry, level = self._get_shared(key), "shared"
            if entry:
                # Check it against all changes that this process knows of.
                entry.checked = -1
                self._store(key, entry)
        return (entry if entry and self.is_current(entry) else None), level

    def put(self, key: str, entry: Entry) -> None:
        self._store(key, entry)
        if self.shared:
            with suppress(Exception):  # pages can be served without the shared cache
                self.shared.set(self._shared_key(key), entry, entry.expires - entry.rendered + STALE_SECONDS)

    def _store(self, key: str, entry: Entry) -> None:
        with self._lock, suppress(ValueError):  # larger than the limit
            self._pages[key] = entry

    @contextmanager
    def rendering(self, key: str) -> Iterator[bool]:
        """Yield True to the thread that is to render a page; for others, wait for it and yield False."""
        with self._lock:
            event = self._rendering.get(key)
            if is_first := event is None:
                event = self._rendering[key] = Event()
        if not is_first:
            event.wait(WAIT_SECONDS)
            yield False
            return
        try:
            yield True
        finally:
            with self._lock:
                del self._rendering[key]
            event.set()

    def is_being_rendered(self, key: str) -> bool:
        return key in self._rendering

    # -- The shared cache --------------------------------------------------------------

    @cached_property
    def shared(self) -> BaseCache | None:
        """Django's cache, if other processes share it."""
        cache = caches["default"]
        return None if isinstance(cache, LocMemCache | DummyCache) else cache

    def _get_shared(self, key: str) -> Entry | None:
        with suppress(Exception):  # the cache is down, or has an entry of an older version
            found = self.shared.get(self._shared_key(key)) if self.shared else None
            return found if isinstance(found, Entry) else None
        return None

    def _shared_key(self, key: str) -> str:
        return f"page:{_release()}:{hashlib.blake2b(key.encode(), digest_size=20).hexdigest()}"


@cache
def _release() -> str:
    """Return a hash of the code and settings, so that releases do not share pages."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.blake2b(digest_size=8)
    for folder in ("articles", "newsreader", "templates", "static"):
        for path in sorted((root / folder).rglob("*.*")):
            if path.suffix in {".py", ".html", ".mo", ".css", ".js"} and path.is_file():
                digest.update(path.read_bytes())
    names = ["PAGE_MAX_AGE", "SITE_NAME", "SITE_TAGLINE", "LANGUAGE_CODE", "TIME_ZONE", "PAGE_SIZE", "REMOTE_IMAGES"]
    names += [name for name in dir(settings) if name.startswith(("RANKING_", "SECURE_", "CONTENT_SECURITY"))]
    digest.update(repr([(name, str(getattr(settings, name))) for name in names]).encode())
    return digest.hexdigest()


store = PageStore(settings.PAGE_CACHE_BYTES)
