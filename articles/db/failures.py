"""What fails when nothing is wrong with a request: the database, or the disk.

Error codes: https://www.sqlite.org/rescode.html and https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

import enum
import errno
import sqlite3

from django.db import Error, InterfaceError, OperationalError


class Failure(enum.Enum):
    """Why the database or a disk does not do what it is asked."""

    FULL = "there is no room left on the disk"
    READ_ONLY = "nothing can be written"
    BUSY = "somebody else has been writing for too long"
    DAMAGED = "the file of the database is damaged"
    UNREACHABLE = "the database does not answer"


# Primary codes: extended ones have more in their higher bits.
_SQLITE = {
    sqlite3.SQLITE_FULL: Failure.FULL,
    sqlite3.SQLITE_READONLY: Failure.READ_ONLY,
    sqlite3.SQLITE_BUSY: Failure.BUSY,
    sqlite3.SQLITE_LOCKED: Failure.BUSY,
    sqlite3.SQLITE_CORRUPT: Failure.DAMAGED,
    sqlite3.SQLITE_NOTADB: Failure.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: Failure.UNREACHABLE,
    sqlite3.SQLITE_IOERR: Failure.UNREACHABLE,
}
_POSTGRESQL = {
    "53100": Failure.FULL,
    "25006": Failure.READ_ONLY,
    "55P03": Failure.BUSY,
    "40P01": Failure.BUSY,
    "57014": Failure.BUSY,
    "XX001": Failure.DAMAGED,
    "XX002": Failure.DAMAGED,
}
_FILES = {
    errno.ENOSPC: Failure.FULL,
    errno.EDQUOT: Failure.FULL,
    errno.EROFS: Failure.READ_ONLY,
}


def failure_of(error: BaseException | None) -> Failure | None:
    """Return what has failed, if that is what an error says; None if it is a fault of the program or the request."""
    if isinstance(error, OSError):
        return _FILES.get(error.errno or 0)
    if not isinstance(error, Error):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state:
        # Connections that break, and servers that start or stop.
        return Failure.UNREACHABLE if state[:2] in ("08", "57") and state not in _POSTGRESQL else _POSTGRESQL.get(state)
    return Failure.UNREACHABLE if isinstance(error, OperationalError | InterfaceError) else None
