"""/metrics: who sees it, and what it says."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import ImportRun, TaskRecord, Worker
from newsreader.metrics import database, folder, instruments
from newsreader.metrics.access import Access
from newsreader.page_cache.store import PageStore
from tests.support.factories import make_article, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TOKEN = "a long random text"


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def figures() -> Callable[[], dict[str, float]]:
    """Return a function that returns all figures, by name and labels."""

    def read() -> dict[str, float]:
        text = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
        lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    return read


def requests_of(view: str, status: int, cache: str) -> str:
    return f'newsreader_requests_total{{cache="{cache}",status="{status}",view="{view}"}}'


def test_pages_are_counted_by_view_status_and_level_of_the_cache(
    pages: PageStore, figures: Callable[[], dict[str, float]]
) -> None:
    make_article([make_topic()])
    names = [
        requests_of("topic", 200, "miss"),
        requests_of("topic", 200, "worker"),
        requests_of("topic", 304, "worker"),
        requests_of("topic", 404, "bypass"),
        requests_of("settings", 200, "bypass"),
        'newsreader_request_seconds_count{view="topic"}',
    ]
    before = figures()
    reader = Client()
    for _ in range(3):
        response = reader.get("/topics/ai/")
    reader.get("/topics/ai/", headers={"if-none-match": response["ETag"]})
    reader.get("/topics/none/")
    reader.get("/settings/")
    after = figures()
    assert [after[name] - before.get(name, 0) for name in names] == [1, 2, 1, 1, 1, 2]


def test_queries_are_counted_once_each(figures: Callable[[], dict[str, float]], django_assert_num_queries: Any) -> None:
    name = 'newsreader_query_seconds_count{database="default"}'
    client = Client()
    client.get("/offline/")
    before = figures()[name]
    with django_assert_num_queries(1):
        client.get("/offline/")
    # Each request for the figures asks for what the database knows after it has read what was counted.
    asked = figures()[name] - before
    assert asked - (figures()[name] - before - asked) == 1


def test_what_the_database_knows_is_shown(figures: Callable[[], dict[str, float]]) -> None:
    assert "newsreader_last_import_timestamp_seconds" not in figures()
    time = timezone.now() - dt.timedelta(hours=2)
    ImportRun.objects.create(started=time, finished=time, state=ImportRun.State.FINISHED, paths="x")
    article = make_article([make_topic()])
    shown = figures()
    assert shown["newsreader_last_import_timestamp_seconds"] == pytest.approx(time.timestamp(), abs=1)
    assert shown["newsreader_newest_article_timestamp_seconds"] == article.listed_from.timestamp()
    assert shown["newsreader_database_up"] == 1


def test_tasks_that_wait_and_failed_are_counted(figures: Callable[[], dict[str, float]]) -> None:
    Worker.objects.create(name="one")
    tasks = DBTaskResult.objects
    statuses = ["READY", "READY", "FAILED", "FAILED", "SUCCESSFUL"]
    for number, status in enumerate(statuses):
        task = tasks.create(
            status=status, task_path="x", args_kwargs={}, run_after=timezone.now(), backend_name="default"
        )
        TaskRecord.objects.create(task=task, title=status, is_cancelled=number == 3)
    shown = figures()
    assert [shown[f'newsreader_tasks{{state="{state}"}}'] for state in ("waiting", "running", "failed")] == [2, 0, 1]
    assert shown["newsreader_workers"] == 1


def test_without_the_database_the_rest_is_shown(
    figures: Callable[[], dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise DatabaseError("down")

    Client().get("/")
    monkeypatch.setattr(database, "_tasks", fail)
    shown = figures()
    assert shown["newsreader_database_up"] == 0
    assert any(name.startswith("newsreader_requests_total") for name in shown)


def test_a_page_that_is_old_tells_its_age(
    figures: Callable[[], dict[str, float]], pages: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(now: float) -> None:
        raise DatabaseError("down")

    make_article([make_topic()])
    reader = Client()
    reader.get("/topics/ai/")
    pages.clock = lambda: dt.datetime.now(dt.UTC).timestamp() + 1000
    monkeypatch.setattr(pages, "_read", fail)
    reader.get("/topics/ai/")
    assert figures()["newsreader_page_age_seconds"] > 900


@pytest.mark.parametrize(
    ("allowed", "behind_proxy", "request_headers", "status"),
    [
        ("", False, {}, 404),
        ("", False, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        ("", False, {"HTTP_AUTHORIZATION": "Bearer wrong"}, 404),
        ("", False, {"HTTP_AUTHORIZATION": f"Basic {TOKEN}"}, 404),
        ("10.0.0.0/8,::1", False, {"REMOTE_ADDR": "10.1.2.3"}, 200),
        ("10.0.0.0/8,::1", False, {"REMOTE_ADDR": "::1"}, 200),
        ("10.0.0.0/8,::1", False, {"REMOTE_ADDR": "11.1.2.3"}, 404),
        ("10.0.0.0/8,::1", False, {"REMOTE_ADDR": ""}, 404),
        # A proxy in the network passes on requests of anyone, and what they say of themselves.
        ("10.0.0.0/8", False, {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "11.1.2.3"}, 404),
        ("10.0.0.0/8", False, {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "10.1.2.3"}, 404),
        ("10.0.0.0/8", True, {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "10.9.9.9, 11.1.2.3"}, 404),
        ("10.0.0.0/8", True, {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "11.1.2.3, 10.9.9.9"}, 200),
    ],
)
def test_only_allowed_addresses_and_who_knows_the_token_see_them(
    settings: Any, allowed: str, behind_proxy: bool, request_headers: dict[str, str], status: int
) -> None:
    settings.METRICS_ALLOWED = allowed.split(",") if allowed else []
    settings.TRUSTED_PROXIES = ["10.1.2.3"] if behind_proxy else []
    host = "10.0.0.7:8000" if status == 200 else "localhost"
    response = Client().get("/metrics", HTTP_HOST=host, **request_headers)
    assert response.status_code == status
    assert ("newsreader_requests" in response.content.decode()) == (status == 200)


def test_without_settings_there_is_no_such_page(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for token in (TOKEN, ""):
        assert Client().get("/metrics", headers={"authorization": f"Bearer {token}"}).status_code == 404


def test_networks_that_are_none_are_named_at_the_start(settings: Any) -> None:
    settings.METRICS_ALLOWED = ["10.0.0.0/33"]
    with pytest.raises(ImproperlyConfigured, match=r"METRICS_ALLOWED.*10\.0\.0\.0/33"):
        Access()


def test_a_server_has_a_folder_of_its_own_and_those_that_ended_lose_theirs(tmp_path: Path) -> None:
    ended = tmp_path / "4194300-12"
    reused = tmp_path / f"{folder.os.getpid()}-1"
    other = tmp_path / "notes"
    for each in (ended, reused, other):
        each.mkdir()
    (ended / "counter_5.db").touch()
    own = folder.folder_of_server(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([own, other])
    (own / "counter_7.db").touch()
    assert folder.folder_of_server(tmp_path) == own
    assert (own / "counter_7.db").exists()


def test_present_values_of_workers_that_ended_are_found(tmp_path: Path) -> None:
    for name in ("gauge_livemax_4194300.db", f"gauge_livemax_{folder.os.getpid()}.db", "counter_4194301.db"):
        (tmp_path / name).touch()
    assert folder.processes_that_ended(tmp_path) == {4194300}


def test_every_figure_is_in_the_docs() -> None:
    text = Path("docs/deployment.md").read_text(encoding="utf-8")
    sources = "".join(Path(module.__file__ or "").read_text() for module in (instruments, database))
    names = set(re.findall(r'"(newsreader_\w+)"', sources))
    assert len(names) > 5
    assert {name for name in names if name not in text} == set()
