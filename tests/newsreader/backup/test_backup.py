"""What is backed up comes back, all of it, into the same kind of database."""

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.changes.consistency import find_differences
from articles.models import Article, RecordedChange, Story, TaskRecord
from newsreader import environment
from newsreader.backup import pages, restoring, values
from newsreader.backup.archive import Archive, ArchiveError
from newsreader.backup.checking import compare
from newsreader.backup.making import make_backup
from newsreader.backup.restoring import DatabaseInUseError, restore
from tests.support.backups import dump, empty_database, make_site, make_tasks, tampered
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    make_site()
    make_backup(tmp_path / "site.zip")
    return tmp_path / "site.zip"


def test_every_row_and_picture_comes_back(tmp_path: Path, settings: Any) -> None:
    first = make_site()
    before = dump()
    manifest = make_backup(tmp_path / "site.zip")
    empty_database()
    settings.MEDIA_ROOT = tmp_path / "other"
    restore(tmp_path / "site.zip")
    assert dump() == before
    assert {name for name, table in manifest.tables.items() if table.rows} >= {
        "articles.article", "articles.earliertitle", "articles.note_mentioned", "articles.pin", "auth.user",
        "articles.storycomparison", "articles.taskrecord", "articles.recordedchange",
    }  # fmt: skip
    assert (tmp_path / "other/assets/ä b.webp").read_bytes() == bytes(range(256)) * 100
    assert User.objects.get().check_password("secret-pass")
    assert list(Article.objects.get(pk=first.pk).extra["b"]) == [1, None, 1.5]
    assert not find_differences().differences()
    found = compare(manifest)
    assert (found.differences, found.notes) == ([], [])
    assert found.pages == len(manifest.pages) > 3


def test_ids_go_on_where_they_did_and_triggers_work(backup: Path) -> None:
    numbers = {model: max(model._base_manager.values_list("pk", flat=True)) for model in (Article, Story)}
    empty_database()
    restore(backup)
    article = make_article()
    # One was deleted: its number is not given again, as links may name it.
    assert article.pk > numbers[Article] + 1
    assert Article.objects.get(title="Another title").earlier_titles.count() == 1
    before = Article.objects.get(title="Two")
    before.title = "Three"
    before.save()
    before.refresh_from_db()
    assert before.updated_at
    assert before.listed_from == before.published_date_time


def test_sessions_and_what_is_done_stay_out_and_tasks_that_ran_are_to_be_done_again(tmp_path: Path) -> None:
    Session.objects.create(session_key="s", session_data="", expire_date=timezone.now())
    make_tasks()
    make_backup(tmp_path / "site.zip")
    empty_database()
    Session.objects.all().delete()
    restore(tmp_path / "site.zip")
    record = TaskRecord.objects.select_related("task").get()
    assert (record.title, record.task.status, record.task.worker_ids, record.worker) == ("runs", "READY", [], None)
    assert not Session.objects.exists()


def test_processes_that_keep_pages_learn_that_everything_has_changed(
    backup: Path, django_capture_on_commit_callbacks: Any
) -> None:
    empty_database()
    with django_capture_on_commit_callbacks(execute=True):
        restore(backup)
    assert RecordedChange.objects.order_by("pk").last().content["everything"]


def test_the_manifest_names_settings_and_tells_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "hidden-value")
    environment.text("METRICS_TOKEN", "")
    manifest = make_backup(tmp_path / "a.zip")
    assert {"METRICS_TOKEN", "SECRET_KEY"} <= set(manifest.settings)
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert "hidden-value" not in file.read("manifest.json").decode()
    assert "PATH" not in manifest.settings


def test_a_database_with_content_is_not_restored_into(backup: Path) -> None:
    before = dump()
    with pytest.raises(DatabaseInUseError, match="not empty"):
        restore(backup)
    assert dump() == before


