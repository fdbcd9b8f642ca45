"""Backups by the clock: made, checked, rotated, and what the desk says of them."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.jobs.clock import PERIODIC, add_periodic
from articles.jobs.current import TaskFailedError
from articles.models import PeriodicTime
from newsreader.backup import archive, health, making
from newsreader.backup.archive import Archive
from newsreader.backup.models import Backup
from newsreader.backup.newest import PATTERN
from newsreader.backup.tasks import back_up
from newsreader.operations.findings import Level, examine
from tests.support.accounts import client_of

pytestmark = pytest.mark.django_db
ENTRY = [entry for entry in PERIODIC if entry.name == "back up"]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_KEEP = 2
    settings.BACKUP_HOURS = 24
    return tmp_path / "backups"


class Administrator:
    is_superuser = True


def backup_sections(user: Any) -> Any:
    # The admin finds its modules with the addresses.
    import newsreader.urls  # noqa: F401
    from newsreader.backup import desk

    return desk.backup_sections(user)


@pytest.fixture(autouse=True)
def _few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_pages", lambda: ({}, {}))


def test_the_clock_asks_for_backups_only_where_there_is_a_folder(settings: Any) -> None:
    now = timezone.now()
    settings.BACKUP_DIR = ""
    assert add_periodic(now, ENTRY) == []
    settings.BACKUP_DIR = "/somewhere"
    assert add_periodic(now, ENTRY) == ["back up"]
    assert add_periodic(now + DAY / 2, ENTRY) == []
    assert add_periodic(now + DAY, ENTRY) == ["back up"]


def test_a_time_that_was_planned_when_backups_were_rarer_does_not_count() -> None:
    now = timezone.now()
    PeriodicTime.objects.create(name="back up", next_run=now + 30 * DAY)
    assert add_periodic(now, ENTRY) == ["back up"]
    assert now < PeriodicTime.objects.get().next_run <= now + DAY


def test_each_backup_is_checked_recorded_and_the_oldest_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = folder / "mine.zip"
    folder.mkdir()
    other.write_bytes(b"not one of these")
    start = timezone.now()
    for number in range(4):
        monkeypatch.setattr(timezone, "now", lambda number=number: start + number * DAY)
        back_up.call()
    kept = sorted(folder.glob(PATTERN))
    assert len(kept) == 2
    assert other.exists()
    for path in kept:
        with Archive.open(path) as opened:
            opened.verify()
    records = list(Backup.objects.order_by("name"))
    assert [record.name for record in records] == [path.name for path in kept]
    assert all(record.checked and record.bytes > 1000 and not record.error for record in records)


def test_a_backup_that_fails_is_recorded_with_its_reason_and_takes_no_older_one_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up.call()
    Backup.objects.update(started=timezone.now() - DAY)
    before = sorted(folder.glob(PATTERN))

    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "write_pictures", full)
    later = timezone.now() + DAY
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(TaskFailedError, match="No space left"):
        back_up.call()
    assert sorted(folder.iterdir()) == before
    failed = Backup.objects.first()
    assert failed is not None
    assert (failed.checked, "No space" in failed.error) == (None, True)
    [section] = backup_sections(Administrator())
    assert section.is_urgent
    assert "The last backup failed: No space left on device." in section.note
    assert "The newest was made 1\xa0day ago; it was read back and is intact." in section.note


def test_a_backup_that_cannot_be_read_again_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Archive, *arguments: Any) -> None:
        raise archive.ArchiveError("bits have changed")

    monkeypatch.setattr(Archive, "verify", broken)
    with pytest.raises(TaskFailedError, match="bits have changed"):
        back_up.call()
    assert not list(folder.iterdir())
    assert Backup.objects.get().checked is None


def test_the_desk_says_when_none_are_scheduled_or_the_newest_is_old(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    [section] = backup_sections(Administrator())
    assert section.is_urgent
    assert "There is no backup yet" in section.note
    back_up.call()
    [section] = backup_sections(Administrator())
    assert not section.is_urgent
    later = timezone.now() + 2.1 * DAY
    monkeypatch.setattr(timezone, "now", lambda: later)
    [section] = backup_sections(Administrator())
    assert section.is_urgent
    assert [each.level for each in health.backup()] == [Level.ERROR]
    settings.BACKUP_DIR = ""
    assert [each.level for each in health.backup()] == [Level.OK]
    assert "backup" in {each.name for each in examine()}
    [section] = backup_sections(Administrator())
    assert not section.is_urgent
    assert not section.waits
    assert "BACKUP_DIR is not set" in section.note


def test_administrators_alone_see_it_on_their_start_page(admin_client: Client) -> None:
    titles = [section.title for section in admin_client.get("/admin/").context["sections"]]
    assert "Backups" in titles
    titles = [section.title for section in client_of("Editors").get("/admin/").context["sections"]]
    assert "Backups" not in titles
