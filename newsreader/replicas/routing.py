"""Which database answers the queries of a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

CHANGE = "newsreader.change"  # in request.META: the number of the last change that the page surely has
reading: ContextVar[str] = ContextVar("the database that is read", default=DEFAULT_DB_ALIAS)


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Read from a database in the block; writes go to the primary."""
    token = reading.set(alias)
    try:
        yield
    finally:
        reading.reset(token)


class ReplicaRouter:
    """Sends reads to the database of ``reading_from``, and all that belongs to a write to the primary."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        # Who writes decides on what is there, not on what a replica still has.
        return DEFAULT_DB_ALIAS if connections[DEFAULT_DB_ALIAS].in_atomic_block else reading.get()

    def db_for_write(self, model: type, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: object, second: object, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS
