"""Periodic tasks are added at their times: each once, and once for all times that were missed."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task

from articles.jobs import worker
from articles.jobs.clock import PERIODIC, Periodic, add_periodic, tick
from articles.models import Article, PeriodicTime, TaskRecord
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TABLE = (Periodic("hourly", HOUR, "tests.jobs.sample_tasks.note"),)


def test_the_table_names_tasks() -> None:
    assert len({entry.name for entry in PERIODIC}) == len(PERIODIC)
    assert all(isinstance(import_string(entry.task), Task) for entry in PERIODIC)


def test_a_periodic_task_is_added_at_once_and_then_at_its_times() -> None:
    now = timezone.now()
    TaskRecord.objects.update(key=None)
    assert add_periodic(now, TABLE) == ["hourly"]
    assert add_periodic(now + HOUR / 2, TABLE) == []
    assert add_periodic(now + HOUR, TABLE) == ["hourly"]
    assert TaskRecord.objects.count() == 1, "one waits already"


def test_missed_times_are_made_up_for_once() -> None:
    now = timezone.now()
    add_periodic(now, TABLE)
    assert add_periodic(now + 5.5 * HOUR, TABLE) == ["hourly"]
    assert add_periodic(now + 5.9 * HOUR, TABLE) == []
    assert PeriodicTime.objects.get().next_run == now + 6 * HOUR


def test_who_looks_at_the_same_time_as_another_one_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from articles.jobs import clock

    now = timezone.now()
    add_periodic(now, TABLE)
    assert clock._add_once(TABLE[0], None, now) is False
    assert clock._add_once(TABLE[0], now - HOUR, now) is False
    assert clock._add_once(TABLE[0], now + HOUR, now + HOUR) is True


def test_the_clock_publishes_what_is_due_and_waits_for_the_next_time() -> None:
    assert tick(()) == 1
    make_article(published=False, publish_at=timezone.now() + dt.timedelta(seconds=0.5))
    assert 0 < tick(()) <= 0.5
    Article.objects.update(publish_at=timezone.now())
    tick(())
    assert Article.objects.listed().count() == 1


def test_the_worker_goes_on_when_something_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> float:
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "LOOK_EVERY", 0)
    assert worker.WorkerProcess()._safely(fails) == 0
    assert "ZeroDivisionError" in caplog.text
