"""Whether the file of a SQLite database is damaged."""

from django.db import connection


def damage_of_file() -> str:
    """Return what SQLite finds wrong with its file, empty if nothing is; PostgreSQL looks after its own."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        found = str(cursor.fetchone()[0])
    return "" if found == "ok" else " ".join(found.split())
