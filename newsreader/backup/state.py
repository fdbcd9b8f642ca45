"""How scheduled backups are: the newest one, and the last try."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from newsreader.backup.models import Backup


def backup_state() -> tuple[bool, str]:
    """Return whether somebody has to look at backups, as the newest is too old or the last one failed, and what to say."""
    if not settings.BACKUP_DIR:
        return False, _("None are scheduled: BACKUP_DIR is not set.")
    newest = Backup.objects.exclude(checked=None).first()
    last = Backup.objects.first()
    sentences = [_age(newest)]
    if last and last.error:
        sentences.insert(0, _("The last backup failed: %s") % f"{last.error.rstrip('.')}.")
    return bool(last and last.error) or _is_old(newest), " ".join(sentences)


def _age(newest: Backup | None) -> str:
    if newest is None:
        return _("There is no backup yet; a worker makes the first one.")
    text = _("The newest was made %(time)s ago; it was read back and is intact.")
    return text % {"time": timesince(newest.started)}


def _is_old(newest: Backup | None) -> bool:
    """Return whether a backup is missing: twice as much time has passed as between two."""
    return newest is None or timezone.now() - newest.started > 2 * dt.timedelta(hours=settings.BACKUP_HOURS)
