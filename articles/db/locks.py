"""The locks of everything that writes, in the one order in which they are taken.

1. The import lock: one import or export at a time. Nobody waits for it; a second one stops with an error.
2. The write lock: one transaction at a time that writes articles, topics, providers, what belongs to them, or
   editors' decisions. It is taken at the very beginning of the transaction (``writing``), for two reasons:

   - What a writer bases its decisions on may have changed while it waited, so it is read afterwards. A row that was
     read before, to show it or to ask about it, is read again (``fresh``).
   - A transaction that waits for the lock while it holds rows would deadlock with the one that holds the lock and
     waits for those rows.
3. Rows, as statements take them, in any order: only one transaction takes any.

The import lock is held for a whole run, the write lock only while a batch is written; files are read and parsed
outside of it. On SQLite a transaction is the only writer from its beginning (IMMEDIATE), so that it has the write lock.

All writers begin this way: imports, forms, bulk changes, merges, CSV files, undo, going back to a version, schedules,
decisions about stories, exports. Saving a single row takes the lock in signals.py.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TextIO, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

# Arbitrary numbers that no other advisory lock of this database has.
WRITE_LOCK = 7_411_001
IMPORT_LOCK = 7_411_002

AnyModel = TypeVar("AnyModel", bound=Model)
View = Callable[..., HttpResponse]


class ImportIsRunningError(RuntimeError):
    """Another import or export holds the import lock."""


# -- The write lock ----------------------------------------------------------------------


@contextmanager
def writing() -> Iterator[None]:
    """Run the block as the only writer, in one transaction or as part of an open one."""
    with transaction.atomic():
        lock()
        yield


@contextmanager
def reading() -> Iterator[None]:
    """Read one snapshot of the database in the block without blocking writers; do not write or open a transaction."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Django's own transactions are IMMEDIATE, and so the only writer.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def lock() -> None:
    """Wait for the write lock and hold it until this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])


def fresh(row: AnyModel) -> AnyModel:
    """Return a row read again from the database; raise its DoesNotExist if it was deleted."""
    found: AnyModel = type(row)._base_manager.get(pk=row.pk)
    return found


def writing_posts(view: View) -> View:
    """Run a view's POST requests as the only writer, from before its first read."""

    @wraps(view)
    def locked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with writing():
            return view(request, *args, **kwargs)

    return locked


# -- The import lock ---------------------------------------------------------------------


def import_lock() -> AbstractContextManager[None]:
    """Hold the import lock; raise ImportIsRunningError when another process holds it.

    The lock ends with its process, even a killed one: it belongs to the connection on PostgreSQL, to a file on SQLite.
    """
    return _session_lock() if connection.vendor == "postgresql" else _file_lock()


def import_is_running() -> bool:
    """Return whether anybody holds the import lock."""
    if connection.vendor != "postgresql":
        with _lock_file().open("a") as stream:
            return not _has_got(stream, fcntl.LOCK_SH)
    with connection.cursor() as cursor:
        # pg_locks has a lock's number in two halves, here 0 and the number, and 1 in objsubid for locks of one number.
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND locktype = 'advisory' "
            "AND (classid, objid, objsubid) = (0, %s, 1) AND granted)",
            [IMPORT_LOCK],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def _session_lock() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [IMPORT_LOCK])
        if not cursor.fetchone()[0]:
            raise ImportIsRunningError
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [IMPORT_LOCK])


@contextmanager
def _file_lock() -> Iterator[None]:
    with _lock_file().open("a") as stream:
        # import_is_running takes the lock, too, for a moment: try again before giving up.
        if not any(_has_got(stream, fcntl.LOCK_EX, after) for after in (0, 0.01, 0.1)):
            raise ImportIsRunningError
        yield


def _lock_file() -> Path:
    name = str(connection.settings_dict["NAME"])
    path = Path(name) if Path(name).is_absolute() else Path(settings.VAR_DIR) / "newsreader"
    return path.with_name(f"{path.name}.import-lock")


def _has_got(stream: TextIO, how: int, after: float = 0) -> bool:
    time.sleep(after)
    try:
        fcntl.flock(stream, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
