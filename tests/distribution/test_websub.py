"""Hubs are told of the feeds that have changed, by tasks; a local server plays the hub."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import feedparser
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, TestCase
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from articles.changes import content_changed, rebuilding
from articles.distribution.websub import tasks
from articles.distribution.websub.feeds import FORMATS, changed_feeds, feeds_listed_since
from articles.editorial.edits import edit_articles
from articles.jobs.claims import claim
from articles.jobs.running import run_task
from articles.jobs.worker import LOOK_EVERY
from articles.models import Article, RecordedChange, Story, TaskRecord, Thread, Topic, Worker
from tests.support.accounts import client_of
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.stories import link

pytestmark = pytest.mark.django_db
SITE = "https://news.example"


@dataclass
class Hub:
    """What a hub was asked, and what it answers: the statuses in their order, then 204."""

    url: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def told(self) -> list[str]:
        """The paths of the feeds in RSS that it was told of, in their order."""
        urls = [url for each in self.asked for url in each["hub.url"]]
        assert all(url.startswith(SITE) for url in urls)
        assert len(urls) == 3 * len([url for url in urls if ".rss" in url])
        return [url.removeprefix(SITE) for url in urls if ".rss" in url]


@pytest.fixture
def hub() -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state.asked.append(parse_qs(body))
            state.kinds.append(self.headers["Content-Type"])
            self.send_response(state.statuses.pop(0) if state.statuses else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}/publish"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _told(hub: Hub, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.WEBSUB_HUBS, settings.SITE_URL = [hub.url], SITE
    monkeypatch.setattr(tasks, "SETTLED", dt.timedelta(0))
    tasks.connect()
    yield
    content_changed.disconnect(dispatch_uid="websub")


def change(article: Article, **values: Any) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([article.pk], **values)


def run_all() -> list[TaskRecord]:
    """Run all tasks that are due, as a worker does."""
    worker, done = Worker.objects.create(name="test"), []
    while record := claim(worker):
        run_task(record)
        record.refresh_from_db()
        done.append(record)
    return done


def test_a_hub_is_told_of_the_feeds_that_a_change_affects(hub: Hub) -> None:
    article = make_article([make_topic("Künstliche Intelligenz")], provider=make_provider("b.example"))
    make_article([make_topic("Space")], provider=make_provider("other.example"))
    change(article, title="New")
    assert hub.asked == [], "nobody waits for a hub"
    run_all()
    topic = Topic.objects.get(slug__startswith="k").get_absolute_url()
    assert hub.told() == [
        "/feeds/front.rss", "/feeds/latest.rss", f"{topic}feed.rss", f"{topic}feed.rss?deep=1",
        "/archive/2023/09/feed.rss", "/providers/b.example/feed.rss",
    ]  # fmt: skip
    assert [each["hub.mode"] for each in hub.asked] == [["publish"]]
    assert hub.kinds == ["application/x-www-form-urlencoded"]


def test_stories_and_threads_are_told_of_if_they_have_a_page(hub: Hub) -> None:
    alone = make_article(title="Alone")
    one = make_article(title="One", provider=make_provider("b.example"))
    link(one, make_article(title="Two", provider=make_provider("c.example")))
    later = make_article(title="Later", published_date_time=one.published_date_time + dt.timedelta(days=30))
    link(later, one)
    for article in (alone, one):
        change(article, title=f"{article.title} again")
    run_all()
    story, thread = Story.objects.get(size=2), Thread.objects.with_page().get()
    places = ("/stories/", "/threads/")
    assert [path for path in hub.told() if path.startswith(places)] == [
        f"{story.get_absolute_url()}feed.rss", f"{thread.get_absolute_url()}feed.rss"
    ]  # fmt: skip


def test_every_feed_that_hubs_are_told_of_names_itself_and_the_hub(hub: Hub, client: Client) -> None:
    article = make_article([make_topic("Künstliche Intelligenz")])
    link(article, make_article([make_topic("AI")], provider=make_provider("b.example")))
    change(article, title="New")
    run_all()
    urls = hub.asked[0]["hub.url"]
    assert len(urls) >= 15
    for url in urls:
        response = client.get(url.removeprefix(SITE))
        assert response.status_code == 200, url
        assert response["Link"] == f'<{hub.url}>; rel="hub", <{url}>; rel="self"'
        if ".json" in url:
            document = response.json()
            assert (document["hubs"], document["feed_url"]) == ([{"type": "WebSub", "url": hub.url}], url)
        else:
            links = {each["rel"]: each["href"] for each in feedparser.parse(response.content).feed.links}
            assert (links["hub"], links["self"]) == (hub.url, url)
        unchanged = client.get(url.removeprefix(SITE), headers={"If-None-Match": response["ETag"]})
        assert (unchanged.status_code, unchanged["Link"]) == (304, response["Link"])


@pytest.mark.parametrize(
    "path",
    ["/search/feed.{}?q=a", "/feeds/combined.{}?topic=ai"],
)
def test_feeds_of_which_hubs_are_not_told_name_none(hub: Hub, client: Client, path: str) -> None:
    make_article([make_topic("AI")])
    for form in FORMATS:
        response = client.get(path.format(form))
        assert response.status_code == 200
        assert "Link" not in response
        assert hub.url.encode() not in response.content


def test_topics_above_are_told_of_with_their_subtopics(hub: Hub) -> None:
    science = make_topic("Science")
    space = make_topic("Space", parent=make_topic("Physics", parent=science))
    make_topic("Other", parent=science)
    change(make_article([space]), title="New")
    run_all()
    assert {path for path in hub.told() if path.startswith("/topics/")} == {
        "/topics/space/feed.rss", "/topics/space/feed.rss?deep=1",
        "/topics/physics/feed.rss?deep=1", "/topics/science/feed.rss?deep=1",
    }  # fmt: skip


def test_the_months_that_an_article_leaves_and_joins_are_told_of(hub: Hub) -> None:
    times = [dt.datetime(2023, month, 15, tzinfo=dt.UTC) for month in (3, 5, 7)]
    moving, *_rest = [make_article(published_date_time=time) for time in (times[0], *times)]
    change(moving, published_date_time=times[2])
    run_all()
    months = ["/archive/2023/07/feed.rss", "/archive/2023/03/feed.rss"]
    assert [path for path in hub.told() if path.startswith("/archive/")] == months
    hub.asked.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        moving.delete()
    run_all()
    assert [path for path in hub.told() if path.startswith("/archive/")] == months[:1]


def test_a_month_of_the_sites_zone_may_begin_in_the_month_before(hub: Hub, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    article = make_article(published_date_time=dt.datetime(2023, 8, 31, 23, tzinfo=dt.UTC))
    change(article, title="New")
    run_all()
    assert [path for path in hub.told() if path.startswith("/archive/")] == ["/archive/2023/09/feed.rss"]


def test_without_hubs_no_feed_names_one_and_no_task_is_added(client: Client, settings: Settings) -> None:
    content_changed.disconnect(dispatch_uid="websub")
    settings.WEBSUB_HUBS, settings.SITE_URL = [], ""
    tasks.connect()
    article = make_article()
    change(article, title="New")
    assert not TaskRecord.objects.exists()
    for form in FORMATS:
        response = client.get(f"/feeds/latest.{form}")
        assert "Link" not in response
        assert b"hub" not in response.content


def test_changes_are_told_together_within_five_seconds(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.undo()
    assert tasks.SETTLED.total_seconds() + LOOK_EVERY <= 4
    one, other = make_article([make_topic("AI")]), make_article([make_topic("Space")])
    change(one, title="New")
    change(other, title="Newer")
    task = TaskRecord.objects.get().task
    assert task.run_after is not None
    assert task.run_after - timezone.now() <= tasks.SETTLED
    with django_assert_max_num_queries(8):
        paths = changed_feeds(task.args_kwargs["args"][1])
    assert {"/topics/ai/feed.rss", "/topics/space/feed.rss"} <= set(paths)


def test_a_hub_that_refuses_is_told_again_and_seen_by_editors_and_others_do_not_wait(
    hub: Hub, settings: Settings
) -> None:
    settings.WEBSUB_HUBS = ["http://127.0.0.1:9/hub", hub.url]
    article = make_article()
    hub.statuses = [503]
    change(article, title="New")
    errors = sorted(record.last_error for record in run_all())
    assert errors == ["HubError: 127.0.0.1: HTTP status 503", "HubError: 127.0.0.1: NewConnectionError"]
    assert [record.task.status for record in TaskRecord.objects.select_related("task")] == ["READY", "READY"]
    page = client_of(name="ada").get("/admin/articles/taskrecord/").content.decode()
    assert f"Tell {hub.url} of changed feeds" in page
    for record in TaskRecord.objects.select_related("task"):
        record.task.run_after = timezone.now()
        record.task.save()
    run_all()
    assert len(hub.asked) == 2
    assert hub.asked[0] == hub.asked[1]


def test_many_feeds_are_told_in_parts(hub: Hub) -> None:
    topics = [make_topic(f"Topic {number}") for number in range(40)]
    change(make_article(topics), title="New")
    run_all()
    # 40 topics with and without their subtopics, a month, a provider, and two others.
    assert [len(each["hub.url"]) for each in hub.asked] == [100, 100, 52]


def test_after_a_rebuild_all_topics_and_providers_are_told_of(hub: Hub) -> None:
    make_article([make_topic("AI")])
    with TestCase.captureOnCommitCallbacks(execute=True), rebuilding():
        pass
    run_all()
    assert hub.told() == [
        "/feeds/front.rss", "/feeds/latest.rss", "/topics/ai/feed.rss", "/topics/ai/feed.rss?deep=1",
        "/archive/2023/09/feed.rss", "/providers/a.example/feed.rss",
    ]  # fmt: skip


def test_what_is_listed_by_its_own_time_is_told_of_then(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + dt.timedelta(hours=1)
    article = make_article([make_topic("AI")], published_date_time=later)
    change(article, title="New")
    run_all()
    [record] = TaskRecord.objects.filter(key__isnull=False).select_related("task")
    assert record.task.run_after == later
    assert feeds_listed_since(later) == [f"/feeds/front.{form}" for form in FORMATS], "a pin, as nothing is listed"
    # The time comes.
    Article.objects.update(published_date_time=later - dt.timedelta(hours=2))
    record.task.run_after = timezone.now()
    record.task.args_kwargs["args"] = [(later - dt.timedelta(hours=3)).isoformat()]
    record.task.save()
    hub.asked.clear()
    run_all()
    assert hub.told() == [
        "/feeds/front.rss", "/feeds/latest.rss", "/topics/ai/feed.rss", "/topics/ai/feed.rss?deep=1",
        f"/archive/{later - dt.timedelta(hours=2):%Y/%m}/feed.rss", "/providers/a.example/feed.rss",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hubs", "site", "message"),
    [(["https://hub.example"], "", "WEBSUB_HUBS needs SITE_URL"), (["hub.example"], SITE, "WEBSUB_HUBS, address 1")],
)
def test_wrong_settings_are_errors_at_the_start(settings: Settings, hubs: list[str], site: str, message: str) -> None:
    settings.WEBSUB_HUBS, settings.SITE_URL = hubs, site
    with pytest.raises(ImproperlyConfigured, match=message):
        tasks.connect()


def test_a_change_that_no_longer_has_a_row_is_none(hub: Hub) -> None:
    make_article()
    RecordedChange.objects.all().delete()
    assert changed_feeds(10**9) == [f"/feeds/front.{form}" for form in FORMATS]


def test_a_change_that_a_newer_release_recorded_may_be_of_anything(hub: Hub) -> None:
    make_article([make_topic("AI")])
    RecordedChange.objects.create(pk=10**6, content={"articles": [1], "of tomorrow": [2]})
    assert "/topics/ai/feed.rss" in changed_feeds(10**6)
