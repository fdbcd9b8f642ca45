"""The locks of all that write, in the one order in which they are taken.

1. The import lock: one import or export at a time. Nobody waits for it; who does not get it stops.
2. The write lock: one transaction at a time that writes articles, topics, providers, what belongs to them, or what
   editors decided. It is taken at the very beginning of the transaction (``writing``), for two reasons:

   - What a writer decides by may have changed while it waited: it is read afterwards. A row that was read before,
     to be shown or to be asked for, is read again (``fresh``).
   - Who holds rows and waits for the lock would wait for who holds the lock and waits for rows.
3. Rows, as statements take them, in any order: there is only one transaction that takes any.

The import lock is held throughout a run, the write lock while a part of it is written: files are read and parsed
outside. On SQLite a transaction is the only writer from its beginning (IMMEDIATE), so that it has the write lock.

Imports, forms, changes of many articles, merges, CSV files, undoing, going back to a version, schedules, decisions
about stories, exports' notes: all writers begin so. What saves a single row takes the lock by signals.py.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TextIO, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

# Any numbers that no other advisory locks of this database have.
WRITE_LOCK = 7_411_001


IMPORT_LOCK = 7_411_002

AnyModel = TypeVar("AnyModel", bound=Model)


View = Callable[..., HttpResponse]


class ImportIsRunningError(RuntimeError):
    """Another import or export holds the import lock."""


class LockTakenError(Exception):
    """Somebody else is writing."""


# -- The write lock ----------------------------------------------------------------------


@contextmanager
def writing() -> Iterator[None]:
    """Read and write inside as the only writer, in one transaction; inside of another, as part of that."""
    with transaction.atomic():
        lock()
        yield


@contextmanager
def writing_if_free() -> Iterator[None]:
    """Do as ``writing`` does, but raise LockTakenError at once where another transaction writes."""
    with ExitStack() as stack:
        with _without_waiting():
            stack.enter_context(transaction.atomic())
            _take_lock()
        yield


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Let SQLite say at once that another connection writes; elsewhere beginning a transaction waits for nobody."""
    if connection.vendor != "sqlite":
        yield
        return
    seconds = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        except OperationalError as error:
            raise LockTakenError from error
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _take_lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WRITE_LOCK])
            if not cursor.fetchone()[0]:
                raise LockTakenError


def lock() -> None:
    """Wait until no other transaction writes, and keep others from it until this one ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])


def fresh(row: AnyModel) -> AnyModel:
    """Return a row as it is now, however long ago it was read; raise its DoesNotExist when it has gone."""
    found: AnyModel = type(row)._base_manager.get(pk=row.pk)
    return found


def writing_posts(view: View) -> View:
    """Let a view read what it decides by as the only writer, where it is to change something."""

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

    The lock goes with its process, however that ends: on PostgreSQL it is the connection's, on SQLite a file's.
    """
    return _session_lock() if connection.vendor == "postgresql" else _file_lock()


def import_is_running() -> bool:
    """Return whether anybody holds the import lock."""
    if connection.vendor != "postgresql":
        with _lock_file().open("a") as stream:
            return not _has_got(stream, fcntl.LOCK_SH)
    with connection.cursor() as cursor:
        # A lock of one number has it in two halves, the upper of which is empty, and 1 in its last column.
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
        # Who only looks whether it is held has it, too, for no time to speak of.
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
