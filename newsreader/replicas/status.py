"""Which replicas may be read: those that answer, and are not too far behind the primary."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from newsreader.replicas.probes import Place, Probe

logger = logging.getLogger(__name__)
CHECK_SECONDS = 1.0  # between two checks of a process
MAX_LAG_SECONDS = 10.0
LONGEST_PAUSE = 8.0  # seconds until a database that does not answer is asked again


class Asking(Protocol):
    """What tells how far a database is."""

    def ask(self) -> Place | None: ...


@dataclass(slots=True)
class Database:
    """What is known of one database; ``place`` is None while it does not answer."""

    alias: str
    probe: Asking
    place: Place | None = None
    failures: int = 0
    ask_at: float = 0.0

    def check(self, now: float) -> None:
        """Ask it how far it is, unless it was asked in vain a moment ago."""
        if now < self.ask_at:
            return
        place = self.probe.ask()
        if place is None and not self.failures:
            logger.warning("The database %s does not answer", self.alias)
        elif place and self.failures:
            logger.warning("The database %s answers again", self.alias)
        self.place = place
        self.failures = 0 if place else self.failures + 1
        self.ask_at = now + (0 if place else min(2.0**self.failures, LONGEST_PAUSE))


@dataclass(frozen=True, slots=True)
class Choice:
    """A replica to read, and the number of the last change that it surely has."""

    alias: str
    change: int


class Replicas:
    """The replicas of the primary; each process checks them at most once a second, while it renders pages.

    PostgreSQL's own time of the last replayed transaction does not tell a replica that is cut off from one whose primary
    has nothing to do. So the primary's place in its log is noted with the time: a replica lags as long as ago the primary
    was where it is now.
    """

    def __init__(
        self,
        aliases: Sequence[str],
        probe: Callable[[str], Asking] = Probe,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.primary = Database(DEFAULT_DB_ALIAS, probe(DEFAULT_DB_ALIAS))
        self.replicas = [Database(alias, probe(alias)) for alias in aliases]
        self._noted: deque[tuple[float, int]] = deque()  # times, and the primary's place in its log then
        self._check_at = float("-inf")
        self._lock = Lock()
        self._turn = 0

    def choose(self, change: int, without: Sequence[str] = ()) -> Choice | None:
        """Return a replica that has the change, in turns; None if only the primary has.

        While the primary is down, the replica that is furthest is read, whatever it has.
        """
        if not self.replicas:
            return None
        self.check()
        answering = [(each.alias, each.place) for each in self.replicas if each.place and each.alias not in without]
        if self.primary.place is None:
            return max((Choice(alias, place.change) for alias, place in answering), key=_change_of, default=None)
        least = self._noted[0][1]  # where the primary was before the longest lag, or since it is watched
        usable = [
            Choice(alias, place.change) for alias, place in answering if place.log >= least and place.change >= change
        ]
        self._turn += 1
        return usable[self._turn % len(usable)] if usable else None

    def sources(self) -> list[str]:
        """Return the databases to read changes from, in the order in which to try them."""
        if not self.replicas:
            return [DEFAULT_DB_ALIAS]
        self.check()
        if self.primary.place:
            return [DEFAULT_DB_ALIAS]
        choice = self.choose(0)
        return [choice.alias] if choice else [DEFAULT_DB_ALIAS]

    def check(self) -> None:
        """Ask all databases how far they are, unless that was done a moment ago."""
        now = self.clock()
        if now < self._check_at or not self._lock.acquire(blocking=False):
            return
        try:
            self.primary.check(now)
            if self.primary.place:
                self._noted.append((now, self.primary.place.log))
                while self._noted[0][0] < now - MAX_LAG_SECONDS:
                    self._noted.popleft()
            for each in self.replicas:
                each.check(now)
            self._check_at = self.clock() + CHECK_SECONDS
        finally:
            self._lock.release()

    def leave_out(self, alias: str) -> None:
        """Leave out a database that has failed, until it answers again."""
        for each in self.replicas:
            if each.alias == alias:
                each.place = None
                each.ask_at = self.clock() + CHECK_SECONDS


def _change_of(choice: Choice) -> int:
    return choice.change


replicas = Replicas(settings.DATABASE_REPLICAS)
