"""The store of cached pages: in this process, and in Django's cache if that is shared between processes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import cached_property
from threading import Event, Lock

from cachetools import LRUCache
from django.conf import settings
from django.db import DatabaseError

from articles.changes.log import Recorded, changes_after, latest_changes
from articles.pages.shown import tags_of
from newsreader.page_cache.entries import Checked, Entry
from newsreader.page_cache.shared import SharedPages, shared_cache
from newsreader.page_cache.times import next_change_by_time
from newsreader.replicas.routing import reading_from
from newsreader.replicas.status import replicas

LOOK_SECONDS = 1.0  # between two reads of the log
TIMES_SECONDS = 15  # between two reads of the times that editors set, which change no page yet
ROWS = 500  # of the log to read at once
MAX_TAGS = 100_000  # bounds memory; with more, all pages are outdated
STALE_SECONDS = 60  # how long an expired page is still served while it is rendered again
CUT_OFF_SECONDS = 3  # without an answer of the database, after which expired pages are served
WAIT_SECONDS = 10  # for a page that another thread renders
SET_BACK_SECONDS = 5  # more than the clocks of two machines differ: beyond it, somebody has set this one back


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
        if now < self.looked - SET_BACK_SECONDS:
            # What was known by the time before is known no longer: when pages change next, and when that was read.
            self.confirmed = self._times_looked = 0.0
        if 0 <= now - self.looked < LOOK_SECONDS:
            return
        self.looked = now
        # While the primary is down, replicas have what there is.
        for alias in replicas.sources():
            with suppress(DatabaseError), reading_from(alias):
                self._read(now)

    def read_log_next(self) -> None:
        """Read the log with the next request, after a change in this process."""
        self.looked = 0.0

    def _read(self, now: float) -> None:
        is_first = self.last_change < 0
        rows = latest_changes(ROWS) if is_first else changes_after(self.last_change, ROWS)
        if now >= self.next_by_time:
            self._time_floor = self.next_by_time
        is_moved = any(row.change.may_change_times for row in rows)
        if is_first or is_moved or now >= self.next_by_time or now - self._times_looked >= TIMES_SECONDS:
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

    def is_current(self, entry: Checked) -> bool:
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

    def is_fresh(self, entry: Checked) -> bool:
        """Return whether a page has not been outdated by time."""
        now = self.clock()
        # A page from the future was rendered before the clock was set back: it may show what is not listed yet.
        is_possible = entry.rendered <= now + SET_BACK_SECONDS
        return is_possible and now < entry.expires and entry.rendered >= self._time_floor

    # -- Pages -------------------------------------------------------------------------

    def get(self, key: str) -> Entry | None:
        """Return the page of a key unless its content has changed; it may have expired."""
        return self.find(key)[0]

    def find(self, key: str) -> tuple[Entry | None, str]:
        """Return the page of a key as ``get`` does, and the level where it was: ``worker`` or ``shared``."""
        with self._lock:
            own = self._pages.get(key)
        if own and not self.is_current(own):
            own = None
        if self.shared and not (own and self.is_fresh(own)) and (entry := self._newer_shared(key, own)):
            return entry, "shared"
        return own, "worker"

    def _newer_shared(self, key: str, own: Entry | None) -> Entry | None:
        """Return the current page of another process, if it is newer than this one's, and store it here."""
        entry = self.shared.get(key) if self.shared else None
        if entry is None or (own and entry.rendered <= own.rendered):
            return None
        entry.checked = -1  # check it against all changes that this process knows of
        if not self.is_current(entry):
            return None
        self._store(key, entry)
        return entry

    def put(self, key: str, entry: Entry) -> None:
        self._store(key, entry)
        if self.shared:
            self.shared.put(key, entry, entry.expires - entry.rendered + STALE_SECONDS)

    def measure_again(self, key: str, entry: Entry) -> None:
        """Note that a page has been stored in another encoding, too: it is larger now."""
        with self._lock:
            is_here = self._pages.get(key) is entry
        if is_here:
            self._store(key, entry)

    def _store(self, key: str, entry: Entry) -> None:
        with self._lock, suppress(ValueError):  # larger than the limit
            self._pages[key] = entry

    @contextmanager
    def rendering(self, key: str) -> Iterator[bool]:
        """Yield True to who is to render a page; for others, wait for that and yield False.

        Others are threads of this process, and workers that share its cache.
        """
        with self._lock:
            event = self._rendering.get(key)
            if is_first := event is None:
                event = self._rendering[key] = Event()
        if not is_first:
            event.wait(WAIT_SECONDS)
            yield False
            return
        try:
            with self.shared.rendering(key) if self.shared else nullcontext(True) as is_first_worker:
                yield is_first_worker
        finally:
            with self._lock:
                del self._rendering[key]
            event.set()

    def is_being_rendered(self, key: str) -> bool:
        return key in self._rendering

    @cached_property
    def shared(self) -> SharedPages | None:
        """The pages that other processes have, too, if there is a cache for them."""
        cache = shared_cache()
        return SharedPages(cache) if cache else None


store = PageStore(settings.PAGE_CACHE_BYTES)
