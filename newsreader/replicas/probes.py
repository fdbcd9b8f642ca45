"""Connections that ask a database how far it is, besides those of requests."""

from contextlib import suppress
from typing import Any, NamedTuple

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

PRIMARY = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, 0"
REPLICA = (
    "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint,"
    " (SELECT coalesce(max(id), 0) FROM articles_recordedchange)"
)


class Place(NamedTuple):
    """How far a database is: the bytes of its write-ahead log, and, of a replica, the number of the last change."""

    log: int
    change: int


class Probe:
    """One database, over a connection that stays open."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._connection: psycopg.Connection[Any] | None = None

    def ask(self) -> Place | None:
        """Return how far the database is, None if it does not answer or is not what it should be."""
        for is_open in (self._connection is not None, False):
            try:
                return self._ask()
            except psycopg.Error:
                self.close()
                if not is_open:  # an open connection may have been cut off by a restart
                    break
        return None

    def _ask(self) -> Place | None:
        if self._connection is None:
            parameters = connections[self.alias].get_connection_params()
            parameters.pop("cursor_factory", None)
            parameters.pop("context", None)
            self._connection = psycopg.connect(**parameters, autocommit=True)
        query = PRIMARY if self.alias == DEFAULT_DB_ALIAS else REPLICA
        row = self._connection.execute(query).fetchone()
        # A primary has no place at which it replays.
        return None if row is None or row[0] is None else Place(*row)

    def close(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
