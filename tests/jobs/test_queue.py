"""Tasks are added once, tried again with pauses, cancelled, and taken up when their worker is gone."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from articles.jobs import TaskOptions, claims, enqueue
from articles.jobs.claims import backoff, claim, take_back_lost
from articles.jobs.cleaning import delete_old_tasks
from articles.jobs.queue import cancel, has_worker, try_again, worker_last_seen
from articles.jobs.running import run_task
from articles.jobs.worker import WorkerProcess
from articles.models import TaskRecord, TaskState, Worker
from tests.jobs.sample_tasks import note, note_and_refuse

pytestmark = pytest.mark.django_db


def worker(**values: Any) -> Worker:
    return Worker.objects.create(name="one", **values)


def run_next(by: Worker | None = None) -> TaskRecord:
    record = claim(by or worker())
    assert record
    run_task(record)
    return again(record)


def again(record: TaskRecord) -> TaskRecord:
    return TaskRecord.objects.select_related("task").get(pk=record.pk)


def test_a_task_runs_once(tmp_path: Path) -> None:
    record = enqueue(note, str(tmp_path / "seen"), text="hello", options=TaskOptions(title="Say hello"))
    assert record
    assert (record.state, str(record)) == (TaskState.WAITING, "Say hello")
    assert run_next().state == TaskState.DONE
    assert (tmp_path / "seen").read_text() == "hello\n"
    assert claim(worker()) is None


def test_a_task_that_was_added_without_options_runs_too(tmp_path: Path) -> None:
    note.enqueue(str(tmp_path / "seen"))
    assert run_next().title == "note"
    assert (tmp_path / "seen").exists()


def test_a_failed_task_is_tried_again_later_and_then_no_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    enqueue(note_and_refuse, str(tmp_path / "seen"), options=TaskOptions(tries=2))
    first = run_next()
    assert (first.state, first.tries, first.last_error) == (TaskState.WAITING, 1, "ValueError: It is not to be.")
    assert claim(worker()) is None, "not before its time"
    assert dt.timedelta(0) < first.task.run_after - timezone.now() <= backoff(1)
    DBTaskResult.objects.update(run_after=timezone.now())
    second = run_next()
    assert (second.state, second.tries) == (TaskState.FAILED, 2)
    assert "raise ValueError" in second.task.traceback
    assert "It is not to be" in caplog.text
    assert try_again(second) is True
    assert (again(second).state, again(second).tries) == (TaskState.WAITING, 0)
    assert try_again(second) is False


def test_pauses_grow_up_to_an_hour() -> None:
    assert [backoff(tries).total_seconds() for tries in (1, 2, 3, 9, 10, 1000)] == [10, 20, 40, 2560, 3600, 3600]


def test_no_second_task_with_a_key_is_added_while_one_waits(tmp_path: Path) -> None:
    options = TaskOptions(key="purge")
    one = enqueue(note, str(tmp_path / "seen"), options=options)
    assert enqueue(note, str(tmp_path / "seen"), options=options) == one
    run_next()
    assert enqueue(note, str(tmp_path / "seen"), options=options) != one
    assert TaskRecord.objects.count() == 2


def test_a_task_of_a_transaction_that_is_rolled_back_is_not_there(tmp_path: Path) -> None:
    with transaction.atomic():
        enqueue(note, str(tmp_path / "seen"))
        transaction.set_rollback(True)
    assert claim(worker()) is None


def test_another_backend_does_with_a_task_what_it_is_for(settings: Settings, tmp_path: Path) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    assert enqueue(note, str(tmp_path / "seen")) is None
    assert (tmp_path / "seen").exists()


def test_a_cancelled_task_does_not_run(tmp_path: Path) -> None:
    record = enqueue(note, str(tmp_path / "seen"), options=TaskOptions(key="k"))
    assert record
    assert cancel(record) is True
    assert again(record).state == TaskState.CANCELLED
    assert claim(worker()) is None
    assert cancel(record) is False
    assert TaskRecord.objects.in_state("cancelled").get() == record
    assert not TaskRecord.objects.in_state("failed").exists()
    assert try_again(record) is True
    assert run_next().state == TaskState.DONE


def test_a_cancelled_task_that_fails_is_not_tried_again(tmp_path: Path) -> None:
    enqueue(note_and_refuse, str(tmp_path / "seen"))
    record = claim(worker())
    assert record
    cancel(record)
    run_task(record)
    assert again(record).state == TaskState.CANCELLED


def test_the_tasks_of_lost_workers_are_taken_up(tmp_path: Path, settings: Settings) -> None:
    enqueue(note, str(tmp_path / "seen"), options=TaskOptions(tries=2))
    alive, lost = worker(), worker(seen=timezone.now() - dt.timedelta(seconds=settings.WORKER_LEASE_SECONDS))
    record = claim(lost)
    assert record
    assert take_back_lost() == 1
    assert (again(record).state, again(record).tries) == (TaskState.WAITING, 1)
    assert again(record).last_error == "Its worker was killed."
    taken = claim(alive)
    assert taken == record
    # The lost one comes back with its result, which does not count, as another one has the task.
    claims.finish(record)
    assert again(record).state == TaskState.RUNNING
    Worker.objects.update(seen=timezone.now() - dt.timedelta(hours=1))
    assert take_back_lost() == 1
    assert again(record).state == TaskState.FAILED, "a task that kills its workers is not tried forever"
    assert take_back_lost() == 0


def test_a_worker_is_missed_when_it_stops_or_is_not_seen() -> None:
    assert (has_worker(), worker_last_seen()) == (False, None)
    one = worker()
    assert (has_worker(), worker_last_seen()) == (True, one.seen)
    Worker.objects.update(stopped=timezone.now())
    assert has_worker() is False
    Worker.objects.update(stopped=None, seen=one.seen - dt.timedelta(hours=1))
    assert has_worker() is False


def test_old_tasks_and_workers_are_deleted(tmp_path: Path) -> None:
    for _ in range(3):
        enqueue(note, str(tmp_path / "seen"))
    long_ago = timezone.now() - dt.timedelta(days=15)
    old, young = run_next(), run_next(worker(seen=long_ago))
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=long_ago)
    delete_old_tasks.func()
    assert set(TaskRecord.objects.in_state("done")) == {young}
    assert TaskRecord.objects.in_state("waiting").count() == 1
    assert Worker.objects.count() == 1
    Worker.objects.update(seen=long_ago)
    delete_old_tasks.func()
    assert Worker.objects.count() == 1, "the desk says when it was seen"


def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> tuple[str, TaskRecord]:
    """Run a task whose end cannot be noted at first; return what it wrote, and its record."""
    tries = []

    def fails_once(record: TaskRecord) -> None:
        tries.append(record)
        if len(tries) == 1:
            raise error
        finish(record)

    finish = claims.finish
    enqueue(note, str(tmp_path / "seen"))
    process = WorkerProcess()
    monkeypatch.setattr(claims, "finish", fails_once)
    with pytest.raises(type(error)):
        process.run_next()
    assert TaskRecord.objects.in_state("running").exists()
    while process.run_next():
        pass
    return (tmp_path / "seen").read_text(), TaskRecord.objects.in_state("done").get()


def test_a_task_that_ended_while_the_database_was_away_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, record = ended(tmp_path, monkeypatch, OperationalError("The database is gone."))
    assert (text, record.tries) == ("ran\n", 1)


def test_a_task_whose_end_could_not_be_noted_otherwise_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, record = ended(tmp_path, monkeypatch, ValueError("It cannot be."))
    assert (text, record.tries) == ("ran\nran\n", 2)
