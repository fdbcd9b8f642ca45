"""Where pages are kept: in this process, and in Django's cache where that is shared between processes."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
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

LOOK_SECONDS = 1.0  # between two looks at the log
ROWS = 500  # of the log that are read at once
REMEMBERED_TAGS = 100_000  # bounds memory; with more, all pages count as old
STALE_SECONDS = 60  # how long a page that time has made old is still given while it is made anew
WAIT_SECONDS = 10  # for a page that another thread makes


class PageStore:
    """The pages of one process, at most ``limit`` bytes of them, and what it knows of changes; safe between threads."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._pages: LRUCache[str, Entry] = LRUCache(limit, getsizeof=lambda entry: entry.size)
        self._lock = Lock()
        self._making: dict[str, Event] = {}
        self.clear()

    def clear(self) -> None:
        """Forget all pages and changes, as a process begins."""
        with self._lock:
            self._pages.clear()
            # The last change known by tag; pages made before change ``_floor`` are old, whatever they show.
            self._changed: dict[str, int] = {}
            self._floor = 0
            self.last_change = -1  # nothing was read yet
            self.looked = self.confirmed = 0.0
            self.next_by_time = 0.0

    @property
    def size(self) -> int:
        """The bytes that are kept in this process."""
        return int(self._pages.currsize)

    # -- Changes -----------------------------------------------------------------------

    def follow(self) -> None:
        """Read what has changed, if the last look was not just now; while the database is down, nothing is learnt."""
        now = self.clock()
        if 0 <= now - self.looked < LOOK_SECONDS:
            return
        self.looked = now
        with suppress(DatabaseError):
            self._read(now)

    def look_again(self) -> None:
        """Read the log with the next request: something has changed in this process."""
        self.looked = 0.0

    def _read(self, now: float) -> None:
        is_first = self.last_change < 0
        rows = latest_changes(ROWS) if is_first else changes_after(self.last_change, ROWS)
        if is_first or rows or now >= self.next_by_time:
            self.next_by_time = next_change_by_time(now)
        with self._lock:
            if is_first:
                # What came before those rows is not known, unless there is nothing more.
                self._floor = rows[0].number - 1 if len(rows) == ROWS else 0
                self.last_change = 0
            for row in rows:
                self._apply(row)
            if not is_first and len(rows) == ROWS:  # there may be more
                self._floor = self.last_change
                self.looked = 0.0
        self.confirmed = now

    def _apply(self, row: Recorded) -> None:
        self.last_change = row.number
        if row.change.everything or len(self._changed) > REMEMBERED_TAGS:
            self._changed.clear()
            self._floor = row.number
        else:
            self._changed.update(dict.fromkeys(tags_of(row.change), row.number))

    def is_current(self, entry: Entry) -> bool:
        """Return whether nothing that a page shows has changed since it was made, as far as is known."""
        if entry.checked == self.last_change:
            return True
        if entry.change < self._floor:
            return False
        changed = self._changed
        if any(changed.get(tag, 0) > entry.change for tag in entry.tags):
            return False
        entry.checked = self.last_change
        return True

    # -- Pages -------------------------------------------------------------------------

    def get(self, key: str) -> Entry | None:
        """Return the page of a key unless its content is old; time may have made it old."""
        with self._lock:
            entry = self._pages.get(key)
        if entry is None and self.shared:
            entry = self._get_shared(key)
            if entry:
                # What this process knows it knows only since it began to read.
                entry.checked = -1
                self._keep(key, entry)
        return entry if entry and self.is_current(entry) else None

    def put(self, key: str, entry: Entry) -> None:
        self._keep(key, entry)
        if self.shared:
            with suppress(Exception):  # pages are made without it as well
                self.shared.set(self._shared_key(key), entry, entry.until - entry.made + STALE_SECONDS)

    def _keep(self, key: str, entry: Entry) -> None:
        with self._lock, suppress(ValueError):  # larger than all that may be kept
            self._pages[key] = entry

    @contextmanager
    def making(self, key: str) -> Iterator[bool]:
        """Yield True to who is to make a page; to others, wait until it is there, and yield False."""
        with self._lock:
            event = self._making.get(key)
            if is_first := event is None:
                event = self._making[key] = Event()
        if not is_first:
            event.wait(WAIT_SECONDS)
            yield False
            return
        try:
            yield True
        finally:
            with self._lock:
                del self._making[key]
            event.set()

    def is_being_made(self, key: str) -> bool:
        return key in self._making

    # -- The shared cache --------------------------------------------------------------

    @cached_property
    def shared(self) -> BaseCache | None:
        """Django's cache, if other processes have the same one."""
        cache = caches["default"]
        return None if isinstance(cache, LocMemCache | DummyCache) else cache

    def _get_shared(self, key: str) -> Entry | None:
        with suppress(Exception):  # a cache that is down, or what an older version wrote
            found = self.shared.get(self._shared_key(key)) if self.shared else None
            return found if isinstance(found, Entry) else None
        return None

    def _shared_key(self, key: str) -> str:
        return f"page:{_release()}:{hashlib.blake2b(key.encode(), digest_size=20).hexdigest()}"


_RELEASE: list[str] = []


def _release() -> str:
    """Return what tells pages of this release and its settings from others'."""
    if not _RELEASE:
        root = Path(settings.BASE_DIR)
        digest = hashlib.blake2b(digest_size=8)
        for folder in ("articles", "newsreader", "templates", "static"):
            for path in sorted((root / folder).rglob("*.*")):
                if path.suffix in {".py", ".html", ".mo", ".css", ".js"}:
                    status = path.stat()
                    digest.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
        names = ["SITE_NAME", "SITE_TAGLINE", "LANGUAGE_CODE", "TIME_ZONE", "PAGE_SIZE", "REMOTE_IMAGES"]
        names += [name for name in dir(settings) if name.startswith(("RANKING_", "SECURE_", "CONTENT_SECURITY"))]
        digest.update(repr([(name, str(getattr(settings, name))) for name in names]).encode())
        _RELEASE.append(digest.hexdigest())
    return _RELEASE[0]


store = PageStore(settings.PAGE_CACHE_BYTES)
