"""A damaged database file is a sentence that says what to do."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.support.backups import manage

PAGE = 4096
# Those of tests have no folder of backups.
OWN_SETTINGS = {"DJANGO_SETTINGS_MODULE": "newsreader.settings", "SECRET_KEY": "x"}


def damaged(url: str) -> None:
    """Write over pages of tables and indexes, as a failing disk does, but not over the first one."""
    path = Path(url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [root] = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles_topic'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(os.urandom(PAGE))


@pytest.mark.django_db
def test_a_sound_database_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_database")
    assert "as a rebuild would give" in capsys.readouterr().out


def test_a_damaged_page_is_named_with_the_newest_backup(tmp_path: Path, new_database: Callable[[], str]) -> None:
    if connection.vendor == "sqlite":
        url = new_database()
    else:  # PostgreSQL looks after its own files; the site may use SQLite all the same
        url = f"sqlite:///{tmp_path}/a.sqlite3"
        with sqlite3.connect(tmp_path / "a.sqlite3") as database:
            database.execute("CREATE TABLE articles_topic (id)")
    damaged(url)
    for name in ("newsreader-2026-01-02T000000Z.zip", "newsreader-2026-01-01T000000Z.zip"):
        (tmp_path / name).write_bytes(b"")
    done = manage(url, "check_database", **OWN_SETTINGS, BACKUP_DIR=str(tmp_path))
    assert done.returncode == 4, done.stdout
    assert "Traceback" not in done.stderr
    assert "CommandError: the file of the database is damaged (" in done.stderr
    assert f"`manage.py restore {tmp_path}/newsreader-2026-01-02T000000Z.zip`" in done.stderr
    done = manage(url, "check_database", **OWN_SETTINGS, BACKUP_DIR="")
    assert "BACKUP_DIR has none" in done.stderr
