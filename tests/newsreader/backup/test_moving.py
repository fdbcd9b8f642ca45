"""A site moves between databases of both engines, and from the previous release, with all its rows and pages."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from django.db import connection

from newsreader.backup.restoring import DatabaseInUseError, restore
from tests.conftest import SEED_EDITION
from tests.support.backups import manage
from tests.support.databases import on_server, url_of

ROOT = Path(__file__).resolve().parents[3]
PREVIOUS = Path(__file__).with_name("previous_release.zip")
NUMBERS = count(1)
# What a process prints of a site: the rows of each table, and what a rebuild would change.
DUMP = """
from hashlib import sha256
from tests.support.backups import dump
for name, lines in dump().items():
    print(name, len(lines), sha256(b"".join(lines)).hexdigest())
"""


def done(url: str, *arguments: str, code: int = 0) -> str:
    """Return what a command printed that ended with a code."""
    process = manage(url, *arguments)
    assert process.returncode == code, process.stderr
    return process.stdout + process.stderr


@contextmanager
def without_tables(folder: Path) -> Iterator[str]:
    """Make a database without tables of the engine under test; yield its URL."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/new-{next(NUMBERS)}.sqlite3"
        return
    name = f"{connection.settings_dict['NAME']}_new_{next(NUMBERS)}"
    on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    try:
        yield url_of(name)
    finally:
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def sorted_keys(text: str) -> str:
    """PostgreSQL orders the keys of JSON: only numbers of rows can be compared."""
    return re.sub(r" [0-9a-f]{64}$", "", text, flags=re.MULTILINE)


def test_a_site_moves_to_the_other_engine_and_back_with_equal_rows_and_pages(
    tmp_path: Path, new_database: Callable[[], str]
) -> None:
    source, last = new_database(), new_database()
    # On PostgreSQL, the other engine is SQLite, in a file that is not there yet.
    other = new_database() if connection.vendor == "sqlite" else f"sqlite:///{tmp_path}/other.sqlite3"
    done(source, "import_articles", str(SEED_EDITION))
    there, back = str(tmp_path / "there.zip"), str(tmp_path / "back.zip")
    said = done(source, "backup", there)
    assert int(re.search(r"digests of (\d+) pages", said)[1]) > 80  # type: ignore[index]
    done(other, "restore", there)
    assert "pages are equal" in done(other, "restore", "--check", there)
    done(other, "backup", back)
    assert "not empty" in done(source, "restore", back, code=2)
    done(last, "restore", back)
    # Also the pages that the source had.
    assert "pages are equal" in done(last, "restore", "--check", there)
    assert "as a rebuild would give" in done(last, "check_database")
    dumps = [done(url, "shell", "--no-imports", "-v0", "-c", DUMP) for url in (source, last)]
    assert dumps[0] == dumps[1]
    assert sorted_keys(dumps[0]) == sorted_keys(done(other, "shell", "--no-imports", "-v0", "-c", DUMP))
    # What comes later is written as ever.
    assert "unchanged 46" in done(last, "import_articles", str(SEED_EDITION))


def test_an_archive_of_the_previous_release_is_restored_and_brought_up_to_date(tmp_path: Path) -> None:
    with without_tables(tmp_path) as url:
        assert "51 rows of articles.article" in done(url, "restore", str(PREVIOUS))
        assert "as a rebuild would give" in done(url, "check_database")
        said = done(url, "restore", "--check", str(PREVIOUS))
        assert "Pages are not compared: the archive is of an older release" in said
        done(url, "migrate", "--check")
        tables = "from articles.models import *; print(Article.objects.get(title='Edited before').edited['title'])"
        assert done(url, "shell", "--no-imports", "-v0", "-c", tables).strip() == "x"
        again = done(url, "import_articles", str(SEED_EDITION))
        assert "created 0," in again  # the sample edition of today differs a little


@pytest.mark.django_db
def test_an_older_archive_is_not_written_into_the_tables_of_this_release() -> None:
    with pytest.raises(
        DatabaseInUseError, match="without tables: a new file for SQLite, a new database for PostgreSQL"
    ):
        restore(PREVIOUS)


@pytest.mark.parametrize(("action", "stride"), [("backup", "211"), ("restore", "61")])
def test_what_is_killed_at_any_step_leaves_nothing_broken(
    tmp_path: Path, new_database: Callable[[], str], action: str, stride: str
) -> None:
    file, url = tmp_path / "a.zip", new_database()
    done(url, "import_articles", str(SEED_EDITION))
    if action == "restore":
        done(url, "backup", str(file))
        url = new_database()
    command = [sys.executable, "-m", "tests.support.restorer", action, stride, str(file)]
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    killed = subprocess.run(
        command, env=environment, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False
    )
    kills, wrong = map(int, killed.stdout.split())
    assert kills > 2, killed.stderr
    assert wrong == 0
    assert "pages are equal" in done(url, "restore", "--check", str(file))
