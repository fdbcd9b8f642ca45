"""What the database or a disk cannot do now is said in a sentence, and nothing is half done: each failure is a real one."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client

from articles.changes.consistency import find_differences
from articles.db.failures import Failure, failure_of
from articles.management.base import ADVICE, MACHINE_FAILED
from articles.models import Action, Article
from newsreader.postgresql.base import outages
from tests.conftest import SEED_EDITION
from tests.support.databases import url_of
from tests.support.desk import change_url, form_of
from tests.support.factories import make_article, make_topic

SENTENCES = {
    Failure.FULL: "This site’s disk is full",
    Failure.READ_ONLY: "This site can only be read at the moment",
    Failure.BUSY: "This site is busy",
    Failure.UNREACHABLE: "This site’s database does not answer",
}


@contextmanager
def full() -> Iterator[None]:
    """Keep the file of the database from growing, or have its server say what it says then."""
    if connection.vendor == "postgresql":
        error = psycopg.errors.DiskFull("could not extend file: No space left on device")
        with failing_writes(error):
            yield
        return
    with connection.cursor() as cursor:
        # Tests before this one have left room in it.
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA max_page_count")
        (limit,) = cursor.fetchone()
        # No lower than it is: then it is what it is.
        cursor.execute("PRAGMA max_page_count=1")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count={limit}")


@contextmanager
def failing_writes(error: Exception) -> Iterator[None]:
    def fail(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            with connection.wrap_database_errors:
                raise error
        return execute(sql, *arguments)

    with connection.execute_wrapper(fail):
        yield


@contextmanager
def read_only() -> Iterator[None]:
    on, off = ("PRAGMA query_only=ON", "PRAGMA query_only=OFF")
    if connection.vendor == "postgresql":
        on, off = ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
    with connection.cursor() as cursor:
        cursor.execute(on)
        try:
            yield
        finally:
            cursor.execute(off)


@contextmanager
def unreachable() -> Iterator[None]:
    settings, opened = connection.settings_dict, connection.connection
    kept = dict(settings)
    # Not closed: a database in memory would be gone.
    connection.connection = None
    settings |= {"NAME": "/nowhere/at/all.sqlite3"} if connection.vendor == "sqlite" else {"PORT": "1"}
    try:
        yield
    finally:
        connection.close()
        settings.clear()
        settings |= kept
        connection.connection = opened
        # Otherwise nobody would try again for a second.
        outages.clear()


@contextmanager
def busy() -> Iterator[None]:
    """Have another connection hold the lock that writers take first, for longer than they wait."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], uri=True, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout=50")
            yield
            other.execute("ROLLBACK")
        return
    with psycopg.connect(url_of(connection.settings_dict["NAME"])) as other, connection.cursor() as cursor:
        other.execute("LOCK TABLE articles_article IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET lock_timeout = '50ms'")
        try:
            yield
        finally:
            cursor.execute("SET lock_timeout = 0")


