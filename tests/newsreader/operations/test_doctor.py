"""`doctor` says what is wrong and what to do, to people and programs, by its exit code and on a page of the desk."""

import datetime as dt
import json
import shutil
import ssl
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from articles.jobs import enqueue
from articles.jobs.cleaning import delete_old_sessions
from articles.models import ImportRun, TaskRecord, Worker
from newsreader.operations.checks import contradictions, database, machine, software, work
from newsreader.operations.findings import Finding, Level, examine, worst
from newsreader.operations.processes import web_workers
from tests.support.accounts import client_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
GOOD: dict[str, Any] = {
    "DEBUG": False, "ALLOWED_HOSTS": ["news.example"], "SITE_URL": "https://news.example", "SECURE_SSL_REDIRECT": True,
    "BEHIND_HTTPS_PROXY": True, "TRUSTED_PROXIES": ["127.0.0.1"], "HSTS": "host", "SECRET_KEY": "abcdefghij" * 6,
    "CONTENT_DIR": "", "WEBSUB_HUBS": [],
}  # fmt: skip


def level_of(check: Callable[[], Any]) -> Level:
    return max(each.level for each in check())


def texts(check: Callable[[], Any]) -> str:
    return " ".join(f"{each.text} {each.advice}" for each in check())


def set_all(settings: Settings, **values: Any) -> None:
    for name, value in (GOOD | values).items():
        setattr(settings, name, value)


