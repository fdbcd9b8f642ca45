"""Pages in memory: what changes make old, and that each is made once."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse

from articles.changes import ContentChange
from articles.changes.log import Recorded
from articles.pages.shown import shows, shows_articles
from newsreader.page_cache import shared as shared_module
from newsreader.page_cache import store as store_module
from newsreader.page_cache.entries import Entry
from newsreader.page_cache.middleware import PageCacheMiddleware
from newsreader.page_cache.shared import SharedPages
from newsreader.page_cache.store import PageStore
from newsreader.replicas.routing import CHANGE


def entry(change: int, *tags: str) -> Entry:
    return Entry(200, [], "", {"": b"x"}, frozenset(tags), change, 0.0, 1e12)


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    """The log, which tests fill."""
    rows: list[Recorded] = []
    monkeypatch.setattr(store_module, "LOOK_SECONDS", 0)
    monkeypatch.setattr(store_module, "latest_changes", lambda limit: rows[-limit:])
    later = lambda number, limit: [row for row in rows if row.number > number][:limit]  # noqa: E731
    monkeypatch.setattr(store_module, "changes_after", later)
    monkeypatch.setattr(store_module, "next_change_by_time", lambda now: 1e12)
    return rows


def test_a_change_makes_pages_with_its_tags_old_if_they_were_made_before(rows: list[Recorded]) -> None:
    pages = PageStore(10_000)
    pages.follow()
    pages.put("one", entry(0, "article-1"))
    pages.put("two", entry(0, "article-2", "topic-1"))
    rows.append(Recorded(7, ContentChange(articles=frozenset({1}), topics=frozenset({3}))))
    pages.follow()
    pages.put("later", entry(7, "article-1"))
    assert [pages.get(key) is not None for key in ("one", "two", "later")] == [False, True, True]
    rows.append(Recorded(8, ContentChange(everything=True)))
    pages.follow()
    assert [pages.get(key) for key in ("one", "two", "later")] == [None, None, None]
    pages.put("last", entry(8, "article-1"))
    assert pages.get("last")


def test_more_changes_than_are_read_at_once_make_everything_old(
    rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "ROWS", 3)
    pages = PageStore(10_000)
    pages.follow()
    pages.put("one", entry(0, "article-1"))
    rows += [Recorded(number, ContentChange(articles=frozenset({9}))) for number in range(1, 6)]
    pages.follow()
    pages.follow()
    assert pages.last_change == 5
    assert pages.get("one") is None


def test_a_process_that_begins_knows_recent_changes_and_takes_older_pages_for_old(
    rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "ROWS", 3)
    rows += [Recorded(number, ContentChange(articles=frozenset({number}))) for number in range(1, 6)]
    pages = PageStore(10_000)
    pages.follow()
    for number, each in enumerate([entry(1, "x"), entry(2, "x"), entry(3, "article-4"), entry(4, "article-4")]):
        pages.put(str(number), each)
    assert [pages.get(str(number)) is not None for number in range(4)] == [False, True, False, True]


def test_tags_that_are_remembered_have_a_bound(rows: list[Recorded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MAX_TAGS", 10)
    pages = PageStore(10_000)
    pages.follow()
    for number in range(1, 60):
        rows.append(Recorded(number, ContentChange(articles=frozenset({number}))))
        pages.follow()
    assert len(pages._changed) <= 13
    pages.put("one", entry(20, "article-21"))
    assert pages.get("one") is None


class Site:
    """A site with one page, which takes its time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.made = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.made += 1
        time.sleep(self.seconds)
        shows("anything")
        shows_articles([1])
        return HttpResponse(f"page {self.made}", headers={"Cache-Control": "public", "Vary": "Cookie"})


def ask(cache: PageCacheMiddleware) -> HttpResponse:
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = "/"
    request.META = {"QUERY_STRING": "", "HTTP_HOST": "localhost"}
    return cache(request)


