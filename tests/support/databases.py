"""Databases of their own, for tests with several connections or processes: copies of the tests' own.

That one has been migrated once, which takes far longer than to copy it. Nobody may be in a transaction of it meanwhile, so
tests that ask for a copy have no mark ``django_db``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection

NUMBERS = count(1)


@contextmanager
def database_copy(folder: Path) -> Iterator[str]:
    """Copy the tests' database, on SQLite into a folder; yield the name of the copy, which goes in the end."""
    if connection.vendor == "sqlite":
        path = folder / f"copy-{next(NUMBERS)}.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        yield str(path)
        return
    original = str(connection.settings_dict["NAME"])
    name = f"{original}_{next(NUMBERS)}"
    connection.close()  # nobody may use what is copied
    on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    try:
        yield name
    finally:
        connection.close()  # a test may have opened it
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """Make a database without tables, on SQLite in a folder; yield its name. It goes in the end."""
    if connection.vendor == "sqlite":
        yield str(folder / f"empty-{next(NUMBERS)}.sqlite3")
        return
    name = f"{connection.settings_dict['NAME']}_empty_{next(NUMBERS)}"
    on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    try:
        yield name
    finally:
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def url_of(name: str) -> str:
    """Return the DATABASE_URL of a copy."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    values = connection.settings_dict
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT'] or 5432}/{name}"


def on_server(*statements: str) -> None:
    with _server() as admin:
        for statement in statements:
            admin.execute(statement)


def fetch_on_server(query: str, *values: str) -> list[tuple[Any, ...]]:
    with _server() as admin:
        return admin.execute(query, values).fetchall()


def _server() -> Any:
    import psycopg

    values: dict[str, Any] = connection.settings_dict
    server = {"host": values["HOST"], "port": values["PORT"] or 5432, "user": values["USER"], "dbname": "postgres"}
    return psycopg.connect(**server, password=values["PASSWORD"] or None, autocommit=True)
