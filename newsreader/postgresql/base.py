"""The database backend for PostgreSQL, in the module where Django looks for it."""

import time
from collections import defaultdict
from typing import Any

from django.db.backends.postgresql import base

# For so long after a failed connection, no new one is tried.
PAUSE_SECONDS = 1.0


class Outage:
    """Remembers for a moment that connecting failed, so that not every request waits to find out."""

    def __init__(self) -> None:
        self._until = 0.0

    def is_known(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        self._until = time.monotonic() + PAUSE_SECONDS


# By the alias of the database: a replica that is down says nothing about the primary.
outages: defaultdict[str, Outage] = defaultdict(Outage)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL backend, which tries to connect only once a second while the database is down."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        outage = outages[self.alias]
        if outage.is_known():
            raise self.Database.OperationalError("the database could not be reached a moment ago")
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            outage.begin()
            raise
