"""The database of tests is migrated once: other workers, and later runs of the same sources, copy what came of it.

To migrate takes some 9 seconds of processor time, in each worker of each run; a copy takes next to none. The copy is a file
in pytest's cache on SQLite, and another database on PostgreSQL's server.
"""

import fcntl
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection

from tests.support.databases import fetch_on_server, on_server

ROOT = Path(__file__).resolve().parents[2]
# Migrations and what they call; more than that does no harm.
SOURCES = ("articles/**/*.py", "newsreader/**/*.py", "tests/settings.py", "requirements/*.txt")


class Template:
    """The copy of a migrated database, from which the one of this worker is made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: Any = None
        self._keeper: sqlite3.Connection | None = None

    @cached_property
    def fingerprint(self) -> str:
        """What all that migrations are made of comes to."""
        found = sha256(f"{sys.version} {sqlite3.sqlite_version} {version('django')}".encode())
        for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
            found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
        return found.hexdigest()[:32]

    @property
    def path(self) -> Path:
        return self.folder / f"{self.fingerprint}.sqlite3"

    @property
    def file(self) -> Path | None:
        """A migrated database in a file, for a process of its own, if tests on SQLite have made it."""
        return self.path if self.path.exists() else None

    @cached_property
    def name(self) -> str:
        """Its name on PostgreSQL, the same for all workers."""
        return f"test_{connection.settings_dict['NAME']}_template"

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Make others wait while Django makes the database of the tests, in the block."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = self.is_there()
            if found:
                self._take()
            try:
                yield
                if not found:
                    self._keep()
            finally:
                if self._keeper:
                    self._keeper.close()

    def is_there(self) -> bool:
        if connection.vendor == "sqlite":
            return self.path.exists()
        comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        return fetch_on_server(comment, self.name) == [(self.fingerprint,)]

    def _take(self) -> None:
        """Make Django find a migrated database where it would make an empty one."""
        if connection.vendor == "sqlite":
            # It is in memory, and lives as long as somebody is connected to it.
            self._keeper = sqlite3.connect(connection.creation._get_test_db_name(), uri=True)
            with closing(sqlite3.connect(self.path)) as template:
                template.backup(self._keeper)
        else:
            connection.settings_dict["TEST"]["TEMPLATE"] = self.name

    def _keep(self) -> None:
        """Copy the database that Django has just migrated."""
        if connection.vendor == "sqlite":
            for old in self.folder.glob("*.sqlite3"):
                old.unlink()
            unfinished = self.path.with_suffix(".new")
            unfinished.unlink(missing_ok=True)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(unfinished)])
            unfinished.rename(self.path)
            return
        original = connection.settings_dict["NAME"]
        connection.close()  # nobody may use what is copied
        on_server(
            f'DROP DATABASE IF EXISTS "{self.name}"',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{original}"',
            f"COMMENT ON DATABASE \"{self.name}\" IS '{self.fingerprint}'",
        )
