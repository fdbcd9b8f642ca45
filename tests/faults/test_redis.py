"""A Redis that goes away and comes back: nobody notices but by the time pages take, and limits hold."""

import logging
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.core.cache import cache, caches
from django.test import Client, TestCase
from pytest_django import Settings

from articles.editorial.edits import edit_articles
from articles.models import Article
from newsreader import limits, outage_log, redis_cache
from newsreader.page_cache import middleware
from newsreader.page_cache import store as store_module
from newsreader.page_cache.store import PageStore
from tests.support.factories import make_article, make_topic
from tests.support.redis_servers import RedisServer, has_program, redis_server
from tests.support.second_factors import is_in, log_in, make_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,
    pytest.mark.skipif(not has_program(), reason="redis-server is not installed"),
]
HIT, MISS = "newsreader; hit", "newsreader; fwd=miss; stored"
TOPIC = "/topics/ai/"


class Clock:
    """The monotonic clock of the cache, which tests move on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (redis_cache, outage_log):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(redis_cache, "outages", defaultdict(redis_cache.Outage))
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)  # no minute of a limit ends meanwhile
    return clock


def use(settings: Settings, url: str) -> None:
    settings.CACHES = {"default": {"BACKEND": "newsreader.redis_cache.FallbackRedisCache", "LOCATION": url}}


@pytest.fixture
def redis(clock: Clock, settings: Settings) -> Iterator[RedisServer]:
    """A server of the test's own, which the site uses."""
    with redis_server() as server:
        use(settings, server.url)
        yield server


@pytest.fixture
def new_worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Client]:
    """Return a function that makes a reader of another worker, with no pages of its own yet."""
    settings.PAGE_CACHE_BYTES = 10_000_000
    monkeypatch.setattr(store_module, "LOOK_SECONDS", 0)

    def made() -> Client:
        store = PageStore(10_000_000)
        monkeypatch.setattr(middleware, "store", store)
        monkeypatch.setattr(store_module, "store", store)
        return Client()

    return made


@pytest.fixture
def article() -> Article:
    return make_article(title="One", topics=[make_topic("AI")])


def topic(client: Client) -> tuple[str, bytes]:
    answer = client.get(TOPIC)
    assert answer.status_code == 200
    return answer.get("Cache-Status", ""), answer.content


def test_it_is_used_again_without_a_restart_and_has_no_old_page(
    redis: RedisServer, clock: Clock, new_worker: Callable[[], Client], article: Article
) -> None:
    worker = new_worker()
    assert topic(worker)[0] == MISS
    assert topic(new_worker())[0] == HIT
    redis.stop()
    assert topic(other := new_worker())[0] == MISS
    assert topic(other)[0] == HIT
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([article.pk], title="Another")
    assert b"Another" in topic(other)[1]
    redis.start()
    assert topic(new_worker())[0] == MISS  # nobody has asked it yet
    clock.ahead += redis_cache.PAUSE
    # It has the page as it was, from before: that is not shown.
    status, page = topic(new_worker())
    assert (status, b"Another" in page) == (MISS, True)
    assert topic(new_worker())[0] == HIT


def test_search_login_and_limits_go_on(
    redis: RedisServer, clock: Clock, new_worker: Callable[[], Client], settings: Settings, article: Article
) -> None:
    settings.SEARCH_RATE_LIMIT = settings.API_RATE_LIMIT = settings.LOGIN_RATE_LIMIT = 2
    make_staff()
    redis.stop()
    client = new_worker()
    assert [client.get("/search/", {"q": text}).status_code for text in "abc"] == [200, 200, 429]
    assert [client.get("/api/v1/topics").status_code for _ in "abc"] == [200, 200, 429]
    log_in(client)
    assert is_in(client)
    assert [log_in(Client(), "bob", "wrong").status_code for _ in "abc"] == [200, 200, 429]


def test_nobody_waits_longer_than_the_time_out_and_the_log_has_a_line_a_minute(
    clock: Clock,
    new_worker: Callable[[], Client],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(redis_cache, "TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, caplog.at_level(logging.INFO, redis_cache.__name__):
        use(settings, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        worker, took = new_worker(), []
        for number in range(4):
            begun = time.monotonic()
            assert worker.get("/search/", {"q": f"word{number}"}).status_code == 200
            took.append(time.monotonic() - begun)
            clock.ahead += 0 if number < 2 else redis_cache.PAUSE
        begun = time.monotonic()
        assert [cache.get(f"key{number}") for number in range(100)] == [None] * 100
        assert time.monotonic() - begun < 2  # one of them waited, not each
    assert max(took) < 3, took
    assert len(caplog.messages) == 1, caplog.messages
    assert "does without it" in caplog.messages[0]


def test_that_it_is_back_is_said_once(redis: RedisServer, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, redis_cache.__name__):
        redis.stop()
        for _ in range(12):  # two minutes
            assert cache.get("key") is None
            clock.ahead += 10
        redis.start()
        for _ in range(3):
            cache.set("key", "value")
        assert cache.get("key") == "value"
    assert [("does without it" in each, "answers again" in each) for each in caplog.messages] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def try_login(number: int) -> int:
    return log_in(Client(), "ada", f"wrong{number}").status_code


def try_search(number: int) -> int:
    return Client().get("/search/", {"q": f"word{number}"}).status_code


def try_api(number: int) -> int:
    return Client().get("/api/v1/topics").status_code


@pytest.mark.parametrize("attempt", [try_login, try_search, try_api])
def test_limits_are_those_of_all_workers_together(
    attempt: Callable[[int], int], redis: RedisServer, settings: Settings
) -> None:
    settings.SEARCH_RATE_LIMIT = settings.API_RATE_LIMIT = settings.LOGIN_RATE_LIMIT = 3
    answers = []
    for number in range(5):
        answers.append(attempt(number))
        del caches["default"]  # the next request opens another one, as a worker of its own does
    assert answers == [200, 200, 200, 429, 429]


def test_of_many_requests_at_once_each_counts(redis: RedisServer) -> None:
    with ThreadPoolExecutor(8) as workers:  # each thread has a cache of its own
        counts = list(workers.map(lambda _: limits.count_request("search-192.0.2.1-1"), range(200)))
    assert sorted(counts) == list(range(1, 201))


def test_pages_are_not_kept_twice_while_it_is_away(redis: RedisServer) -> None:
    redis.stop()
    cache.set("page", b"a page")
    cache.set("count", 3)
    assert (cache.get("page"), cache.incr("count"), cache.add("count", 1)) == (None, 4, False)
