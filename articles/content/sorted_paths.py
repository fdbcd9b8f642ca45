"""Any number of paths in their order, in bounded memory. Pure."""

import sqlite3
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing

IN_MEMORY = 50_000  # paths; from there on they go to a temporary file
CHUNK = 5_000  # paths that are written to it, or read from it, at once


class SortedPaths(Collection[str]):
    """Paths, each once, in the order of their characters. Raises OSError where a temporary file cannot be written.

    A folder may hold a million files, whose paths alone would take more memory than all the rest of an import.
    """

    def __init__(self, paths: Iterable[str] = (), in_memory: int | None = None) -> None:
        limit = IN_MEMORY if in_memory is None else in_memory
        self._listed: list[str] = []
        self._stored: _TemporaryTable | None = None
        for path in paths:
            self._listed.append(path)
            if len(self._listed) >= (CHUNK if self._stored else limit):
                self._stored = self._stored or _TemporaryTable()
                self._stored.add(self._listed)
                self._listed.clear()
        if self._stored:
            self._stored.add(self._listed)
            self._listed.clear()
            self._stored.sort()
        else:
            self._listed = sorted(set(self._listed))

    def __len__(self) -> int:
        return self._stored.count if self._stored else len(self._listed)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored or self._listed)

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str):
            return False
        if self._stored:
            return self._stored.has(path)
        place = bisect_left(self._listed, path)
        return place < len(self._listed) and self._listed[place] == path


class _TemporaryTable:
    """Paths in a database that SQLite keeps in a nameless temporary file, which goes with the process at the latest."""

    def __init__(self) -> None:
        self.count = 0
        self.database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._run("PRAGMA temp_store=FILE")
        self._run("PRAGMA journal_mode=OFF")
        self._run("CREATE TABLE added (path TEXT NOT NULL)")
        self._run("BEGIN")

    def add(self, paths: Iterable[str]) -> None:
        self._run("INSERT INTO added VALUES (?)", [(path,) for path in paths])

    def sort(self) -> None:
        """Sort what was added: sorting once takes a fraction of the time of maintaining an index."""
        self._run("CREATE TABLE paths (path TEXT PRIMARY KEY) WITHOUT ROWID")
        self._run("INSERT INTO paths SELECT DISTINCT path FROM added ORDER BY path")
        self._run("DROP TABLE added")
        self._run("COMMIT")
        self.count = self._run("SELECT count(*) FROM paths").fetchone()[0]

    def has(self, path: str) -> bool:
        return self._run("SELECT 1 FROM paths WHERE path = ?", (path,)).fetchone() is not None

    def __iter__(self) -> Iterator[str]:
        with closing(self._run("SELECT path FROM paths ORDER BY path")) as rows:
            while chunk := rows.fetchmany(CHUNK):
                yield from (path for (path,) in chunk)

    def _run(self, statement: str, parameters: tuple[str, ...] | list[tuple[str]] = ()) -> sqlite3.Cursor:
        try:
            if isinstance(parameters, list):
                return self.database.executemany(statement, parameters)
            return self.database.execute(statement, parameters)
        except sqlite3.Error as error:
            raise OSError(f"paths cannot be sorted in a temporary file: {error}") from error
