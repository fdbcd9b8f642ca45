"""Whatever is killed, whenever: what comes next completes it, and nothing tells that it ever happened."""

import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from articles.models import Article
from articles.sync.exports.atomic_files import PREFIX
from bench.generate import generate_site
from tests.support.databases import empty_database, url_of
from tests.support.export_runs import snapshot
from tests.support.factories import make_article, make_topic
from tests.support.killing import KILLS, SEED, Killer
from tests.support.rows import digest
from tests.support.rows import rows as imported_rows
from tests.support.upgrade import STATES

HEAT = re.compile(r"^heat: \d+$", re.MULTILINE)


def change(site: Path, numbers: random.Random) -> None:
    """Change the heat of every third article."""
    for path in sorted(site.glob("_news/*.md"))[:: numbers.choice((2, 3))]:
        text = path.read_text(encoding="utf-8")
        path.write_text(HEAT.sub(f"heat: {numbers.randrange(500)}", text, count=1), encoding="utf-8")


def rows(url: str) -> str:
    return Killer({"DATABASE_URL": url}).output("-m", "tests.support.importer", "rows").splitlines()[0]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    generate_site(tmp_path / "site", 30, 3)
    return tmp_path / "site"


@pytest.mark.django_db
def test_the_comparison_sees_a_single_change() -> None:
    article = make_article([make_topic("AI")])
    before = digest(imported_rows())
    Article.objects.filter(pk=article.pk).update(heat=article.heat + 1)
    assert digest(imported_rows()) != before


def test_imports(site: Path, new_database: Callable[[], str]) -> None:
    url, numbers = new_database(), random.Random(SEED)
    killer = Killer({"DATABASE_URL": url})
    seconds = killer.run("import_articles", str(site))
    for _ in range(KILLS):
        change(site, numbers)
        killer.kill(seconds, "import_articles", str(site))
    killer.run("import_articles", str(site))
    killer.run("check_database")
    other = new_database()
    Killer({"DATABASE_URL": other}).run("import_articles", str(site))
    assert rows(url) == rows(other)
    assert killer.killed


def test_exports(site: Path, new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    killer = Killer({"DATABASE_URL": url})
    killer.output("-m", "tests.support.exporter", "prepare", str(site))
    out, whole = tmp_path / "out", tmp_path / "whole"
    for folder in (out, whole):
        folder.mkdir()
    seconds = killer.run("export_articles", "--all", str(whole))
    for _ in range(KILLS):
        killer.kill(seconds, "export_articles", "--all", str(out))
        # Files are whole or not there.
        found = {path: data for path, data in snapshot(out).items() if not Path(path).name.startswith(PREFIX)}
        assert found.items() <= snapshot(whole).items()
    killer.run("export_articles", "--all", str(out))
    assert snapshot(out) == snapshot(whole)
    assert killer.killed


def test_workers(site: Path, new_database: Callable[[], str]) -> None:
    url, numbers = new_database(), random.Random(SEED)
    killer = Killer({"DATABASE_URL": url, "CONTENT_DIR": str(site), "WORKER_LEASE_SECONDS": "1"})
    seconds = killer.run("import_articles", str(site)) + 1
    for _ in range(KILLS):
        change(site, numbers)
        killer.output("-m", "tests.support.enqueued", "import_content", "rebuild_stories", "rebuild_listings")
        killer.kill(seconds, "worker")
    killer.output("-m", "tests.support.enqueued", "import_content", "rebuild_search")
    killer.output("-m", "tests.support.enqueued", "--work")
    killer.run("check_database")
    other = new_database()
    Killer({"DATABASE_URL": other}).run("import_articles", str(site))
    assert rows(url) == rows(other)
    assert killer.killed


def test_migrations(tmp_path: Path) -> None:
    # From the first release to this one.
    schemas, seconds = [], 0.0
    for kills in (0, KILLS):
        with empty_database(tmp_path) as name:
            killer = Killer({"DATABASE_URL": url_of(name)})
            killer.output("-m", "tests.support.upgrade", "--load", str(STATES[0]))
            for _ in range(kills):
                killer.kill(seconds, "migrate")
            seconds = killer.run("migrate")
            killer.run("rebuild_stories")
            killer.run("rebuild_search")
            killer.run("check_database")
            schemas.append((schema_of(name), rows(url_of(name))))
    assert schemas[0] == schemas[1]
    assert killer.killed


def schema_of(name: str) -> list[tuple[str, ...]]:
    """Return the tables, columns, indexes and triggers of a database."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name)) as database:
            return database.execute("SELECT name, sql FROM sqlite_master WHERE sql <> '' ORDER BY name, sql").fetchall()
    import psycopg

    with psycopg.connect(url_of(name)) as server:
        return server.execute(
            "SELECT table_name, column_name, data_type, coalesce(column_default, '') FROM information_schema.columns"
            " WHERE table_schema = 'public' UNION ALL"
            " SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
            " SELECT event_object_table, trigger_name, action_statement, action_timing FROM information_schema.triggers"
            " UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '' FROM pg_constraint"
            " ORDER BY 1, 2, 3, 4"
        ).fetchall()
