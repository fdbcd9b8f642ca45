"""Changes that are purged from caches, by a task after each of them."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from articles.changes import announce, content_changed, rebuilding
from articles.editorial.edits import edit_articles
from articles.jobs.claims import claim
from articles.jobs.running import run_task
from articles.models import Article, Provider, RecordedChange, TaskRecord, TaskState, Topic, Worker
from newsreader.cdn import purging, tasks
from tests.newsreader.cdn.conftest import Caches
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _told(caches: Caches, settings: Any) -> Any:
    settings.CDN_PURGE_URLS = [f"fastly://secret@id?endpoint=http://{caches.address}"]
    apps.get_app_config("cdn").ready()
    yield
    content_changed.disconnect(dispatch_uid="cdn")


@pytest.fixture
def article() -> Article:
    return make_article(title="One", topics=[make_topic("AI")])


def change(article: Article, **values: Any) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([article.pk], **values)


def run_next() -> TaskRecord | None:
    """Run the next task that is due, as a worker does."""
    record = claim(Worker.objects.create(name="test"))
    if record:
        run_task(record)
    return record


def waiting() -> list[str]:
    return [record.task.task_path.rpartition(".")[2] for record in TaskRecord.objects.select_related("task")
            if record.state == TaskState.WAITING]  # fmt: skip


def test_without_caches_no_task_is_added(article: Article, settings: Any) -> None:
    content_changed.disconnect(dispatch_uid="cdn")
    settings.CDN_PURGE_URLS = []
    apps.get_app_config("cdn").ready()
    change(article, title="New")
    assert waiting() == []


def test_a_wrong_address_is_an_error_at_the_start(settings: Any) -> None:
    settings.CDN_PURGE_URLS = ["akamai://secret@id"]
    with pytest.raises(ImproperlyConfigured, match="CDN_PURGE_URLS, address 1"):
        apps.get_app_config("cdn").ready()


def test_changes_are_purged_together_by_one_task(article: Article, caches: Caches) -> None:
    other = make_article(title="Two")
    change(article, title="New")
    change(other, title="Newer")
    assert waiting() == ["purge"]
    assert caches.asked == []
    run_next()
    tags = caches.tags()
    assert {"anything", f"article-{article.pk}", f"article-{other.pk}", f"topic-{Topic.objects.get().pk}"} <= set(tags)
    assert len(tags) == len(set(tags))


def test_they_are_purged_again_when_all_workers_know_of_them(
    article: Article, caches: Caches, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(article, title="New")
    run_next()
    assert waiting() == ["purge_again"]
    assert run_next() is None, "not yet"
    first = caches.tags()
    caches.asked.clear()
    monkeypatch.setattr(tasks, "SETTLED", dt.timedelta(0))
    change(article, title="Newer")
    run_next()
    caches.asked.clear()
    run_next()
    assert caches.tags() == first
    assert waiting() == ["purge_again"], "the one that was not due; none asks for another one"


def test_a_change_while_a_purge_runs_is_purged_by_another_one(article: Article, caches: Caches) -> None:
    change(article, title="New")
    assert claim(Worker.objects.create(name="test"))
    change(article, title="Newer")
    assert waiting() == ["purge"]


def test_a_purge_that_is_refused_is_tried_again_later_and_seen(article: Article, caches: Caches) -> None:
    caches.statuses = [503]
    change(article, title="New")
    record = run_next()
    assert record
    record.refresh_from_db()
    assert "fastly://id: HTTP status 503" in record.last_error
    assert "secret" not in record.last_error
    assert waiting() == ["purge"]


def test_every_cache_is_told_even_if_the_first_one_refuses(article: Article, caches: Caches, settings: Any) -> None:
    settings.CDN_PURGE_URLS = [*settings.CDN_PURGE_URLS, f"varnish://{caches.address}"]
    caches.statuses = [500]
    change(article, title="New")
    run_next()
    assert [each.method for each in caches.asked] == ["POST", "PURGE"]


def test_a_rebuild_empties_caches(article: Article, caches: Caches) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True), rebuilding():
        pass
    run_next()
    assert caches.tags() == ["page"]


def test_many_changes_empty_caches(caches: Caches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "MAX_TAGS", 50)
    for start in range(0, 100, 10):
        with TestCase.captureOnCommitCallbacks(execute=True):
            announce(articles=range(start, start + 10))
    run_next()
    assert caches.tags() == ["page"]


def test_a_purge_that_waited_longer_than_the_log_remembers_empties_caches(article: Article, caches: Caches) -> None:
    change(article, title="New")
    number = RecordedChange.objects.latest("pk").pk
    purging.purge_changes_after(number, timezone.now() - dt.timedelta(hours=1))
    assert caches.tags() == ["page"]


def test_a_cache_that_knows_addresses_gets_those_of_what_changed(
    article: Article, caches: Caches, settings: Any
) -> None:
    settings.CDN_PURGE_URLS = [f"purge://{caches.address}?host=news.example"]
    change(article, title="New")
    run_next()
    expected = {"/", "/topics/", "/providers/", "/archive/", "/topics/ai/", article.get_absolute_url()}
    expected.add(Provider.objects.get().get_absolute_url())
    assert {each.path for each in caches.asked} >= expected


def test_a_command_empties_caches(caches: Caches) -> None:
    out = StringIO()
    call_command("purge_cdn", stdout=out)
    assert caches.tags() == ["page"]
    assert out.getvalue() == "purged\n"
    caches.statuses = [403]
    with pytest.raises(CommandError, match="fastly://id: HTTP status 403"):
        call_command("purge_cdn", stdout=out)


def test_without_caches_the_command_says_so(settings: Any) -> None:
    settings.CDN_PURGE_URLS = []
    with pytest.raises(CommandError, match="CDN_PURGE_URLS names no cache"):
        call_command("purge_cdn")
