"""A site with two real PostgreSQL clusters, one of them a streaming replica, each killed under load."""

import itertools
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.production import ROOT, SAMPLE_EDITION, environment_of, served
from tests.support.clusters import Cluster, clusters, programs

pytestmark = [
    pytest.mark.xdist_group("serving"),
    pytest.mark.skipif(programs() is None, reason="there is no PostgreSQL server here"),
]
SECONDS = 20  # until what must happen has happened
CHANGE = "INSERT INTO articles_recordedchange (time, content) VALUES (now(), NULL)"
PAGES = ("/", "/topics/", "/archive/", "/providers/", "/search/?q=moon")

NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Newsroom:
    url: str
    primary: Cluster
    replica: Cluster

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def cold(self, path: str) -> tuple[int, str]:
        """Return a page that is rendered for this request."""
        return self.ask(path, Cookie="choices=none")

    def queries(self, alias: str) -> float:
        _, text = self.ask("/metrics", Authorization="Bearer token")
        name = f'newsreader_query_seconds_count{{database="{alias}"}} '
        return sum(float(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name))

    def rename(self, name: str) -> None:
        """Rename a topic, as an editor does, and announce it."""
        self.primary.execute(f"UPDATE articles_topic SET name = '{name}' WHERE slug = 'space'", CHANGE)

    def is_reading(self, alias: str) -> bool:
        before = self.queries(alias)
        # A search of its own: other pages are made of what is known, with hardly a query.
        self.cold(f"/search/?q=word{next(NUMBERS)}")
        return self.queries(alias) > before


def until(condition: Callable[[], bool], seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        made = stack.enter_context(clusters())
        primary = made.new_primary()
        environment = environment_of(folder) | {"DATABASE_URL": primary.url, "DATABASE_POOL": "true"}
        prepare(environment)
        replica = made.replica_of(primary)
        environment |= {"DATABASE_REPLICA_URLS": replica.url, "METRICS_TOKEN": "token", "PAGE_CACHE_MB": "8"}
        url = stack.enter_context(served(environment))
        yield Newsroom(url, primary, replica)


def prepare(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "bench.production", str(SAMPLE_EDITION)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def load(newsroom: Newsroom) -> Iterator[list[int]]:
    """Ask for pages that are rendered, and for cached ones, in the block; yield the statuses."""
    statuses: list[int] = []
    is_over = False

    def ask_on(first: int) -> None:
        number = first
        while not is_over:
            path = PAGES[number % len(PAGES)]
            statuses.append((newsroom.cold if number % 2 else newsroom.ask)(path)[0])
            number += 1

    with ThreadPoolExecutor(3) as readers:
        asking = [readers.submit(ask_on, first) for first in range(3)]
        try:
            yield statuses
        finally:
            is_over = True
        for each in asking:
            each.result()


def asked_more(statuses: list[int], number: int) -> Callable[[], bool]:
    """Return a condition: so many answers more than now."""
    enough = len(statuses) + number
    return lambda: len(statuses) >= enough


def test_readers_pages_come_from_the_replica(newsroom: Newsroom) -> None:
    until(lambda: newsroom.is_reading("replica1"))
    before = newsroom.queries("default")
    for path in PAGES:
        assert newsroom.cold(path)[0] == 200
    # The primary is asked for changes once a second, and for /metrics.
    assert newsroom.queries("default") - before < 30
    asked = newsroom.queries("replica1")
    assert newsroom.ask("/topics/", Cookie="sessionid=x; choices=none")[0] == 200
    assert newsroom.queries("replica1") == asked


def test_a_change_is_shown_though_the_replica_has_not_got_it(newsroom: Newsroom) -> None:
    until(lambda: newsroom.is_reading("replica1"))
    newsroom.ask("/topics/")
    newsroom.replica.execute("SELECT pg_wal_replay_pause()")
    try:
        newsroom.rename("Outer space")
        # Within a second, and what a busy machine takes; a replica that lags is left out only after ten.
        until(lambda: "Outer space" in newsroom.ask("/topics/")[1], seconds=5)
        for _ in range(5):
            assert "Outer space" in newsroom.ask("/topics/")[1]
            assert "Outer space" in newsroom.cold("/topics/")[1]
        assert not newsroom.is_reading("replica1")
    finally:
        newsroom.replica.execute("SELECT pg_wal_replay_resume()")
    until(lambda: newsroom.is_reading("replica1"))
    assert "Outer space" in newsroom.cold("/topics/")[1]


def test_a_replica_that_is_killed_is_left_out_and_no_request_fails(newsroom: Newsroom) -> None:
    until(lambda: newsroom.is_reading("replica1"))
    with load(newsroom) as statuses:
        until(asked_more(statuses, 20))
        newsroom.replica.kill()
        until(asked_more(statuses, 40))
        newsroom.replica.start()
        until(asked_more(statuses, 20))
    assert set(statuses) == {200}
    until(lambda: newsroom.is_reading("replica1"))


def test_readers_read_on_when_the_primary_is_killed(newsroom: Newsroom) -> None:
    until(lambda: newsroom.is_reading("replica1"))
    with load(newsroom) as statuses:
        until(asked_more(statuses, 20))
        newsroom.primary.kill()
        until(asked_more(statuses, 60))
        assert newsroom.ask("/readyz")[0] == 200
        newsroom.primary.start()
        until(asked_more(statuses, 20))
    assert set(statuses) == {200}
    newsroom.rename("Space again")
    until(lambda: "Space again" in newsroom.ask("/topics/")[1])


def test_replicas_of_another_kind_of_database_are_refused(tmp_path: Path) -> None:
    environment = environment_of(tmp_path) | {"DATABASE_REPLICA_URLS": "postgres://127.0.0.1/news"}
    command = [sys.executable, "-c", "import newsreader.settings"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "DATABASE_REPLICA_URLS needs PostgreSQL" in done.stderr
