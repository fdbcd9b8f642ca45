"""Django's cache on Redis or Valkey, which may go away and come back: meanwhile each process counts by itself."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from newsreader.outage_log import OutageLog

logger = logging.getLogger(__name__)
TIMEOUT = 0.5  # seconds to wait for a connection, and for an answer
PAUSE = 5.0  # seconds after a failure in which nobody asks again
# As many counts as fit into some megabytes: with fewer, who asks from many addresses would push out the others' counts.
MOST_COUNTS = 50_000


class Outage:
    """What a process knows of a server that does not answer; thread-safe. The clock is the monotonic one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = float("-inf")
        self._log = OutageLog(
            logger,
            "The cache of CACHE_URL does not answer, and each process does without it: %s",
            "The cache of CACHE_URL answers again.",
        )

    def is_known(self) -> bool:
        """Return whether to do without the server; after each pause, one thread is let through to try."""
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return True
            if self._until > float("-inf"):
                self._until = now + PAUSE
            return False

    def begin(self, error: Exception) -> None:
        with self._lock:
            self._until = time.monotonic() + PAUSE
        self._log.failed(error)

    def end(self) -> None:
        if self._until == float("-inf"):  # as nearly always
            return
        with self._lock:
            self._until = float("-inf")
        self._log.ended()


# By server: Django has a cache for each thread, and what one thread has found out is true for all.
outages: defaultdict[str, Outage] = defaultdict(Outage)


class OwnCounts(LocMemCache):
    """Counts and marks of this process. Of pages, each process has its own in the page cache: they would be here twice."""

    def set(self, key: Any, value: Any, timeout: Any = None, version: Any = None) -> None:
        if isinstance(value, int | float):
            super().set(key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = None, version: Any = None) -> bool:
        return isinstance(value, int | float) and super().add(key, value, timeout, version)


class FallbackRedisCache(RedisCache):
    """Redis, and while it does not answer, counts of this process: limits go on, and pages are made without it.

    Nobody waits longer than for one connection and one answer, and after a failure nobody tries for some seconds.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, params | {"OPTIONS": options | params.get("OPTIONS", {})})
        self._outage = outages[server]
        self._own = OwnCounts(server, params | {"OPTIONS": {"MAX_ENTRIES": MOST_COUNTS}})

    def ask(self) -> None:
        """Raise RedisError unless the server answers now."""
        self._cache.get_client(write=True).ping()

    def _either(self, name: str, *arguments: Any, **named: Any) -> Any:
        own: Callable[..., Any] = getattr(self._own, name)
        if self._outage.is_known():
            return own(*arguments, **named)
        try:
            found = getattr(super(), name)(*arguments, **named)
        except (RedisError, OSError) as error:
            self._outage.begin(error)
            return own(*arguments, **named)
        except ValueError:  # nothing to count up, says the server
            self._outage.end()
            raise
        self._outage.end()
        return found

    def add(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._either("add", *arguments, **named))

    def get(self, *arguments: Any, **named: Any) -> Any:
        return self._either("get", *arguments, **named)

    def set(self, *arguments: Any, **named: Any) -> None:
        self._either("set", *arguments, **named)

    def touch(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._either("touch", *arguments, **named))

    def delete(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._either("delete", *arguments, **named))

    def get_many(self, *arguments: Any, **named: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = self._either("get_many", *arguments, **named)
        return found

    def has_key(self, *arguments: Any, **named: Any) -> bool:
        return bool(self._either("has_key", *arguments, **named))

    def incr(self, *arguments: Any, **named: Any) -> int:
        return int(self._either("incr", *arguments, **named))

    def set_many(self, *arguments: Any, **named: Any) -> list[Any]:
        return list(self._either("set_many", *arguments, **named))

    def delete_many(self, *arguments: Any, **named: Any) -> None:
        self._either("delete_many", *arguments, **named)

    def clear(self) -> None:
        self._either("clear")
