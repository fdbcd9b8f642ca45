"""What each worker counts."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from prometheus_client import Counter, Gauge, Histogram, Summary, values
from prometheus_client.values import MultiProcessValue

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


# Labels of a request: its view, the status of its response, and where the page came from. That is ``worker`` or ``shared``
# for a page from that level of the page cache, ``stale`` for one that had expired there, ``miss`` for one that was
# rendered for it, and ``bypass`` for all others.
LABELS = ("view", "status", "cache")


class Instruments:
    """The counters of one process, in files of a folder; one process has only one of them for a folder."""

    def __init__(self, folder: Path) -> None:
        # prometheus-client has both from the environment, but decides on the second when it is first imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = MultiProcessValue()  # type: ignore[no-untyped-call]
        self._requests = Counter(
            "newsreader_requests",
            "Requests by view, status and level of the page cache.",
            LABELS,
            registry=None,
        )
        self._seconds = Histogram(
            "newsreader_request_seconds",
            "Durations of requests without a page in the cache.",
            ["view"],
            buckets=BUCKETS,
            registry=None,
        )
        self._queries = Summary("newsreader_query_seconds", "Queries and their durations.", ["database"], registry=None)
        self._age = Gauge(
            "newsreader_page_age_seconds",
            "Seconds since the last page from the cache was known to be current.",
            multiprocess_mode="livemax",
            registry=None,
        )
        self._last_age = ""
        # Finding a counter by its labels takes longer than to count.
        self._counting: dict[tuple[str, int, str], Callable[[], None]] = {}

    def count(self, view: str, status: int, cache: str) -> None:
        """Count a request; labels are explained above."""
        labels = (view, status, cache)
        count = self._counting.get(labels)
        if count is None:
            count = self._counting[labels] = self._requests.labels(*labels).inc
        count()

    def measure(self, view: str, seconds: float) -> None:
        """Note how long a request took whose page was not in the cache."""
        self._seconds.labels(view).observe(seconds)

    def note_age(self, age: str) -> None:
        """Note the header ``Age`` of a page from the cache."""
        if age != self._last_age:
            self._last_age = age
            with suppress(ValueError):
                self._age.set(float(age or 0))

    def count_queries(self) -> None:
        """Count the queries of all connections, also those that are opened later."""
        connection_created.connect(self._count_queries_of, dispatch_uid="metrics")
        for connection in connections.all(initialized_only=True):
            self._count_queries_of(connection=connection)

    def _count_queries_of(self, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        connection.execute_wrappers[:] = [
            each for each in connection.execute_wrappers if not isinstance(each, TimedQueries)
        ]
        connection.execute_wrappers.append(TimedQueries(self._queries.labels(connection.alias).observe))


@cache
def instruments_in(folder: Path) -> Instruments:
    """Return the counters of this process."""
    return Instruments(folder)


class TimedQueries:
    """Measures the queries of one connection."""

    def __init__(self, observe: Callable[[float], None]) -> None:
        self.observe = observe

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.observe(time.perf_counter() - began)
