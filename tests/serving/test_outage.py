"""A PostgreSQL that is down: nobody waits long, and whoever asks next finds out at once."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db.backends.postgresql import base as django_backend

from bench.production import ROOT, environment_of, free_port, serving_command, wait_until_ready
from newsreader.postgresql import base

pytestmark = pytest.mark.xdist_group("serving")


@pytest.fixture
def silent_database() -> Iterator[str]:
    """A database's address where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgres://nobody:nothing@127.0.0.1:{listener.getsockname()[1]}/news"


@pytest.fixture
def url(silent_database: str, tmp_path: Path) -> Iterator[str]:
    """A site, served as documented, whose database is silent."""
    environment = environment_of(tmp_path) | {"DATABASE_URL": silent_database, "DATABASE_POOL": "true"}
    environment["DJANGO_SETTINGS_MODULE"] = "newsreader.settings"
    (tmp_path / "static").mkdir()
    command = serving_command(port := free_port())
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/livez", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def seconds_to(url: str) -> tuple[int, float]:
    """Return the status of an answer and how long it took."""
    begun = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
    return status, time.monotonic() - begun


def test_readers_are_told_soon_and_livez_is_alive(url: str) -> None:
    with ThreadPoolExecutor(5) as clients:
        pages = [clients.submit(seconds_to, f"{url}/topics/") for _ in range(4)]
        ready = clients.submit(seconds_to, f"{url}/readyz")
        alive, _ = seconds_to(f"{url}/livez")
    assert alive == 200
    # Each took 30 seconds, one after the other. What takes 2 here may take longer on a busy machine.
    for answer, status in [*((page, 503) for page in pages), (ready, 503)]:
        assert answer.result()[0] == status
        assert answer.result()[1] < 15


def test_only_the_first_waits_and_the_next_try_comes_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    tries, now = [], [100.0]

    def refuse(self: Any, conn_params: dict[str, Any]) -> None:
        tries.append(conn_params)
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(django_backend.DatabaseWrapper, "get_new_connection", refuse)
    monkeypatch.setattr(base, "outages", defaultdict(base.Outage))
    monkeypatch.setattr(base, "time", SimpleNamespace(monotonic=lambda: now[0]))
    wrapper = base.DatabaseWrapper({"NAME": "news"})
    for moment, expected in [(100.0, 1), (100.5, 1), (100.9, 1), (101.1, 2)]:
        now[0] = moment
        with pytest.raises(psycopg.OperationalError):
            wrapper.get_new_connection({})
        assert len(tries) == expected, moment
    # A replica that is down says nothing about the primary.
    with pytest.raises(psycopg.OperationalError):
        base.DatabaseWrapper({"NAME": "news"}, alias="replica1").get_new_connection({})
    assert len(tries) == 3
