"""A database of their own for tests of writers that meet each other: each thread has its connection to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tests.locks.threads import call
from tests.locks.writers import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a site that is imported, in a copy of the tests' database that the tests of a module share."""
    folder = tmp_path_factory.mktemp("locks")
    with django_db_blocker.unblock():
        names = connections.settings["default"]
        original = names["NAME"]
        names["NAME"] = copy = copy_database(folder)
        try:
            yield call(World.made, folder)
        finally:
            names["NAME"] = original
            drop_database(copy)


def copy_database(folder: Path) -> str:
    if connection.vendor == "sqlite":
        path = folder / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        return str(path)
    name = str(connection.settings_dict["NAME"])
    connection.close()  # nobody may use what is copied
    on_server(f'DROP DATABASE IF EXISTS "{name}_locks"', f'CREATE DATABASE "{name}_locks" TEMPLATE "{name}"')
    return f"{name}_locks"


def drop_database(name: str) -> None:
    if connection.vendor == "postgresql":
        connection.close()  # which a test may have opened
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def on_server(*statements: str) -> None:
    import psycopg

    values = connection.settings_dict
    server = {"host": values["HOST"], "port": values["PORT"] or 5432, "user": values["USER"], "dbname": "postgres"}
    with psycopg.connect(**server, password=values["PASSWORD"] or None, autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement)
