"""Readers while another connection writes: they get their page at once, and what is due is done later."""

import json
import os
import subprocess
import sys
import time

from bench.serving import ROOT

# Writers wait this long for a lock on SQLite, and without an end on PostgreSQL.
WAITING = 20


def test_a_reader_does_not_wait_for_who_writes_when_something_is_due(database_url: str) -> None:
    environment = os.environ | {"DATABASE_URL": database_url}
    command = [sys.executable, "-m", "tests.editorial.test_schedule_locks"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True, timeout=300)
    seconds, listed = json.loads(done.stdout.splitlines()[-1])
    assert seconds < WAITING / 2
    # Nothing while another one writes, whoever that is; then all.
    assert listed == [0, 1]


def _ask_while_another_writes() -> None:
    """Print how long a page took while another connection wrote, and how many articles were listed then and later."""
    import django

    django.setup()
    from django.db import connection, connections
    from django.test import Client, override_settings
    from django.utils import timezone

    from articles.editorial import schedule
    from articles.models import Article
    from tests.support.factories import make_article

    make_article(published=False, publish_at=timezone.now())
    other = connections.create_connection("default")
    takes, gives_back = {
        "sqlite": ("BEGIN IMMEDIATE", "ROLLBACK"),
        "postgresql": ("BEGIN; SELECT pg_advisory_xact_lock(7411001)", "ROLLBACK"),
    }[connection.vendor]
    listed = []
    with override_settings(SCHEDULE_LOOK_SECONDS=15), other.cursor() as cursor:
        client = Client(headers={"host": "127.0.0.1"})
        client.get("/livez")
        cursor.execute(takes)
        begun = time.monotonic()
        assert client.get("/about/ranking/").status_code == 200
        seconds = time.monotonic() - begun
        listed.append(Article.objects.listed().count())
        cursor.execute(gives_back)
        schedule.look_again()
        client.get("/about/ranking/")
        listed.append(Article.objects.listed().count())
    other.close()
    assert connection.vendor != "sqlite" or _busy_timeout(connection) == WAITING * 1000
    sys.stdout.write(json.dumps([seconds, listed]))


def _busy_timeout(connection: object) -> int:
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        return int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    _ask_while_another_writes()
