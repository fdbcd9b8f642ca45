"""What a worker knows of times when it could not see: the database was away, or somebody set the clock."""

import logging
import time
from threading import Lock

from django.conf import settings

from newsreader.outage_log import OutageLog

logger = logging.getLogger(__name__)


class Outage:
    """The failures of the database that a worker's threads meet, which are over when each succeeds again; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failing: set[str] = set()
        self._log = OutageLog(
            logger,
            "The database failed, and the worker tries again until it is back: %s",
            "The database is back, and the worker goes on.",
        )

    def failed(self, what: str, error: Exception) -> None:
        """Note that something failed."""
        with self._lock:
            self._failing.add(what)
        self._log.failed(error)

    def succeeded(self, what: str) -> None:
        """Note that something succeeds again."""
        if what not in self._failing:
            return
        with self._lock:
            self._failing.discard(what)
            is_over = not self._failing
        if is_over:
            self._log.ended()


class LeaseWatch:
    """Tells whether workers that were not seen for long are lost.

    They are not if nobody could be seen: the database was away, this process stood still, or the clock was set. Then all
    of them get the time of a lease to be seen again.
    """

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None
        self._doubted = float("-inf")

    def doubt(self) -> None:
        self._doubted = time.monotonic()

    def is_clear(self) -> bool:
        """Look at the clocks, as each time that the worker notes that it is there."""
        lease, now, wall = settings.WORKER_LEASE_SECONDS, time.monotonic(), time.time()
        if self._last:
            passed, passed_by_wall = now - self._last[0], wall - self._last[1]
            if passed > lease or abs(passed_by_wall - passed) > lease / 2:
                self.doubt()
        self._last = now, wall
        return now - self._doubted >= lease
