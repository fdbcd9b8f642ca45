"""Where Django looks for a database backend."""

import time
from typing import Any

from django.db.backends.postgresql import base

# Whoever asks for a connection this long after one could not be had does not try again.
PAUSE_SECONDS = 1.0


class Outage:
    """Remembers for a moment that no connection could be had, so that not each request waits in turn to find out."""

    def __init__(self) -> None:
        self._until = 0.0

    def is_known(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        self._until = time.monotonic() + PAUSE_SECONDS


outage = Outage()


class DatabaseWrapper(base.DatabaseWrapper):
    """Tries for a connection once a moment while there is none."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if outage.is_known():
            raise self.Database.OperationalError("the database could not be reached a moment ago")
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            outage.begin()
            raise
