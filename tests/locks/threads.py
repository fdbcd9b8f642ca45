"""Threads with connections of their own, which stop where a test wants them to and can be seen waiting."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, TypeVar

import pytest
from django.db import connection, connections

from articles.db import locks

Value = TypeVar("Value")
PATIENCE = 60  # seconds, for a busy machine; nothing waits as long unless something is wrong


class Task(threading.Thread):
    """A function in a thread of its own; ``result`` waits for it, and raises what it raised.

    ``meet`` is called whenever it is about to take the write lock and has not got it.
    """

    def __init__(self, function: Callable[..., Any], *arguments: Any, meet: Callable[[], None] | None = None) -> None:
        super().__init__(daemon=True)
        self.function, self.arguments, self.meet = function, arguments, meet
        self.value: Any = None
        self.error: BaseException | None = None
        self.backend: int | None = None
        self.has_begun = threading.Event()  # to write
        self.start()

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.backend = getattr(getattr(connection.connection, "info", None), "backend_pid", None)
            with connection.execute_wrapper(self.look):
                self.value = self.function(*self.arguments)
        except BaseException as error:  # noqa: BLE001 - raised again where it is asked for
            self.error = error
        finally:
            connections.close_all()

    def look(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("BEGIN", "INSERT", "UPDATE", "DELETE")):
            self.has_begun.set()
        if sql.startswith("BEGIN") and self.meet:
            self.meet()  # on SQLite; on PostgreSQL, ``lock`` does it
        return execute(sql, params, many, context)

    def result(self) -> Any:
        self.join(PATIENCE)
        assert not self.is_alive(), "it waits for something"
        if self.error:
            raise self.error
        return self.value

    def is_done_or_waits(self) -> str:
        """Return "done", or what it waits for in the end: on PostgreSQL a kind of lock, on SQLite to write."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            if not self.is_alive():
                return "done"
            if self.backend is None and self.has_begun.is_set():
                return "advisory"
            if self.backend is not None and (lock := call(waited_for, self.backend)):
                return str(lock)
            sleep(0.01)
        raise AssertionError("it neither ends nor waits")


def call(function: Callable[..., Value], *arguments: Any) -> Value:
    """Return what a function returns in a thread, and so with a connection, of its own."""
    value: Value = Task(function, *arguments).result()
    return value


def waited_for(backend: int) -> str | None:
    """Return the kind of lock that a process of PostgreSQL waits for, if it does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'", [backend])
        row = cursor.fetchone()
    return row[0] if row else None


class Stop:
    """Where a task stops: it says that it is there, and goes on when it is told to."""

    def __init__(self) -> None:
        self.is_there = threading.Event()
        self.may_go = threading.Event()

    def here(self) -> None:
        self.is_there.set()
        assert self.may_go.wait(PATIENCE)

    @contextmanager
    def reached(self, task: Task) -> Any:
        """Hold a task at this point for the duration of the block."""
        try:
            while not self.is_there.wait(0.01):
                if not task.is_alive():
                    task.result()
                    raise AssertionError("it did not come here")
            yield
        finally:
            self.may_go.set()


def holds_write_lock() -> bool:
    """Return whether this thread's transaction has the write lock; on SQLite each transaction does."""
    if connection.vendor == "sqlite":
        return connection.in_atomic_block
    # Not by the cursor of Django, which tests look at.
    found = connection.connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND objid = %s)",
        [locks.WRITE_LOCK],
    )
    return bool(found.fetchone()[0])


def let_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make tasks wait for each other before they take PostgreSQL's write lock."""
    original = locks.lock

    def lock() -> None:
        task = threading.current_thread()
        if connection.vendor == "postgresql" and isinstance(task, Task) and task.meet and not holds_write_lock():
            task.meet()
        original()

    monkeypatch.setattr(locks, "lock", lock)