@pytest.fixture
def desk(transactional_db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.fixture
def article(transactional_db: None) -> Article:
    return make_article([make_topic("AI")], title="As it was", slug="as-it-was")


@pytest.mark.parametrize(
    ("failure", "lasting"),
    [(Failure.FULL, full), (Failure.READ_ONLY, read_only), (Failure.BUSY, busy), (Failure.UNREACHABLE, unreachable)],
)
def test_an_edit_meanwhile_changes_nothing_and_says_why_and_succeeds_afterwards(
    failure: Failure, lasting: Callable[[], AbstractContextManager[None]], desk: Client, article: Article
) -> None:
    values = form_of(desk, article) | {"title": "As it is", "excerpt": "An excerpt of many words. " * 400}
    with lasting():
        answer = desk.post(change_url(article), values)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    text = answer.content.decode()
    assert SENTENCES[failure] in text
    assert "What you sent has not been saved" in text
    article.refresh_from_db()
    assert article.title == "As it was"
    assert not Action.objects.exists()
    answer = desk.post(change_url(article), values)
    assert answer.status_code == 302, answer.content.decode()
    article.refresh_from_db()
    assert article.title == "As it is"


@pytest.mark.parametrize("lasting", [full, read_only])
def test_readers_read_on_when_nothing_can_be_written(
    lasting: Callable[[], AbstractContextManager[None]], desk: Client, article: Article
) -> None:
    with lasting():
        assert desk.get(article.get_absolute_url()).status_code == 200
        assert Client().get("/").status_code == 200


def test_a_reader_of_a_database_that_does_not_answer_is_told_when_to_come_again(
    article: Article, client: Client
) -> None:
    client.raise_request_exception = False
    with unreachable():
        answer = client.get(article.get_absolute_url())
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    text = answer.content.decode()
    assert SENTENCES[Failure.UNREACHABLE] in text
    assert "What you sent" not in text


def test_programs_are_told_so_in_their_own_form(article: Article, client: Client) -> None:
    client.raise_request_exception = False
    with unreachable():
        answer = client.get(f"/api/v1/articles/{article.pk}/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Content-Type"] == "application/problem+json"
    assert "Try again later" in answer.json()["detail"]


@pytest.mark.parametrize("lasting", [full, read_only])
def test_an_import_meanwhile_says_what_to_do_and_the_next_one_completes(
    lasting: Callable[[], AbstractContextManager[None]], transactional_db: None, tmp_path: Path
) -> None:
    with lasting(), pytest.raises(CommandError) as raised:
        call_command("import_articles", SEED_EDITION, verbosity=0)
    assert raised.value.returncode == MACHINE_FAILED
    assert str(raised.value).startswith("the database failed: ")
    assert ADVICE[Failure.FULL if lasting is full else Failure.READ_ONLY] in str(raised.value)
    call_command("import_articles", SEED_EDITION, verbosity=0)
    assert Article.objects.filter(is_reference=False).count() == len(list(SEED_EDITION.glob("_news/*.md")))
    assert not find_differences().differences()


def test_a_damaged_database_is_not_taken_for_a_fault_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE rows (text); INSERT INTO rows SELECT hex(randomblob(5000)) FROM pragma_function_list"
        )
    data = bytearray(path.read_bytes())
    data[4096 * 2 : 4096 * 20] = b"\xff" * 4096 * 18
    path.write_bytes(data)
    with closing(sqlite3.connect(path)) as database, pytest.raises(sqlite3.DatabaseError) as raised:
        database.execute("SELECT sum(length(text)) FROM rows").fetchall()
    error = DatabaseError(str(raised.value))
    error.__cause__ = raised.value
    assert failure_of(error) is Failure.DAMAGED


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Failure.FULL),
        (OSError(errno.EROFS, "Read-only file system"), Failure.READ_ONLY),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (InterfaceError("connection already closed"), Failure.UNREACHABLE),
        (OperationalError("the database could not be reached a moment ago"), Failure.UNREACHABLE),
        (IntegrityError("a key is there twice"), None),
        (DataError("a number is too large"), None),
        (KeyError("a name"), None),
        (None, None),
    ],
)
def test_only_what_the_machine_cannot_do_is_a_failure(error: Exception | None, failure: Failure | None) -> None:
    assert failure_of(error) is failure


@pytest.mark.parametrize(
    ("state", "failure"),
    [
        (psycopg.errors.DiskFull, Failure.FULL),
        (psycopg.errors.AdminShutdown, Failure.UNREACHABLE),
        (psycopg.errors.ConnectionFailure, Failure.UNREACHABLE),
        (psycopg.errors.DeadlockDetected, Failure.BUSY),
        (psycopg.errors.IndexCorrupted, Failure.DAMAGED),
        (psycopg.errors.UndefinedTable, None),
        (psycopg.errors.UniqueViolation, None),
    ],
)
def test_servers_say_it_by_codes(state: type[psycopg.Error], failure: Failure | None) -> None:
    error = DatabaseError("an error")
    error.__cause__ = state("an error")
    assert failure_of(error) is failure


def test_the_sentence_is_there_even_where_static_files_are_not(
    article: Article, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr("django.contrib.staticfiles.storage.staticfiles_storage.url", missing)
    client.raise_request_exception = False
    with unreachable():
        answer = client.get(article.get_absolute_url())
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer.content.decode().startswith("503 This site’s database does not answer Trying again")