@pytest.fixture
def well(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site about which there is nothing to say."""
    set_all(settings)
    Worker.objects.create(name="one")
    monkeypatch.setattr(machine, "end_of_certificate", lambda host, port: timezone.now() + 60 * DAY)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**12, 0, 10**12))
    monkeypatch.setattr(database, "web_workers", lambda: 1)


def doctor(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.usefixtures("well")
def test_of_a_site_that_is_well_nothing_is_to_be_done() -> None:
    code, text = doctor()
    assert (code, [line for line in text.splitlines() if not line.startswith("ok ")]) == (0, [])
    names = [section.name for section in examine()]
    assert {
        "versions",
        "migrations",
        "database",
        "cache",
        "worker",
        "tasks",
        "disk",
        "import",
        "certificate",
        "settings",
    } <= set(names)


@pytest.mark.usefixtures("well")
def test_its_exit_code_and_json_are_those_of_the_worst(settings: Settings) -> None:
    run = ImportRun.objects.create(started=timezone.now(), finished=timezone.now(), state="finished", errors=2)
    code, text = doctor("--json")
    assert (code, json.loads(text)["level"]) == (1, "warning")
    [said] = [each for each in json.loads(text)["checks"] if each["name"] == "import"]
    assert (said["level"], "2 errors" in said["text"], said["advice"]) == ("warning", True, "See the list of imports.")
    Worker.objects.all().delete()
    code, text = doctor()
    assert code == 2
    assert "ERROR    Worker: None is running.\n           Start it" in text
    run.delete()


def test_a_check_that_fails_is_an_error_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsreader.operations.checks.work.runs.last_ended", lambda: 1 / 0)
    sections = {section.name: section for section in examine()}
    assert sections["import"].level == Level.ERROR
    assert "ZeroDivisionError" in sections["import"].findings[0].text
    assert sections["versions"].level == Level.OK
    assert worst(sections.values()) == Level.ERROR


def test_a_database_that_only_reads_or_is_locked_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert level_of(database.database) == Level.OK
    workers = Worker.objects.count()

    def refused(words: str) -> Callable[[], None]:
        def write() -> None:
            raise DatabaseError(words)

        return write

    assert Worker.objects.count() == workers
    monkeypatch.setattr(database, "write_nothing", refused("attempt to write a readonly database"))
    assert (level_of(database.database), "not written to: attempt" in texts(database.database)) == (Level.ERROR, True)
    monkeypatch.setattr(database, "write_nothing", refused("database is locked"))
    assert level_of(database.database) == Level.WARNING
    monkeypatch.setattr(database, "_size", refused("connection refused"))
    assert "It does not answer: connection refused" in texts(database.database)


def test_a_write_ahead_log_that_nobody_empties_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_log_size", lambda: database.LARGE_LOG + 1)
    assert "Its write-ahead log has" in texts(database.database)


@pytest.mark.parametrize(("processes", "level"), [(0, Level.OK), (1, Level.OK), (3, Level.WARNING)])
def test_several_processes_need_a_cache_that_they_share(
    processes: int, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "web_workers", lambda: processes)
    assert level_of(database.cache_answers) == level


def test_a_cache_that_is_down_is_an_error(settings: Settings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "newsreader.redis_cache.FallbackRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert "It does not answer" in texts(database.cache_answers)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert "it forgets" in texts(database.cache_answers)


def test_processes_are_counted_by_the_command_lines_of_servers(tmp_path: Path) -> None:
    lines = {
        "1": "python\0granian\0--workers\0002\0newsreader.rsgi:application\0",
        "2": "gunicorn\0newsreader.wsgi:application\0",
        "3": "/bin/sh\0-c\0granian newsreader.rsgi:application\0",
        "4": "python\0manage.py\0worker\0",
        "5": "/another/.venv/bin/granian\0--workers\08\0newsreader.rsgi:application\0",
    }
    for number, line in lines.items():
        (tmp_path / number).mkdir()
        (tmp_path / number / "cmdline").write_text(line)
        (tmp_path / number / "cwd").symlink_to(Path.cwd() if number != "5" else tmp_path)
    assert web_workers(tmp_path) == 3
    assert web_workers(tmp_path / "nowhere") == 0


def test_migrations_that_have_not_been_run_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert level_of(software.migrations) == Level.OK
    monkeypatch.setattr(software.MigrationExecutor, "migration_plan", lambda self, targets: [1, 2])
    assert texts(software.migrations) == "2 migrations have not been run. Run: manage.py migrate"


def test_static_files_that_were_not_collected_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Storage:
        hashed_files: dict[str, str] = {}

    assert level_of(software.static_files) == Level.OK
    monkeypatch.setattr(software, "staticfiles_storage", Storage())
    assert "collectstatic" in texts(software.static_files)


def test_a_worker_that_is_gone_was_seen_some_time_ago() -> None:
    Worker.objects.create(name="one", seen=timezone.now() - 2 * DAY)
    assert "2\xa0days ago" in texts(work.worker)
    assert level_of(work.worker) == Level.ERROR


def test_tasks_that_fail_or_wait_are_counted() -> None:
    assert level_of(work.tasks) == Level.OK
    enqueue(delete_old_sessions)
    assert level_of(work.tasks) == Level.OK
    DBTaskResult.objects.update(enqueued_at=timezone.now() - DAY)
    assert "1 has waited for more than ten minutes." in texts(work.tasks)
    DBTaskResult.objects.update(status="FAILED")
    assert "1 has failed." in texts(work.tasks)
    TaskRecord.objects.update(is_cancelled=True)
    assert level_of(work.tasks) == Level.OK


def test_an_import_that_was_interrupted_is_told() -> None:
    ImportRun.objects.create(started=timezone.now() - DAY, state="interrupted")
    assert "It was interrupted 1\xa0day ago." in texts(work.last_import)


@pytest.mark.parametrize(("free", "level"), [(10**8, Level.ERROR), (5 * 10**8, Level.WARNING), (10**10, Level.OK)])
def test_a_disk_that_fills_up_is_told_in_time(free: int, level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**12, 0, free))
    assert level_of(machine.disks) == level


class Certificate(NamedTuple):
    end: Any
    level: Level
    words: str


def refusal() -> ssl.SSLCertVerificationError:
    failure = ssl.SSLCertVerificationError()
    failure.verify_message = "certificate has expired"
    return failure


@pytest.mark.parametrize("seen", [
    Certificate(60, Level.OK, "valid for 60 more days"),
    Certificate(10, Level.WARNING, "Renew it"),
    Certificate(1, Level.ERROR, "valid for 1 more day."),
    Certificate(refusal(), Level.ERROR, "certificate has expired"),
    Certificate(OSError("no route"), Level.WARNING, "news.example:443 could not be reached from here."),
])  # fmt: skip
def test_a_certificate_has_days_left(seen: Certificate, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_URL = "https://news.example"

    def end(host: str, port: int) -> dt.datetime:
        if isinstance(seen.end, OSError):
            raise seen.end
        return timezone.now() + seen.end * DAY + dt.timedelta(hours=1)

    monkeypatch.setattr(machine, "end_of_certificate", end)
    assert (level_of(machine.certificate), seen.words in texts(machine.certificate)) == (seen.level, True)


def test_nobody_waits_long_for_a_certificate(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "HANDSHAKE_SECONDS", -0.99)
    assert isinstance(machine.in_time(lambda: __import__("time").sleep(0.5)), TimeoutError)
    settings.SITE_URL = "http://news.example"
    assert level_of(machine.certificate) == Level.OK


FIGHTS: list[tuple[dict[str, Any], Level, str]] = [
    ({}, Level.OK, "They fit each other."),
    ({"DEBUG": True}, Level.ERROR, "DEBUG is on"),
    ({"ALLOWED_HOSTS": ["*"]}, Level.WARNING, "any name"),
    ({"ALLOWED_HOSTS": ["other.example"]}, Level.ERROR, "news.example of SITE_URL is not in ALLOWED_HOSTS"),
    ({"SITE_URL": "", "WEBSUB_HUBS": ["https://hub.example/"]}, Level.ERROR, "Hubs"),
    ({"SITE_URL": "http://news.example"}, Level.ERROR, "HTTPS_ONLY is on, and SITE_URL has no https."),
    ({"SECURE_SSL_REDIRECT": False}, Level.WARNING, "HTTPS_ONLY is off"),
    ({"TRUSTED_PROXIES": []}, Level.WARNING, "none is trusted"),
    ({"BEHIND_HTTPS_PROXY": False}, Level.WARNING, "BEHIND_HTTPS_PROXY=true"),
    ({"SECURE_SSL_REDIRECT": False, "SITE_URL": "", "HSTS": "preload"}, Level.WARNING, "HSTS has no effect"),
    ({"SECRET_KEY": "short"}, Level.ERROR, "SECRET_KEY is short"),
    ({"CONTENT_DIR": "/nowhere/at/all"}, Level.ERROR, "no folder /nowhere/at/all"),
]


@pytest.mark.parametrize(("values", "level", "words"), FIGHTS)
def test_settings_that_contradict_each_other_are_told(
    values: dict[str, Any], level: Level, words: str, settings: Settings
) -> None:
    set_all(settings, **values)
    found: list[Finding] = list(contradictions.contradictions())
    assert max(each.level for each in found) == level
    assert words in texts(contradictions.contradictions)
    assert all(each.advice for each in found if each.level)


@pytest.mark.usefixtures("well")
def test_administrators_see_it_on_the_desk_in_few_queries() -> None:
    client = Client(headers={"host": "news.example"})
    client.force_login(User.objects.create_superuser("root"))
    client.get("/admin/health/", secure=True)
    with CaptureQueriesContext(connection) as queries:
        response: Any = client.get("/admin/health/", secure=True)
    assert "All is well." in response.content.decode()
    assert len(queries) <= 25, [each["sql"] for each in queries]
    Worker.objects.all().delete()
    html = client.get("/admin/health/", secure=True).content.decode()
    assert "1 thing needs somebody." in html
    assert html.index("None is running.") < html.index("Newsreader 1")
    assert "/admin/health/" in client.get("/admin/", secure=True).content.decode()


@pytest.mark.parametrize("role", ["Editors", "Contributors", "Viewers"])
def test_nobody_else_sees_it(role: str) -> None:
    client = client_of(role)
    assert client.get("/admin/health/").status_code == 403
    assert "/admin/health/" not in client.get("/admin/").content.decode()
