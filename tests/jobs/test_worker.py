"""Workers as processes: killed, stopped, several at once."""

import datetime as dt
import os
import signal
import subprocess
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone

from articles.jobs.clock import PERIODIC
from articles.jobs.queue import cancel
from articles.models import Action, Article, PeriodicTime, TaskRecord, TaskState, Worker
from tests.jobs.conftest import Workers
from tests.jobs.sample_tasks import note, note_and_wait
from tests.locks.threads import call
from tests.support.factories import make_article
from tests.support.worker_tasks import Until, added, lines, own_task, state

pytestmark = pytest.mark.xdist_group("worker")


def test_a_killed_workers_task_is_finished_by_another_one(workers: Workers, until: Until, tmp_path: Path) -> None:
    seen, gate = tmp_path / "seen", tmp_path / "gate"
    added(note_and_wait, seen, gate)
    first = workers.start()
    assert until(lambda: lines(seen)) == [str(first.pid)]
    os.kill(first.pid, signal.SIGKILL)
    gate.touch()
    second = workers.start()
    assert until(lambda: state() == TaskState.DONE)
    assert lines(seen) == [str(first.pid), str(second.pid)]
    assert call(own_task).tries == 2


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_leaves_its_task_to_others(
    workers: Workers, until: Until, tmp_path: Path, how: signal.Signals
) -> None:
    added(note_and_wait, tmp_path / "seen", tmp_path / "gate")
    worker = workers.start()
    assert until(lambda: lines(tmp_path / "seen"))
    worker.send_signal(how)
    assert worker.wait(timeout=30) == 0
    record = call(own_task)
    assert (record.state, record.tries, record.last_error) == (TaskState.WAITING, 0, "")
    row = call(Worker.objects.get)
    assert row.stopped is not None
    assert not call(Worker.objects.alive().exists)


def test_a_worker_that_has_nothing_to_do_stops_at_once(workers: Workers, until: Until) -> None:
    worker = workers.start()
    until(Worker.objects.alive().exists)
    worker.terminate()
    assert worker.wait(timeout=30) == 0


def test_a_running_task_can_be_cancelled(workers: Workers, until: Until, tmp_path: Path) -> None:
    added(note_and_wait, tmp_path / "seen", tmp_path / "gate")
    workers.start()
    record = until(TaskRecord.objects.filter(done=1, total=4).first)
    assert call(lambda: cancel(record)) is True
    assert until(lambda: state() == TaskState.CANCELLED)


def test_several_workers_add_a_periodic_task_once_and_run_each_task_once(
    workers: Workers, until: Until, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    for number in range(12):
        added(note, seen, number)
    call(lambda: PeriodicTime.objects.create(name="delete old sessions", next_run=timezone.now()))
    started = [workers.start() for _ in range(3)]
    # All are at work: before that, a signal ends them as it ends any process.
    beaten = Worker.objects.filter(seen__gt=F("started") + dt.timedelta(milliseconds=50))
    until(lambda: beaten.count() == 3)
    until(lambda: TaskRecord.objects.in_state(TaskState.DONE).count() >= 16)
    for process in started:
        process.terminate()
    assert {process.wait(timeout=30) for process in started} == {0}
    assert sorted(map(int, lines(seen))) == list(range(12))
    names = call(lambda: list(TaskRecord.objects.filter(title__startswith="delete").values_list("title", flat=True)))
    assert sorted(names) == sorted(entry.name for entry in PERIODIC if entry.name.startswith("delete"))


def test_an_article_comes_at_its_second_even_while_a_task_runs(workers: Workers, until: Until, tmp_path: Path) -> None:
    added(note_and_wait, tmp_path / "seen", tmp_path / "gate")
    workers.start()
    until(lambda: lines(tmp_path / "seen"))
    due = timezone.now() + timezone.timedelta(seconds=1.6)
    call(lambda: make_article(published=False, publish_at=due))
    until(lambda: Article.objects.filter(published=True).exists())
    late = call(lambda: Action.objects.get().time) - due
    assert 0 <= late.total_seconds() < 1


def test_a_second_signal_breaks_a_task_off(workers: Workers, until: Until, tmp_path: Path) -> None:
    added(note_and_wait, tmp_path / "seen", tmp_path / "gate")
    worker: subprocess.Popen[bytes] = workers.start()
    until(lambda: lines(tmp_path / "seen"))
    worker.terminate()
    worker.terminate()
    assert worker.wait(timeout=30) == 0
    assert call(state) == TaskState.WAITING
