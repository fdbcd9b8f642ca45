"""Whether the file of a SQLite database is damaged."""

import sqlite3

from django.db import DatabaseError, connection


def damage_of_file() -> str:
    """Return what SQLite finds wrong with its file, empty if nothing is; PostgreSQL looks after its own."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        found = str(cursor.fetchone()[0])
    return "" if found == "ok" else " ".join(found.split())


def is_damage(error: DatabaseError) -> bool:
    """Return whether an error of the database says that its file is damaged."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0) if isinstance(cause, sqlite3.Error) else 0
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
