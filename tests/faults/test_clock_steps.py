"""Somebody sets the clock, an hour or a day, ahead or back: what goes by it neither storms nor stops."""

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from articles.jobs import claims, enqueue
from articles.jobs.clock import Periodic, add_periodic, tick
from articles.jobs.worker import WorkerProcess
from articles.models import Article, TaskRecord, Worker
from newsreader import limits
from newsreader.accounts import attempts, recent, sessions
from newsreader.page_cache import middleware
from newsreader.page_cache import store as store_module
from newsreader.page_cache.store import PageStore
from tests.jobs.sample_tasks import note
from tests.support.factories import make_article, make_topic
from tests.support.second_factors import is_in, log_in, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
HOUR, DAY = 3600, 86_400
STEPS = pytest.mark.parametrize("step", [HOUR, DAY, -HOUR, -DAY])
TABLE = (Periodic("hourly", dt.timedelta(hours=1), "articles.jobs.cleaning.delete_old_tasks"),
         Periodic("daily", dt.timedelta(days=1), "articles.jobs.cleaning.delete_old_sessions"))  # fmt: skip


class Clock:
    """The time of day and the seconds since the start; ``set`` moves only the first."""

    def __init__(self) -> None:
        self.wall, self.passed = time.time(), 1000.0

    def go(self, seconds: float) -> None:
        self.wall += seconds
        self.passed += seconds

    def set(self, step: float) -> None:
        self.wall += step

    @property
    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.wall, dt.UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.wall)
    monkeypatch.setattr(time, "monotonic", lambda: clock.passed)
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    cache.clear()
    yield clock
    cache.clear()


# -- The worker --------------------------------------------------------------------------


@STEPS
def test_periodic_tasks_come_at_most_once_more_and_then_at_their_times(clock: Clock, step: int) -> None:
    add_periodic(clock.now, TABLE)
    clock.go(1800)
    clock.set(step)
    assert all(found.count(each) <= 1 for found in [added(clock, 60)] for each in found)
    found = added(clock, 2 * DAY)
    assert 47 <= found.count("hourly") <= 49
    assert 1 <= found.count("daily") <= 2


def added(clock: Clock, seconds: int) -> list[str]:
    """Return what is added within a time, by a worker that looks once a minute."""
    found = []
    for _ in range(seconds // 60):
        found += add_periodic(clock.now, TABLE)
        clock.go(60)
    return found


@pytest.mark.parametrize("day", [dt.date(2030, 3, 31), dt.date(2030, 10, 27)])
def test_days_with_23_or_25_hours_change_nothing(clock: Clock, settings: Settings, day: dt.date) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    clock.wall = dt.datetime.combine(day, dt.time(0), ZoneInfo("Europe/Berlin")).timestamp()
    assert added(clock, 5 * HOUR).count("hourly") == 5


@STEPS
def test_live_workers_keep_their_tasks_and_killed_ones_are_missed(clock: Clock, settings: Settings, step: int) -> None:
    worker, other, killed = (WorkerProcess() for _ in range(3))
    for each in (worker, other):
        each.beat()
    clock.go(10)
    clock.set(step)
    worker.beat()
    assert not Worker.objects.exclude(stopped=None).exists()
    for _ in range(12):
        other.beat()
        clock.go(settings.WORKER_LEASE_SECONDS / 6)
        worker.beat()
    assert list(Worker.objects.exclude(stopped=None)) == [killed.row]


@STEPS
def test_tasks_that_wait_for_their_next_try_get_it(clock: Clock, settings: Settings, step: int, tmp_path: Any) -> None:
    worker = WorkerProcess()
    worker.beat()
    enqueue(note, str(tmp_path))  # a folder: it fails
    assert worker.run_next() == 1
    enqueue(note, str(tmp_path / "returned"))
    record = claims.claim(worker.row)
    assert record
    claims.give_back(record)
    clock.set(step)
    worker.beat()
    assert worker.run_next() == 1  # what was given back, or what failed
    clock.go(claims.LONGEST_WAIT.total_seconds())
    worker.beat()
    while worker.run_next():
        pass
    assert (tmp_path / "returned").read_text() == "ran\n"
    assert TaskRecord.objects.get(last_error__gt="").tries >= 2


@STEPS
def test_what_is_scheduled_comes_at_its_time_by_the_new_clock(clock: Clock, step: int) -> None:
    article = make_article(topics=[make_topic("AI")], published=False, publish_at=clock.now + dt.timedelta(minutes=10))
    clock.set(step)
    tick(())
    assert Article.objects.listed().contains(article) == (step > 0)
    clock.go(DAY + 601)
    tick(())
    assert Article.objects.listed().contains(article)


# -- The site ----------------------------------------------------------------------------


@pytest.fixture
def reader(clock: Clock, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.PAGE_CACHE_BYTES = 10_000_000
    pages = PageStore(10_000_000, lambda: clock.wall)
    monkeypatch.setattr(middleware, "store", pages)
    monkeypatch.setattr(store_module, "store", pages)
    return Client()


@STEPS
def test_kept_pages_are_those_of_the_new_time(clock: Clock, reader: Client, step: int) -> None:
    """An article comes in half an hour by the new clock, and a pin ends a quarter later."""
    topic = make_topic("AI")
    make_article(title="There", topics=[topic], published_date_time=clock.now - dt.timedelta(days=30))
    moment = clock.now + dt.timedelta(seconds=step)
    make_article(title="Later", topics=[topic], published_date_time=moment + dt.timedelta(minutes=30))
    reader.get("/topics/ai/")
    clock.go(2)
    clock.set(step)
    for minutes, is_there in ((1, False), (28, False), (2, True)):
        clock.go(60 * minutes)
        page = reader.get("/topics/ai/")
        assert (b"Later" in page.content) == is_there, minutes
        assert int(page.get("Age", 0)) <= 2
    assert reader.get("/topics/ai/")["Cache-Status"] == "newsreader; hit"


@STEPS
def test_limits_neither_lock_out_for_long_nor_end(clock: Clock, settings: Settings, step: int) -> None:
    settings.LOGIN_RATE_LIMIT = 2
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    assert [bool(attempts.seconds_to_wait(request, "ada")) for _ in "abc"] == [False, False, True]
    assert [bool(limits.seconds_to_wait(request, "search", 2)) for _ in "abc"] == [False, False, True]
    clock.set(step)
    assert attempts.seconds_to_wait(request, "ada") <= attempts.LONGEST_PAUSE
    clock.go(attempts.LONGEST_PAUSE + 60)
    assert [bool(attempts.seconds_to_wait(request, "ada")) for _ in "abc"] == [False, False, True]
    assert [bool(limits.seconds_to_wait(request, "search", 2)) for _ in "abc"] == [False, False, True]


@STEPS
def test_sessions_last_no_longer_than_they_may(clock: Clock, settings: Settings, step: int) -> None:
    settings.STAFF_IDLE_MINUTES = 120
    make_staff()
    client = Client()
    log_in(client)
    client.get("/admin/")
    clock.set(step)
    sessions._seen.clear()
    client.get("/admin/")
    # After a day, nobody knows for how long they were away.
    assert is_in(client) == (abs(step) == HOUR)


@STEPS
def test_who_one_is_was_not_proven_in_the_future(clock: Clock, step: int) -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    recent._remember(request)
    assert recent.has_recently_proven(request)
    clock.set(step)
    assert not recent.has_recently_proven(request)