def ask_at_once(caches: Sequence[PageCacheMiddleware], times: int) -> list[bytes]:
    """Ask each of the workers in turn, all at the same time."""
    answers: list[bytes] = []
    turns = [caches[number % len(caches)] for number in range(times)]
    threads = [threading.Thread(target=lambda cache=cache: answers.append(ask(cache).content)) for cache in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def site() -> Site:
    return Site(0.05)


@pytest.fixture
def cache(site: Site, settings: Any) -> PageCacheMiddleware:
    settings.PAGE_CACHE_BYTES = 10_000
    return PageCacheMiddleware(site, PageStore(10_000))


def test_fifty_who_ask_at_once_have_one_page_made(rows: list[Recorded], site: Site, cache: PageCacheMiddleware) -> None:
    assert ask_at_once([cache], 50) == [b"page 1"] * 50
    assert site.made == 1


def test_while_time_has_made_a_page_old_others_get_it_until_it_is_made(
    rows: list[Recorded], site: Site, cache: PageCacheMiddleware, settings: Any
) -> None:
    ask(cache)
    now = time.time()
    cache.pages.clock = lambda: now + settings.PAGE_CACHE_SECONDS + 10
    answers = ask_at_once([cache], 20)
    assert site.made == 2
    assert set(answers) == {b"page 1", b"page 2"}
    assert ask(cache).content == b"page 2"


def test_what_is_no_longer_true_is_given_to_nobody(
    rows: list[Recorded], site: Site, cache: PageCacheMiddleware
) -> None:
    ask(cache)
    rows.append(Recorded(1, ContentChange(articles=frozenset({1}))))
    assert ask_at_once([cache], 20) == [b"page 2"] * 20
    assert site.made == 2


def test_what_changes_while_a_page_is_made_makes_it_old(
    rows: list[Recorded], site: Site, cache: PageCacheMiddleware
) -> None:
    thread = threading.Thread(target=lambda: ask(cache))
    thread.start()
    while not site.made:
        time.sleep(0.001)
    rows.append(Recorded(1, ContentChange(articles=frozenset({1}))))
    thread.join()
    assert ask(cache).content == b"page 2"


def test_after_a_page_that_failed_the_next_one_is_made(rows: list[Recorded], settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 10_000
    answers = iter([ValueError("no"), HttpResponse("page")])

    def site(request: HttpRequest) -> HttpResponse:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cache = PageCacheMiddleware(site, PageStore(10_000))
    with pytest.raises(ValueError, match="no"):
        ask(cache)
    assert ask(cache).content == b"page"


def test_a_log_that_two_threads_read_at_once_is_applied_once(rows: list[Recorded]) -> None:
    pages = PageStore(10_000)
    pages.follow()
    rows += [Recorded(number, ContentChange(articles=frozenset({1}))) for number in (1, 2)]
    pages.follow()
    pages.put("one", entry(1, "article-1"))
    pages._apply(rows[0])  # as the slower thread has read it
    assert pages.last_change == 2
    assert pages.get("one") is None


@pytest.fixture
def workers(site: Site, settings: Any) -> list[PageCacheMiddleware]:
    """Two workers of the site that share a cache."""
    settings.PAGE_CACHE_BYTES = 10_000
    shared = LocMemCache("shared by workers", {})
    shared.clear()
    workers = [PageCacheMiddleware(site, PageStore(10_000)) for _ in range(2)]
    for worker in workers:
        worker.pages.shared = SharedPages(shared)
    return workers


def test_workers_that_share_a_cache_have_one_page_made(
    rows: list[Recorded], site: Site, workers: list[PageCacheMiddleware]
) -> None:
    assert ask_at_once(workers, 50) == [b"page 1"] * 50
    rows.append(Recorded(1, ContentChange(articles=frozenset({1}))))
    assert ask_at_once(workers, 50) == [b"page 2"] * 50
    assert site.made == 2


def test_a_worker_takes_a_newer_page_of_another_one(
    rows: list[Recorded], site: Site, workers: list[PageCacheMiddleware], settings: Any
) -> None:
    now = time.time()
    first, second = workers
    assert [ask(worker).content for worker in workers] == [b"page 1"] * 2
    for worker in workers:
        worker.pages.clock = lambda: now + settings.PAGE_CACHE_SECONDS + 10  # time has made the page old
    assert [ask(first).content, ask(second).content] == [b"page 2"] * 2
    assert site.made == 2


def test_a_worker_that_was_killed_while_it_made_a_page_holds_up_others_for_a_while_only(
    rows: list[Recorded], site: Site, workers: list[PageCacheMiddleware], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_module, "LOCK_SECONDS", 0.1)
    killed, other = workers
    assert killed.pages.shared
    killed.pages.shared._is_first(f"{shared_module._name('http://localhost/?')}:rendering")
    started = time.monotonic()
    assert ask(other).content == b"page 1"
    assert time.monotonic() - started >= 0.1


def test_an_error_while_a_page_is_made_is_the_readers_and_lets_others_make_it(
    rows: list[Recorded], workers: list[PageCacheMiddleware]
) -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise ValueError("broken")

    first, second = workers
    first.get_response = broken
    with pytest.raises(ValueError, match="broken"):
        ask(first)
    assert ask(second).content == b"page 1"


def test_a_page_of_a_replica_with_fewer_changes_is_as_old_as_these(rows: list[Recorded], settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 10_000
    rows.append(Recorded(7, ContentChange(articles=frozenset({1}))))
    replica = iter([6, 7])

    def site(request: HttpRequest) -> HttpResponse:
        request.META[CHANGE] = next(replica)
        shows("anything")
        shows_articles([1])
        return HttpResponse("page", headers={"Cache-Control": "public"})

    cache = PageCacheMiddleware(site, PageStore(10_000))
    statuses = [ask(cache)["Cache-Status"].partition(";")[2] for _ in range(3)]
    assert statuses == [" fwd=miss; stored", " fwd=miss; stored", " hit"]
