"""A task with a key sees what a transaction wrote that relied on it, though it was added before by another one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from articles.jobs import TaskOptions, enqueue
from articles.jobs.claims import claim
from articles.models import TaskRecord, Worker
from tests.jobs.sample_tasks import note
from tests.locks.threads import Stop, Task, call
from tests.support.databases import database_copy

OPTIONS = TaskOptions(key="purge")


@pytest.fixture
def _own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[None]:
    with django_db_blocker.unblock(), database_copy(tmp_path) as copy:
        names = connections.settings["default"]
        original, names["NAME"] = names["NAME"], copy
        try:
            yield
        finally:
            names["NAME"] = original


def rely(stop: Stop) -> TaskRecord | None:
    """Count on the task that waits, in a transaction that stays open until it is told to end."""
    with transaction.atomic():
        record = enqueue(note, "x", options=OPTIONS)
        stop.here()
    return record


@pytest.mark.usefixtures("_own_database")
def test_a_task_does_not_start_before_a_transaction_ends_that_relies_on_it() -> None:
    waiting = call(lambda: enqueue(note, "x", options=OPTIONS))
    worker, stop = call(lambda: Worker.objects.create(name="one")), Stop()
    relying = Task(rely, stop)
    assert stop.is_there.wait(60)
    taking = Task(claim, worker)
    # On PostgreSQL it finds nothing that it may take; on SQLite it waits for whoever writes.
    if taking.is_done_or_waits() == "done":
        assert taking.result() is None
        taking = None
    stop.may_go.set()
    assert relying.result() == waiting
    assert (taking.result() if taking else call(claim, worker)) == waiting
    added = call(lambda: enqueue(note, "x", options=OPTIONS))
    assert added != waiting, "what is written from now on is for the next one"


@pytest.mark.usefixtures("_own_database")
def test_two_at_once_add_one_task() -> None:
    stop = Stop()
    one = Task(rely, stop)
    assert stop.is_there.wait(60)
    other = Task(lambda: enqueue(note, "x", options=OPTIONS))
    other.is_done_or_waits()
    stop.may_go.set()
    assert one.result() == other.result()
    assert call(TaskRecord.objects.count) == 1