def test_archives_that_are_not_right_are_refused_before_anything_is_written(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty_database()
    monkeypatch.setattr(restoring, "_restore_rows", lambda *arguments: pytest.fail("it writes"))
    for change, match in (
        (lambda manifest, files: manifest["migrations"]["articles"].append("9999_later"), "newer release"),
        (lambda manifest, files: manifest["tables"]["articles.article"]["columns"].pop(), "its tables are not"),
        (lambda manifest, files: files.update({"tables/auth.user.jsonl": b"[]\n"}), "not what the manifest says"),
    ):
        with pytest.raises(ArchiveError, match=match):
            restore(tampered(backup, change))


def with_rows(label: str, change: Callable[[list[str], list[bytes]], list[bytes]]) -> Any:
    """Return what writes other rows of a table into an archive, with the right digest."""

    def tamper(manifest: dict[str, Any], files: dict[str, bytes]) -> None:
        name, table = f"tables/{label}.jsonl", manifest["tables"][label]
        files[name] = b"\n".join(change(table["columns"], files[name].splitlines())) + b"\n"
        table.update(bytes=len(files[name]), sha256=sha256(files[name]).hexdigest())

    return tamper


def with_value(column: str, value: Any) -> Callable[[list[str], list[bytes]], list[bytes]]:
    def change(columns: list[str], lines: list[bytes]) -> list[bytes]:
        row = json.loads(lines[0])
        row[columns.index(column)] = value
        return [json.dumps(row).encode(), *lines[1:]]

    return change


def test_rows_that_are_none_leave_the_database_empty(backup: Path) -> None:
    empty_database()
    for line in (b"[]", b"{}", b"1", b'["x"', b"[" * 100_000, b"\xff\xfe"):
        with pytest.raises(ArchiveError, match="contradict"):
            restore(
                tampered(backup, with_rows("articles.articletopic", lambda columns, lines, line=line: [*lines, line]))
            )
    for label, column, value in (
        ("articles.articletopic", "topic_id", 999_999),  # a topic that is not there
        ("articles.article", "quality", "many"),
        ("articles.article", "published", 1),
        ("articles.article", "published_date_time", "2026-01-01 00:00:00"),
        ("articles.article", "id", None),
        ("articles.article", "heat", 2**70),
    ):
        with pytest.raises(ArchiveError, match="contradict"):
            restore(tampered(backup, with_rows(label, with_value(column, value))))
        assert not Article.objects.exists(), column
    assert not User.objects.exists()


# -- Comparing ---------------------------------------------------------------------------


def test_a_check_names_tables_and_pages_that_differ(backup: Path) -> None:
    Article.objects.filter(title="Another title").update(excerpt="Changed behind its back")
    User.objects.create_user("new")
    with Archive.open(backup) as archive:
        found = compare(archive.manifest)
    assert "auth_user: 2 rows, the archive has 1" in found.differences
    assert any(line.endswith("not the page that the source had") for line in found.differences)


def test_pages_are_compared_only_where_settings_that_they_show_are_the_same(backup: Path, settings: Any) -> None:
    settings.SITE_NAME = "Another"
    with Archive.open(backup) as archive:
        found = compare(archive.manifest)
    assert (found.pages, found.differences) == (0, [])
    assert "SITE_NAME" in found.notes[0]


def test_the_pages_are_of_all_kinds_the_same_each_time_and_without_ages(client: Any) -> None:
    make_site()
    first = pages.page_digests()
    assert pages.page_digests() == first
    assert {"/topics/", "/archive/"} <= first.keys()
    # The article of this minute says so, and so do pages that list it.
    assert Article.objects.get(title="Two").get_absolute_url() not in first
    for address, page in first.items():
        assert client.get(address).status_code == page.status, address


def test_at_most_200_pages_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    make_site()
    monkeypatch.setattr(pages, "MOST", 3)
    assert len(pages.page_digests()) == 3


def test_a_site_whose_pages_cannot_be_rendered_is_backed_up_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    make_site()
    monkeypatch.setattr(pages, "_view", lambda request: 1 / 0)
    manifest = make_backup(tmp_path / "a.zip")
    assert manifest.pages == {}
    assert "cannot be rendered" in caplog.text
    assert "has no digests" in compare(manifest).notes[0]


# -- The commands ------------------------------------------------------------------------


def test_the_commands_say_what_they_did(tmp_path: Path, capsys: Any) -> None:
    make_site()
    path = tmp_path / "a.zip"
    call_command("backup", str(path))
    assert "1 pictures" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not empty") as caught:
        call_command("restore", str(path))
    assert caught.value.returncode == 2
    empty_database()
    call_command("restore", str(path))
    assert "1 rows of auth.user" in capsys.readouterr().out
    call_command("restore", str(path), "--check")
    assert "pages are equal" in capsys.readouterr().out
    User.objects.all().delete()
    with pytest.raises(SystemExit) as code:
        call_command("restore", str(path), "--check")
    assert code.value.code == 1
    path.write_bytes(b"no zip")
    with pytest.raises(CommandError, match=r"a\.zip cannot be used: it is no archive, or is damaged\."):
        call_command("restore", str(path), "--check")


def test_rows_are_read_in_pieces_whatever_their_number(django_assert_num_queries: Any, monkeypatch: Any) -> None:
    for _ in range(3):
        make_article()
    monkeypatch.setattr(values, "BATCH", 1)
    with django_assert_num_queries(1):
        lines = values.lines_of(Article)
        assert next(lines).startswith(b"[")
        assert len(list(lines)) == 2
