"""A database that goes away and comes back under a worker: nothing is lost or done twice, and the log stays readable."""

import datetime as dt
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from articles.jobs import outages
from articles.jobs.outages import Outage
from articles.jobs.worker import WorkerProcess
from articles.models import TaskState, Worker
from tests.jobs.conftest import PATIENCE, Workers
from tests.jobs.sample_tasks import note, note_begin_and_end
from tests.locks.threads import call
from tests.support.databases import on_server
from tests.support.worker_tasks import Until, added, lines, own_task, state

FAILED, BACK = "the worker tries again until it is back", "The database is back"


@contextmanager
def away() -> Iterator[None]:
    """Take the database away: on PostgreSQL nobody is connected or can be, on SQLite another process writes for long."""
    name = str(connections.settings["default"]["NAME"])
    if connection.vendor == "sqlite":
        other = sqlite3.connect(name, isolation_level=None, timeout=20)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.close()
        return
    on_server(
        f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    try:
        yield
    finally:
        on_server(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def wait_for(look: Callable[[], bool]) -> None:
    """Wait without a connection to the database."""
    end = monotonic() + PATIENCE
    while not look():
        assert monotonic() < end, "it does not come"
        sleep(0.05)


@pytest.mark.xdist_group("worker")
def test_a_task_that_ends_meanwhile_is_done_once_and_the_worker_goes_on(
    workers: Workers, until: Until, tmp_path: Path
) -> None:
    workers.environment["DJANGO_SETTINGS_MODULE"] = "tests.faults.impatient_settings"
    seen, gate, log = tmp_path / "seen", tmp_path / "gate", tmp_path / "log"
    added(note_begin_and_end, seen, gate)
    worker = workers.start(log=log)
    until(lambda: lines(seen) == ["begins"])
    until(lambda: state() == TaskState.RUNNING)
    with away():
        gate.touch()
        wait_for(lambda: lines(seen) == ["begins", "ends"] and FAILED in log.read_text())
    until(lambda: state() == TaskState.DONE)
    assert call(own_task).tries == 1
    added(note, seen, "afterwards")
    until(lambda: lines(seen) == ["begins", "ends", "afterwards"])
    until(lambda: BACK in log.read_text())
    assert worker.poll() is None
    said = log.read_text()
    assert [said.count(each) for each in (FAILED, BACK, "Traceback")] == [1, 1, 0], said


def test_a_line_a_minute_says_so_and_one_that_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now, outage = [100.0], Outage()
    monkeypatch.setattr(outages.time, "monotonic", lambda: now[0])
    with caplog.at_level(logging.INFO):
        for _ in range(110):
            for thread in ("beat", "tick"):
                outage.failed(thread, OperationalError("away"))
            now[0] += 1
        outage.succeeded("beat")
        assert len(caplog.messages) == 2
        for thread in ("tick", "beat", "run_next"):
            outage.succeeded(thread)
    assert [FAILED in each for each in caplog.messages] == [True, True, False]
    assert BACK in caplog.messages[-1]


@pytest.mark.django_db
@pytest.mark.any_database
def test_an_end_that_can_never_be_noted_keeps_no_worker_from_the_next_task() -> None:
    worker, tries = WorkerProcess(), []

    def fails(error: Exception) -> Callable[[], None]:
        def note() -> None:
            tries.append(error)
            raise error

        return note

    for error, is_kept in ((OperationalError("away"), True), (ValueError("never"), False)):
        worker.unnoted, worker.has_failed = fails(error), True
        with pytest.raises(type(error)):
            worker.run_next()
        assert (worker.unnoted is not None) == is_kept
    assert worker.run_next() == 0
    assert len(tries) == 2


def is_away(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise OperationalError("away")


@pytest.mark.django_db
@pytest.mark.any_database
def test_workers_that_could_not_be_seen_meanwhile_are_not_taken_for_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(outages, "time", SimpleNamespace(monotonic=lambda: now[0], time=lambda: now[0]))
    lease = settings.WORKER_LEASE_SECONDS
    worker, other = WorkerProcess(), WorkerProcess()
    worker.beat()
    with pytest.raises(OperationalError), transaction.atomic(), connection.execute_wrapper(is_away):
        worker.beat()
    Worker.objects.filter(pk=other.row.pk).update(seen=timezone.now() - dt.timedelta(seconds=2 * lease))
    for seconds, is_lost in ((1, False), (lease * 0.9, False), (lease * 0.2, True)):
        now[0] += seconds
        worker.beat()
        assert (Worker.objects.get(pk=other.row.pk).stopped is not None) == is_lost
