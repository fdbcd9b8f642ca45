"""Backups by the clock: made, read again, recorded, and the oldest deleted."""

from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from articles.jobs.current import TaskFailedError
from newsreader.backup.archive import ArchiveError
from newsreader.backup.making import make_backup
from newsreader.backup.models import Backup
from newsreader.backup.newest import PATTERN

# Records of failures are deleted after so many later ones.
MOST_RECORDS = 200


@task()
def back_up() -> None:
    """Write an archive into BACKUP_DIR, check it, and keep the newest BACKUP_KEEP."""
    started = timezone.now()
    path = Path(settings.BACKUP_DIR) / f"newsreader-{started:%Y-%m-%dT%H%M%S}Z.zip"
    record = Backup.objects.create(name=path.name, started=started)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_backup(path)  # which reads it again
        record.bytes, record.checked = path.stat().st_size, timezone.now()
    except (OSError, ArchiveError, DatabaseError) as error:
        words = (isinstance(error, OSError) and error.strerror) or str(error)
        record.error = " ".join(words.split()) or type(error).__name__
        raise TaskFailedError(_("The backup failed: %s") % record.error) from error
    finally:
        record.save()
    rotate(path.parent)


def rotate(folder: Path) -> None:
    """Delete all scheduled archives but the newest ones, and the records of those that have gone."""
    archives = sorted(folder.glob(PATTERN))
    for path in archives[: -settings.BACKUP_KEEP]:
        path.unlink(missing_ok=True)
    names = {path.name for path in archives[-settings.BACKUP_KEEP :]}
    gone = [
        pk for pk, name, error in Backup.objects.values_list("pk", "name", "error") if not error and name not in names
    ]
    last = Backup.objects.values_list("pk", flat=True)[MOST_RECORDS : MOST_RECORDS + 1].first()
    Backup.objects.filter(pk__among=gone).delete()
    Backup.objects.filter(pk__lte=last or 0).delete()
